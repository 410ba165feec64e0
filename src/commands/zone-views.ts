import type { Origin } from "../domain/dns/verdict.ts";
import { isOurs, leadsSomewhere, recordsOf, type Zone, type ZoneView, zoneFor } from "../domain/dns/zones.ts";
import type { Zones } from "../ports/zones.ts";
import { pooled } from "./pooled.ts";

/** Zones are read so many at a time. */
const AT_ONCE = 4;

/** The zone that answers for a name, as it was when it was read. */
export type Views = (name: string) => ZoneView | null;

/** What was read. */
export interface ReadZones {
  /** Every zone that can be seen. */
  readonly zones: readonly Zone[];
  readonly viewFor: Views;
}

/**
 * Reads the zones that answer for these names, each once. Throws what reading throws: a zone that can't be read is
 * not taken for an empty one.
 */
export async function zoneViews(names: readonly string[], port: Zones): Promise<ReadZones> {
  const zones = await port.zones();
  const needed = [...new Set(names.flatMap((name) => zoneFor(name, zones) ?? []))];
  const records = await pooled(needed, AT_ONCE, (zone) => port.records(zone));
  const views = new Map(needed.map((zone, index) => [zone, { zone, records: records[index] ?? null }]));
  const viewFor = (name: string) => {
    const zone = zoneFor(name, zones);
    return zone && (views.get(zone) ?? null);
  };
  return { zones, viewFor };
}

/** Where a proxy passes requests for a name on to; null where no zone tells. */
export function originsOf(name: string, views: Views): readonly Origin[] | null {
  const view = views(name);
  // A zone that is not served may hold what nobody is answered from.
  if (!view?.records || !view.zone.isServed) return null;
  return recordsOf(name, view.records)
    .filter(leadsSomewhere)
    .map((record) => ({ type: record.type, content: record.content, isOurs: isOurs(record) }));
}
