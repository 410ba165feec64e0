import { z } from "zod";
import { HostenvError } from "../../errors.ts";
import type { Live } from "./live.ts";
import { checkSchema } from "./report.ts";

/** Which generation of which profile is to be the current one. */
export type Generations = Readonly<Record<string, number>>;

/** What is to be brought back on a node. */
export interface RollbackWish {
  readonly node: string;
  /** One environment's profile; all of the node's where none is named. */
  readonly environment: string | null;
  /** A plan id or its beginning, or a generation's number; null: the plan before the present one. */
  readonly to: string | null;
}

/** The fewest digits by which a plan may be named. */
const LEAST_DIGITS = 8;

/**
 * The generations that a wish means, by what the node remembers. Throws HostenvError `rollback-unknown` for a
 * plan that it does not, naming those it does.
 */
export function generationsOf({ node, environment, to }: RollbackWish, live: Live | null): Generations {
  if (to !== null && /^\d{1,6}$/.test(to)) return { [environment ?? "system"]: Number(to) };
  const entry = to === null ? previous(live) : found(to, live);
  if (!entry) throw unknown(node, to, live);
  const { generations } = entry;
  if (environment === null) return generations;
  const generation = Object.hasOwn(generations, environment) ? generations[environment] : undefined;
  if (generation !== undefined) return { [environment]: generation };
  throw new HostenvError(
    "rollback-unknown",
    `${environment} was not on ${node} with the plan ${entry.planId.slice(0, 12)}`,
    "choose a later plan, or a generation by its number",
  );
}

// A plan that was not brought as a whole is not in the history: what stands last there is the one before it.
function previous(live: Live | null): Live["history"][number] | undefined {
  const isPartial = live?.planId === null && live.rolledBack.length === 0;
  return live?.history.at(isPartial ? -1 : -2);
}

function found(to: string, live: Live | null): Live["history"][number] | undefined {
  const isId = new RegExp(`^[0-9a-f]{${LEAST_DIGITS},64}$`).test(to);
  return isId ? live?.history.findLast(({ planId }) => planId.startsWith(to)) : undefined;
}

function unknown(node: string, to: string | null, live: Live | null): HostenvError {
  const known = (live?.history ?? []).map(({ planId, at }) => `${planId.slice(0, 12)} (${at.slice(0, 16)})`);
  const what = to === null ? "a plan before the present one" : `the plan '${to}'`;
  return new HostenvError(
    "rollback-unknown",
    `${node} does not remember ${what}`,
    known.length > 0
      ? `it carried, oldest first: ${known.join(", ")}; or give a generation's number`
      : "it was not deployed as a whole yet: give a generation's number",
  );
}

/** `rollback --json`. */
export const rollbackSchema = z.strictObject({
  schema: z.literal(1),
  node: z.string(),
  profiles: z.array(
    z.strictObject({
      profile: z.string().describe("system, or the environment's user."),
      generation: z.int().positive().describe("The generation that was asked for."),
      result: z.enum(["rolled-back", "unchanged", "failed", "dry-run"]),
      storePath: z.string().nullable().describe("What it runs now; null where that is nothing or not known."),
      problem: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    }),
  ),
  verification: z
    .array(checkSchema)
    .describe("Checks, as the present plan has them, of environments that run something else now."),
});
