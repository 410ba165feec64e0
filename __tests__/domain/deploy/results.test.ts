import { describe, expect, test } from "@jest/globals";
import {
  DEPLOY_RESULTS,
  exitCodeOf,
  hostResult,
  judgedProfile,
  nodesLeft,
  type ProfileRun,
  wholeResult,
  withChecks,
} from "../../../src/domain/deploy/results.ts";
import type { CheckRun } from "../../../src/domain/deploy/verification.ts";

const link = (storePath: string, generation: number, activatable = true) => ({
  storePath,
  generation,
  activatable,
});
const OLD = link("/nix/store/old", 7);
const NEW = link("/nix/store/new", 8);
const FIRST = link("/nix/store/new", 1, false);
const OLDER = link("/nix/store/older", 6);
const OTHER = link("/nix/store/other", 9);

type Links = Pick<ProfileRun, "before" | "after">;
const run = (links: Links, more: Partial<ProfileRun> = {}): ProfileRun => ({
  profile: "shop",
  wanted: NEW.storePath,
  exit: 0,
  seconds: 3,
  log: ["a line"],
  ...links,
  ...more,
});
const update = (after: ProfileRun["after"]) => ({ before: OLD, ...(after === undefined ? {} : { after }) });

describe("a profile is judged by its link, before its exit code", () => {
  const WENT_BACK = "and generation 7 is the current one";
  const STRANGE = "which is neither what was there nor what was to come: somebody else deployed meanwhile";
  const NO_WAY_BACK = "and there is no earlier generation to go back to";
  test.each<[string, Links, Partial<ProfileRun>, string, string | null]>([
    ["activated", update(NEW), {}, "deployed", null],
    ["activated for the first time", { before: null, after: FIRST }, {}, "deployed", null],
    ["activated again, for what it is to restore", { before: NEW, after: NEW }, {}, "deployed", null],
    ["as it is to be, untouched", { before: NEW, after: NEW }, { exit: null }, "unchanged", null],
    ["not touched", update(OLD), { exit: null }, "skipped", null],
    ["not touched, never there", { before: null, after: null }, { exit: null }, "skipped", null],
    ["not touched, not read", update(undefined), { exit: null }, "skipped", null],
    [
      "exit 0, but rolled back (fault 52)",
      update(OLD),
      {},
      "rolled-back",
      `the activation ended as if all were well, ${WENT_BACK}`,
    ],
    [
      "failed and rolled back (fault 51)",
      update(OLD),
      { exit: 1 },
      "rolled-back",
      `the activation ended with exit code 1, ${WENT_BACK}`,
    ],
    [
      "killed and rolled back",
      update(OLD),
      { exit: "SIGKILL" },
      "rolled-back",
      `the activation ended with SIGKILL, ${WENT_BACK}`,
    ],
    [
      "never begun",
      update(OLD),
      { exit: 1, began: false },
      "failed",
      "it was not activated (exit code 1): generation 7 is the current one",
    ],
    [
      "begun, exit 0, rolled back",
      update(OLD),
      { began: false },
      "rolled-back",
      `the activation ended as if all were well, ${WENT_BACK}`,
    ],
    [
      "failed, and the new one stands there",
      update(NEW),
      { exit: 1 },
      "failed",
      "the activation ended with exit code 1, and the link leads to the new generation: whether that runs is not proved, the next deploy activates it again",
    ],
    [
      "a first one failed, with no way back (fault 54)",
      { before: null, after: FIRST },
      { exit: 1 },
      "failed",
      `the activation ended with exit code 1, ${NO_WAY_BACK}: what failed stays the current one`,
    ],
    [
      "failed over a generation that deploy-rs did not make",
      { before: link("/nix/store/old", 7, false), after: NEW },
      { exit: 1 },
      "failed",
      `the activation ended with exit code 1, ${NO_WAY_BACK}: what failed stays the current one`,
    ],
    [
      "a first one that left nothing",
      { before: null, after: null },
      { exit: 1 },
      "failed",
      `nothing is active: the first activation failed, ${NO_WAY_BACK}`,
    ],
    [
      "exit 0, and nothing is there",
      { before: null, after: null },
      {},
      "failed",
      `nothing is active: the first activation failed, ${NO_WAY_BACK}`,
    ],
    ["the link is gone", update(null), { exit: 1 }, "failed", "its link is gone"],
    [
      "something else is there",
      update(OTHER),
      {},
      "failed",
      `it runs generation 9, /nix/store/other, ${STRANGE}`,
    ],
    [
      "something else is there at first",
      { before: null, after: OTHER },
      { exit: 1 },
      "failed",
      `it runs generation 9, /nix/store/other, ${STRANGE}`,
    ],
    [
      "rolled back too far",
      update(OLDER),
      { exit: 1 },
      "failed",
      "it was rolled back further than to where it was: it runs generation 6, /nix/store/older",
    ],
    [
      "activated again, and rolled back from there",
      { before: NEW, after: OLD },
      { exit: 1 },
      "failed",
      "it was rolled back further than to where it was: it runs generation 7, /nix/store/old",
    ],
    [
      "not to be read",
      update(undefined),
      {},
      "failed",
      "what it runs now could not be read from the node: the next deploy looks again",
    ],
  ])("%s", (_, links, more, result, reason) => {
    const judged = judgedProfile(run(links, more));
    expect(judged).toEqual({
      profile: "shop",
      result,
      storePath: links.after?.storePath ?? null,
      seconds: 3,
      reason,
      log: reason === null ? [] : ["a line"],
    });
  });
});

