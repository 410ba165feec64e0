import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { keyPair } from "./node/keys.ts";
import { type NodeFiles, SCRIPTS_FOLDER, writeNodeFiles } from "./node/machine.ts";
import { nodeTool, toolFolders } from "./node/tools.ts";

/** Somebody who may log in on a node. */
export interface NodeUser {
  readonly name: string;
  /** Its group's number, too. */
  readonly uid: number;
  /** Public keys it is let in with. */
  readonly keys: readonly string[];
}

/** What a node is to be like; everything but its deploy user's keys has a default. */
export interface NodeOptions {
  readonly name?: string;
  /** Public keys that the user `deploy` is let in with; it may use sudo without a password. */
  readonly deployKeys: readonly string[];
  /** Users of environments that are there from the beginning. */
  readonly users?: readonly NodeUser[];
  /** Nix signing keys that the node trusts, as nix.conf has them. */
  readonly trustedKeys?: readonly string[];
  /** Size of its store. */
  readonly storeMib?: number;
  /** What `sh` is on it; bash, as on NixOS, by default. */
  readonly shell?: "bash" | "dash";
  /** ID of its /etc/os-release. */
  readonly os?: string;
  /** A folder that is its /run/backups. */
  readonly backups?: string;
}

/** One command that came to a node by SSH. */
export interface Session {
  readonly user: string;
  readonly command: string;
}

/**
 * A node: a real sshd with a key of its own on a loopback address of its own, port 22, in its own
 * namespaces: users, homes, /etc, /run, /var/lib, /tmp, and a Nix store with a daemon of its own.
 * Only systemctl and journalctl are stand-ins, which really run the units of `~/.config/systemd/user`.
 * Nothing of it outlives this process, however that ends.
 */
