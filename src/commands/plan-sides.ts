import { heldIn, MEMORY, parseMemory } from "../domain/dns/memory.ts";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { emptySide, type HostenvSide } from "../fleets/hostenv/facts.ts";
import { pinsOf } from "../fleets/hostenv/pins.ts";
import { type Lock, type Plan, parseLock, parsePlan } from "../fleets/hostenv/schema.ts";
import { sourcesAmong } from "../fleets/hostenv/sources.ts";
import type { Snapshot } from "../ports/files.ts";
import type { Evaluation, Evaluator, Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import {
  basePins,
  editsAmong,
  type Generated,
  generatedOf,
  headPins,
  type LockPorts,
  type LockWishes,
  locksOf,
} from "./plan-lock.ts";
import {
  folderOf,
  givenState,
  type Pruning,
  pruningOf,
  STATE_FILE,
  stateOf,
  stateText,
  withoutPruning,
} from "./plan-state.ts";

/** What finding both sides of a plan needs of the world. */
export interface SidePorts extends LockPorts {
  readonly evaluator: Evaluator;
  readonly trees: Trees;
  readonly snapshot: Snapshot;
  /** The provider's folder; `generated` is the snapshot's folder below it. */
  readonly directory: string;
}

/** Which sides are wanted. */
export interface SideInputs extends LockWishes {
  readonly base?: string | undefined;
  readonly basePlan?: string | undefined;
  readonly state?: string | undefined;
  readonly system: string;
}

/** Both sides of a plan, and the evaluation that becomes the new snapshot. */
export interface Sides {
  readonly head: HostenvSide;
  readonly base: HostenvSide;
  readonly evaluation: Evaluation;
  /** The generated flake to write, null where the provider's tool makes none. */
  readonly generated: Generated | null;
  /** The copies both were evaluated from; null where the base is none. */
  readonly trees: { readonly base: Tree | null; readonly head: Tree };
  /** As others know them. */
  readonly commits: { readonly base: string | null; readonly head: string | null };
  readonly folder: string;
}

/** The working tree's side, and the base's: evaluated, read from a file, or as committed at HEAD. */
export async function sidesOf(inputs: SideInputs, ports: SidePorts): Promise<Sides> {
  if (inputs.base !== undefined) return besideReference(inputs.base, inputs, ports);
  const now = await currentTree(await givenState(inputs.state, ports.files), ports);
  if (inputs.basePlan !== undefined) return besideFile(inputs.basePlan, now, inputs, ports);
  return besideCommit(now, inputs, ports);
}

async function besideReference(reference: string, inputs: SideInputs, ports: SidePorts): Promise<Sides> {
  ports.progress.step(`fetching ${reference}`);
  const before = await ports.trees.at(reference);
  if (!before.files.includes("flake.nix")) {
    ports.progress.notice(`${reference} holds no flake.nix in this folder: everything is new`);
    const now = await currentTree(await givenState(inputs.state, ports.files), ports);
    return besideNothing(now, inputs, ports);
  }
  await warnWhenBehind(reference, before, ports);
  // Uids and hostnames are reserved by what was merged, so a branch starts from its base's state.
  const given = await givenState(inputs.state, ports.files);
  const now = await currentTree(given ?? (await stateText(before, ports)), ports);
  refuseBare(reference, before, now);
  const reserved = new Set(Object.keys(await stateOf(now, ports)));
  const edited = before.commit && now.commit ? await ports.trees.edited(before.commit, ports.generated) : [];
  const pruning = given === null ? await pruningOf(before, now, edited, ports) : null;
  ports.progress.step("evaluating base and head");
  const old = ports.evaluator.evaluate(before, inputs.system);
  const [base, { evaluation, generated, pruned }] = await Promise.all([
    old,
    plannedBranch(now, pruning, old, inputs, ports),
  ]);
  ports.progress.step("comparing");
  const locks = [await locksOf(before, ports), await locksOf(now, ports)] as const;
  const shown = withoutPruning(
    editsAmong(edited, locks, evaluation.flakeInputs, ports.generated),
    pruned,
    ports.generated,
  );
  // What the base's state does not hold yet is numbered anew on both sides, and again at merge.
  const sides = {
    base: { ...(await sideOf(before, base, ports)), reserved },
    head: {
      ...(await sideOf(now, evaluation, ports)),
      reserved,
      edited: shown,
      pruned,
      held: await heldBy(before, ports),
    },
  };
  return {
    ...withPins(sides, generated, locks[0].committed),
    evaluation,
    generated,
    trees: { base: before, head: now },
    commits: { base: before.source, head: now.source },
    folder: now.folder,
  };
}

// Where one of the two sides still plans what is released, its data and its sites are on a node: the base's
// state counts, as if nothing were released.
async function plannedBranch(
  now: Tree,
  pruning: Pruning | null,
  base: Promise<Evaluation>,
  inputs: SideInputs,
  ports: SidePorts,
): Promise<Planned & { readonly pruned: readonly string[] }> {
  if (pruning && !plansAny((await base).plan, pruning.names)) {
    const found = await planned(await currentTree(pruning.state, ports), inputs, ports);
    if (!plansAny(found.evaluation.plan, pruning.names)) return { ...found, pruned: pruning.names };
  }
  return { ...(await planned(now, inputs, ports)), pruned: [] };
}

function plansAny(plan: JsonValue, names: readonly string[]): boolean {
  const { environments } = parsePlan(plan, "the evaluated plan");
  return names.some((name) => Object.hasOwn(environments, name));
}

// Without it the rest of the plan is as good as before, but somebody has to know that nobody looked.
async function heldBy(
  base: Tree,
  { files, generated, progress }: SidePorts,
): Promise<NonNullable<HostenvSide["held"]>> {
  try {
    const json = await files.readJsonIfThere(`${folderOf(base)}/${generated}/${MEMORY}`, MEMORY);
    return json === null ? [] : heldIn(parseMemory(json, MEMORY));
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    progress.notice(
      `whether moves off nodes still wait is not known of the base: ${error.message}; ${error.hint}`,
    );
    return [];
  }
}

// Another run may replace the snapshot while it is copied: half of it, or none, would number
// environments anew.
async function currentTree(state: string | null, { trees, snapshot }: SidePorts): Promise<Tree> {
  return await snapshot.steadily(() => trees.current(state));
}

async function besideFile(path: string, now: Tree, inputs: SideInputs, ports: SidePorts): Promise<Sides> {
  // The base's file is read and checked while Nix evaluates.
  const [found, plan] = await Promise.all([
    planned(now, inputs, ports),
    ports.files.readJson(path).then((json) => parsePlan(json, path)),
  ]);
  return withoutOrigin(now, found, plan, ports);
}

// Without a named base, what is committed is what a new plan replaces. The file on disk is no base:
// a second run would compare with the first one's answer and find nothing wrong.
async function besideCommit(now: Tree, inputs: SideInputs, ports: SidePorts): Promise<Sides> {
  const before = now.commit === null ? null : await ports.trees.at(now.commit);
  const path = before && `${folderOf(before)}/${ports.generated}/plan.json`;
  const committed = path && (await ports.files.readJsonIfThere(path, `${ports.generated}/plan.json`));
  if (!before || !committed) return besideNothing(now, inputs, ports);
  const plan = parsePlan(committed, `${ports.generated}/plan.json`);
  const { evaluation, generated } = await planned(now, inputs, ports);
  const sides = {
    base: { ...(await originOf(before, evaluation, ports)), plan },
    head: await sideOf(now, evaluation, ports),
  };
  return {
    ...withPins(sides, generated, (await locksOf(before, ports)).committed),
    evaluation,
    generated,
    trees: { base: before, head: now },
    commits: { base: before.source, head: now.source },
    folder: now.folder,
  };
}

async function besideNothing(now: Tree, inputs: SideInputs, ports: SidePorts): Promise<Sides> {
  return withoutOrigin(now, await planned(now, inputs, ports), emptySide.plan, ports);
}

// What a plan file was made from is not in it: nothing is known to differ.
async function withoutOrigin(
  now: Tree,
  { evaluation, generated }: Planned,
  plan: Plan,
  ports: SidePorts,
): Promise<Sides> {
  const head = await sideOf(now, evaluation, ports);
  return {
    ...withPins({ base: { ...head, plan }, head }, generated, null),
    evaluation,
    generated,
    trees: { base: null, head: now },
    commits: { base: null, head: now.source },
    folder: now.folder,
  };
}

/** An evaluation, and the generated flake it gives. */
interface Planned {
  readonly evaluation: Evaluation;
  readonly generated: Generated | null;
}

async function planned(now: Tree, inputs: SideInputs, ports: SidePorts): Promise<Planned> {
  const evaluation = await evaluated(now, inputs.system, ports);
  return { evaluation, generated: await generatedOf(now, evaluation, inputs, ports) };
}

function withPins(
  { base, head }: Pick<Sides, "base" | "head">,
  generated: Generated | null,
  committed: Lock | null,
): Pick<Sides, "base" | "head"> {
  if (generated === null) return { base, head };
  const old = basePins(base.plan, committed, generated);
  return {
    base: { ...base, pins: [...base.pins, ...old] },
    head: { ...head, pins: [...head.pins, ...headPins(generated, old)] },
  };
}

/** A tree's evaluation. Throws HostenvError where its reservations can't be read or are kept elsewhere. */
export async function evaluated(now: Tree, system: string, ports: SidePorts): Promise<Evaluation> {
  await stateOf(now, ports);
  ports.progress.step("evaluating");
  const evaluation = await ports.evaluator.evaluate(now, system);
  if (evaluation.stateFile === STATE_FILE) return evaluation;
  throw new HostenvError(
    "state-path",
    `provider.statePath is ${evaluation.stateFile}, and plan keeps reservations in ${STATE_FILE}`,
    `move the file to ${STATE_FILE} and remove the setting`,
  );
}

// Reservations would begin anew from a base beside which no snapshot lies.
function refuseBare(reference: string, before: Tree, now: Tree): void {
  if (now.commit === now.source || before.commit !== before.source) return;
  throw new HostenvError(
    "base-without-snapshot",
    `--base '${reference}' has no snapshot: the one of HEAD comes from a branch of its own`,
    `hostenv-provider snapshot checkout --base ${reference}, and give plan the base that it says`,
  );
}

async function warnWhenBehind(
  reference: string,
  before: Tree,
  { trees, progress }: SidePorts,
): Promise<void> {
  if (before.commit === null || (await trees.contains(before.commit)) !== false) return;
  progress.notice(
    `this branch does not contain ${reference}: what is new there shows as undone here; merge or rebase first`,
  );
}

async function sideOf(tree: Tree, evaluation: Evaluation, ports: SidePorts): Promise<HostenvSide> {
  const plan = parsePlan(evaluation.plan, "the evaluated plan");
  return { ...(await originOf(tree, evaluation, ports)), plan };
}

async function originOf(
  tree: Tree,
  { sourceFolders }: Evaluation,
  ports: SidePorts,
): Promise<Omit<HostenvSide, "plan">> {
  const paths = sourcesAmong(tree.files, sourceFolders, ports.generated);
  const hashes = await ports.files.hashes(folderOf(tree), paths);
  const lock = await ports.files.readJsonIfThere(`${folderOf(tree)}/flake.lock`, "flake.lock");
  return {
    pins: lock === null ? [] : pinsOf(parseLock(lock, "flake.lock")),
    sources: paths.map((path, index) => ({ path, sha256: hashes[index] as string })),
    nodesFolder: sourceFolders.nodes,
  };
}
