import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DEEPEST, jsonIn, MOST_VALUES, withFalse } from "../../src/adapters/disk-json.ts";
import { HostenvError } from "../../src/errors.ts";

const read = (text: string | Buffer) => jsonIn(Buffer.from(text), "s.json");

function errorOf(text: string | Buffer): HostenvError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof HostenvError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("what is refused, and the place it is said to be at", () => {
  test.each<[string, string | Buffer, string, string]>([
    ["nothing", "", "file-not-json", "line 1, column 1"],
    ["white space", " \n ", "file-not-json", "line 2, column 2"],
    ["NaN", '{\n  "uid": NaN\n}', "file-not-json", "line 2, column 10"],
    ["Infinity", "[-Infinity]", "file-not-json", "line 1, column 2"],
    ["a number beyond every other", '{"a": [1,\n1e999]}', "file-not-json", "at /a/1, line 2"],
    ["a leading zero", "[01]", "file-not-json", "line 1, column 3"],
    ["trailing data", "{}\n{}", "file-not-json", "line 2, column 1"],
    ["a trailing comma", "[1,]", "file-not-json", "line 1, column 4"],
    ["a comment", "{} // x", "file-not-json", "line 1, column 4"],
    ["a cut string", '{"a": "b', "file-not-json", "line 1, column 7"],
    ["a raw line break in a string", '["a\nb"]', "file-not-json", "line 1, column 2"],
    ["a byte order mark", "\ufeff{}", "file-not-json", "line 1, column 1"],
    ["conflict markers", '{\n<<<<<<< HEAD\n  "a": 1\n', "file-not-json", "line 2, column 1"],
    ["a Latin-1 letter", Buffer.from('{\n"a": "\xe9"\n}', "latin1"), "file-not-utf8", "line 2 holds"],
    ["UTF-16", Buffer.from("\ufeff{}", "utf16le"), "file-not-utf8", "line 1 holds"],
    ["a cut character", Buffer.from([0x22, 0xe2, 0x82]), "file-not-utf8", "line 1 holds"],
    ["a key twice", '{"a": {\n"b": 1,\n"b": 1}}', "file-duplicate-key", "at /a/b, line 3"],
    ["a key twice, once escaped", '{"a/b": 1, "\\u0061/b": 2}', "file-duplicate-key", "at /a~1b, line 1"],
    ["a key twice in a list", '[{}, {"a": 1, "a": [2]}]', "file-duplicate-key", "at /1/a, line 1"],
    ["the key __proto__", '{"a": [{"__proto__": {}}]}', "file-prototype-key", "at /a/0/__proto__, line 1"],
    ["it escaped", '{\n"\\u005f_proto__": 1}', "file-prototype-key", "at /__proto__, line 2"],
    ["it twice", '{"__proto__": 1, "__proto__": 2}', "file-prototype-key", "at /__proto__, line 1"],
    ["depth", `\n ${nested(DEEPEST + 1)}`, "file-too-deep", `line 2, column ${DEEPEST + 2}`],
    ["depth without an end", '{"a":'.repeat(DEEPEST + 1), "file-too-deep", `column ${5 * DEEPEST + 1}`],
    ["number", `[${"0,".repeat(MOST_VALUES)}0]`, "file-too-large", "2000001 values"],
  ])("%s", (_, text, code, place) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^s\.json /);
    expect(error.message).toContain(place);
    expect(error.hint).not.toBe("");
  });

  test("says what to do with conflict markers and with a byte order mark", () => {
    expect(errorOf("{\n=======\n").hint).toContain("conflict markers");
    expect(errorOf("\ufeff{}").hint).toContain("byte order mark");
  });

  test("no message is as long as a hostile key", () => {
    const key = `"${"k".repeat(1_000_000)}"`;
    expect(errorOf(`{${key}: 1, ${key}: 1}`).message.length).toBeLessThan(300);
  });
});

describe("what is read", () => {
  test.each([
    "null",
    "[]",
    '"\\"{:,"',
    '{"a": ":", ":": ",", "\\\\": "\\\\"}',
    nested(DEEPEST),
    " [ -0.5e3 ]\r\n",
  ])("%s", (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  test("whatever JSON.stringify writes, in any layout, and nothing more", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1, "\t"), (text, space) => {
        const laidOut = JSON.stringify(JSON.parse(text), null, space);
        if (laidOut.includes("__proto__")) return;
        expect(read(laidOut)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("a doubled key is found wherever it stands", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, place) => {
        const members = Object.entries(object).map(
          ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
        );
        const twice = members[place % members.length] as string;
        const text = `{"x":{${[...members, twice].join(",")}}}`;
        expect(errorOf(text).code).toBe(
          text.includes('"__proto__"') ? "file-prototype-key" : "file-duplicate-key",
        );
      }),
    );
  });

  test("what JSON.parse refuses is refused with a place, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{}":,\\u0e1- \ntrue'), maxLength: 30 }), (text) => {
        try {
          JSON.parse(text);
        } catch {
          expect(errorOf(text).message).toMatch(/line \d+, column \d+$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("withFalse", () => {
  test("replaces values and leaves every other character", () => {
    const text =
      '{ "a":\t{"x/y" : true,"n": 1.0e3,\r\n "deep": [ {"on":  true } ] }, "b": {"on": null}, "a": 0 }\n\n';
    const paths = [
      ["b", "on"],
      ["a", "x/y"],
      ["a", "none"],
      ["c", "on"],
      ["b", "on", "below"],
      ["b", "on"],
    ];
    expect(withFalse(text.replace(', "a": 0', ""), paths)).toBe(
      '{ "a":\t{"x/y" : false,"n": 1.0e3,\r\n "deep": [ {"on":  true } ] }, "b": {"on": false} }\n\n',
    );
  });

  test("is the same as setting the values, for any document", () => {
    const documents = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(documents, fc.nat(), fc.constantFrom(undefined, 2, "\t"), (given, seed, space) => {
        const document = JSON.parse(JSON.stringify(given)) as Record<string, Record<string, unknown>>;
        const all = Object.entries(document).flatMap(([key, inner]) =>
          Object.keys(inner).map((name) => [key, name]),
        );
        const paths = all.filter((_, index) => (index + seed) % 2 === 0);
        const text = JSON.stringify(document, null, space);
        for (const [key, name] of paths)
          (document[key as string] as Record<string, unknown>)[name as string] = false;
        expect(withFalse(text, paths)).toBe(JSON.stringify(document, null, space));
      }),
    );
  });

  test("without paths nothing is looked at", () => {
    expect(withFalse("no JSON", [])).toBe("no JSON");
  });
});
