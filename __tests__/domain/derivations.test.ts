import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { affectedBy, compareHost, type Derivation } from "../../src/domain/derivations.ts";
import { review } from "../../src/domain/review.ts";
import { fleets, plainKind } from "../support/arbitrary-fleet.ts";

const derivation = fc
  .constantFrom("1", "2")
  .map((hash): Derivation => ({ drvPath: `/nix/store/${hash}.drv`, outPath: `/nix/store/${hash}` }));
const packages = fc.dictionary(fc.constantFrom("system", "a", "b", "constructor", "__proto__"), derivation);

describe("compareHost", () => {
  test("finds nothing between a host and itself", () => {
    fc.assert(
      fc.property(packages, (each) => {
        expect(compareHost("h", { packages: each }, { packages: { ...each } })).toBeNull();
      }),
    );
  });

  test("names exactly what is new, gone or made by another derivation, in both directions", () => {
    fc.assert(
      fc.property(packages, packages, (base, head) => {
        const at = (side: typeof base, name: string) => new Map(Object.entries(side)).get(name)?.drvPath;
        const names = [...new Set([...Object.keys(base), ...Object.keys(head)])];
        const wanted = names.filter((name) => at(base, name) !== at(head, name));
        const found = compareHost("h", { packages: base }, { packages: head });
        expect([...(found?.changed ?? [])].sort()).toEqual(wanted.sort());
        expect(compareHost("h", { packages: head }, { packages: base })).toEqual(found);
      }),
    );
  });

  test("takes a side that can't be evaluated for a difference, the head's error first", () => {
    const fine = { packages: {} };
    expect(compareHost("h", fine, { error: "x" })).toEqual({ host: "h", changed: [], error: "x" });
    expect(compareHost("h", { error: "x" }, fine)).toMatchObject({ error: "at the base: x" });
    expect(compareHost("h", { error: "x" }, { error: "y" })).toMatchObject({ error: "y" });
  });
});

test("measured hosts stand in the place of what rules say, and make the waves", () => {
  fc.assert(
    fc.property(fleets, fleets, fc.subarray(["a", "b", "c", "none"]), (base, head, measured) => {
      const found = review(plainKind, { base, head }, [], new Date(0), measured);
      expect(found.affectedHosts).toEqual(head.hosts.filter((host) => measured.includes(host)));
      expect(found.waves.flat().sort()).toEqual([...found.affectedHosts].sort());
      expect(found.changed).toBe(
        found.changes.length + found.pinMoves.length + found.affectedHosts.length > 0,
      );
    }),
  );
});

test("only a comparison of derivations measures", () => {
  expect(affectedBy(null)).toBeUndefined();
  expect(affectedBy({ method: "rules", reason: "x", nodes: [] })).toBeUndefined();
  expect(affectedBy({ method: "derivations", nodes: [{ host: "h", changed: ["system"] }] })).toEqual(["h"]);
});
