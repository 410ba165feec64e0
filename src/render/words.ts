import { blocks, type Finding } from "../domain/findings.ts";
import { type Failure, isFailure, type Report } from "../domain/report.ts";

/** How much there is to decide and to look at. */
export interface Tally {
  readonly decisions: number;
  readonly toReview: number;
  readonly allowed: number;
}

/** Counts findings by what they ask of a reviewer. */
export function tally(findings: readonly Finding[]): Tally {
  return {
    decisions: findings.filter(blocks).length,
    toReview: findings.filter(({ severity }) => severity === "warn").length,
    allowed: findings.filter(({ allowed }) => allowed).length,
  };
}

/** Whether there is nothing to tell: no change, and nothing wrong with what stays. */
export function isQuiet(report: Report): boolean {
  return !report.changed && report.findings.every(({ severity }) => severity === "info");
}

/** `2 decisions · 3 to review · 2 nodes · 5 environments`: the verdict in one line. */
export function verdictLine(report: Report): string {
  const { decisions, toReview, allowed } = tally(report.findings);
  const { added, changed, removed, moved } = report.counts;
  const environments = added + changed + removed + moved;
  const parts = [
    ...(decisions > 0 ? [counted(decisions, "decision")] : []),
    ...(allowed > 0 ? [`${grouped(allowed)} allowed`] : []),
    ...(toReview > 0 ? [`${grouped(toReview)} to review`] : []),
    ...(report.affectedHosts.length + environments > 0
      ? [counted(report.affectedHosts.length, "node"), counted(environments, "environment")]
      : ["settings only"]),
  ];
  return parts.join(" · ");
}

/** `1 node`, `2 nodes`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `1,000`. */
export function grouped(count: number): string {
  // The engine's own way loads a library of languages first.
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `+2`, `−3`, `+2 −3`, or nothing where neither is. */
export function gainLoss(gained: number, lost: number): string {
  return [...(gained > 0 ? [`+${gained}`] : []), ...(lost > 0 ? [`−${lost}`] : [])].join(" ");
}

/** GitHub takes no longer descriptions of a commit's status. */
const STATUS_LENGTH = 140;

/** The verdict for the line beside a commit's status. */
export function statusLine(report: Report | Failure): string {
  return verdictOf(report).slice(0, STATUS_LENGTH);
}

function verdictOf(report: Report | Failure): string {
  if (isFailure(report)) return `failed: ${report.error.code}`;
  const verdict = isQuiet(report) ? "no change" : verdictLine(report);
  return `plan ${report.planId.slice(0, 8)}: ${verdict}`;
}
