import { HostenvError } from "../errors.ts";
import type { NodeTarget } from "../ports/nodes.ts";
import type { Answer } from "./ssh-answers.ts";
import type { Call } from "./ssh-client.ts";
import { LOGIN } from "./ssh-scripts.ts";
import type { SharedConnections } from "./ssh-shared.ts";

/** Runs a script on a node as a user. Throws HostenvError where it can't be run. */
export type Ask = (
  node: NodeTarget,
  purpose: string,
  call: Pick<Call, "script" | "isShared"> & { readonly user: string },
) => Promise<Answer>;

// An sshd lets no more than ten log in at once (MaxStartups), and others may be at it, too.
const AT_ONCE = 4;

/** Where more users than these log in, no connection waits for what comes later: each one costs the node memory. */
const MOST_SHARED = 50;

/** Logins of a node's environments: tried, and opened for what comes later to share. */
export class SshLogins {
  private readonly shared: SharedConnections | null;
  private readonly ask: Ask;

  constructor(shared: SharedConnections | null, ask: Ask) {
    this.shared = shared;
    this.ask = ask;
  }

  /** Why each of these can't log in, null where it can. Throws HostenvError `node-stopped` where the run is to end. */
  async tried(
    node: NodeTarget,
    users: readonly string[],
    most = AT_ONCE,
  ): Promise<Record<string, string | null>> {
    const waiting = [...users];
    const found: [string, string | null][] = [];
    const isShared = users.length <= MOST_SHARED;
    const next = async () => {
      for (let user = waiting.shift(); user !== undefined; user = waiting.shift())
        found.push([user, await this.login(node, user, isShared)]);
    };
    await Promise.all(Array.from({ length: most }, next));
    return Object.fromEntries(found);
  }

  /**
   * Opens connections for what comes later, which does not wait for them; more than may stay open are left to it. Who
   * can't log in is told by the activation itself.
   */
  openAhead(node: NodeTarget, users: readonly string[], most = AT_ONCE): void {
    if (users.length > MOST_SHARED) return;
    const wanted = users.filter((user) => user !== node.deployUser && this.shared?.begin(node.name, user));
    if (wanted.length > 0) this.tried(node, wanted, most).catch(() => {});
  }

  // That one user can't log in is no reason not to say what else was found.
  private async login(node: NodeTarget, user: string, isShared: boolean): Promise<string | null> {
    try {
      const answer = await this.ask(node, `log in as '${user}'`, { script: LOGIN, user, isShared });
      const name = answer.one("user");
      return name === user ? null : `it is somebody else there: '${name}'`;
    } catch (error) {
      if (!(error instanceof HostenvError) || error.code === "node-stopped") throw error;
      return `${error.message}; ${error.hint}`;
    }
  }
}
