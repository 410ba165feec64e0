import { sha256 } from "../../domain/changes.ts";
import { leftBy, type MoveStage, mustHold } from "../../domain/deploy/moves.ts";
import { copyOn, entryOf, inOrder, isHeldOn, keepsTls, type Memory } from "../../domain/dns/memory.ts";
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
  const copies = holds.flatMap((name): [string, string[]][] => {
    const tls = copyOn(memory, name, node);
    return tls === null ? [] : [[name, [...tls]]];
  });
  return sha256(canonical({ off, holds, copies: Object.fromEntries(copies) }));
}

/**
 * The memory with which a deploy builds: an environment on its way stays on its old node until the world is led
 * to the new one, and has no TLS there before. What goes on being served keeps the TLS that it has, on copies, too, and
 * where a node that served it for now is to have it again. Holds of moves that are over go.
 */
export function withMovesHeld(memory: Memory, stages: readonly MoveStage[], plan: Plan): Memory {
  const open = stages.filter(mustHold);
  const arriving = new Set(open.filter(({ returns }) => !returns).map(({ move }) => move.name));
  const sites = sitesOf(plan).filter(({ skipped }) => skipped === null);
  const isElsewhere = ({ hostname, node }: Site) => entryOf(memory, hostname)?.node !== node;
  const regained = sites.filter((site) => keepsTls(memory, site, site.node));
  const isEarly = (site: Site) => arriving.has(site.environment) && isElsewhere(site);
  const early = sites.filter((site) => isEarly(site) && !regained.includes(site));
  const names = (some: readonly Site[]) => some.map(({ hostname }) => hostname);
  const kept = new Set(names(regained));
  return inOrder({
    ...memory,
    off: [...memory.off.filter((hostname) => !kept.has(hostname)), ...names(early)],
    holds: Object.fromEntries(
      open.filter(({ returns }) => !returns).map(({ move }) => [move.name, move.from]),
    ),
    copies: Object.fromEntries(open.flatMap((stage) => copiesOf(stage, memory, sites))),
  });
}

function copiesOf(stage: MoveStage, memory: Memory, sites: readonly Site[]) {
  const { name } = stage.move;
  const nodes = stage.returns ? leftBy(stage) : stage.copies;
  const mine = sites.filter(({ environment }) => environment === name);
  const tlsOn = (node: string) =>
    mine.filter((site) => hasTls(memory, site, node)).map(({ hostname }) => hostname);
  const copies = nodes.map((node) => [node, tlsOn(node).sort(byBytes)] as const);
  return copies.length === 0 ? [] : [[name, Object.fromEntries(copies)] as const];
}

// Before it became a copy it was held, or visitors of some hostnames were led there already.
function hasTls(memory: Memory, site: Site, node: string): boolean {
  if (isHeldOn(memory, site.environment, node)) return keepsTls(memory, site, node);
  const entry = entryOf(memory, site.hostname);
  return entry !== null && entry.environment === site.environment && entry.node === node && entry.live;
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
