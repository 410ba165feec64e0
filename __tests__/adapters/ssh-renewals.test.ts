import { expect, test } from "@jest/globals";
import { Renewals } from "../../src/adapters/ssh-renewals.ts";
import { until } from "../support/until.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a lock is taken again until it is given back, also after an attempt that failed", async () => {
  const renewals = new Renewals();
  let taken = 0;
  renewals.keep("lock", 0.03, async () => {
    taken += 1;
    if (taken === 2) throw new Error("the network is gone for a while");
    return true;
  });
  await until("it was taken again", () => taken > 3);
  await renewals.end("lock");
  const before = taken;
  await pause(100);
  expect(taken).toBe(before);
});

test("one that is being taken is waited for, or it would outlive its owner", async () => {
  const renewals = new Renewals();
  const events: string[] = [];
  renewals.keep("lock", 0.03, async () => {
    events.push("begun");
    await pause(50);
    events.push("taken");
    return true;
  });
  await until("it is being taken", () => events.length > 0);
  await renewals.endAll();
  expect(events.at(-1)).toBe("taken");
});

test("one that is being taken is waited for although the lock was taken anew meanwhile", async () => {
  const renewals = new Renewals();
  const events: string[] = [];
  renewals.keep("lock", 0.03, async () => {
    events.push("begun");
    await pause(100);
    events.push("taken");
    return true;
  });
  await until("it is being taken", () => events.length > 0);
  renewals.keep("lock", 60, async () => true);
  await renewals.end("lock");
  expect(events.at(-1)).toBe("taken");
});

test("what is somebody else's by now is left to them", async () => {
  const renewals = new Renewals();
  let taken = 0;
  renewals.keep("lock", 0.03, async () => {
    taken += 1;
    return false;
  });
  await until("it was tried", () => taken > 0);
  await pause(100);
  expect(taken).toBe(1);
});
