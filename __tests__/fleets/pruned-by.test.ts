import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byBytes } from "../../src/domain/json.ts";
import { prunedBy } from "../../src/fleets/hostenv/reservations.ts";
import type { State } from "../../src/fleets/hostenv/schema.ts";

const NAMES = ["shop-main", "blog-main", "Z", "constructor", "é", "a/b"];

const entry = fc.record(
  {
    uid: fc.integer({ min: 1000, max: 9000 }),
    userName: fc.constantFrom("shop-main", "blog-main"),
    node: fc.constantFrom(null, "node-a"),
    virtualHosts: fc.subarray(["a.test", "b.test"]),
    note: fc.constantFrom("x", null),
  },
  { requiredKeys: ["uid"] },
) as fc.Arbitrary<State[string]>;

const states: fc.Arbitrary<State> = fc.dictionary(fc.constantFrom(...NAMES), entry);

const released = (state: State, names: readonly string[]): State => ({
  ...state,
  ...Object.fromEntries(
    names.map((name) => [name, { ...state[name], virtualHosts: [], node: null } as State[string]]),
  ),
});

const holding = (state: State) =>
  Object.keys(state).filter((name) => state[name]?.node || (state[name]?.virtualHosts ?? []).length > 0);

describe("prunedBy", () => {
  test("names in byte order what is released, whatever the order of keys", () => {
    fc.assert(
      fc.property(states, fc.infiniteStream(fc.boolean()), (state, drawn) => {
        const names = holding(state).filter(() => drawn.next().value);
        const turned = Object.fromEntries(Object.entries(released(state, names)).reverse());
        expect(prunedBy(state, turned)).toEqual([...names].sort(byBytes));
      }),
    );
  });

  test("names nothing where nothing differs", () => {
    fc.assert(fc.property(states, (state) => expect(prunedBy(state, structuredClone(state))).toEqual([])));
  });

  test("is null where an entry comes or goes, alone or beside a release", () => {
    fc.assert(
      fc.property(states, entry, fc.nat(), (state, fresh, place) => {
        const head = released(state, holding(state));
        expect(prunedBy(state, { ...head, new: fresh })).toBeNull();
        const names = Object.keys(state);
        fc.pre(names.length > 0);
        const { [names[place % names.length] as string]: _, ...rest } = head;
        expect(prunedBy(state, rest)).toBeNull();
        expect(prunedBy(state, { ...rest, new: fresh })).toBeNull();
      }),
    );
  });

  const base: State = {
    "shop-old": { uid: 1007, userName: "shop-old", node: "node-a", virtualHosts: ["old.test"] },
    "shop-main": { uid: 1002, userName: "shop-main", node: "node-a", virtualHosts: ["main.test"] },
  };
  const freed = { uid: 1007, userName: "shop-old", node: null, virtualHosts: [] };

  test.each<[string, State[string]]>([
    ["another uid", { ...freed, uid: 1008 }],
    ["another user name", { ...freed, userName: "shop-main" }],
    ["no user name", { uid: 1007, node: null, virtualHosts: [] }],
    ["a node that stays", { ...freed, node: "node-a" }],
    ["another node", { ...freed, node: "node-b" }],
    ["a hostname that stays", { ...freed, virtualHosts: ["old.test"] }],
    ["another hostname", { ...freed, virtualHosts: ["main.test"] }],
    ["no list of hostnames", { uid: 1007, userName: "shop-old", node: null }],
    ["no node", { uid: 1007, userName: "shop-old", virtualHosts: [] }],
    ["one more key", { ...freed, note: "x" }],
  ])("is null with %s", (_, entry) => {
    expect(prunedBy(base, { ...base, "shop-old": freed })).toEqual(["shop-old"]);
    expect(prunedBy(base, { ...base, "shop-old": entry })).toBeNull();
  });

  test("is null where an entry that holds nothing is written otherwise", () => {
    expect(prunedBy({ x: { uid: 1002 } }, { x: { uid: 1002, node: null, virtualHosts: [] } })).toBeNull();
  });
});
