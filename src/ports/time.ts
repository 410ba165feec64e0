/** Time that passes while one waits. */
export interface Timer {
  /** Seconds since an arbitrary start; never jumps. */
  seconds(): number;
  sleep(seconds: number): Promise<void>;
}
