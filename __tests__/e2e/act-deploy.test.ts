import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ActFleet, describeWithAct, PROJECTS } from "../support/act-fleet.ts";

const MINUTE = 60_000;
const [DEPLOYED, FAILED] = [[["deploy", "success"]] as const, [["deploy", "failure"]] as const];
const BY_THE_BOT = expect.stringMatching(/^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/);

// One story: what a test leaves is what the next begins with.
describeWithAct("the caller deploy.yml, run by act", () => {
  let act: ActFleet;
  beforeAll(async () => {
    act = await ActFleet.start({}, (fleet) =>
      fleet.edit('hosting.example";', 'hosting.example";\n        canary = [ "node-b" ];'),
    );
  }, 5 * MINUTE);
  afterAll(async () => act?.stop());
  afterEach(() => expect(act.api.violations).toEqual([]));

  const note = (node: string, text: string) =>
    act.fleet.write(`nodes/${node}/note.nix`, JSON.stringify(text));
  const systems = () => ["node-a", "node-b"].map((node) => act.fleet.profile(node, "system"));
  const push = (
    jobs: readonly (readonly [string, string])[],
    inputs: Readonly<Record<string, string>> = {},
  ) => act.ran("deploy", "push", jobs, { head_commit: null }, inputs);
  /** How often an environment was activated on a node. */
  const activations = (node: string, user: string) =>
    (act.node(node).read(`/home/${user}/activations`) ?? "").split("\n").filter((line) => line !== "").length;
  /** How each deployment on GitHub ended, in the order of their beginnings. */
  const deployments = () =>
    act.api.deployments.map(({ environment, statuses }) => {
      const { state, environment_url } = statuses.findLast((each) => each.state !== "inactive") ?? {};
      return `${environment} ${state} ${environment_url}`;
    });
  const host = (name: string) => act.report().hosts.find((each) => each.host === name);
  const profiles = (name: string) =>
    Object.fromEntries((host(name)?.profiles ?? []).map(({ profile, result }) => [profile, result]));
  const checks = () =>
    act
      .report()
      .hosts.flatMap(({ verification }) => verification)
      .map(({ environment, check, passed }) => `${environment} ${check} ${passed}`);
  /** What the report says of profile links is what the nodes carry. */
  function asReported(): void {
    for (const { host: node, profiles: all } of act.report().hosts)
      for (const { profile, storePath } of all) expect(act.fleet.profile(node, profile)).toBe(storePath);
  }

  test(
    "plans a push, commits its snapshot as the bot, and deploys nothing that nobody reviewed; by hand it does",
    async () => {
      act.pushed("A merged change", () => note("node-a", "merged"));
      const said = await push(FAILED);
      // What failed is looked into, and the job ends as it did.
      expect(said).toMatch(/doctor: \d+ broken/);
      expect(act.log(2)).toEqual([BY_THE_BOT, expect.stringMatching(/: A merged change$/)]);
      const [commits, refused] = [act.log(2), act.report()];
      expect([refused.result, systems(), act.api.deployments]).toEqual(["unreviewed", [null, null], []]);
      expect(said).toMatch(
        /^No merged pull request's plan shows \d+ changes .*\n(?: .*\n)* {2}file nodes\/node-a\/note\.nix\n {4}\/sha256: none → [0-9a-f]{12}\n/m,
      );
      expect(said).toContain(`start the workflow by hand with the plan id ${refused.planId},`);
      await act.ran("deploy", "workflow_dispatch", DEPLOYED, { inputs: { "plan-id": refused.planId } });
      const done = act.report();
      expect([done.planId, act.outcomes()]).toEqual([refused.planId, ["1 node-b ok", "2 node-a ok"]]);
      asReported();
      expect([checks(), deployments().sort()]).toEqual([
        [`${act.environments.site} front page true`],
        [
          "acme__lab/main success https://lab.client.example",
          "acme__site/main success https://www.client.example",
        ],
      ]);
      // The second run found the snapshot where the first had put it.
      expect(act.log(2)).toEqual(commits);
    },
    8 * MINUTE,
  );

  test(
    "deploys what was reviewed in two waves, proves it, and records it, in the run that committed it (74)",
    async () => {
      const [before, known] = [systems(), act.api.deployments.length];
      act.merged("A site and two notes", () => {
        act.fleet.rewrite("acme__site", PROJECTS.acme__site.replace("front page", "home page"));
        for (const node of ["node-a", "node-b"]) note(node, "second");
      });
      const store = `file://${join(act.fleet.folder, "store")}`;
      await push(DEPLOYED, { "push-to": store });
      const report = act.report();
      expect([report.result, act.outcomes()]).toEqual(["deployed", ["1 node-b ok", "2 node-a ok"]]);
      asReported();
      for (const [index, link] of systems().entries()) expect(link).not.toBe(before[index]);
      expect(checks()).toEqual([`${act.environments.site} home page true`]);
      expect([act.log(1), deployments().slice(known)]).toEqual([
        [BY_THE_BOT],
        ["acme__site/main success https://www.client.example"],
      ]);
      expect(act.api.deployments.at(-1)).toMatchObject({ ref: act.tip(), production_environment: true });
      const paths = report.hosts.flatMap(({ profiles }) =>
        profiles.map(({ storePath }) => storePath as string),
      );
      const nobodys = `nobodys-1:${Buffer.alloc(32).toString("base64")}`;
      expect([paths.length, act.hasSigned(store, paths), act.hasSigned(store, paths, nobodys)]).toEqual([
        4,
        true,
        false,
      ]);
    },
    8 * MINUTE,
  );

  test(
    "deploys two merges at once where the first one's run never came (48)",
    async () => {
      const [before, known] = [systems(), act.api.deployments.length];
      act.merged("A note for one node", () => note("node-a", "dropped"));
      act.merged("A note for the other", () => note("node-b", "kept"));
      await push(DEPLOYED);
      expect([act.report().result, act.outcomes()]).toEqual(["deployed", ["1 node-b ok", "2 node-a ok"]]);
      asReported();
      for (const [index, link] of systems().entries()) expect(link).not.toBe(before[index]);
      // One snapshot for both, on top of both.
      expect(act.log(3)).toEqual([
        BY_THE_BOT,
        expect.stringMatching(/: A note for the other$/),
        expect.stringMatching(/: A note for one node$/),
      ]);
      expect(act.api.deployments.length).toBe(known);
    },
    8 * MINUTE,
  );

  test(
    "keeps what it deployed where the store takes none of it, and says so; the next run has nothing to do",
    async () => {
      const [before, known] = [systems(), act.api.deployments.length];
      act.merged("A site with another check", () => {
        act.fleet.rewrite("acme__site", PROJECTS.acme__site.replace("front page", "welcome"));
        note("node-a", "for a store");
      });
      // A folder that nobody can make.
      const said = await push(FAILED, { "push-to": "file:///proc/store" });
      expect(said).toContain("::error::the store has not got all of what was deployed");
      expect([act.report().result, act.outcomes()]).toEqual(["deployed", ["1 node-a ok"]]);
      asReported();
      expect(systems()).toEqual([expect.not.stringMatching(before[0] ?? ""), before[1]]);
      expect(deployments().slice(known)).toEqual(["acme__site/main success https://www.client.example"]);
      const after = systems();
      await push(DEPLOYED, { "push-to": "file:///proc/store" });
      expect([act.report().result, systems()]).toEqual(["nothing", after]);
    },
    8 * MINUTE,
  );

  test(
    "deploys nothing where the golden plan was forgotten, and says how it is mended",
    async () => {
      const before = [systems(), act.api.deployments.length];
      act.merged("A lab of another type", () => {
        act.fleet.rewrite("acme__lab", PROJECTS.acme__lab.replace('"testing"', '"development"'));
      });
      const golden = "tests/golden/plan.json";
      act.pushed("The golden plan before", () => act.fleet.git(["checkout", "HEAD~1", "--", golden]));
      const said = await push(FAILED);
      expect(said).toContain("the plan is not what the golden file holds");
      expect([systems(), act.api.deployments.length]).toEqual(before);
      expect(act.log(1)).toEqual([expect.stringMatching(/: The golden plan before$/)]);
      act.merged("The lab as it was", () => {
        act.fleet.rewrite("acme__lab", PROJECTS.acme__lab);
        note("node-a", "as it was");
      });
      await push(DEPLOYED);
    },
    8 * MINUTE,
  );

  test(
    "brings a node back that somebody names in rollback.yml, and the schedule leaves it so",
    async () => {
      const [, b] = systems();
      act.merged("A note that breaks something", () => note("node-a", "broken"));
      const [before] = systems();
      await push(DEPLOYED);
      const [broken] = systems();
      expect(broken).not.toBe(before);
      const payload = { inputs: { node: "node-a" } };
      const said = await act.ran("rollback", "workflow_dispatch", [["rollback", "success"]], payload);
      expect(said).toContain("Deploys leave the node so");
      expect(systems()).toEqual([before, b]);
      await act.ran("deploy", "schedule", DEPLOYED, { schedule: "17 * * * *" });
      expect([act.report().result, act.report().heldBack, systems()]).toEqual([
        "held-back",
        ["node-a"],
        [before, b],
      ]);
    },
    8 * MINUTE,
  );

  test(
    "stops after the first wave where an activation fails, and a run of the same push goes on once that is mended",
    async () => {
      const { lab, site } = act.environments;
      const [[a, b], old, known] = [systems(), act.fleet.profile("node-b", lab), act.api.deployments.length];
      act.merged("A lab that needs something", () => {
        act.fleet.rewrite("acme__lab", PROJECTS.acme__lab.replace('"testing"', '"development"'));
        for (const node of ["node-a", "node-b"]) note(node, "third");
        act.fleet.hook(lab, "test -e /tmp/mended");
      });
      await push(FAILED);
      expect([act.report().result, act.outcomes()]).toEqual([
        "partial",
        ["1 node-b partial", "2 node-a skipped"],
      ]);
      expect(profiles("node-b")).toEqual({ system: "deployed", [lab]: "rolled-back" });
      const [, newer] = systems();
      expect([systems(), act.fleet.profile("node-b", lab)]).toEqual([
        [a, expect.not.stringMatching(b ?? "")],
        old,
      ]);
      expect(deployments().slice(known)).toEqual(["acme__lab/main failure https://lab.client.example"]);
      const [commits, activated] = [act.log(2), activations("node-a", site)];
      act.node("node-b").run("touch", "/tmp/mended");
      await push(DEPLOYED);
      expect(act.outcomes()).toEqual(["1 node-b ok", "2 node-a ok"]);
      expect(profiles("node-b")).toEqual({ system: "unchanged", [lab]: "deployed" });
      expect(profiles("node-a")).toEqual({ system: "deployed", [site]: "unchanged" });
      asReported();
      // What the first run had done was not done again, nor was there anything to commit.
      expect([systems()[1], activations("node-a", site), act.log(2)]).toEqual([newer, activated, commits]);
      expect(deployments().slice(known + 1)).toEqual(["acme__lab/main success https://lab.client.example"]);
    },
    8 * MINUTE,
  );
});
