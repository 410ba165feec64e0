import { describe, expect, test } from "@jest/globals";
import type { GateRun } from "../../../src/domain/dns/gate.ts";
import {
  type DnsRun,
  dnsProblems,
  hostnameOf,
  isSettled,
  MORE,
  problemKey,
} from "../../../src/domain/dns/problems.ts";
import type { Ruling } from "../../../src/domain/dns/site.ts";
import { ago, entry, memory, ruling, run, site } from "../../support/gate-run.ts";

/** A run of the gate as the issues see it. */
function seen(rulings: Ruling[], given: Partial<GateRun> = {}, isWhole = true): DnsRun {
  return { rulings, decision: run(rulings, given), confirmations: given.confirmations ?? 3, isWhole };
}

const keysOf = (found: DnsRun) => dnsProblems(found).map(problemKey);
const settledOf = (found: DnsRun, keys: string[]) => keys.filter((key) => isSettled(key, found));

const live = (hostname: string, count = 0) => ({
  [hostname]: entry({ count, ...(count ? { verdict: "mismatch" as const } : {}) }),
});
const others = ["o1", "o2", "o3", "o4", "o5", "o6"].map((name) => ruling(name, "match"));
const otherEntries = Object.assign({}, ...others.map(({ site: { hostname } }) => live(hostname)));

describe("what is a problem", () => {
  test.each([
    ["of a new hostname, every mismatch", {}, "mismatch:nxdomain", true],
    ["of a live one, the first mismatch is none", live("www"), "mismatch:nxdomain", false],
    ["nor the second", live("www", 1), "mismatch:elsewhere", false],
    ["the third in a row is", live("www", 2), "mismatch:elsewhere", true],
    ["what forbids a certificate counts at once", live("www"), "mismatch:caa", true],
    ["as does an alias", live("www"), "mismatch:alias", true],
    ["a match is none", live("www"), "match", false],
    ["a proxied one is none", live("www"), "proxied", false],
    ["what is not known is none", live("www", 2), "unknown:timeout", false],
  ])("%s", (_, hostnames, said, isTold) => {
    const found = seen([ruling("www", said), ...others], {
      memory: memory({ ...hostnames, ...otherEntries }),
    });
    expect(keysOf(found)).toEqual(isTold ? ["hostname:www"] : []);
  });

  test("says since when, whether TLS is off and who holds it", () => {
    const remembered = entry({ verdict: "mismatch", since: ago(90), live: false });
    const [problem] = dnsProblems(
      seen([ruling("www", "mismatch:elsewhere"), ...others], {
        memory: memory({ www: remembered, ...otherEntries }, ["www"], { shop: "node-old" }),
      }),
    );
    expect(problem).toMatchObject({ kind: "hostname", since: ago(90), isOff: true, heldBy: "node-old" });
  });

  test("nothing is held by the node it is planned on, nor remembered of another node", () => {
    const elsewhere = entry({ verdict: "mismatch", since: ago(90), node: "node-b" });
    const [problem] = dnsProblems(
      seen([ruling("www", "mismatch:caa"), ...others], {
        memory: memory({ www: elsewhere, ...otherEntries }, [], { shop: "node-a" }),
      }),
    );
    expect(problem).toMatchObject({ since: expect.not.stringMatching(ago(90)), heldBy: null });
  });

  test("hostnames come by bytes", () => {
    const rulings = ["b", "a", "C"].map((name) => ruling(name, "mismatch:nodata"));
    expect(keysOf(seen([...rulings, ...others]))).toEqual(["hostname:C", "hostname:a", "hostname:b"]);
  });

  test("a node without an address is one problem, whatever stands on it", () => {
    const there = ["x", "y"].map((name) =>
      ruling(site(name, { node: "node-b" }), "unknown:node-unresolvable"),
    );
    const found = seen([...there, ...others]);
    expect(dnsProblems(found)).toEqual([
      { kind: "node", node: "node-b", expected: "node-b.hosting.test", hostnames: ["x", "y"] },
    ]);
    const half = [there[0] as Ruling, ruling(site("y", { node: "node-b" }), "unknown:timeout")];
    expect(keysOf(seen([...half, ...others]))).toEqual([]);
    expect(isSettled("node:node-b", seen([...half, ...others]))).toBe(true);
  });

  test("where nothing is known of any, that alone is told", () => {
    const found = seen([ruling("a", "unknown:timeout"), ruling("b", "unknown:node-unresolvable")]);
    expect(keysOf(found)).toEqual(["blind"]);
    expect(settledOf(found, ["hostname:a", "hostname:gone", "node:node-a", "breaker", MORE])).toEqual([]);
    expect(keysOf(seen([]))).toEqual([]);
  });

  test("where the run is not believed, that alone is told", () => {
    const rulings = ["a", "b", "c"].map((name) => ruling(name, "mismatch:elsewhere"));
    const before = memory(Object.assign({}, ...["a", "b", "c"].map((name) => live(name, 2))));
    const found = seen(rulings, { memory: before });
    expect(dnsProblems(found)).toMatchObject([{ kind: "breaker", disabled: ["a", "b", "c"] }]);
    expect(settledOf(found, ["hostname:a", "hostname:gone", "blind", MORE])).toEqual(["blind"]);
    expect(keysOf(seen(rulings, { memory: before, force: true }))).toHaveLength(3);
  });
});

describe("what is settled", () => {
  const rulings = [
    ruling("right", "match"),
    ruling("proxied", "proxied"),
    ruling("wrong", "mismatch:elsewhere"),
    ruling("dark", "unknown:servfail"),
    ...others,
  ];
  const keys = ["hostname:right", "hostname:proxied", "hostname:wrong", "hostname:dark", "hostname:gone"];
  const general = ["node:node-a", "node:gone", "blind", "breaker", MORE];

  test("is what is right, and what nobody plans any more", () => {
    const found = seen(rulings, { memory: memory(otherEntries) });
    expect(settledOf(found, keys)).toEqual(["hostname:right", "hostname:proxied", "hostname:gone"]);
    expect(settledOf(found, general)).toEqual(general);
  });

  test("is only what was looked at where not every node was", () => {
    const found = seen(rulings, { memory: memory(otherEntries), nodes: ["node-a"] }, false);
    expect(settledOf(found, keys)).toEqual(["hostname:right", "hostname:proxied"]);
    expect(settledOf(found, general)).toEqual(["node:node-a"]);
  });
});

test("a key tells its hostname", () => {
  expect(["hostname:a", "hostname:node:x", "node:a", "blind"].map(hostnameOf)).toEqual([
    "a",
    "node:x",
    null,
    null,
  ]);
});
