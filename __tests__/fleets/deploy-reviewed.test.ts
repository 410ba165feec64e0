import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Reviewed, unreviewed } from "../../src/domain/deploy/reviewed.ts";
import { deployPlan } from "../../src/fleets/hostenv/deploy-plan.ts";
import { type HostenvSide, hostsOf } from "../../src/fleets/hostenv/facts.ts";
import { factsFrom, partOf, sideAfter, withHeld } from "../../src/fleets/hostenv/live.ts";
import { stories } from "../support/arbitrary-plan.ts";
import { groundOf, liveOf } from "../support/live.ts";
import { type ProviderSpec, pinAt, reviewOf, sideWith } from "../support/plan-builder.ts";

/** What the report of a pull request showed. */
function shown(base: HostenvSide, head: HostenvSide): Reviewed {
  const { changes, pinMoves } = reviewOf(base, head);
  const pins = (side: "before" | "after") => pinMoves.flatMap((move) => move[side] ?? []);
  return { changes, pins: { base: pins("before"), head: pins("after") } } as Reviewed;
}

/** What nodes say after a deploy from one side to another of which some parts failed. */
function livesAfter(from: HostenvSide, to: HostenvSide, fails: (part: string) => boolean) {
  const isThere = (node: string, name: string) => !fails(`${node} system`) && !fails(`${node} ${name}`);
  // Nobody lets go of what has not arrived.
  const held = Object.entries(from.plan.environments).filter(([name, { node }]) => {
    const now = to.plan.environments[name]?.node ?? node;
    return now !== node && !isThere(now, name);
  });
  const nodes = hostsOf(to.plan).filter((node) => hostsOf(from.plan).includes(node));
  return Object.fromEntries(
    nodes.map((node) => {
      const [before, wanted] = [partOf(from, node), partOf(to, node)];
      const names = Object.keys(wanted.plan.environments).filter((name) => isThere(node, name));
      const reached = { system: !fails(`${node} system`), environments: new Set(names) };
      const staying = held.filter(([, was]) => was.node === node).map(([name]) => name);
      const after = withHeld(sideAfter(before, wanted, reached), before, staying, to);
      const isWhole =
        reached.system && reached.environments.size === Object.keys(wanted.plan.environments).length;
      return [node, liveOf(from, node, { facts: factsFrom(after), ...(isWhole ? {} : { planId: null }) })];
    }),
  );
}

const failures = fc.func(fc.boolean()).map((fails) => (part: string) => fails(part));

const pins = { pins: ["shop", "wiki"].map((name) => pinAt(name, "1")) };
const NOTHING = { changes: [], pinMoves: [] };

describe("after a deploy of which some parts failed", () => {
  test.each<[string, ProviderSpec, ProviderSpec, string]>([
    [
      "an environment that was new",
      { environments: [] },
      { environments: [{ name: "wiki", hosts: { "wiki.test": {} } }] },
      "node-a wiki",
    ],
    [
      "the environment whose hostname changed",
      { environments: [{ name: "wiki", hosts: { "old.test": {} } }] },
      { environments: [{ name: "wiki", hosts: { "wiki.test": {} } }] },
      "node-a wiki",
    ],
    [
      "the destination of a move, whose source has let go of nothing",
      { environments: [{ name: "wiki", node: "node-b" }] },
      { environments: [{ name: "wiki", node: "node-a" }] },
      "node-a wiki",
    ],
    [
      "a neighbour of one that arrived by a move",
      {
        environments: [
          { name: "shop", node: "node-a" },
          { name: "wiki", node: "node-b" },
        ],
      },
      {
        environments: [
          { name: "shop", node: "node-a", type: "testing" },
          { name: "wiki", node: "node-a" },
        ],
      },
      "node-a shop",
    ],
    [
      "the one that gave a hostname away, to one that is off",
      {
        environments: [
          { name: "shop", hosts: { "www.test": {} } },
          { name: "wiki", enable: false },
        ],
      },
      {
        environments: [
          { name: "shop", type: "testing" },
          { name: "wiki", enable: false, hosts: { "www.test": {} } },
        ],
      },
      "node-a shop",
    ],
  ])("what failed is taken up by the run that is started again: %s", (_, old, now, failed) => {
    const nodes = { spareNodes: ["node-a", "node-b"] };
    const [base, head] = [sideWith({ ...nodes, ...old }, pins), sideWith({ ...nodes, ...now }, pins)];
    const lives = livesAfter(base, head, (part) => part === failed);
    const again = deployPlan(groundOf(base, head, lives));
    expect(again.waves.flat()).toContain("node-a");
    expect(unreviewed(again, [shown(base, head)])).toEqual(NOTHING);
  });

  test("all that is still to be done was reviewed, by what brought it and by what mends it", () => {
    fc.assert(
      fc.property(stories, failures, ([base, first, second], fails) => {
        const lives = livesAfter(base, first, fails);
        const again = deployPlan(groundOf(base, first, lives));
        expect(unreviewed(again, [shown(base, first)])).toEqual(NOTHING);
        const mended = deployPlan(groundOf(base, second, lives));
        expect(unreviewed(mended, [shown(base, first), shown(first, second)])).toEqual(NOTHING);
        // Who takes the change back takes up every node on which a part of it failed, and may have left another.
        const back = deployPlan(groundOf(base, base, lives)).waves.flat();
        const halves = Object.keys(lives).filter((node) => lives[node]?.planId === null);
        expect(back).toEqual(
          expect.arrayContaining(halves.filter((node) => hostsOf(base.plan).includes(node))),
        );
      }),
    );
  });
});
