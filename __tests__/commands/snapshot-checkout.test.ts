import { expect, test } from "@jest/globals";
import { snapshotCheckout, snapshotCheckoutInputs } from "../../src/commands/snapshot-checkout.ts";
import { manifestOf } from "../../src/domain/manifest.ts";
import type { SourceCommit } from "../../src/domain/source-commit.ts";
import type { StateBranch } from "../../src/domain/state-branch.ts";
import type { Branches, FolderTexts, NewCommit } from "../../src/ports/branches.ts";
import { fake } from "../support/fake-ports.ts";

const state = (...users: string[]) =>
  JSON.stringify(Object.fromEntries(users.map((user, index) => [user, { uid: 1001 + index }])));

function snapshot(word: string, reserved = "{}"): FolderTexts {
  const texts = { "plan.json": word, "state.json": reserved };
  const manifest = manifestOf(texts, { planId: word.repeat(64).slice(0, 64), tool: "0.0.0" });
  return { ...texts, "manifest.json": JSON.stringify(manifest) };
}

interface Story {
  readonly current?: string | null;
  readonly source?: SourceCommit;
  readonly found?: StateBranch;
  /** What the snapshot's folder holds, by commit. */
  readonly folders?: Readonly<Record<string, FolderTexts>>;
  readonly isInTheWay?: boolean;
}

async function run(
  { current = "main", source, found = at("tip"), folders = {}, isInTheWay = false }: Story,
  given: object = { branch: "states" },
) {
  const [made, log]: [NewCommit[], string[]] = [[], []];
  const branches = fake<Branches>("branches", {
    head: async () => "head",
    current: async () => current,
    source: async () => source ?? null,
    state: async () => found,
    named: async (reference) => `commit of ${reference}`,
    folderAt: async (commit) => folders[commit] ?? {},
    commit: (async (wanted: NewCommit) => `made${made.push(wanted)}`) as Branches["commit"],
    detach: async (from, to) => {
      log.push(`detach ${from} ${to}`);
      return !isInTheWay;
    },
  });
  const progress = { step: () => {}, notice: (text: string) => log.push(`notice ${text}`), done: () => {} };
  const ended = await snapshotCheckout(snapshotCheckoutInputs.parse(given), {
    branches,
    progress,
    generated: "generated",
  });
  return { ended, made, log };
}

const at = (tip: string | null, kept = tip): StateBranch => ({ tip, kept, isWhole: tip !== null });

test("the branch's snapshot lies over what is checked out, and over the base", async () => {
  const { ended, made, log } = await run(
    { folders: { tip: snapshot("1") } },
    { branch: "states", base: "main~1" },
  );
  expect(ended).toEqual({
    schema: 1,
    branch: "states",
    snapshot: "tip",
    source: "head",
    head: "made2",
    base: "made1",
  });
  expect(made.map(({ tree, parents, files }) => [tree, parents, files["plan.json"]])).toEqual([
    ["commit of main~1", ["commit of main~1"], "1"],
    ["head", ["head"], "1"],
  ]);
  expect(log).toEqual(["detach head made2"]);
});

test("once more, it lies over the same files, and the branch needs no name", async () => {
  const source = { commit: "below", branch: "states", snapshot: "earlier" };
  const { ended, made } = await run({ current: null, source, folders: { tip: snapshot("1") } }, {});
  expect([ended.branch, ended.source, made.map(({ tree }) => tree)]).toEqual(["states", "below", ["below"]]);
});

test("a snapshot of the commit's own is told, and not read", async () => {
  const { made, log } = await run({ folders: { tip: snapshot("1"), head: snapshot("2") } });
  expect(made[0]?.files["plan.json"]).toBe("1");
  expect(log[0]).toBe(
    "notice generated/ of this commit is not read, states has the snapshot: git rm -r generated",
  );
});

test("where there is no branch yet, or it has none of this provider, the commit's own counts", async () => {
  const none = await run({ found: at(null), folders: { head: snapshot("2") } });
  expect([none.ended.snapshot, none.made[0]?.files["plan.json"]]).toEqual([null, "2"]);
  expect(none.log[0]).toBe("notice there is no branch states yet: the first deploy makes it");
  const other = await run({ folders: { head: snapshot("2") } });
  expect([other.ended.snapshot, other.made[0]?.files["plan.json"]]).toEqual(["tip", "2"]);
});

test("a dry run checks nothing out", async () => {
  const { log } = await run({ folders: { tip: snapshot("1") } }, { branch: "states", dryRun: true });
  expect(log).toEqual([]);
});

test.each([
  ["no branch is named", {}, {}, "usage"],
  ["the branch itself is checked out", { current: "states" }, undefined, "usage"],
  ["the branch is gone", { found: at(null, "kept") }, undefined, "state-branch-lost"],
  [
    "an entry is gone",
    {
      found: at("tip", "kept"),
      folders: { tip: snapshot("2", state("a")), kept: snapshot("1", state("a", "b")) },
    },
    undefined,
    "reservation-changed",
  ],
  [
    "the folder is gone",
    { found: at("tip", "kept"), folders: { kept: snapshot("1", state("a")) } },
    undefined,
    "reservation-changed",
  ],
  [
    "its state is no JSON",
    { found: at("tip", "kept"), folders: { tip: snapshot("1", "<<<<"), kept: snapshot("1") } },
    undefined,
    "file-not-json",
  ],
  [
    "a file is another",
    { folders: { tip: { ...snapshot("1"), "plan.json": "2" } } },
    undefined,
    "snapshot-torn",
  ],
  ["there is no manifest", { folders: { tip: { "dns-gate.json": "{}" } } }, undefined, "snapshot-torn"],
  [
    "changes are in the way",
    { folders: { tip: snapshot("1") }, isInTheWay: true },
    undefined,
    "snapshot-in-the-way",
  ],
] as [string, Story, object | undefined, string][])("is refused where %s", async (_, story, given, code) => {
  await expect(run(story, given)).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
});
