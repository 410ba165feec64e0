import { beforeEach, describe, expect, test } from "@jest/globals";
import { type DeployEnd, deploy, deployInputs } from "../../src/commands/deploy.ts";
import { isWell } from "../../src/commands/deploy-judge.ts";
import { reportOfDeploy } from "../../src/commands/deploy-report.ts";
import { HostenvError } from "../../src/errors.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { adding, changing, dropping, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a", migrations: ["db-migrate"] },
    { name: "blog-main", type: "production", node: "node-a", uid: 2001 },
    { name: "shop-next", type: "testing", node: "node-b", uid: 2002 },
  ],
  spareNodes: ["node-c"],
  // Each node builds itself: signing is for tests of its own.
  remoteBuild: { "node-a": true, "node-b": true, "node-c": true },
};
const NODES = ["node-a", "node-b", "node-c"];

let world: World;
beforeEach(() => {
  world = new World(sideWith(shop), NODES);
});

const run = (given: object = {}, ports = {}) => deploy(deployInputs.parse(given), world.ports(ports));
const node = (name: string) => world.nodes[name] as WorldNode;
const told = ({ result, exitCode, nodes }: DeployEnd) => [
  result,
  exitCode,
  Object.fromEntries(nodes.map((each) => [each.node, isWell(each)])),
];

/** Deploys the shop, and commits what comes next. */
async function deployedThen(side: HostenvSide): Promise<void> {
  await run();
  world.commit(side);
  world.log.length = 0;
}

const moved = sideWith(changing(shop, "shop-main", { node: "node-b" }));

describe("a deploy", () => {
  test("brings every node to what is wanted, and the next one finds nothing to do", async () => {
    expect(told(await run())).toEqual(["deployed", 0, { "node-a": true, "node-b": true, "node-c": true }]);
    expect(world.carriedBy("node-a")).toEqual(["blog-main", "shop-main"]);
    expect(node("node-c").live).toMatchObject({ planId: expect.any(String), rolledBack: [] });
    world.log.length = 0;
    expect(told(await run())).toEqual(["nothing", 0, {}]);
    expect(world.log).toEqual([]);
  });

  test("shows how far each node is, and how it ended there", async () => {
    await run({ node: ["node-a"] });
    expect(world.seen).toEqual([
      "node-a activating system",
      "node-a activating blog-main",
      "node-a activating shop-main",
      "node-a asking its sites",
      expect.stringMatching(/^node-a done in \d+ s$/),
    ]);
  });

  test("activates only what differs, on nodes that differ", async () => {
    await deployedThen(sideWith(changing(shop, "shop-next", { type: "development" })));
    await run();
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual(["activate node-b.shop-next"]);
  });

  test("leaves out what -n does not name, and refuses a node that is none", async () => {
    expect(told(await run({ node: ["node-b"] }))).toEqual(["deployed", 0, { "node-b": true }]);
    await expect(run({ node: ["node-d"] })).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("did you mean 'node-a'"),
    });
  });

  test.each([
    ["forgot", undefined, "does not know it"],
    ["reserves another uid for", { uid: 2999 }, "reserves uid 2999 for it"],
  ])(
    "is refused where the state %s what a node runs, whatever else is to be done",
    async (_, entry, said) => {
      await deployedThen(sideWith(changing(shop, "shop-next", { type: "development" })));
      if (entry) world.reserved["blog-main"] = entry;
      else delete world.reserved["blog-main"];
      await expect(run()).rejects.toMatchObject({
        code: "reservation-lost",
        message: expect.stringMatching(new RegExp(`^node-a runs blog-main with uid 2001, .*${said}`)),
      });
      expect(world.log).toEqual([]);
      // Somebody who knows better says so.
      expect(told(await run({ adopt: true }))).toEqual(["deployed", 0, { "node-b": true }]);
    },
  );

  test("is refused where the plan has no node: that deployed nothing would look like success", async () => {
    world.commit(sideWith({ environments: [] }));
    await expect(run()).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("no node") });
  });

  test("tells others the commit below a snapshot that was laid over it", async () => {
    const trees = world.ports().trees;
    const copy = { ...(await trees.current(null)), commit: "f".repeat(40), source: "a".repeat(40) };
    const { commit } = await run(
      {},
      {
        trees: { ...trees, current: async () => copy, snapshotOf: trees.snapshotOf, dispose: trees.dispose },
      },
    );
    expect([commit, node("node-a").live]).toEqual([
      "a".repeat(40),
      expect.objectContaining({ commit: "a".repeat(40) }),
    ]);
  });

  test("is refused where nobody reviewed it, unless its plan is named", async () => {
    const change = {
      id: "1".repeat(64),
      kind: "unit",
      subject: "x",
      path: "/y",
      before: null,
      after: 1,
    } as const;
    const unreviewed = async () => ({ changes: [change], pinMoves: [] });
    const outcome = await run({ requireReview: true }, { unreviewed });
    expect(told(outcome)).toEqual(["unreviewed", 2, {}]);
    expect(outcome.unreviewed.changes).toEqual([change]);
    expect(world.log).toEqual([]);
    const named = await run({ requireReview: true, planId: outcome.planId }, { unreviewed });
    expect(named.result).toBe("deployed");
    await expect(run({ planId: "f".repeat(64) })).rejects.toMatchObject({ code: "plan-changed" });
  });

  describe("while deploys of a type are frozen", () => {
    const freeze = {
      types: ["production"],
      from: "2025-12-20T00:00:00Z",
      until: "2026-01-04T00:00:00Z",
      reason: "rest",
    };
    const policy = { freeze: [freeze] };

    test("leaves the nodes that carry it as they are, and brings the others", async () => {
      world.commit(sideWith({ ...shop, policy }));
      const outcome = await run();
      expect(told(outcome)).toEqual(["held-back", 0, { "node-b": true, "node-c": true }]);
      expect(outcome.heldBack).toEqual([
        {
          node: "node-a",
          until: freeze.until,
          reason: "rest",
          types: ["production"],
          rolledBack: [],
          through: null,
        },
      ]);
      expect(world.carriedBy("node-a")).toEqual([]);
      world.log.length = 0;
      expect(told(await run())).toEqual(["held-back", 0, {}]);
      expect(world.log).toEqual([]);
    });

    test("brings all once it has ended, or where the plan is named", async () => {
      world.commit(sideWith({ ...shop, policy }));
      const { planId } = await run({ node: ["node-b"] });
      const clock = { now: () => new Date("2026-01-04T00:00:00Z"), seconds: () => 1 };
      expect((await run({ dryRun: true }, { clock })).waves.flat()).toContain("node-a");
      expect(told(await run({ planId }))).toEqual(["deployed", 0, { "node-a": true, "node-c": true }]);
    });

    test("also by types that the caller names, whatever else is decided", async () => {
      expect(told(await run({ holdTypes: ["testing"] }))).toEqual([
        "held-back",
        0,
        { "node-a": true, "node-c": true },
      ]);
      const { planId } = await run({ dryRun: true });
      expect(told(await run({ planId, holdTypes: ["testing"] }))).toEqual(["held-back", 0, {}]);
      expect(told(await run())).toEqual(["deployed", 0, { "node-b": true }]);
    });

    test("by a type that is nearly one, is a slip: nothing would be held", async () => {
      await expect(run({ holdTypes: ["tesing"] })).rejects.toMatchObject({
        code: "usage",
        hint: expect.stringMatching(/^did you mean 'testing'\?/),
      });
      expect(world.log.filter((line) => line.startsWith("activate"))).toEqual([]);
      expect(told(await run({ holdTypes: ["nothing-like-it"] }))).toEqual([
        "deployed",
        0,
        { "node-a": true, "node-b": true, "node-c": true },
      ]);
    });

    test("of another node says nothing of it, and a failure counts for more", async () => {
      world.commit(sideWith({ ...shop, policy }));
      world.faults.failing.add("node-b.system");
      expect(told(await run({ node: ["node-c"] }))).toEqual(["deployed", 0, { "node-c": true }]);
      expect((await run()).result).toBe("failed");
    });
  });

  test("that was superseded or stopped begins nothing", async () => {
    world.isSuperseded = true;
    expect(told(await run())).toEqual(["superseded", 0, {}]);
    world.isSuperseded = false;
    world.isStopped = true;
    expect(told(await run())).toEqual(["stopped", 2, {}]);
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual([]);
  });
});

