import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "./ssh-process.ts";

/** What our ssh reads: the path of the socket of a connection that it may share, or make for others to share. */
const CONTROL = "HOSTENV_SSH_CONTROL";

/** For programs that start our ssh: how such a path begins; a dash and the user's name are to follow. */
const PREFIX = "HOSTENV_SSH_SHARED";

// Arguments: our ssh, the folder of the sockets.
const END = `
for ${CONTROL} in "$2"/*; do
  export ${CONTROL}
  "$1" -O exit none &
done
wait
`;

// A socket's path has at most 107 bytes, of which ssh adds 17 while it makes one.
const LONGEST = 90;

/** Seconds that a connection waits for somebody else to need it: until the last of some environments has its turn. */
export const IDLE_SECONDS = 120;

/** The start of a program that is ssh: sets `control` to the socket, or to nothing where none is to be shared. */
export const CHOOSE_CONTROL = `control=\${${CONTROL}-}
[ "\${#control}" -le ${LONGEST} ] || control=
`;

/** Connections of one run that several commands of one user share, in a folder that only we can read. */
export class SharedConnections {
  private readonly folder: string;
  private readonly prefixes = new Map<string, string>();
  private readonly epochs = new Map<string, number>();
  /** When connections were begun that somebody opens ahead, in milliseconds. */
  private readonly begun = new Map<string, number>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  // The runner's own temporary folder often has too long a name.
  static async make(): Promise<SharedConnections> {
    return new SharedConnections(await mkdtemp(join(tmpdir(), "hostenv-ssh-")));
  }

  /** Variables for programs whose commands may share a node's connections, of those users that they choose. */
  forPrograms(node: string): Record<string, string> {
    return { [PREFIX]: this.prefix(node) };
  }

  /** Variables for a command to a node that shares the connection of a user. */
  forCommand(node: string, user: string): Record<string, string> {
    return { [CONTROL]: `${this.prefix(node)}-${user}` };
  }

  /** From now on a node is connected to anew: who logs in may have become somebody else there. */
  renew(node: string): void {
    this.epochs.set(node, (this.epochs.get(node) ?? 0) + 1);
  }

  /** Whether a user's connection is to be opened ahead, which is the asker's task from now on: one of long ago may end. */
  begin(node: string, user: string): boolean {
    const path = `${this.prefix(node)}-${user}`;
    const [before, now] = [this.begun.get(path), performance.now()];
    if (before !== undefined && now - before < (IDLE_SECONDS * 1000) / 2) return false;
    this.begun.set(path, now);
    return true;
  }

  private prefix(node: string): string {
    const key = `${this.epochs.get(node) ?? 0} ${node}`;
    const prefix = this.prefixes.get(key) ?? join(this.folder, String(this.prefixes.size));
    this.prefixes.set(key, prefix);
    return prefix;
  }

  /** Ends them all, by one shell: a deploy of many environments ends as many connections. */
  async end(ssh: string): Promise<void> {
    const limits = { seconds: 30, mostBytes: 65536, stop: new AbortController().signal };
    await runProcess("/bin/sh", ["-c", END, "sh", ssh, this.folder], { ...limits, env: process.env }).catch(
      () => {},
    );
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Variables without those that say what is shared. */
export function withoutShared(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { [CONTROL]: _, [PREFIX]: __, ...rest } = env;
  return rest;
}
