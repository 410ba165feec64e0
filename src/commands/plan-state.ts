import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { prunedBy, refuseChanged } from "../fleets/hostenv/reservations.ts";
import { parseState, type State } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";

/** What reading reservations needs of the world. */
export interface StatePorts {
  readonly files: Files;
  readonly trees: Trees;
  /** The snapshot's folder below the provider's. */
  readonly generated: string;
}

/** Where a copy holds its state, whatever the snapshot's folder is called. */
export const STATE_FILE = "generated/state.json";

/** A tree's reservations: a state that can't be read is told before Nix stumbles over it. */
export async function stateOf(tree: Tree, { files, generated }: StatePorts): Promise<State> {
  const name = `${generated}/state.json`;
  const state = await files.readJsonIfThere(`${folderOf(tree)}/${STATE_FILE}`, name);
  return state === null ? {} : parseState(state, name);
}

/** The text of a tree's state.json. */
export async function stateText(tree: Tree, { files }: StatePorts): Promise<string> {
  return (await files.readIfThere(`${folderOf(tree)}/${STATE_FILE}`)) ?? "{}";
}

/** The state a user names, null where none is named. */
export async function givenState(state: string | undefined, files: Files): Promise<string | null> {
  return state === undefined ? null : JSON.stringify(parseState(await files.readJson(state), state));
}

/** Absolute folder of a tree's flake. */
export function folderOf({ root, folder }: Tree): string {
  return folder === "" ? root : `${root}/${folder}`;
}

/**
 * Refuses a new state that forgets or renumbers what HEAD reserves: a base that is older than HEAD would,
 * and so would a state.json that lost an entry. Throws HostenvError `reservation-changed`. While a merge is
 * under way HEAD is only one of its sides.
 */
export async function refuseForgetting(
  state: JsonValue,
  head: string | null,
  ports: StatePorts,
): Promise<void> {
  if (head === null || (await ports.trees.isMerging())) return;
  const reserved = await stateOf(await ports.trees.at(head), ports).catch((error: unknown) => {
    // Damage that is committed is what a new state may repair.
    if (error instanceof HostenvError) return {};
    throw error;
  });
  refuseChanged(reserved, parseState(state, "the new state"), `${ports.generated}/state.json`);
}

/** Reservations a branch releases, and its state.json without them. */
export interface Pruning {
  readonly names: readonly string[];
  readonly state: string;
}

/** What a branch commits to state.json, where it only releases what the base still reserves. */
export async function pruningOf(
  before: Tree,
  now: Tree,
  edited: readonly string[],
  ports: StatePorts,
): Promise<Pruning | null> {
  if (now.commit === null || !edited.includes(`${ports.generated}/state.json`)) return null;
  const committed = await ports.trees.at(now.commit);
  const state = await stateOf(committed, ports).catch((error: unknown) => {
    // It is not read but for this, and is told as an edit.
    if (error instanceof HostenvError) return null;
    throw error;
  });
  const names = state && prunedBy(await stateOf(before, ports), state);
  return names && names.length > 0 ? { names, state: JSON.stringify(state) } : null;
}

/** Edits of the snapshot without those that a release is told by. */
export function withoutPruning(
  edited: readonly string[],
  pruned: readonly string[],
  generated: string,
): string[] {
  const told = pruned.length > 0 ? [`${generated}/state.json`, `${generated}/manifest.json`] : [];
  return edited.filter((path) => !told.includes(path));
}
