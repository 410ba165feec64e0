import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PostedIssue } from "../../src/ports/issues.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { BOT_ID, hastyClient, issuesOf, patientClient } from "../support/issue-world.ts";

const LABEL = "hostenv:dns";
const TEXT = { title: "a title", body: "a body" };
const isIt = ({ body }: PostedIssue) => body === TEXT.body;

let api: GithubApi;
let notes: string[];

beforeEach(async () => {
  api = await startGithubApi();
  notes = [];
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

const patient = () => issuesOf(api, patientClient(api, notes));
const hasty = (token?: string) => issuesOf(api, hastyClient(api, token));

async function all(pages: AsyncIterable<readonly PostedIssue[]>): Promise<PostedIssue[]> {
  const found: PostedIssue[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

const numbers = (issues: readonly PostedIssue[]) => issues.map(({ number }) => number);

describe("reading", () => {
  test("goes through every page, and leaves pull requests out", async () => {
    api.addPull({ labels: [LABEL] });
    for (let count = 0; count < 310; count++) api.addIssue({ by: "github-actions[bot]", labels: [LABEL] });
    api.addIssue({ by: "github-actions[bot]", labels: ["bug"] });
    const found = await all(hasty().labelled(LABEL, "open"));
    expect(numbers(found)).toEqual(Array.from({ length: 310 }, (_, index) => index + 2));
    expect(api.requests.map(({ query }) => query.page)).toEqual(["1", "2", "3", "4"]);
    expect(found[0]).toEqual({
      number: 2,
      id: api.issues.get(2)?.id,
      authorId: BOT_ID,
      state: "open",
      closedAs: null,
      body: "",
      labels: [LABEL],
      url: "https://github.com/acme/provider/issues/2",
    });
  });

  test("tells why an issue was closed, the latest first", async () => {
    for (const reason of ["completed", "not_planned", "duplicate"] as const) {
      api.now = `2026-01-0${1 + api.issues.size}T00:00:00Z`;
      const { number } = api.addIssue({ by: "github-actions[bot]", labels: [LABEL] });
      api.closeIssue(number, { by: "alice", reason });
    }
    const found = await all(hasty().labelled(LABEL, "closed"));
    expect(found.map(({ closedAs }) => closedAs)).toEqual(["duplicate", "not-planned", "completed"]);
  });

  test("by author asks for a name, which only the job's own bot has without asking", async () => {
    const { id } = api.addUser({ login: "helper", permission: "write" });
    api.addIssue({ by: "github-actions[bot]" });
    api.addIssue({ by: "helper" });
    api.addIssue({ by: "helper", labels: [LABEL] });
    expect(numbers(await all(hasty().writtenBy(BOT_ID, "open")))).toEqual([1]);
    expect(numbers(await all(hasty().writtenBy(id, "all")))).toEqual([3, 2]);
    expect(api.requests.map(({ path }) => path.replace(/\d+$/, "N"))).toEqual([
      "/repos/acme/provider/issues",
      "/user/N",
      "/repos/acme/provider/issues",
    ]);
  });
});

describe("writing", () => {
  test("502 after an issue was created: exactly one issue", async () => {
    api.fault({ method: "POST", path: /\/issues$/, status: 502, apply: true });
    const posted = await patient().createIssue(TEXT, [LABEL], isIt);
    expect([posted.number, posted.labels, api.issues.size]).toEqual([1, [LABEL], 1]);
  });

  test("a closed connection after it was created, and other issues made meanwhile: exactly one", async () => {
    api.fault({ method: "POST", path: /\/issues$/, drop: true, apply: true });
    api.before("GET", /\/issues$/, () => void api.addIssue({ by: "alice", body: "something else" }));
    const posted = await patient().createIssue(TEXT, [LABEL], isIt);
    expect(posted.number).toBe(1);
    expect([...api.issues.values()].filter(({ body }) => body === TEXT.body)).toHaveLength(1);
  });

  test("502 before it was created: made by the second attempt", async () => {
    api.fault({ method: "POST", path: /\/issues$/, status: 502 });
    await patient().createIssue(TEXT, [LABEL], isIt);
    expect(api.issues.size).toBe(1);
  });

  test("a secondary rate limit is waited for as long as it says", async () => {
    api.secondaryRateLimit({ method: "POST", path: /\/issues$/, retryAfter: 1 });
    await patient().createIssue(TEXT, [LABEL], isIt);
    expect(notes).toEqual(["GitHub's secondary rate limit is reached: trying again in 1 s"]);
    expect(api.issues.size).toBe(1);
  });

  test("closes for a reason, opens again with another text, and points from a copy to the first", async () => {
    const first = api.addIssue({ by: "github-actions[bot]" });
    const second = api.addIssue({ by: "github-actions[bot]" });
    expect(await hasty().closeIssue(first.number, "completed")).toBe(true);
    expect(api.issues.get(1)).toMatchObject({ state: "closed", state_reason: "completed" });
    expect(await hasty().editIssue(first.number, TEXT, true)).toBe(true);
    expect(api.issues.get(1)).toMatchObject({ state: "open", ...TEXT });
    await hasty().closeIssue(second.number, { duplicateOf: first });
    expect(api.issues.get(2)).toMatchObject({ state: "closed", state_reason: "duplicate" });
    expect(api.requests.at(-1)?.body).toMatchObject({ duplicate_issue_id: first.id });
    await hasty().commentOn(2, "Duplicate of #1");
    expect(api.comments).toMatchObject([{ number: 2, body: "Duplicate of #1" }]);
  });

  test("an edit of an open issue leaves it open, and one of a closed issue closed", async () => {
    api.addIssue({ by: "github-actions[bot]" });
    api.closeIssue(1, { by: "alice" });
    await hasty().editIssue(1, TEXT, false);
    expect(api.issues.get(1)).toMatchObject({ state: "closed", ...TEXT });
  });
});

describe("what GitHub refuses", () => {
  test("an issue that was deleted is no error", async () => {
    expect(await hasty().editIssue(5, TEXT, true)).toBe(false);
    expect(await hasty().closeIssue(5, "completed")).toBe(false);
  });

  test("a repository without issues says so, for reading and for writing", async () => {
    api.repository.has_issues = false;
    const error = { code: "issues-disabled", message: "issues are disabled in acme/provider" };
    await expect(hasty().createIssue(TEXT, [], isIt)).rejects.toMatchObject(error);
    api.fault({ method: "GET", status: 410, body: { message: "Issues are disabled for this repo" } });
    await expect(all(hasty().labelled(LABEL, "open"))).rejects.toMatchObject(error);
  });

  test("a token that may only read", async () => {
    api.addIssue({ by: "github-actions[bot]" });
    api.readOnly();
    const error = {
      code: "github-forbidden",
      message: expect.stringMatching(/not accessible by integration/),
    };
    await expect(hasty().createIssue(TEXT, [LABEL], isIt)).rejects.toMatchObject(error);
    await expect(hasty().editIssue(1, TEXT, false)).rejects.toMatchObject(error);
    await expect(hasty().closeIssue(1, "completed")).rejects.toMatchObject(error);
    await expect(hasty().commentOn(1, "x")).rejects.toMatchObject(error);
    expect([...api.issues.values()]).toMatchObject([{ state: "open", title: "Issue 1" }]);
  });

  test("a limit that ends too late", async () => {
    api.primaryRateLimit({ resetIn: 1800, times: 9 });
    await expect(patient().createIssue(TEXT, [LABEL], isIt)).rejects.toMatchObject({
      code: "github-limited",
    });
    expect(api.issues.size).toBe(0);
  });

  test("a text that is too long", async () => {
    const long = { ...TEXT, body: "x".repeat(70_000) };
    await expect(hasty().createIssue(long, [], isIt)).rejects.toMatchObject({ code: "github-rejected" });
  });
});
