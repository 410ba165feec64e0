import { type Change, changeId, type PinMove } from "../changes.ts";
import type { Pin } from "../fleet.ts";
import type { Report } from "../report.ts";

/** What a deploy would do and nobody saw before the merge. */
export interface Unreviewed {
  readonly changes: readonly Change[];
  readonly pinMoves: readonly PinMove[];
}

/** What of a report says what its reviewers saw. */
export type Reviewed = Pick<Report, "changes" | "pins">;

type Fact = Pick<Change, "kind" | "subject" | "path" | "after">;

/**
 * What of a deploy is in none of the reports of merged pull requests, which come in the order they were merged
 * in. Ids are made again from what the reports say: theirs count for nothing. A change counts by what comes after
 * it, so it is not asked where each pull request began; of several that touch one fact the last one counts, or a
 * push could bring back what a later one took away. What only several of them give together was seen in none.
 */
export function unreviewed(wanted: Unreviewed, reports: readonly Reviewed[]): Unreviewed {
  const changes = reports.flatMap((report) => report.changes);
  const pins = reports.flatMap(({ pins: { base, head } }) => lockedBy(base, head));
  const seen = new Map(changes.map((fact) => [factKey(fact), idOf(fact)]));
  const locked = new Map(pins.map(([name, pin]) => [name, pinId(pin)]));
  return {
    changes: wanted.changes.filter((change) => seen.get(factKey(change)) !== idOf(change)),
    pinMoves: wanted.pinMoves.filter(({ name, after }) => locked.get(name) !== pinId(after)),
  };
}

/** Whether nothing of a deploy went unseen. */
export function isReviewed({ changes, pinMoves }: Unreviewed): boolean {
  return changes.length + pinMoves.length === 0;
}

function factKey({ kind, subject, path }: Fact): string {
  return JSON.stringify([kind, subject, path]);
}

function idOf({ kind, subject, path, after }: Fact): string {
  return changeId(kind, subject, path, after);
}

// A report holds the pins that moved: one that stands only before the change was removed.
function lockedBy(base: readonly Pin[], head: readonly Pin[]): [string, Pin | null][] {
  const names = new Set(head.map(({ name }) => name));
  const removed = base.filter(({ name }) => !names.has(name));
  return [
    ...removed.map(({ name }): [string, null] => [name, null]),
    ...head.map((pin): [string, Pin] => [pin.name, pin]),
  ];
}

// What is fetched is told by its hash, from wherever it comes. Where there is neither hash nor revision, an
// address is all there is.
function pinId(pin: Pin | null): string {
  if (pin === null) return "removed";
  const { url, rev, narHash } = pin;
  return JSON.stringify([rev, narHash, ...(rev === null && narHash === null ? [url] : [])]);
}
