import { beforeEach, describe, expect, test } from "@jest/globals";
import { type DeployEnd, deploy, deployInputs } from "../../src/commands/deploy.ts";
import { rollback, rollbackInputs } from "../../src/commands/rollback.ts";
import { HostenvError } from "../../src/errors.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { adding, changing, dropping, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a" },
    { name: "blog-main", type: "production", node: "node-a", uid: 2001 },
  ],
  spareNodes: ["node-b"],
  remoteBuild: { "node-a": true, "node-b": true },
};

let world: World;
let plans: string[];
beforeEach(async () => {
  world = new World(sideWith(shop), ["node-a", "node-b"]);
  plans = [];
  await deployed(sideWith(shop));
  await deployed(sideWith(changing(shop, "shop-main", { type: "testing" })));
  await deployed(sideWith(changing(shop, "shop-main", { type: "development" })));
  world.log.length = 0;
});

async function deployed(side: HostenvSide): Promise<void> {
  world.commit(side);
  plans.push((await deploy(deployInputs.parse({}), world.ports())).planId);
}

const run = (given: object) => {
  const ports = world.ports();
  return rollback(rollbackInputs.parse(given), {
    ...ports,
    verify: async (node, memory, side, environments) => {
      const checks = await ports.verify(node, memory, side);
      return checks.filter(({ environment }) => environments.has(environment));
    },
  });
};
const live = () => (world.nodes["node-a"] as WorldNode).live as Record<string, unknown>;
const generation = (profile: string) => world.nodes["node-a"]?.profiles[profile]?.generation;

