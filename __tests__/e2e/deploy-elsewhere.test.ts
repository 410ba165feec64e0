import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { Deployable } from "../support/deployable.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;

describeWithNodes("a provider whose snapshot lies in a folder of another name", () => {
  let fleet: Deployable;
  beforeAll(async () => {
    const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
    fleet = await Deployable.start(nix, { without: ["acme__blog", "globex__intranet"] });
    fleet.git(["mv", "generated", "snapshot"]);
    fleet.env.HOSTENV_PROVIDER_OUT = "snapshot";
    fleet.plan("Another folder");
  }, 4 * MINUTE);
  afterAll(async () => fleet?.stop());

  test(
    "is planned, deployed and looked at from there, and nothing is written elsewhere",
    () => {
      const state = () => readFileSync(join(fleet.provider, "snapshot/state.json"), "utf8");
      const before = state();
      expect(fleet.run(["plan", "--check"]).status).toBe(0);
      const run = fleet.deploy(["--json", "--skip-verification"]);
      const { hosts } = deployOutcomeSchema.parse(JSON.parse(run.stdout));
      expect([run.status, hosts.map(({ host, result }) => `${host} ${result}`)]).toEqual([
        0,
        ["node-a ok", "node-b ok"],
      ]);
      for (const { host, profiles } of hosts)
        for (const { profile, storePath } of profiles) expect(fleet.profile(host, profile)).toBe(storePath);
      expect(JSON.parse(fleet.run(["drift", "--json"]).stdout).nodes).toMatchObject([
        { node: "node-a", status: "ok", behind: false },
        { node: "node-b", status: "ok", behind: false },
      ]);
      expect([state(), existsSync(join(fleet.provider, "generated"))]).toEqual([before, false]);
    },
    5 * MINUTE,
  );
});
