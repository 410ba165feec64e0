import { z } from "zod";
import { GitTrees } from "../adapters/git-trees.ts";
import { GithubIssues } from "../adapters/github-issues.ts";
import { GithubRuns } from "../adapters/github-runs.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { GITHUB_ACTIONS_BOT } from "../commands/comment.ts";
import type { ProblemPorts, ReportedProblems } from "../commands/report-problems.ts";
import { type ScheduleAge, scheduleAge } from "../commands/schedule-age.ts";
import { HostenvError } from "../errors.ts";
import type { Aftermath } from "../render/answer.ts";
import { issuesAftermath } from "../render/issues-answer.ts";
import type { VerbName } from "../verbs.ts";
import { type Call, checked, type OnGithub, onGithub, progress } from "./call.ts";

/** What an action is given besides the verb's flags. */
const inputs = z.strictObject({
  issues: z.boolean().default(false),
  /** Hours. */
  expectedEvery: z.coerce.number().positive().optional(),
  commentAuthorId: z.coerce.number().int().positive().default(GITHUB_ACTIONS_BOT),
  /** The workflow's file below the repository's root. */
  workflow: z.string().optional(),
  dryRun: z.boolean().default(false),
});

type Inputs = z.infer<typeof inputs>;

/** Writes the issues of what a verb has found. */
export type Telling<Found> = (
  found: Found,
  options: { readonly provider: string; readonly authorId: number; readonly dryRun: boolean },
  ports: ProblemPorts,
) => Promise<ReportedProblems>;

/**
 * What an action does once a verb's answer stands: writes issues, and looks when the schedule ran last. Null
 * where neither is wanted. Throws UsageError for a wrong input.
 */
export function issuesAfter<Found>(
  verb: VerbName,
  call: Call,
  telling: Telling<Found>,
): ((found: Found) => Promise<Aftermath>) | null {
  const given = checked(verb, inputs, call.options);
  const { issues, expectedEvery, commentAuthorId: authorId, dryRun } = given;
  if (!issues && expectedEvery === undefined) return null;
  return async (found) => {
    try {
      const github = await onGithub(call.options.repository, call.secrets);
      const provider = await new GitTrees(call.directory, "").folder();
      const { client, owner, repo } = github;
      const ports = { issues: new GithubIssues(client, owner, repo), progress };
      const reported = issues ? await telling(found, { provider, authorId, dryRun }, ports) : null;
      return issuesAftermath(reported, await age(given, github));
    } catch (error) {
      if (!(error instanceof HostenvError)) throw error;
      const notice = `issues are left as they are: ${error.message}; ${error.hint}`;
      return { notices: [notice], annotations: [], summary: "" };
    }
  };
}

async function age(
  { expectedEvery, workflow }: Inputs,
  { client, owner, repo }: OnGithub,
): Promise<(ScheduleAge & { workflow: string }) | null> {
  if (expectedEvery === undefined || workflow === undefined) return null;
  const ports = { runs: new GithubRuns(client, owner, repo), clock: systemClock };
  return { ...(await scheduleAge({ workflow, expectedEvery }, ports)), workflow };
}
