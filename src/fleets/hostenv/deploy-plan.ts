import type { Change, PinMove } from "../../domain/changes.ts";
import { arrivalOf, hasStayed, homeOf, lastElsewhere, mayCarry } from "../../domain/deploy/homes.ts";
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
  /** Nodes at which nothing is to be done: they carry all that is wanted, and answered when they were last asked. */
  readonly standing: readonly string[];
  /** All that a review must have seen. */
  readonly changes: readonly Change[];
  readonly pinMoves: readonly PinMove[];
  /** Environments that nodes carry and nobody wants any more, with the node. */
  readonly removed: readonly { readonly environment: string; readonly node: string }[];
  /** Environments of whose data nobody can say where it is. */
  readonly uncertain: readonly Uncertain[];
}

/** An environment of whose data nobody can say where it is. */
export interface Uncertain {
  readonly environment: string;
  /** The node that is to have it. */
  readonly node: string;
  /** Nodes that carry it, and nothing says which has the newest; none where one that can't be asked may have it. */
  readonly carriers: readonly string[];
}

/** Compares what is wanted with what the nodes carry. */
export function deployPlan(ground: DeployGround): DeployPlan {
  const known = hostsOf(ground.wanted.plan).filter((node) => ground.lives.has(node));
  const carried = new Map(known.map((node) => [node, carriedBy(node, ground)]));
  const guessed = movesIn(carried, ground);
  const moves = guessed.map(({ found }) => stageOf(found, ground.lives.get(found.move.to) ?? null));
  const touched = new Set(moves.flatMap((found) => [...leftBy(found), found.move.to]));
  const situations = new Map(
    known.map((node) => [node, situation(node, carried.get(node) ?? emptySide, ground, touched)]),
  );
  const affected = known.filter((node) => situations.get(node)?.reasons.length);
  const isStanding = (node: string) => !affected.includes(node) && !ground.unasked?.has(node);
  const [base, head] = [fleetOf(mergedSides(carried, ground.wanted)), fleetOf(ground.wanted)];
  const canaries = hostenv.canaries(ground.wanted);
  return {
    situations,
    moves,
    waves: wavesOf(affected, pairsOf(moves), emptiedHosts(base, head), canaries),
    standing: known.filter(isStanding),
    changes: changesFor(carried, [...situations.values()], ground),
    pinMoves: pinMovesFor(carried, [...situations.values()], ground),
    removed: removedIn(carried, ground),
    uncertain: [...uncertainIn(carried, moves, ground), ...ambiguousIn(guessed, ground)],
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

/** A move, and whether where its data is could only be guessed. */
interface Guessed {
  readonly found: FoundMove;
  readonly isGuess: boolean;
}

function movesIn(carried: ReadonlyMap<string, HostenvSide>, ground: DeployGround): Guessed[] {
  const { environments } = ground.wanted.plan;
  return Object.keys(environments)
    .sort(byBytes)
    .flatMap((name) => {
      const found = moveOf(name, environments[name] as Planned, carried, ground);
      return found === null ? [] : [found];
    });
}

interface Planned {
  readonly node: string;
  readonly previousNode?: unknown;
}

// Whoever carries it besides may be where visitors are led, at least some of them, and is let go of last.
function moveOf(
  name: string,
  planned: Planned,
  carried: ReadonlyMap<string, HostenvSide>,
  ground: DeployGround,
): Guessed | null {
  const { lives, sources } = ground;
  const unasked = ground.unasked ?? new Set<string>();
  const to = planned.node;
  const isCarried = (node: string) => Object.hasOwn(carried.get(node)?.plan.environments ?? {}, name);
  const carriers = [...carried.keys()].filter((node) => !unasked.has(node) && isCarried(node));
  const known = [...new Set([...carriers, ...mayCarry(name, unasked, lives)])];
  const others = known.filter((each) => each !== to);
  const home = sources.get(name) ?? homeOf(name, carriers, unasked, lives);
  const found = (from: string, returns = false): FoundMove => ({
    move: { name, from, to },
    copies: others.filter((each) => each !== from),
    returns,
    isUnheard: unasked.has(from) && !sources.has(name),
    since: lastElsewhere(name, to, lives),
  });
  if (home !== null && home !== to) return { found: found(home), isGuess: false };
  if (home === null && !carriers.includes(to)) {
    const from = others.length > 0 ? others : previous(name, planned, ground);
    return from[0] === undefined ? null : { found: found(from[0]), isGuess: from.length > 1 };
  }
  const back = stayingMove(name, to, others, ground) ?? leftBehind(name, to, ground);
  return back && { found: found(back.from, back.returns), isGuess: false };
}

// That data was there once counts where that node does not say what it carries. The plan says it but once; what could
// not be brought by the deploy of that one is written down where it was to come.
function previous(name: string, { node, previousNode }: Planned, { lives, unasked }: DeployGround): string[] {
  if (unasked?.has(node)) return [];
  // One that was to get it, and never did, knows where it was to come from.
  const awaitedFrom = (to: string) => {
    const arrival = arrivalOf(name, to, lives);
    return arrival?.led === null ? [arrival.from] : [];
  };
  const told = typeof previousNode === "string" ? [previousNode, ...awaitedFrom(previousNode)] : [];
  return [...told, ...awaitedFrom(node)].filter((from) => from !== node && !lives.get(from)).slice(0, 1);
}

// The data is where it is to be, and others carry the environment, too: the one that it came from, or copies.
function stayingMove(
  name: string,
  to: string,
  others: readonly string[],
  { lives, sources, unasked }: DeployGround,
): { readonly from: string; readonly returns: boolean } | null {
  const arrival = arrivalOf(name, to, lives);
  const from = arrival && others.includes(arrival.from) ? arrival.from : others[0];
  if (from === undefined) return null;
  // What it says of itself is not known: until it does, all that serve it go on.
  if (unasked?.has(to)) return { from, returns: false };
  const isLed =
    arrival?.from === from && arrival.led !== null && arrival.led >= lastElsewhere(name, to, lives);
  const isArriving = isLed && !sources.has(name) && !hasStayed(name, from, to, lives);
  // Where it stayed, what is elsewhere is a copy: nothing is ever brought from there, whatever that node says of it.
  return { from, returns: !isArriving };
}

// The node that it came from was taken out of the provider while visitors were led there. Nobody holds it any more, or
// lets it go, but where they are to be led must be said, and what was not brought yet must not be forgotten.
function leftBehind(
  name: string,
  to: string,
  { lives, sources, wanted }: DeployGround,
): { readonly from: string; readonly returns: boolean } | null {
  const arrival = arrivalOf(name, to, lives);
  if (arrival?.led !== null || hostsOf(wanted.plan).includes(arrival.from)) return null;
  return { from: arrival.from, returns: sources.has(name) };
}

// One without data to bring may start anywhere.
function uncertainIn(
  carried: ReadonlyMap<string, HostenvSide>,
  moves: readonly MoveStage[],
  { wanted, unasked, sources }: DeployGround,
): Uncertain[] {
  if (!unasked?.size) return [];
  const moving = new Set(moves.map(({ move }) => move.name));
  return Object.entries(wanted.plan.environments).flatMap(([environment, { node }]) => {
    const isKnown =
      moving.has(environment) ||
      sources.has(environment) ||
      Object.hasOwn(carried.get(node)?.plan.environments ?? {}, environment);
    return isKnown || migrationsOf(wanted.plan, environment).length === 0
      ? []
      : [{ environment, node, carriers: [] }];
  });
}

function ambiguousIn(guessed: readonly Guessed[], { wanted }: DeployGround): Uncertain[] {
  return guessed
    .filter(({ found, isGuess }) => isGuess && migrationsOf(wanted.plan, found.move.name).length > 0)
    .map(({ found }) => ({
      environment: found.move.name,
      node: found.move.to,
      carriers: [...leftBy(found)].sort(byBytes),
    }));
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
