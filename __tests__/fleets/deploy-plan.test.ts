import { describe, expect, test } from "@jest/globals";
import type { Live, MoveStep } from "../../src/domain/deploy/live.ts";
import { mustHold, nextStep } from "../../src/domain/deploy/moves.ts";
import { NOTHING } from "../../src/domain/dns/memory.ts";
import { withMovesHeld } from "../../src/fleets/hostenv/deploy-gate.ts";
import { heldBackNodes } from "../../src/fleets/hostenv/deploy-held-back.ts";
import { type DeployGround, type DeployPlan, deployPlan } from "../../src/fleets/hostenv/deploy-plan.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { partOf, sideAfter } from "../../src/fleets/hostenv/live.ts";
import { GATE, groundOf, liveOf, stepOf } from "../support/live.ts";
import {
  adding,
  changing,
  dropping,
  type ProviderSpec,
  pinAt,
  reviewOf,
  sideWith,
} from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    {
      name: "shop-main",
      type: "production",
      node: "node-a",
      hosts: { "shop.test": {} },
      migrations: ["db-migrate"],
    },
    { name: "blog-main", type: "production", node: "node-a", uid: 2001 },
    { name: "shop-next", type: "testing", node: "node-b", uid: 2002 },
  ],
  spareNodes: ["node-c"],
};
const shopSide = sideWith(shop);

const reasonsIn = ({ situations }: DeployPlan) =>
  Object.fromEntries(
    [...situations]
      .filter(([, { reasons }]) => reasons.length > 0)
      .map(([node, { reasons }]) => [node, reasons]),
  );
const moving = sideWith(changing(shop, "shop-main", { node: "node-b" }));
const planOf = (wanted = shopSide, lives: Readonly<Record<string, Live | null>> = {}, live = shopSide) =>
  deployPlan(groundOf(live, wanted, lives));

describe("which nodes are deployed", () => {
  test("none, where every node carries what is wanted", () => {
    const plan = planOf();
    expect(reasonsIn(plan)).toEqual({});
    expect(plan).toMatchObject({ waves: [], changes: [], pinMoves: [], moves: [], removed: [] });
  });

  test("a node that carries something else, and no other", () => {
    const wanted = sideWith(changing(shop, "shop-next", { type: "development" }));
    const plan = planOf(wanted);
    expect(reasonsIn(plan)).toEqual({ "node-b": ["changed"] });
    expect(plan.standing).toEqual(["node-a", "node-c"]);
    const unheard = { ...groundOf(shopSide, wanted), unasked: new Set(["node-a"]) };
    expect(deployPlan(unheard).standing).toEqual(["node-c"]);
    expect(plan.waves).toEqual([["node-b"]]);
  });

  test("a node without environments, when it changes", () => {
    const wanted = {
      ...shopSide,
      sources: [{ path: "nodes/node-c/configuration.nix", sha256: "1".repeat(64) }],
    };
    expect(planOf(wanted).waves).toEqual([["node-c"]]);
  });

  test("a node that lost its last environment, after all others", () => {
    const plan = planOf(sideWith({ ...dropping(shop, "shop-next"), spareNodes: ["node-b", "node-c"] }));
    expect(plan.waves).toEqual([["node-b"]]);
    expect(plan.removed).toEqual([{ environment: "shop-next", node: "node-b" }]);
  });

  test("every node, where a pin or a file that reaches all has changed", () => {
    const pins = { ...shopSide, pins: [pinAt("nixpkgs", "2")] };
    expect(planOf(pins).waves).toEqual([["node-a", "node-b", "node-c"]]);
    expect(planOf(pins).pinMoves.map(({ name }) => name)).toEqual(["nixpkgs"]);
    const file = { ...shopSide, sources: [{ path: "flake.nix", sha256: "1".repeat(64) }] };
    expect(planOf(file).waves).toEqual([["node-a", "node-b", "node-c"]]);
    expect(planOf(file).changes.map(({ kind, subject }) => [kind, subject])).toEqual([["file", "flake.nix"]]);
  });

  test.each<[string, Partial<Live>, string]>([
    ["says that the DNS gate has changed its mind", { gateSha256: "1".repeat(64) }, "gate"],
    ["has sites that did not answer", { unanswered: ["shop-next"] }, "unanswered"],
    ["has an activation that nothing proved", { unproved: ["system"] }, "unproved"],
    ["was brought back by hand", { rolledBack: ["system"] }, "rolled-back"],
    ["carries parts of several plans", { planId: null }, "unfinished"],
  ])("a node that %s", (_, more, reason) => {
    const plan = planOf(shopSide, { "node-b": liveOf(shopSide, "node-b", more) });
    expect(reasonsIn(plan)).toEqual({ "node-b": [reason] });
    expect(plan.changes).toEqual([]);
  });

  test("a node whose link does not lead where it says", () => {
    const ground = groundOf(shopSide, shopSide);
    const links = new Map([...ground.links, ["node-a", { system: "/nix/store/by-hand" }]]);
    expect(reasonsIn(deployPlan({ ...ground, links }))).toEqual({ "node-a": ["drifted"] });
  });

  test("a node that says nothing yet: all of it is a change", () => {
    const plan = planOf(shopSide, { "node-b": null });
    expect(reasonsIn(plan)).toEqual({ "node-b": ["first"] });
    const subjects = new Set(plan.changes.map(({ kind, subject }) => `${kind} ${subject}`));
    expect([...subjects].sort()).toEqual(["fleet provider", "host node-b", "unit shop-next"]);
  });

  test("one that can't be asked is no part of it", () => {
    const ground = groundOf(shopSide, sideWith(changing(shop, "shop-next", { type: "development" })));
    const lives = new Map([...ground.lives].filter(([node]) => node !== "node-b"));
    expect(deployPlan({ ...ground, lives }).waves).toEqual([]);
  });
});

