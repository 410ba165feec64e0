import { type Fleet, type Pin, type Subject, subjectKey, type Unit } from "../../domain/fleet.ts";
import { byBytes, isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { normalisedProject } from "./pins.ts";
import type { Environment, Plan } from "./schema.ts";
import { WITH_NAME } from "./uids.ts";

/** A source file that can reach a build, with the hex SHA-256 of its content. */
export interface SourceFile {
  readonly path: string;
  readonly sha256: string;
}

/** One side of a comparison: a plan and what it was made from. */
export interface HostenvSide {
  readonly plan: Plan;
  readonly pins: readonly Pin[];
  readonly sources: readonly SourceFile[];
  /** The folder whose `<node>/` folders reach one node only. */
  readonly nodesFolder: string;
  /**
   * Environments whose uid was reserved before the plan was made; the others' are given at merge.
   * Absent where that is not known: every uid counts as given.
   */
  readonly reserved?: ReadonlySet<string>;
  /** Generated files that the branch edits, against its base. */
  readonly edited?: readonly string[];
  /** Environments whose reservations the branch releases, against its base. */
  readonly pruned?: readonly string[];
  /** Environments that nodes go on serving until visitors are led away, by what the base's DNS gate remembers. */
  readonly held?: readonly { readonly environment: string; readonly node: string }[];
}

/** The side of a provider that does not exist yet: everything in the head is new. */
export const emptySide: HostenvSide = {
  plan: { hostenvHostname: "", nodeConnections: {}, environments: {}, nodes: {} },
  pins: [],
  sources: [],
  nodesFolder: "nodes",
};

// What it says is its pins, and those are compared one by one. As a file it would be another one whenever
// two branches that lock something are merged, and what was reviewed would count as never seen.
const ROOT_LOCK = "flake.lock";

/** Reads a plan into facts, units and hosts. The root lock is no fact: its pins are. */
export function fleetOf(side: HostenvSide): Fleet {
  const { plan } = side;
  const owned = Object.entries(plan.environments);
  const files = side.sources.filter(({ path }) => path !== ROOT_LOCK);
  const subjects = [
    fleetSubject(plan),
    ...hostsOf(plan).map((name) => hostSubject(plan, name, ownedBy(owned, name))),
    ...owned.map(([name, environment]) => unitSubject(side, name, environment)),
    ...files.map(({ path, sha256 }): Subject => ({ kind: "file", name: path, data: { sha256 } })),
  ];
  return {
    subjects: new Map(subjects.map((subject) => [subjectKey(subject.kind, subject.name), subject])),
    units: new Map(owned.map(([name, environment]) => [name, unit(name, environment)])),
    hosts: hostsOf(plan),
    pins: side.pins,
  };
}

/** Every node that can be deployed to, by name. */
export function hostsOf(plan: Plan): string[] {
  return [...new Set([...Object.keys(plan.nodeConnections), ...Object.keys(plan.nodes)])].sort(byBytes);
}

/** organisation__project of an environment, as policies and inputs name it. */
export function projectOf(environment: Environment): string {
  return normalisedProject(`${environment.hostenv.organisation}__${environment.hostenv.project}`);
}

/** Every name an environment's sites answer for: its virtual hosts and their aliases. */
export function hostnamesOf({ virtualHosts }: Environment): string[] {
  const aliases = Object.values(virtualHosts).flatMap(({ serverAliases, serverName }) => [
    ...(serverAliases ?? []),
    ...(serverName ? [serverName] : []),
  ]);
  return [...new Set([...Object.keys(virtualHosts), ...aliases])];
}

function unit(name: string, environment: Environment): Unit {
  return {
    name,
    host: environment.node,
    group: projectOf(environment),
    type: environment.type,
    enabled: environment.enable,
    hostnames: hostnamesOf(environment).sort(byBytes),
  };
}

// Shown with the host or the unit they belong to, not with the fleet.
const ELSEWHERE = new Set(["environments", "nodes", "nodeConnections", "nodeRemoteBuild"]);

function fleetSubject(plan: Plan): Subject {
  const rest = Object.entries(plan).filter(([key]) => !ELSEWHERE.has(key));
  return { kind: "fleet", name: "provider", data: Object.fromEntries(rest) as JsonObject };
}

type Owned = readonly [string, Environment];

function ownedBy(owned: readonly Owned[], node: string): Owned[] {
  return owned.filter(([, environment]) => environment.node === node);
}

// What of a node's configuration belongs to its environments, by the place it stands in.
const PLACES = {
  user: ["users", "users"],
  group: ["users", "groups"],
  service: ["systemd", "services"],
  upstream: ["services", "nginx", "upstreams"],
  virtualHosts: ["services", "nginx", "virtualHosts"],
} as const;

function keysOf(name: string, environment: Environment): Record<keyof typeof PLACES, string[]> {
  return {
    user: [name],
    group: [name],
    service: [`user@${environment.uid}`],
    upstream: [`${name}_upstream`],
    virtualHosts: [...new Set([...Object.keys(environment.virtualHosts), environment.hostenv.hostname])],
  };
}

function hostSubject(plan: Plan, name: string, owned: readonly Owned[]): Subject {
  const keys = owned.map(([unitName, environment]) => keysOf(unitName, environment));
  let nixos = (own(plan.nodes, name) ?? {}) as JsonObject;
  for (const [kind, place] of Object.entries(PLACES)) {
    const taken = new Set(keys.flatMap((each) => each[kind as keyof typeof PLACES]));
    nixos = without(nixos, place, taken);
  }
  const connection = (own(plan.nodeConnections, name) ?? {}) as JsonObject;
  const remoteBuild = own(plan.nodeRemoteBuild, name) ?? null;
  // A node without configuration has none, rather than an empty one.
  const config: JsonObject = Object.keys(nixos).length > 0 ? { nixos } : {};
  return { kind: "host", name, data: { connection, remoteBuild, ...config } };
}

/** An environment as one plan has it on a node, and as another had it there; null where one has it not. */
export interface Exchanged {
  readonly name: string;
  readonly is: Environment | null;
  readonly was: Environment | null;
}

/**
 * A node's configuration in which what belongs to some environments stands as another plan has it, so that it counts
 * as theirs and not as the node's own. `before` is the node's configuration in that plan.
 */
export function withPartsOf(
  nixos: JsonObject,
  before: JsonObject,
  exchanged: readonly Exchanged[],
): JsonObject {
  let mixed = nixos;
  for (const [kind, place] of Object.entries(PLACES)) {
    const keysIn = (name: string, environment: Environment | null) =>
      environment === null ? [] : keysOf(name, environment)[kind as keyof typeof PLACES];
    const there = at(before, place);
    const old = exchanged
      .flatMap(({ name, was }) => keysIn(name, was))
      .flatMap((key) => {
        const value = own(there, key);
        return value === undefined ? [] : [[key, value] as const];
      });
    const keys = new Set(
      exchanged.flatMap(({ name, is, was }) => [...keysIn(name, is), ...keysIn(name, was)]),
    );
    mixed = withAt(without(mixed, place, keys), place, Object.fromEntries(old));
  }
  return mixed;
}

// A copy of the tree with more keys at one place.
function withAt(tree: JsonObject, [step, ...rest]: readonly string[], more: JsonObject): JsonObject {
  if (Object.keys(more).length === 0) return tree;
  if (step === undefined) return { ...tree, ...more };
  const child = tree[step];
  return { ...tree, [step]: withAt(isObject(child) ? child : {}, rest, more) };
}

// A copy of the tree without the named keys at one place.
function without(tree: JsonObject, place: readonly string[], taken: ReadonlySet<string>): JsonObject {
  const [step, ...rest] = place;
  if (step === undefined) {
    return Object.fromEntries(Object.entries(tree).filter(([key]) => !taken.has(key)));
  }
  const child = tree[step];
  if (!isObject(child)) return tree;
  const left = without(child, rest, taken);
  const { [step]: _, ...others } = tree;
  return Object.keys(left).length > 0 ? { ...others, [step]: left } : others;
}

/** Whether an environment keeps its uid for good, rather than being given one at merge. */
export function hasReservedUid({ reserved }: HostenvSide, name: string): boolean {
  return reserved?.has(name) ?? true;
}

function unitSubject(side: HostenvSide, name: string, environment: Environment): Subject {
  const { plan } = side;
  const { previousNode: _, uid, ...rest } = environment;
  const data = hasReservedUid(side, name) ? { ...rest, uid } : rest;
  const node = (own(plan.nodes, environment.node) ?? {}) as JsonObject;
  const keys = keysOf(name, environment);
  const nixos: JsonObject = {};
  for (const [kind, place] of Object.entries(PLACES)) {
    const here = at(node, place);
    for (const key of keys[kind as keyof typeof PLACES]) {
      const value = own(here, key);
      if (value !== undefined) nixos[kind] = { ...(nixos[kind] as JsonObject), [factKey(kind, key)]: value };
    }
  }
  return {
    kind: "unit",
    name,
    data: { ...data, nixos: uidAsName(nixos, uid, name) } as JsonObject,
  };
}

// Not what every object inherits: a node may be called "constructor".
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function at(tree: JsonObject, place: readonly string[]): JsonObject | undefined {
  const found = place.reduce<JsonValue | undefined>(
    (value, step) => (isObject(value) ? value[step] : undefined),
    tree,
  );
  return isObject(found) ? found : undefined;
}

function factKey(kind: string, key: string): string {
  return kind === "service" ? "user@" : key;
}

// A uid is one fact, /uid. Everywhere else it stands as the environment's name, so that a
// renumbered or newly numbered environment is not shown five times.
function uidAsName(nixos: JsonObject, uid: number, name: string): JsonObject {
  const converted = Object.entries(WITH_NAME).map(([kind, convert]) =>
    replaced(nixos, kind, (value) => convert(value, { uid, name })),
  );
  return Object.assign({ ...nixos }, ...converted);
}

function replaced(tree: JsonObject, key: string, convert: (value: JsonObject) => JsonObject): JsonObject {
  const place = tree[key];
  if (!isObject(place)) return {};
  const converted = Object.entries(place).map(([name, value]) => [
    name,
    isObject(value) ? convert(value) : value,
  ]);
  return { [key]: Object.fromEntries(converted) };
}
