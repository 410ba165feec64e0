import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { movingSchema } from "../../src/domain/moving.ts";
import { Example } from "../support/example.ts";
import { describeWithNix } from "../support/nix.ts";

const SHOP = "shop-main-4f7240c";

describeWithNix("plan --compare-with", (nix) => {
  let example: Example;
  let file: string;
  beforeAll(() => {
    example = new Example(nix);
    example.git(["checkout", "--quiet", "main"]);
    file = join(example.folder, "their-plan.json");
  }, 120_000);
  afterAll(() => example.remove());

  // biome-ignore lint/suspicious/noExplicitAny: a plan's parts are changed at will
  function compared(change: (plan: any) => void, flags: string[] = []) {
    const plan = JSON.parse(readFileSync(join(example.provider, "generated/plan.json"), "utf8"));
    change(plan);
    writeFileSync(file, JSON.stringify({ _description: "their words", ...plan }));
    const before = example.trace();
    const run = example.run(["plan", "--compare-with", file, ...flags]);
    expect(example.trace()).toBe(before);
    return run;
  }

  test("says that the plan is the same, whatever the other tool says besides", () => {
    const { status, stdout } = compared(() => {}, ["--json"]);
    expect(status).toBe(0);
    expect(movingSchema.parse(JSON.parse(stdout))).toEqual({ schema: 1, result: "same", differences: [] });
  });

  test("explains every difference, and ends with 2 where one is not on purpose", () => {
    const { status, stdout } = compared((plan) => {
      delete plan.policy;
      plan.environments[SHOP].uid = 4711;
      plan.nodeConnections["node-a"].hostname = "192.0.2.1";
    });
    expect(status).toBe(2);
    expect(stdout).toContain(`/environments/${SHOP}/uid: 4711 → `);
    expect(stdout).toContain("start from the existing tool's reservations");
    expect(stdout).toContain('/nodeConnections/node-a/hostname: "192.0.2.1" → "node-a.hosting.example"');
    expect(stdout).toContain("✔ freeze, severities, canary");
    expect(compared((plan) => delete plan.policy).status).toBe(0);
  });

  test("is refused beside a base", () => {
    const { status, stderr } = compared(() => {}, ["--base", "main"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--compare-with takes no base, update or allowance");
  });
});
