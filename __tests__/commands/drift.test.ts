import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { deploy, deployInputs } from "../../src/commands/deploy.ts";
import { type Drift, drift, driftInputs } from "../../src/commands/drift.ts";
import { driftIssues } from "../../src/commands/drift-issues.ts";
import { rollback, rollbackInputs } from "../../src/commands/rollback.ts";
import { driftSchema } from "../../src/domain/deploy/drift.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import type { Running } from "../../src/ports/nodes.ts";
import { driftAnswer } from "../../src/render/drift-answer.ts";
import { SUMMARY_LIMIT } from "../../src/render/fit.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { BOT_ID, hastyClient, issuesOf } from "../support/issue-world.ts";
import { changing, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const shop = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a" },
    { name: "blog-main", type: "production", node: "node-b", uid: 2001 },
  ],
  remoteBuild: { "node-a": true, "node-b": true },
} satisfies ProviderSpec;
const without: ProviderSpec = { ...shop, environments: shop.environments.slice(1), spareNodes: ["node-a"] };

let world: World;
let running: Record<string, Running>;
beforeEach(async () => {
  world = new World(sideWith(shop), ["node-a", "node-b"]);
  running = {};
  await deployed(sideWith(shop));
});

async function deployed(side: HostenvSide): Promise<void> {
  world.commit(side);
  await deploy(deployInputs.parse({}), world.ports());
}

const node = (name: string) => world.nodes[name] as WorldNode;
const silent = { isCurrent: null, needsReboot: null };

function run(given: object = {}): Promise<Drift> {
  const ports = world.ports();
  const nodes = { ...ports.nodes, running: async ({ name }: { name: string }) => running[name] ?? silent };
  return drift(driftInputs.parse(given), { ...ports, nodes });
}

const statuses = async (given: object = {}) => {
  const { exitCode, nodes } = await run(given);
  return [exitCode, Object.fromEntries(nodes.map(({ node: name, status }) => [name, status]))];
};

/** Somebody deploys something else by hand. */
function tamper(name: string, profile: string): void {
  const generation = (node(name).profiles[profile]?.generation ?? 0) + 1;
  node(name).profiles[profile] = {
    storePath: "/nix/store/other",
    generation,
    activatable: true,
    canRollBack: true,
  };
}

