import type { Change } from "../../domain/changes.ts";
import { blocks, type Finding } from "../../domain/findings.ts";
import type { Report } from "../../domain/report.ts";
import type { HostRow } from "../../domain/review.ts";
import { type Attention, numbersOf } from "./filters.ts";

/** What becomes of an environment. */
export type Fate = "added" | "changed" | "moved" | "removed";

const SIGNS: Readonly<Record<Fate, string>> = { added: "+", changed: "~", moved: "→", removed: "−" };

/** The sign of what becomes of an environment. */
export function signOf(fate: Fate): string {
  return SIGNS[fate];
}

/** An environment that changes, with all that the report says of it. */
export interface ChangedEnvironment {
  readonly name: string;
  readonly fate: Fate;
  /** Where it is, or was where it is removed; null in a report that does not say so. */
  readonly host: string | null;
  /** Where a moved one was. */
  readonly from: string | null;
  readonly type: string | null;
  readonly project: string | null;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly attention: Attention;
}

/** A node that is deployed to, or that environments come to or leave. */
export interface TouchedNode {
  readonly row: HostRow;
  /** Those that change there, also those that leave it. */
  readonly environments: readonly ChangedEnvironment[];
  /** What changes of the node itself. */
  readonly changes: readonly Change[];
  readonly attention: Attention;
}

/** A report as the sections of its page look at it. */
export interface PlanView {
  readonly report: Report;
  readonly environments: ReadonlyMap<string, ChangedEnvironment>;
  /** By name; others have no place of their own in the page. */
  readonly nodes: ReadonlyMap<string, TouchedNode>;
  /** Numbers by which filters know nodes. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** How much attention a finding asks for. */
export function attentionTo(found: Finding): Attention {
  if (blocks(found)) return 3;
  return found.severity === "info" || found.allowed ? 1 : 2;
}

/** The report, sorted by environment and node. */
export function viewOf(report: Report): PlanView {
  const environments = environmentsOf(report);
  return {
    report,
    environments: new Map(environments.map((each) => [each.name, each])),
    nodes: nodesOf(report, environments),
    numbers: numbersOf(report.hosts.map(({ host }) => host)),
  };
}

function environmentsOf(report: Report): ChangedEnvironment[] {
  const { units, changes, findings, placements = [] } = report;
  const own = grouped(changes.filter(({ kind }) => kind === "unit").map((each) => [each.subject, each]));
  const places = new Map(placements.map((place) => [place.unit, place]));
  // Odd places of a sentence are values: an environment that a finding is about stands there by its name.
  const told = grouped(
    findings.flatMap((found) =>
      [...new Set([found.subject, ...found.parts.filter((_, index) => index % 2 === 1)])].map(
        (name): [string, Finding] => [name, found],
      ),
    ),
  );
  const sources = new Map(units.moved.map(({ name, from }) => [name, from]));
  const destinations = new Map(units.moved.map(({ name, to }) => [name, to]));
  const viewed = (fate: Fate) => (name: string) => {
    const place = places.get(name);
    const here = told.get(name) ?? [];
    return {
      name,
      fate,
      host: place?.host ?? destinations.get(name) ?? null,
      from: sources.get(name) ?? null,
      type: place?.type ?? null,
      project: place?.group ?? null,
      changes: own.get(name) ?? [],
      findings: here,
      attention: Math.max(0, ...here.map(attentionTo)) as Attention,
    };
  };
  const all: ChangedEnvironment[] = [
    ...units.moved.map(({ name }) => viewed("moved")(name)),
    ...units.removed.map(viewed("removed")),
    ...units.changed.map(viewed("changed")),
    ...units.added.map(viewed("added")),
  ];
  // The order of what asks for the same stays.
  return all.sort((left, right) => right.attention - left.attention);
}

function nodesOf(report: Report, environments: readonly ChangedEnvironment[]): Map<string, TouchedNode> {
  const here = grouped(
    environments.flatMap((each) =>
      [each.host, each.from].flatMap((host) => (host === null ? [] : [[host, each] as const])),
    ),
  );
  const own = grouped(
    report.changes.filter(({ kind }) => kind === "host").map((each) => [each.subject, each]),
  );
  const told = grouped(report.findings.map((found) => [found.host ?? "", found]));
  const touched = report.hosts.flatMap((row): [string, TouchedNode][] => {
    const { host, wave } = row;
    const [carried, changes] = [here.get(host) ?? [], own.get(host) ?? []];
    if (wave === null && carried.length + changes.length === 0) return [];
    const levels = [...carried.map(({ attention }) => attention), ...(told.get(host) ?? []).map(attentionTo)];
    return [[host, { row, environments: carried, changes, attention: Math.max(0, ...levels) as Attention }]];
  });
  return new Map(touched);
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [name, item] of pairs) {
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
