import type { Timer } from "../ports/time.ts";

/** So many requests may come at once. */
const BURST = 200;

/** And so many a second after that. */
const PER_SECOND = 3;

/**
 * Keeps requests below Cloudflare's 1,200 in any 5 minutes, after which it answers none for 5 minutes: at most
 * 200 + 3 × 300 = 1,100, which leaves some for people at the dashboard.
 */
export class Budget {
  private readonly timer: Timer;
  private tokens = BURST;
  private last: number;

  constructor(timer: Timer) {
    this.timer = timer;
    this.last = timer.seconds();
  }

  /** Waits until a request may be sent. */
  async take(): Promise<void> {
    const now = this.timer.seconds();
    this.tokens = Math.min(BURST, this.tokens + (now - this.last) * PER_SECOND);
    this.last = now;
    // What others wait for is taken already: each waits for its own.
    this.tokens -= 1;
    if (this.tokens < 0) await this.timer.sleep(-this.tokens / PER_SECOND);
  }
}
