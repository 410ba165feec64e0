import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byBytes, canonical, equal, type JsonValue, pointer } from "../../src/domain/json.ts";

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

/** The same value with its keys in another order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe("canonical", () => {
  test("does not depend on the order of keys and reads back to the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(reversed(value))).toBe(canonical(value));
        expect(equal(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
    );
  });

  test("writes keys sorted and without white space", () => {
    expect(canonical({ b: [1, null, "x\n"], a: { é: true } })).toBe('{"a":{"é":true},"b":[1,null,"x\\n"]}');
  });
});

describe("equal", () => {
  test("agrees with canonical text", () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        expect(equal(left, right)).toBe(canonical(left) === canonical(right));
        expect(equal(left, reversed(left))).toBe(true);
      }),
    );
  });

  test("tells a key with undefined apart from another key", () => {
    expect(equal({ a: 1 }, { b: 1 })).toBe(false);
    expect(equal([], {})).toBe(false);
    expect(equal(JSON.parse('{"__proto__":{}}'), { a: 1 })).toBe(false);
  });
});

test("byBytes orders as UTF-8 bytes do", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(byBytes(left, right))).toBe(expected);
    }),
  );
});

test("a pointer keeps every segment", () => {
  // RFC 6901, section 4: "~1" is read before "~0".
  const read = (path: string) =>
    path
      .split("/")
      .slice(1)
      .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  fc.assert(
    fc.property(fc.array(fc.string()), (segments) => {
      expect(read(pointer(segments))).toEqual(segments);
    }),
  );
});
