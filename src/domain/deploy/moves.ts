import type { Move } from "../waves.ts";
import type { Live, MoveStep } from "./live.ts";

/** A move as it is found before a deploy. */
export interface FoundMove {
  readonly move: Move;
  /** Other nodes that carry the unit, too, and were never where visitors are led. */
  readonly copies: readonly string[];
  /** Whether it brings no data: it is turned back, and its data never left the destination. */
  readonly returns: boolean;
  /** Whether the source can't be asked, and nobody said otherwise: visitors may have been led there unseen. */
  readonly isUnheard: boolean;
  /** What was written before that time is of an earlier move; "" where there was none. */
  readonly since: string;
}

/** How far a move has come, by what its destination has written down. */
export interface MoveStage extends FoundMove {
  /** Snapshot ids by backup, once they were made; null before. */
  readonly snapshots: Readonly<Record<string, string>> | null;
  readonly restored: boolean;
  /** Whether every hostname led to the destination when last looked at. */
  readonly switched: boolean;
  /** Whether the destination had its certificates. */
  readonly secured: boolean;
}

/** What a move needs next; `drop`: the source may let go of it. */
export type NextStep = "backup" | "restore" | "dns" | "tls" | "drop";

/**
 * The stage of a move: of its journal only what was written for the same source and destination counts, and of a unit
 * that the destination does not carry nothing is there, whatever was once.
 */
export function stageOf(found: FoundMove, live: Live | null): MoveStage {
  const { move, returns, since } = found;
  const mine = (live?.steps ?? []).filter(
    ({ environment, from, to, at }) =>
      environment === move.name && from === move.from && to === move.to && at >= since,
  );
  const isThere = Object.hasOwn((live?.facts.plan.environments ?? {}) as object, move.name);
  const done = (step: MoveStep["step"]) => isThere && mine.some((each) => each.step === step);
  const counts = !returns || done("stay");
  return {
    ...found,
    snapshots: mine.findLast(({ step }) => step === "backup")?.snapshots ?? null,
    // Visitors are led only to what has its data, and of a move that is over nothing else stays written.
    restored: returns || done("restore") || done("dns"),
    switched: counts && done("dns"),
    secured: counts && done("tls"),
  };
}

/** The first step of a move that is not done. */
export function nextStep({ snapshots, restored, switched, secured }: MoveStage): NextStep {
  if (!restored) return snapshots === null ? "backup" : "restore";
  if (!switched) return "dns";
  return secured ? "drop" : "tls";
}

/** Whether the source must go on serving: until the world is led to the destination, and is served well there. */
export function mustHold(stage: MoveStage): boolean {
  return nextStep(stage) !== "drop";
}

/** Nodes that a move's unit leaves. */
export function leftBy({ move, copies }: FoundMove): readonly string[] {
  return [move.from, ...copies];
}

/** The pairs of nodes between which it matters who is deployed first. */
export function pairsOf(moves: readonly FoundMove[]): Move[] {
  return moves.flatMap((found) => leftBy(found).map((from) => ({ ...found.move, from })));
}

/**
 * A journal with one more step; what an earlier run wrote of the same step is replaced. A backup begins a move anew,
 * and so does `stay`; of another move to the same node nothing counts any more.
 */
export function withStep(steps: readonly MoveStep[], step: MoveStep): MoveStep[] {
  const isOver = (each: MoveStep) =>
    each.environment === step.environment &&
    each.to === step.to &&
    (each.step === step.step || each.from !== step.from || ["backup", "stay"].includes(step.step));
  return [...steps.filter((each) => !isOver(each)), step];
}

/**
 * A node's journal without what is over. Of a unit whose move is open (`open`: where to, by unit) all is kept where it
 * is to come or is carried still. Of any other that visitors were led here is kept where it is carried, and else where
 * they were led away to, for as long as it is `known` at all: on the day when that node can't be asked it tells whose
 * data is the newer.
 */
export function openSteps(
  steps: readonly MoveStep[],
  node: string,
  { open, carried, known }: OpenMoves,
): MoveStep[] {
  return steps.filter((each) => {
    const { environment } = each;
    const isOpen = open.get(environment) === node || (open.has(environment) && carried.has(environment));
    if (isOpen) return true;
    const isHere = carried.has(environment);
    const isLed = (step: MoveStep) => isLedTo(step) && (step.to === node) === isHere;
    const isLater = (other: MoveStep) =>
      other.environment === environment && isLed(other) && other.at > each.at;
    return (isHere || known.has(environment)) && isLed(each) && !steps.some(isLater);
  });
}

/** By what a journal is kept short. */
export interface OpenMoves {
  /** Where units are to be whose moves are not over. */
  readonly open: ReadonlyMap<string, string>;
  /** Units that the node carries. */
  readonly carried: ReadonlySet<string>;
  /** Units that are planned anywhere. */
  readonly known: ReadonlySet<string>;
}

/** Whether a step says that the data of a unit was at the step's destination from then on. */
export function isLedTo({ step }: MoveStep): boolean {
  return step === "dns" || step === "stay";
}
