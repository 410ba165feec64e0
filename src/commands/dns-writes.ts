import { described, type Write } from "../domain/dns/writes.ts";
import {
  type Candidate,
  type Change,
  isCurable,
  transactions,
  type Unplanned,
  type ZoneFacts,
  zonePlan,
} from "../domain/dns/zone-plan.ts";
import type { Zone } from "../domain/dns/zones.ts";
import { byBytes } from "../domain/json.ts";
import type { WriteCall } from "../ports/zones.ts";
import { LONGEST_WAIT, notYetVisible, type Unseen } from "./dns-visible.ts";
import { type WriterPorts, ZoneWriter } from "./zone-writer.ts";

/** What is asked for. */
export interface DnsWritesInputs extends ZoneFacts {
  /** Every hostname that was looked at, with what DNS says of it. */
  readonly candidates: readonly Candidate[];
  readonly dryRun: boolean;
}

/** What writing needs of the world. */
export interface DnsWritesPorts extends WriterPorts {
  readonly unseen: Unseen;
}

/** What became of it. */
export interface DnsWrites {
  /** By bytes of their hostnames. */
  readonly writes: readonly Write[];
  /** Hostnames whose records are right, and of which DNS does not say so yet. */
  readonly pending: readonly string[];
  /** What a dry run would have sent. */
  readonly calls: readonly WriteCall[];
}

/**
 * Leads hostnames to their nodes where their zones are ours, and waits until DNS says so. What fails is told by
 * hostname. Nobody else may want one of these names, on this node or another.
 */
export async function dnsWrites(inputs: DnsWritesInputs, ports: DnsWritesPorts): Promise<DnsWrites> {
  const { changes, others } = zonePlan(inputs.candidates, inputs);
  const told = others.map(unplanned);
  const zones = [...new Set(changes.map(({ zone }) => zone))];
  const of = (zone: Zone) => changes.filter((change) => change.zone === zone);
  if (inputs.dryRun) {
    const calls = zones.flatMap((zone) => callsFor(zone, of(zone), ports));
    return { writes: sorted([...told, ...changes.map(dry)]), pending: [], calls };
  }
  const writer = new ZoneWriter(ports);
  const written: Write[] = [];
  for (const zone of zones) written.push(...(await writer.write(zone, of(zone))));
  const writes = sorted([...told, ...written]);
  return { writes, pending: await waitedFor(writes, inputs.candidates, ports), calls: [] };
}

// Only what is new is waited for. What an earlier run wrote is looked at once.
async function waitedFor(
  writes: readonly Write[],
  candidates: readonly Candidate[],
  { unseen, timer }: DnsWritesPorts,
): Promise<string[]> {
  const curable = new Set(candidates.filter(isCurable).map(({ hostname }) => hostname));
  const of = (wanted: Write["result"]) =>
    writes.flatMap(({ result, hostname }) => (result === wanted && curable.has(hostname) ? [hostname] : []));
  const old = of("unchanged");
  const late = await notYetVisible(of("written"), unseen, timer);
  return [...late, ...(old.length > 0 ? await unseen(old, LONGEST_WAIT) : [])].sort(byBytes);
}

function callsFor(zone: Zone, changes: readonly Change[], { zones }: DnsWritesPorts): WriteCall[] {
  return transactions(changes).map((part) =>
    zones.call(
      zone,
      part.flatMap(({ operations }) => operations),
    ),
  );
}

function unplanned({ candidate: { hostname }, zone, refusal }: Unplanned): Write {
  const result = refusal === null ? "unchanged" : "refused";
  return { hostname, zone: zone?.name ?? null, operations: [], result, reason: refusal, detail: null };
}

function dry({ candidate: { hostname }, zone, operations }: Change): Write {
  const shown = described(operations);
  return { hostname, zone: zone.name, operations: shown, result: "dry-run", reason: null, detail: null };
}

function sorted(writes: readonly Write[]): Write[] {
  return [...writes].sort((left, right) => byBytes(left.hostname, right.hostname));
}
