import { z } from "zod";
import { type Reservation, reservationsIn } from "../fleets/hostenv/reservations.ts";
import type { Added } from "../ports/history.ts";
import { readPlan, readState, type StatePorts } from "./state-file.ts";

/** Inputs of `state list`. */
export const stateListInputs = z.strictObject({
  state: z.string().optional(),
  plan: z.string().optional(),
  // Nothing is changed in any case.
  dryRun: z.boolean().default(false),
});

/** One line of `state list`. */
export interface Listed extends Reservation {
  /** Null where there is no plan to look at. */
  readonly planned: boolean | null;
  readonly since: Added | null;
}

// How `plan` writes the beginning of an entry.
const ENTRY = / {2}("(?:[^"\\]|\\.)*"): \{/;

/** Everything that is reserved, whether it is still planned, and since when. */
export async function stateList(
  inputs: z.infer<typeof stateListInputs>,
  ports: StatePorts,
): Promise<Listed[]> {
  const path = inputs.state ?? `${ports.directory}/${ports.generated}/state.json`;
  const added = ports.history.firstAdded(path, ENTRY);
  const [{ state }, plan] = await Promise.all([readState(inputs, ports), readPlan(inputs, ports)]);
  const since = await added;
  return reservationsIn(state).map(({ user, uid, node, hostnames }) => {
    const planned = plan && Object.hasOwn(plan.environments, user);
    return { user, uid, node, hostnames, planned, since: since.get(JSON.stringify(user)) ?? null };
  });
}
