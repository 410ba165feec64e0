import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { driftSchema } from "../../src/domain/deploy/drift.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { Canary } from "../support/canary.ts";
import { Deployable } from "../support/deployable.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import type { TestNode } from "../support/node.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const SYSTEM = "/nix/var/nix/profiles/system";

// What is said is made true on the nodes themselves, by hand, as somebody who logs in would.
describeWithNodes("drift on real nodes", () => {
  let fleet: Deployable;
  let runner: ActionRunner;
  let api: GithubApi;
  const node = (name: string) => fleet.nodes[name] as TestNode;

  beforeAll(async () => {
    fleet = await Deployable.start(
      process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string),
    );
    const { status, stderr } = fleet.deploy(["--skip-verification"]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  }, 5 * MINUTE);
  afterAll(async () => fleet?.stop());
  beforeEach(async () => {
    runner = new ActionRunner(fleet.env);
    api = await startGithubApi();
    api.addWorkflowRun({ workflow: "drift.yml", created_at: new Date(Date.now() - 3_600_000) });
  });
  afterEach(async () => {
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  function drift(...args: string[]) {
    const { status, stdout, stderr } = fleet.run(["drift", "--json", ...args]);
    const { nodes } = driftSchema.parse(JSON.parse(stdout || '{"schema":1,"planId":"","nodes":[]}'));
    const said = Object.fromEntries(
      nodes.map((each) => [
        each.node,
        [each.status, ...each.differences.map(({ profile, how }) => `${profile} ${how}`)],
      ]),
    );
    return { status, said, nodes, stderr };
  }

  /** A scheduled run of the root action, and the issues afterwards. */
  async function scheduled() {
    const inputs = {
      command: "drift",
      "working-directory": fleet.provider,
      "github-token": api.token,
      "fail-on": "never",
    };
    const { status, stdout, outputs, summary } = await runner.run("action", inputs, {
      env: {
        GITHUB_API_URL: api.url,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: api.repository.full_name,
        GITHUB_EVENT_NAME: "schedule",
        GITHUB_WORKFLOW_REF: `${api.repository.full_name}/.github/workflows/drift.yml@refs/heads/main`,
      },
    });
    const issues = [...api.issues.values()].map(({ title, state }) => `${state} ${title}`);
    return { status, stdout, outputs, summary, issues };
  }

  test("nothing has changed after a deploy: two connections a node, and nothing is written there", () => {
    const sessions = () => node("node-a").sessions().length;
    const [before, live] = [sessions(), node("node-a").read("/var/lib/hostenv-provider/deployed.json")];
    expect(drift()).toMatchObject({ status: 0, said: { "node-a": ["ok"], "node-b": ["ok"] } });
    expect([sessions() - before, node("node-a").read("/var/lib/hostenv-provider/deployed.json")]).toEqual([
      2,
      live,
    ]);
  });

  test("a kernel that waits for a reboot, until it was booted", () => {
    const folders = "mkdir -p /run/booted-system && touch /run/booted-system/kernel";
    node("node-a").run("sh", "-c", folders);
    expect(drift().said).toMatchObject({ "node-a": ["reboot-pending"], "node-b": ["ok"] });
    node("node-a").run("rm", "-r", "/run/booted-system");
    expect(drift()).toMatchObject({ status: 0, said: { "node-a": ["ok"] } });
  });

  test(
    "a schedule keeps one issue of a node that somebody changed, until the next deploy",
    async () => {
      const generation = `ln -sfn "$(readlink -f ${SYSTEM})" ${SYSTEM}-98-link && ln -sfn /nix/store/${"0".repeat(32)}-by-hand ${SYSTEM}-99-link`;
      node("node-b").run("sh", "-c", `${generation} && ln -sfn system-99-link ${SYSTEM}`);
      expect(drift()).toMatchObject({
        status: 2,
        said: { "node-a": ["ok"], "node-b": ["drifted", "system other"] },
      });
      const first = await scheduled();
      expect([first.status, first.issues]).toEqual([
        0,
        ["open node-b runs something else than was deployed"],
      ]);
      expect(first.outputs).toMatchObject({ drifted: '["node-b"]', unreachable: "[]" });
      expect(first.summary).toContain("| `node-b` | runs something else than was deployed |");
      const canary = new Canary({ key: fleet.key.privateKey });
      // The runner takes these lines for itself: they are what hides the key in all others.
      const log = first.stdout.replace(/^::add-mask::.*$/gm, "");
      const said = [log, first.summary, JSON.stringify([first.outputs, ...api.issues.values()])];
      expect(said.flatMap((text) => canary.inText("what is said", text))).toEqual([]);
      expect((await scheduled()).issues).toEqual(["open node-b runs something else than was deployed"]);
      node("node-b").run("sh", "-c", `rm ${SYSTEM}-99-link && ln -sfn system-98-link ${SYSTEM}`);
      const { status, stderr } = fleet.deploy(["--skip-verification"]);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect((await scheduled()).issues).toEqual(["closed node-b runs something else than was deployed"]);
    },
    3 * MINUTE,
  );

  test("a node that lets nobody in, and one that shows another key, are told with the reason", async () => {
    await node("node-a").close();
    const { status, said, nodes } = drift();
    expect([status, said]).toEqual([1, { "node-a": ["unreachable"], "node-b": ["ok"] }]);
    expect(nodes[0]?.problem?.code).toBe("node-unreachable");
    await node("node-a").open();
    await node("node-a").changeHostKey();
    expect(drift("-n", "node-a").nodes[0]?.problem?.code).toBe("host-key-changed");
  });
});
