import { isWithin } from "./names.ts";
import type { Verdict } from "./verdict.ts";
import { type Operation, operationsTo, operationsToAdopt, type RecordRefusal } from "./zone-changes.ts";
import { isOurs, leadsSomewhere, recordsOf, type Zone, type ZoneRecord, type ZoneView } from "./zones.ts";

/** Mismatches that another record cures. */
const CURABLE = ["elsewhere", "partial", "ipv6", "nxdomain", "nodata", "target-unresolvable"];

/** Most operations of one transaction: what every plan of Cloudflare's allows. */
export const LARGEST_TRANSACTION = 200;

/** A hostname of which something is wanted. */
export interface Candidate {
  /** As plan.json spells it. */
  readonly hostname: string;
  /** As questions have it. */
  readonly name: string;
  readonly environment: string;
  readonly node: string;
  /** The node's own name, as questions have it. */
  readonly expected: string;
  readonly verdict: Verdict["verdict"];
  readonly reason: string | null;
}

/** Who may have what in which zone. */
export interface ZonePolicy {
  /** Names and ids of zones that may be changed. */
  readonly zones: readonly string[];
  /** Whether the zone that holds `provider` may be changed, too. */
  readonly ownZone: boolean;
  /** The domain of the nodes and of environments' own hostnames. */
  readonly provider: string;
  /** Names of nodes in DNS, which lead no visitor. */
  readonly nodes: readonly string[];
  /** An environment's own hostname. */
  readonly ownHostnames: Readonly<Record<string, string>>;
  /** What else it may have, where the provider says so. */
  readonly allowedSuffixes: Readonly<Record<string, readonly string[]>>;
}

/** What a plan is made from besides the hostnames. */
export interface ZoneFacts {
  readonly policy: ZonePolicy;
  /** The zone that answers for a name. */
  readonly viewFor: (name: string) => ZoneView | null;
  /** Names whose records may become ours. */
  readonly adopted: ReadonlySet<string>;
  /** Addresses of a node by its name. */
  readonly addressesOf: (expected: string) => readonly string[];
  /** Whether the environment's deploy on its node is confirmed. */
  readonly isDeployed: (candidate: Candidate) => boolean;
}

/** Why a hostname's records are left alone. */
export type Refusal =
  | RecordRefusal
  | "no-zone"
  | "zone-not-ours"
  | "zone-not-served"
  | "zone-unreadable"
  | "node-name"
  | "apex"
  | "mail"
  | "delegated"
  | "not-allowed"
  | "not-deployed"
  | "too-many";

/** What is to be done in a zone for one hostname. */
export interface Change {
  readonly candidate: Candidate;
  readonly zone: Zone;
  /** Every record of the name when the change was planned. */
  readonly records: readonly ZoneRecord[];
  readonly operations: readonly Operation[];
}

/** A hostname for which nothing is to be done: its records are right, or must not be touched. */
export interface Unplanned {
  readonly candidate: Candidate;
  readonly zone: Zone | null;
  readonly refusal: Refusal | null;
}

/** What is to be done, and what not and why. */
export interface ZonePlan {
  readonly changes: readonly Change[];
  readonly others: readonly Unplanned[];
}

/** Hostnames that another record would cure, and those to be taken over as they are; each name once. */
export function concerned(candidates: readonly Candidate[], adopted: ReadonlySet<string>): Candidate[] {
  const firsts = new Map<string, Candidate>();
  for (const candidate of candidates)
    if ((isCurable(candidate) || isTakenOver(candidate, adopted)) && !firsts.has(candidate.name))
      firsts.set(candidate.name, candidate);
  return [...firsts.values()];
}

/** Whether a record can cure what is wrong with a hostname: nothing does with a foreign CAA set or DNSSEC. */
export function isCurable({ verdict, reason }: Pick<Candidate, "verdict" | "reason">): boolean {
  return verdict === "mismatch" && CURABLE.includes(reason ?? "");
}

