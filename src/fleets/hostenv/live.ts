import { sha256 } from "../../domain/changes.ts";
import type { Live } from "../../domain/deploy/live.ts";
import type { Pin } from "../../domain/fleet.ts";
import { byBytes, canonical, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { type Exchanged, emptySide, fleetOf, type HostenvSide, withPartsOf } from "./facts.ts";
import { reachOf } from "./node-rules.ts";
import { type Environment, type Plan, parsePlan } from "./schema.ts";

type Facts = Live["facts"];

/** What of a side one node carries: itself, its environments, and the files and pins that reach it. */
export function partOf(side: HostenvSide, node: string): HostenvSide {
  const { plan, pins, sources } = side;
  const { file, pin } = reachOf(side, side);
  const reaches = (reach: readonly string[] | "all") => reach === "all" || reach.includes(node);
  const { reserved: _, edited: __, pruned: ___, held: ____, ...rest } = side;
  return {
    ...rest,
    plan: {
      ...plan,
      environments: only(plan.environments, (environment) => environment.node === node),
      nodes: only(plan.nodes, (_node, name) => name === node),
      nodeConnections: only(plan.nodeConnections, (_connection, name) => name === node),
      ...(plan.nodeRemoteBuild
        ? { nodeRemoteBuild: only(plan.nodeRemoteBuild, (_flag, name) => name === node) }
        : {}),
    },
    pins: pins.filter(({ name }) => reaches(pin(name))),
    sources: sources.filter(({ path }) => reaches(file(path))),
  };
}

/**
 * What a node is to carry, as one hash: another one where anything of it differs, of its environments, or of the files
 * and pins that reach it. What is said of the provider as a whole is no part of it.
 */
export function carriedHash(side: HostenvSide, node: string): string {
  const { subjects, pins } = fleetOf(partOf(side, node));
  const own = [...subjects.values()].filter(({ kind }) => kind !== "fleet");
  const sorted = own.map((subject) => canonical(subject as unknown as JsonValue)).sort(byBytes);
  return sha256(canonical([sorted, pins.map((pin) => canonical({ ...pin })).sort(byBytes)]));
}

function only<T>(record: Readonly<Record<string, T>>, holds: (value: T, name: string) => boolean) {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => holds(value, name)));
}

/** A side as deployed.json keeps it. */
export function factsFrom({ plan, pins, sources, nodesFolder }: HostenvSide): Facts {
  return { plan: plan as unknown as Facts["plan"], pins: [...pins], sources: [...sources], nodesFolder };
}

/** The side that deployed.json keeps. Throws HostenvError `plan-schema` naming the node. */
export function sideFrom({ plan, pins, sources, nodesFolder }: Facts, node: string): HostenvSide {
  return { plan: parsePlan(plan as JsonObject, `deployed.json on ${node}`), pins, sources, nodesFolder };
}

/**
 * What all nodes carry together, as one side. An environment that two nodes carry counts where `wanted`
 * places it: its move has come so far. Files and pins are each node's own, so they are left to `partOf`.
 */
export function mergedSides(sides: ReadonlyMap<string, HostenvSide>, wanted: HostenvSide): HostenvSide {
  const plans = [...sides].sort(([left], [right]) => byBytes(left, right)).map(([, { plan }]) => plan);
  const environments: Record<string, Environment> = {};
  for (const [name, environment] of plans.flatMap((plan) => Object.entries(plan.environments))) {
    const isThere = environment.node === wanted.plan.environments[name]?.node;
    if (!Object.hasOwn(environments, name) || isThere) environments[name] = environment;
  }
  const [first = emptySide.plan] = plans;
  const merged = <T>(parts: (plan: Plan) => Record<string, T> | undefined): Record<string, T> =>
    Object.assign({}, ...plans.map((plan) => parts(plan) ?? {}));
  return {
    ...emptySide,
    nodesFolder: wanted.nodesFolder,
    plan: {
      ...first,
      environments,
      nodes: merged((plan) => plan.nodes),
      nodeConnections: merged((plan) => plan.nodeConnections),
      ...(plans.some(({ nodeRemoteBuild }) => nodeRemoteBuild)
        ? { nodeRemoteBuild: merged((plan) => plan.nodeRemoteBuild) }
        : {}),
    },
  };
}

