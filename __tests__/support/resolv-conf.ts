import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** How a command ended; `status` is null when a signal ended it. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// A bind mount in a mount namespace of its own: nothing else on the machine sees it. Bash, since other shells
// drop variables that have a dash in their name, as an action's inputs have.
const SCRIPT = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';

/**
 * Runs a command on a machine whose /etc/resolv.conf says something else, so that its way to the system's
 * resolver is tested as it is. Needs ROOT. Servers of the caller's own process go on answering meanwhile.
 */
export async function withResolvConf(
  resolvConf: string,
  command: Command,
  { env = {}, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "resolv-conf-"));
  const file = join(folder, "resolv.conf");
  writeFileSync(file, resolvConf);
  const inside = ["bash", "-c", SCRIPT, "bash", file, ...command];
  try {
    return await ended(["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--", ...inside], {
      env: { ...process.env, ...env },
      ...(cwd ? { cwd } : {}),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text of a resolv.conf with some name servers and quick retries. */
export function nameservers(...addresses: readonly string[]): string {
  return [...addresses.map((address) => `nameserver ${address}`), "options timeout:1 attempts:1", ""].join(
    "\n",
  );
}

/** Runs a command to its end, with an environment of its own. */
export function ended(
  [program, ...args]: Command,
  options: { env: NodeJS.ProcessEnv; cwd?: string },
  started: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  started(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.once("error", fail).once("close", (status) => done({ status, stdout, stderr }));
  });
}
