import { endpointIn } from "./addresses.ts";
import { distinct, type Failure, mostTelling, type Server } from "./agreement.ts";
import { isWithin, parentOf } from "./names.ts";
import type { DnsAnswer, DnsFailure, DnsRecord, RecordType } from "./records.ts";
import { together, type Walk } from "./walk.ts";

/** At most so many of a zone's servers are asked, the first by name: .com has 13 that say the same. */
const MOST_SERVERS = 4;

/** A zone with its own servers. */
export interface Zone {
  readonly kind: "zone";
  /** The zone's name, "" for the root. */
  readonly apex: string;
  /** At least one. */
  readonly servers: readonly Server[];
  /** Whether it was found only by what a resolver gives out unvalidated. */
  readonly refused: boolean;
  /** What kept a resolver from telling whether there is a zone further down. */
  readonly doubts: readonly string[];
}

/** Why a zone or its servers could not be found. */
export interface ZoneFailure extends Failure {
  readonly reason: DnsFailure["reason"];
  readonly evidence: readonly string[];
}

/** By what zones are found. */
export interface ZoneSources {
  /** This machine's resolvers. */
  readonly system: readonly string[];
  /** Zones that were found, by the names they were looked for; thousands of hostnames share a few. */
  readonly zones: Map<string, Zone>;
}

/** Finds the zone that a name is in, and its servers, with the help of the system's resolvers. */
export function* zoneOf(name: string, { system, zones }: ZoneSources): Walk<Zone | ZoneFailure> {
  const known = zones.get(name);
  if (known) return known;
  const found = yield* apexOf(name, system);
  if (found.kind === "failure") return found;
  const zone = zones.get(found.apex) ?? (yield* zoneAt(found.apex, system));
  if (zone.kind === "failure") return zone;
  zones.set(zone.apex, zone);
  const { refused, doubts } = found;
  const own = refused || doubts.length > 0 ? { ...zone, refused: refused || zone.refused, doubts } : zone;
  zones.set(name, own);
  return own;
}

function* zoneAt(apex: string, system: readonly string[]): Walk<Zone | ZoneFailure> {
  const reply = yield* fromSystem(apex, "NS", system);
  if (reply.kind === "failure") return reply;
  const names = namesOf(reply.answer, apex, "NS");
  const { servers, failure, refused } = yield* addressed(names, system);
  if (servers.length > 0)
    return { kind: "zone", apex, servers, refused: reply.refused || refused, doubts: [] };
  const none = `${shown(apex)} NS: ${names.length === 0 ? "no such record" : "no name server has an address"}`;
  return failure ?? { kind: "failure", reason: "unreachable", evidence: [none] };
}

interface FoundApex extends Pick<Zone, "apex" | "refused" | "doubts"> {
  readonly kind: "apex";
}

// A resolver tells the zone of a name that is no apex beside its answer. Some leave that out, and where the
// name is an alias it is the target's, or the target makes the resolver fail: so it is looked for one label
// up. An alias is never an apex, and servers of a zone too high up only point to others.
function* apexOf(name: string, system: readonly string[]): Walk<FoundApex | ZoneFailure> {
  let failure: ZoneFailure | null = null;
  for (let tried: string | null = name; tried !== null; tried = parentOf(tried)) {
    const reply: SystemAnswer | ZoneFailure = yield* fromSystem(tried, "SOA", system);
    if (reply.kind === "failure") failure ??= reply;
    if (reply.kind === "failure" && reply.reason !== "servfail") return failure as ZoneFailure;
    if (reply.kind === "failure") continue;
    const apex = apexIn(reply.answer, tried);
    if (apex !== null) return { kind: "apex", apex, refused: reply.refused, doubts: failure?.evidence ?? [] };
  }
  const evidence = [`${shown(name)} SOA: no resolver tells its zone`];
  return failure ?? { kind: "failure", reason: "malformed", evidence };
}

