import { lockedBy } from "../domain/deploy/preflight.ts";
import { HostenvError } from "../errors.ts";
import type { Nodes, NodeTarget } from "../ports/nodes.ts";

/**
 * A run takes its lock again while it lives. That of a killed one outlives what deploy-rs may have begun: 240 s of an
 * activation and 30 s of its confirmation, after which the node goes back by itself.
 */
export const LOCK_SECONDS = 600;

/**
 * Locks of nodes that one run holds. Several of its parts may need one node, such as its own deploy and a backup for
 * a move away from it: it is given back by the last of them.
 */
export class NodeLocks {
  private readonly owner: string;
  private readonly nodes: Pick<Nodes, "lock" | "unlock">;
  /** How many parts of this run need a node. */
  private readonly counts = new Map<string, number>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(owner: string, nodes: Pick<Nodes, "lock" | "unlock">) {
    this.owner = owner;
    this.nodes = nodes;
  }

  /** Does something while a node is this run's. Throws HostenvError `node-locked`. */
  async during<T>(target: NodeTarget, act: () => Promise<T>): Promise<T> {
    await this.inTurn(target, (count) => this.taken(target, count + 1));
    try {
      return await act();
    } finally {
      await this.inTurn(target, (count) => this.released(target, count - 1));
    }
  }

  /** Takes a lock again that is held, and may have been lost meanwhile. Throws HostenvError `node-locked`. */
  async renew(target: NodeTarget): Promise<void> {
    await this.inTurn(target, (count) => this.taken(target, count));
  }

  private async taken(target: NodeTarget, count: number): Promise<number> {
    const holder = await this.nodes.lock(target, this.owner, LOCK_SECONDS);
    if (holder) throw HostenvError.of(lockedBy(target.name, holder));
    return count;
  }

  private async released(target: NodeTarget, count: number): Promise<number> {
    // What went wrong first is what the user must hear of; the lock expires.
    if (count === 0) await this.nodes.unlock(target, this.owner).catch(() => {});
    return count;
  }

  // One part must not give back what another is just taking.
  private async inTurn({ name }: NodeTarget, change: (count: number) => Promise<number>): Promise<void> {
    const before = this.turns.get(name) ?? Promise.resolve();
    const turn = before.then(async () => {
      this.counts.set(name, await change(this.counts.get(name) ?? 0));
    });
    this.turns.set(
      name,
      turn.catch(() => {}),
    );
    await turn;
  }
}
