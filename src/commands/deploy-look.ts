import { type Live, parseLive } from "../domain/deploy/live.ts";
import { equal } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { placesOf, type Target, uidsOf } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { partOf } from "../fleets/hostenv/live.ts";
import type { NodeLook, Nodes } from "../ports/nodes.ts";
import type { Progress } from "../ports/people.ts";
import { pooled } from "./pooled.ts";

/** So many nodes are spoken to at the same time: more make a runner of two cores wait for its own handshakes. */
export const NODES_AT_ONCE = 8;

/** What a look at a node gave, or why it could not be had. */
export type Looked =
  | { readonly target: Target; readonly look: NodeLook; readonly live: Live | null }
  | { readonly target: Target; readonly error: HostenvError };

/** What looking needs of the world. */
export interface LookPorts {
  readonly nodes: Nodes;
  readonly progress: Progress;
}

/** Looks at nodes; nothing on them is changed. One that can't be asked is no reason not to ask the others. */
export async function lookAt(
  targets: readonly Target[],
  side: HostenvSide,
  { nodes, progress }: LookPorts,
): Promise<Map<string, Looked>> {
  let asked = 0;
  const looked = await pooled(targets, NODES_AT_ONCE, async (target): Promise<Looked> => {
    const found = await lookAtOne(target, side, [], nodes);
    progress.step(`looked at ${++asked} of ${targets.length} nodes`);
    return found;
  });
  return new Map(looked.map((each) => [each.target.name, each]));
}

/** As `lookAt`, for one node, and tries the logins of users that are there already. */
export async function lookAtOne(
  target: Target,
  side: HostenvSide,
  users: readonly string[],
  nodes: Nodes,
): Promise<Looked> {
  try {
    const part = partOf(side, target.name);
    const look = await nodes.look(target, { profiles: placesOf(part), users, uids: uidsOf(part) });
    return { target, look, live: look.live === null ? null : parseLive(look.live, target.name) };
  } catch (error) {
    if (error instanceof HostenvError) return { target, error };
    throw error;
  }
}

/**
 * Makes sure that a node says of itself what was read before: what is to be done was decided before its lock was ours,
 * and another run may have done it, or else, since. Throws HostenvError `node-changed`, with `hint`, and as `Nodes` do.
 */
export async function refuseChanged(
  target: Target,
  before: Live | null,
  nodes: Pick<Nodes, "live">,
  hint: string,
): Promise<void> {
  const now = await nodes.live(target);
  if (equal(now === null ? null : parseLive(now, target.name), before)) return;
  const message = `${target.name} was deployed by somebody else since this run looked at it`;
  throw new HostenvError("node-changed", message, hint);
}
