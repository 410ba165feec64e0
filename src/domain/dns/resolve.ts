import { type AddressSet, addressSetOf, REFUSED } from "./address-set.ts";
import { distinct } from "./agreement.ts";
import { type CaaFinding, caaOf } from "./caa.ts";
import type { Sources } from "./chain.ts";
import { type DnssecFinding, dnssecOf } from "./dnssec.ts";
import { comparison, type ExpectedNode, isProxied, originComparison } from "./match.ts";
import { normalised } from "./names.ts";
import type { Origin, Reason, Verdict, Wanted } from "./verdict.ts";
import { together, type Walk } from "./walk.ts";

/** A node's own name in DNS, and where it leads. */
export interface Node extends ExpectedNode {
  /** Whether the name leads to addresses. */
  readonly isKnown: boolean;
  readonly evidence: readonly string[];
}

/** The records of a proxied hostname's zone at the hostname; null where the zone can't be read. */
export type Origins = (hostname: string) => readonly Origin[] | null;

/** What a verdict is, apart from whom it is about. */
interface Judgement extends Pick<Verdict, "verdict" | "seen" | "evidence"> {
  readonly reason: Reason | null;
}

/** The verdict that needs no question: where a hostname is skipped or a wildcard; null where one is needed. */
export function verdictUnasked(wanted: Wanted): Verdict | null {
  const nothing = { seen: [], evidence: [] };
  if (wanted.skipped !== null)
    return { ...about(wanted), verdict: "skipped", reason: wanted.skipped, ...nothing };
  const name = normalised(wanted.hostname);
  if (name === null) return { ...about(wanted), verdict: "skipped", reason: "malformed", ...nothing };
  if (!name.startsWith("*.")) return null;
  const evidence = ["HTTP-01 can't prove control of a wildcard name"];
  return { ...about(wanted), verdict: "mismatch", reason: "wildcard", seen: [], evidence };
}

/** The verdict of a hostname that was not looked at to the end. */
export function verdictCutShort(wanted: Wanted, reason: "deadline" | "budget"): Verdict {
  return { ...about(wanted), verdict: "unknown", reason, seen: [], evidence: [] };
}

/** Finds the addresses of a node; its name is `Wanted.expected`. */
export function* nodeOf(expected: string, sources: Sources): Walk<Node> {
  const name = normalised(expected);
  if (name === null || name.startsWith("*."))
    return { name: expected, isKnown: false, addresses: [], evidence: [`${expected}: is no name of a host`] };
  const { addresses, problem, evidence } = yield* addressSetOf(name, sources);
  if (problem !== null) return { name, isKnown: false, addresses: [], evidence };
  return { name, isKnown: true, addresses, evidence: [`expected ${name}: ${addresses.join(", ")}`] };
}

/** Finds out what DNS says of a hostname that `verdictUnasked` has no verdict of. */
export function* verdictOf(wanted: Wanted, node: Node, origins: Origins, sources: Sources): Walk<Verdict> {
  const { environment, node: place, hostname, expected } = wanted;
  const judged = yield* judgementOf(hostname, node, origins, sources);
  const { verdict, reason, seen, evidence } = judged;
  return { environment, node: place, hostname, expected, verdict, reason, seen, evidence };
}

function about({ environment, node, hostname, expected }: Wanted) {
  return { environment, node, hostname, expected };
}

function* judgementOf(hostname: string, node: Node, origins: Origins, sources: Sources): Walk<Judgement> {
  if (!node.isKnown)
    return { verdict: "unknown", reason: "node-unresolvable", seen: [], evidence: [...node.evidence] };
  const name = normalised(hostname) as string;
  const set = yield* addressSetOf(name, sources);
  const judged = judgedByAddress(set, node, () => origins(hostname));
  if (judged.verdict !== "match" && judged.verdict !== "proxied") return judged;
  const types = (["A", "AAAA"] as const).filter((type) =>
    set.addresses.some((address) => address.includes(":") === (type === "AAAA")),
  );
  const [dnssec, caa] = (yield* together<DnssecFinding | CaaFinding>([
    dnssecOf(name, types, sources),
    caaOf(name, sources),
  ])) as [DnssecFinding, CaaFinding];
  return judgedByIssuer(judged, dnssec, caa);
}

function judgedByAddress(set: AddressSet, node: Node, origins: () => readonly Origin[] | null): Judgement {
  const { addresses, problem } = set;
  const found = { seen: [...set.seen], evidence: [...set.evidence, ...node.evidence] };
  if (problem !== null) return { ...problem, ...found };
  const compared = comparison(addresses, node.addresses);
  if (compared === "match") return { verdict: "match", reason: null, ...found };
  if (set.refused) return { ...REFUSED, ...found };
  if (!isProxied(addresses)) return { verdict: "mismatch", reason: compared, ...found };
  const records = origins();
  const origin = records === null ? null : originComparison(records, node);
  // Without the zone's own record nothing is proved, for or against.
  if (records === null || origin === null) return { verdict: "unknown", reason: "proxied", ...found };
  const lines = records.map(({ type, content }) => `origin ${type}: ${content}`);
  const evidence = [...found.evidence, ...distinct(lines)];
  if (origin === "match") return { verdict: "proxied", reason: null, seen: found.seen, evidence };
  return { verdict: "mismatch", reason: origin, seen: found.seen, evidence };
}

function judgedByIssuer(judged: Judgement, dnssec: DnssecFinding, caa: CaaFinding): Judgement {
  const evidence = [...judged.evidence, ...dnssec.evidence, ...caa.evidence];
  if (dnssec.result === "bogus") return { ...judged, verdict: "mismatch", reason: "dnssec", evidence };
  if (caa.result === "forbidden") return { ...judged, verdict: "mismatch", reason: "caa", evidence };
  if (dnssec.result !== "given") return { ...judged, verdict: "unknown", reason: dnssec.result, evidence };
  if (caa.result === "unknown") return { ...judged, verdict: "unknown", reason: "caa", evidence };
  return { ...judged, evidence };
}
