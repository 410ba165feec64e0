import { z } from "zod";
import type { Live } from "../domain/deploy/live.ts";
import { lockedBy, type Problem } from "../domain/deploy/preflight.ts";
import { type Generations, generationsOf } from "../domain/deploy/rollback.ts";
import type { CheckRun } from "../domain/deploy/verification.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { nearest } from "../domain/nearest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { type Place, placesOf, type Target, targetOf } from "../fleets/hostenv/deploy-targets.ts";
import { type HostenvSide, hostsOf } from "../fleets/hostenv/facts.ts";
import { carriedHash, partOf } from "../fleets/hostenv/live.ts";
import type { Trees } from "../ports/history.ts";
import type { Nodes, ProfileLink } from "../ports/nodes.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { document } from "../render/json.ts";
import { type Looked, lookAtOne, refuseChanged } from "./deploy-look.ts";
import { preflightOf } from "./deploy-preflight.ts";
import { deployable, memoryIn, type SnapshotPorts } from "./deploy-snapshot.ts";

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

/** One profile that was, or would be, brought back. */
export interface RolledBack {
  readonly profile: string;
  readonly from: ProfileLink | null;
  readonly generation: number;
  /** What the link leads to afterwards; null where nothing was tried. */
  readonly after: ProfileLink | null;
  readonly result: "rolled-back" | "unchanged" | "failed" | "dry-run";
  readonly problem: Problem | null;
}

/** What became of a rollback. */
export interface Rollback {
  readonly exitCode: 0 | 2;
  readonly node: string;
  readonly profiles: readonly RolledBack[];
  /** How the sites of what was brought back answer. */
  readonly checks: readonly CheckRun[];
}

const STOPPED: Problem = {
  code: "stopped",
  message: "the run was told to end before its turn came",
  hint: "roll back again: what is there already stays",
};

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
    const wanted = generationsOf({ node, environment, to }, looked.live);
    const here = placesOf(partOf(side, node));
    const places = here.filter(({ profile }) => Object.hasOwn(wanted, profile));
    if (inputs.dryRun) return rehearsed(node, places, wanted, looked.look.profiles);
    refuseUnfit(looked, side, ports);
    const profiles = await underLock(target, ports, async () => {
      const hint = "look at what it runs now, and roll back again if that is still meant";
      await refuseChanged(target, looked.live, ports.nodes, hint);
      const done = await broughtBack(target, places, wanted, ports);
      await written(target, looked.live, done, { ...ports, wanted: carriedHash(side, node) });
      return done;
    });
    const asked = inputs.skipVerification ? new Set<string>() : changedBy(profiles, here);
    const memory = memoryIn(snapshot, ports.generated);
    const checks = asked.size === 0 ? [] : await ports.verify(node, memory, side, asked);
    const isWell = profiles.every(({ problem }) => problem === null) && checks.every(isPassed);
    return { exitCode: isWell ? 0 : 2, node, profiles, checks };
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

async function broughtBack(
  target: Target,
  places: readonly Place[],
  wanted: Generations,
  { nodes, progress, isStopped }: RollbackPorts,
): Promise<RolledBack[]> {
  const before = await nodes.profiles(target, places);
  const done: RolledBack[] = [];
  for (const place of places) {
    const generation = wanted[place.profile] as number;
    const from = before[place.profile] ?? null;
    const isThere = from?.generation === generation;
    if (!isThere && isStopped()) {
      done.push({
        profile: place.profile,
        from,
        generation,
        after: from,
        result: "failed",
        problem: STOPPED,
      });
      continue;
    }
    progress.step(`bringing ${place.profile} on ${target.name} back to generation ${generation}`);
    const problem = isThere ? null : await tried(() => nodes.rollBack(target, place, generation));
    const after = (await nodes.profiles(target, [place]))[place.profile] ?? null;
    const reached = after?.generation === generation;
    const result = isThere ? "unchanged" : reached && problem === null ? "rolled-back" : "failed";
    done.push({
      profile: place.profile,
      from,
      generation,
      after,
      result,
      problem: problem ?? unreached(reached, place),
    });
  }
  return done;
}

async function tried(work: () => Promise<void>): Promise<Problem | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    return { code: error.code, message: error.message, hint: error.hint };
  }
}

function unreached(reached: boolean, { profile }: Place): Problem | null {
  if (reached) return null;
  return {
    code: "rollback-failed",
    message: `${profile} is not at the generation that was asked for`,
    hint: "look at the node: the generation may have been collected as garbage",
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

// The next deploy must know that what the node carries is not what it says.
async function written(
  target: Target,
  live: Live | null,
  profiles: readonly RolledBack[],
  { nodes, wanted }: Pick<RollbackPorts, "nodes"> & { readonly wanted: string },
): Promise<void> {
  if (live === null) return;
  const changed = profiles.filter(
    ({ after, from }) => after !== null && after.generation !== from?.generation,
  );
  const links = changed.map(({ profile, after }) => [
    profile,
    { storePath: (after as ProfileLink).storePath, generation: (after as ProfileLink).generation },
  ]);
  const rolledBack = [...new Set([...live.rolledBack, ...changed.map(({ profile }) => profile)])];
  const next = {
    ...live,
    planId: null,
    profiles: { ...live.profiles, ...Object.fromEntries(links) },
    rolledBack,
    rolledBackFrom: wanted,
  };
  if (changed.length > 0) await nodes.writeLive(target, document(next));
}

function rehearsed(
  node: string,
  places: readonly Place[],
  wanted: Generations,
  before: Readonly<Record<string, ProfileLink | null>>,
): Rollback {
  const profiles = places.map(({ profile }): RolledBack => {
    const from = before[profile] ?? null;
    return {
      profile,
      from,
      generation: wanted[profile] as number,
      after: from,
      result: "dry-run",
      problem: null,
    };
  });
  return { exitCode: 0, node, profiles, checks: [] };
}
