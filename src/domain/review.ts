import { type Change, changeId, compare, type PinMove, pinMoves, sha256 } from "./changes.ts";
import { type Allowance, byDanger, type Finding, withAllowances } from "./findings.ts";
import { type Fleet, type Subject, subjectKey, type Unit } from "./fleet.ts";
import { byBytes, canonical, type JsonValue } from "./json.ts";
import { affectedHosts, emptiedHosts, type Move, movesOf, type Reach, wavesOf } from "./waves.ts";

/** Two fleets and all that differs between them: what rules look at. */
export interface Comparison {
  readonly base: Fleet;
  readonly head: Fleet;
  readonly changes: readonly Change[];
  readonly moves: readonly Move[];
  readonly pinMoves: readonly PinMove[];
  readonly emptied: readonly string[];
  /** Hosts a deploy must reach. */
  readonly affected: readonly string[];
  /** Whether they were told by looking at what is built, so that nothing else reaches further. */
  readonly isMeasured: boolean;
}

/** What differs between kinds of fleet: how facts are read, the rules, and what a file reaches. */
export interface FleetKind<Side> {
  readonly name: string;
  fleet(side: Side): Fleet;
  /** What a plan id is made from. */
  identity(side: Side): JsonValue;
  findings(base: Side, head: Side, comparison: Comparison, now: Date): Finding[];
  reach(base: Side, head: Side): { file: (path: string) => Reach; pin: (name: string) => Reach };
  canaries(side: Side): readonly string[];
  /** Paths of a subject's facts whose values must not be shown. */
  secretPaths(subject: Subject): readonly string[];
}

/** One line of the host table. */
export interface HostRow {
  readonly host: string;
  readonly unitsBefore: number;
  readonly unitsAfter: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly movedIn: number;
  readonly movedOut: number;
  readonly hostnamesAdded: number;
  readonly hostnamesRemoved: number;
  /** 1 for the first wave, null where nothing is deployed. */
  readonly wave: number | null;
}

/** Where a unit that changes is, and of what kind it is; of a removed one, where and what it was. */
export interface Placement {
  readonly unit: string;
  readonly host: string;
  readonly group: string;
  readonly type: string;
}

/** What a change does: everything a comment, an exit code or a deploy is decided from. */
export interface Review {
  readonly planId: string;
  readonly changed: boolean;
  readonly units: { added: string[]; removed: string[]; changed: string[]; moved: Move[] };
  /** Of all of them, by name. */
  readonly placements: Placement[];
  readonly findings: Finding[];
  readonly changes: Change[];
  readonly pinMoves: PinMove[];
  readonly affectedHosts: string[];
  readonly waves: string[][];
  readonly hosts: HostRow[];
  /** Names that a unit starts or ceases to answer for; a name that goes from one to another is in both. */
  readonly hostnames: { readonly added: string[]; readonly removed: string[] };
}

/**
 * Compares two sides of one kind of fleet and judges what differs. `measured` are the hosts whose builds
 * differ, where that is known: they stand in the place of what changes may reach.
 */
export function review<Side>(
  kind: FleetKind<Side>,
  sides: { base: Side; head: Side },
  allowances: readonly Allowance[],
  now: Date,
  measured?: readonly string[],
): Review {
  const comparison = comparisonOf(kind, sides, measured);
  const { base, head, changes, moves, emptied, affected } = comparison;
  const waves = wavesOf(affected, moves, emptied, kind.canaries(sides.head));
  const findings = kind
    .findings(sides.base, sides.head, comparison, now)
    .map((found) => withAllowances(found, allowances))
    .sort(byDanger);
  const units = unitsOf(comparison);
  return {
    planId: planId(kind, sides.head),
    changed: changes.length + comparison.pinMoves.length + affected.length > 0,
    units,
    placements: placementsOf(base, head, units),
    findings,
    changes: redacted(changes, kind, base, head),
    pinMoves: [...comparison.pinMoves],
    affectedHosts: [...affected],
    waves,
    hosts: hostRows(base, head, units, waves),
    hostnames: { added: gained(base, head), removed: gained(head, base) },
  };
}

// Names that units of the second fleet answer for and the same units of the first don't.
function gained(before: Fleet, after: Fleet): string[] {
  const names = [...after.units.values()].flatMap(({ name, hostnames }) => {
    const had = new Set(before.units.get(name)?.hostnames);
    return hostnames.filter((hostname) => !had.has(hostname));
  });
  return [...new Set(names)].sort(byBytes);
}

