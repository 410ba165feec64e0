import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Timer } from "../ports/time.ts";

/** The machine's timer. */
export const systemTimer: Timer = {
  seconds: () => performance.now() / 1000,
  sleep: async (seconds) => {
    await setTimeout(seconds * 1000);
  },
};
