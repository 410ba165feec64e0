import type { Live } from "../../domain/deploy/live.ts";
import { byBytes, type JsonObject } from "../../domain/json.ts";
import { emptySide, type HostenvSide } from "./facts.ts";
import { reachOf } from "./node-rules.ts";
import { type Environment, type Plan, parsePlan } from "./schema.ts";

type Facts = Live["facts"];

/** What of a side one node carries: itself, its environments, and the files and pins that reach it. */
export function partOf(side: HostenvSide, node: string): HostenvSide {
  const { plan, pins, sources } = side;
  const { file, pin } = reachOf(side, side);
  const reaches = (reach: readonly string[] | "all") => reach === "all" || reach.includes(node);
  const { reserved: _, edited: __, pruned: ___, ...rest } = side;
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
 * What a node carries after a deploy of which some parts failed: these stay as they were before, so that the
 * next deploy takes them up. Files and pins are the new ones only where everything is.
 */
export function sideAfter(before: HostenvSide, wanted: HostenvSide, reached: Reached): HostenvSide {
  const isWhole =
    reached.system && Object.keys(wanted.plan.environments).every((name) => reached.environments.has(name));
  if (isWhole) return wanted;
  const base = reached.system ? wanted.plan : before.plan;
  const names = new Set([...Object.keys(before.plan.environments), ...reached.environments]);
  const environments = Object.fromEntries(
    [...names].flatMap((name) => {
      const source = reached.environments.has(name) ? wanted : before;
      const environment = source.plan.environments[name];
      // Where the system was deployed without it, its user and its sites are gone.
      const isGone = reached.system && !Object.hasOwn(wanted.plan.environments, name);
      return environment && !isGone ? [[name, environment] as const] : [];
    }),
  );
  return { ...before, plan: { ...base, environments } };
}
