import { performance } from "node:perf_hooks";
import type { Clock } from "../ports/people.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  seconds: () => performance.now() / 1000,
};
