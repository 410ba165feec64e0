import { describe, expect, test } from "@jest/globals";
import { heldBackNodes } from "../../src/fleets/hostenv/deploy-held-back.ts";
import { deployPlan } from "../../src/fleets/hostenv/deploy-plan.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { carriedHash } from "../../src/fleets/hostenv/live.ts";
import { groundOf, liveOf } from "../support/live.ts";
import { changing, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const window = {
  types: ["production"],
  from: "2026-12-20T00:00:00Z",
  until: "2027-01-04T08:00:00+01:00",
  reason: "holidays",
};
const DURING = new Date("2026-12-24T18:00:00Z");

function fleet(freeze: object[], more: Partial<ProviderSpec> = {}): ProviderSpec {
  return {
    environments: [
      { name: "shop-main", type: "production", node: "node-a", migrations: ["db"] },
      { name: "shop-next", type: "testing", node: "node-b", uid: 2002, migrations: ["db"] },
      { name: "blog-next", type: "testing", node: "node-c", uid: 2003, migrations: ["db"] },
      { name: "wiki-next", type: "testing", node: "node-d", uid: 2004 },
    ],
    policy: { freeze } as never,
    ...more,
  };
}

/** Of a fleet in which everything changes: the nodes that are left as they are. */
function held(wanted: ProviderSpec, now: Date | null = DURING, types: readonly string[] = []) {
  const side = sideWith(wanted);
  const sources = [{ path: "flake.nix", sha256: "1".repeat(64) }];
  const plan = deployPlan(groundOf(sideWith(fleet([])), { ...side, sources }, {}));
  expect(plan.waves.flat().length).toBeGreaterThan(3);
  return heldBackNodes(plan, side.plan, { now, types, forward: [] });
}

describe("nodes that are held back", () => {
  test("are those with an environment of its types, and no others", () => {
    expect(held(fleet([window]))).toEqual([
      {
        node: "node-a",
        until: window.until,
        reason: "holidays",
        types: ["production"],
        rolledBack: [],
        through: null,
      },
    ]);
  });

  test.each([
    ["before it begins", "2026-12-19T23:59:59Z", 0],
    ["when it begins", "2026-12-20T00:00:00Z", 1],
    ["until it ends, by its own zone", "2027-01-04T06:59:59Z", 1],
    ["once it has ended", "2027-01-04T07:00:00Z", 0],
  ])("%s", (_, now, count) => expect(held(fleet([window]), new Date(now))).toHaveLength(count));

  test("none, where the provider has no freeze, or of no type that is deployed", () => {
    expect(held(fleet([]))).toEqual([]);
    expect(held(fleet([{ ...window, types: ["staging"] }]))).toEqual([]);
  });

  test("also where the environment is only carried, or is only to be carried there", () => {
    const gone = fleet([window], {
      environments: fleet([]).environments?.slice(1) ?? [],
      spareNodes: ["node-a"],
    });
    expect(held(gone).map(({ node }) => node)).toEqual(["node-a"]);
    const comes = changing(fleet([window]), "wiki-next", { type: "production" });
    expect(held(comes).map(({ node }) => node)).toEqual(["node-a", "node-d"]);
  });

  test("with those that exchange data with them, over any number of moves", () => {
    const moved = changing(changing(fleet([window]), "shop-next", { node: "node-a" }), "blog-next", {
      node: "node-b",
    });
    const wanted = { ...moved, spareNodes: ["node-b", "node-c"] };
    expect(held(wanted).map(({ node, through }) => [node, through])).toEqual([
      ["node-a", null],
      ["node-b", "node-a"],
      ["node-c", "node-a"],
    ]);
  });

  test("by types that are left to another run, whenever that is; a freeze is told first", () => {
    const left = { until: null, reason: "", types: ["testing"], rolledBack: [], through: null };
    expect(held(fleet([window]), null, ["testing"])).toEqual(
      ["node-b", "node-c", "node-d"].map((node) => ({ node, ...left })),
    );
    expect(held(fleet([window]), DURING, ["production"])[0]).toMatchObject({ reason: "holidays" });
    expect(held(fleet([]), DURING, ["staging"])).toEqual([]);
  });

  test("until the last of several freezes ends", () => {
    const longer = {
      ...window,
      until: "2027-01-10T00:00:00Z",
      reason: "audit",
      types: ["production", "staging"],
    };
    expect(held(fleet([window, longer, window]))[0]).toMatchObject({
      until: longer.until,
      reason: "audit",
    });
  });
});

describe("a node that was rolled back", () => {
  const before = sideWith(fleet([]));
  const lives = {
    "node-a": liveOf(before, "node-a", {
      rolledBack: ["shop-main"],
      rolledBackFrom: carriedHash(before, "node-a"),
      unanswered: ["shop-main"],
    }),
  };
  const heldIn = (wanted: HostenvSide, forward: readonly string[] | null = []) => {
    const plan = deployPlan(groundOf(before, wanted, lives));
    expect(plan.waves.flat()).toContain("node-a");
    return heldBackNodes(plan, wanted.plan, { now: DURING, types: [], forward });
  };

  test("stays as it is while it is to carry what it was rolled back from", () => {
    const why = { rolledBack: ["shop-main"], until: null, reason: "", types: [] };
    expect(heldIn(before)).toEqual([{ node: "node-a", ...why, through: null }]);
  });

  test("holds where environments come there from, which must not let go of them, and not where they go to", () => {
    const arrives = { "shop-next": "node-a" };
    const leaves = { "shop-main": "node-b" };
    const nodesIn = (moved: Readonly<Record<string, string>>) => {
      const wanted = Object.entries(moved).reduce(
        (spec, [name, node]) => changing(spec, name, { node }),
        fleet([]),
      );
      const side = sideWith({ ...wanted, spareNodes: ["node-a", "node-b"] });
      const rolledBack = liveOf(before, "node-a", {
        rolledBack: ["system"],
        rolledBackFrom: carriedHash(side, "node-a"),
      });
      const plan = deployPlan(groundOf(before, side, { "node-a": rolledBack }));
      expect(plan.waves.flat()).toEqual(expect.arrayContaining(["node-a", "node-b"]));
      const found = heldBackNodes(plan, side.plan, { now: DURING, types: [], forward: [] });
      return found.map(({ node, through }) => [node, through]);
    };
    expect(nodesIn(arrives)).toEqual([
      ["node-a", null],
      ["node-b", "node-a"],
    ]);
    expect(nodesIn(leaves)).toEqual([["node-a", null]]);
  });

  test("is brought forward where it is named, or the plan is, or it is to carry something else", () => {
    expect(heldIn(before, ["node-b", "node-a"])).toEqual([]);
    expect(heldIn(before, null)).toEqual([]);
    expect(heldIn(sideWith(changing(fleet([]), "shop-main", { type: "staging" })))).toEqual([]);
  });
});
