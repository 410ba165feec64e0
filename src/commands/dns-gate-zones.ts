import type { GateRow } from "../domain/dns/gate-answer.ts";
import { normalised } from "../domain/dns/names.ts";
import { sameName } from "../domain/dns/owners.ts";
import type { Origins } from "../domain/dns/resolve.ts";
import type { Site } from "../domain/dns/site.ts";
import type { Write } from "../domain/dns/writes.ts";
import { type Candidate, concerned, isCurable } from "../domain/dns/zone-plan.ts";
import { recordsOf } from "../domain/dns/zones.ts";
import { HostenvError } from "../errors.ts";
import type { WriteCall, Zones } from "../ports/zones.ts";
import type { Looked, LookInputs, ZoneKnowledge } from "./dns-gate-look.ts";
import { type Order, refuseUnseen, type ZonePorts } from "./dns-gate-order.ts";
import { dnsWrites } from "./dns-writes.ts";
import { originsOf, type Views, zoneViews } from "./zone-views.ts";

/** Looks at some sites anew. */
export type Look = (
  sites: readonly Site[],
  zones?: ZoneKnowledge,
  quick?: Pick<LookInputs, "httpCheck" | "within">,
) => Promise<Looked>;

/** What was asked for, and of whom. */
export interface ZoneContext {
  /** Those that were looked at. */
  readonly sites: readonly Site[];
  /** Null where no record is to be changed. */
  readonly order: Order | null;
  readonly ports: ZonePorts;
  readonly look: Look;
}

/** What became of updating DNS. */
export interface Updated {
  /** The same object where nothing is to be seen anew. */
  readonly looked: Looked;
  readonly writes: readonly Write[];
  readonly calls: readonly WriteCall[];
  /** Virtual hosts whose records are set and not yet seen. */
  readonly pending: readonly string[];
}

/**
 * Sees through Cloudflare's proxy where a zone can be read. Where it can't, that stays unknown; only where records
 * are to be changed it is an error.
 */
export async function throughProxies(looked: Looked, context: ZoneContext): Promise<Looked> {
  const { ports, order, look } = context;
  const hidden = looked.rows.filter(({ verdict, reason }) => verdict === "unknown" && reason === "proxied");
  if (ports.zones === null || hidden.length === 0) return looked;
  try {
    const { viewFor } = await zoneViews(namesOf(hidden), ports.zones);
    const again = await look(sitesOf(hidden, context), { origins: originsIn(viewFor), pending: new Set() });
    return merged(looked, again);
  } catch (error) {
    if (!(error instanceof HostenvError) || order !== null) throw error;
    ports.progress.notice(`hostnames behind Cloudflare's proxy stay unknown: ${error.message}`);
    return looked;
  }
}

/**
 * Changes records where that is ordered and nothing stands against it, waits until DNS shows them, and looks again.
 * Throws what reading zones throws, before anything is written.
 */
export async function updated(
  looked: Looked,
  obstacle: string | null,
  context: ZoneContext,
): Promise<Updated> {
  const { order, ports } = context;
  const nothing = { looked, writes: [], calls: [], pending: [] };
  if (order === null) return nothing;
  if (obstacle !== null) {
    ports.progress.notice(`no record is changed: ${obstacle}`);
    return nothing;
  }
  const candidates = looked.rows.flatMap(candidateOf);
  const names = concerned(candidates, order.adopted).map(({ name }) => name);
  if (names.length === 0) return nothing;
  const { viewFor, zones } = await zoneViews(names, order.zones);
  refuseUnseen(order.named, zones);
  const origins = freshOrigins(names.filter(isProxiedIn(viewFor)), order.zones);
  const unseen = unseenBy(looked, origins, context);
  const facts = { ...order, candidates, viewFor, addressesOf: looked.addressesOf };
  const { writes, pending, calls } = await dnsWrites(facts, {
    zones: order.zones,
    timer: ports.timer,
    unseen,
  });
  // Whatever happens to what is said at the end.
  const changed = writes.filter(({ result }) => result === "written").map(({ hostname }) => hostname);
  if (changed.length > 0) ports.progress.notice(`DNS records changed: ${changed.join(", ")}`);
  const rows = rowsOf(writes.filter(isSet), looked);
  if (order.dryRun || rows.length === 0) return { ...nothing, writes, calls };
  const late = new Set(pending.map(sameName));
  const again = await context.look(sitesOf(rows, context), {
    origins: await origins().catch(() => () => null),
    pending: late,
  });
  const waiting = again.rows
    .filter(({ reason }) => reason === "pending")
    .map(({ virtualHost }) => virtualHost);
  return { looked: merged(looked, again), writes, calls, pending: waiting };
}

