import { byBytes } from "../json.ts";
import type { GateDecision } from "./gate.ts";
import { entryOf } from "./memory.ts";
import type { Ruling } from "./site.ts";

/** A run of the gate as far as somebody has to do something about it. */
export interface DnsRun {
  readonly rulings: readonly Ruling[];
  readonly decision: Pick<GateDecision, "memory" | "isBlind" | "breaker" | "disabled" | "enabled">;
  readonly confirmations: number;
  /** Whether every node was looked at. */
  readonly isWhole: boolean;
}

/** A hostname that does not lead to its node, or for which no certificate is to be had. */
export interface HostnameProblem {
  readonly kind: "hostname";
  readonly ruling: Ruling;
  /** Since when, RFC 3339; null where that is not remembered. */
  readonly since: string | null;
  readonly isOff: boolean;
  /** The old node that serves it until DNS leads to the new one; null where there is none. */
  readonly heldBy: string | null;
}

/** A node whose own name can't be resolved, so that nothing can be said of any hostname there. */
export interface NodeProblem {
  readonly kind: "node";
  readonly node: string;
  readonly expected: string;
  readonly hostnames: readonly string[];
}

/** Something that is wrong in DNS. `blind`: no hostname has a definite answer. */
export type DnsProblem =
  | HostnameProblem
  | NodeProblem
  | { readonly kind: "blind" }
  | {
      readonly kind: "breaker";
      readonly why: string;
      readonly disabled: readonly string[];
      readonly enabled: readonly string[];
    };

/** The problem of those that have to wait for an issue of their own. */
export const MORE = "more";

/** What a problem is about: the same in every run. */
export function problemKey(problem: DnsProblem): string {
  if (problem.kind === "hostname") return hostnameKey(problem.ruling.site.hostname);
  return problem.kind === "node" ? nodeKey(problem.node) : problem.kind;
}

const hostnameKey = (hostname: string) => `hostname:${hostname}`;
const nodeKey = (node: string) => `node:${node}`;

/** The hostname a key is about, null where it is about none. */
export function hostnameOf(key: string): string | null {
  return key.startsWith("hostname:") ? key.slice("hostname:".length) : null;
}

/** What is wrong, hostnames by bytes. Where the run as a whole is not believed, that alone is. */
export function dnsProblems(run: DnsRun): DnsProblem[] {
  const { rulings, decision } = run;
  if (decision.isBlind) return [{ kind: "blind" }];
  const { breaker: why, disabled, enabled } = decision;
  if (why !== null) return [{ kind: "breaker", why, disabled, enabled }];
  const hostnames = rulings
    .filter((ruling) => isTold(ruling, run))
    .map((ruling) => hostnameProblem(ruling, run))
    .sort((left, right) => byBytes(left.ruling.site.hostname, right.ruling.site.hostname));
  return [...nodeProblems(rulings), ...hostnames];
}

/** Whether what a key is about is known to be right, or nobody's affair any more. */
export function isSettled(key: string, run: DnsRun): boolean {
  const { rulings, decision, isWhole } = run;
  if (key === "blind") return isWhole;
  if (decision.isBlind) return false;
  if (key === "breaker") return isWhole;
  if (decision.breaker !== null) return false;
  const about = rulings.filter(({ site }) => [hostnameKey(site.hostname), nodeKey(site.node)].includes(key));
  if (about.length === 0) return isWhole;
  return key.startsWith("node:") ? !about.every(isNodeless) : about.every(isRight);
}

const isRight = ({ verdict }: Ruling) => verdict === "match" || verdict === "proxied";

// What the gate does not act on yet may be over before anybody has read of it.
function isTold({ site, verdict, counts }: Ruling, { decision: { memory }, confirmations }: DnsRun): boolean {
  if (verdict !== "mismatch") return false;
  const entry = entryOf(memory, site.hostname);
  const isLive = entry?.live === true && entry.node === site.node;
  return !isLive || !counts || entry.count >= confirmations;
}

function hostnameProblem(ruling: Ruling, { decision: { memory } }: DnsRun): HostnameProblem {
  const { hostname, node, environment } = ruling.site;
  const entry = entryOf(memory, hostname);
  const old = Object.hasOwn(memory.holds, environment) ? (memory.holds[environment] as string) : null;
  return {
    kind: "hostname",
    ruling,
    since: entry?.node === node && entry.verdict === "mismatch" ? entry.since : null,
    isOff: memory.off.includes(hostname),
    heldBy: old === node ? null : old,
  };
}

function nodeProblems(rulings: readonly Ruling[]): NodeProblem[] {
  const nodes = [...new Set(rulings.filter(isNodeless).map(({ site }) => site.node))].sort(byBytes);
  return nodes.flatMap((node) => {
    const there = rulings.filter(({ site }) => site.node === node);
    const hostnames = there.map(({ site }) => site.hostname).sort(byBytes);
    const [first] = there;
    if (!first?.site || !there.every(isNodeless)) return [];
    return [{ kind: "node", node, expected: first.site.expected, hostnames }];
  });
}

function isNodeless({ verdict, reason }: Ruling): boolean {
  return verdict === "unknown" && reason === "node-unresolvable";
}
