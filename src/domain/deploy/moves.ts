import type { Move } from "../waves.ts";
import type { Live, MoveStep } from "./live.ts";

/** A move as it is found before a deploy. */
export interface FoundMove {
  readonly move: Move;
  /** Other nodes that carry the unit, too, and were never where visitors are led. */
  readonly copies: readonly string[];
  /**
   * For a move that is turned back, and whose data never left the destination: when its source was last written
   * of. Null for a move that brings data.
   */
  readonly returns: string | null;
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

/** The stage of a move: of its journal only what was written for the same source and destination counts. */
export function stageOf({ move, copies, returns }: FoundMove, live: Live | null): MoveStage {
  const mine = (live?.steps ?? []).filter(
    ({ environment, from, to }) => environment === move.name && from === move.from && to === move.to,
  );
  const done = (step: MoveStep["step"]) => mine.some((each) => each.step === step);
  const counts = returns === null || mine.some(({ step, at }) => step === "stay" && at >= returns);
  return {
    move,
    copies,
    returns,
    snapshots: mine.findLast(({ step }) => step === "backup")?.snapshots ?? null,
    restored: returns !== null || done("restore"),
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
    (each.step === step.step || each.from !== step.from || ["backup", "stay"].includes(step.step));
  return [...steps.filter((each) => !isOver(each)), step];
}

/**
 * A journal without what concerns moves that are over. That units in `held` arrived on this node must stay known for
 * as long as they are served there: it tells whose data is the newer.
 */
export function openSteps(
  steps: readonly MoveStep[],
  open: readonly Move[],
  held: readonly string[],
): MoveStep[] {
  return steps.filter(
    ({ environment, from, to }) =>
      held.includes(environment) ||
      open.some((move) => move.name === environment && move.from === from && move.to === to),
  );
}
