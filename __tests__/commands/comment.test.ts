import { describe, expect, test } from "@jest/globals";
import { type CommentPorts, comment, commentInputs, GITHUB_ACTIONS_BOT } from "../../src/commands/comment.ts";
import { shownNow } from "../../src/domain/decisions.ts";
import type { DeployReport } from "../../src/domain/deploy/report.ts";
import type { Finding } from "../../src/domain/findings.ts";
import type { Failure, Report } from "../../src/domain/report.ts";
import { RULES, type RuleName } from "../../src/domain/rules.ts";
import { HostenvError } from "../../src/errors.ts";
import type { PostedComment, PullRequest } from "../../src/ports/forge.ts";
import { withDeploy } from "../../src/render/deploy-comment.ts";
import { marker, readState, type StickyState, stateLine } from "../../src/render/sticky.ts";
import { EXAMPLES } from "../support/deploys.ts";
import { FakeForge, type World } from "../support/fake-forge.ts";
import { fake } from "../support/fake-ports.ts";
import { asJson, decision, failedReport, HEAD, quietReport, reportWith } from "../support/small-report.ts";

const NUMBER = 7;
const OLD = "b".repeat(40);
const OLDER = "c".repeat(40);
const T0 = "2026-01-01T00:00:00Z";
const T1 = "2026-01-01T01:00:00Z";
const T2 = "2026-01-01T02:00:00Z";
const STRANGER = 1234;

const pull = (given: Partial<PullRequest> = {}): PullRequest => ({
  number: NUMBER,
  head: HEAD,
  labels: [],
  ...given,
});
const state = (given: Partial<StickyState> = {}): StickyState => ({
  head: OLD,
  previous: null,
  run: { id: 10, attempt: 1 },
  shown: [],
  ...given,
});
const posted = (id: number, given: Partial<PostedComment> & { state?: StickyState } = {}): PostedComment => ({
  id,
  authorId: GITHUB_ACTIONS_BOT,
  body: [marker("."), stateLine(given.state ?? state()), "## before"].join("\n"),
  updatedAt: T0,
  url: `c/${id}`,
  ...given,
});
const noise = (count: number, from = 1_000): PostedComment[] =>
  Array.from({ length: count }, (_, index) => posted(from + index, { authorId: STRANGER, body: "hello" }));

const forgeWith = (world: Partial<World> = {}) => new FakeForge({ pulls: [pull()], now: T1, ...world });

/** Runs `comment` for a report as the run 20 of the pull request's head. */
async function commented(document: Report | Failure, forge: FakeForge, given: object = {}) {
  const ports: CommentPorts = {
    forge,
    files: fake<CommentPorts["files"]>("files", { readJson: async () => asJson(document) }),
    progress: { step: () => {}, notice: () => {}, done: () => {} },
  };
  const event = { pullRequest: NUMBER, head: HEAD, run: { id: 20, attempt: 1 }, provider: document.provider };
  const answer = await comment("report.json", commentInputs.parse({ ...event, ...given }), ports);
  return { ...answer, calls: forge.looked() };
}

const bodies = (forge: FakeForge) => forge.world.comments.map(({ body }) => body);
const stateOf = (forge: FakeForge, place = 0) => readState(bodies(forge)[place] as string, T2);
const WRITES = /^(?:create|edit|delete|add|remove|set)/;
const writes = (calls: readonly string[]) => calls.filter((call) => WRITES.test(call));

