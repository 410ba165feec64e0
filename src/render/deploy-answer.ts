import { type DeployReport, outcomeOf } from "../domain/deploy/report.ts";
import { exitCodeOf } from "../domain/deploy/results.ts";
import type { Annotation, Answer } from "./answer.ts";
import { deploySummary } from "./deploy-summary.ts";
import { deployTerminal } from "./deploy-terminal.ts";
import { ENDINGS, sizeLine, troubles } from "./deploy-words.ts";
import { shortened, visible } from "./escape.ts";
import { document } from "./json.ts";
import { deployPage } from "./page/deploy-page.ts";

/** GitHub shows so many annotations of a step, and of each kind. */
const MOST_ANNOTATIONS = 10;

const MESSAGE_LENGTH = 500;

/** The answer of `deploy`; `exitCode` is given where the report alone does not tell, as of a dry run. */
export function deployAnswer(
  report: DeployReport,
  { runUrl = null, exitCode }: { runUrl?: string | null; exitCode?: 0 | 2 } = {},
): Answer {
  return {
    exitCode: exitCode ?? exitCodeOf(report.result),
    document: outcomeOf(report),
    terminal: (color) => deployTerminal(report, color),
    summary: (limit) => deploySummary(report, { runUrl }, limit),
    files: { report: () => document(report), reportHtml: () => deployPage(report) },
    outputs: {
      result: report.result,
      "plan-id": report.planId,
      "waiting-for-dns": JSON.stringify(report.waitingForDns),
      "held-back": JSON.stringify(report.awaited),
    },
    annotations: annotations(report),
    notices: [...report.notices],
    refusal: refusal(report),
  };
}

function refusal(report: DeployReport): string {
  const size = sizeLine(report);
  return `${ENDINGS[report.result]}${size === "" ? "" : `: ${size}`}: see the job summary`;
}

// They have no line: what went wrong is on a node, and the provider's flake is where it is described.
function annotations(report: DeployReport): Annotation[] {
  const file = report.provider === "." ? "flake.nix" : `${report.provider}/flake.nix`;
  return troubles(report)
    .slice(0, MOST_ANNOTATIONS)
    .map(({ isGrave, host, profile, what, why }) => ({
      severity: isGrave ? "error" : "warning",
      title: visible(`${profile === null ? host : `${profile} on ${host}`}: ${what}`),
      message: shortened(visible(why === "" ? what : why), MESSAGE_LENGTH),
      file,
    }));
}
