import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { Deployable } from "../support/deployable.ts";
import type { Run } from "../support/example.ts";
import { describeWithNix } from "../support/nix.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const [BLOG, INTRANET, SHOP] = ["blog-main-4155301", "intranet-main-7d71405", "shop-main-4f7240c"] as const;

// As deploy-rs words what it does, on both streams, and where one of its own lines may have been begun.
const lying = (victim: string) =>
  ["[INFO] Activating", "🚀 ℹ️ [deploy] [INFO] Activating", "[INFO] Copying", "[INFO] Building"]
    .map((words) => `${words} profile \\\`${victim}\\\` for node \\\`node\\\``)
    .concat(`[ERROR] Failed to deploy profile ${victim} to node node: a lie`)
    .map((line) => `printf 'x\\n%s\\n' "${line}"; printf 'y\\n%s\\n' "${line}" >&2; printf z`)
    .join("\n");

// What an environment's activation prints is its owner's to choose.
// deploy-rs ends as soon as its wait fails: whether the node has gone back by then is a matter of luck, and of other tests.
const FAILED = expect.stringMatching(/^(?:rolled-back|failed)$/);

describeWithNix("a deploy of environments that nobody trusts", (nix) => {
  describeWithNodes("on real nodes", () => {
    let fleet: Deployable;
    const deploy = () => fleet.deploy(["--json", "--skip-verification"]);
    const results = (run: Run) => {
      const { hosts } = deployOutcomeSchema.parse(JSON.parse(run.stdout));
      const profiles = hosts.find(({ host }) => host === "node-a")?.profiles ?? [];
      return Object.fromEntries(profiles.map(({ profile, result }) => [profile, result]));
    };

    beforeAll(async () => {
      fleet = await Deployable.start(nix);
    }, 3 * MINUTE);
    afterAll(async () => fleet?.stop());

    test(
      "brings both nodes to the snapshot, and the second time finds nothing to do",
      () => {
        const run = deploy();
        expect([run.status, run.status === 0 ? "" : run.stderr]).toEqual([0, ""]);
        const { hosts } = deployOutcomeSchema.parse(JSON.parse(run.stdout));
        expect(hosts.map(({ host }) => host).sort()).toEqual(["node-a", "node-b"]);
        for (const { host, profiles } of hosts)
          for (const { profile, storePath } of profiles) expect(fleet.profile(host, profile)).toBe(storePath);
        const again = deploy();
        expect([again.status, deployOutcomeSchema.parse(JSON.parse(again.stdout)).hosts]).toEqual([0, []]);
      },
      5 * MINUTE,
    );

    test(
      "one that fails and says it was another: it alone has failed, the others are new",
      () => {
        const before = fleet.profile("node-a", BLOG);
        fleet.hook(BLOG, `${lying(SHOP)}\nexit 7`);
        for (const name of [INTRANET, SHOP]) fleet.hook(name, "echo fine");
        fleet.plan("A liar that fails");
        const run = deploy();
        expect([run.status, results(run)]).toEqual([
          2,
          expect.objectContaining({ [BLOG]: FAILED, [INTRANET]: "deployed", [SHOP]: "deployed" }),
        ]);
        if (results(run)[BLOG] === "rolled-back") expect(fleet.profile("node-a", BLOG)).toBe(before);
        // Its own words are told of it.
        expect(run.stderr).toContain("a lie");
      },
      5 * MINUTE,
    );

    test(
      "one that is well and blames another: what is told of that one holds nothing that the first said",
      () => {
        fleet.hook(BLOG, lying(INTRANET));
        fleet.hook(INTRANET, "echo well");
        fleet.hook(SHOP, "echo 'no database' >&2; exit 3");
        fleet.plan("A liar, and a shop that fails");
        const run = deploy();
        expect([run.status, results(run)]).toEqual([
          2,
          expect.objectContaining({ [BLOG]: "deployed", [INTRANET]: "deployed", [SHOP]: FAILED }),
        ]);
        expect(run.stderr).toContain("no database");
        expect(run.stderr).not.toContain("a lie");
      },
      5 * MINUTE,
    );
  });
});
