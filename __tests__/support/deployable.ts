import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILDERS } from "./activatable.ts";
import { Example, type Run } from "./example.ts";
import { RUNNER_NIX_CONFIG, type SigningKey, signingKey } from "./node/closures.ts";
import { type KeyPair, keyPair } from "./node/keys.ts";
import { nodeTool } from "./node/tools.ts";
import { startNode, type TestNode } from "./node.ts";
import { root } from "./root.ts";
import { Running } from "./running.ts";

/** What a fleet is to be like. */
export interface FleetOptions {
  /** Its nodes; those that no environment is for carry none. */
  readonly nodes?: readonly string[];
  /** Projects of the example that it does not have. */
  readonly without?: readonly string[];
  /** More projects, with their environments as Nix text. */
  readonly projects?: Readonly<Record<string, string>>;
  /** A folder that is /run/backups of all of them. */
  readonly backups?: string;
}

/** The example's provider with test nodes to deploy to: everything but what runs on the nodes is real. */
export class Deployable extends Example {
  readonly nodes: Readonly<Record<string, TestNode>>;
  readonly key: KeyPair;
  readonly signing: SigningKey;
  private readonly nix: string;

  private constructor(nix: string, nodes: Record<string, TestNode>, key: KeyPair, signing: SigningKey) {
    super(nix);
    this.nix = nix;
    this.nodes = nodes;
    this.key = key;
    this.signing = signing;
    Object.assign(this.env, {
      NIX_CONFIG: RUNNER_NIX_CONFIG,
      SSH_KEY: key.privateKey,
      NIX_SIGNING_KEY: readFileSync(signing.file, "utf8"),
      GITHUB_ACTIONS: "true",
      PATH: `${dirname(nix)}:${dirname(nodeTool("deploy"))}:${process.env.PATH}`,
    });
    this.git(["checkout", "--quiet", "main"]);
  }

  static async start(
    nix: string,
    { nodes = ["node-a", "node-b"], without = [], projects = {}, backups = "" }: FleetOptions = {},
  ): Promise<Deployable> {
    const [key, signing] = [keyPair(), signingKey()];
    const options = {
      deployKeys: [key.publicKey],
      trustedKeys: [signing.publicKey],
      storeMib: 1024,
      backups,
    };
    const started = await Promise.all(
      nodes.map(async (name) => [name, await startNode({ ...options, name })] as const),
    );
    try {
      const fleet = new Deployable(nix, Object.fromEntries(started), key, signing);
      fleet.shape(without, projects);
      return fleet;
    } catch (error) {
      // Nodes that nobody stops would keep the test's process.
      await Promise.all(started.map(([, node]) => node.dispose()));
      throw error;
    }
  }

  private shape(without: readonly string[], projects: Readonly<Record<string, string>>): void {
    for (const project of without) this.edit(new RegExp(`\\n\\s*${project}\\.url = [^\\n]*`), "");
    for (const [project, environments] of Object.entries(projects)) this.addInput(project, environments);
    if (without.length + Object.keys(projects).length > 0) this.lock();
    this.settle();
  }

  /** Replaces text in the provider's flake.nix. */
  edit(from: string | RegExp, to: string): void {
    const path = join(this.provider, "flake.nix");
    const text = readFileSync(path, "utf8");
    const edited = text.replace(from, () => to);
    if (edited === text) throw new Error(`flake.nix has no ${from}`);
    writeFileSync(path, edited);
  }

