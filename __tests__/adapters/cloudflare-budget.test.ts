import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Budget } from "../../src/adapters/cloudflare-budget.ts";
import { FakeTimer } from "../support/fake-timer.ts";

const most = (times: readonly number[], seconds: number) =>
  Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + seconds).length));

test("a few requests wait for nothing", async () => {
  const timer = new FakeTimer();
  const budget = new Budget(timer);
  for (let count = 0; count < 200; count++) await budget.take();
  expect(timer.sleeps).toEqual([]);
  await budget.take();
  expect(timer.sleeps).toHaveLength(1);
});

test("no 5 minutes ever hold 1,200 requests, whatever was waited in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 12 }), async (pauses) => {
      const timer = new FakeTimer();
      const budget = new Budget(timer);
      const times: number[] = [];
      for (const pause of [...pauses, 0]) {
        timer.now += pause;
        for (let count = 0; count < 150; count++) {
          await budget.take();
          times.push(timer.now);
        }
      }
      expect(most(times, 300)).toBeLessThan(1200);
    }),
    { numRuns: 20 },
  );
});

test("requests that wait side by side do not go together", async () => {
  const timer = new FakeTimer();
  const waits: number[] = [];
  const budget = new Budget({ seconds: () => timer.now, sleep: async (seconds) => void waits.push(seconds) });
  await Promise.all(Array.from({ length: 203 }, () => budget.take()));
  expect(waits).toEqual([1 / 3, 2 / 3, 1]);
});
