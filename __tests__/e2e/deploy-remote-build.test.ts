import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { Deployable } from "../support/deployable.ts";
import { describeWithNix } from "../support/nix.ts";
import type { TestNode } from "../support/node.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const ENVIRONMENTS = ["blog-main-4155301", "intranet-main-7d71405", "shop-main-4f7240c"];
const PROFILES = ["system", ...ENVIRONMENTS];

// This machine has a store of its own, and so has the node: what is built in the one is not seen in the other.
describeWithNix("a node that builds itself", (nix) => {
  describeWithNodes("on a real node", () => {
    let fleet: Deployable;
    const node = () => fleet.nodes["node-a"] as TestNode;
    // No key is given: nothing that is brought to such a node needs a signature.
    const deploy = (...args: string[]) =>
      fleet.deploy(["-n", "node-a", "--skip-verification", ...args], { NIX_SIGNING_KEY: undefined });
    const stores = (path: string) => [existsSync(path), node().try("test", "-e", path).status === 0];
    /** Makes all closures others than any that were ever built on this machine. */
    const change = (script: string) => {
      for (const name of ["system-node-a", ...ENVIRONMENTS]) fleet.hook(name, `${script} # ${fleet.folder}`);
      fleet.plan(script);
    };

    beforeAll(async () => {
      fleet = await Deployable.start(nix);
      fleet.edit('hosting.example";', 'hosting.example";\n        nodeRemoteBuild.node-a = true;');
    }, 3 * MINUTE);
    afterAll(async () => fleet?.stop());

    test(
      "is given derivations alone: all is built there, nothing here, and it is activated",
      () => {
        change("true");
        const run = deploy("--json");
        expect([run.status, run.status === 0 ? "" : run.stderr]).toEqual([0, ""]);
        const [host] = deployOutcomeSchema.parse(JSON.parse(run.stdout)).hosts;
        const built = host?.profiles.map(({ profile, storePath }) => [profile, storePath]);
        expect(built).toEqual(PROFILES.map((profile) => [profile, fleet.profile("node-a", profile)]));
        for (const [, path] of built ?? []) expect(stores(path as string)).toEqual([false, true]);
      },
      5 * MINUTE,
    );

    test(
      "can't build one of them: the builder's last words are told, and nothing was switched",
      () => {
        const before = PROFILES.map((profile) => fleet.profile("node-a", profile));
        fleet.edit("mkdir $out", 'echo "no luck with $name"; exit 3\n              mkdir $out');
        change("echo other");
        const run = deploy();
        expect([run.status, run.stderr]).toEqual([
          1,
          expect.stringMatching(/no luck with (system|shop|blog|intranet)/),
        ]);
        expect(PROFILES.map((profile) => fleet.profile("node-a", profile))).toEqual(before);
      },
      5 * MINUTE,
    );
  });
});