function isTakenOver({ verdict, name }: Candidate, adopted: ReadonlySet<string>): boolean {
  return (verdict === "match" || verdict === "proxied") && adopted.has(name);
}

/** Decides for each hostname that is concerned what is done in its zone. */
export function zonePlan(candidates: readonly Candidate[], facts: ZoneFacts): ZonePlan {
  const changes: Change[] = [];
  const others: Unplanned[] = [];
  for (const candidate of concerned(candidates, facts.adopted)) {
    const view = facts.viewFor(candidate.name);
    const decided = decision(candidate, view, facts);
    const zone = view?.zone ?? null;
    if (typeof decided === "string") others.push({ candidate, zone, refusal: decided });
    else if (decided.operations.length === 0) others.push({ candidate, zone, refusal: null });
    else changes.push(decided);
  }
  return { changes, others };
}

function decision(candidate: Candidate, view: ZoneView | null, facts: ZoneFacts): Change | Refusal {
  if (view === null) return "no-zone";
  const { zone, records: all } = view;
  const { name } = candidate;
  if (!mayChange(zone, facts.policy)) return "zone-not-ours";
  if (!zone.isServed) return "zone-not-served";
  if (all === null) return "zone-unreadable";
  const records = recordsOf(name, all);
  const refusal =
    forbidden(name, zone, all, facts.policy) ??
    (isAllowed(candidate, records, zone, facts) ? null : "not-allowed");
  if (refusal !== null) return refusal;
  const named = { name, records, zone, adopted: facts.adopted.has(name) };
  const operations = isCurable(candidate)
    ? operationsTo({ expected: candidate.expected, addresses: facts.addressesOf(candidate.expected) }, named)
    : operationsToAdopt(named);
  if (typeof operations === "string") return operations;
  if (operations.length > LARGEST_TRANSACTION) return "too-many";
  // Last, so that a dry run before a deploy shows what else is in the way.
  if (operations.length > 0 && !facts.isDeployed(candidate)) return "not-deployed";
  return { candidate, zone, records, operations };
}

function mayChange({ id, name }: Zone, { zones, ownZone, provider }: ZonePolicy): boolean {
  return zones.includes(id) || zones.includes(name) || (ownZone && isWithin(provider, name));
}

// Names that are more than a way to a web site, whoever wants them.
function forbidden(
  name: string,
  zone: Zone,
  all: readonly ZoneRecord[],
  { nodes }: ZonePolicy,
): Refusal | null {
  if (nodes.includes(name)) return "node-name";
  if (name === zone.name) return "apex";
  if (all.some((record) => record.type === "MX" && record.name === name)) return "mail";
  const isCut = ({ type, name: at }: ZoneRecord) => type === "NS" && at !== zone.name && isWithin(name, at);
  return all.some(isCut) ? "delegated" : null;
}

// A client must not get a name of the provider's, or of another client whose zone happens to be here.
function isAllowed(
  { environment, name }: Candidate,
  records: readonly ZoneRecord[],
  zone: Zone,
  { policy, adopted }: ZoneFacts,
): boolean {
  const hostname = own(policy.ownHostnames, environment);
  if (hostname !== undefined && isWithin(name, hostname)) return true;
  const suffixes = own(policy.allowedSuffixes, environment);
  if (suffixes) return suffixes.some((suffix) => isWithin(name, suffix));
  if (isWithin(policy.provider, zone.name) || isWithin(name, policy.provider)) return false;
  const leading = records.filter(leadsSomewhere);
  return adopted.has(name) || (leading.length > 0 && leading.every(isOurs));
}

// Not what every object inherits: an environment may be called "constructor".
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Changes of one zone in as few transactions as they fit, each hostname whole in one of them. */
export function transactions(changes: readonly Change[], most = LARGEST_TRANSACTION): Change[][] {
  const parts: Change[][] = [];
  let room = 0;
  for (const change of changes) {
    const size = change.operations.length;
    if (parts.length === 0 || size > room) {
      parts.push([]);
      room = most;
    }
    (parts.at(-1) as Change[]).push(change);
    room -= size;
  }
  return parts;
}
