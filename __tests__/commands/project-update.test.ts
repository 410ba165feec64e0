import { describe, expect, test } from "@jest/globals";
import { projectUpdate, projectUpdateInputs } from "../../src/commands/project-update.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { InputError } from "../../src/errors.ts";
import { emptyEvaluation, planPorts } from "../support/fake-ports.ts";
import { planWith } from "../support/plan-builder.ts";

const FLAKE = "{ the = generated; }";
const URL = "https://git.example/acme/shop";

/** What the client's repository holds: revisions by branch, and environments by revision of the declaring branch. */
interface Remote {
  /** The branch that the provider's input names; undefined for none, and the repository's own is `trunk`. */
  readonly follows: string | undefined;
  readonly branches: Readonly<Record<string, string>>;
  readonly declared: Readonly<Record<string, readonly string[]>>;
  /** The revision that the provider's root lock has. */
  readonly pinned: string;
  /** What the snapshot's lock has, by branch; null where there is none. */
  readonly snapshot: Readonly<Record<string, string>> | null;
  /** What is said of a branch that it does not give. */
  readonly unread: string;
  /** Whether that means that the branch is gone. */
  readonly isGone: boolean;
}

const remote: Remote = {
  follows: "main",
  branches: { main: "m2", staging: "s2", "feature/x": "x1", "feature/lost": "l1" },
  declared: { m1: ["main", "staging", "feature/old"], m2: ["main", "staging", "feature/x"] },
  pinned: "m1",
  snapshot: { main: "m1", staging: "s1", "feature/old": "o1" },
  unread: "couldn't find remote ref refs/heads/main",
  isGone: true,
};

const user = (branch: string) => `shop-${branch.replace("/", "-")}`;
const inputOf = (ref: string | undefined): JsonObject => ({
  type: "git",
  url: URL,
  ...(ref === undefined ? {} : { ref }),
});
const node = (ref: string | undefined, rev: string): JsonObject => ({
  original: inputOf(ref),
  locked: { ...inputOf(ref), rev },
});
const lock = (pins: Readonly<Record<string, JsonObject>>): JsonObject => ({
  nodes: { ...pins, root: { inputs: Object.fromEntries(Object.keys(pins).map((name) => [name, name])) } },
  root: "root",
  version: 7,
});

async function run(given: object, has: Partial<Remote> = {}) {
  const world = { ...remote, ...has };
  const declares = world.follows ?? "trunk";
  const blog: JsonObject = {
    original: { type: "git", url: "https://git.example/acme/blog" },
    locked: { type: "git", url: "https://git.example/acme/blog", rev: "b1" },
  };
  const root = lock({ acme__shop: node(world.follows, world.pinned), acme__blog: blog });
  const pins = Object.entries(world.snapshot ?? {}).map(([ref, rev]) => [user(ref), node(ref, rev)] as const);
  const committed = world.snapshot && lock({ ...Object.fromEntries(pins), "blog-main": blog });
  const disk = new Map<string, string>([["/copy/flake.lock", JSON.stringify(root)]]);
  const names = () => {
    const { nodes } = JSON.parse(disk.get("/copy/flake.lock") as string);
    return world.declared[nodes.acme__shop.locked.rev] ?? [];
  };
  const newest = (name: string): JsonObject => {
    if (name === "acme__blog" || name === "blog-main") return blog;
    const ref =
      name === "acme__shop" ? world.follows : Object.keys(world.branches).find((each) => user(each) === name);
    const rev = world.branches[name === "acme__shop" ? declares : (ref ?? "none")];
    if (rev === undefined) throw new InputError(name, world.unread, world.isGone);
    return node(ref, rev);
  };
  const { ports, said, written, disposals } = planPorts({
    evaluator: {
      evaluate: async () => ({
        ...emptyEvaluation,
        plan: planWith({
          environments: names().map((each) => ({ name: user(each), project: "acme__shop" })),
        }) as never,
        flake: FLAKE,
        flakeInputs: Object.fromEntries(names().map((each) => [user(each), inputOf(each)])),
      }),
    },
    files: {
      readIfThere: async (path) => disk.get(path) ?? null,
      readJsonIfThere: async (path) => {
        if (path === "/copy/generated/flake.lock") return committed;
        return disk.has(path) ? JSON.parse(disk.get(path) as string) : null;
      },
      write: async (path, text) => {
        expect(path).toBe("/copy/flake.lock");
        disk.set(path, text);
      },
    },
    locker: {
      lock: async (flake, text) => {
        const seed = JSON.parse(text);
        const wanted = [...(flake === FLAKE ? names().map(user) : []), "acme__shop", "acme__blog"];
        const made = wanted.map((name) => {
          const known = seed.nodes[seed.nodes.root?.inputs?.[name]];
          return [name, known ?? newest(name)] as const;
        });
        return { lock: JSON.stringify(lock(Object.fromEntries(made))), warnings: [] };
      },
    },
  });
  const inputs = projectUpdateInputs.parse({ project: URL, ...given });
  const update = await projectUpdate(inputs, { ...ports, server: "github.com" });
  expect([written, disposals()]).toEqual([[], 1]);
  const revisions = (text: string | null) => {
    if (text === null) return null;
    const { nodes } = JSON.parse(text) as { nodes: Record<string, { locked: { rev: string } }> };
    return Object.fromEntries(
      Object.entries(nodes).flatMap(([name, each]) => (each.locked ? [[name, each.locked.rev]] : [])),
    );
  };
  return { update, said, root: revisions(update.rootLock), generated: revisions(update.generatedLock) };
}

