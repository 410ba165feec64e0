import { expect, test } from "@jest/globals";
import { notYetVisible } from "../../src/commands/dns-visible.ts";
import { FakeTimer } from "../support/fake-timer.ts";

test("is looked for after 1, 2, 4, … 30 seconds, and no longer than 600", async () => {
  const timer = new FakeTimer();
  const asked: string[] = [];
  const unseen = async (hostnames: readonly string[]) => {
    asked.push(`${hostnames.join(" ")} ${timer.now}`);
    return hostnames.filter((hostname) => hostname !== "a.test" || timer.now < 3);
  };
  expect(await notYetVisible(["a.test", "b.test"], unseen, timer)).toEqual(["b.test"]);
  expect(timer.sleeps.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(timer.now).toBe(600);
  expect(asked.slice(0, 3)).toEqual(["a.test b.test 1", "a.test b.test 3", "b.test 7"]);
});

test("what is visible at once is waited for a second, and nothing for none", async () => {
  const timer = new FakeTimer();
  expect(await notYetVisible(["a.test"], async () => [], timer)).toEqual([]);
  expect(await notYetVisible([], async () => [], timer)).toEqual([]);
  expect(timer.sleeps).toEqual([1]);
});

test("a look is given the time that is left, and ten seconds at the end", async () => {
  const timer = new FakeTimer();
  const given: number[] = [];
  await notYetVisible(
    ["a.test"],
    async (hostnames, within) => {
      given.push(within);
      timer.now += within < 300 ? 0 : 299;
      return hostnames;
    },
    timer,
  );
  expect(given.slice(0, 3)).toEqual([599, 298, 294]);
  expect(given.at(-1)).toBe(10);
  expect(timer.now).toBe(600);
});

test("looks that take their time count as time, too", async () => {
  const timer = new FakeTimer();
  const slow = async (hostnames: readonly string[]) => {
    timer.now += 250;
    return hostnames;
  };
  expect(await notYetVisible(["a.test"], slow, timer)).toEqual(["a.test"]);
  expect(timer.sleeps).toEqual([1, 2, 4]);
});