describe("what fails", () => {
  test("a node that lets nobody in after an activation: what was activated is told, not that nothing was", async () => {
    const ports = world.ports();
    let isGone = false;
    const writeLive: typeof ports.nodes.writeLive = (...given) => {
      if (isGone)
        return Promise.reject(new HostenvError("node-unreachable", "node-a does not answer", "look"));
      return ports.nodes.writeLive(...given);
    };
    const activate: typeof ports.activator.activate = async (...given) => {
      isGone = true;
      return ports.activator.activate(...given);
    };
    const outcome = await run({}, { nodes: { ...ports.nodes, writeLive }, activator: { activate } });
    const [first] = outcome.nodes.filter(({ problem }) => problem?.code === "node-unreachable");
    expect(first?.profiles.find(({ profile }) => profile === "system")).toMatchObject({ exit: 0 });
    expect(outcome.exitCode).toBe(2);
  });

  test("one of several that are activated at a time: the node is given back when the others have ended", async () => {
    const ports = world.ports();
    const owners: (string | undefined)[] = [];
    const activate: typeof ports.activator.activate = async (...given) => {
      const [target, [first]] = given;
      if (first?.profile === "blog-main") throw new HostenvError("deploy-rs-missing", "it is gone", "look");
      if (first?.profile === "shop-main") {
        await new Promise((resolve) => setTimeout(resolve, 50));
        owners.push(node(target.name).lock?.owner);
      }
      return ports.activator.activate(...given);
    };
    const outcome = await run({}, { activator: { activate } });
    const result = outcome.nodes.find(({ node: name }) => name === "node-a");
    expect(result?.problem?.code).toBe("deploy-rs-missing");
    expect(result?.profiles.map(({ profile, exit }) => [profile, exit])).toEqual([
      ["system", 0],
      ["blog-main", null],
      ["shop-main", 0],
    ]);
    expect(told(await run())).toEqual(["deployed", 0, { "node-a": true }]);
    expect(owners).toEqual(["this run"]);
    expect(node("node-a").lock).toBeNull();
  });

  test("users whose folders can't be made: that the system is new is told, and the next run does the rest", async () => {
    const ports = world.ports();
    const prepare: typeof ports.nodes.prepare = async (target, places) => {
      if (target.name === "node-a" && places.some(({ profile }) => profile !== "system"))
        throw new HostenvError("node-command", "no room on node-a", "look");
      await ports.nodes.prepare(target, places);
    };
    const outcome = await run({}, { nodes: { ...ports.nodes, prepare } });
    const result = outcome.nodes.find(({ node: name }) => name === "node-a");
    expect(result?.problem?.code).toBe("node-command");
    expect(result?.profiles.map(({ profile, exit }) => [profile, exit])).toEqual([
      ["system", 0],
      ["blog-main", null],
      ["shop-main", null],
    ]);
    expect(told(await run())).toMatchObject(["deployed", 0, { "node-a": true }]);
  });

  test("a call that did not end as one: how far it came is read from the node, and not taken for proved", async () => {
    const ports = world.ports();
    const activate: typeof ports.activator.activate = async (...given) => {
      const ended = await ports.activator.activate(...given);
      if (given[1].some(({ profile }) => profile === "shop-main"))
        throw new HostenvError("disk-full", "no room for its log", "make room");
      return ended;
    };
    const outcome = await run({}, { activator: { activate } });
    const profiles = outcome.nodes.find(({ node: name }) => name === "node-a")?.profiles;
    const shopRun = profiles?.find(({ profile }) => profile === "shop-main");
    expect([shopRun?.exit, shopRun?.after?.storePath]).toEqual([null, shopRun?.wanted]);
    expect((node("node-a").live as { unproved: string[] }).unproved).toEqual(["shop-main"]);
  });

  test("a run whose lock was lost before it began activates nothing on what somebody else deployed", async () => {
    await deployedThen(sideWith(changing(shop, "shop-main", { type: "development" })));
    const ports = world.ports();
    const prepare: typeof ports.nodes.prepare = async (...given) => {
      await ports.nodes.prepare(...given);
      const live = node("node-a").live as { planId: string };
      node("node-a").live = { ...live, planId: "e".repeat(64) };
    };
    world.log.length = 0;
    const outcome = await run({}, { nodes: { ...ports.nodes, prepare } });
    expect(outcome.nodes[0]?.problem?.code).toBe("node-changed");
    expect(world.log.filter((line) => line.startsWith("activate node-a"))).toEqual([]);
  });

  test("one profile of several: the others are new, it is the old one, and the next deploy takes up it alone", async () => {
    const types = { type: "development" };
    await deployedThen(sideWith(changing(changing(shop, "blog-main", types), "shop-main", types)));
    const old = world.link("node-a", "blog-main");
    world.faults.failing.add("node-a.blog-main");
    const outcome = await run();
    expect(told(outcome)).toEqual(["failed", 2, { "node-a": false }]);
    expect(world.link("node-a", "blog-main")).toBe(old);
    const failed = outcome.nodes[0]?.profiles.find(({ profile }) => profile === "blog-main");
    expect(failed).toMatchObject({ exit: 1, log: ["blog-main did not start"] });
    world.faults.failing.clear();
    world.log.length = 0;
    expect(told(await run())).toEqual(["deployed", 0, { "node-a": true }]);
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual(["activate node-a.blog-main"]);
  });

  test("exit 0 with the old link in place is a failure", async () => {
    await deployedThen(sideWith(changing(shop, "shop-next", { type: "development" })));
    world.faults.silent.add("node-b.shop-next");
    expect(told(await run())).toEqual(["failed", 2, { "node-b": false }]);
    expect(node("node-b").live).toMatchObject({ planId: null });
  });

  test("an activation that can't be undone is done again by the next deploy, although its link is right", async () => {
    world.faults.stuck.add("node-b.shop-next");
    expect(told(await run({ node: ["node-b"] }))).toEqual(["failed", 2, { "node-b": false }]);
    world.faults.stuck.clear();
    world.log.length = 0;
    expect(told(await run({ node: ["node-b"] }))).toEqual(["deployed", 0, { "node-b": true }]);
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual(["activate node-b.shop-next"]);
    expect(node("node-b").live).toMatchObject({ unproved: [] });
  });

  test("a run that is killed while it activates: the next activates again, whatever the links say", async () => {
    const ports = world.ports();
    const activate: typeof ports.activator.activate = async (...given) => {
      await ports.activator.activate(...given);
      throw new Error("killed");
    };
    await run({ node: ["node-b"] }, { ...ports, activator: { activate } });
    expect(node("node-b").live).toMatchObject({ unproved: expect.arrayContaining(["system"]) });
    world.log.length = 0;
    expect(told(await run({ node: ["node-b"] }))).toEqual(["deployed", 0, { "node-b": true }]);
    expect(world.log).toContain("activate node-b.system");
    expect(node("node-b").live).toMatchObject({ unproved: [] });
  });

  test("a system: none of its environments is tried", async () => {
    world.faults.failing.add("node-a.system");
    expect(told(await run())).toEqual(["failed", 2, { "node-a": false, "node-b": true, "node-c": true }]);
    expect(world.carriedBy("node-a")).toEqual([]);
  });

  test("a node that is down: the others of its wave are done, later waves are not", async () => {
    node("node-c").isDown = true;
    const outcome = await run({ skipMigrations: ["shop-main"] });
    expect(told(outcome)).toEqual(["failed", 2, { "node-a": true, "node-b": true, "node-c": false }]);
    expect(outcome.nodes.at(-1)?.problem).toMatchObject({ code: "node-unreachable" });
    world.commit(moved);
    node("node-c").isDown = false;
    node("node-b").isDown = true;
    expect(told(await run())).toEqual(["failed", 2, { "node-b": false, "node-c": true }]);
    expect(world.carriedBy("node-a")).toContain("shop-main");
  });

  test("a node that is down, and may hold the data of what is new elsewhere: that is not started empty", async () => {
    node("node-c").isDown = true;
    const outcome = await run();
    expect(told(outcome)).toEqual(["failed", 2, { "node-a": false, "node-b": true, "node-c": false }]);
    expect(outcome.nodes.find((each) => each.node === "node-a")?.problem).toMatchObject({
      code: "data-unknown",
      message: expect.stringContaining("shop-main"),
      hint: expect.stringContaining("--skip-migrations shop-main"),
    });
    expect(world.carriedBy("node-a")).toEqual([]);
  });

  test("a source that is down: its move goes on from what the destination has written down", async () => {
    await deployedThen(moved);
    await run();
    const steps = node("node-b").live;
    node("node-a").isDown = true;
    world.commit(
      sideWith(changing(changing(shop, "shop-main", { node: "node-b" }), "shop-next", { type: "x" })),
    );
    await run();
    expect(node("node-b").live).toMatchObject({ steps: (steps as { steps: unknown[] }).steps });
    expect(node("node-b").restored).toHaveLength(1);
    node("node-a").isDown = false;
    world.led.add("shop-main");
    await run();
    expect(node("node-b").restored).toHaveLength(1);
    expect(world.carriedBy("node-a")).toEqual(["blog-main"]);
  });

  test("a node that somebody else deployed after it was looked at is left as it is", async () => {
    await deployedThen(moved);
    const { nodes } = world.ports();
    const lock: typeof nodes.lock = async (...given) => {
      node("node-b").live = { ...(node("node-b").live as object), commit: "d".repeat(40) } as never;
      return nodes.lock(...given);
    };
    const outcome = await run(
      {},
      { nodes: new Proxy(nodes, { get: (all, key) => (key === "lock" ? lock : all[key as never]) }) },
    );
    expect(outcome.nodes[0]?.problem).toMatchObject({ code: "node-changed" });
    expect(world.carriedBy("node-b")).not.toContain("shop-main");
  });

  test("goes on to later waves as long as no more fail than are allowed", async () => {
    await deployedThen(
      sideWith(changing(changing(shop, "shop-main", { node: "node-b" }), "blog-main", { type: "testing" })),
    );
    world.faults.failing.add("node-b.shop-next");
    world.commit(
      sideWith(
        changing(
          changing(changing(shop, "shop-main", { node: "node-b" }), "blog-main", { type: "testing" }),
          "shop-next",
          {
            type: "development",
          },
        ),
      ),
    );
    expect(told(await run())).toEqual(["failed", 2, { "node-b": false }]);
    expect(told(await run({ maxFailures: 1 }))).toEqual(["failed", 2, { "node-b": false, "node-a": true }]);
  });

  test("a site that does not answer: the node counts as failed, and is asked again by the next deploy", async () => {
    world.faults.mute.add("shop-next");
    expect(told(await run())).toEqual(["failed", 2, { "node-a": true, "node-b": false, "node-c": true }]);
    world.log.length = 0;
    expect(told(await run())).toEqual(["failed", 2, { "node-b": false }]);
    world.faults.mute.clear();
    expect(told(await run())).toEqual(["deployed", 0, { "node-b": true }]);
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual([]);
    expect(told(await run())).toEqual(["nothing", 0, {}]);
  });

  test("a node that another deploy holds is left alone", async () => {
    node("node-b").lock = { owner: "run 7", since: "2025-12-31T23:59:00Z", expires: "2026-01-01T00:59:00Z" };
    const outcome = await run();
    expect(told(outcome)).toEqual(["failed", 2, { "node-a": true, "node-b": false, "node-c": true }]);
    expect(outcome.nodes.find((each) => each.node === "node-b")?.problem).toMatchObject({
      code: "node-locked",
      message: "run 7 deploys node-b since 2025-12-31T23:59:00Z",
    });
    expect(node("node-b").lock?.owner).toBe("run 7");
  });

  test.each([
    ["node-os", { os: "debian" }],
    ["node-disk-full", { freeBytes: 1000 }],
    ["uid-taken", { takenUids: { "shop-next": "deploy" } }],
  ])("preflight says %s: nothing is done there", async (code, state) => {
    Object.assign(node("node-b"), state);
    const outcome = await run();
    expect(outcome.nodes.find((each) => each.node === "node-b")?.problem).toMatchObject({ code });
    expect(world.carriedBy("node-b")).toEqual([]);
  });

  test("a node that was set up by hand is deployed when it is adopted", async () => {
    (node("node-b").profiles.system as { activatable: boolean }).activatable = false;
    const outcome = await run({ node: ["node-b"] });
    expect(outcome.nodes[0]?.problem).toMatchObject({ code: "node-unadopted" });
    const adopted = await run({ node: ["node-b"], adopt: true });
    expect(told(adopted)).toEqual(["deployed", 0, { "node-b": true }]);
    expect(adopted.preflight.get("node-b")?.irreversible).toContain("can't be rolled back");
  });
});

