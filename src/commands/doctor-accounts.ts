import type { Check, Fact } from "../domain/doctor/check.ts";
import { cloudflareChecks, type FoundZones, plannedAmong } from "../domain/doctor/cloudflare.ts";
import { environmentCheck, protectionCheck, pushCheck, tokenCheck } from "../domain/doctor/github.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import { zonePolicyOf } from "../fleets/hostenv/zone-policy.ts";
import type { RepositorySettings } from "../ports/repository.ts";
import type { Zones } from "../ports/zones.ts";
import type { Facts } from "./doctor-fact.ts";

/** What is asked of GitHub. */
export interface GithubQuestions {
  /** The branch that is checked out; null for the default one. */
  readonly branch: string | null;
  readonly environment: string | null;
  readonly isAction: boolean;
  /** Whether the branch's rules matter: to whom nothing is pushed and who deploys nothing they don't. */
  readonly wantsBranch: boolean;
}

/** The token, the branch and the environment; without a repository, that nothing was asked. */
export async function lookAtGithub(
  repository: Fact<RepositorySettings | null>,
  { branch, environment, isAction, wantsBranch }: GithubQuestions,
  facts: Facts,
): Promise<Check[]> {
  if ("fault" in repository) return [tokenCheck(repository)];
  const settings = repository.value;
  if (settings === null) return [tokenCheck({ value: null })];
  const start = await facts.of("ask GitHub for the repository", async () => {
    const [defaultBranch, login] = await Promise.all([settings.defaultBranch(), settings.login()]);
    return { defaultBranch, login, repository: settings.name };
  });
  // Without it no other question has an answer that says more.
  if ("fault" in start) return [tokenCheck(start)];
  const name = branch ?? start.value.defaultBranch;
  const [found, place] = await Promise.all([
    facts.of("ask GitHub for the branch", () => settings.branch(name)),
    environment === null
      ? { value: null }
      : facts.of("ask GitHub for the environment", () => settings.environment(environment)),
  ]);
  return [
    tokenCheck(start),
    ...(wantsBranch ? branchChecks(found, isAction) : []),
    ...(environment === null ? [] : [environmentCheck(environment, place)]),
  ];
}

// What can't be had of the branch is said once.
function branchChecks(found: Parameters<typeof protectionCheck>[0], isAction: boolean): Check[] {
  return "fault" in found ? [protectionCheck(found)] : [protectionCheck(found), pushCheck(found, isAction)];
}

/** The token of Cloudflare, and whether each zone of the plan can be read with it. */
export async function lookAtZones(plan: Plan, zones: () => Promise<Zones>, facts: Facts): Promise<Check[]> {
  const planned = plannedIn(plan);
  const fact = await facts.of("ask Cloudflare for its zones", async (): Promise<FoundZones> => {
    const port = await zones();
    const seen = await port.zones();
    const { found } = plannedAmong(seen, planned);
    const read = await Promise.all(
      found.map((zone) =>
        facts.of(`read the records of ${zone.name}`, async () => (await port.records(zone)) !== null),
      ),
    );
    return {
      zones: seen,
      readable: Object.fromEntries(found.map(({ id }, index) => [id, read[index] as Fact<boolean>])),
    };
  });
  return cloudflareChecks(fact, planned);
}

// Where the plan says that none is ours, the token may still be to see through the proxy.
function plannedIn(plan: Plan) {
  if (plan.cloudflare?.enable !== true) return { named: [], provider: null };
  const { zones, provider } = zonePolicyOf(plan, []);
  return { named: zones, provider };
}
