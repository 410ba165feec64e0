import type { Announcement } from "../domain/deploy/announcements.ts";
import type { DeployReport } from "../domain/deploy/report.ts";
import type { JsonValue } from "../domain/json.ts";
import { explained } from "../errors.ts";
import type { Forge } from "../ports/forge.ts";
import type { Webhook } from "../ports/webhook.ts";
import type { Announcer } from "./deploy-announce.ts";
import { type TellSettings, tellPulls } from "./deploy-comment.ts";
import type { DeployedPull } from "./deploy-review.ts";

/** Who is told of a deploy; what is left out is not told. */
export interface Listeners {
  readonly announcements?: { readonly announcer: Announcer; readonly announced: readonly Announcement[] };
  readonly pulls?: {
    readonly pulls: readonly DeployedPull[];
    readonly settings: TellSettings;
    readonly forge: Pick<Forge, "comments" | "editComment">;
  };
  readonly webhook?: { readonly address: string; readonly webhook: Webhook };
}

/**
 * Tells whoever is to know how a deploy ended, each whatever became of the others. A deploy that is over can't be
 * undone by what goes wrong here: that is given back, to be noticed.
 */
export async function tellOfDeploy(report: DeployReport, listeners: Listeners): Promise<string[]> {
  const { announcements, pulls, webhook } = listeners;
  const tellings = [
    ...(announcements ? [() => announcements.announcer.end(announcements.announced, report)] : []),
    ...(pulls ? [() => tellPulls(pulls.pulls, report, pulls.settings, pulls.forge)] : []),
    ...(webhook ? [() => posted(report, webhook)] : []),
  ];
  const notices: string[] = [];
  for (const tell of tellings) notices.push(...(await tell().catch(noticed)));
  return notices;
}

async function posted(
  report: DeployReport,
  { address, webhook }: NonNullable<Listeners["webhook"]>,
): Promise<string[]> {
  await webhook.send(address, JSON.parse(JSON.stringify(report)) as JsonValue);
  return [];
}

function noticed(error: unknown): string[] {
  const { message, hint } = explained(error);
  return [`${message} (${hint})`];
}
