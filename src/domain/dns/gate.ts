import { byBytes, equal } from "../json.ts";
import { tripped } from "./breaker.ts";
import { type Entry, entryOf, inOrder, isOnItsWay, type Memory, NOTHING } from "./memory.ts";
import { sameName } from "./owners.ts";
import type { Ruling, Site } from "./site.ts";
import { isLive, type Run, type Step, stepOf } from "./step.ts";

/** A run of the gate. */
export interface GateRun extends Omit<Run, "off"> {
  /** Every virtual host of the plan for which a certificate is wanted. */
  readonly sites: readonly Site[];
  /** What DNS says of those that were looked at. */
  readonly rulings: readonly Ruling[];
  /** The nodes that were looked at; all where there is none. */
  readonly nodes: readonly string[];
  /** Whether the breaker is to be overridden. */
  readonly force: boolean;
}

/** A live virtual host that DNS leads away and that keeps TLS for now. */
export interface Kept {
  readonly hostname: string;
  /** Mismatches in a row so far; 0 where no number of them turns it off. */
  readonly count: number;
}

/** A virtual host without TLS, and those that send their visitors there over TLS. */
export interface RedirectPair {
  readonly target: string;
  readonly from: readonly string[];
}

/** What a run decides. Virtual hosts are named as plan.json spells them, by bytes. */
export interface GateDecision {
  readonly memory: Memory;
  /** Whether the memory is another one than before. */
  readonly changed: boolean;
  /** Whether nothing is known of any: then nothing may be written at all. */
  readonly isBlind: boolean;
  /** Put on the off-list, having had TLS. */
  readonly disabled: readonly string[];
  /** Put on the off-list where they are new, or new on their node. */
  readonly withheld: readonly string[];
  /** Given TLS they did not have. */
  readonly enabled: readonly string[];
  /** DNS is right, and TLS waits since it was switched on too often. */
  readonly pending: readonly string[];
  readonly kept: readonly Kept[];
  readonly redirects: readonly RedirectPair[];
  /** Why nothing may be written without `force`; null where it may. */
  readonly breaker: string | null;
}

/**
 * Virtual hosts of which must be known whether their node shows a valid certificate: those that are not live
 * as far as is remembered, and are on or about to be.
 */
export function toProbe(rulings: readonly Ruling[], memory: Memory | null): Site[] {
  if (areAllUnknown(rulings)) return [];
  const off = new Set(memory?.off ?? []);
  return rulings
    .filter(({ site }) => !isLive(site, memory))
    .filter(({ site, verdict }) => !off.has(site.hostname) || verdict === "match" || verdict === "proxied")
    .map(({ site }) => site);
}

/** From verdicts and memory to what is built. */
export function decision(run: GateRun): GateDecision {
  const before = run.memory ?? NOTHING;
  const off = new Set(before.off);
  const steps = run.rulings.map((ruling) => stepOf(ruling, { ...run, off }));
  const isBlind = areAllUnknown(run.rulings);
  const memory = isBlind ? before : memoryAfter(run, steps);
  const breaker = tripped(
    flips(steps, run.memory),
    steps.map(({ ruling }) => ruling.site),
  );
  const named = (which: (step: Step) => boolean) => (isBlind ? [] : names(steps.filter(which)));
  return {
    memory,
    changed: !equal(memory, before),
    isBlind,
    disabled: named(({ off, wasOff, isNew }) => off && !wasOff && !isNew),
    withheld: named(({ off, wasOff, isNew }) => off && !wasOff && isNew),
    enabled: named(({ switchesOn }) => switchesOn),
    pending: named(({ waits }) => waits),
    kept: kept(steps),
    redirects: redirects(run, memory),
    breaker: run.force ? null : breaker,
  };
}

// Where nothing is known of any, it is the resolvers that are wrong, and nothing is written at all.
function areAllUnknown(rulings: readonly Ruling[]): boolean {
  return rulings.length > 0 && rulings.every(({ verdict }) => verdict === "unknown");
}

// What a deploy waits for is no surprise: the old node serves it for as long as it is held.
function flips(steps: readonly Step[], memory: Memory | null): Site[] {
  return steps
    .filter(({ ruling, off, wasOff, wasLive, switchesOn }) =>
      wasOff ? switchesOn && !(memory && isOnItsWay(memory, ruling.site.environment)) : off && wasLive,
    )
    .map(({ ruling }) => ruling.site);
}

function memoryAfter(run: GateRun, steps: readonly Step[]): Memory {
  const before = run.memory ?? NOTHING;
  const planned = new Set(run.sites.map(({ hostname }) => hostname));
  const stays = (hostname: string, node: string | undefined) =>
    planned.has(hostname) || (run.nodes.length > 0 && (node === undefined || !run.nodes.includes(node)));
  const judged = new Set(steps.map(({ ruling }) => ruling.site.hostname));
  const others = Object.entries(before.hostnames).filter(([name, { node }]) => stays(name, node));
  const off = before.off.filter((name) => !judged.has(name) && stays(name, entryOf(before, name)?.node));
  const decided = steps.map(({ ruling, entry }) => [ruling.site.hostname, entry] as const);
  return inOrder({
    ...before,
    hostnames: Object.fromEntries([...presumed(run), ...others, ...decided]),
    off: [...off, ...names(steps.filter((step) => step.off))],
  });
}

// What the first run does not look at is live as all else is; a later one would take it for new.
function presumed({ memory, sites, nodes, rulings, now }: GateRun): [string, Entry][] {
  if (memory !== null || nodes.length === 0 || rulings.length === 0) return [];
  return sites
    .filter(({ node }) => !nodes.includes(node))
    .map(({ environment, node, hostname }) => {
      const unseen = { verdict: "unknown", reason: "not-asked", since: now.toISOString() } as const;
      const state = { evidence: [], count: 0, live: true, switchedOn: [] };
      return [hostname, { environment, node, ...unseen, ...state }];
    });
}

function kept(steps: readonly Step[]): Kept[] {
  return steps
    .filter(({ ruling, off, wasLive }) => ruling.verdict === "mismatch" && wasLive && !off)
    .map(({ ruling, entry }) => ({ hostname: ruling.site.hostname, count: entry.count }))
    .sort((left, right) => byBytes(left.hostname, right.hostname));
}

function redirects({ sites }: GateRun, { off }: Memory): RedirectPair[] {
  const without = new Set(off);
  const sources = new Map<string, string[]>();
  for (const { hostname, redirectsTo } of sites) {
    // One without TLS sends nobody to another's.
    if (redirectsTo === null || without.has(hostname)) continue;
    const target = sameName(redirectsTo);
    sources.set(target, [...(sources.get(target) ?? []), hostname]);
  }
  return sites
    .filter(({ hostname }) => without.has(hostname))
    .map((target) => ({
      target: target.hostname,
      from: target.names.flatMap((name) => sources.get(sameName(name)) ?? []).sort(byBytes),
    }))
    .filter(({ from }) => from.length > 0)
    .sort((left, right) => byBytes(left.target, right.target));
}

function names(steps: readonly Step[]): string[] {
  return steps.map(({ ruling }) => ruling.site.hostname).sort(byBytes);
}
