import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Change, changeId, compare, pinMoves, sha256, UID_PATH } from "../../src/domain/changes.ts";
import { type Fleet, factsOf, type Subject, subjectKey } from "../../src/domain/fleet.ts";
import { byBytes, canonical, type JsonObject } from "../../src/domain/json.ts";
import { fleets, trees } from "../support/arbitrary-fleet.ts";

/** Every fact of a fleet as canonical text, by kind, subject and path. */
function factTexts(fleet: Fleet): Map<string, string> {
  return new Map(
    [...fleet.subjects.values()].flatMap(({ kind, name, data }) =>
      [...factsOf(data)].map(
        ([path, value]) => [JSON.stringify([kind, name, path]), canonical(value)] as const,
      ),
    ),
  );
}

function applied(facts: ReadonlyMap<string, string>, changes: readonly Change[]): Map<string, string> {
  const result = new Map(facts);
  for (const { kind, subject, path, before, after } of changes) {
    const key = JSON.stringify([kind, subject, path]);
    expect(result.get(key)).toBe(before === null ? undefined : canonical(before));
    if (after === null) result.delete(key);
    else result.set(key, canonical(after));
  }
  return result;
}

// The uid of a unit that only one side has is given at merge, so it is no change.
function withoutOneSidedUids(facts: ReadonlyMap<string, string>, base: Fleet, head: Fleet) {
  return [...facts]
    .filter(([key]) => {
      const [kind, name, path] = JSON.parse(key) as [string, string, string];
      return kind !== "unit" || path !== UID_PATH || (base.units.has(name) && head.units.has(name));
    })
    .sort(([left], [right]) => byBytes(left, right));
}

function unitFleet(data: JsonObject | null): Fleet {
  const subjects: Subject[] = data === null ? [] : [{ kind: "unit", name: "shop", data }];
  return {
    subjects: new Map(subjects.map((subject) => [subjectKey(subject.kind, subject.name), subject])),
    units: new Map(),
    hosts: [],
    pins: [],
  };
}

const paths = (before: JsonObject | null, after: JsonObject | null) =>
  compare(unitFleet(before), unitFleet(after)).map(({ path }) => path);

describe("compare", () => {
  test("finds nothing between a fleet and itself", () => {
    fc.assert(fc.property(fleets, (fleet) => expect(compare(fleet, structuredClone(fleet))).toEqual([])));
  });

  test("gives in one direction the mirror of the other", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const mirrored = compare(head, base).map(({ kind, subject, path, before, after }) => {
          return {
            id: changeId(kind, subject, path, before),
            kind,
            subject,
            path,
            before: after,
            after: before,
          };
        });
        expect(canonical(compare(base, head) as never)).toBe(canonical(mirrored as never));
      }),
    );
  });

  test("holds all it takes to make the head's facts from the base's", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const made = applied(factTexts(base), compare(base, head));
        expect(withoutOneSidedUids(made, base, head)).toEqual(
          withoutOneSidedUids(factTexts(head), base, head),
        );
      }),
    );
  });

  test("orders changes by subject and then by path, each once", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const keys = compare(base, head).map(
          ({ kind, subject, path }) => [`${kind}:${subject}`, path] as const,
        );
        const sorted = [...keys].sort(
          (left, right) => byBytes(left[0], right[0]) || byBytes(left[1], right[1]),
        );
        expect(keys).toEqual(sorted);
        expect(new Set(keys.map(String)).size).toBe(keys.length);
      }),
    );
  });

  test("takes unset, null and absent for the same", () => {
    expect(paths({ limit: null }, {})).toEqual([]);
    expect(paths({ limit: null }, { limit: 1 })).toEqual(["/limit"]);
  });

  test("takes a list for one fact and an empty object for a fact", () => {
    expect(paths({ ports: [80, 443] }, { ports: [443, 80] })).toEqual(["/ports"]);
    expect(paths({ hosts: {} }, { hosts: { "a/b": 1 } })).toEqual(["/hosts", "/hosts/a~1b"]);
  });

  test("leaves out the uid of a unit only one side has, and shows a uid that changes", () => {
    expect(paths(null, { uid: 1002, node: "a" })).toEqual(["/node"]);
    expect(paths({ uid: 1002, node: "a" }, null)).toEqual(["/node"]);
    expect(paths({ uid: 1002 }, { uid: 1003 })).toEqual(["/uid"]);
    expect(paths({}, { uid: 1003 })).toEqual(["/uid"]);
  });
});

describe("changeId", () => {
  test("is the hash of the canonical subject, path and value after", () => {
    expect(changeId("unit", "shop", "/node", "b")).toBe(sha256('["unit","shop","/node","b"]'));
  });

  test("does not depend on the value before", () => {
    fc.assert(
      fc.property(trees, trees, trees, (one, other, after) => {
        const ids = (before: JsonObject) =>
          new Map(compare(unitFleet(before), unitFleet(after)).map(({ path, id }) => [path, id]));
        const [left, right] = [ids(one), ids(other)];
        for (const [path, id] of left) expect(right.get(path) ?? id).toBe(id);
      }),
    );
  });

  test("tells kinds, subjects, paths and values apart", () => {
    const ids = [
      changeId("unit", "shop", "/node", "b"),
      changeId("host", "shop", "/node", "b"),
      changeId("unit", "blog", "/node", "b"),
      changeId("unit", "shop", "/nodes", "b"),
      changeId("unit", "shop", "/node", ["b"]),
      changeId("unit", "shop", "/node", null),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("pinMoves", () => {
  const pin = { name: "nixpkgs", url: "github:NixOS/nixpkgs", rev: "1", narHash: "sha256-1" };

  test.each([
    ["url", { ...pin, url: "github:other/nixpkgs" }],
    ["revision", { ...pin, rev: "2" }],
    ["revision that is gone", { ...pin, rev: null }],
    ["content", { ...pin, narHash: "sha256-2" }],
  ])("shows another %s", (_, after) => {
    expect(pinMoves([pin], [after])).toEqual([{ name: "nixpkgs", before: pin, after }]);
  });

  test("shows inputs only one side has, by name, and no equal ones", () => {
    const [added, removed] = [
      { ...pin, name: "added" },
      { ...pin, name: "removed" },
    ];
    expect(pinMoves([removed, pin], [pin, added])).toEqual([
      { name: "added", before: null, after: added },
      { name: "removed", before: removed, after: null },
    ]);
  });

  test("gives in one direction the mirror of the other", () => {
    fc.assert(
      fc.property(fleets, fleets, ({ pins: base }, { pins: head }) => {
        const mirrored = pinMoves(head, base).map(({ name, before, after }) => {
          return { name, before: after, after: before };
        });
        expect(pinMoves(base, head)).toEqual(mirrored);
      }),
    );
  });
});