describe("what a review must have seen", () => {
  test("is what the pull request's own comparison showed", () => {
    const edits = [
      changing(shop, "shop-next", { type: "development" }),
      adding(shop, { name: "wiki-main", node: "node-c", uid: 2003 }),
      dropping(shop, "blog-main"),
      changing(shop, "shop-main", { node: "node-b" }),
      changing(shop, "shop-main", { node: "node-c", hosts: { "new.shop.test": {} } }),
    ];
    for (const edit of edits) {
      const wanted = sideWith(edit);
      const shown = reviewOf(shopSide, wanted).changes.map(({ id }) => id);
      expect(
        planOf(wanted)
          .changes.map(({ id }) => id)
          .sort(),
      ).toEqual([...shown].sort());
    }
  });

  test("is no pin that goes along with a move, and every one that is new, changed or gone", () => {
    const pinned = (side: HostenvSide, version = "1"): HostenvSide => ({
      ...side,
      pins: [pinAt("shop-main", version)],
    });
    const names = (wanted: HostenvSide, live = pinned(shopSide)) =>
      planOf(wanted, {}, live).pinMoves.map(({ name, before, after }) => [name, before?.rev, after?.rev]);
    expect(names(pinned(moving))).toEqual([]);
    const [one, two] = ["1", "2"].map((version) => pinAt("shop-main", version).rev);
    expect(names(pinned(moving, "2"))).toEqual([["shop-main", undefined, two]]);
    expect(names(pinned(shopSide, "2"))).toEqual([["shop-main", one, two]]);
    expect(names(pinned(shopSide), shopSide)).toEqual([["shop-main", undefined, one]]);
    expect(names(sideWith(dropping(shop, "shop-main")))).toEqual([["shop-main", one, undefined]]);
  });

  test("stays the same while a move goes on, of which the destination has its part already", () => {
    const arrived = {
      "node-b": liveOf(moving, "node-b", { steps: [stepOf("shop-main", "node-a", "node-b", "restore")] }),
    };
    expect(planOf(moving, arrived).changes.filter(({ kind }) => kind === "unit")).toEqual([]);
  });
});

