import { z } from "zod";

const value = z.json().optional();

const difference = z.strictObject({
  path: z.string().describe("JSON pointer; in nodes, uids stand as the names of their environments."),
  theirs: value.describe("The value in the given file; absent where it has none."),
  ours: value.describe("The value in this plan; absent where it has none."),
  kind: z
    .enum(["expected", "setting", "project", "state", "unexplained"])
    .describe(
      "expected: on purpose, nothing to do; setting, project, state: where it comes from; unexplained: of no known cause.",
    ),
  why: z.string(),
  next: z.string().nullable().describe("What to do about it; null where nothing is to do."),
});

/** `plan --compare-with FILE --json`. */
export const movingSchema = z.strictObject({
  schema: z.literal(1),
  result: z.enum(["same", "expected", "differs"]),
  differences: z.array(difference),
});

/** A value that another tool's plan has otherwise, and why. */
export type MovingDifference = z.infer<typeof difference>;
/** How a plan compares with another tool's plan of the same inputs. */
export type Moving = z.infer<typeof movingSchema>;

/** The answer to whether this plan may take another's place: only what is so on purpose may differ. */
export function movingOf(differences: readonly MovingDifference[]): Moving {
  const isExpected = differences.every(({ kind }) => kind === "expected");
  const result = differences.length === 0 ? "same" : isExpected ? "expected" : "differs";
  return { schema: 1, result, differences: [...differences] };
}
