import type { Problem } from "../domain/deploy/preflight.ts";
import type { DeployedEnvironment, DeployReport } from "../domain/deploy/report.ts";
import { deployReport } from "../domain/deploy/story.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { byBytes } from "../domain/json.ts";
import type { HeldBack } from "../fleets/hostenv/deploy-held-back.ts";
import { projectOf } from "../fleets/hostenv/facts.ts";
import { sitesOf } from "../fleets/hostenv/hostnames.ts";
import type { Environment, Plan } from "../fleets/hostenv/schema.ts";
import type { DeployEnd } from "./deploy.ts";
import { rehearsedSteps } from "./deploy-steps.ts";

/** What is told beside the deploy itself. */
export interface ReportAround {
  /** The provider's folder in its repository, "." for the root. */
  readonly provider: string;
  readonly toolVersion: string;
  readonly notices: readonly string[];
  /** What to run for nodes that are left. */
  readonly resume: (nodes: readonly string[]) => string;
}

/** The report of a deploy that has ended. */
export function reportOfDeploy(
  end: DeployEnd,
  { provider, toolVersion, notices, resume }: ReportAround,
): DeployReport {
  const { planId, commit, seconds, result, waves, nodes, waiting, unreviewed } = end;
  const irreversible = [...end.preflight.values()].flatMap((found) => found.irreversible ?? []);
  return deployReport(
    {
      ...{ provider, planId, commit, toolVersion, seconds, unreviewed, waves, nodes },
      told: result,
      heldBack: end.heldBack.map(({ node }) => node),
      awaited: end.heldBack.filter(isAwaited).map(({ node }) => node),
      standing: [...end.plan.standing],
      environments: environmentsOf(end),
      ...(result === "dry-run" ? { steps: rehearsedSteps(end) } : {}),
      waitingForDns: waiting.map((each) => ({ ...each })),
      notices: [
        ...end.troubles.map(troubleNotice),
        ...irreversible,
        ...end.heldBack.map(heldBackNotice),
        ...notices,
      ],
    },
    resume,
  );
}

function troubleNotice({ code, message, hint }: Problem): string {
  return `[${code}] ${message}: ${hint}. What is deployed stays, and the next run goes on from there`;
}

// A freeze ends by itself, and no reviewer brings back forward what somebody rolled back.
function isAwaited({ until, types }: HeldBack): boolean {
  return until === null && types.length > 0;
}

function heldBackNotice(held: HeldBack): string {
  const by = held.through === null ? "" : `, since data moves between it and ${held.through}`;
  return `${held.node} is left as it is${by}: ${whyHeldBack(held)}`;
}

function whyHeldBack({ node, until, reason, types, rolledBack, through }: HeldBack): string {
  const named = types.join(", ");
  if (until !== null)
    return `deploys of ${named} are frozen until ${until}: ${reason}. The first deploy after that brings it; one that names the plan's id does now`;
  if (rolledBack.length === 0) return `deploys of ${named} are left to a run that was agreed to`;
  const whose = through === null ? "" : ` on ${through}`;
  return `somebody rolled back ${rolledBack.join(", ")}${whose}, and what it is to carry is what was rolled back from. A repaired plan brings it forward; with this one, -n ${through ?? node} does`;
}

/** The environments of the nodes that a deploy reaches, as it is told of them. */
export function environmentsOf({
  wanted,
  plan,
  waves,
  memory,
}: Pick<DeployEnd, "wanted" | "plan" | "waves" | "memory">) {
  const reached = new Set(waves.flat());
  const touched = new Set([
    ...plan.changes.filter(({ kind }) => kind === "unit").map(({ subject }) => subject),
    ...plan.pinMoves.map(({ name }) => name.split("/")[0] as string),
  ]);
  return Object.keys(wanted.plan.environments)
    .sort(byBytes)
    .filter((name) => reached.has((wanted.plan.environments[name] as Environment).node))
    .map((name): DeployedEnvironment => {
      const environment = wanted.plan.environments[name] as Environment;
      const { environmentName } = environment.hostenv as { environmentName?: unknown };
      return {
        name,
        project: projectOf(environment),
        environment: typeof environmentName === "string" ? environmentName : name,
        type: environment.type,
        host: environment.node,
        url: urlOf(wanted.plan, name, memory),
        changed: touched.has(name),
      };
    });
}

// A project's own name for its site is the one that its visitors know.
function urlOf(plan: Plan, name: string, memory: Memory): string | null {
  const own = plan.environments[name]?.hostenv.hostname;
  const sites = sitesOf(plan).filter((site) => site.environment === name && site.skipped !== "disabled");
  const serving = sites.filter(({ redirectsTo }) => redirectsTo === null);
  const site = serving.find(({ hostname }) => hostname !== own) ?? serving[0];
  if (!site) return null;
  const isPlain = site.skipped !== null || memory.off.includes(site.hostname);
  return `${isPlain ? "http" : "https"}://${site.hostname}`;
}