/** Hex SHA-256 of what the plan is made from. */
export function planId<Side>(kind: FleetKind<Side>, side: Side): string {
  return sha256(canonical(kind.identity(side)));
}

function comparisonOf<Side>(
  kind: FleetKind<Side>,
  sides: { base: Side; head: Side },
  measured: readonly string[] | undefined,
): Comparison {
  const [base, head] = [kind.fleet(sides.base), kind.fleet(sides.head)];
  const changes = compare(base, head);
  const pins = pinMoves(base.pins, head.pins);
  return {
    base,
    head,
    changes,
    moves: movesOf(base, head),
    pinMoves: pins,
    emptied: emptiedHosts(base, head),
    affected: measured
      ? head.hosts.filter((host) => measured.includes(host))
      : affectedHosts(base, head, changes, pins, kind.reach(sides.base, sides.head)),
    isMeasured: measured !== undefined,
  };
}

function unitsOf({ base, head, changes, moves }: Comparison): Review["units"] {
  const touched = new Set(changes.filter(({ kind }) => kind === "unit").map(({ subject }) => subject));
  const moved = new Set(moves.map(({ name }) => name));
  const stays = (name: string) => base.units.has(name) && head.units.has(name);
  return {
    added: [...head.units.keys()].filter((name) => !base.units.has(name)).sort(byBytes),
    removed: [...base.units.keys()].filter((name) => !head.units.has(name)).sort(byBytes),
    changed: [...touched].filter((name) => stays(name) && !moved.has(name)).sort(byBytes),
    moved: [...moves],
  };
}

function placementsOf(base: Fleet, head: Fleet, units: Review["units"]): Placement[] {
  const moved = units.moved.map(({ name }) => name);
  return [...units.added, ...units.removed, ...units.changed, ...moved].sort(byBytes).map((name) => {
    const { host, group, type } = (head.units.get(name) ?? base.units.get(name)) as Unit;
    return { unit: name, host, group, type };
  });
}

/** What stands in the place of a value that must not be shown. */
export const REDACTED = "«redacted»";

function redacted<Side>(
  changes: readonly Change[],
  kind: FleetKind<Side>,
  base: Fleet,
  head: Fleet,
): Change[] {
  const secrets = new Map<string, ReadonlySet<string>>();
  const hide = (value: JsonValue) => (value === null ? null : REDACTED);
  return changes.map((change) => {
    const key = subjectKey(change.kind, change.subject);
    const sides = [base.subjects.get(key), head.subjects.get(key)].filter((side) => side !== undefined);
    const paths = secrets.get(key) ?? new Set(sides.flatMap((side) => kind.secretPaths(side)));
    secrets.set(key, paths);
    if (!paths.has(change.path)) return change;
    const [before, after] = [hide(change.before), hide(change.after)];
    // Readers recompute ids, and the hash of a short secret would give it away.
    return { ...change, id: changeId(change.kind, change.subject, change.path, after), before, after };
  });
}

function hostRows(base: Fleet, head: Fleet, units: Review["units"], waves: string[][]): HostRow[] {
  const names = new Set([...base.hosts, ...head.hosts]);
  return [...names].sort(byBytes).map((host) => hostRow(host, base, head, units, waves));
}

function hostRow(host: string, base: Fleet, head: Fleet, units: Review["units"], waves: string[][]): HostRow {
  const [before, after] = [unitsOn(base, host), unitsOn(head, host)];
  const [namesBefore, namesAfter] = [hostnamesOf(before), hostnamesOf(after)];
  const wave = waves.findIndex((hosts) => hosts.includes(host));
  return {
    host,
    unitsBefore: before.length,
    unitsAfter: after.length,
    added: count(after, units.added),
    changed: count(after, units.changed),
    removed: count(before, units.removed),
    movedIn: units.moved.filter(({ to }) => to === host).length,
    movedOut: units.moved.filter(({ from }) => from === host).length,
    hostnamesAdded: [...namesAfter].filter((name) => !namesBefore.has(name)).length,
    hostnamesRemoved: [...namesBefore].filter((name) => !namesAfter.has(name)).length,
    wave: wave < 0 ? null : wave + 1,
  };
}

function unitsOn(fleet: Fleet, host: string): Unit[] {
  return [...fleet.units.values()].filter((unit) => unit.host === host);
}

function hostnamesOf(units: readonly Unit[]): Set<string> {
  return new Set(units.flatMap((unit) => unit.hostnames));
}

function count(units: readonly Unit[], names: readonly string[]): number {
  const wanted = new Set(names);
  return units.filter((unit) => wanted.has(unit.name)).length;
}