function apexIn({ answers, authorities }: DnsAnswer, name: string): string | null {
  if (answers.some((record) => record.name === name && record.type === "CNAME")) return null;
  if (answers.some((record) => record.name === name && record.type === "SOA")) return name;
  const soa = authorities.find((record) => record.type === "SOA" && isWithin(name, record.name));
  return soa?.name ?? null;
}

interface Addressed {
  readonly servers: readonly Server[];
  /** The first that happened while looking for them. */
  readonly failure: ZoneFailure | null;
  readonly refused: boolean;
}

// Where one has no address, the next one by name takes its place.
function* addressed(names: readonly string[], system: readonly string[]): Walk<Addressed> {
  const servers = new Map<string, FoundServer>();
  let failure: ZoneFailure | null = null;
  for (let next = 0; next < names.length && servers.size < MOST_SERVERS; ) {
    const batch = names.slice(next, next + MOST_SERVERS - servers.size);
    next += batch.length;
    for (const found of yield* together(batch.map((name) => serverOf(name, system)))) {
      if (found?.kind === "failure") failure ??= found;
      else if (found && !servers.has(found.address)) servers.set(found.address, found);
    }
  }
  const list = [...servers.values()];
  return { servers: list, failure, refused: list.some(({ refused }) => refused) };
}

interface FoundServer extends Server {
  readonly kind: "server";
  readonly refused: boolean;
}

// One address is enough: IPv6 only where there is no other, since many machines have none.
function* serverOf(name: string, system: readonly string[]): Walk<FoundServer | ZoneFailure | null> {
  let failure: ZoneFailure | null = null;
  for (const type of ["A", "AAAA"] as const) {
    const reply: SystemAnswer | ZoneFailure = yield* fromSystem(name, type, system);
    if (reply.kind === "failure") failure ??= reply;
    else {
      const [address] = namesOf(reply.answer, name, type).flatMap((text) => endpointIn(text) ?? []);
      if (address !== undefined) return { kind: "server", address, label: name, refused: reply.refused };
    }
  }
  return failure;
}

// Only what stands at the name itself: what an alias leads to is no name server.
function namesOf({ answers }: DnsAnswer, name: string, type: RecordType): string[] {
  const own = (record: DnsRecord) => record.name === name && record.type === type;
  return distinct(answers.filter(own).map(({ data }) => String(data)));
}

interface SystemAnswer {
  readonly kind: "told";
  readonly answer: DnsAnswer;
  readonly refused: boolean;
}

/**
 * Asks the system's resolvers one after the other until one answers. One that finds a signature wrong is
 * asked again without validating: what it says is a hint only, by which nothing is decided.
 */
function* fromSystem(
  name: string,
  type: RecordType,
  system: readonly string[],
): Walk<SystemAnswer | ZoneFailure> {
  const failures: DnsFailure["reason"][] = [];
  for (const server of system) {
    const question = { server, name, type, recursive: true, checkingDisabled: false };
    const [reply] = yield [question];
    if (reply?.kind === "answer") return { kind: "told", answer: reply, refused: false };
    failures.push(reply?.reason ?? "unreachable");
    if (reply?.reason !== "servfail") continue;
    const [unchecked] = yield [{ ...question, checkingDisabled: true }];
    if (unchecked?.kind === "answer") return { kind: "told", answer: unchecked, refused: true };
  }
  const lines = failures.map(
    (reason, index) => `${shown(name)} ${type}: ${reason} (${labelOf(system[index] ?? "")})`,
  );
  const evidence = lines.length > 0 ? lines : [`${shown(name)} ${type}: this machine has no resolver`];
  return { kind: "failure", reason: mostTelling(failures), evidence };
}

/** What people call a server that is given by its address: without the usual port. */
export function labelOf(address: string): string {
  return address.replace(/^\[?([^\]]*?)\]?:53$/, "$1");
}

function shown(name: string): string {
  return name === "" ? "." : name;
}
