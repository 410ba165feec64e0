import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { liveSchema } from "../../src/domain/deploy/live.ts";
import { type DeployReport, deployReportSchema } from "../../src/domain/deploy/report.ts";
import { type Memory, parseMemory } from "../../src/domain/dns/memory.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { document } from "../../src/render/json.ts";
import { Act, type ActRun, type Caller } from "./act.ts";
import { startCloudflareApi } from "./cloudflare-api.mjs";
import { Deployable, type FleetOptions } from "./deployable.ts";
import { anHourLater } from "./gate-run.ts";
import { type GithubApi, type Pull, startGithubApi } from "./github-api.mjs";
import { root } from "./nix.ts";
import { nodeTool } from "./node/tools.ts";
import type { TestNode } from "./node.ts";
import { ProviderInternet } from "./provider-internet.ts";
import { withResolvConf } from "./resolv-conf.ts";
import { type AgePair, agePair, writeSecrets } from "./sops.ts";
import { describeWith, needed, tool } from "./tools.ts";
import { describeWithNodes } from "./with-nodes.ts";

const NIX = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);

/** A site in production and a lab's for tests, one on each node, in a client's zone that is not ours to change. */
export const PROJECTS = {
  acme__site: `main = {
    type = "production";
    virtualHosts."www.client.example".enableLetsEncrypt = true;
    deploymentVerification = {
      enable = true;
      enforce = true;
      checks = [ {
        name = "front page";
        type = "httpHostHeaderCurl";
        request = { virtualHost = "www.client.example"; path = "/"; };
        constraints = [ { rule = "minHttpStatus"; value = 200; } { rule = "maxHttpStatus"; value = 399; } ];
      } ];
    };
  };`,
  acme__lab: `main = { type = "testing"; virtualHosts."lab.client.example".enableLetsEncrypt = true; };`,
};

/** The programs without which no fleet can be run by act. */
const NEEDS = ["ACT", "SOPS", "AGE_KEYGEN", "KNOTD", "KNOTC", "UNBOUND", "JQ"] as const;

/** A block of tests that act runs on nodes; where this machine can't it is skipped, with the reason in its title. */
export function describeWithAct(title: string, block: () => void): void {
  if (NEEDS.every(tool)) describeWithNodes(title, block);
  else describeWith(NEEDS, title, block);
}

// Another nixpkgs than the world's: programs that start the machine's own.
const program = (name: string, path: string) => `derivation {
  name = "${name}"; system = "x86_64-linux"; builder = "/bin/sh"; PATH = "/bin:/usr/bin";
  args = [ "-c" "mkdir -p $out/bin; printf '#!/bin/sh\\nexec ${path} \\"$@\\"\\n' > $out/bin/${name}; chmod 755 $out/bin/${name}" ];
}`;

/**
 * A provider's repository on a server of its own, its nodes, its internet and GitHub, on which act runs the callers.
 * What happens between runs, as a push or a merge, is done by hand.
 */
export class ActFleet {
  readonly fleet: Deployable;
  readonly internet: ProviderInternet;
  readonly api: GithubApi;
  /** The repository that runs check out and push to. */
  readonly origin: string;
  /** The names of its environments, by project. */
  readonly environments: Readonly<Record<"site" | "lab", string>>;
  /** Secrets of the repository besides the one that opens the file. */
  readonly secrets: Record<string, string> = {};
  private readonly act: Act;
  private readonly age: AgePair;

  private constructor(
    parts: Pick<ActFleet, "fleet" | "internet" | "api" | "origin" | "environments"> & {
      act: Act;
      age: AgePair;
    },
  ) {
    this.fleet = parts.fleet;
    this.internet = parts.internet;
    this.api = parts.api;
    this.origin = parts.origin;
    this.environments = parts.environments;
    this.act = parts.act;
    // What a run has pushed GitHub knows at once.
    this.api.before("POST", /\/deployments$/, () => void this.api.commits.add(this.tip()));
    this.age = parts.age;
  }

