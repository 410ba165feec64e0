import type { Timer } from "../ports/time.ts";

/** What was written is waited for so many seconds. */
export const LONGEST_WAIT = 600;

/** Between two looks at most so many seconds pass. */
const LONGEST_PAUSE = 30;

/** A look is given so many seconds though the time is over: what became visible at last is to be seen. */
const LAST_LOOK = 10;

/**
 * Of these hostnames those for which the servers that answer for them do not show what they should, found out within
 * so many seconds. Looks anew each time.
 */
export type Unseen = (hostnames: readonly string[], within: number) => Promise<readonly string[]>;

/**
 * Waits until the world is given what was written, and returns the hostnames of which it is not. Looks after 1, 2,
 * 4, … 30 seconds.
 */
export async function notYetVisible(
  hostnames: readonly string[],
  unseen: Unseen,
  timer: Timer,
): Promise<readonly string[]> {
  const end = timer.seconds() + LONGEST_WAIT;
  let waiting = hostnames;
  for (let pause = 1; waiting.length > 0; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const left = end - timer.seconds();
    if (left <= 0) break;
    await timer.sleep(Math.min(pause, left));
    waiting = await unseen(waiting, Math.max(end - timer.seconds(), LAST_LOOK));
  }
  return waiting;
}
