import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { Deployable } from "../support/deployable.ts";
import type { TestNode } from "../support/node.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const TEN = [..."abcdefghij"].map((letter) => `node-${letter}`);
const DOWN = "node-d";

describeWithNodes("a deploy to ten nodes", () => {
  let fleet: Deployable;
  const systems = () => TEN.map((name) => fleet.profile(name, "system"));
  const deploy = () => {
    const { status, stdout, stderr } = fleet.deploy(["--json", "--skip-verification"]);
    const { hosts } = deployOutcomeSchema.parse(JSON.parse(stdout));
    return { status, stderr, results: Object.fromEntries(hosts.map(({ host, result }) => [host, result])) };
  };

  beforeAll(async () => {
    const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
    fleet = await Deployable.start(nix, { nodes: TEN, without: ["acme__blog", "globex__intranet"] });
  }, 4 * MINUTE);
  afterAll(async () => fleet?.stop());

  test(
    "of which one is down: the nine others are done, it is told, and the next run does it alone (55)",
    async () => {
      expect(deploy()).toMatchObject({
        status: 0,
        results: Object.fromEntries(TEN.map((name) => [name, "ok"])),
      });
      const before = systems();
      for (const name of TEN) fleet.write(`nodes/${name}/note.nix`, '"second"');
      fleet.plan("All of them");
      await (fleet.nodes[DOWN] as TestNode).stop();
      const run = deploy();
      expect([run.status, run.results]).toEqual([
        2,
        Object.fromEntries(TEN.map((name) => [name, name === DOWN ? "unreachable" : "ok"])),
      ]);
      // A line for each in what people read, and what to do about the one.
      for (const name of TEN)
        expect(run.stderr).toMatch(
          new RegExp(`^${name} +\\d+ +${name === DOWN ? "unreachable" : "ok"}`, "m"),
        );
      expect(run.stderr).toContain(`--node ${DOWN}`);
      await (fleet.nodes[DOWN] as TestNode).start();
      const after = systems();
      expect(after.map((link, index) => link === before[index])).toEqual(TEN.map((name) => name === DOWN));
      const again = deploy();
      expect([again.status, again.results]).toEqual([0, { [DOWN]: "ok" }]);
      expect(systems().map((link, index) => link === after[index])).toEqual(TEN.map((name) => name !== DOWN));
      expect(deploy()).toMatchObject({ status: 0, results: {} });
    },
    8 * MINUTE,
  );
});
