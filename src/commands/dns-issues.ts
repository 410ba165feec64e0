import { type DnsRun, dnsProblems, isSettled } from "../domain/dns/problems.ts";
import type { NameSeen } from "../render/dns-issue.ts";
import { collectedDraft, dnsDrafts, dnsFarewell } from "../render/dns-issues.ts";
import { type ProblemPorts, type ReportedProblems, reportProblems } from "./report-problems.ts";

/** Whose issues, and whether they are written. */
export interface IssueOptions {
  /** The provider's folder. */
  readonly provider: string;
  readonly authorId: number;
  readonly dryRun: boolean;
}

/** Keeps one issue per problem that a run of the gate has found. `names` are all that it looked at. */
export async function dnsIssues(
  run: DnsRun,
  names: readonly NameSeen[],
  options: IssueOptions,
  ports: ProblemPorts,
): Promise<ReportedProblems> {
  const drafts = dnsDrafts(dnsProblems(run), names);
  return reportProblems(
    drafts,
    {
      ...options,
      topic: "dns",
      isSettled: (key) => isSettled(key, run),
      collected: collectedDraft,
      farewell: (key) => dnsFarewell(key, run, names),
    },
    ports,
  );
}
