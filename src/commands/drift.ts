import { z } from "zod";
import { driftExit, driftOf, type NodeDrift, unreachable } from "../domain/deploy/drift.ts";
import type { Live } from "../domain/deploy/live.ts";
import { nearest } from "../domain/nearest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { type Target, targetOf } from "../fleets/hostenv/deploy-targets.ts";
import { deployedPlaces, isBehind } from "../fleets/hostenv/drift.ts";
import { type HostenvSide, hostsOf } from "../fleets/hostenv/facts.ts";
import type { NodeLook, Nodes, RunningSystems } from "../ports/nodes.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { lookAtOne, NODES_AT_ONCE } from "./deploy-look.ts";
import { deployable, type SnapshotPorts } from "./deploy-snapshot.ts";
import { pooled } from "./pooled.ts";

/** Inputs of `drift`. */
export const driftInputs = z.strictObject({
  node: z.array(z.string()).default([]),
  failOn: z.enum(["drift", "never"]).default("drift"),
});

/** What `drift` needs of the world. */
export interface DriftPorts extends SnapshotPorts {
  readonly nodes: Nodes & RunningSystems;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** What `drift` found. */
export interface Drift {
  readonly exitCode: 0 | 1 | 2;
  readonly planId: string;
  /** By the plan's order. */
  readonly nodes: readonly NodeDrift[];
  /** All that the plan has, those that were not asked for, too. */
  readonly planned: readonly string[];
}

/**
 * What the nodes run against what was last deployed to them; changes nothing anywhere. Throws HostenvError as
 * `deployable` does, and for a node that the plan does not have.
 */
export async function drift(inputs: z.infer<typeof driftInputs>, ports: DriftPorts): Promise<Drift> {
  try {
    const { side, planId } = await deployable(undefined, ports);
    const planned = hostsOf(side.plan);
    for (const node of inputs.node) refuseUnknown(node, planned);
    const wanted = planned.filter((node) => inputs.node.length === 0 || inputs.node.includes(node));
    let asked = 0;
    const nodes = await pooled(wanted, NODES_AT_ONCE, async (node) => {
      const found = await judged(targetOf(side.plan, node), side, ports);
      ports.progress.step(`looked at ${++asked} of ${wanted.length} nodes`);
      return found;
    });
    return { exitCode: inputs.failOn === "never" ? 0 : driftExit(nodes), planId, nodes, planned };
  } finally {
    ports.progress.done();
    await ports.nodes.dispose();
    await ports.trees.dispose();
  }
}

function refuseUnknown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearest(name, known);
  const hint = near ? `did you mean '${near}'?` : `nodes: ${known.join(", ")}`;
  throw new UsageError(`there is no node '${name}'`, hint);
}

// That one node can't be asked is said of it, and is no reason not to ask the others.
async function judged(target: Target, side: HostenvSide, { nodes, clock }: DriftPorts): Promise<NodeDrift> {
  const looked = await lookAtOne(target, side, [], nodes);
  if ("error" in looked) return unasked(target, looked.error);
  try {
    const { look, live } = looked;
    return driftOf({
      node: target.name,
      live,
      links: await linksOf(target, look, live, nodes),
      running: await nodes.running(target),
      busyWith: holder(look, clock),
      behind: isBehind(live, side, target.name),
    });
  } catch (error) {
    if (error instanceof HostenvError) return unasked(target, error);
    throw error;
  }
}

function unasked({ name }: Target, { code, message, hint }: HostenvError): NodeDrift {
  return unreachable(name, { code, message, hint });
}

// The look was at what is planned there; what was deployed may be more.
async function linksOf(target: Target, look: NodeLook, live: Live | null, nodes: Nodes) {
  const places = live === null ? [] : deployedPlaces(live, target.name);
  const missing = places.filter(({ profile }) => !Object.hasOwn(look.profiles, profile));
  if (missing.length === 0) return look.profiles;
  return { ...look.profiles, ...(await nodes.profiles(target, missing)) };
}

function holder({ lock }: NodeLook, clock: Clock): string | null {
  return lock !== null && Date.parse(lock.expires) > clock.now().getTime() ? lock.owner : null;
}
