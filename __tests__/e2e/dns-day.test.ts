import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readMark } from "../../src/render/issue-mark.ts";
import { type DayRun, DnsDay, LAST, MENDING } from "../support/dns-day.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";

const HOME = { topic: "dns", provider: "." } as const;
/** Let's Encrypt's limit per hostname and hour. */
const FAILED_VALIDATIONS = 5;
/** GitHub's limit for what a token writes in an hour. */
const WRITES_PER_HOUR = 500;

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

const writesSince = (start: number) =>
  api.requests.slice(start).filter(({ method }) => method !== "GET").length;

/** Keys of open issues of ours. */
const openKeys = () =>
  [...api.issues.values()]
    .filter(({ state }) => state === "open")
    .map(({ body }) => readMark(body ?? "", HOME)?.key ?? "none");

/** Runs that meet: the second does all of its work while the first writes its first issue. */
async function overlapping(day: DnsDay, step: number): Promise<DayRun[]> {
  const met: DayRun[] = [];
  const stop = api.before("POST", /\/issues$/, async () => {
    stop();
    met.push(await day.run(step));
  });
  met.push(await day.run(step));
  stop();
  return met;
}

/** A day of runs every quarter of an hour, and what each of them wrote. */
async function wholeDay(day: DnsDay) {
  const runs: DayRun[] = [];
  const writes: number[] = [];
  const counts = { met: 0, repeated: 0, waiting: 0, forced: 0 };
  for (let step = 0; step <= LAST; step++) {
    const start = api.requests.length;
    day.weather.pass(step);
    // Pushes start runs of their own, as often as people push.
    if (step % 6 === 5 && step < MENDING) for (let push = 0; push < 3; push++) runs.push(await day.run(step));
    const found = step % 3 === 1 ? await overlapping(day, step) : [await day.run(step)];
    if (found.length > 1) counts.met++;
    runs.push(...found);
    // What the breaker holds back only becomes more; a person reads its issue and has a look.
    if (step >= MENDING && runs.slice(-4).every(({ decision }) => decision.breaker !== null)) {
      runs.push(await day.run(step, true));
      counts.forced++;
    }
    writes.push(writesSince(start));
    const last = found.at(-1) as DayRun;
    if (found.length === 1) expect(new Set(openKeys()).size).toBe(openKeys().length);
    if (last.issues.notices.length > 0) counts.waiting++;
    else if (found.length === 1) counts.repeated += await repeated(day, last);
  }
  return { runs, writes, counts };
}

/** The same run once more, in which nothing has changed: it asks GitHub at most twice and writes nothing. */
async function repeated(day: DnsDay, { rulings, decision }: DayRun): Promise<number> {
  const start = api.requests.length;
  await day.report(rulings, decision);
  const calls = api.requests.slice(start).map(({ method }) => method);
  expect(calls.filter((method) => method !== "GET")).toEqual([]);
  expect(calls.length).toBeLessThanOrEqual(2);
  return 1;
}

/** The most that falls into any hour. */
function mostInAnHour(steps: readonly number[]): number {
  return Math.max(
    0,
    ...steps.map((first) => steps.filter((step) => step >= first && step <= first + 4).length),
  );
}

describe("a day of scheduled runs in restless DNS", () => {
  // In the third nobody loses TLS: a day that shows nothing.
  test.each([1, 2, 4, 5, 6])(
    "world %i keeps within every limit and comes to rest",
    async (seed) => {
      const day = new DnsDay(api, seed);
      const { runs, writes, counts } = await wholeDay(day);

      // No hostname comes near the limit of failed validations, whatever it is told.
      const failures = [...day.nodes.failures.values()].map(mostInAnHour);
      expect(Math.max(...failures)).toBeLessThanOrEqual(FAILED_VALIDATIONS);
      // No live hostname lost TLS for less than three definite answers in a row.
      const lost = runs.flatMap((run) => run.lost);
      for (const { lately, minutes } of lost) {
        expect(lately).toEqual(["mismatch", "mismatch", "mismatch"]);
        expect(minutes).toBeGreaterThanOrEqual(20);
      }
      // GitHub's limit of writes.
      for (const step of writes.keys())
        expect(writes.slice(step, step + 5).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(
          WRITES_PER_HOUR,
        );
      // All is well in the end: no issue is open, TLS is on everywhere, and a run has nothing to do.
      expect(openKeys()).toEqual([]);
      expect(day.memory?.off).toEqual([]);
      expect(day.nodes.certified.size).toBe(44);
      expect(writes.slice(-2)).toEqual([0, 0]);

      // And the day was one: outages, mass failures, meetings, waiting and a lot of changes.
      const all = [...api.issues.values()];
      expect(runs.filter(({ issues }) => issues.open.has("blind")).length).toBeGreaterThanOrEqual(6);
      expect(runs.filter(({ decision }) => decision.breaker !== null).length).toBeGreaterThanOrEqual(2);
      expect(all.filter(({ state_reason }) => state_reason === "duplicate").length).toBeGreaterThanOrEqual(5);
      expect(all.some(({ title }) => title === "DNS: more hostnames are wrong")).toBe(true);
      expect([lost.length > 0, failures.length > 3, counts.met > 3, counts.repeated > 40]).toEqual(
        Array(4).fill(true),
      );
    },
    120_000,
  );
});
