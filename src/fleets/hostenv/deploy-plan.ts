import type { Change, PinMove } from "../../domain/changes.ts";
import { arrivalOf, homeOf } from "../../domain/deploy/homes.ts";
import type { Live } from "../../domain/deploy/live.ts";
import { type FoundMove, leftBy, type MoveStage, pairsOf, stageOf } from "../../domain/deploy/moves.ts";
import { byBytes } from "../../domain/json.ts";
import { review } from "../../domain/review.ts";
import { emptiedHosts, wavesOf } from "../../domain/waves.ts";
import { migrationsOf } from "./deploy-targets.ts";
import { emptySide, fleetOf, type HostenvSide, hostsOf } from "./facts.ts";
import { hostenv } from "./kind.ts";
import { mergedSides, partOf, sideFrom } from "./live.ts";

/** Why a node is deployed. */
export type Reason =
  | "first"
  | "changed"
  | "gate"
  | "drifted"
  | "unfinished"
  | "rolled-back"
  | "unproved"
  | "unanswered"
  | "moves";

/** What is known of one node before a deploy. */
export interface NodeSituation {
  readonly node: string;
  readonly live: Live | null;
  /** What it carries, and what it is to carry. */
  readonly before: HostenvSide;
  readonly wanted: HostenvSide;
  readonly changes: readonly Change[];
  readonly pinMoves: readonly PinMove[];
  /** Empty where nothing is to be done. */
  readonly reasons: readonly Reason[];
}