export async function startNode(options: NodeOptions): Promise<TestNode> {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-node-"));
  try {
    const files = writeNodeFiles(folder, options);
    const node = await TestNode.boot(folder, files, options);
    await node.start();
    return node;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export class TestNode {
  readonly name: string;
  readonly address: string;
  readonly port = 22;
  readonly deployUser = "deploy";
  /** Its present public key. */
  hostKey: string;
  /** Where on this machine its settings and its log are. */
  readonly folder: string;
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private readonly lines: Interface;
  /** Its first process's number on this machine. */
  private pid = 0;

  private constructor(folder: string, { address, hostKey }: NodeFiles, options: NodeOptions) {
    this.folder = folder;
    this.name = options.name ?? "node-a";
    this.address = address;
    this.hostKey = hostKey;
    const init = [join(SCRIPTS_FOLDER, "init.sh"), folder, nodeTool("sshd"), toolFolders().join(" ")];
    const args = ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "/bin/sh", ...init];
    // Should this process be killed, the shell is left to clean up.
    const clean = ["-c", 'unshare "$@"; rm -rf "$0"', folder];
    this.process = spawn("/bin/sh", [
      ...clean,
      ...args,
      ...[String(options.storeMib ?? 256), this.name, options.shell ?? "bash", options.backups ?? ""],
    ]);
    this.lines = createInterface(this.process.stdout);
    this.answers = this.lines[Symbol.asyncIterator]();
  }

  static async boot(folder: string, files: NodeFiles, options: NodeOptions): Promise<TestNode> {
    const node = new TestNode(folder, files, options);
    let stderr = "";
    node.process.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const first = await node.answers.next();
    if (first.done) throw new Error(`the test node does not start: ${stderr}`);
    node.pid = Number(first.value.split(" ")[1]);
    return node;
  }

  /** What goes into known_hosts. */
  get knownHosts(): string {
    return `${this.address} ${this.hostKey}\n`;
  }

  /** How the product is told of it. */
  get target() {
    return { name: this.name, host: this.address, sshOptions: [], deployUser: this.deployUser };
  }

  /** Switches it on. */
  start(): Promise<void> {
    return this.tell("start");
  }

  /** Pulls its plug: everything on it is killed, its disk stays as it is. */
  stop(): Promise<void> {
    return this.tell("stop");
  }

  /** Lets nobody in any more; who is in stays. */
  close(): Promise<void> {
    return this.tell("close");
  }

  open(): Promise<void> {
    return this.tell("open");
  }

  /** Gives it another host key. */
  async changeHostKey(): Promise<void> {
    const { publicKey, privateKey } = keyPair();
    await this.close();
    this.write("/etc/ssh/ssh_host_ed25519_key", privateKey, 0o600);
    this.hostKey = publicKey;
    await this.open();
  }

  /** Runs a program on it as root and gives what it says; throws with what it said against it. */
  run(program: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.try(program, ...args);
    if (status !== 0) throw new Error(`${program} ${args.join(" ")} on ${this.name}: ${stderr}`);
    return stdout;
  }

  /** As `run`, but a failure is an answer. */
  try(program: string, ...args: string[]) {
    const inside = ["-t", String(this.pid), "--mount", "--pid", "--uts", "--ipc", "--root", "--wd"];
    const env = {
      PATH: "/run/current-system/sw/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      NIX_USER_CONF_FILES: "/dev/null",
    };
    return spawnSync("nsenter", [...inside, "--", program, ...args], {
      encoding: "utf8",
      env,
      maxBuffer: 2 ** 28,
    });
  }

  /** Runs a shell script on it as a user, in its home. */
  runAs(user: string, script: string): string {
    return this.run("sudo", "-n", "-H", "-u", user, "--", "/bin/sh", "-c", `cd\n${script}`);
  }

  /** A file's text, null where there is none. */
  read(path: string): string | null {
    const { status, stdout } = this.try("cat", path);
    return status === 0 ? stdout : null;
  }

  /** Where a link leads, null where there is none. */
  link(path: string): string | null {
    const { status, stdout } = this.try("readlink", path);
    return status === 0 ? stdout.trimEnd() : null;
  }

  /** Kind, permissions, owner and group, as in `regular file 600 wiki wiki`; null where there is nothing. */
  owner(path: string): string | null {
    const { status, stdout } = this.try("stat", "--format=%F %a %U %G", path);
    return status === 0 ? stdout.trimEnd() : null;
  }

  /** Writes a file as root. */
  write(path: string, text: string, mode = 0o644): void {
    const handed = join(this.folder, "test/handed");
    writeFileSync(handed, text);
    chmodSync(handed, mode);
    this.run("cp", "--preserve=mode", "/run/test/handed", path);
  }

  /** Makes a user, as activating a system does. */
  addUser({ name, uid, keys }: NodeUser): void {
    this.run("test-add-user", name, String(uid), keys.join("\n"));
  }

  /** What came by SSH so far, in order. */
  sessions(): Session[] {
    const lines = readFileSync(join(this.folder, "test/sessions"), "utf8").split("\n").slice(0, -1);
    return lines.map((line) => {
      const [user, ...command] = line.split("\t");
      return { user: user as string, command: command.join("\t") };
    });
  }

  /** Lets every later session run a piece of shell first, see node/faults.ts; none heals it. */
  inject(...faults: string[]): void {
    writeFileSync(join(this.folder, "test/faults"), faults.join("\n"));
  }

  /** What its sshd has to say. */
  log(): string {
    return readFileSync(join(this.folder, "test/sshd.log"), "utf8");
  }

  async dispose(): Promise<void> {
    const gone = this.process.exitCode === null ? once(this.process, "exit") : null;
    this.process.stdin.end();
    await gone;
    this.lines.close();
  }

  private async tell(order: string): Promise<void> {
    this.process.stdin.write(`${order}\n`);
    const { value } = await this.answers.next();
    if (value !== `done ${order}`)
      throw new Error(`the test node ${this.name} can't ${order}: ${this.log()}`);
  }
}
