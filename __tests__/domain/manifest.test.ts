import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  discrepanciesIn,
  isWhole,
  manifestOf,
  manifestSchema,
  SIGNED,
  type Texts,
} from "../../src/domain/manifest.ts";

const PLAN_ID = "a".repeat(64);
const signed = (files: Texts, told: Texts = files): Texts => ({
  ...told,
  "manifest.json": JSON.stringify(manifestOf(files, { planId: PLAN_ID, tool: "1.2.3" })),
});

describe("the manifest", () => {
  test("names plan, tool and each file it answers for, with what sha256sum gives", () => {
    const manifest = manifestOf(
      { "state.json": "{}\n", "plan.json": "é", "dns-gate.json": "x" },
      { planId: PLAN_ID, tool: "1.2.3" },
    );
    expect(JSON.stringify(manifest)).toBe(
      JSON.stringify({
        schema: 1,
        planId: PLAN_ID,
        tool: "1.2.3",
        files: {
          "plan.json": createHash("sha256")
            .update(Buffer.from([0xc3, 0xa9]))
            .digest("hex"),
          "state.json": "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356",
        },
      }),
    );
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
  });

  test("tells what differs, is missing and is too much", () => {
    const files = { "plan.json": "p", "state.json": "s", "flake.nix": "f" };
    const { "flake.nix": _, ...others } = files;
    expect(discrepanciesIn(signed(files))).toEqual([]);
    expect(discrepanciesIn(signed(files, { ...others, "plan.json": "q", "flake.lock": "l" }))).toEqual([
      { file: "plan.json", how: "differs" },
      { file: "flake.nix", how: "missing" },
      { file: "flake.lock", how: "unexpected" },
    ]);
  });

  test("tells nothing where there is none, which is not the same as whole", () => {
    expect(discrepanciesIn({ "plan.json": "p" })).toBeNull();
    expect(isWhole({ "plan.json": "p" })).toBe(false);
  });

  test.each([
    ["conflict markers", "<<<<<<< HEAD\n{}"],
    ["another version", JSON.stringify({ schema: 2, planId: PLAN_ID, tool: "9", files: {} })],
    [
      "a file that is not ours",
      JSON.stringify({ schema: 1, planId: PLAN_ID, tool: "9", files: { x: PLAN_ID } }),
    ],
    ["no hash", JSON.stringify({ schema: 1, planId: PLAN_ID, tool: "9", files: { "plan.json": "p" } })],
    ["null", "null"],
  ])("takes one with %s for unreadable", (_, text) => {
    expect(discrepanciesIn({ "manifest.json": text })).toEqual([
      { file: "manifest.json", how: "unreadable" },
    ]);
  });
});

const sets = fc.dictionary(fc.constantFrom(...SIGNED), fc.string({ unit: "binary" }), { maxKeys: 4 });

describe("for any set of files", () => {
  test("what was written together is whole, whatever else lies there", () => {
    fc.assert(
      fc.property(sets, fc.string(), (files, other) => isWhole({ ...signed(files), "dns-gate.json": other })),
    );
  });

  test("a mix of two sets is whole only where it is the one set", () => {
    fc.assert(
      fc.property(sets, sets, fc.array(fc.constantFrom(...SIGNED)), (first, second, taken) => {
        const mixed: Record<string, string> = { ...first };
        for (const name of taken) {
          delete mixed[name];
          if (second[name] !== undefined) mixed[name] = second[name];
        }
        const isFirst = SIGNED.every((name) => mixed[name] === first[name]);
        expect(isWhole(signed(first, mixed))).toBe(isFirst);
        const differing = SIGNED.filter((name) => mixed[name] !== first[name]);
        expect(discrepanciesIn(signed(first, mixed))?.map(({ file }) => file)).toEqual(differing);
      }),
    );
  });
});
