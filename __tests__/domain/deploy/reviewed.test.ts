import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Change, changeId, compare, type PinMove, pinMoves } from "../../../src/domain/changes.ts";
import {
  isReviewed,
  type Reviewed,
  type Unreviewed,
  unreviewed,
} from "../../../src/domain/deploy/reviewed.ts";
import type { Pin } from "../../../src/domain/fleet.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { fleetOf } from "../../../src/fleets/hostenv/facts.ts";
import { fleets } from "../../support/arbitrary-fleet.ts";
import { provider, reportBetween, sideOf } from "../../support/big-plan.ts";

const change = (path: string, after: JsonValue, before: JsonValue = null): Change => ({
  id: changeId("unit", "shop", path, after),
  kind: "unit",
  subject: "shop",
  path,
  before,
  after,
});
const pin = (
  name: string,
  rev: string | null,
  narHash: string | null = rev && `sha256-${rev}`,
  url = "u",
): Pin => ({
  name,
  url,
  rev,
  narHash,
});
const report = (changes: Change[], moves: Partial<Reviewed["pins"]> = {}): Reviewed => ({
  changes: changes.map((each) => ({ ...each })),
  pins: { base: [], head: [], ...moves },
});
const wanted = (changes: Change[], moves: PinMove[] = []): Unreviewed => ({ changes, pinMoves: moves });
const move = (before: Pin | null, after: Pin | null): PinMove => ({
  name: (after ?? before)?.name ?? "",
  before,
  after,
});

describe("a change", () => {
  test("is reviewed wherever the pull request began", () => {
    expect(isReviewed(unreviewed(wanted([change("/a", 2, 0)]), [report([change("/a", 2, 1)])]))).toBe(true);
  });

  test("to another value, of another thing or on another path is not", () => {
    const seen = [
      report([
        change("/a", 1),
        { ...change("/b", 2), subject: "wiki" },
        { ...change("/c", 3), kind: "host" },
      ]),
    ];
    const all = [change("/a", 2), change("/b", 2), change("/c", 3), change("/d", 1), change("/a/b", 1)];
    expect(unreviewed(wanted(all), seen).changes).toEqual(all);
  });

  test("that takes a fact away is one like others", () => {
    expect(unreviewed(wanted([change("/a", null, 1)]), [report([change("/a", null, 1)])]).changes).toEqual(
      [],
    );
    expect(unreviewed(wanted([change("/a", null, 1)]), [report([change("/a", 1)])]).changes).toHaveLength(1);
  });

  test("that a later pull request took back may not be brought back by a push", () => {
    const [opened, closed] = [report([change("/ports", [22, 25])]), report([change("/ports", [22])])];
    expect(unreviewed(wanted([change("/ports", [22, 25])]), [opened, closed]).changes).toHaveLength(1);
    expect(unreviewed(wanted([change("/ports", [22, 25])]), [closed, opened]).changes).toEqual([]);
  });

  test("that only two pull requests together give was seen in neither", () => {
    const seen = [report([change("/ports", [22, 25])]), report([change("/ports", [22, 80])])];
    expect(unreviewed(wanted([change("/ports", [22, 25, 80])]), seen).changes).toHaveLength(1);
  });

  test("is not let through by an id that is not its own", () => {
    const forged = { ...change("/a", 1), id: changeId("unit", "shop", "/a", 2) };
    expect(unreviewed(wanted([change("/a", 2)]), [report([forged])]).changes).toHaveLength(1);
  });
});

