import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { reportSchema } from "../../src/domain/report.ts";
import { comment } from "../../src/render/comment.ts";
import { marker, stateLine } from "../../src/render/sticky.ts";
import { ActionRunner, type Step } from "./action-runner.ts";
import { Canary, type Leak, type ProcessLeak } from "./canary.ts";
import { Deployable } from "./deployable.ts";
import { type GithubApi, type Pull, startGithubApi } from "./github-api.mjs";
import type { TestNode } from "./node.ts";
import { needed } from "./programs.ts";
import { type AgePair, agePair, writeSecrets } from "./sops.ts";

/** Folders of a node in which programs leave files, its store and what is known of it included. */
const NODE_FOLDERS = ["/tmp", "/run", "/home", "/root", "/etc", "/var", "/nix/store", "/nix/var"];

/** The environment whose activation can be told to do something. */
export const LAB = /^lab-main-/;

/** What a deploy is given in place of what opens everything. */
export interface Given {
  readonly age?: AgePair;
  readonly sshKey?: string;
  readonly signingKey?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables that a runner sets besides. */
  readonly env?: NodeJS.ProcessEnv;
  /** When it is cancelled; begun once it runs. */
  readonly cancelled?: () => Promise<void>;
  /** The bundle that is run, and all that it is given besides its secrets; by default the action deploy with everything. */
  readonly other?: { readonly door: string; readonly inputs: Readonly<Record<string, string>> };
}

/** What a merge brings. */
export interface Brought {
  /** Shell that the lab runs first when it is activated. */
  readonly hook?: string;
  /** What stands in node-b's system. */
  readonly note?: string;
  /** What node-b's system runs first, as Nix text. */
  readonly system?: string;
  /** What the lab declares besides; Nix text. */
  readonly more?: string;
  /** Its type, which decides on which node it is. */
  readonly type?: string;
}

/** A deploy that has ended, and all that it wrote, by where. */
export interface Written {
  readonly step: Step;
  /** Its log, without the lines that tell the runner what to hide. */
  readonly log: string;
  /** Leaks by channel: nothing where there was nothing. */
  readonly leaks: Readonly<Record<string, readonly Leak[]>>;
  readonly processes: readonly ProcessLeak[];
  /** Programs that were seen to run, on the runner and on the nodes. */
  readonly programs: readonly string[];
}

/** Where a control lies on nodes. */
const PLANTED = "/tmp/planted";

/**
 * Deploys by the bundled action, with every secret that it can be given: a file of sops, tokens, a webhook. GitHub and
 * the webhook's service are told. All that is written is searched for the secrets, and for controls: words that are
 * none and go the ways that a secret might take, so that a search which finds nothing is seen.
 */
export class CanaryDeploys {
  readonly fleet: Deployable;
  readonly api: GithubApi;
  /** For what a node says. */
  readonly control = `control-${randomBytes(12).toString("hex")}`;
  /** A hostname of the lab's, which is told where a node's words are not. */
  readonly hostname = `hostname-${randomBytes(12).toString("hex")}.client.example`;
  /** Lies on every node while it is deployed. */
  private readonly planted = `planted-${randomBytes(12).toString("hex")}`;
  /** What the webhook's service answers. */
  hookStatus = 204;
  private changes = 0;
  private readonly age = agePair();
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-canary-"));
  private readonly hook: { server: Server; address: string; got: string[] };
  private readonly tokens = {
    webhook: `hook-${randomBytes(12).toString("hex")}`,
    private: `glpat-${randomBytes(12).toString("hex")}`,
    cloudflare: `cf-${randomBytes(12).toString("hex")}`,
  };

  private constructor(fleet: Deployable, api: GithubApi, hook: { server: Server; got: string[] }) {
    this.fleet = fleet;
    this.api = api;
    const { port } = hook.server.address() as AddressInfo;
    this.hook = { ...hook, address: `http://127.0.0.1:${port}/${this.tokens.webhook}` };
  }