/** What a deploy is decided from. */
export interface DeployGround {
  readonly wanted: HostenvSide;
  /** What nodes say, by name; null where nothing was deployed yet. */
  readonly lives: ReadonlyMap<string, Live | null>;
  /** Nodes of `lives` that could not be asked: they are taken to be as wanted, and to carry what nobody else does. */
  readonly unasked?: ReadonlySet<string>;
  /** Store paths of the links that were found, by node and profile. */
  readonly links: ReadonlyMap<string, Readonly<Record<string, string | null>>>;
  /** What of the DNS gate's memory concerns each node, as a hash. */
  readonly gates: ReadonlyMap<string, string>;
  /** Sources that the user names, by environment. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What a deploy has to do. */
export interface DeployPlan {
  readonly situations: ReadonlyMap<string, NodeSituation>;
  readonly moves: readonly MoveStage[];
  /** Nodes in the order of the deploy. */
  readonly waves: readonly (readonly string[])[];
  /** All that a review must have seen. */
  readonly changes: readonly Change[];
  readonly pinMoves: readonly PinMove[];
  /** Environments that nodes carry and nobody wants any more, with the node. */
  readonly removed: readonly { readonly environment: string; readonly node: string }[];
  /** Environments whose data may lie on a node that could not be asked, with the node that is to have them. */
  readonly uncertain: readonly { readonly environment: string; readonly node: string }[];
}

/** Compares what is wanted with what the nodes carry. */
export function deployPlan(ground: DeployGround): DeployPlan {
  const known = hostsOf(ground.wanted.plan).filter((node) => ground.lives.has(node));
  const carried = new Map(known.map((node) => [node, carriedBy(node, ground)]));
  const moves = movesIn(carried, ground);
  const touched = new Set(moves.flatMap((found) => [...leftBy(found), found.move.to]));
  const situations = new Map(
    known.map((node) => [node, situation(node, carried.get(node) ?? emptySide, ground, touched)]),
  );
  const affected = known.filter((node) => situations.get(node)?.reasons.length);
  const [base, head] = [fleetOf(mergedSides(carried, ground.wanted)), fleetOf(ground.wanted)];
  const canaries = hostenv.canaries(ground.wanted);
  return {
    situations,
    moves,
    waves: wavesOf(affected, pairsOf(moves), emptiedHosts(base, head), canaries),
    changes: changesFor(carried, [...situations.values()], ground),
    pinMoves: pinMovesFor(carried, [...situations.values()], ground),
    removed: removedIn(carried, ground),
    uncertain: uncertainIn(carried, moves, ground),
  };
}

function carriedBy(node: string, { lives, unasked, wanted }: DeployGround): HostenvSide {
  if (unasked?.has(node)) return partOf(wanted, node);
  const live = lives.get(node);
  return live ? sideFrom(live.facts, node) : emptySide;
}

function situation(
  node: string,
  before: HostenvSide,
  ground: DeployGround,
  touched: ReadonlySet<string>,
): NodeSituation {
  const live = ground.lives.get(node) ?? null;
  const wanted = partOf(ground.wanted, node);
  const found = review(hostenv, { base: before, head: wanted }, [], new Date(0));
  const reasons: Reason[] = [
    ...(live === null ? (["first"] as const) : []),
    ...(live !== null && found.affectedHosts.includes(node) ? (["changed"] as const) : []),
    ...(live !== null && live.gateSha256 !== ground.gates.get(node) ? (["gate"] as const) : []),
    ...(live !== null && isDrifted(live, ground.links.get(node)) ? (["drifted"] as const) : []),
    ...(live !== null && isUnfinished(live) ? (["unfinished"] as const) : []),
    ...(live !== null && live.rolledBack.length > 0 ? (["rolled-back"] as const) : []),
    ...(live !== null && live.unproved.length > 0 ? (["unproved"] as const) : []),
    ...(live !== null && live.unanswered.length > 0 ? (["unanswered"] as const) : []),
    ...(touched.has(node) ? (["moves"] as const) : []),
  ];
  return { node, live, before, wanted, changes: found.changes, pinMoves: found.pinMoves, reasons };
}

// Its system may be of a plan that is wanted no more, and what failed of that may be all that told them apart.
function isUnfinished({ planId, profiles }: Live): boolean {
  return planId === null && Object.keys(profiles).length > 0;
}

function isDrifted({ profiles }: Live, links: Readonly<Record<string, string | null>> | undefined): boolean {
  return Object.entries(profiles).some(([name, { storePath }]) => (links?.[name] ?? null) !== storePath);
}

function movesIn(carried: ReadonlyMap<string, HostenvSide>, ground: DeployGround): MoveStage[] {
  const { environments } = ground.wanted.plan;
  return Object.keys(environments)
    .sort(byBytes)
    .flatMap((name) => {
      const environment = environments[name] as { node: string; previousNode?: unknown };
      const found = moveOf(name, environment, carried, ground);
      return found === null ? [] : [stageOf(found, ground.lives.get(environment.node) ?? null)];
    });
}

// Whoever carries it besides may be where visitors are led, at least some of them, and is let go of last.
function moveOf(
  name: string,
  { node: to, previousNode }: { node: string; previousNode?: unknown },
  carried: ReadonlyMap<string, HostenvSide>,
  { lives, unasked, sources }: DeployGround,
): FoundMove | null {
  const carriers = [...carried.keys()].filter((each) =>
    Object.hasOwn(carried.get(each)?.plan.environments ?? {}, name),
  );
  const arrival = arrivalOf(name, to, lives);
  const silent = arrival !== null && unasked?.has(arrival.from) ? [arrival.from] : [];
  const known = [...new Set([...carriers, ...silent])];
  const others = known.filter((each) => each !== to);
  const planned = typeof previousNode === "string" ? previousNode : null;
  const guessed = others[0] ?? (carriers.includes(to) ? to : planned);
  const home = sources.get(name) ?? homeOf(name, known, lives) ?? guessed;
  const found = (from: string, returns: string | null = null) => {
    const copies = others.filter((each) => each !== from);
    return { move: { name, from, to }, copies, returns };
  };
  if (home === null) return null;
  if (home !== to) return found(home);
  const [first] = others;
  if (first === undefined || sources.has(name)) return null;
  // It has arrived, and the source is still to let go of it.
  const isGoingOn = (from: string) => others.includes(from) && arrivalOf(name, from, lives)?.from !== to;
  // Where it stayed, what is elsewhere is a copy: nothing is ever brought from there, whatever that node says of it.
  if (arrival?.led && isGoingOn(arrival.from))
    return found(arrival.from, hasStayed(name, { from: arrival.from, to }, lives) ? "" : null);
  return found(first, arrivalOf(name, first, lives)?.at ?? "");
}

function hasStayed(
  name: string,
  { from, to }: { readonly from: string; readonly to: string },
  lives: DeployGround["lives"],
): boolean {
  const steps = lives.get(to)?.steps ?? [];
  return steps.some(
    (each) => each.environment === name && each.from === from && each.to === to && each.step === "stay",
  );
}

// One without data to bring may start anywhere.
function uncertainIn(
  carried: ReadonlyMap<string, HostenvSide>,
  moves: readonly MoveStage[],
  { wanted, unasked, sources }: DeployGround,
) {
  if (!unasked?.size) return [];
  const moving = new Set(moves.map(({ move }) => move.name));
  return Object.entries(wanted.plan.environments).flatMap(([environment, { node }]) => {
    const isKnown =
      moving.has(environment) ||
      sources.has(environment) ||
      Object.hasOwn(carried.get(node)?.plan.environments ?? {}, environment);
    return isKnown || migrationsOf(wanted.plan, environment).length === 0 ? [] : [{ environment, node }];
  });
}

function removedIn(carried: ReadonlyMap<string, HostenvSide>, { wanted }: DeployGround) {
  return [...carried].flatMap(([node, { plan }]) =>
    Object.keys(plan.environments)
      .filter((name) => !Object.hasOwn(wanted.plan.environments, name))
      .map((environment) => ({ environment, node })),
  );
}

// What is said of environments compares all nodes at once: one that moves is moved, not removed and added.
// Nodes, files and the provider as a whole are compared node by node: each may have been deployed at another time.
function changesFor(
  carried: ReadonlyMap<string, HostenvSide>,
  situations: readonly NodeSituation[],
  { wanted }: DeployGround,
): Change[] {
  const everywhere = mergedSides(carried, wanted);
  const together = review(hostenv, { base: everywhere, head: wanted }, [], new Date(0)).changes;
  const apart = situations.flatMap(({ changes }) => changes);
  const units = together.filter(({ kind }) => kind === "unit");
  return distinct([...units, ...apart.filter(({ kind }) => kind !== "unit")], ({ id }) => id);
}

// A pin that comes to a node, or leaves it, with an environment that moves is none: the move is what is reviewed.
function pinMovesFor(
  carried: ReadonlyMap<string, HostenvSide>,
  situations: readonly NodeSituation[],
  { wanted }: DeployGround,
): PinMove[] {
  const there = new Set(
    [...carried.values()].flatMap(({ pins }) => pins.map((pin) => pinKey({ name: pin.name, after: pin }))),
  );
  const names = new Set(wanted.pins.map(({ name }) => name));
  const goesAlong = (move: PinMove) =>
    move.after === null ? names.has(move.name) : move.before === null && there.has(pinKey(move));
  const moves = situations.flatMap(({ pinMoves }) => pinMoves).filter((move) => !goesAlong(move));
  return distinct(moves, pinKey);
}

const pinKey = ({ name, after }: Pick<PinMove, "name" | "after">) =>
  JSON.stringify([name, after?.url, after?.rev, after?.narHash]);

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