describe("drift", () => {
  test("finds nothing after a deploy, and changes nothing", async () => {
    const before = JSON.stringify(world.nodes);
    world.log.length = 0;
    expect(await statuses()).toEqual([0, { "node-a": "ok", "node-b": "ok" }]);
    expect([JSON.stringify(world.nodes), world.log]).toEqual([before, []]);
  });

  test("finds what somebody else deployed, and of which node", async () => {
    tamper("node-b", "blog-main");
    expect(await statuses()).toEqual([2, { "node-a": "ok", "node-b": "drifted" }]);
    expect(await statuses({ node: ["node-a"] })).toEqual([0, { "node-a": "ok" }]);
    expect(await statuses({ failOn: "never" })).toEqual([0, { "node-a": "ok", "node-b": "drifted" }]);
  });

  test("finds what was rolled back, until it is brought forward", async () => {
    await deployed(sideWith(changing(shop, "shop-main", { type: "testing" })));
    await rollback(rollbackInputs.parse({ environment: "shop-main" }), world.ports());
    expect(await statuses()).toEqual([2, { "node-a": "rolled-back", "node-b": "ok" }]);
    await deploy(deployInputs.parse({}), world.ports());
    expect(await statuses()).toMatchObject([2, { "node-a": "rolled-back" }]);
    await deploy(deployInputs.parse({ node: ["node-a"] }), world.ports());
    expect(await statuses()).toEqual([0, { "node-a": "ok", "node-b": "ok" }]);
  });

  test("finds a reboot that waits, and a system that is not the one deployed", async () => {
    running = {
      "node-a": { isCurrent: true, needsReboot: true },
      "node-b": { isCurrent: false, needsReboot: false },
    };
    expect(await statuses()).toEqual([2, { "node-a": "reboot-pending", "node-b": "drifted" }]);
  });

  test("says of a node that is down why, and asks the others", async () => {
    node("node-a").isDown = true;
    expect(await statuses()).toEqual([1, { "node-a": "unreachable", "node-b": "ok" }]);
    const { nodes } = await run();
    expect(nodes[0]?.problem).toEqual({
      code: "node-unreachable",
      message: "node-a does not answer",
      hint: "look at it",
    });
  });

  test("says of a node that can't be read no less, and asks the others", async () => {
    node("node-a").live = { schema: 7 };
    const { nodes } = await run();
    expect(nodes.map(({ status, problem }) => [status, problem?.code])).toEqual([
      ["unreachable", "live-schema"],
      ["ok", undefined],
    ]);
  });

  test("does not judge a node that a deploy works on, as long as its lock holds", async () => {
    tamper("node-a", "shop-main");
    node("node-a").lock = { owner: "run 7", since: "2025-12-31T23:00:00Z", expires: "2026-01-01T00:30:00Z" };
    expect(await statuses()).toEqual([0, { "node-a": "busy", "node-b": "ok" }]);
    node("node-a").lock = { owner: "run 7", since: "2025-12-31T20:00:00Z", expires: "2025-12-31T21:00:00Z" };
    expect(await statuses()).toEqual([2, { "node-a": "drifted", "node-b": "ok" }]);
  });

  test("compares with what was deployed, not with what is committed, and says that this is newer", async () => {
    world.commit(sideWith(changing(shop, "shop-main", { type: "testing" })));
    const { nodes } = await run();
    expect(nodes.map(({ status, behind }) => [status, behind])).toEqual([
      ["ok", true],
      ["ok", false],
    ]);
  });

  test("looks at what was deployed although nobody plans it any more", async () => {
    world.commit(sideWith(without));
    const ports = world.ports();
    const asked: string[] = [];
    const nodes = {
      ...ports.nodes,
      // Only what it is asked for, as a real node does.
      look: async (...[target, at]: Parameters<typeof ports.nodes.look>) => {
        const look = await ports.nodes.look(target, at);
        const wanted = at.profiles.map(({ profile }) => [profile, look.profiles[profile] ?? null] as const);
        return { ...look, profiles: Object.fromEntries(wanted) };
      },
      profiles: async (...[target, places]: Parameters<typeof ports.nodes.profiles>) => {
        asked.push(...places.map(({ path }) => path));
        return ports.nodes.profiles(target, places);
      },
      running: async () => silent,
    };
    const { nodes: found } = await drift(driftInputs.parse({ node: ["node-a"] }), { ...ports, nodes });
    expect(found.map(({ status, behind }) => [status, behind])).toEqual([["ok", true]]);
    expect(asked).toEqual(["/nix/var/nix/profiles/per-user/shop-main/hostenv"]);
  });

  test("says of a node that is new that nothing was deployed there", async () => {
    world.nodes["node-c"] = { ...new World(sideWith(shop), ["node-c"]).nodes["node-c"] } as WorldNode;
    world.commit(sideWith({ ...shop, spareNodes: ["node-c"] }));
    expect(await statuses({ node: ["node-c"] })).toEqual([2, { "node-c": "drifted" }]);
  });

  test.each([
    ["node-x", "did you mean 'node-a'?"],
    ["completely-different", "nodes: node-a, node-b"],
  ])("refuses the node %s", async (name, hint) => {
    await expect(run({ node: [name] })).rejects.toMatchObject({ code: "usage", hint });
  });
});

