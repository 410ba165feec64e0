import { pairsOf } from "../../domain/deploy/moves.ts";
import { byBytes } from "../../domain/json.ts";
import type { DeployPlan, NodeSituation } from "./deploy-plan.ts";
import { carriedHash } from "./live.ts";
import type { Plan } from "./schema.ts";

/**
 * A node that is left as it is: deploys of some of its environments' types are frozen, or not agreed to yet, or
 * somebody has rolled it back, and nothing has changed since.
 */
export interface HeldBack {
  readonly node: string;
  /** When the freeze ends, as the provider wrote it; null where it is none, and somebody is to agree. */
  readonly until: string | null;
  /** The provider's words for its freeze; empty where it is none. */
  readonly reason: string;
  /** The types that the freeze, or whoever started the deploy, names. */
  readonly types: readonly string[];
  /** Profiles that were rolled back; empty where that is not why. */
  readonly rolledBack: readonly string[];
  /** The node by whose environments it is held, where that is another one: data moves between them. */
  readonly through: string | null;
}

/** What holds nodes back. */
export interface Holding {
  /** Freezes that are on at this time hold; null where none does. */
  readonly now: Date | null;
  /** Types that are left to another run. */
  readonly types: readonly string[];
  /** Nodes that are brought forward although they were rolled back; null for all. */
  readonly forward: readonly string[] | null;
}

type Why = Pick<HeldBack, "until" | "reason" | "types" | "rolledBack">;

/**
 * Nodes of a deploy that it must leave as they are: those that carry, or are to carry, an environment of a type that is
 * held, since a node's system is every environment's, and those that exchange environments with them; and those that were
 * rolled back and are to be what they were rolled back from, with those that environments come there from. Of several
 * freezes the one that ends last is told. By name.
 */
export function heldBackNodes(
  { waves, situations, moves }: DeployPlan,
  { policy }: Plan,
  { now, types: left, forward }: Holding,
): HeldBack[] {
  const asked: Why[] = left.length > 0 ? [{ types: left, until: null, reason: "", rolledBack: [] }] : [];
  const open: Why[] = [...(now === null ? [] : openAt(policy, now)), ...asked];
  const found = new Map<string, HeldBack>();
  for (const node of waves.flat()) {
    const situation = situations.get(node) as NodeSituation;
    const types = [situation.before, situation.wanted].flatMap((side) => typesIn(side.plan));
    const window = open.find((each) => each.types.some((type) => types.includes(type)));
    const mayGoForward = forward === null || forward.includes(node);
    const why = window ?? (mayGoForward ? null : rollbackOf(situation));
    if (why) found.set(node, { node, ...told(why), through: null });
  }
  const own = [...found.values()];
  const of = (isRollback: boolean) =>
    own.filter(({ rolledBack }) => rolledBack.length > 0 === isRollback).map(({ node }) => node);
  // What was rolled back may not have what came there any more: where that came from must not let go of it. The other
  // way round nothing is lost, since a node that is left as it is goes on serving.
  const back = pairsOf(moves).map(({ from, to }) => [to, from] as const);
  const both = back.flatMap(([left, right]) => [[left, right] as const, [right, left] as const]);
  for (const [node, through] of [...reachedFrom(of(true), back), ...reachedFrom(of(false), both)]) {
    if (waves.flat().includes(node) && !own.some((each) => each.node === node))
      found.set(node, { node, ...told(found.get(through) as HeldBack), through });
  }
  return [...found.values()].sort((left, right) => byBytes(left.node, right.node));
}

/** The types of all environments that nodes carry or are to carry. */
export function typesOf({ situations }: DeployPlan): string[] {
  const sides = [...situations.values()].flatMap(({ before, wanted }) => [before, wanted]);
  return [...new Set(sides.flatMap((side) => typesIn(side.plan)))].sort(byBytes);
}

// Who rolled it back did not want what it is to carry: it stays so until that is something else.
function rollbackOf({ node, live, wanted }: NodeSituation): Why | null {
  const rolledBack = live?.rolledBack ?? [];
  // Not by what it carries: where parts of a plan failed, that is not what it was to carry.
  if (rolledBack.length === 0 || live?.rolledBackFrom !== carriedHash(wanted, node)) return null;
  return { rolledBack, types: [], until: null, reason: "" };
}

function openAt(policy: Plan["policy"], now: Date): Why[] {
  return (policy?.freeze ?? [])
    .map((window) => ({ ...window, rolledBack: [] }))
    .filter(({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until))
    .sort((left, right) => Date.parse(right.until) - Date.parse(left.until));
}

function told({ until, reason, types, rolledBack }: Why): Why {
  return { until, reason, types, rolledBack };
}

function typesIn(plan: Plan | undefined): string[] {
  return Object.values(plan?.environments ?? {}).map(({ type }) => type);
}

/** Nodes to which one of `from` leads by pairs, over any number of them, with that one. */
function reachedFrom(
  from: readonly string[],
  pairs: readonly (readonly [string, string])[],
): Map<string, string> {
  const reached = new Map(from.map((node) => [node, node]));
  const queue = [...from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const neighbours = pairs.flatMap(([left, right]) => (left === at ? [right] : []));
    for (const node of neighbours.filter((each) => !reached.has(each))) {
      reached.set(node, reached.get(at) as string);
      queue.push(node);
    }
  }
  for (const node of from) reached.delete(node);
  return reached;
}
