import { beforeEach, describe, expect, test } from "@jest/globals";
import { deploy, deployInputs } from "../../src/commands/deploy.ts";
import { reportOfDeploy } from "../../src/commands/deploy-report.ts";
import { parseLive } from "../../src/domain/deploy/live.ts";
import { HostenvError } from "../../src/errors.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { changing, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const SHOP = "shop-main";
const shop: ProviderSpec = {
  environments: [
    { name: SHOP, type: "production", node: "node-a", migrations: ["db"] },
    { name: "blog-main", type: "production", node: "node-b", uid: 2001 },
  ],
  spareNodes: ["node-a", "node-b"],
  remoteBuild: { "node-a": true, "node-b": true },
};
const AROUND = { provider: ".", toolVersion: "1", notices: [], resume: () => "" };
const at = (node: string) => sideWith(changing(shop, SHOP, { node }));

let world: World;
let seconds = 0;
// What is written later is later.
const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds++), seconds: () => 1 };
beforeEach(async () => {
  world = new World(at("node-a"), ["node-a", "node-b"]);
  await run();
  world.led.add(SHOP);
});

const run = (given: object = {}, ports = {}) =>
  deploy(deployInputs.parse(given), world.ports({ clock, ...ports }));
const node = (name: string) => world.nodes[name] as WorldNode;
const aside = () => world.log.filter((line) => line.startsWith("set aside"));
const steps = (name: string) => parseLive(node(name).live, name).steps.map(({ step }) => step);
const moveTo = async (name: string, given: object = {}) => {
  world.commit(at(name));
  world.log.length = 0;
  return await run(given);
};

describe("data that is in the way of what is brought", () => {
  test("is set aside where an environment comes back to its first node, before anything is activated", async () => {
    expect((await moveTo("node-b")).exitCode).toBe(0);
    expect(aside()).toEqual([]);
    const back = await moveTo("node-a");
    expect([back.exitCode, aside()]).toEqual([0, [`set aside ${SHOP} on node-a: before`]]);
    expect(node("node-a").restored).toEqual([[SHOP, { sourceNode: "node-b", snapshots: expect.anything() }]]);
    expect(world.log.indexOf(aside()[0] as string)).toBeLessThan(
      world.log.indexOf(`activate node-a.${SHOP}`),
    );
    const { hosts } = reportOfDeploy(back, AROUND);
    expect(hosts.find(({ host }) => host === "node-a")?.setAside).toEqual(
      [".config/systemd", ".local/share", ".local/state"].map((folder) => ({
        environment: SHOP,
        path: `/home/${SHOP}/${folder}.before-20260101T000000Z`,
      })),
    );
    // Nothing is to be restored a second time.
    world.log.length = 0;
    expect([(await run()).exitCode, aside()]).toEqual([0, []]);
  });

  test("is a copy where an earlier attempt brought it: the next brings what was written since", async () => {
    world.faults.mute.add(SHOP);
    world.faults.unrestored.add(`node-b.${SHOP}`);
    await moveTo("node-b");
    world.faults.unrestored.clear();
    world.log.length = 0;
    await run();
    expect([aside(), node("node-b").restored.length]).toEqual([[`set aside ${SHOP} on node-b: copy`], 1]);
  });

  test("that can't be set aside keeps the environment where it is; the node's others are deployed", async () => {
    const ports = world.ports();
    const setAside = async () => {
      throw new HostenvError("node-command", "what is in /home can't be renamed", "look at it");
    };
    world.commit(
      sideWith(changing(changing(shop, SHOP, { node: "node-b" }), "blog-main", { type: "testing" })),
    );
    world.log.length = 0;
    const ended = await run({}, { nodes: { ...ports.nodes, setAside } });
    expect([ended.exitCode, ended.nodes.find((each) => each.node === "node-b")?.problem?.code]).toEqual([
      2,
      "node-command",
    ]);
    expect(world.carriedBy("node-a")).toContain(SHOP);
    expect([world.carriedBy("node-b"), steps("node-b"), node("node-b").restores]).toEqual([
      ["blog-main"],
      ["backup"],
      {},
    ]);
    expect(world.log).toContain("activate node-b.blog-main");
  });

  test("is no copy where an attempt brought nothing: its backup failed, or was done without", async () => {
    await moveTo("node-b");
    world.faults.backups.add(`node-b.${SHOP}`);
    expect((await moveTo("node-a")).exitCode).toBe(2);
    world.faults.backups.clear();
    world.faults.failing.add(`node-a.${SHOP}`);
    expect((await run()).exitCode).toBe(2);
    expect(aside()).toEqual([`set aside ${SHOP} on node-a: before`]);
    world.faults.failing.clear();
    expect((await run()).exitCode).toBe(0);
    world.faults.failing.add(`node-b.${SHOP}`);
    await moveTo("node-b", { skipMigrations: [SHOP] });
    node("node-b").homes.add(SHOP);
    world.faults.failing.clear();
    world.log.length = 0;
    await run();
    expect(aside()).toEqual([`set aside ${SHOP} on node-b: before`]);
  });

  test("is in the report also where nothing came of it", async () => {
    await moveTo("node-b");
    const ports = world.ports();
    const prepare = async () => {
      throw new HostenvError("node-unreachable", "node-a does not answer", "look at it");
    };
    world.commit(at("node-a"));
    const ended = await run({}, { nodes: { ...ports.nodes, prepare } });
    const there = ended.nodes.find((each) => each.node === "node-a");
    expect([there?.problem?.code, there?.setAside[SHOP]?.length]).toEqual(["node-unreachable", 3]);
  });

  test("is left where its visitors may be: nobody was seen to be led away from there", async () => {
    world.led.clear();
    node("node-a").isDown = true;
    await moveTo("node-b", { skipMigrations: [SHOP] });
    node("node-a").isDown = false;
    await run();
    const back = await moveTo("node-a");
    expect(aside()).toEqual([]);
    expect([node("node-a").restored, world.carriedBy("node-a")]).toEqual([[], [SHOP]]);
    expect(back.exitCode === 0 || back.nodes.some(({ problem }) => problem?.code === "data-unknown")).toBe(
      true,
    );
  });

  test("stays where nothing is brought", async () => {
    await moveTo("node-b");
    const back = await moveTo("node-a", { skipMigrations: [SHOP] });
    expect([back.exitCode, aside(), node("node-a").restores]).toEqual([0, [], {}]);
  });
});