describe("a move", () => {
  test("backs up, restores, leads visitors, and only then lets the source drop it", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    expect(told(await run())).toEqual(["deployed", 0, { "node-b": true, "node-a": true }]);
    const story = world.log.filter((line) => /shop-main|system/.test(line));
    expect(story).toEqual([
      "backup shop-main on node-a",
      "activate node-b.system",
      "activate node-b.shop-main",
      "ask shop-main on node-b",
      "led shop-main",
      "activate node-a.system",
      "drop node-a.shop-main",
    ]);
    expect(node("node-b").restored).toEqual([
      ["shop-main", { sourceNode: "node-a", snapshots: { "db-migrate": "snapshot-of-shop-main-node-a" } }],
    ]);
    expect(told(await run())).toEqual(["nothing", 0, {}]);
  });

  test("whose visitors can't be led waits: the source goes on serving, whatever else is deployed", async () => {
    await deployedThen(moved);
    const outcome = await run();
    expect(outcome).toMatchObject({
      result: "deployed",
      waiting: [{ environment: "shop-main", from: "node-a", to: "node-b" }],
    });
    expect([world.carriedBy("node-a"), world.carriedBy("node-b")]).toEqual([
      ["blog-main", "shop-main"],
      ["shop-next", "shop-main"],
    ]);
    world.commit(
      sideWith(changing(changing(shop, "shop-main", { node: "node-b" }), "blog-main", { type: "testing" })),
    );
    await run();
    expect(world.carriedBy("node-a")).toContain("shop-main");
    world.led.add("shop-main");
    expect((await run()).waiting).toEqual([]);
    expect(world.carriedBy("node-a")).toEqual(["blog-main"]);
    expect(node("node-b").restored).toHaveLength(1);
  });

  test("that waits when its old node is taken out of the provider: it is told until visitors are led away", async () => {
    await deployedThen(moved);
    await run();
    const without = {
      ...dropping(changing(shop, "shop-main", { node: "node-b" }), "blog-main"),
      remoteBuild: { "node-b": true, "node-c": true },
    };
    world.commit(sideWith(without));
    for (const activated of [["activate node-b.system"], []]) {
      world.log.length = 0;
      const end = await run();
      expect(end.exitCode).toBe(0);
      expect(end.waiting).toMatchObject([{ environment: "shop-main", from: "node-a", to: "node-b" }]);
      expect(world.log.filter((line) => line.startsWith("activate"))).toEqual(activated);
    }
    expect(JSON.parse(world.memory ?? "").off).toEqual(["shop-main.hosting.test"]);
    world.led.add("shop-main");
    expect((await run()).exitCode).toBe(0);
    expect(node("node-b").restored).toHaveLength(1);
    expect((await run()).result).toBe("nothing");
  });

  test("that waits, and is turned back: the data stays, nothing is restored over it, and the copy goes", async () => {
    await deployedThen(moved);
    await run();
    world.commit(sideWith(shop));
    world.log.length = 0;
    const link = world.link("node-a", "shop-main");
    // Somebody may have led visitors there meanwhile.
    expect((await run()).waiting).toMatchObject([{ environment: "shop-main", from: "node-b", to: "node-a" }]);
    expect([world.carriedBy("node-a"), world.carriedBy("node-b")]).toEqual([
      expect.arrayContaining(["shop-main"]),
      expect.arrayContaining(["shop-main"]),
    ]);
    world.led.add("shop-main");
    expect((await run()).exitCode).toBe(0);
    expect(world.carriedBy("node-b")).toEqual(["shop-next"]);
    expect([node("node-a").restored, world.link("node-a", "shop-main")]).toEqual([[], link]);
    // Whoever was led there for a while wrote there.
    expect(world.log.filter((line) => /backup|activate .*shop-main|drop/.test(line))).toEqual([
      "backup shop-main on node-b",
      "drop node-b.shop-main",
    ]);
    expect((await run()).result).toBe("nothing");
  });

  test("that waits, and goes on to a third node: data and visitors come from the first", async () => {
    await deployedThen(moved);
    await run();
    world.commit(sideWith(changing(shop, "shop-main", { node: "node-c" })));
    await run();
    expect(node("node-c").restored).toEqual([
      ["shop-main", { sourceNode: "node-a", snapshots: { "db-migrate": "snapshot-of-shop-main-node-a" } }],
    ]);
    for (const name of ["node-a", "node-b", "node-c"]) expect(world.carriedBy(name)).toContain("shop-main");
    world.led.add("shop-main");
    expect((await run()).exitCode).toBe(0);
    expect(["node-a", "node-b", "node-c"].map((name) => world.carriedBy(name).includes("shop-main"))).toEqual(
      [false, false, true],
    );
    expect((await run()).result).toBe("nothing");
  });

  test("that was turned back while the old node was down: which of both has the data stays known", async () => {
    const next = (at: string) =>
      sideWith({
        ...changing(shop, "shop-next", { node: at, migrations: ["db-migrate"] }),
        spareNodes: NODES.filter((name) => name !== "node-a" && name !== at),
      });
    world.commit(next("node-b"));
    await run();
    world.commit(next("node-a"));
    await run();
    world.commit(next("node-b"));
    node("node-b").isDown = true;
    await run({ maxFailures: 1 });
    node("node-b").isDown = false;
    world.commit(next("node-c"));
    world.log.length = 0;
    await run();
    expect(world.log.filter((line) => line.startsWith("backup"))).toEqual(["backup shop-next on node-b"]);
  });

  describe("while DNS or a zone can't be asked", () => {
    const unasked = new HostenvError("cloudflare-failed", "Cloudflare answers 502", "wait");
    const further = adding(changing(shop, "shop-main", { node: "node-b" }), {
      name: "wiki-main",
      node: "node-c",
      uid: 2009,
    });

    test("goes on serving on the old node: all other nodes are deployed, and it is told", async () => {
      await deployedThen(sideWith(further));
      const lead = async () => Promise.reject(unasked);
      const outcome = await run({}, { lead });
      expect(told(outcome)).toEqual(["failed", 2, { "node-a": true, "node-b": true, "node-c": true }]);
      expect(outcome.troubles).toMatchObject([{ code: "cloudflare-failed" }]);
      expect(["node-a", "node-b"].map((name) => world.carriedBy(name).includes("shop-main"))).toEqual([
        true,
        true,
      ]);
      const around = { provider: ".", toolVersion: "1", notices: [], resume: () => "" };
      expect(reportOfDeploy(outcome, around).notices[0]).toContain(
        "[cloudflare-failed] Cloudflare answers 502: wait",
      );
      world.led.add("shop-main");
      expect((await run()).exitCode).toBe(0);
      expect(world.carriedBy("node-a")).not.toContain("shop-main");
      expect(node("node-b").restored).toHaveLength(1);
    });

    test("holds its source until certificates are seen", async () => {
      await deployedThen(moved);
      world.led.add("shop-main");
      const secured = async () => Promise.reject(unasked);
      expect(told(await run({}, { secured }))).toEqual(["failed", 2, { "node-a": true, "node-b": true }]);
      expect(world.carriedBy("node-a")).toContain("shop-main");
    });
  });

  test("tells of visitors that were led to where a certificate is lacking, and keeps the old node", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    const lacking = [
      { environment: "shop-main", hostname: "www.shop.test", why: "caa" },
      { environment: "shop-main", hostname: "shop.test", why: null },
    ];
    const outcome = await run({}, { secured: async () => ({ secured: new Set(), lacking }) });
    expect(outcome.exitCode).toBe(2);
    expect(outcome.troubles).toEqual([
      {
        code: "move-unsecured",
        message:
          "shop-main was led to node-b, which shows no valid certificate for www.shop.test (caa), shop.test",
        hint: expect.stringContaining("until it does, node-a is kept"),
      },
    ]);
    expect(world.carriedBy("node-a")).toContain("shop-main");
    expect(told(await run())).toEqual(["deployed", 0, { "node-a": true, "node-b": true }]);
    expect(world.carriedBy("node-a")).not.toContain("shop-main");
  });

  test("does not start an environment from a copy while the node with its data can't be asked", async () => {
    await deployedThen(moved);
    await run();
    expect(world.carriedBy("node-b")).toContain("shop-main");
    node("node-a").isDown = true;
    world.commit(sideWith(changing(shop, "shop-main", { node: "node-c" })));
    const outcome = await run({ maxFailures: 9 });
    expect(outcome.nodes.find((each) => each.node === "node-c")?.problem).toMatchObject({
      code: "data-unknown",
      message: "the data of shop-main is on node-a, which can't be asked: node-a does not answer",
      hint: expect.stringContaining("--migration-source shop-main=NODE"),
    });
    expect([world.carriedBy("node-c"), world.carriedBy("node-b")]).toEqual([
      [],
      expect.arrayContaining(["shop-main"]),
    ]);
    // Somebody who looked says that the copy is to count.
    const said = await run({ maxFailures: 9, migrationSource: ["shop-main=node-b"] });
    expect(said.nodes.find((each) => each.node === "node-c")?.problem).toBeNull();
    expect(node("node-c").restored).toMatchObject([["shop-main", { sourceNode: "node-b" }]]);
  });

  test("whose memory can't be kept ends the deploy, with a report of what was done", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    const ports = world.ports();
    let count = 0;
    const remember: typeof ports.remember = async (text) => {
      if (++count > 1) throw new HostenvError("snapshot-locked", "another run is at work", "wait");
      await ports.remember(text);
    };
    const outcome = await run({}, { remember });
    expect([outcome.result, outcome.exitCode, outcome.troubles[0]?.code]).toEqual([
      "failed",
      2,
      "snapshot-locked",
    ]);
    expect(outcome.nodes.map(({ node: name }) => name)).toEqual(["node-b"]);
    expect(world.carriedBy("node-a")).toContain("shop-main");
    expect((await run()).exitCode).toBe(0);
  });

  test("whose destination failed is done by the next deploy, once", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    world.faults.failing.add("node-b.shop-main");
    expect(told(await run())).toEqual(["failed", 2, { "node-b": false }]);
    world.faults.failing.clear();
    world.commit(
      sideWith(changing(changing(shop, "shop-main", { node: "node-b" }), "blog-main", { type: "testing" })),
    );
    expect(told(await run())).toEqual(["deployed", 0, { "node-b": true, "node-a": true }]);
    // The source went on serving in between: what the first attempt backed up is old.
    const backup = "backup shop-main on node-a";
    expect(world.log.filter((line) => line.startsWith("backup"))).toEqual([backup, backup]);
    expect(node("node-b").restored).toHaveLength(1);
    expect(world.carriedBy("node-a")).toEqual(["blog-main"]);
  });

  test("visitors are not led to a destination that this run could not reach", async () => {
    await deployedThen(moved);
    world.faults.mute.add("shop-main");
    await run();
    world.faults.mute.clear();
    world.led.add("shop-main");
    node("node-b").freeBytes = 0;
    await run();
    expect(world.log).not.toContain("led shop-main");
    expect(world.carriedBy("node-a")).toContain("shop-main");
  });

  test("whose site does not answer at its destination leads nobody there", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    world.faults.mute.add("shop-main");
    await run();
    expect(world.log).not.toContain("led shop-main");
    expect(world.carriedBy("node-a")).toContain("shop-main");
  });

  test("that was killed as it arrived, and stopped the next time, is not taken for restored", async () => {
    await deployedThen(moved);
    const ports = world.ports();
    const activate: typeof ports.activator.activate = async (...given) => {
      await ports.activator.activate(...given);
      if (given[1].some(({ profile }) => profile === "shop-main")) throw new Error("killed");
      return { exit: 0, begun: [], log: [] };
    };
    await run({}, { ...ports, activator: { activate } });
    const steps = () => (node("node-b").live as { steps: { step: string }[] }).steps.map(({ step }) => step);
    const restorePlan: typeof ports.nodes.restorePlan = async (...given) => {
      await ports.nodes.restorePlan(...given);
      world.isStopped = true;
    };
    await run({}, { ...ports, nodes: { ...ports.nodes, restorePlan } });
    expect([steps(), Object.keys(node("node-b").restores)]).toEqual([["backup"], ["shop-main"]]);
    world.isStopped = false;
    world.led.add("shop-main");
    expect((await run()).exitCode).toBe(0);
    expect(node("node-b").restored.map(([name]) => name)).toEqual(["shop-main", "shop-main"]);
  });

  test("whose backup fails is not activated at its destination, unless errors are to be ignored", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    world.faults.backups.add("node-a.shop-main");
    const outcome = await run();
    expect(told(outcome)).toEqual(["failed", 2, { "node-b": false }]);
    expect(outcome.nodes[0]?.problem).toMatchObject({ code: "backup-failed" });
    expect(world.carriedBy("node-b")).toEqual(["shop-next"]);
    expect(told(await run({ ignoreMigrationErrors: true }))).toEqual([
      "deployed",
      0,
      { "node-b": true, "node-a": true },
    ]);
    expect(node("node-b").restored).toEqual([]);
  });

  test("without its data, where that is asked for", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    await run({ skipMigrations: ["shop-main"] });
    expect(world.log.filter((line) => line.startsWith("backup"))).toEqual([]);
    expect(node("node-b").restored).toEqual([]);
    expect(world.carriedBy("node-a")).toEqual(["blog-main"]);
  });

  test("in a circle: both nodes carry both until the world is led", async () => {
    await deployedThen(
      sideWith(changing(changing(shop, "shop-main", { node: "node-b" }), "shop-next", { node: "node-a" })),
    );
    await run();
    expect([world.carriedBy("node-a"), world.carriedBy("node-b")]).toEqual(
      [
        ["blog-main", "shop-main", "shop-next"],
        ["shop-main", "shop-next"],
      ].map((names) => expect.arrayContaining(names)),
    );
    for (const name of ["shop-main", "shop-next"]) world.led.add(name);
    expect((await run()).exitCode).toBe(0);
    expect([world.carriedBy("node-a").sort(), world.carriedBy("node-b").sort()]).toEqual([
      ["blog-main", "shop-next"],
      ["shop-main"],
    ]);
  });
});

