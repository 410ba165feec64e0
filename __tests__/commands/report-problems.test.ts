import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { BOT_ID, draft, hastyClient, reported } from "../support/issue-world.ts";

const BOT = "github-actions[bot]";

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

/** Titles of issues in a state, by number. */
const titles = (state: "open" | "closed" = "open") =>
  [...api.issues.values()].filter((issue) => issue.state === state).map(({ title }) => title);

const many = (count: number) => Array.from({ length: count }, (_, index) => draft(`p${index}`));

describe("one issue per problem", () => {
  test("is opened with a label and two hidden lines, and a like run asks once and writes nothing", async () => {
    const { result, writes } = await reported(api, [
      draft("a"),
      draft("b", { text: "b\n\nseen", essence: "b" }),
    ]);
    expect(writes).toEqual(["POST issues", "POST issues"]);
    expect(result).toMatchObject({
      opened: [
        { key: "a", number: 1 },
        { key: "b", number: 2 },
      ],
      notices: [],
    });
    expect(api.issues.get(2)).toMatchObject({ title: "b is wrong", labels: ["hostenv:dns"], user: BOT });
    expect(api.issues.get(2)?.body?.split("\n")).toEqual([
      "<!-- hostenv-provider:dns:.:b -->",
      expect.stringMatching(
        /^<!-- hostenv-provider:issue:\{"v":1,"cause":"elsewhere","digest":"[0-9a-f]{32}"\} -->$/,
      ),
      ...["", "b", "", "seen"],
    ]);
    const again = await reported(api, [
      draft("a"),
      draft("b", { text: "b\n\nseen by another server", essence: "b" }),
    ]);
    expect(again.calls).toEqual(["GET issues"]);
    expect([...again.result.open]).toEqual([
      ["a", { key: "a", number: 1, url: "https://github.com/acme/provider/issues/1" }],
      ["b", { key: "b", number: 2, url: "https://github.com/acme/provider/issues/2" }],
    ]);
  });

  test("is edited where it says something else, closed with a word, and opened again with its new text", async () => {
    await reported(api, [draft("a")]);
    const edited = await reported(api, [draft("a", { text: "a leads to 192.0.2.7" })]);
    expect(edited.writes).toEqual(["PATCH issues/1"]);
    expect(api.issues.get(1)?.body).toMatch(/\n\na leads to 192\.0\.2\.7$/);

    const { result, writes } = await reported(api, []);
    expect(writes).toEqual(["PATCH issues/1", "POST issues/1/comments"]);
    expect([result.closed, result.open.size]).toEqual([[expect.objectContaining({ key: "a" })], 0]);
    expect(api.issues.get(1)).toMatchObject({ state: "closed", state_reason: "completed" });
    expect(api.comments).toMatchObject([{ body: "a is right now" }]);
    expect((await reported(api, [])).writes).toEqual([]);

    const back = await reported(api, [draft("a", { text: "a is gone", cause: "nxdomain" })]);
    expect(back.writes).toEqual(["PATCH issues/1"]);
    expect(back.result.reopened).toMatchObject([{ key: "a", number: 1 }]);
    expect(api.issues.get(1)).toMatchObject({ state: "open", body: expect.stringContaining("a is gone") });
  });

  test("what can't be said leaves it as it is", async () => {
    await reported(api, [draft("a"), draft("b")]);
    const { writes } = await reported(api, [], { isSettled: (key) => key === "b" });
    expect(writes).toEqual(["PATCH issues/2", "POST issues/2/comments"]);
    expect(titles()).toEqual(["a is wrong"]);
  });

  test("that a person closed as not planned stays closed until the cause is another one", async () => {
    await reported(api, [draft("a")]);
    api.closeIssue(1, { by: "alice", reason: "not_planned" });
    expect((await reported(api, [draft("a", { text: "other words" })])).writes).toEqual([]);
    expect((await reported(api, [draft("a", { cause: "caa" })])).writes).toEqual(["PATCH issues/1"]);
    api.closeIssue(1, { by: "alice" });
    expect((await reported(api, [draft("a", { cause: "caa" })])).result.reopened).toHaveLength(1);
  });

  test("a dry run writes nothing and says what it would", async () => {
    await reported(api, [draft("a"), draft("b")]);
    const { result, writes } = await reported(api, [draft("a", { text: "x" }), draft("c")], { dryRun: true });
    expect(writes).toEqual([]);
    const keys = (list: readonly { key: string }[]) => list.map(({ key }) => key);
    expect([result.opened, result.edited, result.closed].map(keys)).toEqual([["c"], ["a"], ["b"]]);
    expect(result.opened).toEqual([{ key: "c", number: null, url: null }]);
  });
});

