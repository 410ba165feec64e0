import { accessSync, constants } from "node:fs";
import { chmod } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { withoutSecrets } from "../domain/environment.ts";
import { HostenvError } from "../errors.ts";
import type { PrivateFolder, PrivateFolders } from "../ports/secrets.ts";
import { runProcess } from "./ssh-process.ts";
import { quoted } from "./ssh-quoting.ts";
import { CHOOSE_CONTROL, IDLE_SECONDS, SharedConnections, withoutShared } from "./ssh-shared.ts";

/** What decides how we connect. */
export interface SshSettings {
  /** The private key (SSH_KEY); without one the user's own keys and agent are used. */
  readonly key?: string | undefined;
  /** The text of known_hosts: nothing else is trusted. */
  readonly knownHosts: string;
  /** Whether the user's and the machine's ssh_config count where they don't contradict ours: on a laptop. */
  readonly userConfig: boolean;
  /** Whether commands of one user may share a connection; by default each has its own. */
  readonly shares?: boolean;
  readonly folders: PrivateFolders;
}

/** A key that nodes must accept. */
export interface Identity {
  /** Type and key as authorized_keys has them. */
  readonly publicKey: string;
}

// The first value that ssh meets for an option counts, so these stand before whatever Nix, deploy-rs
// and the plan have to say. PermitLocalCommand is none of them: Nix since 2.14 lets ssh say by a local
// command that it has connected, and waits for that.
const PINNED = [
  ...["IgnoreUnknown=KnownHostsCommand", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null"],
  ...["KnownHostsCommand=none", "UpdateHostKeys=no", "VerifyHostKeyDNS=no", "CheckHostIP=no"],
  ...["NoHostAuthenticationForLocalhost=no", "CanonicalizeHostname=no"],
  ...["BatchMode=yes", "PreferredAuthentications=publickey"],
  ...["ForwardAgent=no", "ForwardX11=no", "Tunnel=no", "ClearAllForwardings=yes"],
  // deploy-rs proves by a new connection that a node can still be reached: who is not told to shares none.
  ...["ControlMaster=no", "ControlPath=none", "RemoteCommand=none", "RequestTTY=no", "EscapeChar=none"],
];

// What the plan's options, or a user's, may change: how long a silent node is waited for.
const DEFAULTS = ["ConnectTimeout 20", "ServerAliveInterval 15", "ServerAliveCountMax 4"];

/**
 * The ssh that this run uses, as a program of that name in a folder that only we can read: it puts our
 * options before all others, so that Nix and deploy-rs connect no other way than we do.
 */
export class SshWrapper {
  readonly identity: Identity | null;
  /** The wrapper's path. */
  readonly program: string;
  /** Connections that commands share; null where each has its own. */
  readonly shared: SharedConnections | null;
  private readonly folder: PrivateFolder;

  private constructor(
    folder: PrivateFolder,
    program: string,
    identity: Identity | null,
    shared: SharedConnections | null,
  ) {
    this.folder = folder;
    this.program = program;
    this.identity = identity;
    this.shared = shared;
  }

  /** Throws HostenvError `ssh-missing`, `ssh-key-unusable` for a key that is none, `file-unusable`. */
  static async make(settings: SshSettings): Promise<SshWrapper> {
    const ssh = onPath("ssh");
    const folder = await settings.folders.make();
    try {
      const key = settings.key === undefined ? null : await folder.write("key", asKeyFile(settings.key));
      const identity = key === null ? null : await identityIn(key);
      const knownHosts = await folder.write("known_hosts", settings.knownHosts.replaceAll("\r\n", "\n"));
      const config = await folder.write("config", configOf(settings.userConfig));
      const options = optionsOf(knownHosts, key).flatMap((option) => ["-o", option]);
      const program = await folder.write("ssh", programOf([ssh, "-F", config], options));
      await chmod(program, 0o700);
      return new SshWrapper(
        folder,
        program,
        identity,
        settings.shares ? await SharedConnections.make() : null,
      );
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** Where a log of ssh's own words may be written. */
  fileFor(name: string): string {
    return join(this.folder.path, name);
  }

  /** For programs that start ssh by its name: they start the wrapper. */
  environment(): Record<string, string> {
    const env = withoutSecrets(withoutShared(process.env));
    const path = `${this.folder.path}${delimiter}${env.PATH ?? ""}`;
    return { ...env, PATH: path, LC_ALL: "C" };
  }

  async remove(): Promise<void> {
    await this.shared?.end(this.program);
    await this.folder.remove();
  }
}

// What is shared must be named first: of an option that is given twice ssh takes the first.
function programOf(ssh: readonly string[], options: readonly string[]): string {
  const [start, rest] = [ssh, options].map((words) => words.map(quoted).join(" "));
  const sharing = `-oControlMaster=auto -oControlPersist=${IDLE_SECONDS} "-oControlPath=$control"`;
  return `#!/bin/sh
${CHOOSE_CONTROL}if [ -n "$control" ]; then exec ${start} ${sharing} ${rest} "$@"; fi
exec ${start} ${rest} "$@"
`;
}

function optionsOf(knownHosts: string, key: string | null): string[] {
  const own = [...PINNED, `UserKnownHostsFile=${inOption(knownHosts)}`];
  return key === null
    ? own
    : [...own, "IdentitiesOnly=yes", "IdentityAgent=none", `IdentityFile=${inOption(key)}`];
}

// ssh splits such a value at blanks, and replaces what follows a percent sign.
function inOption(path: string): string {
  return `"${path.replaceAll("%", "%%")}"`;
}

function configOf(userConfig: boolean): string {
  const included = userConfig ? ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"] : [];
  return `${[...included, "Host *", ...DEFAULTS].join("\n")}\n`;
}

// ssh takes no key without a last line end, and none with Windows' line ends.
function asKeyFile(key: string): string {
  return `${key.replaceAll("\r\n", "\n").trim()}\n`;
}

async function identityIn(file: string): Promise<Identity> {
  const limits = { seconds: 30, mostBytes: 65536, stop: new AbortController().signal };
  const env = { ...withoutSecrets(process.env), LC_ALL: "C" };
  const args = ["-y", "-P", "", "-f", file];
  const { exit, stdout, stderr } = await runProcess(onPath("ssh-keygen"), args, { ...limits, env });
  const [type, key] = stdout.toString("utf8").split(" ");
  if (exit === 0 && type && key) return { publicKey: `${type} ${key.trim()}` };
  const isLocked = /passphrase/.test(stderr);
  throw new HostenvError(
    "ssh-key-unusable",
    isLocked
      ? "the key in SSH_KEY is locked with a passphrase"
      : "SSH_KEY holds no private key that ssh can read",
    isLocked
      ? "make a key of its own for deploys, without one: ssh-keygen -t ed25519 -N '' -f deploy-key"
      : "it is the whole private file, from -----BEGIN to -----END, with its line ends",
  );
}

function onPath(program: string): string {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, program);
    if (isAbsolute(path) && isExecutable(path)) return path;
  }
  const hint = "install OpenSSH's client, on Debian and Ubuntu with: apt-get install openssh-client";
  throw new HostenvError("ssh-missing", `the program '${program}' is not on PATH`, hint);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
