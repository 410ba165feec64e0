import { z } from "zod";
import { isConfirmed } from "../domain/deploy/outcome.ts";
import { sameName } from "../domain/dns/owners.ts";
import type { Site } from "../domain/dns/site.ts";
import type { ZoneFacts, ZonePolicy } from "../domain/dns/zone-plan.ts";
import { nearest } from "../domain/nearest.ts";
import { UsageError } from "../errors.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import { zonePolicyOf } from "../fleets/hostenv/zone-policy.ts";
import type { Progress } from "../ports/people.ts";
import type { Timer } from "../ports/time.ts";
import type { Zones } from "../ports/zones.ts";
import { type OutcomePlace, readOutcome } from "./deploy-outcome.ts";

/** Inputs that are about zones. */
export const zoneInputs = {
  withDnsUpdate: z.boolean().default(false),
  adopt: z.array(z.string()).default([]),
  deployed: z.string().optional(),
  cfZone: z.array(z.string()).default([]),
};

/** What of the inputs is looked at. */
export interface ZoneInputs {
  readonly withDnsUpdate: boolean;
  readonly adopt: readonly string[];
  readonly deployed?: string | undefined;
  readonly cfZone: readonly string[];
  readonly plan?: string | undefined;
  readonly dryRun: boolean;
}

/** What zones need of the world. */
export interface ZonePorts extends OutcomePlace {
  /** Null where there is no token. */
  readonly zones: Zones | null;
  readonly timer: Timer;
  readonly progress: Progress;
}

/** That records are to be changed: where, which, and for whom. */
export interface Order {
  readonly zones: Zones;
  readonly policy: ZonePolicy;
  /** Zones that the user named, as given. */
  readonly named: readonly string[];
  readonly adopted: ReadonlySet<string>;
  readonly isDeployed: ZoneFacts["isDeployed"];
  readonly dryRun: boolean;
}

/**
 * What is asked for, null where no record is to be changed. Throws before anything is asked or done: UsageError for
 * flags that go nowhere, and what reading the outcome and the plan's zones throws.
 */
export async function orderOf(
  inputs: ZoneInputs,
  plan: Plan,
  sites: readonly Site[],
  ports: ZonePorts,
): Promise<Order | null> {
  if (!inputs.withDnsUpdate) {
    refuseIdle(inputs);
    return null;
  }
  if (ports.zones === null) throw tokenless();
  return {
    zones: ports.zones,
    policy: zonePolicyOf(plan, inputs.cfZone),
    named: inputs.cfZone,
    adopted: adoptedIn(inputs.adopt, sites),
    isDeployed: await deployedBy(inputs, ports),
    dryRun: inputs.dryRun,
  };
}

// A flag that does nothing looks as if it had.
function refuseIdle({ adopt, deployed, cfZone }: ZoneInputs): void {
  const given = {
    "--adopt": adopt.length > 0,
    "--deployed": deployed !== undefined,
    "--cf-zone": cfZone.length > 0,
  };
  const [idle] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
  if (idle === undefined) return;
  throw new UsageError(`${idle} is given without --with-dns-update`, "add it, or leave this out");
}

function tokenless(): UsageError {
  const hint =
    "set the environment variable CF_API_TOKEN, or the action's sops inputs; see docs/cloudflare.md";
  return new UsageError("--with-dns-update is given, and there is no token for Cloudflare", hint);
}

function adoptedIn(given: readonly string[], sites: readonly Site[]): Set<string> {
  const known = new Set(sites.flatMap(({ names }) => names).map(sameName));
  for (const hostname of given.filter((each) => !known.has(sameName(each)))) {
    const near = nearest(hostname, [...known]);
    const hint = near ? `did you mean '${near}'?` : "give a hostname that dns-gate looks at";
    throw new UsageError(`--adopt '${hostname}': the plan has no such hostname`, hint);
  }
  return new Set(given.map(sameName));
}

async function deployedBy(
  { deployed, plan, dryRun }: ZoneInputs,
  ports: ZonePorts,
): Promise<ZoneFacts["isDeployed"]> {
  if (deployed !== undefined) {
    const outcome = await readOutcome(deployed, plan === undefined, ports);
    return ({ environment, node }) => isConfirmed(outcome, environment, node);
  }
  ports.progress.notice(
    dryRun
      ? "without --deployed FILE every environment is taken to run on its node"
      : "no record is changed without --deployed FILE, which says which environments run on their nodes",
  );
  return () => dryRun;
}

/** Throws UsageError for a zone that the user named and the token can't see. */
export function refuseUnseen(
  named: readonly string[],
  seen: readonly { readonly id: string; readonly name: string }[],
): void {
  for (const zone of named) {
    if (seen.some(({ id, name }) => id === zone || name === sameName(zone))) continue;
    const near = nearest(
      zone,
      seen.map(({ name }) => name),
    );
    const hint = near ? `did you mean '${near}'?` : "give the token this zone under Zone Resources";
    throw new UsageError(`--cf-zone '${zone}': the token can see no such zone`, hint);
  }
}
