import { describe, expect, test } from "@jest/globals";
import {
  ATTEMPTS,
  type SnapshotCommitPorts,
  snapshotCommit,
  snapshotCommitInputs,
} from "../../src/commands/snapshot-commit.ts";
import { manifestOf } from "../../src/domain/manifest.ts";
import { overlayMessage, type SourceCommit } from "../../src/domain/source-commit.ts";
import type { StateBranch } from "../../src/domain/state-branch.ts";
import type { Branches, NewCommit, Pushed } from "../../src/ports/branches.ts";
import { fake } from "../support/fake-ports.ts";

const texts = (word: string) => {
  const files = { "plan.json": word, "state.json": "{}" };
  const manifest = manifestOf(files, { planId: word.repeat(64).slice(0, 64), tool: "0.0.0" });
  return { ...files, "manifest.json": JSON.stringify(manifest) };
};

interface Story {
  /** How pushes to the branch end, one after the other; then all go through. */
  readonly pushes?: readonly Pushed[];
  readonly current?: string | null;
  readonly followed?: boolean;
  /** What `snapshot checkout` left. */
  readonly source?: SourceCommit;
  /** A branch for snapshots alone, each time it is looked at. */
  readonly states?: readonly StateBranch[];
  readonly proposals?: SnapshotCommitPorts["proposals"];
}

/** Runs it on branches in memory, and tells what was asked of them. */
async function run(
  { pushes = [], current = "main", followed = true, proposals = null, source, states = [] }: Story,
  given: object = {},
) {
  const [left, log, waits, made]: [Pushed[], string[], number[], NewCommit[]] = [[...pushes], [], [], []];
  let [tips, looks] = [0, 0];
  const branches = fake<Branches>("branches", {
    head: async () => "head",
    current: async () => current,
    source: async () => source ?? null,
    state: async () => states[looks++] ?? { tip: `state${looks}`, kept: `state${looks}`, isWhole: true },
    tip: async (branch) => (branch === "hostenv/snapshot-root" ? null : `tip${tips++}`),
    folderAt: async () => texts("0"),
    folderNow: async () => texts("1"),
    changed: async () => ["README.md"],
    commit: async (wanted: NewCommit) => `commit${made.push(wanted)}`,
    push: async (branch, from, to, keeper) => {
      log.push(`${branch} ${from} ${to}${keeper ? ` keeper ${keeper.from}` : ""}`);
      return (branch === "hostenv/snapshot-root" ? undefined : left.shift()) ?? { result: "pushed" };
    },
    follow: async (from, to) => {
      log.push(`follow ${from} ${to}`);
      return followed;
    },
  });
  const ended = await snapshotCommit(snapshotCommitInputs.parse(given), {
    branches,
    proposals,
    timer: { seconds: () => 0, sleep: async (seconds) => void waits.push(seconds) },
    progress: { step: () => {}, notice: (text) => log.push(`notice ${text}`), done: () => {} },
    chance: () => 0.5,
    provider: ".",
    generated: "generated",
  });
  return { ended, log, waits, made };
}

const lost = (times: number): Pushed[] => Array.from({ length: times }, () => ({ result: "lost" }));

describe("snapshot commit", () => {
  test("that comes too late begins again from the branch as it is then, after a longer wait each time", async () => {
    const { ended, log, waits, made } = await run({ pushes: lost(2) });
    expect(ended).toMatchObject({ result: "committed", commit: "commit3", branch: "main" });
    expect(log).toEqual([
      "main tip0 commit1",
      "main tip1 commit2",
      "main tip2 commit3",
      "follow head commit3",
    ]);
    expect(made.map(({ tree, parents }) => [tree, parents])).toEqual([
      ["tip0", ["tip0"]],
      ["tip1", ["tip1"]],
      ["tip2", ["tip2"]],
    ]);
    expect(waits).toEqual([0.5, 1]);
  });

  test("that comes too late again and again goes to a pull request", async () => {
    const asked: unknown[] = [];
    const proposals = { propose: async (...args: unknown[]) => `https://pull/${asked.push(args)}` };
    const { ended, log } = await run({ pushes: lost(ATTEMPTS), proposals });
    expect(ended).toMatchObject({
      result: "proposed",
      pullRequest: "https://pull/1",
      reason: "5 times somebody else's push came first",
    });
    expect(log.at(-1)).toBe(`hostenv/snapshot-root null commit${ATTEMPTS + 1}`);
    expect(asked).toEqual([
      [
        "hostenv/snapshot-root",
        "main",
        { title: "Snapshot 111111111111", body: expect.stringContaining("1".repeat(64)) },
      ],
    ]);
  });

  test("that is refused is tried no more, and without anybody to ask the branch is there", async () => {
    const { ended, log, waits } = await run({ pushes: [{ result: "refused", reason: "protected" }] });
    expect(ended).toMatchObject({ result: "proposed", pullRequest: null, reason: "protected" });
    expect([log, waits]).toEqual([["main tip0 commit1", "hostenv/snapshot-root null commit2"], []]);
  });

  test("tells where the work tree could not come along", async () => {
    const { ended, log } = await run({ followed: false });
    expect(ended.result).toBe("committed");
    expect(log.at(-1)).toBe(
      "notice main is ahead of the work tree, whose own changes are in the way: git pull",
    );
  });

  test("from a commit that no branch is checked out for needs a name, and takes it for its own", async () => {
    await expect(run({ current: null })).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("--branch"),
    });
    const { log } = await run({ current: null }, { branch: "main" });
    expect(log).toEqual(["main tip0 commit1", "follow head commit1"]);
  });

  test("to another branch than the plan began from is refused", async () => {
    const refused = {
      code: "usage",
      hint: expect.stringContaining("snapshot checkout --branch hostenv-state"),
    };
    await expect(run({}, { branch: "hostenv-state" })).rejects.toMatchObject(refused);
    const began = { current: null, source: { ...SOURCE, branch: "another" } };
    await expect(run(began, { branch: "hostenv-state" })).rejects.toMatchObject(refused);
  });
});

const SOURCE = { commit: "main1", branch: "hostenv-state", snapshot: "state0" };
const beside = { current: null, source: SOURCE };

describe("snapshot commit after snapshot checkout", () => {
  test("goes to its branch alone, with the reference that keeps it, and lies over the same files then", async () => {
    const { ended, log, made } = await run({ ...beside, pushes: lost(1) });
    expect(ended).toMatchObject({ result: "committed", branch: "hostenv-state", commit: "commit2" });
    expect(log).toEqual([
      "hostenv-state state1 commit1 keeper state1",
      "hostenv-state state2 commit2 keeper state2",
      "follow head commit3",
    ]);
    expect(made.map(({ tree, parents }) => [tree, parents])).toEqual([
      ["state1", ["state1"]],
      ["state2", ["state2"]],
      ["main1", ["main1"]],
    ]);
    expect(made[0]?.message).toContain("Made from main1");
    expect(made[2]?.message).toBe(overlayMessage({ ...SOURCE, snapshot: "commit2" }));
  });

  test("makes the branch where there is none, with nothing but the snapshot", async () => {
    const { log, made } = await run({ ...beside, states: [{ tip: null, kept: null, isWhole: false }] });
    expect(log[0]).toBe("hostenv-state null commit1 keeper null");
    expect(made[0]).toMatchObject({ tree: null, parents: [] });
  });

  test("does not make a lost branch anew", async () => {
    const states = [{ tip: null, kept: "state0", isWhole: false }];
    await expect(run({ ...beside, states })).rejects.toMatchObject({ code: "state-branch-lost" });
  });
});
