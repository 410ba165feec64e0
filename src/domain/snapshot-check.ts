import { z } from "zod";
import { equal, isObject, type JsonValue, pointerSegment } from "./json.ts";

const difference = z.strictObject({
  file: z.string().describe("A file of the snapshot."),
  path: z
    .string()
    .describe("JSON pointer in it, or the name of an input of flake.lock; empty for the whole."),
  reason: z
    .enum(["missing", "stale", "differs"])
    .describe("missing: not in the committed file; stale: only in the committed file."),
});

/** `plan --check --json`. */
export const snapshotCheckSchema = z.strictObject({
  schema: z.literal(1),
  result: z.enum(["match", "mismatch"]),
  differences: z.array(difference),
  repair: z.string().nullable().describe("The command that makes the snapshot what the inputs give."),
});

export type Difference = z.infer<typeof difference>;
export type SnapshotCheck = z.infer<typeof snapshotCheckSchema>;

/** The answer to whether a committed snapshot is what its inputs give. */
export function snapshotCheck(differences: readonly Difference[], repair: string): SnapshotCheck {
  const isMatch = differences.length === 0;
  return {
    schema: 1,
    result: isMatch ? "match" : "mismatch",
    differences: [...differences],
    repair: isMatch ? null : repair,
  };
}

/** Where two JSON values differ, at most `limit` places; lists are compared as a whole. */
export function differencesOf(
  file: string,
  committed: JsonValue,
  wanted: JsonValue,
  limit: number,
): Difference[] {
  const found: Difference[] = [];
  collect(found, file, "", committed, wanted, limit);
  return found;
}

function collect(
  found: Difference[],
  file: string,
  path: string,
  committed: JsonValue | undefined,
  wanted: JsonValue | undefined,
  limit: number,
): void {
  if (found.length >= limit) return;
  if (isObject(committed) && isObject(wanted)) {
    for (const key of new Set([...Object.keys(committed), ...Object.keys(wanted)])) {
      const own = (value: typeof committed) => (Object.hasOwn(value, key) ? value[key] : undefined);
      collect(found, file, path + pointerSegment(key), own(committed), own(wanted), limit);
    }
  } else if (!equal(committed, wanted)) {
    const reason = committed === undefined ? "missing" : wanted === undefined ? "stale" : "differs";
    found.push({ file, path, reason });
  }
}
