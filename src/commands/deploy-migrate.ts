import { arrivalOf } from "../domain/deploy/homes.ts";
import { type MoveStage, nextStep } from "../domain/deploy/moves.ts";
import type { Move } from "../domain/waves.ts";
import { HostenvError } from "../errors.ts";
import { dataPlaceOf, migrationsOf, type Target, targetOf } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import type { Nodes } from "../ports/nodes.ts";
import type { NodeProgress, Progress } from "../ports/people.ts";
import type { Journal } from "./deploy-journal.ts";
import { isInterruption } from "./deploy-judge.ts";
import type { NodeLocks } from "./deploy-locks.ts";

/** What migrating needs of the world. */
export interface MigratePorts {
  readonly nodes: Nodes;
  readonly progress: Progress;
  readonly nodeProgress: Pick<NodeProgress, "at">;
  readonly journal: Journal;
  readonly locks: NodeLocks;
}

/** What the user says of data. */
export interface MigrateWishes {
  /** Environments that start empty. */
  readonly skipped: ReadonlySet<string>;
  /** Environments of which the user says which node has the data. */
  readonly sourced: ReadonlySet<string>;
  /** Whether an environment whose data could not be brought is deployed all the same. */
  readonly ignoreErrors: boolean;
}

/** How an environment's data is prepared. */
export interface Prepared {
  readonly environment: string;
  /** Snapshot ids by backup; null where there is nothing to restore. */
  readonly snapshots: Readonly<Record<string, string>> | null;
  /** Where on the destination is now what was in the way of it. */
  readonly setAside: readonly string[];
  /** Why its profile must not be activated; null where it may. */
  readonly error: HostenvError | null;
}

/**
 * Backs up, on its source, each environment that moves to a node, and leaves there what is to be restored. A
 * move whose data could not be brought is told, and its environment is not activated: it would start empty.
 */
export async function prepareMoves(
  target: Target,
  stages: readonly MoveStage[],
  wishes: MigrateWishes,
  side: HostenvSide,
  ports: MigratePorts,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const stage of stages) {
    const step = nextStep(stage);
    if (stage.move.to === target.name && step === "dns") await turnedBack(target, stage, side, ports);
    if (stage.move.to !== target.name || (step !== "backup" && step !== "restore")) continue;
    prepared.push(await prepareOne(target, stage, wishes, side, ports));
  }
  return prepared;
}

// Before the other node lets go of its copy it must be known that this one's is the newer.
async function turnedBack(
  target: Target,
  { move, returns, isUnheard }: MoveStage,
  { plan }: HostenvSide,
  { journal, nodes }: Pick<MigratePorts, "journal" | "nodes">,
): Promise<void> {
  if (!returns || isUnheard) return;
  // What was brought once and never restored must not come over what is there now.
  await nodes.restorePlan(target, dataPlaceOf(plan, move.name), null);
  await journal.step(target, move, "stay");
}

async function prepareOne(
  target: Target,
  stage: MoveStage,
  wishes: MigrateWishes,
  side: HostenvSide,
  ports: MigratePorts,
): Promise<Prepared> {
  const { name: environment, from } = stage.move;
  const place = dataPlaceOf(side.plan, environment);
  const setAside: string[] = [];
  try {
    const isSkipped = wishes.skipped.has(environment);
    // Always a new backup: the source went on serving since an earlier run made one.
    const snapshots = isSkipped ? {} : await backedUp(stage, side, ports);
    const isBrought = !isEmpty(snapshots);
    // Once an earlier attempt has brought something there is nothing but its copy: all else was set aside then.
    const as = isEmpty(stage.snapshots) ? "before" : "copy";
    if (isBrought && as === "before") refuseHome(target, stage, wishes, ports.journal);
    if (isBrought) setAside.push(...(await ports.nodes.setAside(target, place, as)));
    await ports.journal.step(target, stage.move, "backup", snapshots);
    await toldSource(stage.move, "backup", side, ports);
    // One that an earlier run left must not be restored once somebody said that there is none.
    const plan = isBrought ? { sourceNode: from, snapshots } : null;
    await ports.nodes.restorePlan(target, place, plan);
    return { environment, snapshots: plan && snapshots, setAside, error: null };
  } catch (error) {
    if (!(error instanceof HostenvError) || isInterruption(error)) throw error;
    // Where the data is the plan says but once: of the next one nobody could tell that there is any.
    const isThere = Object.hasOwn(
      (ports.journal.of(target.name)?.facts.plan.environments ?? {}) as object,
      environment,
    );
    if (stage.snapshots === null && !isThere) await ports.journal.step(target, stage.move, "backup");
    const nothing = { environment, snapshots: null, setAside };
    // That another run is at work there is not for good: its data need not be done without.
    if (!wishes.ignoreErrors || error.code === "node-locked") return { ...nothing, error };
    ports.progress.notice(`${environment} is deployed without its data, as was asked: ${error.message}`);
    return { ...nothing, error: null };
  }
}

