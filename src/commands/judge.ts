import { type Allowance, blocks, parseAllowance } from "../domain/findings.ts";
import { nearest } from "../domain/nearest.ts";
import { type Origin, type Report, reportOf } from "../domain/report.ts";
import { review } from "../domain/review.ts";
import { isRuleName, RULES } from "../domain/rules.ts";
import { UsageError } from "../errors.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { hostenv } from "../fleets/hostenv/kind.ts";

/** What a comparing verb answers: 0 fine, 2 a finding needs a decision. */
export interface Verdict {
  readonly exitCode: 0 | 2;
  readonly report: Report;
  /** What is left to write once the answer itself has been given. */
  readonly finish?: () => Promise<void>;
}

/** Compares two sides and judges what differs. */
export function judge(
  base: HostenvSide,
  head: HostenvSide,
  options: {
    allowances: readonly Allowance[];
    now: Date;
    origin: Origin;
    /** Hosts whose builds differ, where that is known. */
    measured?: readonly string[] | undefined;
  },
): Verdict {
  const found = review(hostenv, { base, head }, options.allowances, options.now, options.measured);
  return verdictOf(reportOf(hostenv.name, found, options.origin));
}

/** The verdict a report asks for. */
export function verdictOf(report: Report): Verdict {
  return { exitCode: report.findings.some(blocks) ? 2 : 0, report };
}

/** Reads `--allow` values. Throws UsageError for a rule that does not exist. */
export function allowancesOf(texts: readonly string[]): Allowance[] {
  return texts.map((text) => {
    const allowance = parseAllowance(text);
    if (isRuleName(allowance.rule)) return allowance;
    const near = nearest(allowance.rule, Object.keys(RULES));
    const hint = near ? `did you mean '${near}'?` : `rules: ${Object.keys(RULES).join(", ")}`;
    throw new UsageError(`--allow '${text}': there is no rule '${allowance.rule}'`, hint);
  });
}