describe("rollback", () => {
  test("brings an environment to the plan before the present one", async () => {
    const { exitCode, profiles } = await run({ environment: "shop-main" });
    expect([exitCode, profiles.map(({ profile, generation: to, result }) => [profile, to, result])]).toEqual([
      0,
      [["shop-main", 2, "rolled-back"]],
    ]);
    expect(generation("shop-main")).toBe(2);
    expect(world.log[0]).toBe("roll back node-a.shop-main to 2");
  });

  test("brings a node that was not deployed as a whole to the last plan that was", async () => {
    world.faults.failing.add("node-a.shop-main");
    await deployed(sideWith(changing(shop, "shop-main", { type: "broken" })));
    const { profiles } = await run({ node: "node-a" });
    expect(profiles.map(({ profile, generation: to }) => [profile, to])).toContainEqual(["shop-main", 3]);
  });

  test("goes to the last plan that was brought as a whole also where a later deploy was killed, or left a rollback", async () => {
    world.commit(sideWith(changing(shop, "shop-main", { type: "broken" })));
    const ports = world.ports();
    const activate = () => Promise.reject(new Error("killed"));
    await deploy(deployInputs.parse({}), { ...ports, activator: { activate } });
    (world.nodes["node-a"] as WorldNode).lock = null;
    expect(live()).toMatchObject({ planId: plans[2], unproved: expect.arrayContaining(["shop-main"]) });
    const killed = await run({ environment: "shop-main", dryRun: true });
    expect(killed.profiles.map(({ generation: to }) => to)).toEqual([3]);
    await run({ environment: "blog-main", to: "1" });
    world.faults.failing.add("node-a.blog-main");
    await deployed(
      sideWith(changing(changing(shop, "shop-main", { type: "worse" }), "blog-main", { type: "worse" })),
    );
    expect(live()).toMatchObject({ planId: null });
    expect((await run({ environment: "shop-main", dryRun: true })).profiles[0]?.generation).toBe(3);
  });

  test("that is told once more stays at the plan that it went to", async () => {
    await run({ environment: "shop-main" });
    expect((await run({ environment: "shop-main" })).profiles).toMatchObject([
      { generation: 2, result: "unchanged" },
    ]);
    await deployed(sideWith(changing(shop, "shop-main", { type: "staging" })));
    world.faults.failing.add("node-a.blog-main");
    await deployed(
      sideWith(changing(changing(shop, "shop-main", { type: "broken" }), "blog-main", { type: "broken" })),
    );
    const at = generation("shop-main");
    for (const result of ["rolled-back", "unchanged"])
      expect((await run({ node: "node-a" })).profiles.at(-1)).toMatchObject({
        ...{ profile: "shop-main", generation: Number(at) - 1, result },
      });
  });

  test("is not kept from it by a disk that is full", async () => {
    (world.nodes["node-a"] as WorldNode).freeBytes = 0;
    expect((await run({ environment: "shop-main" })).exitCode).toBe(0);
  });

  test("does not take the same plan, brought once more, for the plan before", async () => {
    live().unanswered = ["shop-main"];
    await deployed(sideWith(changing(shop, "shop-main", { type: "development" })));
    expect((live().history as unknown[]).length).toBe(3);
    await run({ environment: "shop-main" });
    expect(generation("shop-main")).toBe(2);
  });

  test("brings a whole node to a plan that is named by the beginning of its id; what is there already stays", async () => {
    const { profiles } = await run({ node: "node-a", to: plans[0]?.slice(0, 12) });
    expect(profiles.map(({ profile, result }) => [profile, result])).toEqual([
      ["system", "rolled-back"],
      ["blog-main", "unchanged"],
      ["shop-main", "rolled-back"],
    ]);
    expect(generation("shop-main")).toBe(1);
  });

  test("takes a generation by its number, of the system where no environment is named", async () => {
    await run({ node: "node-a", to: "1" });
    expect(world.link("node-a", "system")).toBe("/nix/store/installed");
    expect(live()).toMatchObject({ rolledBack: ["system"], planId: null });
  });

  describe("is what a node stays at", () => {
    const again = (given: object = {}) => deploy(deployInputs.parse(given), world.ports());
    const nodesOf = ({ nodes }: DeployEnd) => nodes.map(({ node }) => node);

    beforeEach(async () => {
      await run({ environment: "shop-main" });
    });

    test("whatever the DNS gate says of it, and whoever else is deployed", async () => {
      live().gateSha256 = "1".repeat(64);
      const held = { node: "node-a", rolledBack: ["shop-main"], through: null };
      expect(await again()).toMatchObject({ result: "held-back", exitCode: 0, heldBack: [held] });
      const latest = changing(shop, "shop-main", { type: "development" });
      world.commit(sideWith(adding(latest, { name: "wiki-main", node: "node-b", uid: 2002 })));
      const other = await again();
      expect([nodesOf(other), other.heldBack]).toMatchObject([["node-b"], [held]]);
      expect(generation("shop-main")).toBe(2);
      expect(live()).toMatchObject({ rolledBack: ["shop-main"] });
    });

    test("also where what it was rolled back from had failed in part, whoever deploys next", async () => {
      world.faults.failing.add("node-a.blog-main");
      const half = changing(changing(shop, "shop-main", { type: "staging" }), "blog-main", {
        type: "staging",
      });
      await deployed(sideWith(half));
      expect(live()).toMatchObject({ planId: null, rolledBack: [] });
      await run({ node: "node-a" });
      const [shopAt, systemAt] = [generation("shop-main"), generation("system")];
      expect(await again()).toMatchObject({ result: "held-back", exitCode: 0 });
      expect([generation("shop-main"), generation("system")]).toEqual([shopAt, systemAt]);
      // The revert of the pull request is what the node runs already.
      world.faults.failing.clear();
      world.commit(sideWith(changing(shop, "shop-main", { type: "development" })));
      const { exitCode, planId } = await again();
      expect([exitCode, live()]).toMatchObject([0, { planId, rolledBack: [], rolledBackFrom: null }]);
    });

    test("whatever snapshot lies where it was rolled back", async () => {
      await again({ node: ["node-a"] });
      const last = sideWith(changing(shop, "shop-main", { type: "development" }));
      for (const lies of [sideWith(shop), sideWith(changing(shop, "blog-main", { type: "staging" }))]) {
        world.commit(lies);
        await run({ environment: "shop-main" });
        world.commit(last);
        expect(await again()).toMatchObject({ result: "held-back" });
      }
    });

    test("also where the deploy that it takes back was killed", async () => {
      const staging = sideWith(changing(shop, "shop-main", { type: "staging" }));
      world.commit(staging);
      const ports = world.ports();
      const activate = () => Promise.reject(new Error("killed"));
      await deploy(deployInputs.parse({}), { ...ports, activator: { activate } });
      (world.nodes["node-a"] as WorldNode).lock = null;
      world.commit(sideWith(shop));
      await run({ environment: "shop-main", to: "1" });
      world.commit(staging);
      expect(await again()).toMatchObject({ result: "held-back" });
    });

    test("until it is named, or the plan is", async () => {
      const { planId } = await again();
      expect(nodesOf(await again({ node: ["node-a"] }))).toEqual(["node-a"]);
      expect(live()).toMatchObject({ rolledBack: [], planId });
      await run({ environment: "shop-main" });
      expect(nodesOf(await again({ planId }))).toEqual(["node-a"]);
    });

    test("until it is to carry something else", async () => {
      world.commit(sideWith(changing(shop, "shop-main", { type: "staging" })));
      expect(nodesOf(await again())).toContain("node-a");
      expect(live()).toMatchObject({ rolledBack: [] });
    });
  });

  test("that fails says so, and what the link leads to", async () => {
    world.faults.failing.add("node-a.shop-main");
    const { exitCode, profiles } = await run({ environment: "shop-main" });
    expect([exitCode, profiles[0]]).toMatchObject([
      2,
      { result: "failed", after: { generation: 3 }, problem: { code: "node-command" } },
    ]);
    expect(live()).toMatchObject({ rolledBack: [] });
  });

  describe("of which nobody can see what came", () => {
    const lost = new HostenvError("node-unreachable", "node-a does not answer", "look at it");
    const losing = async (given: object, name: "profiles" | "writeLive", from: number) => {
      const ports = world.ports();
      let count = 0;
      const call = ports.nodes[name] as (...args: unknown[]) => Promise<unknown>;
      const nodes = {
        ...ports.nodes,
        [name]: async (...args: unknown[]) => {
          if (++count >= from) throw lost;
          return await call(...args);
        },
      };
      const verify = async () => [];
      return await rollback(rollbackInputs.parse(given), { ...ports, nodes, verify });
    };
    const next = () => deploy(deployInputs.parse({}), world.ports());

    test("says so, and no deploy undoes it", async () => {
      const { exitCode, profiles } = await losing({ environment: "shop-main" }, "profiles", 2);
      expect([exitCode, profiles]).toMatchObject([
        2,
        [{ result: "unknown", after: null, problem: { code: "node-unreachable" } }],
      ]);
      expect([generation("shop-main"), live()]).toMatchObject([2, { rolledBack: ["shop-main"] }]);
      expect(await next()).toMatchObject({ result: "held-back" });
    });

    test("nor one of which the end could not be written down", async () => {
      const { exitCode, profiles, problem } = await losing({ environment: "shop-main" }, "writeLive", 2);
      expect([exitCode, profiles[0]?.result, problem?.code]).toEqual([2, "rolled-back", "node-unreachable"]);
      expect(await next()).toMatchObject({ result: "held-back" });
      expect(generation("shop-main")).toBe(2);
    });

    test("does nothing where not even its beginning can be written down", async () => {
      await expect(losing({ environment: "shop-main" }, "writeLive", 1)).rejects.toBe(lost);
      expect([generation("shop-main"), live()]).toMatchObject([3, { rolledBack: [] }]);
    });
  });

  test("leaves environments as they are where the system could not be brought back", async () => {
    world.faults.failing.add("node-a.system");
    const { exitCode, profiles } = await run({ node: "node-a", to: plans[0] });
    expect([exitCode, profiles.map(({ profile, result }) => [profile, result])]).toEqual([
      2,
      [
        ["system", "failed"],
        ["blog-main", "unchanged"],
        ["shop-main", "failed"],
      ],
    ]);
    expect(profiles.at(-1)?.problem?.message).toContain("since the system was not brought back");
    expect([generation("shop-main"), live()]).toMatchObject([3, { rolledBack: [], planId: plans[2] }]);
  });

  test("tells which environments came and went since, and asks none that was not there", async () => {
    await deployed(
      sideWith(dropping(adding(shop, { name: "wiki-main", node: "node-a", uid: 2003 }), "blog-main")),
    );
    const { notBroughtBack, notThereThen, checks } = await run({ node: "node-a" });
    expect([notBroughtBack, notThereThen]).toEqual([["blog-main"], ["wiki-main"]]);
    expect(checks.map(({ environment }) => environment)).toEqual(["shop-main"]);
  });

  describe("asks the sites", () => {
    const asked = ({ checks }: { readonly checks: readonly { environment: string }[] }) =>
      checks.map(({ environment }) => environment);

    test("of what was brought back, all of the node's where that was its system", async () => {
      expect(asked(await run({ environment: "shop-main" }))).toEqual(["shop-main"]);
      expect(asked(await run({ node: "node-a", to: "1" }))).toEqual(["shop-main", "blog-main"]);
      expect(asked(await run({ node: "node-a", to: "1" }))).toEqual([]);
    });

    test("and says by its exit code that one does not answer, although it was brought back", async () => {
      world.faults.mute.add("shop-main");
      const { exitCode, profiles, checks } = await run({ environment: "shop-main" });
      expect([exitCode, profiles[0]?.result, checks[0]?.passed]).toEqual([2, "rolled-back", false]);
      expect(live()).toMatchObject({ rolledBack: ["shop-main"] });
    });

    test("not where that is not wanted", async () => {
      world.faults.mute.add("shop-main");
      const { exitCode, checks } = await run({ environment: "shop-main", skipVerification: true });
      expect([exitCode, checks]).toEqual([0, []]);
    });
  });

  test("that is told to end begins nothing else, and says what is still to be done", async () => {
    world.isStopped = true;
    const { exitCode, profiles } = await run({ environment: "shop-main" });
    expect([exitCode, profiles[0]]).toMatchObject([2, { result: "failed", problem: { code: "stopped" } }]);
    expect(world.log).toEqual([]);
    expect(live()).toMatchObject({ rolledBack: [] });
  });

  test("in a dry run changes nothing", async () => {
    const { profiles } = await run({ environment: "shop-main", dryRun: true });
    expect(profiles).toMatchObject([{ generation: 2, result: "dry-run" }]);
    expect(world.log).toEqual([]);
  });

  test("has no plan to go back to after the first deploy, and says what can be done", async () => {
    world = new World(sideWith(shop), ["node-a", "node-b"]);
    await deployed(sideWith(shop));
    const hint = expect.stringMatching(
      /it carried, oldest first: [^;]+; .*; --to 1 brings the system, and that alone,/,
    );
    await expect(run({ node: "node-a" })).rejects.toMatchObject({ code: "rollback-unknown", hint });
    await run({ node: "node-a", to: "1" });
    expect(world.link("node-a", "system")).toBe("/nix/store/installed");
  });

  test.each([
    [{}, "usage", "give --node or --environment"],
    [{ node: "node-x" }, "usage", "did you mean"],
    [{ environment: "shop-mian" }, "usage", "did you mean 'shop-main'"],
    [{ node: "node-b", environment: "shop-main" }, "usage", "leave out"],
    [{ node: "node-a", to: "ffffffffffff" }, "rollback-unknown", "it carried, oldest first: "],
  ])("%j is refused: %s", async (given, code, hint) => {
    await expect(run(given)).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
  });

  test("does not touch a node that another run works on", async () => {
    const node = world.nodes["node-a"] as WorldNode;
    node.lock = { owner: "run 7", since: "2026-01-01T00:00:00Z", expires: "2026-01-01T01:00:00Z" };
    await expect(run({ node: "node-a" })).rejects.toMatchObject({ code: "node-locked" });
    expect(world.log).toEqual([]);
  });
});