describe("its answer", () => {
  test("is of its schema, and says first what is worst", async () => {
    tamper("node-b", "blog-main");
    const found = await run();
    const answer = driftAnswer(found);
    expect(driftSchema.parse(JSON.parse(JSON.stringify(answer.document)))).toEqual(answer.document);
    expect(answer.terminal(false)).toBe(
      [
        "drift: 1 drifted · 1 ok",
        "",
        "✖ node-b  runs something else than was deployed",
        "    blog-main: somebody else deployed it (generation 1 → 2)",
        "✔ node-a  runs what was deployed",
        "",
      ].join("\n"),
    );
    expect(answer.outputs).toEqual({
      drifted: '["node-b"]',
      "rolled-back": "[]",
      "reboot-pending": "[]",
      unreachable: "[]",
    });
    expect([answer.exitCode, answer.refusal]).toEqual([2, "1 drifted · 1 ok"]);
    expect(answer.summary(SUMMARY_LIMIT)).toContain(
      "| `node-b` | runs something else than was deployed | `blog-main: somebody else deployed it (generation 1 → 2)` |",
    );
  });

  test("shows what a node says against us as it is, and lets it do nothing", async () => {
    const found = await run();
    const problem = {
      code: "node-unreachable",
      message: "::add-mask::x\n| @all <!-- \u202e",
      hint: "##[error]",
    };
    const nodes = [
      { ...(found.nodes[0] as Drift["nodes"][number]), status: "unreachable" as const, problem },
    ];
    const answer = driftAnswer({ ...found, nodes });
    expect(answer.terminal(false)).not.toMatch(/^\s*::|##\[|\u202e/m);
    const summary = answer.summary(SUMMARY_LIMIT);
    expect(summary).not.toContain("@all");
    expect(summary).not.toContain("\u202e");
    expect(summary.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(3);
  });
});

describe("issues of drift", () => {
  let api: GithubApi;
  beforeEach(async () => {
    api = await startGithubApi();
  });
  afterEach(async () => {
    await api.close();
    expect(api.violations).toEqual([]);
  });

  const told = async (found: Drift) => {
    const progress = { step: () => {}, notice: () => {}, done: () => {} };
    const ports = { issues: issuesOf(api, hastyClient(api)), progress };
    const { notices } = await driftIssues(found, { provider: ".", authorId: BOT_ID, dryRun: false }, ports);
    expect(notices).toEqual([]);
    return [...api.issues.values()].map(({ title, state }) => `${state} ${title}`);
  };
  const writes = () => api.requests.filter(({ method }) => method !== "GET").length;

  test("one per node opens, stays as it is, and closes itself once the node is right", async () => {
    tamper("node-b", "blog-main");
    expect(await told(await run())).toEqual(["open node-b runs something else than was deployed"]);
    expect(api.issues.get(1)).toMatchObject({ labels: ["hostenv:drift"] });
    expect(api.issues.get(1)?.body).toContain("- `blog-main: somebody else deployed it (generation 1 → 2)`");
    const before = writes();
    await told(await run());
    expect(writes()).toBe(before);
    await deploy(deployInputs.parse({}), world.ports());
    expect(await told(await run())).toEqual(["closed node-b runs something else than was deployed"]);
    expect(api.comments.map(({ body }) => body)).toEqual(["It runs what was deployed."]);
  });

  test("is opened again, and says what it is about now", async () => {
    tamper("node-b", "blog-main");
    await told(await run());
    await deploy(deployInputs.parse({}), world.ports());
    await told(await run());
    running = { "node-b": { isCurrent: true, needsReboot: true } };
    expect(await told(await run())).toEqual(["open node-b must be rebooted to run what was deployed"]);
  });

  test("stays where nothing is known: another node was asked for, a deploy is at it", async () => {
    tamper("node-b", "blog-main");
    await told(await run());
    const before = writes();
    await told(await run({ node: ["node-a"] }));
    node("node-b").lock = { owner: "run 7", since: "2025-12-31T23:00:00Z", expires: "2026-01-01T00:30:00Z" };
    await told(await run());
    expect(writes()).toBe(before);
  });

  test("is one where no node could be asked, and those of nodes stay", async () => {
    tamper("node-b", "blog-main");
    await told(await run());
    for (const each of Object.values(world.nodes)) each.isDown = true;
    expect(await told(await run())).toEqual([
      "open node-b runs something else than was deployed",
      "open no node could be asked",
    ]);
    for (const each of Object.values(world.nodes)) each.isDown = false;
    expect(await told(await run())).toEqual([
      "open node-b runs something else than was deployed",
      "closed no node could be asked",
    ]);
  });

  test("closes where the plan does not have the node any more", async () => {
    node("node-a").isDown = true;
    expect(await told(await run())).toEqual(["open node-a could not be asked"]);
    world.commit(
      sideWith({ ...shop, environments: shop.environments.slice(1), remoteBuild: { "node-b": true } }),
    );
    await told(await run());
    expect(api.comments.map(({ body }) => body)).toEqual(["The plan does not have this node any more."]);
  });
});
