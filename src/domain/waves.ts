import type { Change, PinMove } from "./changes.ts";
import type { Fleet } from "./fleet.ts";
import { byBytes } from "./json.ts";

/** A unit that changes its host. */
export interface Move {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What a changed file or input reaches: named hosts, or all of them. */
export type Reach = readonly string[] | "all";

/** Units both sides have, on another host, by name. */
export function movesOf(base: Fleet, head: Fleet): Move[] {
  return [...head.units.values()]
    .flatMap((unit) => {
      const from = base.units.get(unit.name)?.host;
      return from !== undefined && from !== unit.host ? [{ name: unit.name, from, to: unit.host }] : [];
    })
    .sort((left, right) => byBytes(left.name, right.name));
}

/** Hosts that carried units and carry none now. */
export function emptiedHosts(base: Fleet, head: Fleet): string[] {
  const carrying = new Set([...head.units.values()].map((unit) => unit.host));
  const carried = new Set([...base.units.values()].map((unit) => unit.host));
  return [...carried].filter((host) => !carrying.has(host)).sort(byBytes);
}

/**
 * Hosts a deploy must reach: those whose own facts or whose units' facts differ, and those a
 * changed file or input reaches. Hosts the head no longer knows can't be deployed to.
 */
export function affectedHosts(
  base: Fleet,
  head: Fleet,
  changes: readonly Change[],
  moves: readonly PinMove[],
  reach: { file: (path: string) => Reach; pin: (name: string) => Reach },
): string[] {
  const named = changes.flatMap((change) => {
    if (change.kind === "host") return [change.subject];
    if (change.kind === "unit") return hostsOfUnit(base, head, change.subject);
    return change.kind === "file" ? hostsOf(reach.file(change.subject), head) : [];
  });
  const pinned = moves.flatMap((move) => hostsOf(reach.pin(move.name), head));
  const known = new Set(head.hosts);
  return [...new Set([...named, ...pinned])].filter((host) => known.has(host)).sort(byBytes);
}

function hostsOf(reach: Reach, head: Fleet): readonly string[] {
  return reach === "all" ? head.hosts : reach;
}

function hostsOfUnit(base: Fleet, head: Fleet, name: string): string[] {
  return [base.units.get(name)?.host, head.units.get(name)?.host].filter((host) => host !== undefined);
}

/**
 * The order of a deploy. A move's destination comes before its source, hosts that move units in
 * a circle share one wave of their own, canaries come first where that rule leaves them free to,
 * emptied hosts last.
 */
export function wavesOf(
  affected: readonly string[],
  moves: readonly Move[],
  emptied: readonly string[],
  canaries: readonly string[],
): string[][] {
  const edges = distinctEdges(moves);
  const groups = circles(affected, edges);
  const groupOf = new Map(groups.flatMap((group) => group.map((host) => [host, group] as const)));
  const before = predecessors(edges, groupOf);
  const last = new Set(emptied.map((host) => groupOf.get(host)));
  const first = new Set(
    canaries.map((host) => groupOf.get(host)).filter((group) => group && !before.get(group)?.size),
  );
  const depth = depths(groups, before);
  const level = (group: string[]) =>
    first.has(group) ? 0 : (depth.get(group) as number) + 1 + (last.has(group) ? groups.length : 0);
  return layers(groups, level);
}

type Group = string[];
type Edge = Pick<Move, "from" | "to">;

// Hundreds of units may move between the same two hosts.
function distinctEdges(moves: readonly Move[]): Edge[] {
  return [...new Map(moves.map(({ from, to }) => [JSON.stringify([from, to]), { from, to }])).values()];
}

// Two hosts belong together when each must come before the other.
function circles(hosts: readonly string[], moves: readonly Edge[]): Group[] {
  const sources = new Map<string, string[]>();
  for (const { from, to } of moves) sources.set(to, [...(sources.get(to) ?? []), from]);
  const reachable = new Map(hosts.map((host) => [host, reachableFrom(host, sources)]));
  const groups: Group[] = [];
  for (const host of [...hosts].sort(byBytes)) {
    const group = groups.find(
      ([other]) => other && reachable.get(host)?.has(other) && reachable.get(other)?.has(host),
    );
    if (group) group.push(host);
    else groups.push([host]);
  }
  return groups;
}

function reachableFrom(start: string, sources: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let host = open.pop(); host !== undefined; host = open.pop()) {
    for (const from of sources.get(host) ?? []) {
      if (!seen.has(from)) open.push(from);
      seen.add(from);
    }
  }
  return seen;
}

function predecessors(moves: readonly Edge[], groupOf: ReadonlyMap<string, Group>): Map<Group, Set<Group>> {
  const before = new Map<Group, Set<Group>>();
  for (const { from, to } of moves) {
    const [source, destination] = [groupOf.get(from), groupOf.get(to)];
    if (!source || !destination || source === destination) continue;
    before.set(source, (before.get(source) ?? new Set()).add(destination));
  }
  return before;
}

function depths(groups: readonly Group[], before: ReadonlyMap<Group, Set<Group>>): Map<Group, number> {
  const depth = new Map<Group, number>();
  const depthOf = (group: Group): number => {
    const known = depth.get(group);
    if (known !== undefined) return known;
    const own = Math.max(-1, ...[...(before.get(group) ?? [])].map(depthOf)) + 1;
    depth.set(group, own);
    return own;
  };
  for (const group of groups) depthOf(group);
  return depth;
}

function layers(groups: readonly Group[], level: (group: Group) => number): string[][] {
  const levels = [...new Set(groups.map(level))].sort((left, right) => left - right);
  return levels.flatMap((wanted) => {
    const here = groups.filter((group) => level(group) === wanted);
    const alone = here.filter((group) => group.length > 1);
    const rest = here.filter((group) => group.length === 1).flat();
    return [...alone, ...(rest.length > 0 ? [rest] : [])];
  });
}
