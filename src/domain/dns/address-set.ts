import { distinct, mostTelling } from "./agreement.ts";
import { type Chain, followed, type Sources } from "./chain.ts";
import type { Reason } from "./verdict.ts";
import { together, type Walk } from "./walk.ts";
import { zoneOf } from "./zone-cut.ts";

/** Why there are no addresses to compare. */
export interface Problem {
  readonly verdict: "mismatch" | "unknown";
  readonly reason: Reason;
}

/** What is said of a name that resolvers refuse. */
export const REFUSED: Problem = { verdict: "unknown", reason: "servfail" };

/** All addresses that a name leads to. */
export interface AddressSet {
  /** By bytes; empty where there is a problem. */
  readonly addresses: readonly string[];
  readonly problem: Problem | null;
  /** Whether resolvers refuse what they know: it may be forged, and decides nothing against the hostname. */
  readonly refused: boolean;
  /** Addresses that any server gave, else what the name is an alias of; by bytes. */
  readonly seen: readonly string[];
  readonly evidence: readonly string[];
}

/** Finds both kinds of addresses of a name: where one of them is not known, the set is not. */
export function* addressSetOf(name: string, sources: Sources): Walk<AddressSet> {
  // Both kinds need the zone: it is looked for once.
  if (sources.nameservers.length === 0) yield* zoneOf(name, sources);
  const chains = yield* together([followed(name, "A", sources), followed(name, "AAAA", sources)]);
  const [first, second] = chains as [Chain, Chain];
  const addresses = distinct([...textsIn(first), ...textsIn(second)]);
  const problem = problemOf(chains, addresses.length > 0);
  const refused = first.refused || second.refused;
  const evidence = [...first.evidence, ...second.evidence];
  if (problem === null) return { addresses, problem, refused, seen: addresses, evidence };
  const given = [...first.seen, ...second.seen];
  const seen = distinct(given.length > 0 ? given : [...first.aliases, ...second.aliases]);
  // What is said of the zone is said for both.
  return { addresses: [], problem, refused, seen, evidence: [...new Set(evidence)] };
}

function textsIn({ end }: Chain): readonly string[] {
  return end.kind === "records" ? end.texts : [];
}

function problemOf(chains: readonly Chain[], isSome: boolean): Problem | null {
  const reasons = chains.flatMap(({ end }) => (end.kind === "failure" ? [end.reason] : []));
  if (reasons.includes("disagreement")) return { verdict: "unknown", reason: "disagreement" };
  const failures = reasons.filter((reason) => reason !== "disagreement");
  if (failures.length > 0) return { verdict: "unknown", reason: mostTelling(failures) };
  if (chains.some(({ end }) => end.kind === "loop")) return { verdict: "mismatch", reason: "loop" };
  if (isSome) return null;
  if (chains.some(({ refused }) => refused)) return REFUSED;
  return { verdict: "mismatch", reason: nothingFound(chains) };
}

function nothingFound(chains: readonly Chain[]): Reason {
  if (chains.some(({ aliases }) => aliases.length > 0)) return "target-unresolvable";
  return chains.every(({ end }) => end.kind === "nxdomain") ? "nxdomain" : "nodata";
}
