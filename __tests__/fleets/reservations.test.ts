import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { JsonObject } from "../../src/domain/json.ts";
import {
  isPlainState,
  prunedBy,
  refuseChanged,
  released,
  reservationsIn,
  withReleased,
} from "../../src/fleets/hostenv/reservations.ts";
import { parseState, type State, stateSchema } from "../../src/fleets/hostenv/schema.ts";
import { FIXTURES, fixtureJson } from "./fixtures.ts";

const shop = { node: "node-a", uid: 1002, userName: "shop-main", virtualHosts: ["shop.test"] };
const blog = { node: "node-b", uid: 1003, userName: "blog-main", virtualHosts: ["blog.test"] };
const state: State = { "blog-main": blog, "shop-main": shop };

describe("what must hold of a state", () => {
  test.each(FIXTURES)("holds of what the existing generator wrote: %s", (name) => {
    expect(() => parseState(fixtureJson(`${name}/state.json`), name)).not.toThrow();
    expect(() => parseState(fixtureJson(`${name}/expected/state.json`), name)).not.toThrow();
  });

  test.each<[string, JsonObject, string, string]>([
    [
      "one uid twice",
      { ...state, x: { uid: 1002 } },
      "state-schema",
      "s: uid 1002 stands for shop-main and for x",
    ],
    ["a uid of the system's", { x: { uid: 999 } }, "state-schema", "at /x/uid: "],
    ["half a uid", { x: { uid: 1002.5 } }, "state-schema", "at /x/uid: "],
    ["no uid", { "a/b": {} }, "state-schema", "at /a~1b/uid: "],
    ["an entry under another's name", { x: shop }, "state-schema", "at /x/userName: "],
    [
      "a hostname twice, in another letter case",
      { ...state, "a/b": { uid: 1009, virtualHosts: ["y", "SHOP.test"] } },
      "hostname-two-holders",
      "s: hostname 'shop.test' is held twice: at /a~1b/virtualHosts/1 and at /shop-main/virtualHosts/0",
    ],
  ])("refuses %s", (_, json, code, words) => {
    let error: unknown;
    try {
      parseState(json, "s");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test("one entry may name a hostname twice", () => {
    expect(() => parseState({ x: { uid: 1002, virtualHosts: ["a", "A"] } }, "s")).not.toThrow();
  });
});

test("what is accepted without the schema, the schema accepts", () => {
  const entry = fc.record(
    {
      uid: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 990, max: 1010 }) },
        fc.jsonValue(),
        fc.double(),
      ),
      node: fc.oneof(fc.string(), fc.jsonValue()),
      userName: fc.oneof({ weight: 5, arbitrary: fc.string() }, fc.jsonValue()),
      virtualHosts: fc.oneof({ weight: 5, arbitrary: fc.array(fc.string()) }, fc.jsonValue()),
      other: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), entry, { maxKeys: 3 }), fc.jsonValue()), (value) => {
      if (!isPlainState(value as JsonObject)) return;
      accepted++;
      expect(stateSchema.safeParse(value).error).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

describe("against an earlier state", () => {
  test("new entries and released ones are fine", () => {
    expect(() =>
      refuseChanged(state, { ...state, "shop-main": released(shop), x: { uid: 1004 } }, "s"),
    ).not.toThrow();
  });

  test.each<[string, State, RegExp]>([
    [
      "another uid",
      { ...state, "shop-main": { ...shop, uid: 1004 } },
      /at \/shop-main: shop-main has uid 1004, and HEAD reserves uid 1002/,
    ],
    ["an entry that is gone", { "blog-main": blog }, /shop-main is gone/],
    ["a uid that somebody else got", { "blog-main": blog, x: { uid: 1002 } }, /shop-main is gone/],
  ])("refuses %s", (_, now, words) => {
    expect(() => refuseChanged(state, now, "s")).toThrow(words);
  });
});

describe("a released entry", () => {
  test("keeps its uid and everything we do not know", () => {
    const json = { b: { ...blog, note: "x" }, a: { uid: 1004 }, _description: "d" } as JsonObject;
    const after = withReleased(json, new Set(["b"]));
    expect(JSON.stringify(after)).toBe(
      JSON.stringify({
        _description: "d",
        a: { uid: 1004 },
        b: { node: null, note: "x", uid: 1003, userName: "blog-main", virtualHosts: [] },
      }),
    );
  });

  test("is recognised, and so is nothing else", () => {
    expect(prunedBy(state, state)).toEqual([]);
    expect(prunedBy(state, { ...state, "shop-main": released(shop) })).toEqual(["shop-main"]);
    expect(prunedBy(state, { "shop-main": released(shop), "blog-main": released(blog) })).toEqual([
      "blog-main",
      "shop-main",
    ]);
    expect(
      prunedBy({ a: { uid: 1002, node: "n" } }, { a: { uid: 1002, node: null, virtualHosts: [] } }),
    ).toEqual(["a"]);
  });

  test.each<[string, State]>([
    ["another uid with it", { ...state, "shop-main": { ...shop, node: null, virtualHosts: [], uid: 1009 } }],
    ["only the hostnames emptied", { ...state, "shop-main": { ...shop, virtualHosts: [] } }],
    ["only the node emptied", { ...state, "shop-main": { ...shop, node: null } }],
    ["another key with it", { ...state, "shop-main": { ...shop, node: null, virtualHosts: [], note: 1 } }],
    ["an entry taken away", { "blog-main": blog }],
    ["an entry renamed", { "blog-main": blog, "shop-old": shop }],
    ["an entry added", { ...state, x: { uid: 1009 } }],
    ["another change elsewhere", { "shop-main": released(shop), "blog-main": { ...blog, node: "node-z" } }],
    ["one taken away and one added", { "shop-main": released(shop), x: { uid: 1003 } }],
  ])("%s is no pruning", (_, head) => {
    expect(prunedBy(state, head)).toBeNull();
  });

  test("an entry that held nothing can't be pruned", () => {
    expect(prunedBy({ a: { uid: 1002 } }, { a: { uid: 1002, node: null, virtualHosts: [] } })).toBeNull();
    expect(prunedBy({ a: { uid: 1002, node: null } }, { a: { uid: 1002 } })).toBeNull();
  });

  const entries = fc.dictionary(
    fc.string(),
    fc.record({ node: fc.option(fc.string()), virtualHosts: fc.array(fc.string(), { maxLength: 3 }) }),
  );

  test("whatever is released is recognised by its names", () => {
    fc.assert(
      fc.property(entries, fc.func(fc.boolean()), (made, chosen) => {
        const before = Object.fromEntries(
          Object.entries(made).map(([name, entry], index) => [name, { ...entry, uid: 1002 + index }]),
        );
        const users = reservationsIn(before)
          .filter(({ node, hostnames }) => node !== null || hostnames.length > 0)
          .map(({ user }) => user)
          .filter((user) => chosen(user));
        const after = withReleased(before as JsonObject, new Set(users)) as State;
        expect(prunedBy(before, after)).toEqual(users);
      }),
    );
  });
});
