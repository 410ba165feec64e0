import { blocks, type Finding } from "../domain/findings.ts";
import { outcomeSchema, type Report } from "../domain/report.ts";
import type { Annotation, Answer, Limit } from "./answer.ts";
import { type CommentContext, comment } from "./comment.ts";
import { fleetMap } from "./diagram.ts";
import { visible } from "./escape.ts";
import { document } from "./json.ts";
import { planPage } from "./page/plan-page.ts";
import { terminal } from "./terminal.ts";

/** Where in flake.nix to look for a finding's cause, counted from 1; null where it is not known. */
export type LineOf = (found: Finding) => number | null;

/** The answer of a verb that compares two plans. */
export function planAnswer(
  report: Report,
  exitCode: 0 | 2,
  more: Pick<Answer, "finish"> & { lineOf?: LineOf; context?: CommentContext } = {},
): Answer {
  const { lineOf = () => null, context = {}, finish } = more;
  return {
    exitCode,
    document: outcomeSchema.strip().parse(report),
    terminal: (color) => terminal(report, color),
    summary: (limit) => summary(report, context, limit),
    files: {
      report: () => document(report),
      reportHtml: () => planPage(report),
      commentFile: () => `${comment(report, context)}\n`,
    },
    outputs: outputs(report),
    annotations: annotations(report, lineOf),
    notices: [],
    refusal: "a finding needs a decision before merge: see the job summary",
    allowed: allowances(report.findings),
    ...(finish ? { finish } : {}),
  };
}

/** More subjects of one rule are allowed together. */
const SUBJECTS_PER_RULE = 10;

function allowances(findings: readonly Finding[]): string[] {
  const allowed = findings.filter((found) => found.allowed);
  return [...new Set(allowed.map(({ rule }) => rule))].flatMap((rule) => {
    const subjects = allowed.filter((found) => found.rule === rule).map(({ subject }) => subject);
    return subjects.length > SUBJECTS_PER_RULE ? [rule] : subjects.map((subject) => `${rule}:${subject}`);
  });
}

// The map is left out first: it says nothing that the table does not.
function summary(report: Report, context: CommentContext, limit: Limit): string {
  const map = fleetMap(report);
  if (map === null) return comment(report, context, limit);
  const rest = { codePoints: limit.codePoints - map.length - 2, bytes: limit.bytes - 4 * map.length };
  return `${comment(report, context, rest)}\n\n${map}`;
}

function outputs(report: Report): Record<string, string> {
  return {
    changed: String(report.changed),
    blocked: String(report.findings.some(blocks)),
    "plan-id": report.planId,
    counts: JSON.stringify(report.counts),
    "affected-nodes": JSON.stringify(report.affectedHosts),
    waves: JSON.stringify(report.waves),
  };
}

function annotations({ findings, provider }: Report, lineOf: LineOf): Annotation[] {
  const file = provider === "." ? "flake.nix" : `${provider}/flake.nix`;
  return findings
    .filter(({ severity, allowed }) => severity !== "info" && !allowed)
    .map((found) => {
      const line = lineOf(found);
      return {
        severity: blocks(found) ? "error" : "warning",
        title: found.rule,
        message: visible(found.message),
        file,
        ...(line === null ? {} : { line }),
      };
    });
}
