import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Finding, finding, say } from "../../src/domain/findings.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import type { Report } from "../../src/domain/report.ts";
import { since } from "../../src/domain/since.ts";
import { provider, reportBetween, sideOf } from "../support/big-plan.ts";

const side = sideOf(provider(1));
const quiet = reportBetween(side, side);

const hostname = (subject: string, value = "node-a") =>
  finding("hostname-removed", { subject }, say`${subject} of ${value} goes`);
const pin = (name: string, rev: string | null): Pin => ({ name, url: "github:acme/x", rev, narHash: null });
const report = (findings: Finding[], changeIds: string[] = [], pins: Pin[] = []): Report => ({
  ...quiet,
  findings: findings.map((each) => ({ ...each, parts: [...each.parts] })),
  changeIds,
  pins: { base: [], head: pins },
});

test("is nothing between a report and itself", () => {
  const one = report([hostname("a")], ["1".repeat(64)], [pin("x", "1")]);
  expect(since(one, one)).toEqual({ added: [], removed: [], otherChanges: 0, otherPins: 0 });
});

test("tells findings that came from those that went", () => {
  const { added, removed } = since(
    report([hostname("a"), hostname("b")]),
    report([hostname("b"), hostname("c")]),
  );
  expect(added.map(({ subject }) => subject)).toEqual(["c"]);
  expect(removed.map(({ subject }) => subject)).toEqual(["a"]);
});

test("a finding with another value went and came", () => {
  const { added, removed } = since(report([hostname("a", "node-a")]), report([hostname("a", "node-b")]));
  expect([added, removed].map((list) => list.map(({ parts }) => parts[3]))).toEqual([["node-b"], ["node-a"]]);
});

test("a finding that was allowed meanwhile is the same", () => {
  const now = report([{ ...hostname("a"), allowed: true }]);
  expect(since(report([hostname("a")]), now)).toMatchObject({ added: [], removed: [] });
});

describe("counts", () => {
  test("changes that only one of the two has", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const both = left.filter((id) => right.includes(id)).length;
        const expected = left.length + right.length - 2 * both;
        expect(since(report([], left), report([], right)).otherChanges).toBe(expected);
        expect(since(report([], right), report([], left)).otherChanges).toBe(expected);
      }),
    );
  });

  test.each([
    ["a revision", [pin("x", "1")], [pin("x", "2")], 2],
    ["an input that came", [], [pin("x", "1")], 1],
    ["content behind the same revision", [pin("x", "1")], [{ ...pin("x", "1"), narHash: "sha256-2" }], 2],
    ["the order", [pin("x", "1"), pin("y", "1")], [pin("y", "1"), pin("x", "1")], 0],
    ["a name and a revision that read alike", [pin("x", null)], [pin("x", "null")], 2],
  ])("locked inputs: %s", (_, before, after, count) => {
    expect(since(report([], [], before), report([], [], after)).otherPins).toBe(count);
  });
});