describe("data whose node can't be asked", () => {
  test("is waited for also by the next plan, which does not say any more where it was", async () => {
    const leaving = sideWith(
      changing({ ...shop, spareNodes: [] }, SHOP, { node: "node-b", previousNode: "node-a" }),
    );
    node("node-a").isDown = true;
    world.commit(leaving);
    const first = await run();
    expect([first.exitCode, first.nodes.find((each) => each.node === "node-b")?.problem?.code]).toEqual([
      2,
      "data-unknown",
    ]);
    world.commit(sideWith(changing({ ...shop, spareNodes: [] }, SHOP, { node: "node-b" })));
    const next = await run();
    expect([next.exitCode, world.carriedBy("node-b")]).toEqual([2, ["blog-main"]]);
  });

  test("is waited for also on a third node, which the second one tells", async () => {
    const on = (name: string, previousNode: string) =>
      sideWith(changing({ ...shop, spareNodes: ["node-c"] }, SHOP, { node: name, previousNode }));
    world = new World(at("node-a"), ["node-a", "node-b", "node-c"]);
    await run();
    node("node-a").isDown = true;
    world.commit(on("node-b", "node-a"));
    expect((await run({ remoteBuild: true })).exitCode).toBe(2);
    world.commit(on("node-c", "node-b"));
    for (const _ of [1, 2]) expect((await run({ remoteBuild: true })).exitCode).toBe(2);
    expect(world.carriedBy("node-c")).toEqual([]);
  });
});

describe("an environment that does not restore what was brought", () => {
  beforeEach(() => {
    world.faults.unrestored.add(`node-b.${SHOP}`);
  });

  test("gets no visitors, however well it answers: its old node goes on until it has its data", async () => {
    const ended = await moveTo("node-b");
    expect([ended.exitCode, ended.nodes.find((each) => each.node === "node-b")?.problem]).toEqual([
      2,
      {
        code: "restore-left",
        message: `${SHOP} was activated on node-b and has not restored db`,
        hint: expect.stringContaining(`--skip-migrations ${SHOP}`),
      },
    ]);
    expect([world.carriedBy("node-a"), steps("node-b")]).toEqual([[SHOP], ["backup"]]);
    expect(world.log.filter((line) => line.startsWith("led"))).toEqual([]);
    world.faults.unrestored.clear();
    expect((await run()).exitCode).toBe(0);
    expect([world.carriedBy("node-a"), node("node-b").restored.length]).toEqual([[], 1]);
  });

  test("is taken for one without data where it is said that errors are to be ignored", async () => {
    const ended = await moveTo("node-b", { ignoreMigrationErrors: true });
    expect([ended.exitCode, world.carriedBy("node-a"), node("node-b").restores]).toEqual([0, [], {}]);
    expect(world.log).toContainEqual(
      expect.stringMatching(/^notice .*has not restored db; it goes on without/),
    );
  });

  test("is not begun where its node has lost what it was to restore", async () => {
    const ports = world.ports();
    world.commit(at("node-b"));
    world.log.length = 0;
    const ended = await run({}, { nodes: { ...ports.nodes, restorePlan: async () => {} } });
    expect([ended.exitCode, ended.nodes.find((each) => each.node === "node-b")?.problem?.code]).toEqual([
      2,
      "restore-gone",
    ]);
    // The node's others do not wait for it.
    expect(world.log.filter((line) => line.startsWith("activate"))).toEqual(["activate node-b.system"]);
    expect([world.carriedBy("node-a"), world.carriedBy("node-b")]).toEqual([[SHOP], ["blog-main"]]);
  });

  test("is not taken for restored where its node can't be asked what became of it", async () => {
    world.faults.unrestored.clear();
    const ports = world.ports();
    let asked = 0;
    const restoreLeft = async () => {
      if (asked++ === 0) return ["db"];
      throw new HostenvError("node-unreachable", "node-b does not answer", "look at it");
    };
    world.commit(at("node-b"));
    const ended = await run({}, { nodes: { ...ports.nodes, restoreLeft } });
    expect([ended.exitCode, world.carriedBy("node-a"), steps("node-b")]).toEqual([2, [SHOP], ["backup"]]);
  });
});
