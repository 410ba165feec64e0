import { describe, expect, test } from "@jest/globals";
import { arrivalOf, homeOf } from "../../../src/domain/deploy/homes.ts";
import type { Live, MoveStep } from "../../../src/domain/deploy/live.ts";
import { openSteps, withStep } from "../../../src/domain/deploy/moves.ts";

const step = (
  name: MoveStep["step"],
  from: string,
  to: string,
  hour = 1,
  environment = "shop",
): MoveStep => ({
  ...{ environment, from, to, step: name, snapshots: {} },
  at: `2026-01-01T0${hour}:00:00.000Z`,
});
const lives = (steps: Readonly<Record<string, readonly MoveStep[]>>) =>
  new Map(Object.entries(steps).map(([node, mine]) => [node, { steps: mine } as unknown as Live]));

describe("a journal", () => {
  const done = [step("backup", "a", "b"), step("restore", "a", "b"), step("dns", "a", "b")];
  const other = step("dns", "a", "b", 1, "blog");

  test("takes a step in place of the same one before", () => {
    const again = step("restore", "a", "b", 2);
    expect(withStep([...done, other], again)).toEqual([done[0], done[2], other, again]);
  });

  test("begins anew with a backup, and where data is declared to have stayed", () => {
    for (const name of ["backup", "stay"] as const) {
      const first = step(name, "a", "b", 2);
      expect(withStep([...done, other], first)).toEqual([other, first]);
    }
  });

  test("forgets a move from elsewhere once another one comes", () => {
    const first = step("restore", "c", "b", 2);
    expect(withStep([...done, other], first)).toEqual([other, first]);
  });

  test("keeps what concerns open moves, and how it came by what is held there", () => {
    expect(openSteps([...done, other], [{ name: "shop", from: "a", to: "b" }], [])).toEqual(done);
    expect(openSteps([...done, other], [{ name: "shop", from: "c", to: "b" }], [])).toEqual([]);
    expect(openSteps([...done, other], [], ["blog"])).toEqual([other]);
  });
});

describe("the data of a unit", () => {
  const copy = [step("backup", "a", "b"), step("restore", "a", "b")];

  test("is with the one carrier that did not get it from elsewhere", () => {
    expect(homeOf("shop", ["a", "b"], lives({ b: copy }))).toBe("a");
    expect(homeOf("shop", ["b", "c"], lives({ b: copy, c: [step("restore", "a", "c")] }))).toBeNull();
    expect(homeOf("shop", ["a", "b"], lives({}))).toBeNull();
    expect(homeOf("shop", [], lives({}))).toBeNull();
  });

  test("is where visitors were led last, among those that carry it still", () => {
    const both = lives({ a: [step("dns", "b", "a", 2)], b: [step("dns", "a", "b", 1)] });
    expect(homeOf("shop", ["a", "b"], both)).toBe("a");
    expect(homeOf("shop", ["b"], both)).toBe("b");
  });

  test("is where it was declared to have stayed", () => {
    expect(homeOf("shop", ["a", "b"], lives({ a: [step("stay", "b", "a", 2)], b: copy }))).toBe("a");
  });

  test("came with the latest move: what an earlier one led is over", () => {
    const steps = [step("dns", "c", "b", 1), step("restore", "a", "b", 3)];
    expect(arrivalOf("shop", "b", lives({ b: steps }))).toEqual({ from: "a", led: null, at: steps[1]?.at });
    expect(arrivalOf("blog", "b", lives({ b: steps }))).toBeNull();
  });
});