describe("whose issue it is", () => {
  test("a stranger's with our mark is none of ours, and stays as it is", async () => {
    await reported(api, [draft("a")]);
    const { body } = api.issues.get(1) as { body: string };
    api.issues.clear();
    const stranger = api.addIssue({ by: "mallory", title: "mine", body });
    expect((await reported(api, [draft("a")])).result.opened).toHaveLength(1);
    expect((await reported(api, [])).result.closed).toMatchObject([{ number: 2 }]);
    expect(stranger).toMatchObject({ state: "open", title: "mine", body });
  });

  test("ours whose mark stands further down is none either", async () => {
    const { body } = { body: "about:\n<!-- hostenv-provider:dns:.:a -->" };
    api.addIssue({ by: BOT, body, labels: ["hostenv:dns"] });
    expect((await reported(api, [draft("a")])).result.opened).toHaveLength(1);
    expect((await reported(api, [])).result.closed).toMatchObject([{ number: 2 }]);
  });

  test("one of somebody who may give labels stands for the token's own, and is told", async () => {
    api.addUser({ login: "other-bot", id: 4711, permission: "write" });
    api.addToken("other", "other-bot");
    const first = await reported(api, [draft("a"), draft("b")], {}, hastyClient(api, "other"));
    expect(first.writes).toEqual(["POST issues"]);
    expect(first.result.notices).toEqual([expect.stringContaining("set comment-author-id to 4711")]);
    const second = await reported(api, [draft("a")], {}, hastyClient(api, "other"));
    expect(second.writes).toEqual([]);
    expect(second.result.notices).toEqual([expect.stringContaining("issue #1 has our mark")]);
    const right = { authorId: 4711 };
    expect((await reported(api, [draft("a")], right, hastyClient(api, "other"))).calls).toEqual([
      "GET issues",
    ]);
  });

  test("another provider of the repository has issues and labels of its own", async () => {
    await reported(api, [draft("a")]);
    await reported(api, [draft("a")], { provider: "hosting/eu" });
    expect(api.issues.get(2)?.labels).toEqual(["hostenv:dns:hosting/eu"]);
    await reported(api, [], { provider: "hosting/eu" });
    expect([titles("open"), api.issues.get(1)?.state]).toEqual([["a is wrong"], "open"]);
  });

  test("ours is found on page 4", async () => {
    for (let count = 0; count < 330; count++) api.addIssue({ by: "alice", labels: ["hostenv:dns"] });
    await reported(api, [draft("a")]);
    const { calls } = await reported(api, [draft("a")]);
    expect(calls).toEqual(Array(4).fill("GET issues"));
  });

  test("without a label it is found by its author, open and closed", async () => {
    api.addUser({ login: "helper", id: 12, permission: "triage" });
    api.addToken("helper", "helper");
    const run = (keys: string[]) =>
      reported(
        api,
        keys.map((key) => draft(key)),
        { authorId: 12 },
        hastyClient(api, "helper"),
      );
    const { result } = await run(["a", "b"]);
    expect(result.notices).toEqual([expect.stringContaining("issue #1 did not get the label hostenv:dns")]);
    expect((await run(["a", "b"])).writes).toEqual([]);
    expect((await run(["a"])).result.closed).toMatchObject([{ key: "b" }]);
    expect((await run(["a", "b"])).result.reopened).toMatchObject([{ key: "b", number: 2 }]);
    expect((await run([])).result.closed).toHaveLength(2);
    expect(titles()).toEqual([]);
  });

  test("behind a copy on a later page it is what is opened again", async () => {
    await reported(api, [draft("a")]);
    const { body } = api.issues.get(1) as { body: string };
    api.now = "2026-01-01T00:00:00Z";
    api.closeIssue(1, { by: BOT });
    api.now = undefined;
    for (let count = 0; count < 100; count++) {
      const { number } = api.addIssue({ by: BOT, body, labels: ["hostenv:dns"] });
      api.closeIssue(number, { by: BOT, reason: "duplicate" });
    }
    expect((await reported(api, [draft("a")])).result.reopened).toMatchObject([{ number: 1 }]);
  });

  test("with its label taken away it is found again, too", async () => {
    await reported(api, [draft("a"), draft("b")]);
    api.unlabel(1, "hostenv:dns", { by: "alice" });
    expect((await reported(api, [draft("a"), draft("b")])).writes).toEqual([]);
    expect((await reported(api, [draft("b")])).writes).toEqual([]);
    expect((await reported(api, [draft("a")])).result.closed).toMatchObject([{ key: "b" }]);
    expect((await reported(api, [])).result.closed).toMatchObject([{ key: "a" }]);
  });
});

