import { MEMORY, type Memory, parseMemory } from "../domain/dns/memory.ts";
import type { Site } from "../domain/dns/site.ts";
import { HostenvError } from "../errors.ts";
import { switchesOf } from "../fleets/hostenv/hostnames.ts";
import { type Plan, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Files, Snapshot } from "../ports/files.ts";
import { document } from "../render/json.ts";

/** Which files are meant, where not the snapshot's. */
export interface GateFileInputs {
  readonly plan?: string | undefined;
  readonly memory?: string | undefined;
  readonly output?: string | undefined;
}

/** What the gate needs of the disk. */
export interface GateFilePorts {
  readonly files: Files;
  readonly snapshot: Snapshot;
  /** Makes git know of new files; returns those it did not know. */
  readonly track: (paths: readonly string[]) => Promise<readonly string[]>;
  /** The provider's folder, and the snapshot's folder below it. */
  readonly directory: string;
  readonly generated: string;
}

/** What a run of the gate starts from. */
export interface GateFiles {
  readonly plan: Plan;
  /** As it is on the disk; null where no merged plan is wanted. */
  readonly text: string | null;
  readonly memory: Memory | null;
  /** What people call the memory's file. */
  readonly name: string;
}

/** What is to be written: null for what is there already, or is not wanted. */
export interface GateTexts {
  readonly memory: string | null;
  readonly output: string | null;
}

/**
 * Reads the desired plan and the memory. Throws HostenvError `file-not-found` without a plan, `gate-memory`, and
 * those of `readJson` and `parsePlan`.
 */
export async function readGateFiles(inputs: GateFileInputs, ports: GateFilePorts): Promise<GateFiles> {
  const { files, directory, generated } = ports;
  const planName = inputs.plan ?? `${generated}/plan.json`;
  const path = inputs.plan ?? `${directory}/${planName}`;
  const json = await files.readJsonIfThere(path, planName);
  if (json === null) {
    const hint = "write it with: hostenv-provider plan; or name another one: --plan FILE";
    throw new HostenvError("file-not-found", `there is no file ${planName}`, hint);
  }
  const name = inputs.memory ?? `${generated}/${MEMORY}`;
  return {
    plan: parsePlan(json, planName),
    text: inputs.output === undefined ? null : await files.readIfThere(path),
    memory: await readMemory(inputs.memory ?? `${directory}/${name}`, name, files),
    name,
  };
}

// A file of nothing but `null` is there, and no memory.
async function readMemory(path: string, name: string, files: Files): Promise<Memory | null> {
  const json = await files.readJsonIfThere(path, name);
  const isMissing = json === null && (await files.readIfThere(path)) === null;
  return isMissing ? null : parseMemory(json, name);
}

/** What a decision leaves to be written. `off`: the sites of the off-list. */
export async function textsOf(
  { plan, text }: GateFiles,
  memory: Memory | null,
  off: readonly Site[],
  inputs: GateFileInputs,
  { files }: GateFilePorts,
): Promise<GateTexts> {
  const merged = text === null ? null : files.withFalse(text, switchesOf(plan, off));
  const there = inputs.output === undefined ? null : await files.readIfThere(inputs.output);
  return { memory: memory && document(memory), output: merged === there ? null : merged };
}

/**
 * Writes what is to be written, each file whole or not at all. The merged plan goes first: where it can't be
 * written, the memory is as it was. Returns new files that git was told of.
 */
export async function writeGateFiles(
  texts: GateTexts,
  inputs: GateFileInputs,
  ports: GateFilePorts,
): Promise<readonly string[]> {
  const { files, snapshot, generated } = ports;
  if (texts.output !== null && inputs.output !== undefined) await files.write(inputs.output, texts.output);
  if (texts.memory === null) return [];
  if (inputs.memory !== undefined) {
    await files.write(inputs.memory, texts.memory);
    return [];
  }
  await snapshot.replace(MEMORY, texts.memory);
  return await ports.track([`${generated}/${MEMORY}`]);
}