/** How each part of a node ended: names of environments that carry what is wanted, and whether its system does. */
export interface Reached {
  readonly system: boolean;
  readonly environments: ReadonlySet<string>;
}

/**
 * What a node carries after a deploy of which some parts failed: these stay as they were before, also in what the
 * node does for them, so that the next deploy takes them up. Files and changed pins
 * are the new ones only where everything is.
 */
export function sideAfter(before: HostenvSide, wanted: HostenvSide, reached: Reached): HostenvSide {
  const planned = Object.entries(wanted.plan.environments);
  const isThere = (name: string) => reached.environments.has(name);
  // What the old system does for environments is old, whatever they carry: each counts as it was if it was there.
  if (!reached.system) {
    const arrived = planned.filter(([name]) => isThere(name));
    const environments = { ...Object.fromEntries(arrived), ...before.plan.environments };
    return { ...before, plan: { ...before.plan, environments } };
  }
  const stale = planned.filter(([name]) => !isThere(name));
  if (stale.length === 0) return wanted;
  const taken = new Set(
    planned.filter(([name]) => isThere(name)).flatMap(([, { virtualHosts }]) => Object.keys(virtualHosts)),
  );
  const was = (name: string) => {
    const old = own(before.plan.environments, name);
    return old && withoutSites(old, taken);
  };
  // What the new system does not have is gone, its user and its sites.
  const environments = planned.flatMap(([name, is]) => {
    const carried = isThere(name) ? is : was(name);
    return carried === null ? [] : [[name, carried] as const];
  });
  const exchanged = stale.map(([name, is]) => ({ name, is, was: was(name) }));
  const plan = { ...wanted.plan, environments: Object.fromEntries(environments) };
  return {
    ...before,
    plan: { ...plan, nodes: nodesWith(plan, before.plan, exchanged) },
    // What came along with an environment is here; one that changed is not yet, where anything failed.
    pins: withMissing(before.pins, wanted.pins),
  };
}

/**
 * What a node carries where environments stay on it that the plan has elsewhere: their move is not over, and the next
 * deploy must still find them here as they were before, with the pins that `wanted` as a whole still has.
 */
export function withHeld(
  after: HostenvSide,
  before: HostenvSide,
  held: readonly string[],
  wanted: Pick<HostenvSide, "pins">,
): HostenvSide {
  const kept = held.flatMap((name) => {
    const was = own(before.plan.environments, name);
    return was === null ? [] : [{ name, is: null, was }];
  });
  if (kept.length === 0) return after;
  const more = Object.fromEntries(kept.map(({ name, was }) => [name, was]));
  const plan = { ...after.plan, environments: { ...after.plan.environments, ...more } };
  const known = new Set(wanted.pins.map(({ name }) => name));
  return {
    ...after,
    plan: { ...plan, nodes: nodesWith(plan, before.plan, kept) },
    pins: withMissing(
      after.pins,
      before.pins.filter(({ name }) => known.has(name)),
    ),
  };
}

// A site that another environment has by now is its own no more, whatever became of the rest of it.
function withoutSites(environment: Environment, taken: ReadonlySet<string>): Environment {
  const left = Object.entries(environment.virtualHosts).filter(([hostname]) => !taken.has(hostname));
  return { ...environment, virtualHosts: Object.fromEntries(left) };
}

function withMissing(pins: readonly Pin[], others: readonly Pin[]): Pin[] {
  const names = new Set(pins.map(({ name }) => name));
  return [...pins, ...others.filter(({ name }) => !names.has(name))];
}

function nodesWith(plan: Plan, before: Plan, exchanged: readonly Exchanged[]): Plan["nodes"] {
  // One that the plan has nothing for may still carry what has not left it.
  const names = [...new Set([...Object.keys(plan.nodes), ...Object.keys(before.nodes)])];
  const nodes = names.map((node) => {
    const [now, old] = [plan.nodes, before.nodes].map((all) => (own(all, node) ?? {}) as JsonObject);
    return [node, withPartsOf(now as JsonObject, old as JsonObject, exchanged)] as const;
  });
  const isKnown = ([node, nixos]: readonly [string, JsonObject]) =>
    Object.hasOwn(plan.nodes, node) || Object.keys(nixos).length > 0;
  return Object.fromEntries(nodes.filter(isKnown));
}

// Not what every object inherits: an environment may be called "constructor".
function own<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] as T) : null;
}
