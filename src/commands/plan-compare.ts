import { type Moving, movingOf } from "../domain/moving.ts";
import { movingDifferences } from "../fleets/hostenv/moving.ts";
import { parsePlan } from "../fleets/hostenv/schema.ts";
import { evaluated, type SidePorts } from "./plan-sides.ts";
import { givenState } from "./plan-state.ts";

/** What `plan --compare-with` answers: 0 only what is so on purpose differs, 2 something else does. */
export interface MovingVerdict {
  readonly exitCode: 0 | 2;
  readonly moving: Moving;
}

/** Compares what the inputs give with another tool's plan of them. Writes and locks nothing. */
export async function compareWith(
  path: string,
  inputs: { readonly state?: string | undefined; readonly system: string },
  ports: SidePorts,
): Promise<MovingVerdict> {
  const theirs = parsePlan(await ports.files.readJson(path), path);
  const state = await givenState(inputs.state, ports.files);
  const tree = await ports.snapshot.steadily(() => ports.trees.current(state));
  const { plan } = await evaluated(tree, inputs.system, ports);
  const moving = movingOf(movingDifferences(theirs, parsePlan(plan, "the evaluated plan")));
  return { exitCode: moving.result === "differs" ? 2 : 0, moving };
}
