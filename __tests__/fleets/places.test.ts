import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { finding, say } from "../../src/domain/findings.ts";
import type { RuleName } from "../../src/domain/rules.ts";
import { linesIn } from "../../src/fleets/hostenv/places.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { pinAt, sideWith } from "../support/plan-builder.ts";

const side = sideWith(
  {
    environments: [
      { name: "shop-main-0000001", project: "acme__shop" },
      { name: "cat-main-0000002", project: "Blue_Sky-Ltd__Catalogue-Service" },
    ],
  },
  {
    pins: [
      pinAt("acme__shop", "1"),
      pinAt("acme__shop/nixpkgs", "1"),
      pinAt("Blue_Sky-Ltd__Catalogue-Service", "1"),
      pinAt("nixpkgs", "1"),
    ],
  },
);

/** The line of a finding of a rule that says this and that, in a flake of these lines. */
function lineOf(lines: readonly string[], rule: RuleName, subject: string, ...more: (string | undefined)[]) {
  const [host, value = "x"] = more;
  return linesIn(lines.join("\n"), [side])(finding(rule, { subject, host }, say`it is ${value}`));
}

const FLAKE = [
  "{",
  '  # inputs.acme__shop.url = "github:acme/old"; nodeFor node-a',
  '  inputs.acme__shop.url = "github:acme/shop";',
  '  inputs.Blue_Sky-Ltd__Catalogue-Service.url = "x";',
  "  outputs = inputs: {",
  "    nodeForTests = 1;",
  "    nodeFor = {",
  '      node-10 = "x"; edge-node-1 = "x";',
  '      node-1 = "x";',
  "    };",
  "  };",
  "}",
];

describe("a finding's line", () => {
  test("is that of its rule's setting", () => {
    expect(lineOf(FLAKE, "environment-moved", "shop-main-0000001", "node-1")).toBe(7);
  });

  test("is that of its environment's input, where no setting brings it about or it is not set", () => {
    expect(lineOf(FLAKE, "uid-changed", "shop-main-0000001", "node-1")).toBe(3);
    expect(lineOf(FLAKE, "limits-changed", "shop-main-0000001", "node-1")).toBe(3);
    expect(lineOf(FLAKE, "uid-changed", "cat-main-0000002")).toBe(4);
  });

  test("is that of an environment or an input it speaks of", () => {
    expect(lineOf(FLAKE, "hostname-removed", "www.acme.test", "node-1", "shop-main-0000001")).toBe(3);
    expect(lineOf(FLAKE, "uid-changed", "acme__shop")).toBe(3);
  });

  test("is that of its node, the name whole", () => {
    expect(lineOf(FLAKE, "uid-changed", "unknown", "node-1")).toBe(9);
    expect(lineOf(FLAKE, "uid-changed", "unknown", "node-10")).toBe(8);
    expect(lineOf(FLAKE, "uid-changed", "unknown", "node")).toBeNull();
    expect(lineOf(FLAKE, "uid-changed", "unknown", "node-")).toBeNull();
  });

  test("is not in a comment, and the same with other line ends", () => {
    expect(lineOf(["# node-1", "  # node-1"], "uid-changed", "x", "node-1")).toBeNull();
    expect(
      linesIn(FLAKE.join("\r\n"), [side])(finding("uid-changed", { subject: "x", host: "node-1" }, say`x`)),
    ).toBe(9);
  });

  test("is not known in an empty file", () => {
    expect(lineOf([""], "environment-moved", "shop-main-0000001", "node-1")).toBeNull();
  });

  test("is that of an environment that only one of the two sides has", () => {
    const empty = sideWith({});
    const found = finding("environment-removed", { subject: "shop-main-0000001" }, say`x`);
    expect(linesIn(FLAKE.join("\n"), [empty, side])(found)).toBe(3);
    expect(linesIn(FLAKE.join("\n"), [side, empty])(found)).toBe(3);
    expect(linesIn(FLAKE.join("\n"), [empty])(found)).toBeNull();
  });

  test("holds the word it was found by, whatever that is", () => {
    const words = fc.oneof(
      fc.constantFrom(...HOSTILE, ".*", "a.b", "(", "[", "\\", "^", "$", "{1,99}", "a+"),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(words, fc.array(words), (word, before) => {
        const lines = [...before.map((other) => `x${other}x`), `  "${word}" = 1;`].join("\n");
        const found = finding("uid-changed", { subject: "unknown", host: word }, say`x`);
        const line = linesIn(lines, [side])(found);
        if (line !== null) expect(lines.split("\n")[line - 1]).toContain(word);
        else expect(/[#\n]/.test(lines)).toBe(true);
      }),
    );
  });
});
