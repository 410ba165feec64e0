import { describe, expect, test } from "@jest/globals";
import { isOurs, MARK, markedComment, plainContent, zoneFor } from "../../../src/domain/dns/zones.ts";
import { record, zone } from "../../support/zone-builder.ts";

describe("the zone of a name", () => {
  const zones = [zone("example.com"), zone("shop.example.com"), zone("example.org")];

  test.each([
    ["www.example.com", "example.com"],
    ["example.com", "example.com"],
    ["a.shop.example.com", "shop.example.com"],
    ["shop.example.com", "shop.example.com"],
    ["myshop.example.com", "example.com"],
    ["evilexample.com", undefined],
    ["example.com.evil.net", undefined],
    ["com", undefined],
  ])("is the longest suffix that ends at a dot: %s", (name, expected) => {
    expect(zoneFor(name, zones)?.name).toBe(expected);
  });

  test("is the one that is served, of two accounts that have it", () => {
    const asleep = zone("example.com", { id: "asleep", isServed: false });
    const awake = zone("example.com", { id: "awake" });
    expect(zoneFor("www.example.com", [asleep, awake])?.id).toBe("awake");
    expect(zoneFor("www.example.com", [awake, asleep])?.id).toBe("awake");
    // A zone cut counts even where the lower zone is not ours to serve: what stands above it is not asked for.
    const below = zone("www.example.com", { isServed: false });
    expect(zoneFor("www.example.com", [awake, below])?.name).toBe("www.example.com");
  });
});

describe("the mark of ownership", () => {
  test.each([
    [MARK, true],
    [` ${MARK} `, true],
    [`web team | ${MARK}`, true],
    [`${MARK} | moved by Bob`, true],
    [`${MARK}|x`, true],
    [`not ${MARK}`, false],
    [`${MARK} no more`, false],
    [MARK.toUpperCase(), false],
    ["", false],
    [null, false],
  ])("is a part of the comment of its own: %p", (comment, expected) => {
    expect(isOurs(record("www.client.test", "A", "192.0.2.1", { comment }))).toBe(expected);
  });

  test("is set behind what a human wrote, or not at all", () => {
    const free = zone("client.test");
    expect(markedComment(null, free)).toBe(MARK);
    expect(markedComment("  ", free)).toBe(MARK);
    expect(markedComment("ask Alice", free)).toBe(`ask Alice | ${MARK}`);
    const room = 100 - MARK.length - 3;
    expect(markedComment("c".repeat(room), free)).toHaveLength(100);
    expect(markedComment("c".repeat(room + 1), free)).toBeNull();
    expect(markedComment("c".repeat(room + 1), zone("client.test", { commentLength: 500 }))).not.toBeNull();
    // Characters are counted as people count them, not as UTF-16 has them.
    expect(markedComment("🌐".repeat(room), free)).not.toBeNull();
    for (const comment of ["ask Alice", "a | b", "x|", "|"])
      expect(isOurs({ ...record("n", "A", "c"), comment: markedComment(comment, free) })).toBe(true);
  });
});

test.each([
  ["CNAME", "Node-A.Hosting.Test.", "node-a.hosting.test"],
  ["AAAA", "2001:DB8:0:0::10", "2001:db8::10"],
  ["A", "192.0.2.1", "192.0.2.1"],
  ["A", "no address", "no address"],
  ["TXT", "Case Matters.", "Case Matters."],
])("compares the content of %s records as DNS does", (type, content, expected) => {
  expect(plainContent({ type, content })).toBe(expected);
});
