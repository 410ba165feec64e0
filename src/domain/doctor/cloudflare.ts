import { isWithin } from "../dns/names.ts";
import type { Zone } from "../dns/zones.ts";
import { broken, type Check, type Fact, faulty, type Subject, works } from "./check.ts";

/** What the token can see. */
export interface FoundZones {
  readonly zones: readonly Zone[];
  /** By the zone's id: whether its records may be read. */
  readonly readable: Readonly<Record<string, Fact<boolean>>>;
}

/** Zones that the plan says are ours, by name or id, and the provider's own name; null where none is ours. */
export interface PlannedZones {
  readonly named: readonly string[];
  readonly provider: string | null;
}

/** Zones that the token can see and the plan names, and what the plan names and it can't see. */
export function plannedAmong(zones: readonly Zone[], { named, provider }: PlannedZones) {
  const isNamed = (zone: Zone, name: string) => zone.name === name || zone.id === name;
  const own = zones.filter((zone) => provider !== null && isWithin(provider, zone.name));
  const found = zones.filter((zone) => own.includes(zone) || named.some((name) => isNamed(zone, name)));
  const unseen = named.filter((name) => !zones.some((zone) => isNamed(zone, name)));
  const isAlone = provider !== null && own.length === 0 && named.length === 0;
  return { found, unseen: isAlone ? [provider] : unseen };
}

/** The token, and each zone of the plan. */
export function cloudflareChecks(fact: Fact<FoundZones>, planned: PlannedZones): Check[] {
  const token: Subject = { area: "cloudflare", name: "token" };
  if ("fault" in fact) return [faulty(token, fact.fault)];
  const { zones, readable } = fact.value;
  const { found, unseen } = plannedAmong(zones, planned);
  const count = `${zones.length} zone${zones.length === 1 ? "" : "s"}`;
  return [
    works(token, `active, sees ${count}`),
    ...found.map((zone) => zoneCheck(zone, readable[zone.id] as Fact<boolean>)),
    ...unseen.map((name) =>
      broken(
        { area: "cloudflare", name },
        {
          code: "cloudflare-no-zone",
          message: "the token does not see this zone, which the plan says is ours",
          hint: "give the token this zone (Zone / DNS / Edit), or take it out of provider.cloudflare: docs/cloudflare.md",
        },
      ),
    ),
  ];
}

function zoneCheck({ name, isServed }: Zone, fact: Fact<boolean>): Check {
  const subject: Subject = { area: "cloudflare", name };
  if ("fault" in fact) return faulty(subject, fact.fault);
  if (!fact.value)
    return broken(subject, {
      code: "cloudflare-no-records",
      message: "the token may not read its records",
      hint: "make a token with Zone / DNS / Edit for it: docs/cloudflare.md",
    });
  if (isServed) return works(subject, "its records can be read");
  return broken(subject, {
    code: "cloudflare-unserved",
    message: "the world is not answered from this zone: it is not active at Cloudflare",
    hint: "delegate it to the name servers that Cloudflare names, or take it out of provider.cloudflare",
  });
}
