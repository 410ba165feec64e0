import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { collisions } from "../../src/domain/collisions.ts";
import type { Report } from "../../src/domain/report.ts";
import { provider, reportBetween, sideOf } from "../support/big-plan.ts";

const side = sideOf(provider(1));
const quiet = reportBetween(side, side);

const touching = (units: Partial<Report["units"]>, hostnames: Partial<Report["hostnames"]> = {}): Report => ({
  ...quiet,
  units: { added: [], removed: [], changed: [], moved: [], ...units },
  hostnames: { added: [], removed: [], ...hostnames },
});
const moved = (name: string) => ({ moved: [{ name, from: "node-a", to: "node-b" }] });

describe("environments", () => {
  const WAYS = [{ added: ["shop"] }, { removed: ["shop"] }, { changed: ["shop"] }, moved("shop")];
  const pairs = WAYS.flatMap((one) => WAYS.map((other) => [one, other] as const));

  test.each(pairs)("collide however they are touched: %j and %j", (one, other) => {
    expect(collisions(touching(one), new Map([[4, touching(other)]]))).toEqual([
      { pullRequest: 4, units: ["shop"], hostnames: [] },
    ]);
  });

  test("are told once, whatever happens to them", () => {
    const twice = touching({ changed: ["shop", "shop"], ...moved("shop") });
    expect(collisions(twice, new Map([[4, twice]]))[0]?.units).toEqual(["shop"]);
  });
});

test("a hostname collides where one adds what the other removes", () => {
  const other = touching({}, { removed: ["a.test", "b.test"], added: ["a.test"] });
  expect(collisions(touching({}, { added: ["a.test"] }), new Map([[4, other]]))).toEqual([
    { pullRequest: 4, units: [], hostnames: ["a.test"] },
  ]);
});

test("a hostname in another letter case is the same name", () => {
  const other = touching({}, { added: ["Shop.TEST"] });
  expect(collisions(touching({}, { added: ["shop.test"] }), new Map([[4, other]]))).toHaveLength(1);
});

test("an environment and a hostname of one name do not collide", () => {
  const other = touching({}, { added: ["shop"] });
  expect(collisions(touching({ added: ["shop"] }), new Map([[4, other]]))).toEqual([]);
});

test("names every pull request that touches the same once, by number, and no other", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "constructor", "__proto__"));
  fc.assert(
    fc.property(names, fc.array(names, { maxLength: 12 }), (own, all) => {
      const others = new Map(all.map((added, index) => [100 - index * 9, touching({ added })]));
      const expected = all
        .flatMap((added, index) => {
          const units = added.filter((name) => own.includes(name));
          return units.length > 0 ? [{ pullRequest: 100 - index * 9, units, hostnames: [] }] : [];
        })
        .reverse();
      expect(collisions(touching({ changed: own }), others)).toEqual(expected);
    }),
  );
});
