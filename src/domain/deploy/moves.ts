import type { Move } from "../waves.ts";
import type { Live, MoveStep } from "./live.ts";

/** How far a move has come, by what its destination has written down. */
export interface MoveStage {
  readonly move: Move;
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
export function stageOf(move: Move, live: Live | null): MoveStage {
  const mine = (live?.steps ?? []).filter(
    ({ environment, from, to }) => environment === move.name && from === move.from && to === move.to,
  );
  const done = (step: MoveStep["step"]) => mine.some((each) => each.step === step);
  return {
    move,
    snapshots: mine.findLast(({ step }) => step === "backup")?.snapshots ?? null,
    restored: done("restore"),
    switched: done("dns"),
    secured: done("tls"),
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

/** A journal with one more step; what an earlier run wrote of the same step is replaced. */
export function withStep(steps: readonly MoveStep[], step: MoveStep): MoveStep[] {
  const isSame = (each: MoveStep) => each.environment === step.environment && each.step === step.step;
  return [...steps.filter((each) => !isSame(each)), step];
}

/** A journal without what concerns moves that are over. */
export function openSteps(steps: readonly MoveStep[], open: readonly Move[]): MoveStep[] {
  return steps.filter(({ environment, from, to }) =>
    open.some((move) => move.name === environment && move.from === from && move.to === to),
  );
}
