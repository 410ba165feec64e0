import { decision, type GateDecision, type GateRun } from "../../src/domain/dns/gate.ts";
import { type Entry, inOrder, type Memory } from "../../src/domain/dns/memory.ts";
import type { Ruling, Site } from "../../src/domain/dns/site.ts";

/** The moment runs take place, unless a test says otherwise. */
export const NOW = new Date("2026-03-01T03:00:00.000Z");

/** So many minutes before `NOW`. */
export const ago = (minutes: number, now = NOW) => new Date(now.getTime() - minutes * 60_000).toISOString();

/** A virtual host of `shop` on `node-a`, unless a test says otherwise. */
export const site = (hostname: string, given: Partial<Site> = {}): Site => {
  const node = given.node ?? "node-a";
  return {
    environment: "shop",
    node,
    hostname,
    expected: `${node}.hosting.test`,
    names: [hostname],
    redirectsTo: null,
    skipped: null,
    ...given,
  };
};

/** `match`, `mismatch:elsewhere`, `unknown:timeout` … of a site. */
export function ruling(of: Site | string, said: string): Ruling {
  const [verdict, reason = null] = said.split(":") as [Ruling["verdict"], string?];
  const counts =
    verdict === "mismatch" && !["caa", "wildcard", "alias", "unreachable"].includes(reason ?? "");
  return { site: typeof of === "string" ? site(of) : of, verdict, reason, evidence: [`saw ${said}`], counts };
}

/** An entry that is live and matches since a day. */
export const entry = (given: Partial<Entry> = {}): Entry => ({
  environment: "shop",
  node: "node-a",
  verdict: "match",
  reason: null,
  evidence: [],
  since: ago(24 * 60),
  count: 0,
  live: true,
  switchedOn: [],
  ...given,
});

/** A memory of some hostnames. */
export const memory = (
  hostnames: Record<string, Entry> = {},
  off: readonly string[] = [],
  holds: Record<string, string> = {},
): Memory => ({ schema: 1, hostnames, off: [...off], holds });

/** The memory as if all that it tells had been an hour earlier. */
export function anHourLater(before: Memory): Memory {
  const earlier = (time: string) => ago(60, new Date(time));
  const hostnames = Object.entries(before.hostnames).map(
    ([name, { since, switchedOn, ...rest }]) =>
      [name, { ...rest, since: earlier(since), switchedOn: switchedOn.map(earlier) }] as const,
  );
  return inOrder({ ...before, hostnames: Object.fromEntries(hostnames) });
}

/** A run over rulings; its sites are theirs. */
export function run(rulings: readonly Ruling[], given: Partial<GateRun> = {}): GateDecision {
  return decision({
    rulings,
    sites: rulings.map((each) => each.site),
    memory: memory(),
    certified: new Set(),
    unseen: new Set(),
    nodes: [],
    now: NOW,
    confirmations: 3,
    force: false,
    ...given,
  });
}
