import { beforeEach, describe, expect, test } from "@jest/globals";
import { deploy, deployInputs } from "../../src/commands/deploy.ts";
import { reportOfDeploy } from "../../src/commands/deploy-report.ts";
import { deployReportSchema } from "../../src/domain/deploy/report.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { deployTerminal } from "../../src/render/deploy-terminal.ts";
import { World } from "../support/deploy-world.ts";
import { changing, dropping, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a", migrations: ["db-migrate"] },
    { name: "blog-main", type: "production", node: "node-a", uid: 2001 },
  ],
  spareNodes: ["node-b"],
  remoteBuild: { "node-a": true, "node-b": true },
};

let world: World;
beforeEach(() => {
  world = new World(sideWith(shop), ["node-a", "node-b"]);
});

/** What a dry run says after the shop was deployed and something else is wanted. */
async function rehearsedAfter(side: HostenvSide): Promise<string> {
  await deploy(deployInputs.parse({}), world.ports({}));
  world.commit(side);
  return rehearsed();
}
async function rehearsed(): Promise<string> {
  const end = await deploy(deployInputs.parse({ dryRun: true }), world.ports({}));
  const around = { provider: ".", toolVersion: "0.1.0", notices: [], resume: () => "" };
  const report = reportOfDeploy(end, around);
  expect(deployReportSchema.parse(report)).toEqual(report);
  return deployTerminal(report, false).split("\n\n").slice(1).join("\n\n");
}

describe("a dry run tells in order what would be done", () => {
  test("on nodes that have nothing of ours yet", async () => {
    expect(await rehearsed()).toBe(`\
wave 1
  node-a
    1. copy 3 closures
    2. activate the system, with generation 1 to go back to
    3. activate 2 environments for the first time: blog-main, shop-main
  node-b
    1. copy 1 closure
    2. activate the system, with generation 1 to go back to
`);
  });

  test("for an environment that moves, first where it comes to", async () => {
    const text = await rehearsedAfter(sideWith(changing(shop, "shop-main", { node: "node-b" })));
    expect(text).toBe(`\
wave 1
  node-b
    1. back up shop-main on node-a, to be restored here
    2. copy 2 closures
    3. activate the system, with generation 2 to go back to
    4. activate 1 environment for the first time: shop-main
    5. lead visitors of shop-main here, and let node-a go of it once they are
wave 2
  node-a
    1. copy 1 closure
    2. activate the system, with generation 2 to go back to
    3. go on serving shop-main until visitors are led to node-b
`);
  });

  test("for one that is removed", async () => {
    const text = await rehearsedAfter(sideWith(dropping(shop, "blog-main")));
    expect(text).toContain("1. take a last backup of blog-main, which is removed, where it has backups");
    expect(text).not.toContain("node-b");
  });
});
