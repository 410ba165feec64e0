/** Locks that are taken again and again for as long as this process works under them. */
export class Renewals {
  private readonly kept = new Map<string, Kept>();

  /** Takes a lock again three times before it would expire, until `end`, or until it is somebody else's. */
  keep(key: string, seconds: number, take: () => Promise<boolean>): void {
    const before = this.kept.get(key);
    clearInterval(before?.timer);
    // One that is being taken still counts: it is waited for at the end.
    const last = before?.last ?? Promise.resolve();
    const kept: Kept = { timer: setInterval(() => renew(), (seconds * 1000) / 3), last };
    kept.timer.unref();
    this.kept.set(key, kept);
    const renew = () => {
      // A node that can't be reached for a while is tried again: the lock has not expired by then.
      const taken = take().then(
        (isOurs) => (isOurs ? undefined : clearInterval(kept.timer)),
        () => {},
      );
      kept.last = Promise.all([kept.last, taken]).then(() => {});
    };
  }

  /** Takes a lock no more; one that is being taken is waited for, or it would outlive us. */
  async end(key: string): Promise<void> {
    const kept = this.kept.get(key);
    this.kept.delete(key);
    clearInterval(kept?.timer);
    await kept?.last;
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.kept.keys()].map((key) => this.end(key)));
  }
}

interface Kept {
  readonly timer: NodeJS.Timeout;
  last: Promise<void>;
}
