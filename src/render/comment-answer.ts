import { blocks } from "../domain/findings.ts";
import { type Failure, isFailure, type Report } from "../domain/report.ts";
import type { Answer } from "./answer.ts";
import { visible } from "./escape.ts";

/** How a comment ended, as the command gives it. */
interface Ending {
  readonly result: string;
  readonly url: string | null;
  readonly notices: readonly string[];
  readonly report: Report | Failure;
}

/** The answer of `comment`: whether it was written and where, never whether the plan is good. */
export function commentAnswer({ result, url, notices, report }: Ending): Answer {
  const document = { schema: 1, result, url, provider: report.provider, notices };
  const line = `comment ${result}${url === null ? "" : `: ${url}`}`;
  return {
    exitCode: 0,
    document,
    terminal: () => `${visible(line)}\n`,
    summary: () => "",
    files: {},
    outputs: { ...verdict(report), "comment-url": url ?? "", result },
    annotations: [],
    notices,
  };
}

function verdict(report: Report | Failure): Record<string, string> {
  if (isFailure(report)) return { changed: "", blocked: "", "plan-id": "" };
  return {
    changed: String(report.changed),
    blocked: String(report.findings.some(blocks)),
    "plan-id": report.planId,
  };
}
