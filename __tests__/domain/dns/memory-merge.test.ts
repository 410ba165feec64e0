import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Entry, entryOf, inOrder, type Memory } from "../../../src/domain/dns/memory.ts";
import { mergedMemory } from "../../../src/domain/dns/memory-merge.ts";
import { ago, entry, memory } from "../../support/gate-run.ts";

const mismatch = (since: string, count: number) =>
  entry({ verdict: "mismatch", reason: "elsewhere", since, count });
const base = memory({ "a.test": entry(), "b.test": entry() }, ["off.test"], { shop: "node-a" });
const having = (hostnames: Record<string, Entry>, off = base.off, holds = base.holds): Memory => ({
  ...base,
  hostnames: { ...base.hostnames, ...hostnames },
  off,
  holds,
});

describe("what two runs made of one memory", () => {
  test("has of each hostname what the one run that saw something new made of it", () => {
    const [ours, theirs] = [
      having({ "a.test": mismatch(ago(1), 1) }),
      having({ "b.test": mismatch(ago(9), 1) }),
    ];
    expect(mergedMemory(base, ours, theirs).hostnames).toEqual({
      "a.test": mismatch(ago(1), 1),
      "b.test": mismatch(ago(9), 1),
    });
  });

  test.each([
    ["ours", ago(1), ago(2), "elsewhere"],
    ["theirs", ago(2), ago(1), "nxdomain"],
  ])(
    "has the later observation where both saw something, and its place on the off-list: %s",
    (_, mine, present, reason) => {
      const ours = having({ "a.test": mismatch(mine, 1) });
      const other = entry({ verdict: "mismatch", reason: "nxdomain", since: present, live: false });
      const merged = mergedMemory(base, ours, having({ "a.test": other }, ["a.test", "off.test"]));
      expect(merged.hostnames["a.test"]?.reason).toBe(reason);
      expect(merged.off).toEqual(reason === "nxdomain" ? ["a.test", "off.test"] : ["off.test"]);
    },
  );

  test("takes a time of switching on for an observation, and more mismatches in a row for a later one", () => {
    const on = entry({ switchedOn: [ago(3)] });
    const first = mergedMemory(base, having({ "a.test": on }), having({ "a.test": mismatch(ago(4), 1) }));
    expect(first.hostnames["a.test"]).toEqual(on);
    const since = ago(20);
    for (const [mine, present] of [
      [2, 3],
      [3, 2],
    ] as const) {
      const [ours, theirs] = [mine, present].map((count) => having({ "a.test": mismatch(since, count) }));
      expect(mergedMemory(base, ours as Memory, theirs as Memory).hostnames["a.test"]?.count).toBe(3);
    }
  });

  test("leaves the branch's where both saw something at the same time", () => {
    const [ours, theirs] = ["ours", "theirs"].map((reason) =>
      having({ "a.test": entry({ verdict: "mismatch", reason, since: ago(1) }) }),
    ) as [Memory, Memory];
    expect(mergedMemory(base, ours, theirs).hostnames["a.test"]?.reason).toBe("theirs");
  });

  test("keeps a hold that one run has, the branch's where both have another, and none that is over", () => {
    const holds = (ours: Record<string, string>, theirs: Record<string, string>) =>
      mergedMemory(base, having({}, [], ours), having({}, [], theirs)).holds;
    expect(holds({ shop: "node-a", blog: "node-b" }, { shop: "node-a" })).toEqual({
      blog: "node-b",
      shop: "node-a",
    });
    expect(holds({}, { shop: "node-a" })).toEqual({});
    expect(holds({ shop: "node-a" }, {})).toEqual({});
    expect(holds({ shop: "node-b" }, {})).toEqual({ shop: "node-b" });
    expect(holds({}, { shop: "node-c" })).toEqual({ shop: "node-c" });
    expect(holds({ shop: "node-b" }, { shop: "node-c" })).toEqual({ shop: "node-c" });
  });

  test("begins from nothing where nothing was remembered", () => {
    const ours = memory({ "a.test": entry() }, ["x.test"]);
    const theirs = memory({ constructor: entry() }, [], { shop: "node-a" });
    expect(mergedMemory(null, ours, theirs)).toEqual(
      memory({ "a.test": entry(), constructor: entry() }, ["x.test"], { shop: "node-a" }),
    );
  });
});

const NAMES = ["a.test", "b.test", "constructor"] as const;
const entries = fc.record({
  minutes: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 0, max: 2 }),
  live: fc.boolean(),
});
const memories: fc.Arbitrary<Memory> = fc
  .record({
    hostnames: fc.dictionary(fc.constantFrom(...NAMES), entries),
    off: fc.subarray([...NAMES]),
    holds: fc.dictionary(fc.constantFrom("shop", "blog"), fc.constantFrom("node-a", "node-b")),
    copies: fc.dictionary(
      fc.constantFrom("shop", "blog"),
      fc.subarray([...NAMES]).map((names) => ({ "node-c": names })),
    ),
  })
  .map(({ hostnames, off, holds, copies }) => {
    const all = Object.entries(hostnames).map(
      ([name, { minutes, ...rest }]) => [name, entry({ ...rest, since: ago(minutes) })] as const,
    );
    return inOrder({ ...memory(Object.fromEntries(all), off, holds), copies });
  });
const partOf = ({ hostnames, off }: Memory, name: string) =>
  [entryOf({ ...base, hostnames }, name), off.includes(name)] as const;
const sinceOf = (part: readonly [Entry | null, boolean] | undefined) => part?.[0]?.since ?? "";

describe("of any memories", () => {
  test("a side that changed nothing leaves the other as it is, and two that are the same stay so", () => {
    fc.assert(
      fc.property(memories, memories, (before, after) => {
        expect(mergedMemory(before, after, before)).toEqual(after);
        expect(mergedMemory(before, before, after)).toEqual(after);
        expect(mergedMemory(before, after, after)).toEqual(after);
      }),
    );
  });

  test("every hostname is one side's as a whole, and never the one with the earlier observation", () => {
    fc.assert(
      fc.property(memories, memories, memories, (before, ours, theirs) => {
        const merged = mergedMemory(before, ours, theirs);
        for (const name of NAMES) {
          const [was, mine, present, now] = [before, ours, theirs, merged].map((side) => partOf(side, name));
          expect([mine, present]).toContainEqual(now);
          const isQuestion = [mine, present].every((each) => JSON.stringify(each) !== JSON.stringify(was));
          const [one, other, chosen] = [mine, present, now].map(sinceOf);
          if (isQuestion) expect(chosen).toBe([one, other].toSorted().at(-1));
        }
      }),
    );
  });

  test("it is no matter whose run pushed first, unless both saw something at the same time", () => {
    fc.assert(
      fc.property(memories, memories, memories, (before, ours, theirs) => {
        const [one, other] = [mergedMemory(before, ours, theirs), mergedMemory(before, theirs, ours)];
        for (const name of NAMES) {
          const [mine, present] = [ours, theirs].map((side) => partOf(side, name)[0]);
          if (mine && present && (mine.since !== present.since || mine.count !== present.count))
            expect(partOf(one, name)).toEqual(partOf(other, name));
        }
      }),
    );
  });
});
