import type { Pin } from "../../domain/fleet.ts";
import { byBytes, equal, isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { directInputs, pinsOf } from "./pins.ts";
import type { Lock } from "./schema.ts";

/** What the generated flake names besides the provider's own inputs, by name, as a lock's `original`. */
export type FlakeInputs = Readonly<Record<string, JsonObject>>;

type LockNode = Lock["nodes"][string];

/**
 * The lock to make the generated flake's lock from: the provider's own inputs as its root lock has
 * them, all others as they are committed. Those of `update` are left out, so that they are resolved anew.
 */
export function seedOf(
  root: Lock,
  committed: Lock | null,
  inputs: FlakeInputs,
  update: readonly string[] = [],
): Lock {
  const kept = Object.entries(committed ? directInputs(committed) : {}).filter(
    ([name]) => Object.hasOwn(inputs, name) && !update.includes(name),
  );
  const own = prefixed(root, "own:");
  const direct = Object.fromEntries([
    ...Object.entries(targets(directInputs(root), "own:")),
    ...Object.entries(targets(Object.fromEntries(kept), "kept:")),
  ]);
  for (const target of Object.values(targets(directInputs(root), "own:"))) {
    const node = typeof target === "string" ? own[target] : undefined;
    if (node) own[target as string] = seenFromGenerated(node);
  }
  const nodes = { ...own, ...(committed ? prefixed(committed, "kept:") : {}), root: { inputs: direct } };
  return { version: 7, root: "root", nodes };
}

type Targets = Readonly<Record<string, string | string[]>>;

// The keys of two locks may be the same; where an input leads by `follows` stays.
function targets(inputs: Targets, prefix: string): Targets {
  return mapped(inputs, (target) => (typeof target === "string" ? prefix + target : target));
}

function prefixed(lock: Lock, prefix: string): Record<string, LockNode> {
  const nodes = Object.entries(lock.nodes).map(([key, node]) => [
    prefix + key,
    node.inputs ? { ...node, inputs: targets(node.inputs, prefix) } : node,
  ]);
  return Object.fromEntries(nodes);
}

function mapped<T, U>(record: Readonly<Record<string, T>>, convert: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}

// As nix/plan/generated-flake.nix writes the provider's relative paths.
function seenFromGenerated(node: LockNode): LockNode {
  const up = (source: Record<string, unknown> | undefined) => {
    const path = source?.type === "path" ? source.path : undefined;
    if (typeof path !== "string" || path.startsWith("/")) return source;
    return { ...source, path: `../${path.replace(/^\.\//, "")}` };
  };
  return { ...node, original: up(node.original), locked: up(node.locked) };
}

/** How a generated lock differs from what the generated flake needs; names by bytes. */
export interface LockGaps {
  /** Inputs without a pin, or with one of another place. */
  readonly missing: readonly string[];
  /** Pins of inputs that the flake does not name. */
  readonly stale: readonly string[];
  /** Inputs of the provider that are pinned otherwise than in its root lock. */
  readonly differing: readonly string[];
}

/** Compares a generated lock with what the flake names. */
export function gapsOf(root: Lock, committed: Lock | null, inputs: FlakeInputs): LockGaps {
  const own = directInputs(root);
  const there = committed ? directInputs(committed) : {};
  const names = (found: Iterable<string>) => [...found].sort(byBytes);
  const [before, after] = [byInput(root), byInput(committed ?? { nodes: {} })];
  return {
    missing: names(Object.keys(inputs).filter((name) => !isPinned(committed, name, inputs[name]))),
    stale: names(
      Object.keys(there).filter((name) => !Object.hasOwn(inputs, name) && !Object.hasOwn(own, name)),
    ),
    differing: names(Object.keys(own).filter((name) => !samePins(before.get(name), after.get(name)))),
  };
}

/** Whether nothing is to be locked. */
export function isComplete({ missing, stale, differing }: LockGaps): boolean {
  return missing.length + stale.length + differing.length === 0;
}

function isPinned(lock: Lock | null, name: string, wanted: JsonObject = {}): boolean {
  const direct = lock ? directInputs(lock) : {};
  const target = Object.hasOwn(direct, name) ? direct[name] : undefined;
  if (!lock || target === undefined) return false;
  // An own input may follow another; an environment's never does.
  if (typeof target !== "string") return wanted.type === undefined;
  // One that is written as a URL can't be compared without knowing every kind of URL.
  return wanted.type === undefined || equal(lock.nodes[target]?.original as JsonValue | undefined, wanted);
}

function byInput(lock: Lock): Map<string, Pin[]> {
  const found = new Map<string, Pin[]>();
  for (const pin of pinsOf(lock)) {
    const first = pin.name.split("/")[0] as string;
    found.set(first, [...(found.get(first) ?? []), pin]);
  }
  return found;
}

function samePins(left: readonly Pin[] = [], right: readonly Pin[] = []): boolean {
  const plain = (pins: readonly Pin[]) =>
    pins.map(({ name, url, rev, narHash }) => [name, url.replace("path:../", "path:./"), rev, narHash]);
  return equal(plain(left), plain(right));
}

/** The pins of these inputs and of all below them. */
export function pinsNamed(lock: Lock | null, names: Iterable<string>): Pin[] {
  const wanted = new Set(names);
  return lock ? pinsOf(lock).filter(({ name }) => wanted.has(name.split("/")[0] as string)) : [];
}

// Any revision but zeros, which Nix takes for a tree with uncommitted changes.
const NOWHERE = {
  type: "git",
  url: "https://unknown.invalid",
  rev: "1".repeat(40),
  narHash: `sha256-${"A".repeat(43)}=`,
};

/** The lock with something in the place of pins that can't be resolved, so that all others can. */
export function withPlaceholders(lock: Lock, inputs: FlakeInputs, names: readonly string[]): Lock {
  const nodes = names.map((name) => [`unknown:${name}`, { locked: NOWHERE, original: inputs[name] }]);
  const direct = {
    ...directInputs(lock),
    ...Object.fromEntries(names.map((name) => [name, `unknown:${name}`])),
  };
  return { ...lock, nodes: { ...lock.nodes, ...Object.fromEntries(nodes), root: { inputs: direct } } };
}

/** The lock without these inputs. */
export function withoutInputs(lock: Lock, names: readonly string[]): Lock {
  const left = Object.entries(directInputs(lock)).filter(([name]) => !names.includes(name));
  const root = lock.root ?? "root";
  return { ...lock, nodes: { ...lock.nodes, [root]: { inputs: Object.fromEntries(left) } } };
}

/**
 * The lock with these inputs, and all below them, as another lock has them; without those that it does not have.
 * Everything else is as it was.
 */
export function withInputsOf(lock: Lock, other: Lock, names: readonly string[]): Lock {
  const isNamed = ([name]: readonly [string, unknown]) => names.includes(name);
  const kept = Object.entries(targets(directInputs(lock), "kept:")).filter((entry) => !isNamed(entry));
  const taken = Object.entries(targets(directInputs(other), "taken:")).filter(isNamed);
  const nodes = { ...prefixed(lock, "kept:"), ...prefixed(other, "taken:") };
  const inputs = Object.fromEntries([...kept, ...taken]);
  return { version: 7, root: "root", nodes: { ...nodes, root: { inputs } } };
}

/**
 * The text of a lock as Nix writes it: it keeps a file that says the same in other words, and equal
 * locks must be equal files.
 */
export function lockText(lock: Lock): string {
  const nodes: Record<string, LockNode> = {};
  const keys = new Map<string, string>();
  const added = (target: string, wanted: string): string => {
    const known = keys.get(target);
    if (known !== undefined) return known;
    let key = wanted;
    for (let next = 2; Object.hasOwn(nodes, key); next++) key = `${wanted}_${next}`;
    keys.set(target, key);
    const { inputs, ...rest } = lock.nodes[target] ?? {};
    // Taken before those below it are named.
    nodes[key] = rest;
    const names = Object.keys(inputs ?? {}).sort(byBytes);
    const below = names.map((name) => {
      const leads = inputs?.[name] as string | string[];
      return [name, typeof leads === "string" ? added(leads, name) : leads] as const;
    });
    if (below.length > 0) nodes[key] = { inputs: Object.fromEntries(below), ...rest };
    return key;
  };
  added(lock.root ?? "root", "root");
  return `${JSON.stringify(inOrder({ nodes, root: "root", version: 7 } as unknown as JsonValue), null, 2)}\n`;
}

function inOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.keys(value).sort(byBytes);
  return Object.fromEntries(entries.map((key) => [key, inOrder(value[key] as JsonValue)]));
}

