import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { finding, say } from "../../src/domain/findings.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import { type Origin, outcomeOf, outcomeSchema, reportOf, reportSchema } from "../../src/domain/report.ts";
import { type Review, review } from "../../src/domain/review.ts";
import { fleets, plainKind } from "../support/arbitrary-fleet.ts";

const origin: Origin = {
  provider: ".",
  baseCommit: null,
  headCommit: null,
  toolVersion: "0.1.0",
  nixVersion: "2.8.0",
  seconds: 0.5,
};

const reviews = fc
  .tuple(fleets, fleets)
  .map(([base, head]) => review(plainKind, { base, head }, [], new Date(0)));

test("every review makes documents that keep their schemas", () => {
  fc.assert(
    fc.property(reviews, (found) => {
      expect(outcomeSchema.safeParse(outcomeOf("plain", found)).error).toBeUndefined();
      expect(reportSchema.safeParse(reportOf("plain", found, origin)).error).toBeUndefined();
    }),
  );
});

test("an outcome counts the units it names", () => {
  fc.assert(
    fc.property(reviews, (found) => {
      const { counts, units, changeIds } = outcomeOf("plain", found);
      expect(counts).toEqual({
        added: units.added.length,
        changed: units.changed.length,
        removed: units.removed.length,
        moved: units.moved.length,
      });
      expect(changeIds).toEqual(found.changes.map(({ id }) => id));
    }),
  );
});

describe("reportOf", () => {
  const empty: Review = {
    planId: "0".repeat(64),
    changed: false,
    units: { added: [], removed: [], changed: [], moved: [] },
    findings: [],
    changes: [],
    pinMoves: [],
    affectedHosts: [],
    waves: [],
    hosts: [],
    hostnames: { added: [], removed: [] },
  };

  test("shows an input that came on the head's side and one that went on the base's", () => {
    const pin = (name: string): Pin => ({ name, url: "github:acme/x", rev: null, narHash: null });
    const pinMoves = [
      { name: "came", before: null, after: pin("came") },
      { name: "went", before: pin("went"), after: null },
    ];
    const { pins } = reportOf("plain", { ...empty, pinMoves }, origin);
    expect(pins).toEqual({ base: [pin("went")], head: [pin("came")] });
  });

  const withWords = (parts: readonly string[]) => {
    const found = { ...finding("uid-changed", { subject: "shop" }, say`x`), parts };
    return reportSchema.safeParse(reportOf("plain", { ...empty, findings: [found] }, origin)).success;
  };

  test("may hold anything in a value, for a renderer escapes it", () => {
    expect(withWords(["uid of ", "<b>@everyone</b> `x` [a](b) ::add-mask::", " changes"])).toBe(true);
  });

  test.each(["<b>", "@everyone", "[a](b)", "`x`", "a_b_", "**x**", "a\nb", "#1", "&lt;", "www.x", "1"])(
    "may not hold %j in our own words, which nobody escapes",
    (words) => {
      expect(withWords([words])).toBe(false);
      expect(withWords(["uid of ", "shop", words])).toBe(false);
    },
  );

  test("may not leave a value without words of ours on both sides", () => {
    expect(withWords(["", "shop", " and ", "blog", ""])).toBe(true);
    expect(withWords(["", "shop", "", "blog", ""])).toBe(false);
    expect(withWords(["uid of ", "shop"])).toBe(false);
  });
});
