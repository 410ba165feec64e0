import type { JsonObject } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { refuseChanged } from "../fleets/hostenv/reservations.ts";
import { type Plan, parsePlan, parseState, type State } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { History } from "../ports/history.ts";

/** What the state verbs need of the world. */
export interface StatePorts {
  readonly files: Files;
  readonly history: History;
  /** The provider's folder, and the snapshot's folder below it. */
  readonly directory: string;
  readonly generated: string;
}

/** Which files are meant, where not the snapshot's. */
export interface StateInputs {
  readonly state?: string | undefined;
  readonly plan?: string | undefined;
}

/** A state.json that was read and found sound. */
export interface StateFile {
  readonly path: string;
  readonly name: string;
  /** As it is in the file. */
  readonly json: JsonObject;
  readonly state: State;
}

/** Where the plan is, and what errors call it. */
export function planPath({ plan }: StateInputs, { directory, generated }: StatePorts): [string, string] {
  const name = `${generated}/plan.json`;
  return plan === undefined ? [`${directory}/${name}`, name] : [plan, plan];
}

/**
 * Reads state.json and checks what must hold of it. Throws HostenvError `file-not-found`, those of
 * `readJson` and `parseState`, and `reservation-changed` where HEAD reserves what it does not.
 */
export async function readState(inputs: StateInputs, ports: StatePorts): Promise<StateFile> {
  const fallback = `${ports.generated}/state.json`;
  const [path, name] = inputs.state
    ? [inputs.state, inputs.state]
    : [`${ports.directory}/${fallback}`, fallback];
  const edited = ports.history.edited(path);
  const json = await ports.files.readJsonIfThere(path, name);
  if (json === null) {
    const hint = "write it with: hostenv-provider plan; or name another one: --state FILE";
    throw new HostenvError("file-not-found", `there is no file ${name}`, hint);
  }
  const state = parseState(json, name);
  const head = (await edited) ? await ports.history.committed(path, "head") : null;
  const earlier = head === null ? null : readable(head, name);
  if (earlier) refuseChanged(earlier, state, name);
  return { path, name, json: json as JsonObject, state };
}

// What HEAD holds may be the very damage that the file on disk repairs.
function readable(text: string, name: string): State | null {
  try {
    return parseState(JSON.parse(text), name);
  } catch {
    return null;
  }
}

/** The plan beside the state, null where there is none and none was named. */
export async function readPlan(inputs: StateInputs, ports: StatePorts): Promise<Plan | null> {
  if (inputs.plan !== undefined) return parsePlan(await ports.files.readJson(inputs.plan), inputs.plan);
  const [path, name] = planPath(inputs, ports);
  const json = await ports.files.readJsonIfThere(path, name);
  return json === null ? null : parsePlan(json, name);
}
