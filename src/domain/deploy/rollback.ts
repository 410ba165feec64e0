import { z } from "zod";
import { HostenvError } from "../../errors.ts";
import type { Live } from "./live.ts";
import { checkSchema } from "./report.ts";

/** What a rollback brings back. */
export interface RollbackTarget {
  /** The plan that it means; null for a generation that is named by its number. */
  readonly planId: string | null;
  /** Which generation of which profile is to be the current one. */
  readonly generations: Readonly<Record<string, number>>;
  /** All profiles that the node had with that plan; null where no plan is meant. */
  readonly profiles: readonly string[] | null;
}

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
export function rollbackTarget({ node, environment, to }: RollbackWish, live: Live | null): RollbackTarget {
  if (to !== null && /^\d{1,6}$/.test(to))
    return { planId: null, generations: { [environment ?? "system"]: Number(to) }, profiles: null };
  const entry = to === null ? previous(live) : found(to, live);
  if (!entry) throw unknown(node, to, live);
  const { planId, generations } = entry;
  const target = { planId, profiles: Object.keys(generations) };
  if (environment === null) return { ...target, generations };
  const generation = Object.hasOwn(generations, environment) ? generations[environment] : undefined;
  if (generation !== undefined) return { ...target, generations: { [environment]: generation } };
  throw new HostenvError(
    "rollback-unknown",
    `${environment} was not on ${node} with the plan ${entry.planId.slice(0, 12)}`,
    "choose a later plan, or a generation by its number",
  );
}

// A plan that was not brought as a whole is not in the history, and one whose deploy was killed says nothing of itself:
// what stands last there is the one before it. Who rolls back once more means the same plan.
function previous(live: Live | null): Live["history"][number] | undefined {
  if (live === null) return undefined;
  const { history, rolledBack, rolledBackFrom, rolledBackTo, wantedSha256, planId, unproved } = live;
  if (rolledBack.length > 0 && rolledBackFrom === wantedSha256)
    return rolledBackTo === null ? history.at(-2) : history.findLast((each) => each.planId === rolledBackTo);
  const isPresent = planId !== null && planId === history.at(-1)?.planId && unproved.length === 0;
  return history.at(isPresent ? -2 : -1);
}

function found(to: string, live: Live | null): Live["history"][number] | undefined {
  const isId = new RegExp(`^[0-9a-f]{${LEAST_DIGITS},64}$`).test(to);
  return isId ? live?.history.findLast(({ planId }) => planId.startsWith(to)) : undefined;
}

function unknown(node: string, to: string | null, live: Live | null): HostenvError {
  const known = (live?.history ?? []).map(({ planId, at }) => `${planId.slice(0, 12)} (${at.slice(0, 16)})`);
  const what = to === null ? "a plan before the present one" : `the plan '${to}'`;
  const carried = `it carried, oldest first: ${known.join(", ")}; or give a generation's number`;
  const hint = known.length > 0 ? carried : "it was not deployed as a whole yet: give a generation's number";
  return new HostenvError("rollback-unknown", `${node} does not remember ${what}`, `${hint}${before(live)}`);
}

// What a node ran before the oldest plan that it remembers, such as before its first one, no plan tells of.
function before(live: Live | null): string {
  const first = live?.history[0]?.generations;
  const system = first && Object.hasOwn(first, "system") ? (first.system as number) : 1;
  return system > 1
    ? `; --to ${system - 1} brings the system, and that alone, back to what it was before the oldest of them`
    : "";
}

/** `rollback --json`. */
export const rollbackSchema = z.strictObject({
  schema: z.literal(1),
  node: z.string(),
  profiles: z.array(
    z.strictObject({
      profile: z.string().describe("system, or the environment's user."),
      generation: z.int().positive().describe("The generation that was asked for."),
      result: z
        .enum(["rolled-back", "unchanged", "failed", "unknown", "dry-run"])
        .describe("unknown: it was begun, and the node could not be asked what came of it."),
      storePath: z.string().nullable().describe("What it runs now; null where that is nothing or not known."),
      problem: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    }),
  ),
  notBroughtBack: z
    .array(z.string())
    .describe("Environments that the node had with that plan, and that are not planned there any more."),
  notThereThen: z.array(z.string()).describe("Environments of the present plan that the node did not have."),
  problem: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string() })
    .nullable()
    .describe("Why what came of it could not be written down on the node."),
  verification: z
    .array(checkSchema)
    .describe("Checks, as the present plan has them, of environments that run something else now."),
});
