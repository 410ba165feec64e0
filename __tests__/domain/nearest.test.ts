import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { nearest } from "../../src/domain/nearest.ts";

const rules = ["uid-changed", "mass-move", "node-emptied", "frozen"];

test.each([
  ["uid-chnged", "uid-changed"],
  ["UID-CHANGED", "uid-changed"],
  ["uid_changed", "uid-changed"],
  ["masmove", "mass-move"],
  ["node-empty", "node-emptied"],
  ["quite-another-word", null],
  ["", null],
])("the known name nearest to %j is %j", (mistyped, expected) => {
  expect(nearest(mistyped, rules)).toBe(expected);
});

test("there is no nearest name where none is known", () => {
  expect(nearest("uid-changed", [])).toBeNull();
});

test("a name with one letter more, less or else is still found", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.nat(),
      fc.constantFrom("", "x", "xy"),
      (name, place, letters) => {
        const at = place % name.length;
        expect(nearest(name.slice(0, at) + letters + name.slice(at + 1), rules)).toBe(name);
      },
    ),
  );
});
