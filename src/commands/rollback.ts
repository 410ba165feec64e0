import { z } from "zod";
import { lockedBy, type Problem } from "../domain/deploy/preflight.ts";
import { type RollbackTarget, rollbackTarget } from "../domain/deploy/rollback.ts";
import type { CheckRun } from "../domain/deploy/verification.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { byBytes } from "../domain/json.ts";
import { nearest } from "../domain/nearest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { type Place, placesOf, type Target, targetOf } from "../fleets/hostenv/deploy-targets.ts";
import { type HostenvSide, hostsOf } from "../fleets/hostenv/facts.ts";
import { carriedHash, partOf } from "../fleets/hostenv/live.ts";
import type { Trees } from "../ports/history.ts";
import type { Nodes, ProfileLink } from "../ports/nodes.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { type Looked, lookAtOne, refuseChanged } from "./deploy-look.ts";
import { preflightOf } from "./deploy-preflight.ts";
import { deployable, memoryIn, type SnapshotPorts } from "./deploy-snapshot.ts";
import { broughtBack, type RolledBack } from "./rollback-switch.ts";

/** Inputs of `rollback`. */
export const rollbackInputs = z.strictObject({
  node: z.string().optional(),
  environment: z.string().optional(),
  to: z.string().optional(),
  skipVerification: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

/** What `rollback` needs of the world. */
export interface RollbackPorts extends SnapshotPorts {
  readonly nodes: Nodes;
  readonly trees: Trees;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly owner: string;
  /** Whether the run was told to end: nothing else is begun then. */
  readonly isStopped: () => boolean;
  /** Asks the sites of these environments of a node. */
  readonly verify: (
    node: string,
    memory: Memory,
    side: HostenvSide,
    environments: ReadonlySet<string>,
  ) => Promise<readonly CheckRun[]>;
}

/** What became of a rollback. */
export interface Rollback {
  readonly exitCode: 0 | 2;
  readonly node: string;
  readonly profiles: readonly RolledBack[];
  /** Why what came of it could not be written down on the node; null where it was. */
  readonly problem: Problem | null;
  /** Environments that the node had with that plan, and that are not planned there any more. */
  readonly notBroughtBack: readonly string[];
  /** Environments of the present plan that the node did not have with that one. */
  readonly notThereThen: readonly string[];
  /** How the sites of what was brought back answer. */
  readonly checks: readonly CheckRun[];
}

/** Outlives an activation of ours, which goes on for a quarter of an hour at most also where this run is killed. */
const LOCK_SECONDS = 1200;

/**
 * Makes earlier generations of a node's profiles the current ones, the system first, and asks the sites of what was
 * brought back. Data is not brought back. Deploys leave the node so until it is to carry something else, or is named.
 * Throws HostenvError `rollback-unknown`, what a look at the node does, and the first thing that forbids touching it.
 */
export async function rollback(
  inputs: z.infer<typeof rollbackInputs>,
  ports: RollbackPorts,
): Promise<Rollback> {
  try {
    const snapshot = await deployable(undefined, ports);
    const { side } = snapshot;
    const node = nodeOf(inputs, side);
    const target = targetOf(side.plan, node);
    const looked = await lookAtOne(target, side, [], ports.nodes);
    if ("error" in looked) throw looked.error;
    const { environment = null, to = null } = inputs;
    const wish = rollbackTarget({ node, environment, to }, looked.live);
    const here = placesOf(partOf(side, node));
    const places = here.filter(({ profile }) => Object.hasOwn(wish.generations, profile));
    const others = othersThan(wish, here, environment);
    if (inputs.dryRun) return { ...rehearsed(node, places, wish, looked.look.profiles), ...others };
    refuseUnfit(looked, side, ports);
    const ground = { target, places, wish, live: looked.live, wantedSha256: carriedHash(side, node) };
    const { profiles, problem } = await underLock(target, ports, async () => {
      const hint = "look at what it runs now, and roll back again if that is still meant";
      await refuseChanged(target, looked.live, ports.nodes, hint);
      return await broughtBack(ground, ports);
    });
    const there = here.filter(({ profile }) => !others.notThereThen.includes(profile));
    const asked = inputs.skipVerification ? new Set<string>() : changedBy(profiles, there);
    const memory = memoryIn(snapshot, ports.generated);
    const checks = asked.size === 0 ? [] : await ports.verify(node, memory, side, asked);
    const isWell =
      problem === null && profiles.every((each) => each.problem === null) && checks.every(isPassed);
    return { exitCode: isWell ? 0 : 2, node, profiles, problem, ...others, checks };
  } finally {
    ports.progress.done();
    await ports.nodes.dispose();
    await ports.trees.dispose();
  }
}

function nodeOf(
  { node, environment }: { node?: string | undefined; environment?: string | undefined },
  { plan }: HostenvSide,
): string {
  if (environment !== undefined) {
    refuseUnknown("environment", environment, Object.keys(plan.environments));
    const own = plan.environments[environment]?.node as string;
    if (node === undefined || node === own) return own;
    throw new UsageError(`${environment} is on ${own}, not on ${node}`, "leave out --node, or --environment");
  }
  if (node === undefined)
    throw new UsageError("nothing is named to roll back", "give --node or --environment");
  refuseUnknown("node", node, hostsOf(plan));
  return node;
}

function refuseUnknown(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearest(name, known);
  throw new UsageError(
    `there is no ${kind} '${name}'`,
    near ? `did you mean '${near}'?` : `${kind}s: ${known.join(", ")}`,
  );
}

// A signature, an adoption or room is nothing that a rollback needs.
function refuseUnfit(
  looked: Exclude<Looked, { error: unknown }>,
  side: HostenvSide,
  { owner, clock }: RollbackPorts,
): void {
  const wishes = { adopt: true, remoteBuild: true, publicKey: null, owner, now: clock.now() };
  const problem = preflightOf(looked, side, wishes).problems.find(({ code }) => code !== "node-disk-full");
  if (problem) throw HostenvError.of(problem);
}

async function underLock<T>(
  target: Target,
  { nodes, owner }: RollbackPorts,
  work: () => Promise<T>,
): Promise<T> {
  const holder = await nodes.lock(target, owner, LOCK_SECONDS);
  if (holder) throw HostenvError.of(lockedBy(target.name, holder));
  try {
    return await work();
  } finally {
    await nodes.unlock(target, owner).catch(() => {});
  }
}

// A generation of the system brings users and sites of its own time; of profiles only those are brought back that the
// present plan knows the places of.
function othersThan(
  { profiles }: RollbackTarget,
  here: readonly Place[],
  environment: string | null,
): Pick<Rollback, "notBroughtBack" | "notThereThen"> {
  if (profiles === null || environment !== null) return { notBroughtBack: [], notThereThen: [] };
  const planned = here.map(({ profile }) => profile);
  return {
    notBroughtBack: profiles.filter((profile) => !planned.includes(profile)).sort(byBytes),
    notThereThen: planned.filter((profile) => !profiles.includes(profile)).sort(byBytes),
  };
}

// What serves all of them may be what keeps one from answering.
function changedBy(profiles: readonly RolledBack[], here: readonly Place[]): Set<string> {
  const changed = profiles.filter(({ result }) => result === "rolled-back").map(({ profile }) => profile);
  return new Set(changed.includes("system") ? here.map(({ profile }) => profile) : changed);
}

function isPassed({ passed, enforced }: CheckRun): boolean {
  return passed || !enforced;
}

function rehearsed(
  node: string,
  places: readonly Place[],
  { generations }: RollbackTarget,
  before: Readonly<Record<string, ProfileLink | null>>,
): Pick<Rollback, "exitCode" | "node" | "profiles" | "problem" | "checks"> {
  const profiles = places.map(({ profile }): RolledBack => {
    const from = before[profile] ?? null;
    const generation = generations[profile] as number;
    return { profile, from, generation, after: from, result: "dry-run", problem: null };
  });
  return { exitCode: 0, node, profiles, problem: null, checks: [] };
}
