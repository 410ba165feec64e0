import { expect, test } from "@jest/globals";
import { planAnswer } from "../../src/render/plan-answer.ts";
import { bigReport } from "../support/big-plan.ts";

const ANY = Number.POSITIVE_INFINITY;

test("a summary with its map keeps within every limit that leaves room for the shortest comment", () => {
  const report = bigReport("changed", 8);
  const { summary } = planAnswer(report, 2);
  const all = summary({ codePoints: ANY, bytes: ANY });
  expect(all).toContain("```mermaid");
  const length = [...all].length;
  expect([...summary({ codePoints: length, bytes: ANY })].length).toBe(length);
  for (let room = length - 1; room > length - 10; room--)
    expect([...summary({ codePoints: room, bytes: ANY })].length).toBeLessThanOrEqual(room);
});
