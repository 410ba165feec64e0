import type { DeployReport } from "../domain/deploy/report.ts";
import type { Report } from "../domain/report.ts";
import { HostenvError } from "../errors.ts";
import type { Forge } from "../ports/forge.ts";
import { deployOf, withDeploy } from "../render/deploy-comment.ts";
import { isOlder, type Run } from "../render/sticky.ts";
import { isQuiet } from "../render/words.ts";
import type { DeployedPull } from "./deploy-review.ts";
import { findSticky } from "./sticky-comment.ts";

/** What telling pull requests needs to know. */
export interface TellSettings {
  /** Who our comments are by. */
  readonly authorId: number;
  readonly run: Run | null;
  readonly runUrl: string | null;
}

/** Ends that no pull request is told of: nothing became of it, or a later run tells. */
const UNTOLD: readonly DeployReport["result"][] = ["nothing", "superseded", "dry-run"];

/**
 * Says in the comment of each merged pull request how it was deployed. One without a comment gets none: whoever
 * wants none is not told by one. Gives what went wrong with it, which is no part of the deploy.
 */
export async function tellPulls(
  pulls: readonly DeployedPull[],
  report: DeployReport,
  settings: TellSettings,
  forge: Pick<Forge, "comments" | "editComment">,
): Promise<string[]> {
  if (UNTOLD.includes(report.result)) return [];
  // What changes nothing says so, and is not deployed either.
  for (const pull of pulls.filter(({ report: plan }) => plan === null || !isQuiet(plan))) {
    try {
      await tellOne(pull, report, settings, forge);
    } catch (error) {
      if (!(error instanceof HostenvError)) throw error;
      const right = error.code === "github-forbidden" ? ": the token needs `pull-requests: write`" : "";
      return [`pull requests are not told how they were deployed: ${error.message}${right}`];
    }
  }
  return [];
}

async function tellOne(
  { number, report: plan }: DeployedPull,
  report: DeployReport,
  { authorId, run, runUrl }: TellSettings,
  forge: Pick<Forge, "comments" | "editComment">,
): Promise<void> {
  const ownership = { pullRequest: number, provider: report.provider, authorId };
  const { ours } = await findSticky(forge, ownership);
  if (!ours || isOlder(run, deployOf(ours.body) ?? null)) return;
  const own = plan ? { own: touchedBy(plan) } : {};
  const body = withDeploy(ours.body, report, { runUrl, ...own }, run);
  if (body !== ours.body) await forge.editComment(ours.id, body);
}

function touchedBy({ units }: Report): Set<string> {
  return new Set([
    ...units.added,
    ...units.changed,
    ...units.removed,
    ...units.moved.map(({ name }) => name),
  ]);
}
