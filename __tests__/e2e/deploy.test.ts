import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { liveSchema } from "../../src/domain/deploy/live.ts";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { Deployable } from "../support/deployable.ts";
import type { Run } from "../support/example.ts";
import { addBackup, snapshotsOf } from "../support/node/backups.ts";
import { becomes, drops } from "../support/node/faults.ts";
import type { TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const [SHOP, BLOG, STAGING] = ["shop-main-4f7240c", "blog-main-4155301", "shop-staging-8d6b1ec"];

// What a deploy says is compared with what the nodes carry: links and files are read on the nodes themselves.
describeWithNodes("deploy on real nodes", () => {
  let fleet: Deployable;
  const node = (name: string) => fleet.nodes[name] as TestNode;
  const outcome = (run: Run) => deployOutcomeSchema.parse(JSON.parse(run.stdout));
  const results = (run: Run) =>
    Object.fromEntries(
      outcome(run).hosts.map(({ host, result, profiles }) => [
        host,
        [result, Object.fromEntries(profiles.map((each) => [each.profile, each.result]))],
      ]),
    );
  const deploy = (...args: string[]) => fleet.deploy(["--json", "--skip-verification", ...args]);
  const live = (name: string) =>
    liveSchema.parse(JSON.parse(node(name).read("/var/lib/hostenv-provider/deployed.json") ?? "null"));
  /** How often each profile was activated on a node. */
  const activations = (name: string, user: string) =>
    (node(name).read(`/home/${user}/activations`) ?? "").split("\n").filter((line) => line !== "").length;
  /** How often anything was activated: the systems, then the environments of node-a. */
  const counts = () => [
    ...["node-a", "node-b"].map((name) => (node(name).read("/run/activations") ?? "").split("\n").length - 1),
    ...[SHOP, BLOG].map((user) => activations("node-a", user)),
  ];
  /** Deploys twice: what is left is the system of node-a, and then nothing is. */
  const settles = () => {
    const [a, ...rest] = counts() as [number, ...number[]];
    expect([deploy().status, counts()]).toEqual([0, [a + 1, ...rest]]);
    const again = deploy();
    expect([again.status, results(again), counts()]).toEqual([0, {}, [a + 1, ...rest]]);
  };
  /** Commits a change that reaches the system of node-a alone. */
  const change = (text: string) => {
    fleet.write("nodes/node-a/note.nix", JSON.stringify(text));
    fleet.plan(text);
  };

  beforeAll(async () => {
    fleet = await Deployable.start(
      process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string),
    );
  }, 3 * MINUTE);
  afterAll(async () => fleet?.stop());

  test(
    "the first brings both nodes to the snapshot, says what can't be undone, and the second finds nothing to do",
    () => {
      const rehearsed = deploy("--dry-run");
      expect([rehearsed.status, fleet.profile("node-a", "system")]).toEqual([0, null]);
      // Without a system to rehearse on, users are missing: what can be tried is, and nothing is done.
      expect([rehearsed.stderr, counts()]).toEqual([
        expect.stringMatching(/^(?![\s\S]*Building profile)[\s\S]*would activate node-a/),
        [0, 0, 0, 0],
      ]);
      const run = deploy();
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining("can't be rolled back")]);
      expect(results(run)["node-b"]).toEqual([
        "ok",
        expect.objectContaining({ system: "deployed", [STAGING]: "deployed" }),
      ]);
      for (const { host, profiles } of outcome(run).hosts)
        for (const { profile, storePath } of profiles) expect(fleet.profile(host, profile)).toBe(storePath);
      expect(live("node-a")).toMatchObject({ planId: outcome(run).planId, steps: [], unproved: [] });
      const sessions = node("node-a").sessions().length;
      expect([deploy().status, results(deploy())]).toEqual([0, {}]);
      // One look for each of the two calls, and nothing else.
      expect(node("node-a").sessions().length - sessions).toBe(2);
    },
    5 * MINUTE,
  );

  describe("one environment that fails", () => {
    test(
      "leaves the others new and itself as it was, and is all that the next deploy takes up",
      () => {
        const [shop, blog] = [fleet.profile("node-a", SHOP), fleet.profile("node-a", BLOG)];
        fleet.hook(SHOP, "echo broken >&2; exit 7");
        fleet.hook(BLOG, "true");
        fleet.plan("A broken shop");
        const run = deploy();
        expect([run.status, results(run)["node-a"]]).toEqual([
          2,
          ["partial", expect.objectContaining({ [SHOP]: "rolled-back", [BLOG]: "deployed" })],
        ]);
        expect(fleet.profile("node-a", SHOP)).toBe(shop);
        expect(fleet.profile("node-a", BLOG)).not.toBe(blog);
        expect(run.stderr).toContain("broken");
        const before = activations("node-a", BLOG);
        fleet.hook(SHOP, "true");
        fleet.plan("A mended shop");
        expect(results(deploy())["node-a"]?.[1]).toMatchObject({
          system: "unchanged",
          [SHOP]: "deployed",
          [BLOG]: "unchanged",
        });
        expect(activations("node-a", BLOG)).toBe(before);
      },
      5 * MINUTE,
    );

    test(
      "is rolled back with its node and stays so; the commit that takes it back finds everything as it was",
      () => {
        const [system, shop] = [fleet.profile("node-a", "system"), fleet.profile("node-a", SHOP)];
        const halfway = () => {
          fleet.hook(SHOP, "exit 7");
          change("with a shop that can't start");
          const run = deploy();
          expect([run.status, results(run)["node-a"]?.[0]]).toEqual([2, "partial"]);
          expect(fleet.profile("node-a", "system")).not.toBe(system);
        };
        const takenBack = () => {
          fleet.hook(SHOP, "true");
          fleet.write("nodes/node-a/note.nix", '"first"');
          fleet.plan("Take it back");
          expect(deploy().status).toBe(0);
          expect([fleet.profile("node-a", "system"), fleet.profile("node-a", SHOP)]).toEqual([system, shop]);
          expect(live("node-a")).toMatchObject({ rolledBack: [], planId: expect.any(String) });
        };
        halfway();
        // What it wants is what the node was, and the node is no more: the system is of the commit before.
        takenBack();
        halfway();
        expect(fleet.run(["rollback", "-n", "node-a", "--skip-verification"]).status).toBe(0);
        expect(fleet.profile("node-a", "system")).toBe(system);
        const unasked = deploy();
        expect([unasked.status, unasked.stderr]).toEqual([
          0,
          expect.stringContaining("somebody rolled back"),
        ]);
        expect(fleet.profile("node-a", "system")).toBe(system);
        takenBack();
      },
      5 * MINUTE,
    );
  });

  describe("a node that can't be deployed", () => {
    test(
      "shows another host key: nothing is copied to it, both fingerprints are named, the other node is done (50)",
      async () => {
        const before = fleet.profile("node-a", "system");
        const activated = counts();
        change("another key");
        const known = node("node-a").hostKey;
        await node("node-a").changeHostKey();
        const sessions = node("node-a").sessions().length;
        const run = deploy();
        expect(run.status).toBe(2);
        expect(run.stderr).toContain("known_hosts pins");
        expect(run.stderr.match(/SHA256:[\w+/]{43}/g)?.length).toBeGreaterThanOrEqual(2);
        expect([fleet.profile("node-a", "system"), node("node-a").sessions().length, counts()]).toEqual([
          before,
          sessions,
          activated,
        ]);
        const path = join(fleet.provider, "known_hosts");
        writeFileSync(path, readFileSync(path, "utf8").replace(known.trim(), node("node-a").hostKey.trim()));
        fleet.plan("The new key is pinned");
        settles();
      },
      5 * MINUTE,
    );

    test(
      "is down: the others are done, and it is the next time (55)",
      async () => {
        fleet.hook("system-node-a", "true");
        fleet.hook("system-node-b", "true");
        fleet.plan("Both systems");
        await node("node-b").close();
        const run = deploy();
        expect([run.status, results(run)["node-a"]?.[0], results(run)["node-b"]?.[0]]).toEqual([
          2,
          "ok",
          "unreachable",
        ]);
        await node("node-b").open();
        const again = deploy();
        expect([again.status, Object.keys(results(again))]).toEqual([0, ["node-b"]]);
        const activated = counts();
        expect([results(deploy()), counts()]).toEqual([{}, activated]);
      },
      5 * MINUTE,
    );
  });

  test(
    "a connection that is lost before the confirmation: the node goes back by itself, and it is said (51)",
    async () => {
      const before = fleet.profile("node-a", "system");
      const [system, ...rest] = counts() as [number, ...number[]];
      change("lost");
      node("node-a").inject(drops("rm .*canary"));
      const run = deploy();
      node("node-a").inject();
      expect([run.status, results(run)["node-a"]?.[1]]).toEqual([
        2,
        expect.objectContaining({ system: "rolled-back" }),
      ]);
      expect(fleet.profile("node-a", "system")).toBe(before);
      // The new one and, once its link is right again, the old one.
      await until("the old one is active", () => counts()[0] === system + 2);
      expect(counts()).toEqual([system + 2, ...rest]);
      settles();
      expect(fleet.profile("node-a", "system")).not.toBe(before);
    },
    6 * MINUTE,
  );

  test(
    "exit 0 although the node went back is a failure (52)",
    () => {
      const [before, activated] = [fleet.profile("node-a", "system"), counts()];
      change("said to be well");
      // Activation and waiting end well, and nothing was done.
      node("node-a").inject(becomes("activate-rs", "true"), becomes("rm .*canary", "true"));
      const run = deploy();
      node("node-a").inject();
      expect(run.status).toBe(2);
      expect(results(run)["node-a"]?.[1]).toMatchObject({ system: "rolled-back" });
      expect([fleet.profile("node-a", "system"), counts()]).toEqual([before, activated]);
      settles();
    },
    6 * MINUTE,
  );

  test(
    "a signing key that the node does not trust: refused with the remedy, nothing unsigned is sent (58)",
    () => {
      const [before, activated] = [fleet.profile("node-a", "system"), counts()];
      change("untrusted");
      const stranger = fleet.strangersKey();
      const run = fleet.deploy(["--skip-verification", "-n", "node-a"], { NIX_SIGNING_KEY: stranger });
      expect([run.status, run.stdout + run.stderr]).toEqual([
        2,
        expect.stringContaining("nixSigning.trustedPublicKeys"),
      ]);
      expect([fleet.profile("node-a", "system"), counts()]).toEqual([before, activated]);
      settles();
    },
    5 * MINUTE,
  );

  test(
    "what nobody reviewed is refused and shown, goes on with its report, and by its plan id",
    () => {
      const report = join(fleet.folder, "report.json");
      fleet.hook(STAGING, "true");
      fleet.git(["add", "--all"]);
      fleet.edit('hosting.example";', 'hosting.example";\n        nodeFirewallPorts.node-a = [ 8443 ];');
      fleet.git(["add", "--all"]);
      fleet.run(["plan", "--base", "HEAD", "--report", report]);
      fleet.plan("A port");
      const refused = fleet.deploy(["--require-review", "--skip-verification"]);
      // What nobody saw is printed, with its value.
      expect([refused.status, refused.stdout]).toEqual([2, expect.stringMatching(/node-a[\s\S]*8443/)]);
      const unknown = deploy("--plan-id", "f".repeat(64));
      expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining("[plan-changed]")]);
      expect(deploy("--require-review", "--reviewed", report).status).toBe(0);
    },
    5 * MINUTE,
  );

  test(
    "wrong use is refused before anything is asked (60)",
    () => {
      const run = deploy("-n", "node-c");
      expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("did you mean 'node-a'?")]);
      expect(deploy("--migration-source", "nonsense").stderr).toContain("ENVIRONMENT=NODE");
    },
    MINUTE,
  );

  test(
    "rollback brings an environment back, and it stays so until somebody names it or the plan is repaired",
    () => {
      fleet.hook(STAGING, "echo once more");
      fleet.plan("Staging once more");
      expect(deploy().status).toBe(0);
      const now = fleet.profile("node-b", STAGING);
      const run = fleet.run(["rollback", "--environment", STAGING, "--json"]);
      expect([run.status, JSON.parse(run.stdout).profiles]).toMatchObject([
        0,
        [{ profile: STAGING, result: "rolled-back" }],
      ]);
      expect(fleet.profile("node-b", STAGING)).not.toBe(now);
      expect(live("node-b").rolledBack).toEqual([STAGING]);
      const back = fleet.profile("node-b", STAGING);
      // What the schedule does every hour.
      const unasked = deploy();
      expect([unasked.status, unasked.stderr]).toEqual([0, expect.stringContaining("somebody rolled back")]);
      expect(fleet.profile("node-b", STAGING)).toBe(back);
      expect(deploy("-n", "node-b").status).toBe(0);
      expect(fleet.profile("node-b", STAGING)).toBe(now);
      expect(fleet.run(["rollback", "--environment", STAGING]).status).toBe(0);
      fleet.hook(STAGING, "echo repaired");
      fleet.plan("Staging is repaired");
      expect(deploy().status).toBe(0);
      expect([fleet.profile("node-b", STAGING), live("node-b").rolledBack]).toEqual([
        expect.not.stringMatching(`^(${now}|${back})$`),
        [],
      ]);
    },
    5 * MINUTE,
  );

  test(
    "a commit that the branch has left is not deployed, whoever starts it, unless its plan is named (T16)",
    () => {
      change("older");
      const older = fleet.profile("node-a", "system");
      const [origin, clone] = ["origin.git", "clone"].map((name) => join(fleet.folder, name)) as [
        string,
        string,
      ];
      const top = fleet.git(["rev-parse", "--show-toplevel"]).trim();
      fleet.git(["clone", "--quiet", "--bare", top, origin]);
      fleet.git(["remote", "add", "origin", origin]);
      fleet.git(["clone", "--quiet", origin, clone]);
      const note = join(clone, fleet.git(["rev-parse", "--show-prefix"]).trim(), "nodes/node-a/note.nix");
      const goOn = (text: string) => {
        writeFileSync(note, JSON.stringify(text));
        fleet.git(["commit", "--quiet", "--all", "--message", text], clone);
        fleet.git(["push", "--quiet", "origin", "HEAD:main"], clone);
      };
      const run = (event: string, ...args: string[]) => {
        const env = { GITHUB_EVENT_NAME: event, GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "main" };
        return fleet.deploy(["--json", "--skip-verification", ...args], env);
      };
      goOn("newer");
      for (const event of ["push", "schedule", "workflow_dispatch"]) {
        const left = run(event);
        expect([event, left.status, left.stderr]).toEqual([
          event,
          0,
          expect.stringContaining("a later commit takes"),
        ]);
        expect(fleet.profile("node-a", "system")).toBe(older);
      }
      // What the branch has become can't be read: that is no reason to take it for another run's work.
      goOn("unreadable");
      const blob = fleet.git(["hash-object", note]).trim();
      rmSync(join(origin, "objects", blob.slice(0, 2), blob.slice(2)));
      const blind = run("push");
      expect([blind.status, blind.stderr]).toEqual([1, expect.stringContaining("[branch-unreadable]")]);
      expect(fleet.profile("node-a", "system")).toBe(older);
      const { planId } = JSON.parse(readFileSync(join(fleet.provider, "generated/manifest.json"), "utf8"));
      expect(run("workflow_dispatch", "--plan-id", planId).status).toBe(0);
      expect(fleet.profile("node-a", "system")).not.toBe(older);
      fleet.git(["remote", "remove", "origin"]);
    },
    5 * MINUTE,
  );

  describe("a move whose visitors can't be led", () => {
    const restored = () =>
      (node("node-b").read(`/home/${SHOP}/restored`) ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    /** What a snapshot on the old node holds of a file. */
    const held = (snapshot: string, file: string) =>
      node("node-a").runAs(
        SHOP,
        `restic --password-file password --repo repository dump ${snapshot} /home/${SHOP}/data/${file}`,
      );

    test(
      "fails first, and goes on with an unrelated commit: its data goes along once, and its old node goes on serving (77, 78)",
      () => {
        for (const name of ["mysql-migrate", "files-migrate"]) addBackup(node("node-a"), SHOP, name);
        fleet.edit('production = "node-a";', 'production = "node-b";');
        fleet.hook(SHOP, "test -e /tmp/mended || exit 9");
        fleet.plan("Production moves, and the shop can't start");
        const old = fleet.profile("node-a", SHOP);
        const failed = deploy();
        expect([failed.status, restored()]).toEqual([2, []]);
        expect(fleet.profile("node-a", SHOP)).toBe(old);
        const made = snapshotsOf(node("node-a"), SHOP);
        expect(made).toHaveLength(2);
        // Its visitors go on, somebody mends what failed, and a commit that is about something else comes next.
        node("node-a").runAs(SHOP, "echo meanwhile >data/later");
        node("node-b").run("touch", "/tmp/mended");
        const staging = fleet.profile("node-b", STAGING);
        fleet.hook(STAGING, "echo unrelated");
        fleet.plan("Something else");
        const run = deploy();
        expect([run.status, outcome(run).waitingForDns.length]).toEqual([0, expect.any(Number)]);
        expect(outcome(run).waitingForDns.length).toBeGreaterThan(0);
        expect(fleet.profile("node-b", STAGING)).not.toBe(staging);
        // What was backed up for the first attempt is old by now.
        const again = snapshotsOf(node("node-a"), SHOP).filter((snapshot) => !made.includes(snapshot));
        expect(again).toHaveLength(2);
        expect(restored()).toEqual([
          expect.objectContaining({ sourceNode: "node-a", snapshots: expect.any(Object) }),
        ]);
        expect(Object.values(restored()[0].snapshots).sort()).toEqual([...again].sort());
        for (const snapshot of again) expect(held(snapshot, "later")).toBe("meanwhile\n");
        for (const name of ["node-a", "node-b"]) expect(node(name).run("id", "-u", SHOP)).not.toBe("");
        const memory = JSON.parse(readFileSync(join(fleet.provider, "generated/dns-gate.json"), "utf8"));
        expect(memory.holds[SHOP]).toBe("node-a");
        expect(node("node-b").read("/run/virtual-hosts")).toContain('"shop.acme.example":false');
        expect(node("node-a").read("/run/virtual-hosts")).toContain('"shop.acme.example":true');
      },
      8 * MINUTE,
    );

    test(
      "waits: whatever is deployed meanwhile, nothing is backed up or restored again, and what is written stays (78)",
      () => {
        const [snapshots, times] = [snapshotsOf(node("node-a"), SHOP), restored().length];
        const [old, activated] = [fleet.profile("node-a", SHOP), activations("node-a", SHOP)];
        node("node-a").runAs(SHOP, "echo while it waits >data/waiting");
        change("meanwhile");
        expect(deploy().status).toBe(0);
        expect(deploy().status).toBe(0);
        expect([snapshotsOf(node("node-a"), SHOP), restored().length]).toEqual([snapshots, times]);
        expect([fleet.profile("node-a", SHOP), activations("node-a", SHOP)]).toEqual([old, activated]);
        expect(node("node-a").read(`/home/${SHOP}/data/waiting`)).toBe("while it waits\n");
        expect(node("node-a").read("/run/virtual-hosts")).toContain('"shop.acme.example":true');
      },
      5 * MINUTE,
    );
  });
});