// What lies where an environment has always been, or where its visitors were led, is no copy. Only that they were led
// away from there since says that it is old.
function refuseHome(
  { name: node }: Target,
  { move }: MoveStage,
  { sourced }: MigrateWishes,
  journal: Pick<Journal, "of">,
): void {
  const there = journal.of(node);
  const isCarried = Object.hasOwn((there?.facts.plan.environments ?? {}) as object, move.name);
  if (there === null || !isCarried || sourced.has(move.name)) return;
  const steps = [there, journal.of(move.from)].flatMap((live) => live?.steps ?? []);
  const mine = steps.filter(({ environment }) => environment === move.name);
  const isLeft = mine.some(({ step, from }) => step === "dns" && from === node);
  const lives = new Map([[node, there]]);
  const arrival = arrivalOf(move.name, node, lives);
  if (isLeft || (arrival !== null && arrival.led === null)) return;
  throw new HostenvError(
    "data-unknown",
    `${node} has ${move.name}, too, and nothing says that visitors were led from there to ${move.from}`,
    `say which node's data counts: --migration-source ${move.name}=${node} keeps what is there, ${move.name}=${move.from} brings it anew`,
  );
}

function isEmpty(snapshots: MoveStage["snapshots"]): boolean {
  return Object.keys(snapshots ?? {}).length === 0;
}

/**
 * Writes a step of a move down on the node that it leaves, too: should the move be turned back while its destination
 * can't be asked, nobody else knows of it. Where it can't be written down the move goes on all the same.
 */
export async function toldSource(
  move: Move,
  step: "backup" | "dns",
  { plan }: HostenvSide,
  { journal, locks }: Pick<MigratePorts, "journal" | "locks">,
): Promise<void> {
  if (journal.of(move.from) === null) return;
  const source = targetOf(plan, move.from);
  try {
    await locks.during(source, async () => {
      await journal.unchanged(source);
      await journal.step(source, move, step);
    });
  } catch (error) {
    // What is wrong with that node its own turn tells.
    if (!(error instanceof HostenvError) || isInterruption(error)) throw error;
  }
}

// While it is backed up nobody else may deploy the source: that would change, or take away, what is backed up.
async function backedUp(
  { move }: MoveStage,
  { plan }: HostenvSide,
  { nodes, nodeProgress, locks }: MigratePorts,
): Promise<Record<string, string>> {
  const source = targetOf(plan, move.from);
  const names = migrationsOf(plan, move.name);
  const snapshots: Record<string, string> = {};
  if (names.length === 0) return snapshots;
  await locks
    .during(source, async () => {
      for (const name of names) {
        nodeProgress.at(move.to, `backing up ${move.name} on ${move.from}: ${name}`);
        snapshots[name] = (await nodes.backup(source, move.name, name)).snapshot;
      }
    })
    .catch((error: unknown) => {
      throw isAway(error) ? dataAway(move, error) : error;
    });
  return snapshots;
}

/** What keeps a node from being spoken to at all. */
const AWAY = ["node-unreachable", "login-refused", "host-key-changed"];

function isAway(error: unknown): error is HostenvError {
  return error instanceof HostenvError && AWAY.includes(error.code) && !isInterruption(error);
}

function dataAway({ name, from }: Move, { message, hint }: HostenvError): HostenvError {
  return new HostenvError(
    "data-unknown",
    `the data of ${name} is on ${from}, which can't be asked: ${message}`,
    `bring ${from} back (${hint}); or, to give up what only that node has, --migration-source ${name}=NODE for data that lies elsewhere, --skip-migrations ${name} to start with what its new node has of it, mostly nothing`,
  );
}

/**
 * The last backups of environments that a node is about to lose for good, by environment. One that can't be made
 * keeps the node as it is, unless the user says that the data may be lost.
 */
export async function lastBackups(
  target: Target,
  removed: readonly string[],
  { skipped, ignoreErrors }: MigrateWishes,
  before: HostenvSide,
  { nodes, nodeProgress, progress }: Pick<MigratePorts, "nodes" | "nodeProgress" | "progress">,
): Promise<Record<string, Record<string, string>>> {
  const made: Record<string, Record<string, string>> = {};
  for (const environment of removed.filter((name) => !skipped.has(name))) {
    for (const name of migrationsOf(before.plan, environment)) {
      nodeProgress.at(target.name, `backing up ${environment} for the last time: ${name}`);
      try {
        const { snapshot } = await nodes.backup(target, environment, name);
        made[environment] = { ...made[environment], [name]: snapshot };
      } catch (error) {
        if (!(error instanceof HostenvError) || isInterruption(error) || !ignoreErrors) throw error;
        progress.notice(`${environment} is removed without a last backup, as was asked: ${error.message}`);
      }
    }
  }
  return made;
}
