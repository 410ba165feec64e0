import { type Memory, NOTHING, parseMemory } from "../domain/dns/memory.ts";
import { discrepanciesIn, MANIFEST, type Manifest, manifestIn, type Texts } from "../domain/manifest.ts";
import { planId } from "../domain/review.ts";
import { HostenvError } from "../errors.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { hostenv } from "../fleets/hostenv/kind.ts";
import { pinsNamed } from "../fleets/hostenv/locks.ts";
import { directInputs, pinsOf } from "../fleets/hostenv/pins.ts";
import { type Lock, parseLock, parsePlan, parseState, type State } from "../fleets/hostenv/schema.ts";
import { sourcesAmong } from "../fleets/hostenv/sources.ts";
import type { Files, Snapshot } from "../ports/files.ts";
import type { Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import { folderOf } from "./plan-state.ts";

/** What reading the snapshot needs of the world. */
export interface SnapshotPorts {
  readonly trees: Trees;
  readonly snapshot: Snapshot;
  readonly files: Files;
  /** The snapshot's folder below the provider's. */
  readonly generated: string;
}

/** The snapshot that is deployed, as one run of a plan wrote it. */
export interface Deployable {
  readonly tree: Tree;
  readonly side: HostenvSide;
  readonly planId: string;
  /** What is reserved for good. */
  readonly state: State;
  /** The text of dns-gate.json, null where the gate has not run. */
  readonly memory: string | null;
}

/**
 * Reads the snapshot of the working tree and checks that it is whole. Throws HostenvError `snapshot-missing`,
 * `snapshot-torn` where it is not as one plan wrote it, `plan-stale` where what it was planned from has changed
 * since, `plan-changed` where it is not the plan asked for.
 */
export async function deployable(asked: string | undefined, ports: SnapshotPorts): Promise<Deployable> {
  const [tree, texts] = await ports.snapshot.steadily(async () =>
    Promise.all([ports.trees.current(null), ports.snapshot.read()]),
  );
  const manifest = manifestIn(texts) ?? refuseTorn(texts, ports.generated);
  const side = await sideOf(tree, manifest, ports);
  const id = planId(hostenv, side);
  if (id !== manifest.planId) throw stale(manifest.planId, id);
  if (asked !== undefined && asked !== id) throw changed(asked, id);
  const memory = await ports.files.readIfThere(`${folderOf(tree)}/${ports.generated}/dns-gate.json`);
  return { tree, side, planId: id, state: stateIn(texts, ports.generated), memory };
}

/** What the DNS gate remembers, by the snapshot. Throws HostenvError as `parseMemory` does. */
export function memoryIn({ memory }: Deployable, generated: string): Memory {
  return memory === null ? NOTHING : parseMemory(JSON.parse(memory), `${generated}/dns-gate.json`);
}

function stateIn({ "state.json": text = "{}" }: Texts, generated: string): State {
  return parseState(JSON.parse(text), `${generated}/state.json`);
}

function refuseTorn(texts: Readonly<Record<string, string>>, generated: string): never {
  const found = discrepanciesIn(texts);
  const hint = "restore it from git, or write it again and commit it: hostenv-provider plan";
  if (found === null) {
    const message = `${generated}/${MANIFEST} is not there: nothing says that the snapshot is whole`;
    throw new HostenvError("snapshot-missing", message, hint);
  }
  const names = found.map(({ file, how }) => `${generated}/${file} (${how})`).join(", ");
  throw new HostenvError("snapshot-torn", `the snapshot is not as one plan wrote it: ${names}`, hint);
}

// What the plan was made from: the files and pins that its id was made from.
async function sideOf(
  tree: Tree,
  { sourceFolders = { nodes: "nodes", secrets: "secrets" } }: Manifest,
  { files, generated }: SnapshotPorts,
): Promise<HostenvSide> {
  const json = (name: string) => files.readJsonIfThere(`${folderOf(tree)}/${name}`, name);
  const plan = parsePlan(await json(`${generated}/plan.json`), `${generated}/plan.json`);
  const paths = sourcesAmong(tree.files, sourceFolders, generated);
  const hashes = await files.hashes(folderOf(tree), paths);
  const [own, made] = await Promise.all(["flake.lock", `${generated}/flake.lock`].map(json));
  const root = parseLock(own ?? { nodes: {} }, "flake.lock");
  const lock = made == null ? null : parseLock(made, `${generated}/flake.lock`);
  return {
    plan,
    pins: [...pinsOf(root), ...pinsNamed(lock, addedInputs(root, lock))],
    sources: paths.map((path, index) => ({ path, sha256: hashes[index] as string })),
    nodesFolder: sourceFolders.nodes,
  };
}

// Environments, and what else only the generated flake names.
function addedInputs(root: Lock, lock: Lock | null): string[] {
  const own = directInputs(root);
  return Object.keys(lock ? directInputs(lock) : {}).filter((name) => !Object.hasOwn(own, name));
}

function stale(planned: string, found: string): HostenvError {
  return new HostenvError(
    "plan-stale",
    `files or pins changed since the snapshot was planned: it says ${planned.slice(0, 12)}, they give ${found.slice(0, 12)}`,
    "write the snapshot again and commit it: hostenv-provider plan",
  );
}

function changed(asked: string, found: string): HostenvError {
  return new HostenvError(
    "plan-changed",
    `the snapshot holds the plan ${found.slice(0, 12)}, not ${asked.slice(0, 12)}`,
    "check out the commit whose snapshot that plan is, or leave out --plan-id",
  );
}
