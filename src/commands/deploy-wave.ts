import { leftBy, type MoveStage, mustHold } from "../domain/deploy/moves.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { ProfileRun } from "../domain/deploy/results.ts";
import type { CheckRun } from "../domain/deploy/verification.ts";
import type { HostenvError } from "../errors.ts";
import type { DeployPlan, NodeSituation } from "../fleets/hostenv/deploy-plan.ts";
import { buildsItself, placesOf, type Target } from "../fleets/hostenv/deploy-targets.ts";
import { sideFrom } from "../fleets/hostenv/live.ts";
import type { Builds } from "./deploy-builds.ts";
import type { Journal, Wanted } from "./deploy-journal.ts";
import { asProblem, INTERRUPTED, isInterruption, toldOf } from "./deploy-judge.ts";
import type { NodeLocks } from "./deploy-locks.ts";
import { lastBackups, type MigrateWishes, type Prepared, prepareMoves } from "./deploy-migrate.ts";
import { activateNode, isThere, type NodePorts } from "./deploy-node.ts";
import { stillLeft, untakenOn } from "./deploy-restores.ts";

/** What a deploy knows while it goes on. */
export interface DeployRun {
  readonly wanted: Wanted;
  readonly plan: DeployPlan;
  readonly builds: Pick<Builds, "of">;
  readonly journal: Journal;
  /** The stages of all moves as they are now. */
  readonly stages: () => readonly MoveStage[];
  /** What of the DNS gate's memory concerns a node, as a hash. */
  readonly gateOf: (node: string) => string;
  readonly locks: NodeLocks;
  readonly wishes: MigrateWishes;
  readonly remoteBuild: boolean;
  /** Asks the sites of a node that was brought forward, and writes down which do not answer. */
  readonly verify: (target: Target) => Promise<NodeResult["checks"]>;
  /** How a node is rolled back. */
  readonly rollbackOf: (node: string) => { readonly magic: boolean; readonly auto: boolean };
}

/** What became of a node. */
export interface NodeResult {
  readonly node: string;
  readonly wave: number;
  /** Why nothing, or not all, was done; null where all was tried. */
  readonly problem: Problem | null;
  readonly profiles: readonly ProfileRun[];
  readonly prepared: readonly Prepared[];
  /** Snapshots of environments that were removed, by environment and backup. */
  readonly lastBackups: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where data is now that was in the way of what was restored, by environment. */
  readonly setAside: Readonly<Record<string, readonly string[]>>;
  readonly checks: readonly CheckRun[];
  readonly seconds: number;
}

/** Deploys one node. Never throws for what can be told of it: other nodes go on. */
export async function deployNode(
  target: Target,
  wave: number,
  run: DeployRun,
  ports: NodePorts,
): Promise<NodeResult> {
  const started = ports.clock.seconds();
  const result = await underLock(target, run, ports).catch((error: unknown) =>
    ports.isStopped() && isInterruption(error) ? { ...NOTHING, problem: INTERRUPTED } : failed(error),
  );
  return { node: target.name, wave, ...result, seconds: ports.clock.seconds() - started };
}

type Done = Pick<NodeResult, "problem" | "profiles" | "prepared" | "lastBackups" | "setAside" | "checks">;

const NOTHING = { profiles: [], prepared: [], lastBackups: {}, setAside: {}, checks: [] } as const;

function failed(error: unknown): Done {
  return { ...NOTHING, problem: toldOf(error) };
}

async function underLock(target: Target, run: DeployRun, ports: NodePorts): Promise<Done> {
  return await run.locks.during(target, async () => {
    await run.journal.unchanged(target);
    const done = await bringForward(target, run, ports);
    return done.profiles.length === 0 ? done : await verified(done, target, run);
  });
}

// What is on the node by now must be told also where its sites can't be asked.
async function verified(done: Done, target: Target, run: DeployRun): Promise<Done> {
  try {
    return { ...done, checks: await run.verify(target) };
  } catch (error) {
    return { ...done, problem: done.problem ?? toldOf(error) };
  }
}

