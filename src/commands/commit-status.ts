import { blocks } from "../domain/findings.ts";
import { type Failure, isFailure, type Report } from "../domain/report.ts";
import type { CommitStatus } from "../ports/forge.ts";
import { type OutcomeWord, statusContext } from "../render/sticky.ts";
import { isQuiet, statusLine } from "../render/words.ts";

/** How a plan ended, in the word that its label has. */
export function outcomeOf(report: Report | Failure): OutcomeWord {
  if (isFailure(report)) return "failed";
  if (report.findings.some(blocks)) return "blocked";
  return isQuiet(report) ? "no-change" : "change";
}

const STATES = { "no-change": "success", change: "success", blocked: "failure", failed: "error" } as const;

/** What a commit's status says of a plan; `url` is where readers find more. */
export function planStatus(report: Report | Failure, url: string | null): CommitStatus {
  return {
    context: statusContext(report.provider),
    state: STATES[outcomeOf(report)],
    description: statusLine(report),
    url,
  };
}
