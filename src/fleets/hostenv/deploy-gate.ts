import { sha256 } from "../../domain/changes.ts";
import { leftBy, type MoveStage, mustHold } from "../../domain/deploy/moves.ts";
import { entryOf, inOrder, isHeldOn, type Memory } from "../../domain/dns/memory.ts";
import type { Site } from "../../domain/dns/site.ts";
import { byBytes, canonical } from "../../domain/json.ts";
import { sitesOf } from "./hostnames.ts";
import type { Plan } from "./schema.ts";

/**
 * Hex SHA-256 of what of the gate's memory is built into a node: which of its virtual hosts have no TLS, and
 * which environments stay there for now.
 */
export function gateConcerning(memory: Memory, plan: Plan, node: string): string {
  const isServed = (environment: string) => isHeldOn(memory, environment, node);
  const here = new Set(
    sitesOf(plan)
      .filter((site) => site.node === node || isServed(site.environment))
      .map(({ hostname }) => hostname),
  );
  const off = memory.off.filter((hostname) => here.has(hostname)).sort(byBytes);
  const known = [...Object.keys(memory.holds), ...Object.keys(memory.copies ?? {})];
  const holds = [...new Set(known)].filter(isServed).sort(byBytes);
  return sha256(canonical({ off, holds }));
}

/**
 * The memory with which a deploy builds: an environment on its way stays on its old node until the world is led
 * to the new one, and has no TLS there before. One whose move is turned back keeps the TLS that it had, as far as it
 * is known that it had any. Holds of moves that are over go.
 */
export function withMovesHeld(memory: Memory, stages: readonly MoveStage[], plan: Plan): Memory {
  const open = stages.filter(mustHold);
  const arriving = new Set(open.filter(({ returns }) => returns === null).map(({ move }) => move.name));
  const returning = new Set(open.filter(({ returns }) => returns !== null).map(({ move }) => move.name));
  const sites = sitesOf(plan).filter(({ skipped }) => skipped === null);
  const named = (some: readonly Site[]) => some.map(({ hostname }) => hostname);
  const isElsewhere = ({ hostname, node }: Site) => entryOf(memory, hostname)?.node !== node;
  const early = sites.filter((site) => arriving.has(site.environment) && isElsewhere(site));
  const kept = sites.filter((site) => returning.has(site.environment) && hadTls(site, memory));
  const regained = new Set(named(kept));
  const copies = open.map((stage) => {
    const nodes = stage.returns === null ? stage.copies : leftBy(stage);
    return [stage.move.name, [...nodes].sort(byBytes)] as const;
  });
  return inOrder({
    ...memory,
    off: [...memory.off.filter((hostname) => !regained.has(hostname)), ...named(early)],
    holds: Object.fromEntries(
      open.filter(({ returns }) => returns === null).map(({ move }) => [move.name, move.from]),
    ),
    copies: Object.fromEntries(copies.filter(([, nodes]) => nodes.length > 0)),
  });
}

/**
 * The memory once environments are served with valid certificates by the nodes that they are planned on: nothing but
 * confirmed mismatches takes their TLS away from now on, not even the next move.
 */
export function withCertified(memory: Memory, environments: ReadonlySet<string>, plan: Plan): Memory {
  const certified = sitesOf(plan).flatMap((site) => {
    const entry = environments.has(site.environment) ? entryOf(memory, site.hostname) : null;
    const isHere = entry?.node === site.node && entry.environment === site.environment;
    return isHere && site.skipped === null ? [[site.hostname, { ...entry, live: true }] as const] : [];
  });
  return inOrder({ ...memory, hostnames: { ...memory.hostnames, ...Object.fromEntries(certified) } });
}

// While it was held, its node served it over TLS wherever it was not known to have none.
function hadTls({ environment, hostname, node }: Site, memory: Memory): boolean {
  if (memory.holds[environment] !== node) return false;
  const entry = entryOf(memory, hostname);
  return entry === null || entry.node !== node || entry.environment !== environment || entry.live;
}