describe("the first comment", () => {
  test("of a change takes these calls, and the head is read right before it is written", async () => {
    const forge = forgeWith();
    const { result, url, notices, calls } = await commented(reportWith([]), forge);
    expect({ result, url, notices }).toEqual({ result: "written", url: "c/1", notices: [] });
    expect(calls).toEqual([
      "comments 7 1",
      "reports hostenv-plan-root",
      "approvals 7",
      "openPullRequests",
      "pullRequest 7",
      "createComment 7",
      "addLabel 7 hostenv:change",
      `setStatus ${HEAD} success`,
    ]);
  });

  test("of no change takes only these", async () => {
    const forge = forgeWith();
    const { result, calls } = await commented(quietReport(), forge);
    expect(result).toBe("written");
    expect(calls).toEqual([
      "comments 7 1",
      "pullRequest 7",
      "createComment 7",
      "addLabel 7 hostenv:no-change",
      `setStatus ${HEAD} success`,
    ]);
    expect(bodies(forge)[0]?.split("\n")).toHaveLength(3);
  });

  test("begins with marker and state, and says the rest below", async () => {
    const forge = forgeWith();
    await commented(reportWith([decision("shop")]), forge);
    expect(bodies(forge)[0]?.split("\n").slice(0, 4)).toEqual([
      marker("."),
      stateLine({
        head: HEAD,
        previous: null,
        run: { id: 20, attempt: 1 },
        shown: shownNow([decision("shop")], []),
      }),
      "",
      expect.stringMatching(/^## 🔴 hostenv plan: 1 decision · /),
    ]);
  });

  test("says how the plan ended by label and status", async () => {
    const blocked = forgeWith({ pulls: [pull({ labels: ["mine", "hostenv:change", "hostenv:failed"] })] });
    const { calls } = await commented(reportWith([decision("shop")]), blocked);
    expect(writes(calls)).toEqual([
      "createComment 7",
      "addLabel 7 hostenv:blocked",
      "removeLabel 7 hostenv:change",
      "removeLabel 7 hostenv:failed",
      `setStatus ${HEAD} failure`,
    ]);
    expect(blocked.world.pulls[0]?.labels).toEqual(["mine", "hostenv:blocked"]);
    expect(blocked.statuses).toEqual([
      {
        context: "hostenv/plan",
        state: "failure",
        description: expect.stringMatching(/^plan [0-9a-f]{8}: 1 decision · /),
        url: "c/1",
      },
    ]);
  });

  test("a label that stands already is not given again", async () => {
    const { calls } = await commented(
      quietReport(),
      forgeWith({ pulls: [pull({ labels: ["hostenv:no-change"] })] }),
    );
    expect(writes(calls)).toEqual(["createComment 7", `setStatus ${HEAD} success`]);
  });
});

describe("a known comment", () => {
  test("is edited in its place, by three calls where nothing changes in the fleet", async () => {
    const forge = forgeWith({ comments: [...noise(3), posted(2_000), ...noise(2, 3_000)] });
    const { result, url, calls } = await commented(quietReport(), forge);
    expect({ result, url }).toEqual({ result: "written", url: "c/2000" });
    expect(calls.slice(0, 3)).toEqual(["comments 7 1", "pullRequest 7", "editComment 2000"]);
    expect(forge.world.comments).toHaveLength(6);
    expect(bodies(forge)[3]).toContain("no change");
  });

  test("is left alone where it says the same", async () => {
    const forge = forgeWith();
    await commented(quietReport(), forge);
    const { result, url, calls } = await commented(quietReport(), forge);
    expect({ result, url }).toEqual({ result: "unchanged", url: "c/1" });
    expect(writes(calls)).toEqual([`setStatus ${HEAD} success`]);
  });

  test("is found on its page, and no later page is read", async () => {
    const forge = forgeWith({ page: 10, comments: [...noise(34), posted(5_000), ...noise(50, 6_000)] });
    const { result, calls } = await commented(quietReport(), forge);
    expect(result).toBe("written");
    expect(calls.filter((call) => call.startsWith("comments"))).toEqual(
      [1, 2, 3, 4].map((page) => `comments 7 ${page}`),
    );
    expect(writes(calls)[0]).toBe("editComment 5000");
  });

  test("loses its copies before it is written", async () => {
    const forge = forgeWith({ comments: [posted(1), ...noise(1), posted(2_000), posted(2_001)] });
    const { result, calls } = await commented(quietReport(), forge);
    expect(result).toBe("written");
    expect(writes(calls).slice(0, 3)).toEqual(["deleteComment 2000", "deleteComment 2001", "editComment 1"]);
    expect(forge.world.comments.map(({ id }) => id)).toEqual([1, 1_000]);
  });

  test("keeps no copy where it says the same already", async () => {
    const forge = forgeWith();
    await commented(quietReport(), forge);
    forge.changed({ comments: [...forge.world.comments, posted(9)] });
    const { result, calls } = await commented(quietReport(), forge);
    expect(result).toBe("unchanged");
    expect(writes(calls)[0]).toBe("deleteComment 9");
  });

  test.each<[string, Partial<PostedComment>]>([
    ["by somebody else", { authorId: STRANGER }],
    ["by nobody", { authorId: 0 }],
    ["of another provider", { body: `${marker("other")}\n${stateLine(state())}` }],
    ["that quotes ours", { body: `> ${posted(1).body}` }],
  ])("is not one %s: neither edited nor deleted, and its state is not read", async (_, given) => {
    const shown = shownNow([decision("shop")], []);
    const body = [marker("."), stateLine(state({ run: { id: 99, attempt: 1 }, shown })), "x"].join("\n");
    const forge = forgeWith({
      comments: [posted(1, { body, ...given })],
      pulls: [pull({ labels: ["hostenv:allow-uid-changed"] })],
      given: [{ label: "hostenv:allow-uid-changed", at: T2, by: { id: 5, login: "l" } }],
      writers: [5],
    });
    const { result, calls } = await commented(reportWith([decision("shop")]), forge);
    expect(result).toBe("written");
    expect(writes(calls).filter((call) => call.includes("Comment"))).toEqual(["createComment 7"]);
    expect(bodies(forge)[0]).toBe(given.body ?? body);
    expect(calls).not.toContain("mayWrite 5");
    expect(stateOf(forge, 1)?.shown[0]?.since).toBe(T2);
  });

  test("is that of the author the caller names", async () => {
    const forge = forgeWith({ comments: [posted(1), posted(2, { authorId: 77 })], self: 77 });
    const { notices, calls } = await commented(quietReport(), forge, { commentAuthorId: 77 });
    expect(writes(calls)[0]).toBe("editComment 2");
    expect(notices).toEqual([]);
  });

  test("an author that is not ours is told once it has written", async () => {
    const { result, notices } = await commented(quietReport(), forgeWith({ self: 77 }));
    expect(result).toBe("written");
    expect(notices).toEqual([expect.stringContaining("set comment-author-id to 77")]);
  });
});

describe("is superseded", () => {
  const late = (forge: FakeForge, calls: readonly string[], before: readonly string[]) => {
    expect(writes(calls)).toEqual([]);
    expect(bodies(forge)).toEqual(before);
  };

  test("where the head moved while others' reports were read", async () => {
    const forge = forgeWith({ comments: [posted(1)] });
    const before = bodies(forge);
    forge.meanwhile.openPullRequests = () => forge.changed({ pulls: [pull({ head: OLD })] });
    const { result, url, notices, calls } = await commented(reportWith([decision("shop")]), forge);
    expect({ result, url }).toEqual({ result: "superseded", url: "c/1" });
    expect(notices).toEqual([`the report is about ${HEAD}, and the pull request's head is ${OLD}`]);
    late(forge, calls, before);
  });

  test.each([
    ["about another commit than the event's", { headCommit: OLD }, {}],
    ["about the head, and the event is about another", {}, { head: OLD }],
    ["about no commit", { headCommit: null }, {}],
    ["about no commit, where no event names one", { headCommit: null }, { head: undefined }],
    ["about another, where no event names one", { headCommit: OLD }, { head: undefined }],
  ])("where the report is %s", async (_, rest, inputs) => {
    for (const document of [reportWith([decision("shop")], rest), failedReport(rest)]) {
      const forge = forgeWith({ comments: [posted(1)] });
      const before = bodies(forge);
      const { result, calls } = await commented(document, forge, inputs);
      expect(result).toBe("superseded");
      late(forge, calls, before);
    }
  });

  test.each([
    [{ id: 21, attempt: 1 }, "superseded"],
    [{ id: 20, attempt: 2 }, "superseded"],
    [{ id: 20, attempt: 1 }, "written"],
    [{ id: 19, attempt: 9 }, "written"],
    [null, "written"],
  ])("after the run %j it is %s", async (run, expected) => {
    const forge = forgeWith({ comments: [posted(1, { state: state({ run }) })] });
    const before = bodies(forge);
    const { result, calls } = await commented(quietReport(), forge);
    expect(result).toBe(expected);
    if (expected === "superseded") late(forge, calls, before);
  });

  test("by the deploy of what was merged, whatever labels change afterwards", async () => {
    const deploy = (EXAMPLES["all good"] as () => DeployReport)();
    const told = withDeploy(posted(1).body, deploy, { runUrl: null }, { id: 5, attempt: 1 });
    const forge = forgeWith({ comments: [posted(1, { body: told })] });
    for (const document of [reportWith([decision("shop")]), failedReport()]) {
      const { result, notices, calls } = await commented(document, forge);
      expect({ result, notices }).toEqual({
        result: "superseded",
        notices: ["the comment tells how the merge was deployed"],
      });
      late(forge, calls, [told]);
    }
  });

  test("is not decided by runs where this one has none", async () => {
    const forge = forgeWith({ comments: [posted(1)] });
    const { result } = await commented(quietReport(), forge, { run: undefined });
    expect(result).toBe("written");
    expect(stateOf(forge)?.run).toBeNull();
  });
});

describe("the head before", () => {
  const previousAfter = async (before: Partial<StickyState>, document: Report | Failure = quietReport()) => {
    const forge = forgeWith({ comments: [posted(1, { state: state(before) })] });
    await commented(document, forge);
    return stateOf(forge)?.previous;
  };

  test("is the one the comment was about", async () => {
    expect(await previousAfter({ head: OLD, previous: OLDER })).toBe(OLD);
    expect(await previousAfter({ head: OLD, previous: OLDER }, failedReport())).toBe(OLD);
  });

  test("stays on a re-run of the same head", async () => {
    expect(await previousAfter({ head: HEAD, previous: OLDER })).toBe(OLDER);
    expect(await previousAfter({ head: HEAD, previous: null })).toBeNull();
  });

  test("is not known where the comment's state can't be read", async () => {
    const forge = forgeWith({ comments: [posted(1, { body: `${marker(".")}\nold` })] });
    const { result } = await commented(quietReport(), forge);
    expect(result).toBe("written");
    expect(stateOf(forge)?.previous).toBeNull();
  });

  test("is what the comment compares with", async () => {
    const before = reportWith([decision("blog")], { headCommit: OLD });
    const forge = forgeWith({
      comments: [posted(1)],
      left: { "hostenv-plan-root": [{ id: 3, head: OLD, report: asJson(before) }] },
    });
    const { calls } = await commented(reportWith([decision("shop")]), forge);
    expect(calls).toContain("report 3");
    expect(bodies(forge)[0]).toContain("**Since the last push:** + uid change `shop`, − uid change `blog`.");
  });
});

describe("a label that allows a rule", () => {
  const LABEL = "hostenv:allow-uid-changed";
  const given = (at: string, id = 5) => [{ label: LABEL, at, by: { id, login: "l" } }];

  test("counts from the second run on, once somebody who may write gave it after the first", async () => {
    const forge = forgeWith({ writers: [5] });
    const report = reportWith([decision("shop")]);
    expect((await commented(report, forge)).calls).toContain(`setStatus ${HEAD} failure`);
    forge.changed({ pulls: [pull({ labels: [LABEL, "hostenv:blocked"] })], given: given(T2), now: T2 });
    const { calls, report: after } = await commented(report, forge, { run: { id: 21, attempt: 1 } });
    // Labels are read as late as the head.
    expect(calls.slice(calls.indexOf("pullRequest 7"))).toEqual([
      "pullRequest 7",
      `givenLabels 7 ${LABEL}`,
      "mayWrite 5",
      "editComment 1",
      "addLabel 7 hostenv:change",
      "removeLabel 7 hostenv:blocked",
      `setStatus ${HEAD} success`,
    ]);
    expect((after as Report).findings.map(({ allowed }) => allowed)).toEqual([true]);
    expect(bodies(forge)[0]).toContain("| ✅ |");
    expect(forge.world.pulls[0]?.labels).toEqual([LABEL, "hostenv:change"]);
    // What is allowed goes on being shown, since the first run.
    expect(stateOf(forge)?.shown.map(({ since }) => since)).toEqual([T1]);
  });

  test.each([
    ["before it was shown", { given: given(T0) }],
    ["by somebody who may not write", { given: given(T2, 6) }],
    ["by a token that may not read who gave it", { given: given(T2), refused: ["givenLabels" as const] }],
  ])("does not count when given %s", async (_, world) => {
    const forge = forgeWith({ writers: [5] });
    await commented(reportWith([decision("shop")]), forge);
    forge.changed({ pulls: [pull({ labels: [LABEL] })], ...world });
    const { result, calls, report } = await commented(reportWith([decision("shop")]), forge, {
      run: { id: 21, attempt: 1 },
    });
    expect(result).toBe("unchanged");
    expect(calls).toContain(`setStatus ${HEAD} failure`);
    expect((report as Report).findings[0]?.allowed).toBe(false);
  });

  test("does not count for a value that changed, or for what was gone for a run", async () => {
    const forge = forgeWith({ writers: [5] });
    const run = async (findings: Finding[], id: number, at: string) => {
      forge.changed({ now: at });
      const { report } = await commented(reportWith(findings), forge, { run: { id, attempt: 1 } });
      return (report as Report).findings.map(({ allowed }) => allowed);
    };
    await run([decision("shop", "1004")], 21, T0);
    forge.changed({ pulls: [pull({ labels: [LABEL] })], given: given(T1) });
    expect(await run([decision("shop", "1004")], 22, T2)).toEqual([true]);
    expect(await run([decision("shop", "1005")], 23, T2)).toEqual([false]);
    expect(await run([decision("shop", "1004")], 24, T2)).toEqual([false]);
    expect(await run([], 25, T2)).toEqual([]);
    expect(await run([decision("shop", "1005")], 26, T2)).toEqual([false]);
  });
});

describe("a failure", () => {
  test("takes the plan's place, and asks nothing about other runs or labels", async () => {
    const forge = forgeWith({
      comments: [posted(1, { state: state({ shown: [{ key: "a".repeat(32), since: T0 }] }) })],
      pulls: [pull({ labels: ["hostenv:change", "hostenv:allow-uid-changed"] })],
    });
    const { result, calls, report } = await commented(failedReport(), forge);
    expect(result).toBe("written");
    expect(calls).toEqual([
      "comments 7 1",
      "pullRequest 7",
      "editComment 1",
      "addLabel 7 hostenv:failed",
      "removeLabel 7 hostenv:change",
      `setStatus ${HEAD} error`,
    ]);
    expect(report).toEqual(failedReport());
    expect(bodies(forge)[0]).toContain("## 🔴 hostenv plan: failed");
    // What was shown before is remembered: a label given for it counts again when the plan works again.
    expect(stateOf(forge)).toMatchObject({ head: HEAD, previous: OLD, run: { id: 20, attempt: 1 } });
    expect(stateOf(forge)?.shown).toHaveLength(1);
  });
});

describe("nothing is written", () => {
  test("in a dry run", async () => {
    for (const comments of [[], [posted(1), posted(2)]]) {
      const forge = forgeWith({ comments });
      const { result, notices, calls } = await commented(reportWith([]), forge, { dryRun: true });
      expect(result).toBe("unchanged");
      expect(notices).toEqual(["dry run: nothing was written"]);
      expect(calls).toContain("pullRequest 7");
      expect(writes(calls)).toEqual([]);
      expect(forge.world.comments).toEqual(comments);
    }
  });

  test.each([
    ["a first comment", [], ["createComment 7"], null],
    ["an edit", [posted(1)], ["editComment 1"], "c/1"],
    ["a copy's removal", [posted(1), posted(2)], ["deleteComment 2"], "c/1"],
  ])("by a token that may only read: %s", async (_, comments, tried, url) => {
    const forge = forgeWith({ comments, refused: ["createComment", "editComment", "deleteComment"] });
    const answer = await commented(reportWith([decision("shop")]), forge);
    expect(answer).toMatchObject({ result: "read-only", url });
    expect(answer.notices).toEqual([expect.stringMatching(/: the token needs `pull-requests: write`$/)]);
    expect(writes(answer.calls)).toEqual(tried);
  });

  test("where the branch has no pull request", async () => {
    const forge = forgeWith({ pulls: [] });
    const branch = { owner: "octo", name: "topic" };
    const { result, url, calls } = await commented(quietReport(), forge, { pullRequest: undefined, branch });
    expect({ result, url, calls }).toEqual({
      result: "none",
      url: null,
      calls: ["pullRequestOf octo:topic"],
    });
  });

  test("where nothing names a pull request", async () => {
    await expect(commented(quietReport(), forgeWith(), { pullRequest: undefined })).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("where the report was forged", async () => {
    const forge = forgeWith();
    const forged = reportWith([]);
    const document = { ...forged, changeIds: [...forged.changeIds].reverse() };
    await expect(commented(document, forge)).rejects.toMatchObject({ code: "report-changed" });
    expect(forge.looked()).toEqual([]);
  });
});

test("the pull request of a branch is written to once its head is the report's", async () => {
  const forge = forgeWith();
  const branch = { owner: "octo", name: "topic" };
  const { result, calls } = await commented(quietReport(), forge, { pullRequest: undefined, branch });
  expect(result).toBe("written");
  expect(calls.slice(0, 3)).toEqual(["pullRequestOf octo:topic", "comments 7 1", "pullRequest 7"]);
});

describe("a right that lacks", () => {
  test.each([
    [
      "addLabel" as const,
      "issues: write",
      ["createComment 7", "addLabel 7 hostenv:change", `setStatus ${HEAD} success`],
    ],
    [
      "setStatus" as const,
      "statuses: write",
      ["createComment 7", "addLabel 7 hostenv:change", `setStatus ${HEAD} success`],
    ],
    [
      "reports" as const,
      "actions: read",
      ["createComment 7", "addLabel 7 hostenv:change", `setStatus ${HEAD} success`],
    ],
  ])("is told and stops nothing else: %s", async (method, right, wrote) => {
    const { result, notices, calls } = await commented(reportWith([]), forgeWith({ refused: [method] }));
    expect(result).toBe("written");
    expect(notices).toEqual([`GitHub does not allow ${method}: the token needs \`${right}\``]);
    expect(writes(calls)).toEqual(wrote);
  });

  test.each(["reports", "approvals", "openPullRequests"] as const)(
    "is like an outage: what other runs found is left out: %s",
    async (method) => {
      const forge = forgeWith();
      forge.meanwhile[method] = () => {
        throw new HostenvError("github-unreachable", "GitHub is away", "h");
      };
      const { result, notices } = await commented(reportWith([]), forge);
      expect(result).toBe("written");
      expect(notices).toEqual(["what other runs found is left out: GitHub is away"]);
    },
  );

  test.each(["comments", "pullRequest"] as const)(
    "is told, and nothing is written, where nothing can be known: %s",
    async (method) => {
      const { result, notices, calls } = await commented(quietReport(), forgeWith({ refused: [method] }));
      expect(result).toBe("read-only");
      expect(notices).toEqual([`GitHub does not allow ${method}: the token needs \`pull-requests: write\``]);
      expect(writes(calls)).toEqual([]);
    },
  );
});

describe("in a merge queue", () => {
  const queued = {
    pullRequest: undefined,
    head: undefined,
    queued: HEAD,
    reportUrl: "https://github.com/run",
  };

  test.each([
    ["what a label allowed", reportWith([{ ...decision("a"), allowed: true }]), "success"],
    ["what blocks", reportWith([decision("a")]), "failure"],
    ["a plan that failed", failedReport(), "error"],
  ] as const)("the commit has a status, and no pull request a comment: %s", async (_, report, state) => {
    const forge = forgeWith();
    const { result, calls } = await commented(report, forge, queued);
    expect({ result, calls }).toEqual({ result: "written", calls: [`setStatus ${HEAD} ${state}`] });
    expect(forge.statuses).toEqual([
      expect.objectContaining({ context: "hostenv/plan", url: queued.reportUrl }),
    ]);
  });

  test("a report about another commit is none of this entry", async () => {
    const { result, notices, calls } = await commented(reportWith([]), forgeWith(), {
      ...queued,
      queued: OLD,
    });
    expect({ result, calls }).toEqual({ result: "superseded", calls: [] });
    expect(notices).toEqual([`the report is about ${HEAD}, and the merge queue tries ${OLD}`]);
  });

  test("a token that may not says so, and a dry run writes nothing", async () => {
    const refused = await commented(reportWith([]), forgeWith({ refused: ["setStatus"] }), queued);
    expect(refused.result).toBe("read-only");
    expect(refused.notices).toEqual(["GitHub does not allow setStatus: the token needs `statuses: write`"]);
    const dry = await commented(reportWith([]), forgeWith(), { ...queued, dryRun: true });
    expect({ result: dry.result, calls: dry.calls }).toEqual({ result: "unchanged", calls: [] });
  });
});

describe("with all it remembers", () => {
  const rules = Object.keys(RULES) as RuleName[];
  const all = (perRule: number, subject: (index: number) => string): Finding[] =>
    rules.flatMap((rule) =>
      Array.from({ length: perRule }, (_, index) => decision(subject(index), "🦊|`<!--", rule)),
    );

  test.each([
    ["25 of every rule", 25, (index: number) => `site${index}`],
    ["hostile ones", 25, (index: number) => `${"\\|".repeat(100)}<!--${index}`],
    ["many bytes", 25, (index: number) => `${"🦊".repeat(100)}${index}`],
    ["more than are remembered", 100, (index: number) => `site${index}`],
  ])("a comment fits: %s", async (_, perRule, subject) => {
    const findings = all(perRule, subject);
    const report = reportWith(findings);
    const forge = forgeWith();
    await commented(report, forge);
    // The second time every decision has the time it was shown at first.
    forge.changed({ now: T2 });
    await commented({ ...report, seconds: report.seconds + 60 }, forge, { run: { id: 21, attempt: 1 } });
    const [body] = bodies(forge) as [string];
    expect(stateOf(forge)?.shown).toHaveLength(perRule === 25 ? 25 * rules.length : rules.length);
    expect(new Set(stateOf(forge)?.shown.map(({ since }) => since))).toEqual(new Set([T1]));
    expect([...body].length).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(250_000);
    for (const rule of rules) expect(body).toContain(`hostenv:allow-${rule}`);
  });

  test("a comment never goes beyond the limit by what it remembers", async () => {
    // As much text as fits without the state would be too much with it.
    for (const count of [120, 140, 160, 180, 200, 220]) {
      const names = Array.from({ length: count }, (_, index) => decision(`${"x".repeat(500)}${index}`));
      const forge = forgeWith();
      await commented(reportWith(names), forge);
      expect([...(bodies(forge)[0] as string)].length).toBeLessThanOrEqual(60_000);
    }
  });
});