async function bringForward(target: Target, run: DeployRun, ports: NodePorts): Promise<Done> {
  const situation = run.plan.situations.get(target.name) as NodeSituation;
  const { side } = run.wanted;
  const { nodes, progress, nodeProgress } = ports;
  const migrating = { nodes, progress, nodeProgress, journal: run.journal, locks: run.locks };
  const brought = await prepareMoves(target, run.stages(), run.wishes, side, migrating);
  const live = run.journal.of(target.name);
  const carried = live === null ? {} : sideFrom(live.facts, target.name).plan.environments;
  const given = lastOn(target.name, run).filter((name) => Object.hasOwn(carried, name));
  const backups = await lastBackups(target, given, run.wishes, situation.before, ports);
  // Backups may have taken hours, and the network may have failed meanwhile.
  await run.locks.renew(target);
  const prepared = await stillLeft(target, brought, side, nodes);
  const blocked = new Set(
    prepared.filter(({ error }) => error !== null).map(({ environment }) => environment),
  );
  const places = placesOf(situation.wanted).filter(({ profile }) => !blocked.has(profile));
  const setAside = Object.fromEntries(prepared.map((each) => [each.environment, each.setAside]));
  const { runs: profiles, error } = await activateNode(
    {
      target,
      places,
      build: run.builds.of(target.name),
      settings: {
        dry: false,
        magicRollback: run.rollbackOf(target.name).magic,
        autoRollback: run.rollbackOf(target.name).auto,
        remoteBuild: run.remoteBuild || buildsItself(side.plan, target.name),
      },
      forced: new Set([
        ...(run.journal.of(target.name)?.unproved ?? []),
        ...prepared.filter(({ error }) => error === null).map(({ environment }) => environment),
      ]),
      begins: async (begun) => {
        // Copying takes its time, and a machine that slept may have lost the lock to another run.
        await run.locks.renew(target);
        await run.journal.unchanged(target);
        await run.journal.begins(target, begun, run.wanted);
      },
    },
    ports,
  ).catch((thrown: unknown) => ({ runs: null, error: asProblem(thrown) }));
  // Nothing was activated. Where data lies now nobody else says.
  if (profiles === null)
    return { ...NOTHING, problem: told(error, ports), prepared, lastBackups: backups, setAside };
  const activated = activatedIn(profiles);
  const untaken = await untakenOn(target, prepared, activated, { side, wishes: run.wishes }, ports);
  // What was done must be told also where it can't be written down, such as on a node that lets nobody in any more.
  const unwritten = await written(target, { situation, prepared, profiles, untaken }, run).then(
    () => null,
    toldOf,
  );
  const ended = error && told(error, ports);
  const [first] = prepared.flatMap((each) => (each.error === null ? [] : [toldOf(each.error)]));
  const [left] = untaken.values();
  const problem = ended ?? unwritten ?? first ?? left ?? null;
  return { ...NOTHING, problem, profiles, prepared, lastBackups: backups, setAside };
}

function told(error: HostenvError, { isStopped }: Pick<NodePorts, "isStopped">): Problem {
  return isStopped() && isInterruption(error) ? INTERRUPTED : toldOf(error);
}

// What is let go of, and may hold what is nowhere else: of an environment that is removed, and of one whose visitors
// wrote on this node after its data was brought to another by an earlier deploy.
function lastOn(node: string, { plan, stages }: DeployRun): string[] {
  const removed = plan.removed.filter((each) => each.node === node);
  const waited = new Set(plan.moves.flatMap(({ move, restored }) => (restored ? [move.name] : [])));
  const now = stages();
  const left = now.filter((stage) => isLeft(stage, node, waited));
  const held = heldOn(node, now);
  const names = [...removed.map(({ environment }) => environment), ...left.map(({ move }) => move.name)];
  return names.filter((name) => !held.includes(name));
}

function isLeft(stage: MoveStage, node: string, waited: ReadonlySet<string>): boolean {
  return stage.copies.includes(node) || (stage.move.from === node && waited.has(stage.move.name));
}

function heldOn(node: string, stages: readonly MoveStage[]): string[] {
  const held = stages.filter((stage) => leftBy(stage).includes(node) && mustHold(stage));
  return held.map(({ move }) => move.name);
}

function activatedIn(profiles: readonly ProfileRun[]): ReadonlySet<string> {
  return new Set(profiles.filter(({ exit }) => exit === 0).map(({ profile }) => profile));
}

interface Outcome {
  readonly situation: NodeSituation;
  readonly prepared: readonly Prepared[];
  readonly profiles: readonly ProfileRun[];
  readonly untaken: ReadonlyMap<string, Problem>;
}

async function written(target: Target, { situation, prepared, profiles, untaken }: Outcome, run: DeployRun) {
  const open = new Set(run.journal.of(target.name)?.unproved ?? []);
  const unproved = profiles.filter((each) => isUnproved(each, open)).map(({ profile }) => profile);
  const reached = new Set(
    profiles
      .filter((each) => isThere(each) && !unproved.includes(each.profile))
      .map(({ profile }) => profile),
  );
  // A link that was right before proves nothing: only an activation takes up what is to be restored.
  const activated = activatedIn(profiles);
  const restored = new Set([...reached].filter((profile) => activated.has(profile) && !untaken.has(profile)));
  for (const { move } of run.stages().filter((stage) => isRestored(stage, target, prepared, restored)))
    await run.journal.step(target, move, "restore");
  const stages = run.stages();
  const held = heldOn(target.name, stages);
  await run.journal.brought(
    target,
    run.wanted,
    {
      before: situation.before,
      reached: { system: reached.has("system"), environments: reached },
      links: Object.fromEntries(profiles.map(({ profile, after }) => [profile, after ?? null])),
      gateSha256: run.gateOf(target.name),
      unproved,
      held,
    },
    new Map(stages.map(({ move }) => [move.name, move.to])),
  );
}

// Its link is right, or can't be seen, and either its activation failed, or one that was begun before was not made
// up for.
function isUnproved(run: ProfileRun, open: ReadonlySet<string>): boolean {
  if (run.after === undefined) return open.has(run.profile);
  if (run.after?.storePath !== run.wanted) return false;
  return !isThere(run) || (run.exit === null && open.has(run.profile));
}

function isRestored(
  { move }: MoveStage,
  target: Target,
  prepared: readonly Prepared[],
  restored: ReadonlySet<string>,
): boolean {
  const mine = prepared.find(({ environment }) => environment === move.name);
  return move.to === target.name && mine?.error === null && restored.has(move.name);
}
