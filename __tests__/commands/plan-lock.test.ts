import { expect, test } from "@jest/globals";
import { generatedOf, headPins, type LockPorts } from "../../src/commands/plan-lock.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { HostenvError, InputError } from "../../src/errors.ts";
import { emptyEvaluation, fake, tree } from "../support/fake-ports.ts";

const FLAKE = "{ the = generated; flake = 1; }";
const names = ["a-main-1", "b-main-1", "c-main-1", "d-main-1", "e-main-1"];
const original = (name: string) => ({ type: "git", url: `https://git.test/${name}`, ref: "main" });
const inputs: Record<string, JsonObject> = Object.fromEntries(names.map((name) => [name, original(name)]));

function lockOf(revisions: Record<string, string>): JsonObject {
  const pinned = Object.entries(revisions).map(([name, rev]) => [
    name,
    { original: inputs[name] ?? {}, locked: { ...original(name), rev } },
  ]);
  const direct = Object.fromEntries(Object.keys(revisions).map((name) => [name, name]));
  return { nodes: { ...Object.fromEntries(pinned), root: { inputs: direct } }, root: "root", version: 7 };
}

/** A locker to which some inputs are unreachable; all others are at one revision. */
function ports(given: { committed?: JsonObject; flake?: string; away?: readonly string[] } = {}) {
  const asked: string[][] = [];
  const said: string[] = [];
  const { committed } = given;
  const world: LockPorts = {
    generated: "generated",
    progress: { step: () => {}, notice: (text) => said.push(text), done: () => {} },
    files: fake<LockPorts["files"]>("files", {
      readIfThere: async (path) =>
        path.endsWith("flake.nix") ? (given.flake ?? null) : committed ? JSON.stringify(committed) : null,
      readJsonIfThere: async (path) => (path === "/copy/generated/flake.lock" ? (committed ?? null) : null),
    }),
    locker: {
      lock: async (flake, text) => {
        expect(flake).toBe(FLAKE);
        const lock = JSON.parse(text) as { nodes: Record<string, JsonObject> };
        const missing = names.filter((name) => !lock.nodes[name]);
        asked.push(missing);
        const unreachable = missing.find((name) => given.away?.includes(name));
        if (unreachable !== undefined) throw new InputError(unreachable, "no network");
        const added = lockOf(Object.fromEntries(missing.map((name) => [name, "new"]))) as typeof lock;
        const direct = {
          ...(lock.nodes.root?.inputs as JsonObject),
          ...(added.nodes.root?.inputs as JsonObject),
        };
        const nodes = { ...added.nodes, ...lock.nodes, root: { inputs: direct } };
        return {
          lock: JSON.stringify({ ...lock, nodes }),
          warnings: given.away ? [] : ["could not update x"],
        };
      },
    },
  };
  const run = (wishes: { lenient?: boolean; update?: string[] } = {}) =>
    generatedOf(
      tree(),
      { ...emptyEvaluation, flake: FLAKE, flakeInputs: inputs },
      { lenient: false, ...wishes },
      world,
    );
  return { run, asked, said, world };
}

const revisions = (found: Awaited<ReturnType<typeof generatedOf>>) =>
  Object.fromEntries((found?.pins ?? []).map(({ name, rev }) => [name, rev]));
const all = (rev: string) => Object.fromEntries(names.map((name) => [name, rev]));

test("locks nothing where everything is pinned already", async () => {
  const committed = lockOf(all("old"));
  const { run, asked } = ports({ committed, flake: FLAKE });
  const found = await run();
  expect(found).toMatchObject({ flake: FLAKE, lock: JSON.stringify(committed), unknown: [] });
  expect(revisions(found)).toEqual(all("old"));
  expect(asked).toEqual([]);
});

test("locks again where the text of the flake differs, and keeps every pin", async () => {
  const { run, asked } = ports({ committed: lockOf(all("old")), flake: "{ }" });
  expect(revisions(await run())).toEqual(all("old"));
  expect(asked).toEqual([[]]);
});

test("asks for what is missing or to be moved only, and says what could not be asked", async () => {
  const { "b-main-1": _, ...rest } = all("old");
  const { run, asked, said } = ports({ committed: lockOf(rest), flake: FLAKE });
  expect(revisions(await run({ update: ["c-main-1"] }))).toEqual({
    ...all("old"),
    "b-main-1": "new",
    "c-main-1": "new",
  });
  expect(asked).toEqual([["b-main-1", "c-main-1"]]);
  expect(said).toEqual(["could not update x"]);
});

test("leaves out a pin that can't be resolved, and gives the others", async () => {
  const { run, said } = ports({ away: ["b-main-1"] });
  const found = await run({ lenient: true });
  const { "b-main-1": _, ...rest } = all("new");
  expect(revisions(found)).toEqual(rest);
  expect(found?.unknown).toEqual(["b-main-1"]);
  expect(found?.lock).not.toContain("b-main-1");
  expect(said).toEqual([expect.stringMatching(/^input 'b-main-1' .*no network; .*given at merge$/)]);
  const base = [{ name: "b-main-1", url: "u", rev: "base", narHash: null }];
  expect(headPins(found as NonNullable<typeof found>, base)).toContainEqual(base[0]);
});

test("tries a few of many unreachable inputs, not all of them", async () => {
  const { run, asked } = ports({ away: names });
  const found = await run({ lenient: true });
  expect(found?.unknown.toSorted()).toEqual(names);
  expect(asked).toHaveLength(5);
});

test("is an error where it must not be left out", async () => {
  const away = { away: ["c-main-1"], committed: lockOf(all("old")), flake: FLAKE };
  await expect(ports({ away: ["c-main-1"] }).run()).rejects.toMatchObject({ input: "c-main-1" });
  // Whoever asks for one pin must hear that it was not moved.
  await expect(ports(away).run({ lenient: true, update: ["c-main-1"] })).rejects.toMatchObject({
    code: "input-unlockable",
  });
  const { world } = ports();
  const broken = new HostenvError("command-failed", "m", "h");
  const locker = { lock: () => Promise.reject(broken) };
  const evaluation = { ...emptyEvaluation, flake: FLAKE, flakeInputs: inputs };
  await expect(generatedOf(tree(), evaluation, { lenient: true }, { ...world, locker })).rejects.toBe(broken);
});

test("makes nothing for a provider whose tool gives no flake", async () => {
  expect(await generatedOf(tree(), emptyEvaluation, { lenient: false }, ports().world)).toBeNull();
});
