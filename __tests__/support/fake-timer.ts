import type { Timer } from "../../src/ports/time.ts";

/** Time that passes only where somebody waits, and what was waited. */
export class FakeTimer implements Timer {
  now = 0;
  readonly sleeps: number[] = [];
  /** Is called when somebody has waited. */
  onSleep: (now: number) => void = () => {};

  seconds(): number {
    return this.now;
  }

  async sleep(seconds: number): Promise<void> {
    this.sleeps.push(seconds);
    this.now += seconds;
    this.onSleep(this.now);
  }
}
