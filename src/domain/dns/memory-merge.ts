import { equal, type JsonValue } from "../json.ts";
import { type Entry, entryOf, inOrder, type Memory, NOTHING } from "./memory.ts";

/** What is remembered of one hostname: both parts are one run's, or the off-list would not be what its entry says. */
type Known = { readonly entry: Entry | null; readonly off: boolean };

/**
 * Puts together what two runs of the gate made of one memory, null for none, hostname by hostname. What one of them
 * alone changed is as that one has it; of what both changed, the later observation counts, and of two of the same time
 * the one with more mismatches in a row, else the branch's (`theirs`). A hold or copy that one of them has is kept.
 */
export function mergedMemory(base: Memory | null, ours: Memory, theirs: Memory): Memory {
  const before = base ?? NOTHING;
  const sides = [before, ours, theirs];
  const names = new Set(sides.flatMap(({ hostnames, off }) => [...Object.keys(hostnames), ...off]));
  const known = [...names].map((name) => {
    const [was, mine, present] = sides.map((side) => knownOf(side, name)) as [Known, Known, Known];
    return [name, merged(was, mine, present, later)] as const;
  });
  return inOrder({
    schema: 1,
    hostnames: Object.fromEntries(known.flatMap(([name, { entry }]) => (entry ? [[name, entry]] : []))),
    off: known.flatMap(([name, { off }]) => (off ? [name] : [])),
    holds: mergedHolds(before.holds, ours.holds, theirs.holds),
    copies: mergedHolds(before.copies ?? {}, ours.copies ?? {}, theirs.copies ?? {}),
  });
}

function knownOf(memory: Memory, hostname: string): Known {
  return { entry: entryOf(memory, hostname), off: memory.off.includes(hostname) };
}

// Three versions of one value to one: two that are equal leave no question.
function merged<T extends JsonValue>(was: T, mine: T, present: T, both: (mine: T, present: T) => T): T {
  if (equal(mine, was) || equal(mine, present)) return present;
  return equal(present, was) ? mine : both(mine, present);
}

function later(mine: Known, present: Known): Known {
  if (mine.entry === null || present.entry === null) return mine.entry === null ? present : mine;
  const difference = timeOf(mine.entry) - timeOf(present.entry) || mine.entry.count - present.entry.count;
  return difference > 0 ? mine : present;
}

/** When something of it last changed, in milliseconds since 1970. */
function timeOf({ since, switchedOn }: Entry): number {
  return Math.max(...[since, ...switchedOn].map((time) => Date.parse(time)));
}

// To go on serving what nobody visits any more does no harm; to drop what is visited does.
function mergedHolds<T extends JsonValue>(
  ...sides: readonly [Readonly<Record<string, T>>, Readonly<Record<string, T>>, Readonly<Record<string, T>>]
): Record<string, T> {
  const names = new Set(sides.flatMap((side) => Object.keys(side)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const of = (side: Readonly<Record<string, T>>) =>
        Object.hasOwn(side, name) ? (side[name] as T) : null;
      const [was, mine, present] = sides;
      const held = merged<T | null>(of(was), of(mine), of(present), (one, other) => other ?? one);
      return held === null ? [] : [[name, held]];
    }),
  );
}
