import { getOctokit } from "@actions/github";
import { type Client, client } from "../../src/adapters/github-client.ts";
import { GithubIssues } from "../../src/adapters/github-issues.ts";
import type { ProblemOptions } from "../../src/commands/report-problems.ts";
import { reportProblems } from "../../src/commands/report-problems.ts";
import type { IssueDraft } from "../../src/render/issue-mark.ts";
import type { GithubApi } from "./github-api.mjs";

/** Who a job's own token writes as. */
export const BOT_ID = 41_898_282;

/** The client of the actions, on a GitHub of this machine; `notes` holds what it says of waiting. */
export function patientClient(api: GithubApi, notes: string[] = [], token = api.token): Client {
  return on(
    api,
    client(token, (text) => notes.push(text)),
  );
}

/** A client that neither waits between writes nor tries again: for worlds of many issues. */
export function hastyClient(api: GithubApi, token = api.token): Client {
  return on(api, getOctokit(token) as unknown as Client);
}

function on(api: GithubApi, found: Client): Client {
  found.hook.before("request", (options) => {
    options.baseUrl = api.url;
  });
  return found;
}

/** The issues of the repository that a client reaches. */
export function issuesOf(api: GithubApi, through: Client): GithubIssues {
  const [owner, repo] = api.repository.full_name.split("/") as [string, string];
  return new GithubIssues(through, owner, repo);
}

/** A problem whose texts are made of its key. */
export function draft(key: string, change: Partial<IssueDraft> = {}): IssueDraft {
  const text = change.text ?? `${key} leads elsewhere`;
  return { key, cause: "elsewhere", title: `${key} is wrong`, text, essence: text, ...change };
}

/** Options that settle everything that is no problem. */
export const OPTIONS: ProblemOptions = {
  topic: "dns",
  provider: ".",
  authorId: BOT_ID,
  dryRun: false,
  isSettled: () => true,
  collected: (waiting) =>
    draft("more", { title: "more", text: waiting.map(({ key }) => key).join(", "), cause: "several" }),
  farewell: (key) => `${key} is right now`,
};

/** A run on a GitHub of this machine, with the requests that it took. */
export async function reported(
  api: GithubApi,
  drafts: readonly IssueDraft[],
  options: Partial<ProblemOptions> = {},
  through = hastyClient(api),
) {
  const before = api.requests.length;
  const progress = { step: () => {}, notice: () => {}, done: () => {} };
  const ports = { issues: issuesOf(api, through), progress };
  const result = await reportProblems(drafts, { ...OPTIONS, ...options }, ports);
  const calls = api.requests
    .slice(before)
    .map(({ method, path }) => `${method} ${path.split("/").slice(4).join("/")}`);
  return { result, calls, writes: calls.filter((call) => !call.startsWith("GET ")) };
}
