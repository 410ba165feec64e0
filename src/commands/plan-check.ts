import { isObject, type JsonValue } from "../domain/json.ts";
import { discrepanciesIn, MANIFEST } from "../domain/manifest.ts";
import {
  type Difference,
  differencesOf,
  type SnapshotCheck,
  snapshotCheck,
} from "../domain/snapshot-check.ts";
import { gapsOf } from "../fleets/hostenv/locks.ts";
import type { Files } from "../ports/files.ts";
import type { Evaluation } from "../ports/flakes.ts";
import { locksOf } from "./plan-lock.ts";
import { evaluated, type SidePorts } from "./plan-sides.ts";

/** What `plan --check` answers: 0 the snapshot is what the inputs give, 2 it is not. */
export interface CheckVerdict {
  readonly exitCode: 0 | 2;
  readonly check: SnapshotCheck;
}

/** Places of one file that are named before the rest is left out. */
const PLACES = 10;

/** Compares the committed snapshot with what the inputs give. Writes and locks nothing. */
export async function checkSnapshot(system: string, ports: SidePorts): Promise<CheckVerdict> {
  const tree = await ports.snapshot.steadily(() => ports.trees.current(null));
  const evaluation = await evaluated(tree, system, ports);
  const folder = `${tree.folder === "" ? tree.root : `${tree.root}/${tree.folder}`}/${ports.generated}`;
  const json = (name: string) =>
    ports.files.readJsonIfThere(`${folder}/${name}`, `${ports.generated}/${name}`);
  const differences = [
    ...inJson("plan.json", settled(await json("plan.json")), settled(evaluation.plan)),
    ...inJson("state.json", await json("state.json"), evaluation.state),
    ...(await inFlake(folder, evaluation, ports.files)),
    ...inLock(await locksOf(tree, ports), evaluation),
    ...inManifest(await ports.snapshot.read()),
  ];
  const check = snapshotCheck(differences, "hostenv-provider plan");
  return { exitCode: check.result === "match" ? 0 : 2, check };
}

function inJson(file: string, committed: JsonValue, wanted: JsonValue): Difference[] {
  if (committed === null) return [{ file, path: "", reason: "missing" }];
  return differencesOf(file, withoutDescription(committed), wanted, PLACES);
}

// Free text of the existing tool.
function withoutDescription(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const { _description, ...rest } = value;
  return rest;
}

// `previousNode` says where data was before this plan, so it is gone with the next.
function settled(plan: JsonValue): JsonValue {
  if (!isObject(plan) || !isObject(plan.environments)) return plan;
  const environments = Object.entries(plan.environments).map(([name, environment]) => {
    if (!isObject(environment)) return [name, environment];
    const { previousNode, ...rest } = environment;
    return [name, rest];
  });
  return { ...plan, environments: Object.fromEntries(environments) };
}

async function inFlake(folder: string, { flake }: Evaluation, files: Files): Promise<Difference[]> {
  const committed = flake === null ? null : await files.readIfThere(`${folder}/flake.nix`);
  if (committed === flake) return [];
  return [{ file: "flake.nix", path: "", reason: committed === null ? "missing" : "differs" }];
}

function inManifest(files: Readonly<Record<string, string>>): Difference[] {
  const found = discrepanciesIn(files);
  if (found === null) return [{ file: MANIFEST, path: "", reason: "missing" }];
  return found.map(({ file }) => ({ file: MANIFEST, path: file, reason: "differs" }));
}

function inLock(
  { root, committed }: Awaited<ReturnType<typeof locksOf>>,
  { flake, flakeInputs }: Evaluation,
): Difference[] {
  const file = "flake.lock";
  if (flake === null) return [];
  if (committed === null) return [{ file, path: "", reason: "missing" }];
  const gaps = gapsOf(root, committed, flakeInputs);
  const named = (names: readonly string[], reason: Difference["reason"]) =>
    names.map((path) => ({ file, path, reason }));
  return [
    ...named(gaps.missing, "missing"),
    ...named(gaps.stale, "stale"),
    ...named(gaps.differing, "differs"),
  ];
}