// What of a locked input says where it is from, not which revision of it.
const PLACE = ["type", "url", "host", "owner", "repo", "path", "dir"];

/**
 * Inputs that a branch's lock takes from elsewhere than the flake says, by input path. A moved pin is
 * another revision of the same place; anything else is an edit that nobody would see in a revision.
 */
export function straysIn(base: Lock | null, head: Lock, inputs: FlakeInputs): string[] {
  const before = new Map(base ? nodesBelow(base, inputs) : []);
  return nodesBelow(head, inputs).flatMap(([path, { original = {}, locked = {} }]) => {
    const known = before.get(path);
    // What the base knows must be where it was; what is new, where the flake says.
    const isThere = known
      ? samePlace(known.original, original) && samePlace(known.locked, locked)
      : samePlace(original, locked);
    return isThere ? [] : [path];
  });
}

function samePlace(left: LockNode["locked"] = {}, right: LockNode["locked"] = {}): boolean {
  return PLACE.every((key) => left[key] === right[key]);
}

function nodesBelow(lock: Lock, inputs: FlakeInputs): [path: string, node: LockNode][] {
  const seen = new Set<string>();
  const below = (direct: Targets, prefix: string): [string, LockNode][] =>
    Object.entries(direct).flatMap(([name, target]) => {
      const node = typeof target === "string" && !seen.has(target) ? lock.nodes[target] : undefined;
      if (!node) return [];
      seen.add(target as string);
      return [[prefix + name, node], ...below(node.inputs ?? {}, `${prefix}${name}/`)];
    });
  const direct = Object.entries(directInputs(lock)).filter(([name]) => Object.hasOwn(inputs, name));
  return below(Object.fromEntries(direct), "");
}

/**
 * A lock with the revision that another one has of an input; null where either names it by another input,
 * or where it has inputs of its own, whose nodes would have to come along.
 */
export function withPinOf(input: string, lock: Lock, other: Lock): Lock | null {
  const [here, there] = [directInputs(lock)[input], directInputs(other)[input]];
  if (typeof here !== "string" || typeof there !== "string") return null;
  const [node, pinned] = [lock.nodes[here], other.nodes[there]];
  if (!node || !pinned?.locked || node.inputs || pinned.inputs) return null;
  return { ...lock, nodes: { ...lock.nodes, [here]: { ...node, locked: pinned.locked } } };
}
