import { byBytes } from "../json.ts";
import type { Live, MoveStep } from "./live.ts";
import { isLedTo } from "./moves.ts";

/** What the journals of nodes say, by node; null where a node says nothing. */
export type Lives = ReadonlyMap<string, Live | null>;

/** How a unit came to a node. */
export interface Arrival {
  readonly from: string;
  /** When visitors were led there, or its data was declared to be there; null for a copy that nobody was led to. */
  readonly led: string | null;
  /** When it was last written of. */
  readonly at: string;
}

/** How a unit came to a node by its latest move there; null where the node says nothing of that. */
export function arrivalOf(unit: string, node: string, lives: Lives): Arrival | null {
  const steps = stepsOf(unit, new Map([[node, lives.get(node) ?? null]])).filter(({ to }) => to === node);
  const last = latest(steps);
  if (last === null) return null;
  const led = steps.filter((each) => each.from === last.from && isLedTo(each));
  return { from: last.from, led: latest(led)?.at ?? null, at: last.at };
}

/**
 * Where the data of a unit is, of nodes that carry it or can't be asked: where the latest of all journals has it, else
 * where it has always been. A node to which visitors were led has it from then on, and one from which it was taken had
 * it until then: what was restored on a node is a copy until they are led there, since the node that it came from goes
 * on taking what they write. Null where nothing tells the carriers apart.
 */
export function homeOf(
  unit: string,
  carriers: readonly string[],
  silent: ReadonlySet<string>,
  lives: Lives,
): string | null {
  const places = stepsOf(unit, lives)
    .filter(({ step }) => step !== "tls")
    .map((each) => ({ node: isLedTo(each) ? each.to : each.from, at: each.at }));
  const newest = latest(places.filter(({ node }) => carriers.includes(node) || silent.has(node)));
  if (newest !== null) return newest.node;
  const own = carriers.filter((node) => arrivalOf(unit, node, lives) === null);
  return own.length === 1 ? (own[0] as string) : null;
}

/**
 * When anything was last written of a unit's coming to another node than this one; "" for never. What was written of
 * its coming here before that is of an earlier move.
 */
export function lastElsewhere(unit: string, node: string, lives: Lives): string {
  return latest(stepsOf(unit, lives).filter(({ to }) => to !== node))?.at ?? "";
}

/** Whether the data of a unit was declared to have stayed on `to` when a move from there to `from` was turned back. */
export function hasStayed(unit: string, from: string, to: string, lives: Lives): boolean {
  return stepsOf(unit, lives).some((each) => each.step === "stay" && each.from === from && each.to === to);
}

/**
 * Nodes that can't be asked and may carry a unit still, by what others say: a move from there, or to there, of which
 * no end is written.
 */
export function mayCarry(unit: string, silent: ReadonlySet<string>, lives: Lives): string[] {
  const steps = stepsOf(unit, lives);
  return [...silent].filter((node) => {
    const about = steps.filter(({ from, to }) => from === node || to === node);
    // Of a move that is over, that visitors were led is all that stays written.
    const isOpen = about.some(({ step }) => step === "backup" || step === "restore" || step === "stay");
    return isOpen && latest(about)?.step !== "tls";
  });
}

function stepsOf(unit: string, lives: Lives): MoveStep[] {
  return [...lives.values()].flatMap((live) =>
    (live?.steps ?? []).filter(({ environment }) => environment === unit),
  );
}

function latest<T extends { readonly at: MoveStep["at"] }>(some: readonly T[]): T | null {
  return [...some].sort((left, right) => byBytes(left.at, right.at)).at(-1) ?? null;
}