describe("many problems", () => {
  test("get 20 issues a run, and one for the rest until their turn comes", async () => {
    const { result } = await reported(api, many(45));
    expect(result.opened).toHaveLength(21);
    expect(result.notices).toEqual(["25 problems stand in one issue: a run opens 20 issues at most"]);
    expect(api.issues.get(1)?.body).toContain("p20, p21");
    const second = await reported(api, many(45));
    expect([second.result.opened.length, second.result.edited.length]).toEqual([20, 1]);
    expect(api.issues.get(1)?.body).toMatch(/\n\np40, p41, p42, p43, p44$/);
    const third = await reported(api, many(45));
    expect([third.result.opened.length, third.result.closed]).toEqual([
      5,
      [expect.objectContaining({ key: "more" })],
    ]);
    expect((await reported(api, many(45))).calls).toEqual(["GET issues"]);
    expect(titles()).toHaveLength(45);
  });

  test("that are solved at once are closed 50 a run: two writes each", async () => {
    for (let run = 0; run < 4; run++) await reported(api, many(70));
    const { result, writes } = await reported(api, []);
    expect([result.closed.length, writes.length]).toEqual([50, 100]);
    expect(result.notices).toEqual(["20 changes of issues are left for the next run"]);
    expect((await reported(api, [])).result.closed).toHaveLength(20);
    expect(titles()).toEqual([]);
  });
});

describe("runs that meet", () => {
  test("make two issues of one problem, of which the next run keeps the older", async () => {
    // The second run does all of its work while the first one's request is under way.
    const stop = api.before("POST", /\/issues$/, async () => {
      stop();
      await reported(api, [draft("a")]);
    });
    await reported(api, [draft("a")]);
    expect(titles()).toEqual(["a is wrong", "a is wrong"]);
    const { result } = await reported(api, [draft("a")]);
    expect(result.duplicates).toMatchObject([{ number: 2 }]);
    expect(result.open.get("a")?.number).toBe(1);
    expect(api.issues.get(2)).toMatchObject({ state: "closed", state_reason: "duplicate" });
    expect(api.comments).toMatchObject([{ number: 2, body: "Duplicate of #1" }]);
    expect((await reported(api, [draft("a")])).calls).toEqual(["GET issues"]);
  });

  test("an issue that is deleted meanwhile is opened anew by the next run", async () => {
    await reported(api, [draft("a")]);
    const stop = api.before("PATCH", /./, () => void api.issues.delete(1));
    expect((await reported(api, [draft("a", { text: "new" })])).result.edited).toEqual([]);
    stop();
    expect((await reported(api, [draft("a")])).result.opened).toHaveLength(1);
  });
});

describe("what GitHub refuses is a notice", () => {
  test("a token without the right", async () => {
    api.readOnly();
    const { result } = await reported(api, [draft("a"), draft("b")]);
    expect(result.opened).toEqual([]);
    expect(result.notices).toEqual([
      expect.stringMatching(/Resource not accessible by integration.*: the token needs `issues: write`$/),
      "2 changes of issues are left for the next run",
    ]);
  });

  test("a token that may not even read them", async () => {
    api.fault({ method: "GET", status: 403, body: { message: "Resource not accessible by integration" } });
    const { result, writes } = await reported(api, [draft("a")]);
    expect([result.notices, writes]).toEqual([
      [expect.stringMatching(/^issues are left as they are: .*: the token needs `issues: write`$/)],
      [],
    ]);
  });

  test("a repository without issues", async () => {
    api.repository.has_issues = false;
    const { result } = await reported(api, [draft("a"), draft("b")]);
    expect(result.notices[0]).toBe("issues are disabled in acme/provider");
    expect(api.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("a limit in the middle: the next run does the rest, and nothing twice", async () => {
    await reported(api, [draft("a")]);
    const fault = { method: "POST", path: /\/issues$/ };
    const stop = api.before("POST", /\/issues$/, () => {
      stop();
      api.secondaryRateLimit({ ...fault, times: 9 });
    });
    const { result } = await reported(api, [draft("b"), draft("c"), draft("d")]);
    expect(result.notices.at(-1)).toBe("4 changes of issues are left for the next run");
    api.clearFaults();
    await reported(api, [draft("b"), draft("c"), draft("d")]);
    expect(titles().sort()).toEqual(["b is wrong", "c is wrong", "d is wrong"]);
  });

  test("one issue that GitHub does not take keeps no other away", async () => {
    api.fault({ method: "POST", status: 422, body: { message: "Validation Failed" } });
    const { result } = await reported(api, [draft("a"), draft("b")]);
    expect([titles(), result.notices]).toEqual([
      ["b is wrong"],
      [expect.stringContaining("Validation Failed")],
    ]);
  });

  test("a last word that is lost: the issue is closed all the same, and nothing is said twice", async () => {
    await reported(api, [draft("a"), draft("b")]);
    api.fault({ method: "POST", path: /1\/comments$/, status: 502, apply: true });
    const { result } = await reported(api, []);
    expect(titles()).toEqual([]);
    expect(result.notices).toHaveLength(1);
    expect(api.comments.map(({ number }) => number)).toEqual([1, 2]);
  });

  test("a mistake of ours is no notice", async () => {
    const broken = { farewell: () => "x".repeat(-1) };
    await reported(api, [draft("a")]);
    await expect(reported(api, [], broken)).rejects.toThrow(RangeError);
    expect(BOT_ID).toBe(api.users.get(BOT)?.id);
  });
});
