import { z } from "zod";
import { UsageError } from "../errors.ts";
import {
  byBytes,
  equal,
  isObject,
  type JsonObject,
  type JsonValue,
  pointerSegment,
  segmentsOf,
} from "./json.ts";

/** One value that differs. A side that has no such value lacks its key. */
export interface Difference {
  /** JSON pointer. In a list, the place counts from where the two lists begin to differ. */
  readonly path: string;
  readonly golden?: JsonValue;
  readonly plan?: JsonValue;
}

/** What is not compared, and why. */
export interface Ignored {
  /** A JSON pointer in which `*` stands for any one segment; it covers all that is below it. */
  readonly pattern: string;
  readonly reason: string;
}

/** How a comparison with a golden file ended; `skipped`: there is none. */
export type GoldenResult = "match" | "mismatch" | "skipped";

const value = z.json().optional();

/** `golden-check --json`. */
export const goldenSchema = z.strictObject({
  schema: z.literal(1),
  result: z.enum(["match", "mismatch", "skipped"]),
  differences: z.array(
    z.strictObject({
      path: z.string().describe("JSON pointer; uids stand as the names of their environments."),
      golden: value.describe("The value in the golden file; absent where it has none."),
      plan: value.describe("The value in the plan; absent where it has none."),
    }),
  ),
});

/**
 * Reads `POINTER` or `POINTER=reason`; the first `=` ends the pointer. Throws UsageError for what is no
 * pointer and for the empty one, which would ignore everything.
 */
export function parseIgnored(text: string): Ignored {
  const [, pattern = "", reason = "given on the command line"] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (/^(?:\/(?:[^~/]|~[01])*)+$/.test(pattern)) return { pattern, reason };
  throw new UsageError(
    `--ignore '${text}' is no JSON pointer`,
    "write it as /environments/*/users or /environments/*/users=why: * stands for one name",
  );
}

/** Everything that differs and is not ignored, objects by key and lists element by element. */
export function differences(golden: JsonValue, plan: JsonValue, ignored: readonly Ignored[]): Difference[] {
  const found: Difference[] = [];
  collect({ path: "", golden, plan, patterns: ignored.map(({ pattern }) => segmentsOf(pattern)) }, found);
  return found;
}

/** Which of the patterns lead nowhere in either value: most often slips of the pen. */
export function leadingNowhere(golden: JsonValue, plan: JsonValue, ignored: readonly Ignored[]): Ignored[] {
  return ignored.filter((each) => {
    const segments = segmentsOf(each.pattern);
    return !leads(golden, segments) && !leads(plan, segments);
  });
}

type Pattern = readonly string[];

interface Pair {
  readonly path: string;
  readonly golden: JsonValue | undefined;
  readonly plan: JsonValue | undefined;
  readonly patterns: readonly Pattern[];
}

function leads(tree: JsonValue | undefined, [step, ...rest]: Pattern): boolean {
  if (step === undefined) return tree !== undefined;
  if (typeof tree !== "object" || tree === null) return false;
  const members = tree as JsonObject;
  if (step === "*") return Object.values(members).some((member) => leads(member, rest));
  return Object.hasOwn(members, step) && leads(members[step], rest);
}

const below = (patterns: readonly Pattern[], key: string): Pattern[] =>
  patterns.filter(([step]) => step === "*" || step === key).map((pattern) => pattern.slice(1));

const isIgnored = (patterns: readonly Pattern[]) => patterns.some(({ length }) => length === 0);

function collect(pair: Pair, found: Difference[]): void {
  const { path, golden, plan, patterns } = pair;
  if (isIgnored(patterns)) return;
  if (isObject(golden) && isObject(plan)) {
    for (const key of keysOf(golden, plan))
      collect(member(pair, key, own(golden, key), own(plan, key)), found);
  } else if (Array.isArray(golden) && Array.isArray(plan)) collectList(pair, golden, plan, found);
  else if (!equal(golden, plan))
    found.push({
      path,
      ...(golden === undefined ? {} : { golden }),
      ...(plan === undefined ? {} : { plan }),
    });
}

// What both lists begin and end with is left out, so that an inserted element is one difference and not
// one for each that follows.
function collectList(pair: Pair, golden: JsonValue[], plan: JsonValue[], found: Difference[]): void {
  const shorter = Math.min(golden.length, plan.length);
  const sameAt = (left: number, right: number) =>
    same(golden[left], plan[right], below(pair.patterns, String(right)));
  let start = 0;
  while (start < shorter && sameAt(start, start)) start++;
  let tail = 0;
  while (tail < shorter - start && sameAt(golden.length - 1 - tail, plan.length - 1 - tail)) tail++;
  const [left, right] = [golden.slice(start, golden.length - tail), plan.slice(start, plan.length - tail)];
  for (let index = 0; index < Math.max(left.length, right.length); index++)
    collect(member(pair, String(start + index), left[index], right[index]), found);
}

function same(
  golden: JsonValue | undefined,
  plan: JsonValue | undefined,
  patterns: readonly Pattern[],
): boolean {
  if (isIgnored(patterns)) return true;
  if (patterns.length === 0) return equal(golden, plan);
  const ofOneKind = isObject(golden) ? isObject(plan) : Array.isArray(golden) && Array.isArray(plan);
  if (!ofOneKind) return equal(golden, plan);
  const [left, right] = [golden as JsonObject, plan as JsonObject];
  return keysOf(left, right).every((key) => same(own(left, key), own(right, key), below(patterns, key)));
}

function member(
  { path, patterns }: Pair,
  key: string,
  golden: JsonValue | undefined,
  plan: JsonValue | undefined,
): Pair {
  return { path: path + pointerSegment(key), golden, plan, patterns: below(patterns, key) };
}

function keysOf(left: JsonObject, right: JsonObject): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(byBytes);
}

function own(record: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
