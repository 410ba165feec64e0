import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { differences, leadingNowhere, parseIgnored } from "../../src/domain/golden.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";

const ignoring = (...texts: string[]) => texts.map(parseIgnored);
const lines = (golden: JsonValue, plan: JsonValue, ...ignored: string[]) =>
  differences(golden, plan, ignoring(...ignored)).map(
    ({ path, ...sides }) => `${path} ${JSON.stringify(sides)}`,
  );

describe("what differs", () => {
  test.each<[string, JsonValue, JsonValue, string[]]>([
    ["a value", { a: { b: 1 } }, { a: { b: 2 } }, ['/a/b {"golden":1,"plan":2}']],
    ["a kind", { a: [] }, { a: {} }, ['/a {"golden":[],"plan":{}}']],
    ["a key on one side, whole", { a: { b: { c: 1 } } }, { a: {} }, ['/a/b {"golden":{"c":1}}']],
    ["null and nothing", { a: {} }, { a: { b: null } }, ['/a/b {"plan":null}']],
    ["odd keys", { "a/b": { "~": 1 } }, { "a/b": { "~": 2 } }, ['/a~1b/~0 {"golden":1,"plan":2}']],
    ["keys of every object", { constructor: 1 }, {}, ['/constructor {"golden":1}']],
    ["not the order of keys", { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, []],
    ["an element put in front of others", [1, 2, 3], [0, 1, 2, 3], ['/0 {"plan":0}']],
    ["an element taken from the middle", [1, 2, 3], [1, 3], ['/1 {"golden":2}']],
    ["an element put to the end", [1], [1, 2], ['/1 {"plan":2}']],
    ["a value in an element", [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ['/1/a {"golden":2,"plan":3}']],
    ["another order of elements", [1, 2], [2, 1], ['/0 {"golden":1,"plan":2}', '/1 {"golden":2,"plan":1}']],
    ["one of equal elements", [1, 1], [1], ['/1 {"golden":1}']],
  ])("%s", (_, golden, plan, expected) => {
    expect(lines(golden, plan)).toEqual(expected);
  });

  test("by key in the order of bytes, so that one plan gives one text", () => {
    expect(lines({ b: 1, B: 1, "\u{1f600}": 1, "\uffff": 1 }, {}).map((line) => line.split(" ")[0])).toEqual([
      "/B",
      "/b",
      "/\uffff",
      "/\u{1f600}",
    ]);
  });

  test("nothing exactly where both are the same", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const [golden, plan] = JSON.parse(JSON.stringify([left, right])) as [JsonValue, JsonValue];
        expect(differences(golden, golden, [])).toEqual([]);
        expect(differences(golden, plan, []).length === 0).toBe(
          JSON.stringify(sorted(golden)) === JSON.stringify(sorted(plan)),
        );
      }),
    );
  });

  test("lists in lists cost no more than their size", () => {
    const nested = (inner: JsonValue) =>
      Array.from({ length: 90 }).reduce<JsonValue>((list) => [list], inner);
    expect(differences(nested(1), nested(2), ignoring("/x"))).toHaveLength(1);
  });
});

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted((value as JsonObject)[key] as JsonValue)]),
  );
}

describe("what is ignored", () => {
  const golden = { e: { x: { n: "a", k: [{ v: 1, w: 1 }] }, y: { n: "b" } } };
  const plan = { e: { x: { n: "c", k: [{ v: 2, w: 1 }] }, y: { n: "d" } } };

  test.each<[string[], string[]]>([
    [[], ["/e/x/k/0/v", "/e/x/n", "/e/y/n"]],
    [["/e/x/n"], ["/e/x/k/0/v", "/e/y/n"]],
    [["/e/*/n"], ["/e/x/k/0/v"]],
    [["/e/x"], ["/e/y/n"]],
    [["/e/*/k/*/v", "/e/y/n=it moves"], ["/e/x/n"]],
    [
      ["/e/n", "/n", "/e/x/n/o"],
      ["/e/x/k/0/v", "/e/x/n", "/e/y/n"],
    ],
  ])("%j leaves %j", (ignored, left) => {
    expect(lines(golden, plan, ...ignored).map((line) => line.split(" ")[0])).toEqual(left);
  });

  test("a key that only one side has", () => {
    expect(lines({ a: { n: null } }, { a: {} }, "/*/n")).toEqual([]);
  });

  test("an escaped name, and a list whose elements differ only there", () => {
    expect(lines({ "a/b": 1 }, { "a/b": 2 }, "/a~1b")).toEqual([]);
    expect(lines([{ v: 1 }, 5], [{ v: 2 }, 4, 5], "/*/v")).toEqual(['/1 {"plan":4}']);
  });

  test("keeps the reason, and the rest of it when it holds an equals sign", () => {
    expect(ignoring("/a", "/a=", "/a=b=c")).toEqual([
      { pattern: "/a", reason: "given on the command line" },
      { pattern: "/a", reason: "" },
      { pattern: "/a", reason: "b=c" },
    ]);
  });

  test.each(["", "=why", "a/b", "/a~", "/a~2", "*"])("refuses %j", (text) => {
    expect(() => parseIgnored(text)).toThrow(/is no JSON pointer/);
  });

  test("a long pattern that is none is told at once", () => {
    expect(() => parseIgnored(`${"/".repeat(50_000)}~`)).toThrow(/is no JSON pointer/);
  });

  test("tells what leads nowhere on either side", () => {
    const given = ignoring("/e/*/n", "/e/*/m", "/e/z", "/e/x/k/0/v", "/e/x/k/1");
    expect(leadingNowhere(golden, { e: { z: 1 } }, given).map(({ pattern }) => pattern)).toEqual([
      "/e/*/m",
      "/e/x/k/1",
    ]);
  });
});
