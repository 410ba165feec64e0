import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { liveSchema } from "../../src/domain/deploy/live.ts";
import { type DeployOutcome, deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { Deployable } from "../support/deployable.ts";
import type { Run } from "../support/example.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { precedes } from "../support/node/faults.ts";
import type { TestNode } from "../support/node.ts";
import { agePair, writeSecrets } from "../support/sops.ts";
import { tool } from "../support/tools.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const LIVE = "/var/lib/hostenv-provider/deployed.json";
/** With two of the blog and three of the intranet, a node has twenty. */
const MORE = 15;

const environments = (last: string) =>
  `${Array.from({ length: MORE - 1 }, (_, index) => `e${index} = { type = "production"; hostenv.gitRef = "main"; };`).join(" ")}
   checked = { type = "production"; hostenv.gitRef = "main"; ${last} };`;
const verified = (check: string) =>
  `deploymentVerification = { enable = true; enforce = true; checks = ${check}; };`;

// From here on the node's store has room for a MiB more, and what comes is larger.
const FULL = "sudo -n mount -o remount,size=$(($(df --output=used -k /nix | tail -n 1) + 1024))k /nix";
const BALLAST = `# ${"x".repeat(3 * 2 ** 20)}`;

describeWithNodes("faults of a deploy to three nodes", () => {
  let fleet: Deployable;
  let api: GithubApi;
  let runner: ActionRunner;
  let users: string[];
  const node = (name: string) => fleet.nodes[name] as TestNode;
  const outcome = (run: Run): DeployOutcome => {
    if (run.stdout === "") throw new Error(run.stderr);
    return deployOutcomeSchema.parse(JSON.parse(run.stdout));
  };
  const results = (run: Run) =>
    Object.fromEntries(
      outcome(run).hosts.map(({ host, result, profiles }) => [
        host,
        [result, Object.fromEntries(profiles.map((each) => [each.profile, each.result]))],
      ]),
    );
  const deploy = (...args: string[]) => fleet.deploy(["--json", ...args]);
  const lines = (text: string | null) => (text ?? "").split("\n").filter((line) => line !== "");
  const live = (name: string) => liveSchema.parse(JSON.parse(node(name).read(LIVE) ?? "null"));
  /** How often each of the twenty was activated. */
  const activations = () =>
    users.map((user) => lines(node("node-a").read(`/home/${user}/activations`)).length);
  const systems = () =>
    Object.keys(fleet.nodes).map((name) => lines(node(name).read("/run/activations")).length);
  const links = () => users.map((user) => fleet.profile("node-a", user));
  const sessions = () => Object.values(fleet.nodes).map((each) => each.sessions().length);

  /** The action as a step that is given these inputs. */
  const step = (inputs: Record<string, string>, env: NodeJS.ProcessEnv = {}) =>
    runner.run(
      "deploy",
      { "require-review": "false", "github-token": api.token, ...inputs },
      {
        cwd: fleet.provider,
        env: {
          ...fleet.env,
          PATH: `${dirname(tool("SOPS") as string)}:${fleet.env.PATH}`,
          GITHUB_API_URL: api.url,
          GITHUB_REPOSITORY: api.repository.full_name,
          ...env,
        },
      },
    );

  beforeAll(async () => {
    const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
    fleet = await Deployable.start(nix, {
      nodes: ["node-a", "node-b", "node-c"],
      without: ["acme__shop"],
      projects: { acme__many: environments("") },
    });
    fleet.edit(/testing = "node-b";\s*development = "node-b";/, 'development = "node-a";');
    fleet.hook("system-node-b", "exit 3");
    fleet.plan("All on one node, and another that fails");
    const plan = JSON.parse(readFileSync(join(fleet.provider, "generated/plan.json"), "utf8"));
    users = Object.keys(plan.environments).sort();
    api = await startGithubApi();
    runner = new ActionRunner();
  }, 4 * MINUTE);
  afterAll(async () => {
    runner?.remove();
    await api?.close();
    await fleet?.stop();
  });

  test(
    "the first deploy of a node fails: there is nothing to go back to, which is said; a node without environments is deployed (54, 61)",
    () => {
      const run = deploy();
      expect(users).toHaveLength(MORE + 5);
      expect([run.status, results(run)["node-b"]]).toEqual([2, ["failed", { system: "failed" }]]);
      for (const name of Object.keys(fleet.nodes))
        expect(run.stderr).toContain(
          `${name} has no earlier generation: what fails there can't be rolled back`,
        );
      expect(run.stderr).toContain("there is no earlier generation to go back to");
      expect(results(run)["node-c"]).toEqual(["ok", { system: "deployed" }]);
      const [built] = outcome(run).hosts.find(({ host }) => host === "node-c")?.profiles ?? [];
      expect(fleet.profile("node-c", "system")).toBe(built?.storePath);
      expect(activations()).toEqual(users.map(() => 1));
      expect([live("node-a").planId, live("node-b").planId]).toEqual([outcome(run).planId, null]);
    },
    6 * MINUTE,
  );

  test(
    "one profile of twenty fails, and a node whose disk is full gets nothing: all else is new and stays so (53, 57, 76)",
    () => {
      for (const user of users) fleet.hook(user, "true");
      fleet.hook(users[2] as string, "exit 7");
      fleet.hook("system-node-b", "true");
      fleet.hook("system-node-c", BALLAST);
      fleet.plan("Everything anew");
      const [before, full] = [links(), fleet.profile("node-c", "system")];
      node("node-c").inject(precedes("nix-store --serve --write", FULL));
      const run = deploy();
      node("node-c").inject();
      expect([run.status, results(run)["node-b"]]).toEqual([2, ["ok", { system: "deployed" }]]);
      const after = links();
      expect(after.map((link, index) => link === before[index])).toEqual(
        users.map((_, index) => index === 2),
      );
      expect(results(run)["node-a"]).toEqual([
        "partial",
        {
          system: "unchanged",
          ...Object.fromEntries(users.map((user, index) => [user, index === 2 ? "rolled-back" : "deployed"])),
        },
      ]);
      expect(run.stderr).toContain("the store of node-c has no space left");
      expect([fleet.profile("node-c", "system"), systems()]).toEqual([full, [1, 1, 1]]);
      // The next is refused before it copies anything, until there is room again.
      const refused = deploy("-n", "node-c");
      node("node-c").run("mount", "-o", "remount,size=1024m", "/nix");
      expect([refused.status, refused.stderr]).toEqual([
        2,
        expect.stringContaining("a deploy wants 512 MiB"),
      ]);
    },
    6 * MINUTE,
  );

  test(
    "secrets that can't be opened stop it before any node is asked (70, 71)",
    async () => {
      const [ours, stranger] = [agePair(), agePair()];
      const file = join(fleet.folder, "ci.json");
      const { SSH_KEY, NIX_SIGNING_KEY } = fleet.env;
      writeSecrets(file, { SSH_KEY, NIX_SIGNING_KEY }, ours);
      const before = sessions();
      // Nothing is in the environment: all is in the file.
      const opening = (given: string, path = file) =>
        step({ "sops-file": path, "sops-age-key": given }, { SSH_KEY: "", NIX_SIGNING_KEY: "" });
      const failed = async (given: string, path = file) => {
        const { status, stdout } = await opening(given, path);
        return [status, /\[([\w-]+)\] hint/.exec(stdout)?.[1], stdout.includes(ours.recipient)];
      };
      expect(await failed(stranger.text)).toEqual([1, "sops-key", true]);
      expect(await failed("")).toEqual([1, "age-key", true]);
      const changed = join(fleet.folder, "changed.json");
      writeFileSync(
        changed,
        readFileSync(file, "utf8").replace(/data:(.)/, (_, first) => `data:${first === "A" ? "B" : "A"}`),
      );
      expect(await failed(ours.text, changed)).toEqual([1, "sops-tampered", false]);
      expect(sessions()).toEqual(before);
      // Windows' line ends, and one that fits among several.
      fleet.hook(users[2] as string, "true");
      fleet.plan("The third is mended");
      const counts = activations();
      expect((await opening(`${stranger.text}${ours.text}`.replaceAll("\n", "\r\n"))).status).toBe(0);
      expect(activations()).toEqual(counts.map((count, index) => (index === 2 ? count + 1 : count)));
      expect(systems()).toEqual([1, 1, 2]);
      expect(results(deploy())).toEqual({});
    },
    6 * MINUTE,
  );

  test(
    "a check that can't be read fails closed, and is all that the next looks at, whatever GitHub says of it (46, 63)",
    async () => {
      const checked = users.find((user) => user.startsWith("many-checked")) as string;
      const [before, counts] = [links(), activations()];
      fleet.rewrite(
        "acme__many",
        environments(verified('[ { type = "httpHostHeaderCurl"; name = "odd"; } ]')),
      );
      const run = deploy();
      expect([run.status, results(run)["node-a"]?.[1]]).toMatchObject([
        2,
        { [checked]: "deployed-unverified" },
      ]);
      expect([links(), activations(), live("node-a").unanswered]).toEqual([before, counts, [checked]]);
      // There is something to activate, too.
      const [system, [first, second, third]] = [fleet.profile("node-b", "system"), systems()];
      fleet.hook("system-node-b", "# while GitHub is down");
      fleet.rewrite("acme__many", environments(""));
      api.fault({ path: /\/deployments/, status: 503, times: 1_000 });
      const { status, stdout } = await step({ deployments: "on" });
      expect([status, stdout]).toEqual([0, expect.stringContaining("deployments are not shown on GitHub")]);
      expect(api.requests.some(({ path }) => path.endsWith("/deployments"))).toBe(true);
      const now = fleet.profile("node-b", "system");
      expect([now, systems()]).toEqual([
        expect.not.stringMatching(`^${system}$`),
        [first, (second as number) + 1, third],
      ]);
      expect([links(), activations(), results(deploy())]).toEqual([before, counts, {}]);
      expect([fleet.profile("node-b", "system"), systems()[1]]).toEqual([now, (second as number) + 1]);
    },
    6 * MINUTE,
  );

  test(
    "tokens for private projects reach the evaluation, and nothing of them the log",
    async () => {
      const [folder, seen] = [join(fleet.folder, "seen-bin"), join(fleet.folder, "seen")];
      mkdirSync(folder);
      const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
      const shim = `#!/bin/sh
case " $* " in *" eval "*) cat $(printf %s "$NIX_USER_CONF_FILES" | tr : ' ') >>'${seen}' ;; esac
exec '${nix}' "$@"
`;
      writeFileSync(join(folder, "nix"), shim, { mode: 0o755 });
      fleet.hook("system-node-c", "# once more");
      fleet.plan("One node anew");
      const { status, stdout, stderr } = await step(
        { "nix-access-tokens": "git.example=canary-of-a-token" },
        { PATH: `${folder}:${fleet.env.PATH}` },
      );
      expect(status).toBe(0);
      expect(readFileSync(seen, "utf8")).toContain("access-tokens = git.example=canary-of-a-token");
      const said = `${stdout}${stderr}`.replace(/^::add-mask::.*$/gm, "");
      expect(said).not.toContain("canary-of-a-token");
    },
    6 * MINUTE,
  );
});
