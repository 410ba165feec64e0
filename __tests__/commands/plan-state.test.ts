import { expect, test } from "@jest/globals";
import { plan, planInputs } from "../../src/commands/plan.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { HostenvError } from "../../src/errors.ts";
import type { Tree } from "../../src/ports/flakes.ts";
import { emptyEvaluation, planPorts, tree } from "../support/fake-ports.ts";
import { planWith } from "../support/plan-builder.ts";

const HEAD = "d".repeat(40);
const held = { uid: 1007, userName: "old-main", node: "node-a", virtualHosts: ["old.test"] };
const free = { ...held, node: null, virtualHosts: [] };
const BASE = { "old-main": held, "shop-main": { uid: 1002, userName: "shop-main", node: "node-a" } };
const RELEASED = { ...BASE, "old-main": free };

/** Plans a branch whose commit holds `committed`, and says which states went in and what was found. */
async function planned(
  committed: JsonValue | HostenvError,
  given: { base?: string[]; head?: string[]; edited?: string[]; state?: string } = {},
) {
  const { base = ["shop-main"], head = ["shop-main"], edited = ["state.json", "manifest.json"] } = given;
  const handed: JsonValue[] = [];
  const evaluated: string[] = [];
  const evaluation = (names: string[]) => ({
    ...emptyEvaluation,
    plan: planWith({ environments: names.map((name) => ({ name })) }) as JsonValue,
  });
  const { ports } = planPorts({
    trees: {
      at: async (reference) =>
        reference === HEAD ? tree({ root: "/committed", commit: HEAD }) : tree({ root: "/base" }),
      contains: async () => true,
      edited: async () => edited.map((name) => `generated/${name}`),
      current: async (state) => {
        handed.push(JSON.parse(state ?? "null"));
        return tree({ root: `/now-${handed.length}`, commit: HEAD });
      },
    },
    evaluator: {
      evaluate: async ({ root }: Tree) => {
        evaluated.push(root);
        return evaluation(root === "/base" ? base : head);
      },
    },
    files: {
      readJson: async () => BASE as JsonValue,
      readIfThere: async (path) => (path === "/base/generated/state.json" ? JSON.stringify(BASE) : null),
      readJsonIfThere: async (path) => {
        if (!path.endsWith("/state.json")) return null;
        if (!path.startsWith("/committed")) return BASE as JsonValue;
        if (committed instanceof HostenvError) throw committed;
        return committed;
      },
    },
  });
  const { report } = await plan(
    planInputs.parse({ base: "main", dryRun: true, ...(given.state ? { state: given.state } : {}) }),
    ports,
  );
  const found = report.findings
    .filter(({ rule }) => ["snapshot-edited", "state-pruned"].includes(rule))
    .map(({ rule, subject }) => `${rule} ${subject}`);
  return { used: handed.at(-1), evaluated, found };
}

const EDITS = ["snapshot-edited generated/manifest.json", "snapshot-edited generated/state.json"];

test("a branch that releases what nobody plans starts from its own state, and is evaluated once", async () => {
  const { used, evaluated, found } = await planned(RELEASED);
  expect(used).toEqual(RELEASED);
  expect(evaluated).toEqual(["/base", "/now-2"]);
  expect(found).toEqual(["state-pruned state.json"]);
});

test.each([
  ["the base", { base: ["shop-main", "old-main"] }],
  ["the branch", { head: ["shop-main", "old-main"] }],
  ["both", { base: ["shop-main", "old-main"], head: ["old-main", "shop-main"] }],
])("what %s still plans can't be released", async (_, given) => {
  const { used, evaluated, found } = await planned(RELEASED, given);
  // The last evaluation is the one that counts.
  expect(evaluated.at(-1)).toBe("/now-1");
  if (!("head" in given)) expect(used).toEqual(BASE);
  expect(found).toEqual(EDITS);
});

test.each<[string, JsonValue | HostenvError]>([
  ["another uid", { ...RELEASED, "old-main": { ...free, uid: 1008 } }],
  ["one uid twice", { ...RELEASED, "old-main": { ...free, uid: 1002 } }],
  ["an entry of its own", { ...RELEASED, "new-main": { uid: 1100 } }],
  ["another form only", JSON.parse(JSON.stringify(BASE)) as JsonObject],
  ["no object", []],
  ["no file", null],
  ["no JSON", new HostenvError("file-not-json", "m", "h")],
])("a branch whose state has %s starts from the base's", async (_, committed) => {
  const { used, evaluated, found } = await planned(committed);
  expect(used).toEqual(BASE);
  expect(evaluated).toEqual(["/base", "/now-1"]);
  expect(found).toEqual(EDITS);
});

test("another edit beside a release is told", async () => {
  const edited = ["state.json", "manifest.json", "plan.json"];
  expect((await planned(RELEASED, { edited })).found).toEqual([
    "snapshot-edited generated/plan.json",
    "state-pruned state.json",
  ]);
});

test("a state that is named stands above what the branch releases", async () => {
  const { used, found } = await planned(RELEASED, { state: "s.json" });
  expect(used).toEqual(BASE);
  expect(found).toEqual(EDITS);
});

test("a branch that does not touch the state is not asked for it", async () => {
  const { evaluated, found } = await planned(new HostenvError("internal", "m", "h"), {
    edited: ["plan.json"],
  });
  expect(evaluated).toEqual(["/base", "/now-1"]);
  expect(found).toEqual(["snapshot-edited generated/plan.json"]);
});

test("a mistake of ours while the branch's state is read is not taken for an edit", async () => {
  const broken = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new TypeError("x");
      },
    },
  ) as JsonValue;
  await expect(planned(broken)).rejects.toThrow(TypeError);
});
