import { isBlind } from "../domain/deploy/drift.ts";
import { collectedDrift, driftDrafts, driftFarewell, nodeKey, nodeOf } from "../render/drift-issues.ts";
import { markedKey } from "../render/issue-mark.ts";
import type { IssueOptions } from "./dns-issues.ts";
import type { Drift } from "./drift.ts";
import { type ProblemPorts, type ReportedProblems, reportProblems } from "./report-problems.ts";

/** Keeps one issue per node that is not as it was deployed. */
export async function driftIssues(
  found: Drift,
  options: IssueOptions,
  ports: ProblemPorts,
): Promise<ReportedProblems> {
  return reportProblems(
    driftDrafts(found.nodes),
    {
      ...options,
      topic: "drift",
      isSettled: (key) => isSettled(key, found),
      collected: collectedDrift,
      farewell: (key) => driftFarewell(key, found.planned),
    },
    ports,
  );
}

// Of a node that was not asked for, that a deploy works on or that could not be asked, nothing is known to be right.
function isSettled(key: string, { nodes, planned }: Drift): boolean {
  if (nodeOf(key) === null) return !isBlind(nodes) && nodes.length > 0;
  const isPlanned = planned.some((node) => markedKey(nodeKey(node)) === key);
  return !isPlanned || nodes.some(({ node, status }) => markedKey(nodeKey(node)) === key && status === "ok");
}