describe("moves", () => {
  const stages = (plan: DeployPlan) =>
    plan.moves.map((stage) => [stage.move, nextStep(stage), mustHold(stage)]);
  const move = { name: "shop-main", from: "node-a", to: "node-b" };

  test("begin with a backup, destination before source", () => {
    const plan = planOf(moving);
    expect(stages(plan)).toEqual([[move, "backup", true]]);
    expect(plan.waves).toEqual([["node-b"], ["node-a"]]);
  });

  test.each([
    [["backup"], "restore", true],
    [["backup", "restore"], "dns", true],
    [["backup", "restore", "dns"], "tls", true],
    [["backup", "restore", "dns", "tls"], "drop", false],
  ] as const)("after %j come to %s", (done, next, hold) => {
    const steps = done.map((step) => stepOf("shop-main", "node-a", "node-b", step, { "db-migrate": "5f3c" }));
    const plan = planOf(moving, { "node-b": liveOf(moving, "node-b", { steps }) });
    expect(stages(plan)).toEqual([[move, next, hold]]);
  });

  test("are over when the source does not carry it any more", () => {
    const done = { "node-a": liveOf(moving, "node-a"), "node-b": liveOf(moving, "node-b") };
    expect(planOf(moving, done)).toMatchObject({ moves: [], waves: [] });
  });

  test("that failed are found again by the next deploy, whatever it is about", () => {
    const later = sideWith(
      changing(changing(shop, "shop-main", { node: "node-b" }), "blog-main", { type: "testing" }),
    );
    expect(stages(planOf(later))).toEqual([[move, "backup", true]]);
  });

  describe("that were not over when the plan changed again", () => {
    const at = (step: MoveStep, time: string): MoveStep => ({ ...step, at: `2026-01-01T${time}:00.000Z` });
    const arrived = (...more: MoveStep[]) =>
      liveOf(moving, "node-b", { steps: [stepOf("shop-main", "node-a", "node-b", "restore"), ...more] });
    const led = stepOf("shop-main", "node-a", "node-b", "dns");
    const found = (wanted: HostenvSide, lives: Readonly<Record<string, Live | null>>) =>
      planOf(wanted, lives).moves.map((stage) => ({
        ...stage.move,
        copies: stage.copies,
        next: nextStep(stage),
      }));
    const back = { name: "shop-main", from: "node-b", to: "node-a", copies: [] };

    test("and nobody was led away: the data stays where it is, and what was restored elsewhere is let go of", () => {
      expect(found(shopSide, { "node-b": arrived() })).toEqual([{ ...back, next: "dns" }]);
      const plan = planOf(shopSide, { "node-b": arrived() });
      expect([plan.waves, reasonsIn(plan)]).toEqual([
        [["node-a"], ["node-b"]],
        { "node-a": ["moves"], "node-b": expect.arrayContaining(["moves"]) },
      ]);
    });

    test("and visitors were led away: their new data is taken back", () => {
      expect(found(shopSide, { "node-b": arrived(led) })).toEqual([{ ...back, next: "backup" }]);
    });

    test("go on to a third node from where the data is, and the copy is held until nobody is led there", () => {
      const further = sideWith(changing(shop, "shop-main", { node: "node-c" }));
      const third = { name: "shop-main", to: "node-c", next: "backup" };
      const to = (lives: Readonly<Record<string, Live | null>>) => found(further, lives);
      expect(to({ "node-b": arrived() })).toEqual([{ ...third, from: "node-a", copies: ["node-b"] }]);
      expect(to({ "node-b": arrived(led) })).toEqual([{ ...third, from: "node-b", copies: ["node-a"] }]);
      const { waves } = planOf(further, { "node-b": arrived() });
      expect([waves[0], waves.slice(1).flat().sort()]).toEqual([["node-c"], ["node-a", "node-b"]]);
    });

    test("know the data by the latest time that visitors were led, however often it went to and fro", () => {
      const returned = liveOf(shopSide, "node-a", {
        steps: ["restore", "dns"].map((step) =>
          at(stepOf("shop-main", "node-b", "node-a", step as MoveStep["step"]), "02:00"),
        ),
      });
      expect(
        found(moving, { "node-a": returned, "node-b": arrived(at(led, "01:00")) }).map(({ from }) => from),
      ).toEqual(["node-a"]);
      expect(
        found(shopSide, { "node-a": returned, "node-b": arrived(at(led, "03:00")) }).map(({ from }) => from),
      ).toEqual(["node-b"]);
    });

    test("bring nothing back from a copy whose node forgot how it came there, or can't be asked", () => {
      const stayed = (["stay", "dns", "tls"] as const).map((step) =>
        stepOf("shop-main", "node-b", "node-a", step),
      );
      const home = liveOf(shopSide, "node-a", { steps: stayed });
      const forgetful = { "node-a": home, "node-b": liveOf(moving, "node-b") };
      expect(stages(planOf(shopSide, forgetful))).toEqual([
        [{ name: "shop-main", from: "node-b", to: "node-a" }, "drop", expect.any(Boolean)],
      ]);
      const ground = groundOf(shopSide, shopSide, { "node-a": home, "node-b": null });
      const silent = deployPlan({ ...ground, unasked: new Set(["node-b"]) });
      for (const [, step] of stages(silent)) expect(step).not.toMatch(/backup|restore/);
    });

    test("are over when the world is led back, by what was written after the arrival was turned back alone", () => {
      const stay = (time: string) =>
        liveOf(shopSide, "node-a", {
          steps: (["stay", "dns", "tls"] as const).map((step) =>
            at(stepOf("shop-main", "node-b", "node-a", step), time),
          ),
        });
      const lives = (time: string) => ({ "node-a": stay(time), "node-b": arrived() });
      expect(found(shopSide, lives("00:30"))).toEqual([{ ...back, next: "drop" }]);
      const again = liveOf(moving, "node-b", {
        steps: [at(stepOf("shop-main", "node-a", "node-b", "restore"), "00:45")],
      });
      expect(found(shopSide, { ...lives("00:30"), "node-b": again })).toEqual([{ ...back, next: "dns" }]);
    });

    describe("while a node can't be asked", () => {
      const unheard = (wanted: HostenvSide, silent: string, lives: Readonly<Record<string, Live | null>>) => {
        const ground = groundOf(shopSide, wanted, { ...lives, [silent]: null });
        const { moves, uncertain } = deployPlan({ ...ground, unasked: new Set([silent]) });
        const told = moves.map((each) => ({
          ...each.move,
          copies: each.copies,
          next: nextStep(each),
          isUnheard: each.isUnheard,
        }));
        return [told, uncertain];
      };
      const further = sideWith(changing(shop, "shop-main", { node: "node-c" }));
      const copied = liveOf(shopSide, "node-a", {
        steps: [stepOf("shop-main", "node-a", "node-b", "backup")],
      });

      test("never take a copy for the data: its node is waited for, and the copy is held", () => {
        const [found] = unheard(further, "node-a", { "node-b": arrived() });
        const third = { name: "shop-main", from: "node-a", to: "node-c", copies: ["node-b"] };
        expect(found).toEqual([{ ...third, next: "backup", isUnheard: true }]);
      });

      test("are turned back by the node that was left, which knows of the copy", () => {
        const known = { "node-a": copied };
        expect(unheard(shopSide, "node-b", known)[0]).toEqual([{ ...back, next: "dns", isUnheard: true }]);
        expect(unheard(shopSide, "node-c", { ...known, "node-b": arrived() })[0]).toEqual([
          { ...back, next: "dns", isUnheard: false },
        ]);
      });

      test("hold what others carry while the destination says nothing", () => {
        const [found] = unheard(moving, "node-b", { "node-a": copied });
        expect(found).toMatchObject([{ name: "shop-main", from: "node-a", to: "node-b", next: "backup" }]);
      });

      test("hold the source as before, which is no copy, where visitors were led away and their node fell silent", () => {
        const left = liveOf(shopSide, "node-a", {
          steps: [stepOf("shop-main", "node-a", "node-b", "backup"), at(led, "01:00")],
        });
        const heard = groundOf(shopSide, moving, { "node-a": left, "node-b": arrived(at(led, "01:00")) });
        const silent = { ...groundOf(shopSide, moving, { "node-a": left, "node-b": null }) };
        const heldBy = (ground: DeployGround) => {
          const { holds, copies } = withMovesHeld(NOTHING, deployPlan(ground).moves, moving.plan);
          return { holds, copies };
        };
        const held = { holds: { "shop-main": "node-a" }, copies: undefined };
        expect(heldBy(heard)).toEqual(held);
        expect(heldBy({ ...silent, unasked: new Set(["node-b"]) })).toEqual(held);
      });
    });

    describe("and the old node was taken out of the provider", () => {
      // Nothing is planned there any more, nor is the node.
      const without = sideWith({
        environments: (shop.environments ?? []).map((each) => ({ ...each, node: "node-b" })),
        spareNodes: ["node-c"],
      });
      const gone = (lives: Readonly<Record<string, Live | null>>) =>
        planOf(without, { "node-b": lives["node-b"] ?? null, "node-c": null }, without);

      test("go on until visitors are led away from it, and no longer", () => {
        expect(stages(gone({ "node-b": arrived() }))).toEqual([[move, "dns", true]]);
        expect(reasonsIn(gone({ "node-b": arrived() }))["node-b"]).toContain("moves");
        expect(stages(gone({ "node-b": arrived(led) }))).toEqual([]);
        expect(stages(gone({ "node-b": liveOf(moving, "node-b") }))).toEqual([]);
      });

      test("bring what was not restored, unless the user says that the data is where it is", () => {
        const begun = liveOf(moving, "node-b", {
          steps: [stepOf("shop-main", "node-a", "node-b", "backup", { "db-migrate": "5f3c" })],
        });
        expect(stages(gone({ "node-b": begun }))).toEqual([[move, "restore", true]]);
        const ground = groundOf(without, without, { "node-b": begun });
        const told = deployPlan({ ...ground, sources: new Map([["shop-main", "node-b"]]) });
        expect(stages(told)).toEqual([[move, "dns", true]]);
      });
    });

    test("are not found where a node has forgotten nothing, and nobody else carries it", () => {
      const over = { "node-a": liveOf(moving, "node-a"), "node-b": arrived(led) };
      expect(found(moving, over)).toEqual([]);
    });

    test("overwrite nothing where it is to be with what a node has that comes back", () => {
      const given = { "node-b": liveOf(moving, "node-b") };
      expect(planOf(moving, given).moves).toMatchObject([
        { move: { from: "node-a", to: "node-b" }, returns: true, restored: true },
      ]);
    });

    test("ask which has the data where several carry it and nothing tells them apart", () => {
      const further = sideWith(changing(shop, "shop-main", { node: "node-c" }));
      const forgetful = { "node-b": liveOf(moving, "node-b") };
      const { moves, uncertain } = planOf(further, forgetful);
      expect(uncertain).toEqual([
        { environment: "shop-main", node: "node-c", carriers: ["node-a", "node-b"] },
      ]);
      expect(moves.map(({ move: { from }, copies }) => [from, copies])).toEqual([["node-a", ["node-b"]]]);
      expect(moves.map(mustHold)).toEqual([true]);
      const told = { ...groundOf(shopSide, further, forgetful), sources: new Map([["shop-main", "node-b"]]) };
      expect(deployPlan(told)).toMatchObject({
        uncertain: [],
        moves: [{ move: { from: "node-b" }, copies: ["node-a"] }],
      });
    });

    test("bring nothing where the user says that it is there, and hold the others until that is known", () => {
      const told = {
        ...groundOf(shopSide, moving, { "node-b": arrived() }),
        sources: new Map([["shop-main", "node-b"]]),
      };
      expect(
        deployPlan(told).moves.map((each) => [each.move.from, each.returns, nextStep(each), mustHold(each)]),
      ).toEqual([["node-a", true, "dns", true]]);
      const silent = { ...groundOf(shopSide, shopSide, { "node-b": null }), unasked: new Set(["node-b"]) };
      const said = new Map([["shop-main", "node-a"]]);
      const noted = new Map(silent.lives).set(
        "node-a",
        liveOf(shopSide, "node-a", { steps: [stepOf("shop-main", "node-a", "node-b", "backup")] }),
      );
      expect(deployPlan({ ...silent, lives: noted, sources: said }).moves).toMatchObject([
        { move: { from: "node-b", to: "node-a" }, returns: true, isUnheard: false },
      ]);
    });

    test("hold types of nodes that carry copies, too", () => {
      const plan = planOf(shopSide, { "node-b": arrived() });
      expect(
        heldBackNodes(plan, shopSide.plan, { now: null, types: ["testing"], forward: null }),
      ).toMatchObject([
        { node: "node-a", through: "node-b" },
        { node: "node-b", through: null },
      ]);
    });
  });

  test("are known from the plan where the nodes say nothing yet, and from the user before all else", () => {
    const wanted = sideWith(changing(shop, "shop-main", { node: "node-b", previousNode: "node-a" }));
    const silent = { "node-a": null, "node-b": null, "node-c": null };
    expect(planOf(wanted, silent).moves.map((stage) => stage.move)).toEqual([move]);
    const told = { ...groundOf(shopSide, wanted, silent), sources: new Map([["shop-main", "node-c"]]) };
    expect(deployPlan(told).moves.map((stage) => stage.move.from)).toEqual(["node-c"]);
  });

  test("are not begun from a node that is known to carry nothing of it, whatever the plan says", () => {
    const wanted = sideWith(changing(shop, "shop-main", { node: "node-b", previousNode: "node-c" }));
    const gone = { "node-a": liveOf(sideWith(dropping(shop, "shop-main")), "node-a") };
    expect(planOf(wanted, gone).moves).toEqual([]);
    expect(planOf(wanted, { ...gone, "node-c": null }).moves.map(({ move }) => move.from)).toEqual([
      "node-c",
    ]);
  });

  test("of which the plan speaks, and which the destination has long carried, are none", () => {
    const wanted = sideWith(changing(shop, "shop-main", { node: "node-b", previousNode: "node-a" }));
    const done = { "node-a": liveOf(moving, "node-a"), "node-b": liveOf(moving, "node-b") };
    expect(planOf(wanted, done).moves).toEqual([]);
  });

  test("in a circle share a wave", () => {
    const swapped = sideWith(
      changing(changing(shop, "shop-main", { node: "node-b" }), "shop-next", { node: "node-a" }),
    );
    expect(planOf(swapped).waves).toEqual([["node-a", "node-b"]]);
  });
});