  /**
   * Starts everything; nothing is deployed yet. `shape` edits the provider before its first plan. With `ownsZones` the
   * file of secrets has a token for the zones at Cloudflare.
   */
  static async start(
    { ownsZones = false, ...options }: FleetOptions & { readonly ownsZones?: boolean } = {},
    shape: (fleet: Deployable) => void = () => {},
  ): Promise<ActFleet> {
    const without = ["acme__blog", "acme__shop", "globex__intranet"];
    const fleet = await Deployable.start(NIX, { without, projects: PROJECTS, ...options });
    withTools(fleet);
    const age = agePair();
    const { SSH_KEY, NIX_SIGNING_KEY } = fleet.env;
    const cloudflare = await startCloudflareApi();
    const token = ownsZones ? { CF_API_TOKEN: cloudflare.token } : {};
    writeSecrets(join(fleet.provider, "ci-secrets.yaml"), { SSH_KEY, NIX_SIGNING_KEY, ...token }, age);
    shape(fleet);
    fleet.plan("Tools and secrets");
    fleet.run(["golden-check", "--update"]);
    fleet.plan("A golden plan");
    const { environments } = parsePlan(
      JSON.parse(readFileSync(join(fleet.provider, "generated/plan.json"), "utf8")),
      "generated/plan.json",
    );
    const hosts = Object.entries(environments).flatMap(([name, { node, virtualHosts }]) =>
      [...Object.keys(virtualHosts), `${name}.hosting.example`].map((host) => ({ name, node, host })),
    );
    const ground = {
      nodes: Object.values(fleet.nodes),
      zones: ["hosting.example", "client.example"],
      owners: Object.fromEntries(hosts.map(({ host, name }) => [host, name])),
      led: Object.fromEntries(hosts.map(({ host, node }) => [host, node])),
    };
    const internet = await ProviderInternet.start(ground, cloudflare);
    const origin = join(fleet.folder, "origin.git");
    fleet.git(["clone", "--quiet", "--bare", fleet.provider, origin]);
    fleet.git(["-C", origin, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    fleet.git(["remote", "add", "server", origin]);
    const names = Object.keys(environments);
    const named = (word: string) => names.find((name) => name.startsWith(`${word}-main-`)) as string;
    return new ActFleet({
      ...{ fleet, internet, origin, age, act: new Act(), api: await startGithubApi() },
      environments: { site: named("site"), lab: named("lab") },
    });
  }

  async stop(): Promise<void> {
    this.act.remove();
    await Promise.all([this.api.close(), this.internet.stop()]);
    await this.fleet.stop();
  }

  node(name: string): TestNode {
    return this.fleet.nodes[name] as TestNode;
  }

  /** Deploys what is planned, from a machine of somebody's, so that a story can begin later. */
  async deployed(): Promise<void> {
    await this.byHand("deploy");
    await this.byHand("dns-gate");
    this.commitMemory();
  }

  /** Looks at DNS from there, whatever is seen, and commits what the gate remembers of it on main. */
  async looked(): Promise<void> {
    this.pull();
    await this.byHand("dns-gate", "--fail-on", "never");
    this.commitMemory();
  }

  private commitMemory(): void {
    this.fleet.git(["add", "--all"]);
    this.fleet.git(["commit", "--quiet", "--message", "What the gate saw"]);
    this.fleet.git(["push", "--quiet", "server", "HEAD:main"]);
  }

  private async byHand(verb: string, ...args: string[]): Promise<void> {
    const { env, resolvConf } = this.machine;
    const command = [process.execPath, `${root}dist/cli/index.js`, verb, "--json", ...args] as const;
    const { provider, env: own } = this.fleet;
    const { status, stderr } = await withResolvConf(resolvConf, command, {
      cwd: provider,
      env: { ...own, ...env },
    });
    if (status !== 0) throw new Error(`${verb} ended with ${status}: ${stderr}`);
  }

  /** What a machine has of the internet: nobody here has a token for anybody's zones. */
  get machine(): { env: NodeJS.ProcessEnv; resolvConf: string } {
    const { env, resolvConf } = this.internet.machine;
    return { env: { NODE_EXTRA_CA_CERTS: env.NODE_EXTRA_CA_CERTS }, resolvConf };
  }

  /**
   * A run of a caller on what main is now, without any secret but `secrets` and the one that opens the file; `inputs`
   * are what the provider has written into the caller besides.
   */
  async run(
    caller: Caller,
    event: string,
    payload: object = {},
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<ActRun> {
    const { SSH_KEY: _, NIX_SIGNING_KEY: __, ...env } = this.fleet.env;
    const { full_name } = this.api.repository;
    this.api.commits.add(this.tip());
    const ended = await this.act.run(caller, {
      event,
      inputs,
      payload: {
        repository: { id: 1, full_name, name: "provider", default_branch: "main" },
        ref: "refs/heads/main",
        ...payload,
      },
      env: {
        ...env,
        ...this.machine.env,
        PATH: this.path(),
        TEST_ORIGIN: `file://${this.origin}`,
        TEST_REF: "refs/heads/main",
        TEST_SHA: this.tip(),
      },
      api: this.api,
      secrets: { SOPS_AGE_KEY: this.age.secret, ...this.secrets },
      resolvConf: this.machine.resolvConf,
    });
    this.api.commits.add(this.tip());
    return ended;
  }

  /** As `run`. Throws with all that its steps said where other jobs ran than these, or ended otherwise. */
  async ran(
    caller: string,
    event: string,
    jobs: ActRun["jobs"],
    payload: object = {},
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const ended = await this.run(caller, event, payload, inputs);
    const [wanted, found] = [jobs, ended.jobs].map((each) => JSON.stringify(each));
    if (wanted !== found) throw new Error(`${caller} ran ${found}, not ${wanted}:\n${ended.said}`);
    return ended.said;
  }

  /** What the last deploy left as an artifact of that name. */
  report(name = "hostenv-deploy-root"): DeployReport {
    const path = join(this.act.artifacts, name, "report.json");
    return deployReportSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  }

  /** What became of each node of the last deploy, by wave. */
  outcomes(report = this.report()): string[] {
    return report.hosts.map(({ wave, host, result }) => `${wave} ${host} ${result}`);
  }

  /** The commit that main is at. */
  tip(): string {
    return this.onServer("rev-parse", "main");
  }

  /** The latest commits of main, as `author: title`. */
  log(count: number): string[] {
    return this.onServer("log", `-${count}`, "--format=%an: %s", "main").split("\n");
  }

  /** git in the repository of the server. */
  onServer(...args: string[]): string {
    return this.fleet.git(["-C", this.origin, ...args]).trim();
  }

  /** The gate's memory on main; null where there is none. */
  memory(): Memory | null {
    const listed = this.onServer("ls-tree", "--name-only", "main", "generated/dns-gate.json");
    if (listed === "") return null;
    return parseMemory(JSON.parse(this.onServer("show", "main:generated/dns-gate.json")), "dns-gate.json");
  }

  /** What a node says of itself. */
  live(name: string) {
    return liveSchema.parse(
      JSON.parse(this.node(name).read("/var/lib/hostenv-provider/deployed.json") ?? "null"),
    );
  }

  /** Whether each virtual host of a node's system has TLS. */
  tls(name: string): Readonly<Record<string, boolean>> {
    return JSON.parse(this.node(name).read("/run/virtual-hosts") ?? "{}");
  }

  /** Whether a store has these paths and all that they need, each signed with that key. */
  hasSigned(store: string, paths: readonly string[], publicKey = this.fleet.signing.publicKey): boolean {
    const features = ["--extra-experimental-features", "nix-command"];
    const args = ["store", "verify", "--store", store, "--recursive", ...paths];
    const trusted = ["--sigs-needed", "1", "--trusted-public-keys", publicKey];
    return spawnSync(NIX, [...features, ...args, ...trusted], { env: this.fleet.env }).status === 0;
  }

  /** `open <title>` or `closed <title>` of each issue. */
  issues(): string[] {
    return [...this.api.issues.values()].map(({ state, title }) => `${state} ${title}`);
  }

  /** Commits a change of the provider on main as it is on the server, without its snapshot, and pushes it. */
  pushed(message: string, change: () => void): string {
    this.pull();
    change();
    this.fleet.git(["add", "--all"]);
    this.fleet.git(["commit", "--quiet", "--message", message]);
    this.fleet.git(["push", "--quiet", "server", "HEAD:main"]);
    const commit = this.tip();
    this.api.commits.add(commit);
    return commit;
  }

  /** Lets an hour pass for what the gate remembers on main. */
  anHourPasses(): void {
    const before = this.memory() as Memory;
    this.pushed("An hour passes", () =>
      this.fleet.write("generated/dns-gate.json", document(anHourLater(before))),
    );
  }

  /** As `pushed`, by a pull request that was merged as it is, whose plan left its report. */
  merged(message: string, change: () => void): Pull {
    this.pull();
    const base = this.tip();
    change();
    this.golden();
    this.fleet.git(["add", "--all"]);
    this.fleet.git(["commit", "--quiet", "--message", message]);
    const report = join(this.fleet.folder, "reviewed.json");
    const { status, stderr } = this.fleet.run(["plan", "--base", base, "--report", report]);
    if (status === 1) throw new Error(stderr);
    this.fleet.git(["reset", "--hard", "--quiet"]);
    this.fleet.git(["push", "--quiet", "server", "HEAD:main"]);
    const head = this.tip();
    const ref = message.toLowerCase().replaceAll(" ", "-");
    this.api.addUser({ login: "maintainer", id: 11, permission: "write" });
    const pull = this.api.addPull({
      title: message,
      head: { sha: head, ref },
      base: { sha: base, ref: "main" },
    });
    this.api.merge(pull.number, { by: "maintainer", sha: head });
    this.api.addArtifact({
      name: "hostenv-plan-root",
      workflow_run: { head_sha: head, head_branch: ref },
      content: { "report.json": readFileSync(report, "utf8") },
    });
    return pull;
  }

  // Whoever changes the plan on purpose says so; the snapshot is a deploy's to write.
  private golden(): void {
    this.fleet.git(["add", "--all"]);
    this.fleet.run(["plan"]);
    this.fleet.run(["golden-check", "--update"]);
    this.fleet.git(["checkout", "--quiet", "HEAD", "--", "generated"]);
  }

  /** Brings somebody's work tree to what main is on the server. */
  private pull(): void {
    this.fleet.git(["fetch", "--quiet", "server", "main"]);
    this.fleet.git(["reset", "--hard", "--quiet", "FETCH_HEAD"]);
  }

  // What the machine has, and what a run installs. The only change: that goes beside the machine's own.
  private path(): string {
    const [bin, profile] = [join(this.act.folder, "bin"), join(this.act.folder, "profile")];
    mkdirSync(bin, { recursive: true });
    const shim = `case " $* " in *" profile install "*) rm -f ${profile}*; exec ${NIX} "$@" --profile ${profile} ;; esac\nexec ${NIX} "$@"`;
    writeFileSync(join(bin, "nix"), `#!/bin/sh\n${shim}\n`);
    chmodSync(join(bin, "nix"), 0o755);
    return `${bin}:${profile}/bin:${dirname(NIX)}:${process.env.PATH}:${dirname(needed("JQ"))}`;
  }
}

function withTools(fleet: Deployable): void {
  const nixpkgs = join(fleet.folder, "nixpkgs");
  mkdirSync(nixpkgs);
  const packages = [
    `deploy-rs = ${program("deploy", nodeTool("deploy"))};`,
    `sops = ${program("sops", needed("SOPS"))};`,
  ];
  const outputs = `_: { packages.x86_64-linux = { ${packages.join("\n")} }; }`;
  writeFileSync(join(nixpkgs, "flake.nix"), `{ outputs = ${outputs}; }`);
  fleet.edit("  inputs = {\n", `  inputs = {\n    nixpkgs.url = "path:${nixpkgs}";\n`);
  fleet.git(["add", "--all"]);
  const args = ["--extra-experimental-features", "nix-command flakes", "flake", "lock"];
  execFileSync(NIX, args, { cwd: fleet.provider, env: fleet.env, stdio: "pipe" });
}