const isSet = ({ result }: Write) => result === "written" || result === "unchanged";

function rowsOf(writes: readonly Write[], { rows }: Looked): GateRow[] {
  const names = new Set(writes.map(({ hostname }) => sameName(hostname)));
  return rows.filter(({ hostname }) => names.has(sameName(hostname)));
}

function candidateOf(row: GateRow): Candidate[] {
  const [name, expected] = [normalised(row.hostname), normalised(row.expected)];
  if (name === null || expected === null) return [];
  const { hostname, environment, node, verdict, reason } = row;
  return [{ hostname, name, environment, node, expected, verdict, reason }];
}

function isProxiedIn(viewFor: Views) {
  return (name: string): boolean =>
    recordsOf(name, viewFor(name)?.records ?? []).some(({ proxied }) => proxied);
}

// A proxied record tells of its change only to those who read it anew; once is enough, for it was proved.
function freshOrigins(names: readonly string[], zones: Zones): () => Promise<Origins> {
  let reading: Promise<Origins> | null = null;
  const read = async () =>
    names.length === 0 ? () => null : originsIn((await zoneViews(names, zones)).viewFor);
  return () => {
    reading ??= read();
    return reading;
  };
}

function unseenBy(looked: Looked, origins: () => Promise<Origins>, context: ZoneContext) {
  return async (hostnames: readonly string[], within: number): Promise<readonly string[]> => {
    try {
      const asked = looked.rows.filter(({ hostname }) => hostnames.includes(hostname));
      const known = { origins: await origins(), pending: new Set<string>() };
      const { rows } = await context.look(sitesOf(asked, context), known, { httpCheck: false, within });
      const seen = new Set(rows.filter(isSeen).map(({ hostname }) => hostname));
      return hostnames.filter((hostname) => !seen.has(hostname));
    } catch (error) {
      // That nobody can tell is not that it is there.
      if (error instanceof HostenvError) return hostnames;
      throw error;
    }
  };
}

// Where it leads is right; whether a certificate can be had is another matter.
function isSeen(row: GateRow): boolean {
  return row.verdict !== "unknown" && row.verdict !== "skipped" && !isCurable(row);
}

function namesOf(rows: readonly GateRow[]): string[] {
  return rows.map(({ hostname }) => sameName(hostname));
}

function originsIn(views: Views): Origins {
  return (hostname) => originsOf(sameName(hostname), views);
}

function sitesOf(rows: readonly GateRow[], { sites }: ZoneContext): Site[] {
  const keys = new Set(
    rows.map(({ environment, virtualHost }) => JSON.stringify([environment, virtualHost])),
  );
  return sites.filter(({ environment, hostname }) => keys.has(JSON.stringify([environment, hostname])));
}

// What was seen later counts.
function merged(looked: Looked, again: Looked): Looked {
  const keyOf = ({ environment, virtualHost, hostname }: GateRow) =>
    JSON.stringify([environment, virtualHost, hostname]);
  const rows = new Map(again.rows.map((row) => [keyOf(row), row]));
  const rulings = new Map(again.rulings.map((ruling) => [ruling.site, ruling]));
  return {
    ...looked,
    rows: looked.rows.map((row) => rows.get(keyOf(row)) ?? row),
    rulings: looked.rulings.map((ruling) => rulings.get(ruling.site) ?? ruling),
  };
}