  /** Writes a file in the provider's folder. */
  write(path: string, text: string): void {
    const file = join(this.provider, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** A signing key that no node knows. */
  strangersKey(): string {
    const key = signingKey("stranger-1");
    const secret = readFileSync(key.file, "utf8");
    key.remove();
    return secret;
  }

  /** What an activation runs first; nothing where no script is given. */
  hook(name: string, script: string | null): void {
    if (script === null) rmSync(join(this.provider, `hooks/${name}.nix`), { force: true });
    else this.write(`hooks/${name}.nix`, JSON.stringify(script));
  }

  /** Plans what is in the folder, and commits it with its snapshot. */
  plan(message = "Plan"): void {
    this.git(["add", "--all"]);
    const { status, stderr } = this.run(["plan"]);
    if (status === 1) throw new Error(stderr);
    this.git(["add", "--all"]);
    this.git(["commit", "--quiet", "--allow-empty", "--message", message]);
  }

  /** Lets a project of `FleetOptions` have these environments, and plans them. */
  rewrite(name: string, environments: string): void {
    this.project(name, environments);
    const path = join(this.provider, "flake.lock");
    const content = JSON.parse(readFileSync(path, "utf8"));
    delete content.nodes[content.nodes.root.inputs[name]];
    delete content.nodes.root.inputs[name];
    writeFileSync(path, JSON.stringify(content));
    this.lock();
    this.plan(`Rewrite ${name}`);
  }

  /** Runs deploy. */
  deploy(args: string[] = [], env: NodeJS.ProcessEnv = {}): Run {
    return this.run(["deploy", ...args], { env });
  }

  /** As `deploy`, while the test does something else, such as answering what is asked. */
  begin(args: string[] = [], options: { env?: NodeJS.ProcessEnv; resolvConf?: string } = {}): Running {
    return this.start(["deploy", ...args], options);
  }

  /** As `begin`, with a verb of the caller's. */
  start(args: string[], options: { env?: NodeJS.ProcessEnv; resolvConf?: string } = {}): Running {
    const command = [process.execPath, `${root}dist/cli/index.js`, ...args] as const;
    return new Running(command, {
      ...(options.resolvConf === undefined ? {} : { resolvConf: options.resolvConf }),
      cwd: this.provider,
      env: { ...this.env, ...options.env },
    });
  }

  /** What a profile's link leads to on a node, read from the node itself. */
  profile(node: string, profile: string): string | null {
    const path =
      profile === "system"
        ? "/nix/var/nix/profiles/system"
        : `/nix/var/nix/profiles/per-user/${profile}/hostenv`;
    const { status, stdout } = (this.nodes[node] as TestNode).try("readlink", "-f", path);
    const target = stdout.trim();
    return status === 0 && target.startsWith("/nix/store/") ? target : null;
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.nodes).map((node) => node.dispose()));
    this.signing.remove();
    this.remove();
  }

  private addInput(name: string, environments: string): void {
    this.project(name, environments);
    const url = `git+https://git.example/${name.replace("__", "/")}?ref=main&dir=.hostenv`;
    this.edit("  inputs = {\n", `  inputs = {\n    ${name}.url = "${url}";\n`);
  }

  private lock(): void {
    const args = ["--extra-experimental-features", "nix-command flakes", "flake", "lock"];
    execFileSync(this.nix, args, { cwd: this.provider, env: this.env, stdio: "pipe" });
  }

  private settle(): void {
    this.edit("root = ./.;", `root = ./.;\n      ${BUILDERS}`);
    this.edit(
      /\n\s*node-c = "aarch64-linux";/,
      this.nodes["node-c"] ? '\n          node-c = "x86_64-linux";' : "",
    );
    this.edit(/nodeSshPorts\.node-b = 2222;/, this.addresses());
    this.edit(/deployPublicKeys = \[[^\]]*\];/, `deployPublicKeys = [ "${this.key.publicKey.trim()}" ];`);
    for (const name of Object.keys(this.nodes)) this.write(`nodes/${name}/note.nix`, '"first"');
    const known = Object.values(this.nodes).map(({ knownHosts }) => knownHosts);
    writeFileSync(join(this.provider, "known_hosts"), known.join(""));
    this.plan("Nodes and builders");
  }

  private addresses(): string {
    const lines = Object.entries(this.nodes).map(
      ([name, { address }]) => `nodeAddresses.${name} = "${address}";`,
    );
    return [...lines, `nixSigning.trustedPublicKeys = [ "${this.signing.publicKey}" ];`].join("\n        ");
  }
}