describe("a locked input", () => {
  const [r1, r2] = [pin("shop", "1111111"), pin("shop", "2222222")];
  test.each<[string, PinMove, Partial<Reviewed["pins"]>[], boolean]>([
    ["moved as seen", move(r1, r2), [{ head: [r2] }], true],
    ["moved from elsewhere", move(null, r2), [{ base: [r1], head: [r2] }], true],
    [
      "from another address, with the same content",
      move(r1, r2),
      [{ head: [{ ...r2, url: "other" }] }],
      true,
    ],
    ["moved unseen", move(r1, r2), [], false],
    ["moved to another revision", move(r1, r2), [{ head: [r1] }], false],
    ["with another content", move(r1, r2), [{ head: [{ ...r2, narHash: "sha256-x" }] }], false],
    ["of another name", move(r1, r2), [{ head: [{ ...r2, name: "wiki" }] }], false],
    ["moved twice", move(r1, r2), [{ head: [r1] }, { head: [r2] }], true],
    ["brought back by a push", move(r2, r1), [{ head: [r1] }, { head: [r2] }], false],
    ["removed as seen", move(r1, null), [{ base: [r1] }], true],
    ["removed, where it was to be moved", move(r1, null), [{ base: [r1], head: [r2] }], false],
    ["removed unseen", move(r1, null), [], false],
    ["kept, where it was to go", move(r1, r2), [{ base: [r1] }], false],
    [
      "without hash or revision, at the same address",
      move(null, pin("shop", null)),
      [{ head: [pin("shop", null)] }],
      true,
    ],
    [
      "without hash or revision, elsewhere",
      move(null, pin("shop", null)),
      [{ head: [pin("shop", null, null, "v")] }],
      false,
    ],
  ])("%s", (_, wish, seen, expected) => {
    const reports = seen.map((moves) => report([], moves));
    expect(isReviewed(unreviewed(wanted([], [wish]), reports))).toBe(expected);
  });
});

describe("of any deploy", () => {
  // All that differs between two fleets, and for each change the report that shows it.
  const deploys = fc
    .record({
      base: fleets,
      head: fleets,
      places: fc.array(fc.nat({ max: 3 }), { minLength: 60, maxLength: 60 }),
    })
    .map(({ base, head, places }) => {
      const all = wanted(compare(base, head), pinMoves(base.pins, head.pins));
      const place = (index: number) => places[index % places.length];
      const reports = [0, 1, 2, 3].map((number) =>
        report(
          all.changes.filter((_, index) => place(index) === number),
          {
            base: all.pinMoves
              .filter((_, index) => place(index) === number)
              .flatMap(({ before }) => before ?? []),
            head: all.pinMoves
              .filter((_, index) => place(index) === number)
              .flatMap(({ after }) => after ?? []),
          },
        ),
      );
      return { all, reports };
    });

  test("what its parts' reports show together is reviewed, in whatever order they were merged", () => {
    fc.assert(
      fc.property(deploys, fc.boolean(), ({ all, reports }, isReversed) => {
        expect(unreviewed(all, isReversed ? reports.toReversed() : reports)).toEqual(wanted([]));
      }),
    );
  });

  test("whatever one report leaves out is found, and nothing else", () => {
    fc.assert(
      fc.property(deploys, fc.nat(), ({ all, reports }, choice) => {
        fc.pre(all.changes.length > 0);
        const left = all.changes[choice % all.changes.length] as Change;
        const rest = reports.map((each) => ({
          ...each,
          changes: each.changes.filter(({ id }) => id !== left.id),
        }));
        expect(unreviewed(all, rest)).toEqual(wanted([left]));
      }),
    );
  });

  test("whatever pin one report leaves out is found, and nothing else", () => {
    fc.assert(
      fc.property(deploys, fc.nat(), ({ all, reports }, choice) => {
        fc.pre(all.pinMoves.length > 0);
        const left = all.pinMoves[choice % all.pinMoves.length] as PinMove;
        const without = (pins: readonly Pin[]) => pins.filter(({ name }) => name !== left.name);
        const rest = reports.map(({ changes, pins }) => ({
          changes,
          pins: { base: without(pins.base), head: without(pins.head) },
        }));
        expect(unreviewed(all, rest)).toEqual(wanted([], [left]));
      }),
    );
  });
});

test("uids given at merge, and where an environment was before, are no changes", () => {
  const five = provider(5);
  const [before, seen] = [sideOf({ ...five, specs: five.specs.slice(0, 4) }), sideOf(five)];
  // Meanwhile somebody else's environment was merged, and took the uid.
  const merged = sideOf({
    ...five,
    specs: five.specs.map((spec, at) => (at === 4 ? { ...spec, uid: 1999 } : spec)),
  });
  const reserved = new Set(Object.keys(before.plan.environments));
  for (const environment of Object.values(merged.plan.environments)) environment.previousNode = "node-9";
  const all = wanted(compare(fleetOf(before), fleetOf({ ...merged, reserved })));
  expect(all.changes.length).toBeGreaterThan(5);
  expect(unreviewed(all, [reportBetween(before, { ...seen, reserved })])).toEqual(wanted([]));
});
