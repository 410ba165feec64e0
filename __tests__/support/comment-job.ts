import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/domain/report.ts";
import { marker } from "../../src/render/sticky.ts";
import { ActionRunner, pullRequestEvent, type Step } from "./action-runner.ts";
import { reportBetween } from "./big-plan.ts";
import { type GithubApi, startGithubApi } from "./github-api.mjs";
import { changing, type ProviderSpec, sideWith } from "./plan-builder.ts";

/** Commits of the pull request and its base. */
export const [HEAD, LATER, BASE] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
];

/** Who a job's own token writes as. */
export const BOT = "github-actions[bot]";

/** The provider before any change. */
export const before: ProviderSpec = {
  environments: [
    {
      name: "wiki-main-77ab310",
      uid: 1004,
      type: "production",
      hosts: { "wiki.example.org": { tls: true } },
    },
    {
      name: "blog-main-a81d04e",
      uid: 1005,
      type: "production",
      hosts: { "blog.example.org": { tls: true } },
    },
    { name: "shop-test-0c4e2b9", uid: 1006, type: "testing" },
  ],
};

/** A change with one decision: uid-changed. */
export const renumbered = changing(before, "wiki-main-77ab310", { uid: 1017 });

/** A change with two: hostname-removed besides. */
export const alsoTaken = changing(renumbered, "blog-main-a81d04e", { hosts: {} });

/** The report of a change of `before`. */
export function reported(after: ProviderSpec, head = HEAD, provider = "."): Report {
  return reportBetween(sideWith(before), sideWith(after), { headCommit: head, baseCommit: BASE, provider });
}

/** What a run of the action `comment` left, and what it asked of GitHub. */
export interface CommentStep extends Step {
  /** `METHOD path` below the repository, with long numbers as N. */
  readonly calls: readonly string[];
}

/** How a run differs from the first one on pull request 7. */
export interface How {
  inputs?: Record<string, string>;
  run?: number;
  event?: object;
  head?: string;
}

/** Runs of the action `comment` on pull request 7 of a GitHub on this machine. */
export class CommentJob {
  readonly api: GithubApi;
  readonly runner = new ActionRunner();

  private constructor(api: GithubApi) {
    this.api = api;
  }

  static async start(): Promise<CommentJob> {
    const job = new CommentJob(await startGithubApi());
    job.api.addUser({ login: "maintainer", id: 11, permission: "write" });
    job.api.addUser({ login: "visitor", id: 12, permission: "read" });
    job.api.addPull({ number: 7, head: { sha: HEAD, ref: "topic" }, base: { sha: BASE } });
    return job;
  }

  /** Gives every violation of GitHub's schema. */
  async end(): Promise<string[]> {
    this.runner.remove();
    await this.api.close();
    return this.api.violations;
  }

  /** Runs the action on a document, as a job on the pull request does. */
  async comment(
    document: unknown,
    { inputs = {}, run = 100, event, head = HEAD }: How = {},
  ): Promise<CommentStep> {
    const report = join(this.runner.folder, "report.json");
    writeFileSync(report, typeof document === "string" ? document : JSON.stringify(document));
    const asked = this.api.requests.length;
    const step = await this.runner.run(
      "comment",
      { report, "github-token": this.api.token, ...inputs },
      {
        event: event ?? pullRequestEvent({ number: 7, head, base: BASE }),
        env: {
          GITHUB_API_URL: this.api.url,
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: this.api.repository.full_name,
          GITHUB_RUN_ID: String(run),
          GITHUB_RUN_ATTEMPT: "1",
        },
      },
    );
    return { ...step, calls: this.api.requests.slice(asked).map((call) => this.short(call)) };
  }

  private short({ method, path }: { method: string; path: string }): string {
    const below = path.replace(`/repos/${this.api.repository.full_name}`, "");
    return `${method} ${below.replace(/\/\d{2,}/g, "/N")}`;
  }

  /** Comments that begin with our marker, whoever wrote them. */
  ours() {
    return this.api.comments.filter(({ body }) => body.startsWith(marker(".")));
  }

  body(): string {
    return this.ours()[0]?.body ?? "";
  }

  /** Comments by somebody else. */
  chatter(count: number): void {
    for (let index = 0; index < count; index++)
      this.api.addComment(7, { by: "visitor", body: `comment ${index}` });
  }
}

/** Calls that change something. */
export function writes(calls: readonly string[]): string[] {
  return calls.filter((call) => !call.startsWith("GET "));
}
