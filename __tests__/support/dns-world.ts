import { isWithin } from "../../src/domain/dns/names.ts";
import type {
  CaaProperty,
  DnsAnswer,
  DnsQuestion,
  DnsRecord,
  DnsReply,
} from "../../src/domain/dns/records.ts";
import { type Node, nodeOf, verdictOf, verdictUnasked } from "../../src/domain/dns/resolve.ts";
import type { Origin, Verdict, Wanted } from "../../src/domain/dns/verdict.ts";
import type { Walk } from "../../src/domain/dns/walk.ts";

/** What is defined at a name. */
export interface Defined {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly CNAME?: string;
  readonly NS?: readonly string[];
  readonly CAA?: readonly string[];
}

/** A zone: who serves it, and its records by name. */
export interface WorldZone {
  /** Names of its servers. */
  readonly servers: readonly string[];
  readonly records: Readonly<Record<string, Defined>>;
}

/** Zones by apex, and what replaces an answer; `resolvers` answer for all of them. */
export interface World {
  readonly zones: Readonly<Record<string, WorldZone>>;
  readonly resolvers: readonly string[];
  readonly instead?: (question: DnsQuestion) => DnsReply | undefined;
}

export const failure = (reason: (DnsReply & { kind: "failure" })["reason"]): DnsReply => ({
  kind: "failure",
  reason,
});

/** An answer of a zone's own server. */
export const answer = (given: Partial<DnsAnswer> = {}): DnsAnswer => ({
  kind: "answer",
  code: "NOERROR",
  authoritative: true,
  answers: [],
  authorities: [],
  ...given,
});

export const soa = (name: string): DnsRecord => ({ name, type: "SOA", data: null });

/** What a server of the world replies. Unknown servers do not answer. */
export function replyIn(world: World, question: DnsQuestion): DnsReply {
  const replaced = world.instead?.(question);
  if (replaced) return replaced;
  if (world.resolvers.includes(question.server))
    return question.recursive ? resolved(world, question) : failure("refused");
  const host = /^\[?(.*?)\]?:53$/.exec(question.server)?.[1] ?? "";
  const zones = Object.entries(world.zones).filter(([, { servers }]) =>
    servers.some((server) => addressesOf(world, server).includes(host)),
  );
  if (zones.length === 0) return failure("timeout");
  const apex = longest(zones.map(([name]) => name).filter((name) => isWithin(question.name, name)));
  return apex === null ? failure("refused") : local(world, apex, question.name, question.type);
}

const addressesOf = (world: World, name: string): string[] => {
  const zone = zoneAbove(world, name);
  const found = zone === null ? undefined : world.zones[zone]?.records[name];
  return [...(found?.A ?? []), ...(found?.AAAA ?? [])];
};

const longest = (names: readonly string[]): string | null =>
  names.reduce<string | null>(
    (best, name) => (best === null || name.length > best.length ? name : best),
    null,
  );

const zoneAbove = (world: World, name: string) =>
  longest(Object.keys(world.zones).filter((apex) => isWithin(name, apex)));

function local(world: World, apex: string, name: string, type: DnsQuestion["type"]): DnsAnswer {
  const zone = world.zones[apex] as WorldZone;
  const below = zoneAbove(world, name) ?? apex;
  if (below !== apex) return referral(below, world.zones[below] as WorldZone);
  const defined = zone.records[name];
  if (type === "SOA" && name === apex) return answer({ answers: [soa(apex)] });
  if (defined?.CNAME !== undefined) {
    return answer({ answers: [{ name, type: "CNAME", data: defined.CNAME }] });
  }
  const answers = recordsOf(zone, apex, name, type);
  if (answers.length > 0) return answer({ answers });
  const exists = Object.keys(zone.records).some((other) => isWithin(other, name)) || name === apex;
  return answer({ code: exists ? "NOERROR" : "NXDOMAIN", authorities: [soa(apex)] });
}

const referral = (name: string, { servers }: WorldZone) =>
  answer({ authoritative: false, authorities: servers.map((data) => ({ name, type: "NS", data })) });

