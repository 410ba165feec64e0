import { HostenvError } from "../errors.ts";
import type { Clock } from "../ports/people.ts";
import type { Runs } from "../ports/runs.ts";

/** What is asked of a workflow's schedule. */
export interface ScheduleQuestion {
  /** The workflow's file, as `.github/workflows/<name>`. */
  readonly workflow: string;
  /** Hours within which its schedule should have started a run. */
  readonly expectedEvery: number;
}

/** How old the schedule's last run is. */
export interface ScheduleAge {
  /** Why somebody should look at the schedule; null where it keeps its time or none ran yet. */
  readonly late: string | null;
  readonly notices: readonly string[];
}

const HOUR_MS = 3_600_000;

/** Tells a schedule that GitHub dropped, delays or switched off. What can't be known is a notice. */
export async function scheduleAge(
  { workflow, expectedEvery }: ScheduleQuestion,
  { runs, clock }: { readonly runs: Runs; readonly clock: Clock },
): Promise<ScheduleAge> {
  const name = workflow.slice(workflow.lastIndexOf("/") + 1);
  try {
    const run = await runs.lastScheduled(name);
    if (!run) return { late: null, notices: [] };
    const hours = (clock.now().getTime() - run.startedAt.getTime()) / HOUR_MS;
    return { late: hours > expectedEvery ? late(name, hours, expectedEvery) : null, notices: [] };
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    const right = error.code === "github-forbidden" ? ": the token needs `actions: read`" : "";
    return { late: null, notices: [`the schedule's last run is not known: ${error.message}${right}`] };
  }
}

function late(name: string, hours: number, expected: number): string {
  return (
    `the schedule of ${name} last started a run ${Math.floor(hours)} hours ago, and one is expected every ${expected} ` +
    "hours: GitHub drops runs when it is busy, and switches schedules of public repositories off after 60 days " +
    "without a commit"
  );
}
