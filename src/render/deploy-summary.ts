import type { DeployReport } from "../domain/deploy/report.ts";
import type { Limit } from "./answer.ts";
import {
  type DeployContext,
  environmentTable,
  folded,
  heading,
  logs,
  nodeTable,
  remarks,
  resumeLine,
  troubleTable,
  waitingTable,
} from "./deploy-markdown.ts";
import { stepsMarkdown } from "./deploy-steps.ts";
import { unreviewedMarkdown } from "./deploy-unreviewed.ts";
import { firstThatFits } from "./fit.ts";

/** How much of each part is shown, from all that a person may read to next to nothing. */
const LEVELS = [
  { troubles: 200, logs: 20, nodes: 40, waiting: 200, subjects: 200, environments: 1000, names: 100 },
  { troubles: 50, logs: 5, nodes: 40, waiting: 50, subjects: 50, environments: 0, names: 10 },
  { troubles: 15, logs: 0, nodes: 20, waiting: 15, subjects: 15, environments: 0, names: 5 },
  { troubles: 3, logs: 0, nodes: 0, waiting: 3, subjects: 3, environments: 0, names: 0 },
] as const;

type Level = (typeof LEVELS)[number];

/** A deploy as a job's summary: as detailed as fits, what failed first. */
export function deploySummary(report: DeployReport, context: DeployContext, limit: Limit): string {
  return firstThatFits(
    LEVELS.map((level) => () => parts(report, context, level).join("\n\n")),
    limit,
  );
}

function parts(report: DeployReport, context: DeployContext, level: Level): string[] {
  const environments = environmentTable(report, context, level.environments);
  const found = [
    heading(report, context),
    troubleTable(report, context, level.troubles),
    unreviewedMarkdown(report.unreviewed, report.planId, level.subjects),
    waitingTable(report, level.waiting),
    stepsMarkdown(report.steps, level.nodes),
    resumeLine(report),
    nodeTable(report, level.nodes),
    remarks(report, level.names),
    logs(report, level.logs),
    environments === null ? null : folded("Environments", environments),
  ];
  return found.filter((part) => part !== null);
}
