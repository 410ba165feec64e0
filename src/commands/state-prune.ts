import { z } from "zod";
import { isObject, type JsonValue } from "../domain/json.ts";
import { MANIFEST, manifestIn, manifestOf, type Texts } from "../domain/manifest.ts";
import { nearest } from "../domain/nearest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { holdsMore, type Reservation, reservationsIn, withReleased } from "../fleets/hostenv/reservations.ts";
import type { Snapshot } from "../ports/files.ts";
import { document } from "../render/json.ts";
import { planPath, readPlan, readState, type StatePorts } from "./state-file.ts";

/** Inputs of `state prune`. */
export const statePruneInputs = z.strictObject({
  state: z.string().optional(),
  plan: z.string().optional(),
  keep: z.array(z.string()).default([]),
  yes: z.boolean().default(false),
  force: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

type Inputs = z.infer<typeof statePruneInputs>;

/** Why an entry that is no longer planned stays: by `--keep`, or since a committed plan still has it. */
export type KeptReason = "kept" | "still-served";

/** What `state prune` releases, and what it does not. */
export interface Pruning {
  readonly pruned: readonly Reservation[];
  readonly kept: readonly { readonly user: string; readonly reason: KeptReason }[];
  readonly written: boolean;
  readonly name: string;
  readonly finish?: () => Promise<void>;
}

/** What `state prune` needs of the world. */
export interface PrunePorts extends StatePorts {
  readonly snapshot: Snapshot;
}

/**
 * Releases the hostnames of environments that no plan has any more; their uids stay reserved. `finish`
 * writes it. Nobody else writes the snapshot from the moment it is read.
 */
export async function statePrune(inputs: Inputs, ports: PrunePorts): Promise<Pruning> {
  const isOwn = inputs.state === undefined;
  if (!inputs.yes || inputs.dryRun)
    return isOwn ? ports.snapshot.steadily(() => found(inputs, ports)) : found(inputs, ports);
  if (!isOwn) return found(inputs, ports);
  await ports.snapshot.lock();
  try {
    await ports.snapshot.recover();
    const pruning = await found(inputs, ports);
    if (!pruning.finish) await ports.snapshot.unlock();
    return pruning;
  } catch (error) {
    await ports.snapshot.unlock();
    throw error;
  }
}

async function found(inputs: Inputs, ports: PrunePorts): Promise<Pruning> {
  const file = await readState(inputs, ports);
  for (const user of inputs.keep) refuseUnknown(user, Object.keys(file.state));
  const planned = await plannedNow(inputs, ports);
  const served = inputs.force ? new Set<string>() : await plannedInGit(ports);
  const open = reservationsIn(file.state).filter((each) => holdsMore(each) && !planned.has(each.user));
  const reasonOf = ({ user }: Reservation): KeptReason | null =>
    inputs.keep.includes(user) ? "kept" : served.has(user) ? "still-served" : null;
  const pruned = open.filter((each) => reasonOf(each) === null);
  const kept = open.flatMap((each) => {
    const reason = reasonOf(each);
    return reason === null ? [] : [{ user: each.user, reason }];
  });
  const written = pruned.length > 0 && inputs.yes && !inputs.dryRun;
  const text = document(withReleased(file.json, new Set(pruned.map(({ user }) => user))));
  const finish = () =>
    inputs.state === undefined ? writeSnapshot(text, ports) : ports.files.write(file.path, text);
  return { pruned, kept, written, name: file.name, ...(written ? { finish } : {}) };
}

function refuseUnknown(user: string, known: readonly string[]): void {
  if (known.includes(user)) return;
  // The hash at the end is what people leave out.
  const near = nearest(user, known) ?? known.find((name) => user !== "" && name.startsWith(user));
  const hint = near ? `did you mean '${near}'?` : "hostenv-provider state list shows the names";
  throw new UsageError(`--keep '${user}': state.json has no such environment`, hint);
}

// What is planned is never released, with --force neither, so there is nothing to do without a plan.
async function plannedNow(inputs: Inputs, ports: StatePorts): Promise<Set<string>> {
  const plan = await readPlan(inputs, ports);
  if (plan) return new Set(Object.keys(plan.environments));
  const [, name] = planPath(inputs, ports);
  const hint = "write it with: hostenv-provider plan; or name another one: --plan FILE";
  throw new HostenvError("file-not-found", `there is no file ${name}, so nobody knows what is planned`, hint);
}

// Where a removal is not yet committed, or not merged, nodes still answer for the hostnames.
async function plannedInGit(ports: StatePorts): Promise<Set<string>> {
  const snapshot = planPath({}, ports)[0];
  const texts = await Promise.all(
    (["head", "upstream"] as const).map((at) => ports.history.committed(snapshot, at)),
  );
  return new Set(texts.flatMap((text) => (text === null ? [] : environmentsIn(text))));
}

function environmentsIn(text: string): string[] {
  try {
    const plan = JSON.parse(text) as JsonValue;
    return isObject(plan) && isObject(plan.environments) ? Object.keys(plan.environments) : [];
  } catch (cause) {
    const hint = "commit a plan that can be read, or release all the same: --force";
    throw new HostenvError(
      "file-not-json",
      "the committed plan.json is no JSON, so nobody knows what is served",
      hint,
      cause,
    );
  }
}

async function writeSnapshot(text: string, { snapshot }: PrunePorts): Promise<void> {
  try {
    const files = await snapshot.read();
    await snapshot.write({ ...files, "state.json": text, ...manifestFor(files, text) });
  } finally {
    await snapshot.unlock();
  }
}

// A manifest knows its files by their content. One that did not fit before must go on saying so.
function manifestFor(files: Texts, text: string): Texts {
  const manifest = manifestIn(files);
  return manifest ? { [MANIFEST]: document(manifestOf({ ...files, "state.json": text }, manifest)) } : {};
}
