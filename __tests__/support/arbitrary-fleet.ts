import fc from "fast-check";
import { type Fleet, type Pin, type Subject, subjectKey, type Unit } from "../../src/domain/fleet.ts";
import { byBytes, type JsonObject, type JsonValue } from "../../src/domain/json.ts";
import type { FleetKind } from "../../src/domain/review.ts";
import type { Move } from "../../src/domain/waves.ts";

// Few names, so that two fleets share many; among them what a JSON pointer must escape and what
// every JavaScript object inherits.
const NAMES = ["a", "b", "c", "d", "e/f", "g~h", "é", "constructor"] as const;
const KEYS = ["x", "y", "uid", "a/b", "~", "", "__proto__"] as const;

const name = fc.constantFrom(...NAMES);
const leaf: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  null,
  0,
  1,
  "",
  "é",
  true,
  [],
  [1, 2],
  [{ x: 1 }],
  {},
);

/** A tree of facts with few keys and all kinds of leaves, at most three levels deep. */
export const trees: fc.Arbitrary<JsonObject> = treesOf(treesOf(treesOf(leaf)));

function treesOf(value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(leaf, leaf, value), { maxKeys: 3 });
}

const pins: fc.Arbitrary<Pin[]> = fc.uniqueArray(
  fc.record({
    name,
    url: fc.constantFrom("github:acme/a", "github:acme/b"),
    rev: fc.constantFrom(null, "1111111", "2222222"),
    narHash: fc.constantFrom(null, "sha256-1", "sha256-2"),
  }),
  { selector: (pin) => pin.name },
);

const units: fc.Arbitrary<Unit[]> = fc.uniqueArray(
  fc.record({
    name,
    host: name,
    group: fc.constantFrom("acme__shop", "acme__blog"),
    type: fc.constantFrom("production", "testing"),
    enabled: fc.boolean(),
    hostnames: fc.subarray(["one.test", "two.test", "three.test"]),
  }),
  { selector: (unit) => unit.name },
);

/** A fleet of any kind: its facts are any JSON, its units stand on any of its hosts. */
export const fleets: fc.Arbitrary<Fleet> = fc
  .record({
    units,
    spare: fc.subarray([...NAMES]),
    facts: fc.array(trees, { minLength: 9, maxLength: 9 }),
    pins,
  })
  .map(({ units: placed, spare, facts, pins: locked }) => {
    const hosts = [...new Set([...spare, ...placed.map(({ host }) => host)])].sort(byBytes);
    const fact = (index: number) => facts[index % facts.length] as JsonObject;
    const subjects: Subject[] = [
      { kind: "fleet", name: "provider", data: fact(0) },
      ...hosts.map((host, index): Subject => ({ kind: "host", name: host, data: fact(index + 1) })),
      // A unit's host is one of its facts, as every kind of fleet must have it.
      ...placed.map((unit, index): Subject => {
        return { kind: "unit", name: unit.name, data: { ...fact(index + 2), host: unit.host } };
      }),
    ];
    return {
      subjects: new Map(subjects.map((subject) => [subjectKey(subject.kind, subject.name), subject])),
      units: new Map(placed.map((unit) => [unit.name, unit])),
      hosts,
      pins: locked,
    };
  });

/** A kind of fleet without rules, whose sides are fleets already. */
export const plainKind: FleetKind<Fleet> = {
  name: "plain",
  fleet: (side) => side,
  identity: ({ subjects }) =>
    [...subjects.values()].map(({ kind, name: subject, data }) => [kind, subject, data]),
  findings: () => [],
  reach: () => ({ file: () => "all", pin: () => "all" }),
  canaries: () => [],
  secretPaths: () => [],
};

/** A deploy to put in order: hosts to reach, moves between them, emptied hosts and canaries. */
export interface Rollout {
  readonly affected: string[];
  readonly moves: Move[];
  readonly emptied: string[];
  readonly canaries: string[];
}

const rolloutHosts = ["a", "b", "c", "d", "e", "f", "g"];

/** Rollouts with chains, circles and circles that hang together. */
export const rollouts: fc.Arbitrary<Rollout> = fc
  .record({
    affected: fc.shuffledSubarray(rolloutHosts),
    pairs: fc.array(fc.tuple(fc.constantFrom(...rolloutHosts), fc.constantFrom(...rolloutHosts)), {
      maxLength: 12,
    }),
    emptied: fc.subarray(rolloutHosts),
    canaries: fc.subarray(rolloutHosts, { maxLength: 3 }),
  })
  .map(({ affected, pairs, emptied, canaries }) => {
    // Both ends of a move are always reached by its deploy.
    const moves = pairs
      .filter(([from, to]) => from !== to && affected.includes(from) && affected.includes(to))
      .map(([from, to], index) => ({ name: `unit-${index}`, from, to }));
    const filled = new Set(moves.map(({ to }) => to));
    return {
      affected,
      moves,
      emptied: emptied.filter((host) => affected.includes(host) && !filled.has(host)),
      canaries,
    };
  });