  static async start(nix: string): Promise<CanaryDeploys> {
    const got: string[] = [];
    const api = await startGithubApi({ token: `ghs_${randomBytes(18).toString("hex")}` });
    const made: { deploys?: CanaryDeploys } = {};
    const server = createServer(async (request, response) => {
      got.push(Buffer.concat(await request.toArray()).toString());
      response.writeHead(made.deploys?.hookStatus ?? 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fleet = await Deployable.start(nix, {
      without: ["acme__blog", "acme__shop", "globex__intranet"],
      projects: { acme__lab: lab("") },
    });
    api.addUser({ login: "maintainer", id: 11, permission: "write" });
    // What nodes run was reviewed once, or nothing of it was.
    const { status, stderr } = fleet.deploy(["--skip-verification"]);
    if (status !== 0) throw new Error(stderr);
    made.deploys = new CanaryDeploys(fleet, api, { server, got });
    return made.deploys;
  }

  async stop(): Promise<void> {
    this.hook.server.closeAllConnections();
    this.hook.server.close();
    await this.api.close();
    rmSync(this.folder, { recursive: true, force: true });
    await this.fleet.stop();
  }

  private get lab(): string {
    const text = readFileSync(join(this.fleet.provider, "generated/plan.json"), "utf8");
    return Object.keys(JSON.parse(text).environments).find((name) => LAB.test(name)) as string;
  }

  node(name: string): TestNode {
    return this.fleet.nodes[name] as TestNode;
  }

  /** Merges a pull request that changes both nodes and the lab; its plan has left a report and a comment. */
  merged({ hook = "true", note, system = '""', more = "", type = "testing" }: Brought = {}): Pull {
    const message = `Change ${++this.changes}`;
    const report = join(this.folder, "reviewed.json");
    const base = this.fleet.git(["rev-parse", "HEAD"]).trim();
    for (const name of Object.keys(this.fleet.nodes))
      this.fleet.write(`nodes/${name}/note.nix`, JSON.stringify(message));
    if (note !== undefined) this.fleet.write("nodes/node-b/note.nix", note);
    this.fleet.write("hooks/system-node-b.nix", system);
    this.fleet.hook(this.lab, hook);
    this.fleet.rewrite(
      "acme__lab",
      lab(`"${this.hostname}" = { }; "z${this.changes}.client.example" = { };`, type, more),
    );
    const { status, stderr } = this.fleet.run(["plan", "--base", base, "--report", report]);
    if (status === 1) throw new Error(stderr);
    this.fleet.plan(message);
    const text = readFileSync(report, "utf8");
    const head = this.fleet.git(["rev-parse", "HEAD"]).trim();
    const pull = this.api.addPull({
      title: message,
      head: { sha: head, ref: "change" },
      base: { sha: base, ref: "main" },
    });
    const state = stateLine({ head, previous: null, run: { id: 1, attempt: 1 }, shown: [] });
    const body = comment(reportSchema.parse(JSON.parse(text))).replace(
      marker("."),
      (mark) => `${mark}\n${state}`,
    );
    this.api.addComment(pull.number, { by: "github-actions[bot]", body });
    this.api.merge(pull.number, { by: "maintainer", sha: head });
    this.api.addArtifact({
      name: "hostenv-plan-root",
      workflow_run: { head_sha: head, head_branch: "change" },
      content: { "report.json": text },
    });
    return pull;
  }

  /** Lets the branch of `origin` go on, and gives how a runner starts a deploy of the commit before. */
  overtaken(): Given {
    const [origin, clone] = ["origin.git", "clone"].map((name) => join(this.fleet.folder, name)) as [
      string,
      string,
    ];
    const top = this.fleet.git(["rev-parse", "--show-toplevel"]).trim();
    this.fleet.git(["clone", "--quiet", "--bare", top, origin]);
    this.fleet.git(["remote", "add", "origin", origin]);
    this.fleet.git(["clone", "--quiet", origin, clone]);
    writeFileSync(join(clone, this.fleet.git(["rev-parse", "--show-prefix"]).trim(), "note"), "newer");
    this.fleet.git(["add", "--all"], clone);
    this.fleet.git(["commit", "--quiet", "--message", "newer"], clone);
    this.fleet.git(["push", "--quiet", "origin", "HEAD:main"], clone);
    return { env: { GITHUB_EVENT_NAME: "push" } };
  }

  /** Pins the host keys that the nodes have by now; the next merge brings it. */
  pinHostKeys(): void {
    const known = Object.values(this.fleet.nodes).map(({ knownHosts }) => knownHosts);
    this.fleet.write("known_hosts", known.join(""));
  }

  /** Deploys what is committed, and searches all that was written meanwhile. */
  async deploy(given: Given = {}): Promise<Written> {
    const canary = this.canary(given);
    const runner = new ActionRunner();
    const [requests, hooked] = [this.api.requests.length, this.hook.got.length];
    // The runner's folder for temporary files, and everybody's.
    const files = join(runner.folder, `files-${this.control}`);
    for (const name of ["everybodys", `files-${this.control}`]) mkdirSync(join(runner.folder, name));
    for (const node of Object.values(this.fleet.nodes))
      node.run("sh", "-c", `echo ${this.planted} >${PLANTED}`);
    try {
      const watch = await canary.watch();
      const step = await runner.run(given.other?.door ?? "deploy", this.inputs(given, files), {
        cwd: this.fleet.provider,
        env: { ...this.variables(join(runner.folder, "everybodys")), ...given.env },
        ...(given.cancelled ? { cancelled: given.cancelled() } : {}),
      });
      const { leaks: processes, programs } = await watch.stop();
      const log = step.stdout.replace(/^::add-mask::.*\n/gm, "");
      const texts: Record<string, string> = {
        stdout: log,
        stderr: step.stderr,
        summary: step.summary,
        outputs: JSON.stringify(step.outputs),
        github: JSON.stringify(this.api.requests.slice(requests)),
        webhook: this.hook.got.slice(hooked).join("\n"),
        ...Object.fromEntries(Object.keys(this.fleet.nodes).map((name) => [name, filesOf(this.node(name))])),
      };
      const leaks = Object.fromEntries(
        Object.entries(texts).map(([channel, text]) => [channel, canary.inText(channel, text)]),
      );
      const below = { runner: canary.below(runner.folder), provider: canary.below(this.fleet.folder) };
      return { step, log, processes, programs, leaks: { ...leaks, ...below } };
    } finally {
      runner.remove();
    }
  }

  private canary({ age = this.age, sshKey, signingKey }: Given): Canary {
    const all = {
      ...this.tokens,
      age: age.secret,
      github: this.api.token,
      ssh: sshKey ?? this.fleet.key.privateKey,
      signing: signingKey ?? String(this.fleet.env.NIX_SIGNING_KEY),
      control: this.control,
      hostname: this.hostname,
      planted: this.planted,
    };
    return new Canary(all);
  }

  private inputs({ age = this.age, sshKey, signingKey, inputs, other }: Given, files: string) {
    const secrets = {
      SSH_KEY: sshKey ?? this.fleet.key.privateKey,
      NIX_SIGNING_KEY: signingKey ?? String(this.fleet.env.NIX_SIGNING_KEY),
      CF_API_TOKEN: this.tokens.cloudflare,
    };
    const file = join(this.folder, "ci.json");
    writeSecrets(file, secrets, this.age);
    const opens = { "sops-file": file, "sops-age-key": age.text };
    if (other) return { ...opens, ...other.inputs };
    return {
      ...opens,
      "github-token": this.api.token,
      "nix-access-tokens": `git.elsewhere.example=${this.tokens.private}`,
      "webhook-url": this.hook.address,
      deployments: "on",
      "require-review": "true",
      "skip-verification": "true",
      report: join(files, "report.json"),
      "report-html": join(files, "report.html"),
      ...inputs,
    };
  }

  private variables(temporary: string): NodeJS.ProcessEnv {
    const { SSH_KEY: _, NIX_SIGNING_KEY: __, ...env } = this.fleet.env;
    return {
      ...env,
      PATH: `${dirname(needed("SOPS"))}:${env.PATH}`,
      TMPDIR: temporary,
      GITHUB_API_URL: this.api.url,
      GITHUB_REPOSITORY: this.api.repository.full_name,
      GITHUB_REF_TYPE: "branch",
      GITHUB_REF_NAME: "main",
    };
  }
}

const lab = (hosts: string, type = "testing", more = "") =>
  `main = { type = "${type}"; virtualHosts = { ${hosts} }; ${more} };`;

/** The names and contents of a node's files, but for big ones, which are programs. */
function filesOf(node: TestNode): string {
  const found = `find $(ls -d ${NODE_FOLDERS.join(" ")} 2>/dev/null) -xdev -type f -size -2048k`;
  // Some are gone before they are read: somebody is at work there.
  const { error, stdout } = node.try("sh", "-c", `${found}; ${found} -exec cat {} +`);
  // What could not be read as a whole proves nothing.
  if (error) throw error;
  return stdout;
}