test("an environment that is removed is backed up for the last time, where it has a backup", async () => {
  await deployedThen(sideWith(dropping(shop, "shop-main")));
  const outcome = await run();
  expect(outcome.nodes[0]?.lastBackups).toEqual({
    "shop-main": { "db-migrate": "snapshot-of-shop-main-node-a" },
  });
  expect(world.log.indexOf("backup shop-main on node-a")).toBeLessThan(
    world.log.indexOf("drop node-a.shop-main"),
  );
});

test("a new environment needs no backup and no move", async () => {
  await deployedThen(sideWith(adding(shop, { name: "wiki-main", node: "node-c", uid: 2003 })));
  expect(told(await run())).toEqual(["deployed", 0, { "node-c": true }]);
  expect(world.log.filter((line) => line.startsWith("backup"))).toEqual([]);
});

test("a dry run shows what it would do and changes nothing", async () => {
  const outcome = await run({ dryRun: true });
  expect(told(outcome)[0]).toBe("dry-run");
  expect(outcome.exitCode).toBe(0);
  expect(world.log.filter((line) => line.startsWith("activate"))).toEqual([]);
  expect(world.log).toContain("rehearse node-a.system");
  expect(node("node-a").live).toBeNull();
});

describe("a node's lock", () => {
  const OTHER = { owner: "run 7", since: "2025-12-31T23:59:00Z", expires: "2026-01-01T00:59:00Z" };
  /** Nodes that note who holds the lock whenever something is written down, backed up, or asked of a site. */
  const watched = () => {
    const ports = world.ports();
    const seen: string[] = [];
    const note = (what: string, name: string) => seen.push(`${what} ${name}: ${node(name).lock?.owner}`);
    const nodes: typeof ports.nodes = {
      ...ports.nodes,
      writeLive: (target, text) => {
        note("write", target.name);
        return ports.nodes.writeLive(target, text);
      },
      backup: (target, ...rest) => {
        note("backup", target.name);
        return ports.nodes.backup(target, ...rest);
      },
    };
    const verify: typeof ports.verify = (name, ...rest) => {
      note("ask", name);
      return ports.verify(name, ...rest);
    };
    return { seen, ports: { nodes, verify } };
  };
  const locks = () => NODES.map((name) => node(name).lock);

  test("is held by whoever writes on it, asks its sites or backs it up, and nobody holds it in the end", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    const { seen, ports } = watched();
    expect((await run({}, ports)).exitCode).toBe(0);
    expect(seen).toContain("backup node-a: this run");
    // The backup, what is about to be activated, the restore with what the node carries, its visitors led, and its
    // certificate.
    expect(seen.filter((line) => line.startsWith("write node-b"))).toHaveLength(6);
    expect(seen.filter((line) => !line.endsWith(": this run"))).toEqual([]);
    expect(locks()).toEqual([null, null, null]);
  });

  test("stays with a node that is deployed while another has done with backing it up", async () => {
    await deployedThen(
      sideWith(
        changing(changing(shop, "shop-main", { node: "node-b" }), "shop-next", {
          node: "node-a",
          migrations: ["db-migrate"],
        }),
      ),
    );
    for (const name of ["shop-main", "shop-next"]) world.led.add(name);
    const { seen, ports } = watched();
    await run({}, ports);
    expect(seen).toEqual(expect.arrayContaining(["backup node-a: this run", "backup node-b: this run"]));
    expect(seen.filter((line) => !line.endsWith(": this run"))).toEqual([]);
    expect(locks()).toEqual([null, null, null]);
  });

  test.each([false, true])(
    "is somebody else's at a source: its data waits (errors ignored: %s)",
    async (ignoreMigrationErrors) => {
      await deployedThen(moved);
      node("node-a").lock = OTHER;
      const outcome = await run({ ignoreMigrationErrors });
      expect(outcome.nodes.find((each) => each.node === "node-b")?.problem).toMatchObject({
        code: "node-locked",
        message: expect.stringContaining("run 7 deploys node-a"),
      });
      expect(world.log.filter((line) => line.startsWith("backup"))).toEqual([]);
      expect(world.carriedBy("node-b")).toEqual(["shop-next"]);
      expect(node("node-a").lock).toEqual(OTHER);
    },
  );

  test("is somebody else's when visitors have been led: that is not written over, and the source serves on", async () => {
    await deployedThen(moved);
    world.led.add("shop-main");
    const lead = world.ports().lead;
    const outcome = await run(
      {},
      {
        lead: (...asked: Parameters<typeof lead>) => {
          node("node-b").lock = OTHER;
          return lead(...asked);
        },
      },
    );
    expect(told(outcome)).toEqual(["failed", 2, { "node-b": false }]);
    expect(outcome.nodes[0]).toMatchObject({ problem: { code: "node-locked" }, profiles: expect.anything() });
    expect(world.carriedBy("node-a")).toContain("shop-main");
    node("node-b").lock = null;
    expect(told(await run())).toEqual(["deployed", 0, { "node-a": true, "node-b": true }]);
    expect(world.carriedBy("node-a")).toEqual(["blog-main"]);
    expect(node("node-b").restored).toHaveLength(1);
  });
});