describe("what a node carries after a deploy", () => {
  const wanted = partOf(
    sideWith(
      adding(changing(shop, "blog-main", { type: "testing" }), {
        name: "wiki-main",
        node: "node-a",
        uid: 2003,
      }),
    ),
    "node-a",
  );
  const before = partOf(shopSide, "node-a");
  const types = (reached: { system: boolean; environments: string[] }) => {
    const after = sideAfter(before, wanted, { ...reached, environments: new Set(reached.environments) });
    return Object.entries(after.plan.environments).map(([name, { type }]) => `${name} ${type}`);
  };

  test("is all that was wanted, where all of it came there", () => {
    expect(
      sideAfter(before, wanted, {
        system: true,
        environments: new Set(["shop-main", "blog-main", "wiki-main"]),
      }),
    ).toBe(wanted);
  });

  test("is the old of what failed and the new of what did not", () => {
    expect(types({ system: true, environments: ["shop-main", "wiki-main"] })).toEqual([
      "shop-main production",
      "blog-main production",
      "wiki-main development",
    ]);
    expect(types({ system: false, environments: [] })).toEqual([
      "shop-main production",
      "blog-main production",
    ]);
  });

  test("does not have what its system dropped", () => {
    const less = partOf(sideWith(dropping(shop, "blog-main")), "node-a");
    const after = sideAfter(before, less, { system: true, environments: new Set() });
    expect(Object.keys(after.plan.environments)).toEqual(["shop-main"]);
  });

  test("makes the next deploy take up exactly what failed", () => {
    const reached = { system: true, environments: new Set(["shop-main", "wiki-main"]) };
    const live = liveOf(shopSide, "node-a", {
      facts: { ...liveOf(shopSide, "node-a").facts, plan: sideAfter(before, wanted, reached).plan as never },
      gateSha256: GATE,
    });
    const whole = sideWith(
      adding(changing(shop, "blog-main", { type: "testing" }), {
        name: "wiki-main",
        node: "node-a",
        uid: 2003,
      }),
    );
    const plan = planOf(whole, { "node-a": live });
    expect(plan.waves).toEqual([["node-a"]]);
    expect(new Set(plan.changes.map(({ subject }) => subject))).toEqual(new Set(["blog-main"]));
  });
});
