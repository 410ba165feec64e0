import { expect, test } from "@jest/globals";
import { entryOf, inOrder, parseMemory } from "../../../src/domain/dns/memory.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { entry, memory } from "../../support/gate-run.ts";

const sound = memory({ "a.test": entry({ reason: "x", switchedOn: ["2026-01-01T00:00:00Z"] }) }, ["a.test"], {
  e: "n",
});
const without = (key: string) => Object.fromEntries(Object.entries(sound).filter(([name]) => name !== key));
const withEntry = (change: object) => ({ ...sound, hostnames: { "a/b.test": { ...entry(), ...change } } });

test("a memory is read as it was written", () => {
  expect(parseMemory(sound as unknown as JsonValue, "m")).toEqual(sound);
  const copied = { ...sound, copies: { e: { n: ["a.test"] } } };
  expect(parseMemory(copied as unknown as JsonValue, "m")).toEqual(copied);
});

test.each<[string, unknown, string]>([
  ["a list", [], "at /:"],
  ["another schema", { ...sound, schema: 2 }, "at /schema:"],
  ["no off-list", without("off"), "at /off:"],
  ["no holds", without("holds"), "at /holds:"],
  ["a copy on no set of nodes", { ...sound, copies: { e: ["n"] } }, "at /copies/e:"],
  ["a key of a newer version", { ...sound, paused: true }, "at /:"],
  ["an off-list of something else", { ...sound, off: [1] }, "at /off/0:"],
  ["a verdict there is not", withEntry({ verdict: "skipped" }), "at /hostnames/a~1b.test/verdict:"],
  ["a negative count", withEntry({ count: -1 }), "at /hostnames/a~1b.test/count:"],
  ["a count that is none", withEntry({ count: 1.5 }), "at /hostnames/a~1b.test/count:"],
  ["live that is no yes or no", withEntry({ live: "yes" }), "at /hostnames/a~1b.test/live:"],
  ["a time that is none", withEntry({ since: "yesterday" }), "at /hostnames/a~1b.test/since:"],
  [
    "a time of switching on that is none",
    withEntry({ switchedOn: [12] }),
    "at /hostnames/a~1b.test/switchedOn/0:",
  ],
])("%s is refused with its place", (_, value, place) => {
  expect(() => parseMemory(value as JsonValue, "m.json")).toThrow(
    expect.objectContaining({
      code: "gate-memory",
      message: expect.stringContaining(`m.json is no memory of the DNS gate: ${place}`),
    }),
  );
});

test("no name is taken for what every object inherits", () => {
  expect(entryOf(sound, "constructor")).toBeNull();
  expect(entryOf(null, "a.test")).toBeNull();
  expect(entryOf(sound, "a.test")).toEqual(sound.hostnames["a.test"]);
});

test("equal memories are equal files", () => {
  const mixed = inOrder({
    schema: 1,
    holds: { z: "1", a: "2" },
    off: ["b", "a", "b"],
    hostnames: { b: entry(), A: entry() },
  });
  expect(JSON.stringify(mixed)).toBe(
    JSON.stringify({
      schema: 1,
      hostnames: { A: entry(), b: entry() },
      off: ["a", "b"],
      holds: { a: "2", z: "1" },
    }),
  );
});