function recordsOf(zone: WorldZone, apex: string, name: string, type: DnsQuestion["type"]): DnsRecord[] {
  if (type === "NS" && name === apex) return zone.servers.map((data) => ({ name, type, data }));
  const defined = zone.records[name];
  if (type === "CAA") return (defined?.CAA ?? []).map((text) => ({ name, type, data: caa(text) }));
  if (type !== "A" && type !== "AAAA" && type !== "NS") return [];
  return (defined?.[type] ?? []).map((data) => ({ name, type, data }));
}

/** `issue letsencrypt.org`, `!tbs x`. */
export function caa(text: string): CaaProperty {
  const [, mark, tag = "", value = ""] = /^(!?)(\S+) ?(.*)$/.exec(text) ?? [];
  return { critical: mark === "!", tag, value };
}

// Follows aliases as a resolver does, and fails where it gets into a loop.
function resolved(world: World, { name, type }: DnsQuestion): DnsReply {
  const answers: DnsRecord[] = [];
  for (let at = name, hops = 0; ; hops++) {
    const apex = zoneAbove(world, at);
    if (apex === null)
      return answer({ authoritative: false, code: "NXDOMAIN", answers, authorities: [soa("")] });
    const found = local(world, apex, at, type);
    answers.push(...found.answers);
    const alias = found.answers.find((record) => record.name === at && record.type === "CNAME");
    if (alias === undefined || type === "CNAME") return { ...found, authoritative: false, answers };
    if (hops > 11) return failure("servfail");
    at = String(alias.data);
  }
}

/** Runs a walk to its end; what was asked, in order. */
export function run<T>(walk: Walk<T>, reply: (question: DnsQuestion) => DnsReply) {
  const asked: DnsQuestion[] = [];
  let step = walk.next();
  while (!step.done) {
    asked.push(...step.value);
    step = walk.next(step.value.map(reply));
  }
  return { value: step.value, asked };
}

export const RESOLVER = "198.51.100.53:53";
export const NODE = "node-a.hosting.test";
export const NODE_IPV4 = "192.0.2.10";
export const NODE_IPV6 = "2001:db8::10";

/** The provider's zone with one node and the client's, each with two servers. */
export function worldWith(records: WorldZone["records"], given: Partial<World> = {}): World {
  return {
    resolvers: [RESOLVER],
    ...given,
    zones: {
      test: { servers: ["ns.test"], records: { "ns.test": { A: ["192.0.2.4"] } } },
      "hosting.test": {
        servers: ["ns1.hosting.test", "ns2.hosting.test"],
        records: {
          "ns1.hosting.test": { A: ["192.0.2.1"] },
          "ns2.hosting.test": { A: ["192.0.2.2"] },
          [NODE]: { A: [NODE_IPV4], AAAA: [NODE_IPV6] },
        },
      },
      "client.test": {
        servers: ["ns1.client.test", "ns2.client.test"],
        records: {
          "ns1.client.test": { A: ["203.0.113.1"] },
          "ns2.client.test": { A: ["203.0.113.2"], AAAA: ["2001:db8:113::2"] },
          ...records,
        },
      },
      ...given.zones,
    },
  };
}

/** A virtual host of the node. */
export const wantedOf = (hostname: string, given: Partial<Wanted> = {}): Wanted => ({
  environment: "shop-main",
  node: "node-a",
  hostname,
  expected: NODE,
  skipped: null,
  redirectsTo: null,
  ...given,
});

/** The verdict of a hostname in a world, and all that was asked for it. */
export function judged(
  world: World,
  hostname: string,
  given: { nameservers?: string[]; origins?: readonly Origin[] | null; expected?: string } = {},
): { verdict: Verdict; asked: DnsQuestion[] } {
  const sources = { system: world.resolvers, nameservers: given.nameservers ?? [], zones: new Map() };
  const wanted = wantedOf(hostname, { expected: given.expected ?? NODE });
  const unasked = verdictUnasked(wanted);
  if (unasked) return { verdict: unasked, asked: [] };
  const reply = (question: DnsQuestion) => replyIn(world, question);
  const node: { value: Node } = run(nodeOf(wanted.expected, sources), reply);
  const found = run(
    verdictOf(wanted, node.value, () => given.origins ?? null, sources),
    reply,
  );
  return { verdict: found.value, asked: found.asked };
}

/** `match`, or `mismatch:elsewhere`. */
export const said = ({ verdict: { verdict, reason } }: { verdict: Verdict }) =>
  reason === null ? verdict : `${verdict}:${reason}`;
