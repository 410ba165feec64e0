import { blocks } from "../domain/findings.ts";
import { outcomeSchema, type Report } from "../domain/report.ts";
import type { Annotation, Answer } from "./answer.ts";
import { type CommentContext, comment } from "./comment.ts";
import { visible } from "./escape.ts";
import { document } from "./json.ts";
import { terminal } from "./terminal.ts";

/** The answer of a verb that compares two plans. `lines`: where in flake.nix a finding's subject stands. */
export function planAnswer(
  report: Report,
  exitCode: 0 | 2,
  more: Pick<Answer, "finish"> & { lines?: ReadonlyMap<string, number>; context?: CommentContext } = {},
): Answer {
  const { lines = new Map(), context = {}, finish } = more;
  return {
    exitCode,
    document: outcomeSchema.strip().parse(report),
    terminal: (color) => terminal(report, color),
    summary: (limit) => comment(report, context, limit),
    files: {
      report: () => document(report),
      commentFile: () => `${comment(report, context)}\n`,
    },
    outputs: outputs(report),
    annotations: annotations(report, lines),
    notices: [],
    refusal: "a finding needs a decision before merge: see the job summary",
    ...(finish ? { finish } : {}),
  };
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

function annotations({ findings, provider }: Report, lines: ReadonlyMap<string, number>): Annotation[] {
  const file = provider === "." ? "flake.nix" : `${provider}/flake.nix`;
  return findings
    .filter(({ severity, allowed }) => severity !== "info" && !allowed)
    .map((found) => {
      const line = lines.get(found.subject);
      return {
        severity: blocks(found) ? "error" : "warning",
        title: found.rule,
        message: visible(found.message),
        file,
        ...(line === undefined ? {} : { line }),
      };
    });
}
