import { type Approval, allowedByLabels, type Shown } from "../domain/decisions.ts";
import { blocks, type Finding } from "../domain/findings.ts";
import type { Report } from "../domain/report.ts";
import { isRuleName } from "../domain/rules.ts";
import type { Forge, GivenLabel, PullRequest } from "../ports/forge.ts";
import { allowedRule, readState } from "../render/sticky.ts";
import { findSticky } from "./sticky-comment.ts";

/**
 * The findings, allowed where a label says so that somebody with write access gave after they had been
 * shown. Asks nothing where no label could change the answer.
 */
export async function decided(
  findings: readonly Finding[],
  { number, labels }: PullRequest,
  shown: readonly Shown[],
  forge: Forge,
): Promise<Finding[]> {
  const open = new Set<string>(findings.filter(blocks).map(({ rule }) => rule));
  const wanted = labels.filter((label) => open.has(ruleOf(label)));
  if (wanted.length === 0 || shown.length === 0) return [...findings];
  const given = await forge.givenLabels(number, wanted);
  const rightful = await byWriters(given, forge);
  const approvals = rightful.map(({ label, at }): Approval => ({ rule: ruleOf(label), at }));
  return allowedByLabels(findings, shown, approvals);
}

function ruleOf(label: string): string {
  const rule = allowedRule(label) ?? "";
  return isRuleName(rule) ? rule : "";
}

// One question per person, however many labels they gave.
async function byWriters(given: readonly GivenLabel[], forge: Forge): Promise<GivenLabel[]> {
  const rights = new Map<number, boolean>();
  for (const { by } of given) if (!rights.has(by.id)) rights.set(by.id, await forge.mayWrite(by));
  return given.filter(({ by }) => rights.get(by.id));
}

/** What a pull request's labels are read for. */
export interface LabelPlace {
  readonly pullRequest: number;
  /** The author of the comment that showed the findings. */
  readonly authorId: number;
}

/** The report with what the labels of its pull request allow. Asks GitHub only where something blocks. */
export async function withLabels(report: Report, place: LabelPlace, forge: Forge): Promise<Report> {
  if (!report.findings.some(blocks)) return report;
  const pull = await forge.pullRequest(place.pullRequest);
  if (!pull.labels.some((label) => allowedRule(label) !== null)) return report;
  const { ours } = await findSticky(forge, { ...place, provider: report.provider });
  const shown = (ours && readState(ours.body, ours.updatedAt)?.shown) ?? [];
  const findings = await decided(report.findings, pull, shown, forge);
  return { ...report, findings: findings.map((each) => ({ ...each, parts: [...each.parts] })) };
}
