import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "./ssh-process.ts";

/** What our ssh reads: the path of the socket of a connection that it may share, or make for others to share. */
const CONTROL = "HOSTENV_SSH_CONTROL";

/** For programs that start our ssh: how such a path begins; a dash and the user's name are to follow. */
const PREFIX = "HOSTENV_SSH_SHARED";

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

  private prefix(node: string): string {
    const key = `${this.epochs.get(node) ?? 0} ${node}`;
    const prefix = this.prefixes.get(key) ?? join(this.folder, String(this.prefixes.size));
    this.prefixes.set(key, prefix);
    return prefix;
  }

  /** Ends them all. */
  async end(ssh: string): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const limits = { seconds: 10, mostBytes: 65536, stop: new AbortController().signal };
    await Promise.all(
      names.map((name) => {
        const env = { ...process.env, [CONTROL]: join(this.folder, name) };
        return runProcess(ssh, ["-O", "exit", "none"], { ...limits, env }).catch(() => {});
      }),
    );
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Variables without those that say what is shared. */
export function withoutShared(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { [CONTROL]: _, [PREFIX]: __, ...rest } = env;
  return rest;
}