const before = {
  [user("main")]: "m1",
  [user("staging")]: "s1",
  [user("feature/old")]: "o1",
  "blog-main": "b1",
};

describe("project update", () => {
  test("moves the pin of the branch's environment and no other, to what Nix finds", async () => {
    const { update, root, generated, said } = await run({ ref: "refs/heads/staging", sha: "a".repeat(40) });
    expect(update).toMatchObject({
      result: "moved",
      projects: ["acme__shop"],
      revision: "s2",
      branch: "staging",
    });
    expect(update.environments).toEqual({ moved: [user("staging")], added: [], removed: [] });
    expect([root, generated]).toEqual([null, { ...before, [user("staging")]: "s2" }]);
    expect(said.join()).toContain("Nix found s2");
  });

  test("of the branch that declares environments moves the project's own input, too", async () => {
    const { update, root, generated } = await run({ ref: "main" });
    expect(update.environments).toEqual({
      moved: [user("main")],
      added: [user("feature/x")],
      removed: [user("feature/old")],
    });
    expect(root).toEqual({ acme__shop: "m2", acme__blog: "b1" });
    const { [user("feature/old")]: _, ...left } = before;
    expect(generated).toEqual({ ...left, [user("main")]: "m2", acme__shop: "m2" });
  });

  test("of a branch that the newest declaration speaks of brings its environment", async () => {
    const { update, root, generated } = await run({ ref: "refs/heads/feature/x" });
    expect(update.environments.added).toEqual([user("feature/x")]);
    expect([root?.acme__shop, generated?.[user("feature/x")], generated?.[user("main")]]).toEqual([
      "m2",
      "x1",
      "m1",
    ]);
  });

  test("of a deleted branch takes the environment that is no longer declared", async () => {
    const { update, generated } = await run({ ref: "refs/heads/feature/old", deleted: true });
    expect(update).toMatchObject({
      result: "moved",
      deleted: true,
      environments: { removed: [user("feature/old")] },
    });
    expect(generated).not.toHaveProperty(user("feature/old"));
  });

  test("of a branch that is said to be deleted, and is declared, moves nothing and closes nothing", async () => {
    const { update } = await run({ ref: "refs/heads/staging", deleted: true });
    expect([update.result, update.rootLock, update.generatedLock]).toEqual(["ignored", null, null]);
    expect(update.reason).toContain(`${user("staging")}: where its branch staging is deleted`);
    // What is open for it may bring it: nobody else's word takes that away.
    const added = await run({ ref: "refs/heads/feature/x", deleted: true });
    expect(added.update.result).toBe("ignored");
    const unknown = await run({ ref: "refs/heads/feature/lost", deleted: true });
    expect(unknown.update).toMatchObject({
      result: "unchanged",
      reason: expect.stringContaining("no environment"),
    });
  });

  test("of the deleted branch that declares environments is an error, where it is gone", async () => {
    const given = { ref: "refs/heads/main", deleted: true };
    const { main: _, ...branches } = remote.branches;
    await expect(run(given, { branches })).rejects.toMatchObject({ code: "project-branch-gone" });
    // Who can't read it does not know that.
    const unread = "unable to download 'https://api.github.com/repos/acme/shop': HTTP error 401";
    await expect(run(given, { branches, unread, isGone: false })).rejects.toMatchObject({
      code: "input-unlockable",
    });
    const { update } = await run(given);
    expect([update.result, update.reason]).toEqual([
      "ignored",
      "the branch main of acme__shop is still there",
    ]);
  });

  test("ignores what is about nothing here", async () => {
    const cases = [
      { project: "https://git.example/acme/other", ref: "refs/heads/main" },
      { project: "acme/shop", ref: "refs/heads/main" },
      { ref: "refs/tags/v1" },
      { ref: "refs/heads/feature/lost" },
    ];
    for (const given of cases) {
      const { update } = await run(given);
      expect([update.result, update.rootLock, update.generatedLock]).toEqual(["ignored", null, null]);
      expect(update.reason).not.toBeNull();
    }
  });

  test("that finds the pins where the branch is has nothing to move", async () => {
    const has = { pinned: "m2", snapshot: { main: "m2", staging: "s2", "feature/x": "x1" } };
    for (const ref of ["staging", "main", "feature/x"])
      expect((await run({ ref }, has)).update).toMatchObject({
        result: "unchanged",
        environments: { moved: [] },
      });
  });

  test("without a snapshot leaves pins to the first deploy, and moves the project's input all the same", async () => {
    const { update } = await run({ ref: "staging" }, { snapshot: null });
    expect([update.result, update.reason]).toEqual(["unchanged", expect.stringContaining("no snapshot yet")]);
    const main = await run({ ref: "main" }, { snapshot: null });
    expect([main.root?.acme__shop, main.generated]).toEqual(["m2", null]);
  });

  test("of a project whose input names no branch knows the repository's own by where both lead", async () => {
    const has = {
      follows: undefined,
      branches: { trunk: "m2", staging: "s2", "feature/x": "x1" },
      declared: { m1: ["trunk", "staging"], m2: ["trunk", "staging"] },
      snapshot: { trunk: "m1", staging: "s1" },
    };
    expect((await run({ ref: "trunk" }, has)).root?.acme__shop).toBe("m2");
    expect((await run({ ref: "staging" }, has)).root).toBeNull();
  });

  test("of a branch that is gone again by now is told as what can't be locked", async () => {
    await expect(run({ ref: "feature/old" })).rejects.toMatchObject({ code: "input-unlockable" });
  });
});

test("inputs that are no repository, no reference and no commit are refused", () => {
  const refused = [
    { project: "$(x)", ref: "main" },
    { project: "x".repeat(501), ref: "main" },
    { project: URL },
    { project: URL, ref: "" },
    { project: URL, ref: "x".repeat(1001) },
    { project: URL, ref: "main", sha: "HEAD; rm" },
    { project: URL, ref: "main", path: "/etc" },
    { project: { toString: 1 }, ref: "main" },
  ];
  for (const given of refused) expect(projectUpdateInputs.safeParse(given).success).toBe(false);
  expect(projectUpdateInputs.safeParse({ project: "acme/shop", ref: "\u0000" }).success).toBe(true);
});
