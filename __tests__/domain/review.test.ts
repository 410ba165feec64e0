import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fleet } from "../../src/domain/fleet.ts";
import { byBytes, canonical, type JsonObject } from "../../src/domain/json.ts";
import { type FleetKind, planId, REDACTED, review } from "../../src/domain/review.ts";
import { fleets, plainKind } from "../support/arbitrary-fleet.ts";

const NOW = new Date(0);

const reviewed = (base: Fleet, head: Fleet, kind: FleetKind<Fleet> = plainKind) =>
  review(kind, { base, head }, [], NOW);

describe("review", () => {
  test("of a fleet against itself says that nothing changes", () => {
    fc.assert(
      fc.property(fleets, (fleet) => {
        const found = reviewed(fleet, structuredClone(fleet));
        expect(found.changed).toBe(false);
        expect(found.units).toEqual({ added: [], removed: [], changed: [], moved: [] });
        expect([found.changes, found.pinMoves, found.findings]).toEqual([[], [], []]);
        expect([found.affectedHosts, found.waves]).toEqual([[], []]);
        expect(found.hosts.every(({ wave }) => wave === null)).toBe(true);
      }),
    );
  });

  test("says that something changes exactly where a fact or a pin does", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const { changed, changes, pinMoves } = reviewed(base, head);
        expect(changed).toBe(changes.length > 0 || pinMoves.length > 0);
      }),
    );
  });

  test("counts every unit in one group, by name", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const { added, removed, changed, moved } = reviewed(base, head).units;
        const names = moved.map(({ name }) => name);
        const all = [...added, ...removed, ...changed, ...names];
        expect(new Set(all).size).toBe(all.length);
        for (const group of [added, removed, changed, names]) expect(group).toEqual(group.toSorted(byBytes));
        for (const name of added) expect([base.units.has(name), head.units.has(name)]).toEqual([false, true]);
        for (const name of removed)
          expect([base.units.has(name), head.units.has(name)]).toEqual([true, false]);
        for (const name of changed) expect(base.units.get(name)?.host).toBe(head.units.get(name)?.host);
      }),
    );
  });

  test("gives in one direction the mirror of the other", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const [there, back] = [reviewed(base, head), reviewed(head, base)];
        expect(back.units.added).toEqual(there.units.removed);
        expect(back.units.removed).toEqual(there.units.added);
        expect(back.units.changed).toEqual(there.units.changed);
        expect(back.hosts.map((row) => [row.host, row.unitsAfter, row.unitsBefore, row.movedOut])).toEqual(
          there.hosts.map((row) => [row.host, row.unitsBefore, row.unitsAfter, row.movedIn]),
        );
      }),
    );
  });

  test("keeps a host's books: what it had, what came and went, what it has", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        for (const row of reviewed(base, head).hosts) {
          const { unitsBefore, unitsAfter, added, removed, movedIn, movedOut } = row;
          expect(unitsBefore + added + movedIn - removed - movedOut).toBe(unitsAfter);
        }
      }),
    );
  });

  test("numbers waves from one, for the hosts it reaches and no other", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const { hosts, waves, affectedHosts } = reviewed(base, head);
        for (const { host, wave } of hosts) {
          expect(wave !== null).toBe(affectedHosts.includes(host));
          if (wave !== null) expect(waves[wave - 1]).toContain(host);
        }
      }),
    );
  });

  test("hides a secret on both sides of a change, and whether there was one stays visible", () => {
    const fleet = (data: JsonObject): Fleet => ({
      subjects: new Map([["unit:shop", { kind: "unit", name: "shop", data }]]),
      units: new Map(),
      hosts: [],
      pins: [],
    });
    const kind: FleetKind<Fleet> = { ...plainKind, secretPaths: () => ["/token"] };
    const [none, one, two] = [
      fleet({ node: "a" }),
      fleet({ token: "one", node: "a" }),
      fleet({ token: "two", node: "b" }),
    ];
    const shown = (base: Fleet, head: Fleet) =>
      reviewed(base, head, kind).changes.map(({ path, before, after }) => [path, before, after]);
    expect(shown(one, two)).toEqual([
      ["/node", "a", "b"],
      ["/token", REDACTED, REDACTED],
    ]);
    expect(shown(none, one)).toEqual([["/token", null, REDACTED]]);
    expect(shown(one, none)).toEqual([["/token", REDACTED, null]]);
  });
});

test("the plan id is that of the kind's identity, whatever the order of keys", () => {
  fc.assert(
    fc.property(fleets, fleets, (one, other) => {
      const same = canonical(plainKind.identity(one)) === canonical(plainKind.identity(other));
      expect(planId(plainKind, one) === planId(plainKind, other)).toBe(same);
    }),
  );
});
