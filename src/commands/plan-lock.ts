import type { Pin } from "../domain/fleet.ts";
import { nearest } from "../domain/nearest.ts";
import { InputError, UsageError } from "../errors.ts";
import {
  gapsOf,
  isComplete,
  lockText,
  pinsNamed,
  seedOf,
  straysIn,
  withoutInputs,
  withPlaceholders,
} from "../fleets/hostenv/locks.ts";
import { directInputs } from "../fleets/hostenv/pins.ts";
import { type Lock, type Plan, parseLock } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { Evaluation, Locker, Tree } from "../ports/flakes.ts";
import type { Progress } from "../ports/people.ts";

/** What locking the generated flake needs of the world. */
export interface LockPorts {
  readonly locker: Locker;
  readonly files: Files;
  readonly progress: Progress;
  readonly generated: string;
}

/** How the generated flake is locked. */
export interface LockWishes {
  /** Inputs to move to the newest commits of their branches. */
  readonly update?: readonly string[] | undefined;
  /** Whether a pin that can't be resolved is told and left out, instead of being an error. */
  readonly lenient: boolean;
}

/** The generated flake and its lock, as they belong beside the plan. */
export interface Generated {
  readonly flake: string;
  readonly lock: string;
  /** Pins of the environments and of what else only the generated flake names. */
  readonly pins: readonly Pin[];
  /** Inputs whose pin can't be resolved. */
  readonly unknown: readonly string[];
}

/** The files of a tree that a generated lock is made from. */
export interface Locks {
  readonly flake: string | null;
  readonly text: string | null;
  readonly committed: Lock | null;
  readonly root: Lock;
}

/** Reads a tree's committed generated flake, its lock and the root lock. */
export async function locksOf(tree: Tree, { files, generated }: LockPorts): Promise<Locks> {
  const folder = tree.folder === "" ? tree.root : `${tree.root}/${tree.folder}`;
  const name = `${generated}/flake.lock`;
  const [flake, text, committed, root] = await Promise.all([
    files.readIfThere(`${folder}/${generated}/flake.nix`),
    files.readIfThere(`${folder}/${name}`),
    files.readJsonIfThere(`${folder}/${name}`, name),
    files.readJsonIfThere(`${folder}/flake.lock`, "flake.lock"),
  ]);
  return {
    flake,
    text,
    committed: committed === null ? null : parseLock(committed, name),
    root: root === null ? { nodes: {} } : parseLock(root, "flake.lock"),
  };
}

/**
 * The generated flake's lock: the provider's own pins, the committed ones of environments that are
 * still there, and new ones. Null where the provider's tool makes no generated flake.
 */
export async function generatedOf(
  tree: Tree,
  { flake, flakeInputs }: Evaluation,
  wishes: LockWishes,
  ports: LockPorts,
): Promise<Generated | null> {
  if (flake === null) return null;
  const locks = await locksOf(tree, ports);
  const { update = [] } = wishes;
  for (const name of update) refuseUnknown(name, Object.keys(flakeInputs), locks.root);
  const names = Object.keys(flakeInputs);
  const isDone = flake === locks.flake && isComplete(gapsOf(locks.root, locks.committed, flakeInputs));
  if (isDone && update.length === 0 && locks.committed !== null && locks.text !== null) {
    return { flake, lock: locks.text, pins: pinsNamed(locks.committed, names), unknown: [] };
  }
  ports.progress.step("locking the generated flake");
  const { lock, unknown } = await locked(flake, flakeInputs, locks, wishes, ports);
  return { flake, lock, pins: pinsNamed(parseLock(JSON.parse(lock), "the new lock"), names), unknown };
}

/** Unreachable inputs that are tried one by one before all that lack a pin are left out. */
const PATIENCE = 3;

async function locked(
  flake: string,
  inputs: Evaluation["flakeInputs"],
  { root, committed }: Locks,
  { update = [], lenient }: LockWishes,
  { locker, progress }: LockPorts,
): Promise<{ lock: string; unknown: string[] }> {
  const seed = seedOf(root, committed, inputs, update);
  const unknown: string[] = [];
  for (;;) {
    try {
      const made = await locker.lock(flake, lockText(withPlaceholders(seed, inputs, unknown)));
      for (const warning of made.warnings) progress.notice(warning);
      const lock = parseLock(JSON.parse(made.lock), "the new lock");
      return { lock: lockText(withoutInputs(lock, unknown)), unknown };
    } catch (error) {
      const isNew = error instanceof InputError && Object.hasOwn(inputs, error.input);
      if (!lenient || !isNew || unknown.includes(error.input) || update.includes(error.input)) throw error;
      const { missing } = gapsOf(root, committed, inputs);
      const more = unknown.length < PATIENCE ? [error.input] : [error.input, ...missing];
      unknown.push(...new Set(more.filter((name) => !unknown.includes(name))));
      progress.notice(`${error.message}; its revision is not known here and is given at merge`);
    }
  }
}

function refuseUnknown(name: string, known: readonly string[], root: Lock): void {
  if (known.includes(name)) return;
  if (Object.hasOwn(directInputs(root), name)) {
    const hint = `move it there: nix flake lock --update-input ${name}, from Nix 2.19 on: nix flake update ${name}`;
    throw new UsageError(`--update '${name}': flake.lock pins this input`, hint);
  }
  const near = nearest(name, known);
  const hint = near ? `did you mean '${near}'?` : `environments: ${known.join(", ")}`;
  throw new UsageError(`--update '${name}': there is no such environment or input`, hint);
}

/**
 * The pins of a base. What it plans and its lock does not hold yet is given at merge, as a uid is, so
 * it counts as the head's; so does everything where it has no lock at all.
 */
export function basePins(plan: Plan, committed: Lock | null, head: Generated): Pin[] {
  const names = [...new Set(head.pins.map(({ name }) => first(name)))];
  const held = pinsNamed(committed, [...Object.keys(plan.environments), ...names]);
  const isHeld = new Set(held.map(({ name }) => first(name)));
  const given = head.pins.filter(({ name }) => {
    if (isHeld.has(first(name))) return false;
    return committed === null || Object.hasOwn(plan.environments, first(name));
  });
  return [...held, ...given];
}

/** The head's pins; of what can't be resolved, the base's. */
export function headPins(head: Generated, base: readonly Pin[]): Pin[] {
  return [...head.pins, ...base.filter(({ name }) => head.unknown.includes(first(name)))];
}

function first(name: string): string {
  return name.split("/")[0] as string;
}

/**
 * Edits of the snapshot that are findings: a branch may move pins of the lock, and the manifest with
 * it, which shows as moved revisions.
 */
export function editsAmong(
  edited: readonly string[],
  [before, now]: readonly [Locks, Locks],
  inputs: Evaluation["flakeInputs"],
  generated: string,
): string[] {
  const lock = `${generated}/flake.lock`;
  const isMoved = edited.includes(lock) && now.committed !== null;
  if (!isMoved || straysIn(before.committed, now.committed, inputs).length > 0) return [...edited];
  return edited.filter((path) => path !== lock && path !== `${generated}/manifest.json`);
}