describe("an environment that does not answer", () => {
  const check = (more: Partial<CheckRun> = {}): CheckRun => ({
    environment: "shop",
    check: "front",
    passed: false,
    status: 502,
    failures: ["HTTP 502 is above 399"],
    remark: null,
    enforced: true,
    seconds: 60,
    attempts: 10,
    ...more,
  });
  const resultWith = (links: Links, checks: CheckRun[], more: Partial<ProfileRun> = {}) =>
    withChecks(judgedProfile(run(links, more)), checks).result;

  test.each([
    ["newly deployed (fault 64)", update(NEW), {}],
    ["as it was", { before: NEW, after: NEW }, { exit: null }],
  ] as const)("is not verified: %s", (_, links, more) => {
    expect(resultWith(links, [check({ check: "other", passed: true }), check()], more)).toBe(
      "deployed-unverified",
    );
  });

  test("is only warned of where its checks say so", () => {
    expect(resultWith(update(NEW), [check({ enforced: false })])).toBe("deployed");
  });

  test("is nobody else's fault", () => {
    expect(resultWith(update(NEW), [check({ environment: "wiki" })])).toBe("deployed");
  });

  test("stays rolled back, whatever the old generation answers", () => {
    expect(resultWith(update(OLD), [check({ passed: true })])).toBe("rolled-back");
    expect(resultWith(update(OLD), [check()])).toBe("rolled-back");
  });
});

const profile = (result: string) =>
  ({ ...judgedProfile(run(update(NEW))), result }) as ReturnType<typeof judgedProfile>;
const problem = (code: string) => ({ code, message: "m", hint: "h" });

describe("a node", () => {
  test.each<[string, string[], string | null, string]>([
    ["all new", ["deployed", "unchanged"], null, "ok"],
    ["nothing to do", [], null, "ok"],
    ["one of many rolled back (fault 76)", ["deployed", "rolled-back", "unchanged"], null, "partial"],
    ["one does not answer", ["deployed", "deployed-unverified"], null, "partial"],
    ["all is there, but something else failed", ["deployed"], "backup-failed", "partial"],
    ["the system failed", ["rolled-back", "skipped"], null, "failed"],
    ["only what does not answer", ["deployed-unverified"], null, "failed"],
    ["down (fault 55)", [], "node-unreachable", "unreachable"],
    ["lost on the way", ["skipped"], "node-unreachable", "failed"],
    ["somebody else's turn (fault 59)", [], "node-locked", "locked"],
    ["refused", [], "node-disk-full", "failed"],
  ])("%s", (_, results, code, expected) => {
    expect(hostResult(results.map(profile), code === null ? null : problem(code))).toBe(expected);
  });
});

describe("the whole", () => {
  const ok = { result: "ok", profiles: [{ result: "deployed" }] } as const;
  const down = { result: "unreachable", profiles: [] } as const;
  const failed = { result: "failed", profiles: [{ result: "rolled-back" }] } as const;
  const half = { result: "partial", profiles: [{ result: "deployed" }, { result: "failed" }] } as const;
  test.each([
    ["all well", "deployed", [ok, ok], 0, "deployed"],
    ["visitors are still led to the old node", "deployed", [ok], 1, "waiting-for-dns"],
    ["one of ten nodes is down (fault 55)", "deployed", [ok, down], 1, "partial"],
    ["one profile of many failed", "failed", [half], 0, "partial"],
    ["nothing is new", "failed", [failed, down], 0, "failed"],
    ["what no node tells of", "failed", [ok], 0, "partial"],
    ["not begun", "unreviewed", [], 0, "unreviewed"],
    ["overtaken by a later commit", "superseded", [ok], 0, "superseded"],
    ["overtaken before its turn", "superseded", [ok, { result: "skipped", profiles: [] }], 0, "superseded"],
    ["overtaken after a failure", "superseded", [ok, failed], 0, "partial"],
    ["told to end", "stopped", [ok, failed], 0, "stopped"],
    ["only tried", "dry-run", [failed], 0, "dry-run"],
  ] as const)("%s", (_, told, hosts, waiting, expected) => {
    expect(wholeResult(told, hosts, waiting)).toBe(expected);
  });

  test("says no where a person must look now", () => {
    expect(DEPLOY_RESULTS.filter((result) => exitCodeOf(result) === 2)).toEqual([
      "partial",
      "failed",
      "unreviewed",
      "stopped",
    ]);
  });

  test("names the nodes that a next run must visit, those of earlier waves first", () => {
    const hosts = [
      { host: "c", wave: 2, result: "skipped" },
      { host: "a", wave: 1, result: "ok" },
      { host: "b", wave: 1, result: "partial" },
    ] as const;
    expect(nodesLeft(hosts)).toEqual(["b", "c"]);
  });
});
