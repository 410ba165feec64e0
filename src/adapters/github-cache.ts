import { setTimeout } from "node:timers/promises";
import * as cache from "@actions/cache";

/** The client tries for some half a minute where the service is down: longer than a plan takes. */
const PATIENCE_MS = 10_000;

/** A cache of GitHub Actions. Nothing here ever fails: without it a run is only slower. */
export class GithubCache {
  private readonly note: (text: string) => void;
  private isGivenUp = false;

  /** @param note is told what went wrong */
  constructor(note: (text: string) => void) {
    this.note = note;
  }

  /** Whether a request is still under way that nobody waits for. */
  get isAbandoned(): boolean {
    return this.isGivenUp;
  }

  /** Whether exactly this key was found and its paths restored; a key with one of the prefixes is restored too. */
  async restore(paths: readonly string[], key: string, prefixes: readonly string[]): Promise<boolean> {
    return this.trying("restored", async () => {
      // Looked up first: a lookup may be given up, unpacking may not.
      const lookUp = cache.restoreCache([...paths], key, [...prefixes], { lookupOnly: true });
      const found = await Promise.race([lookUp, setTimeout(PATIENCE_MS, null, { ref: false })]);
      if (found === null) this.giveUp();
      if (!found) return false;
      return (await cache.restoreCache([...paths], key, [...prefixes])) === key;
    });
  }

  /** Whether the paths were saved. */
  async save(paths: readonly string[], key: string): Promise<boolean> {
    return this.trying("saved", async () => (await cache.saveCache([...paths], key)) > 0);
  }

  private giveUp(): void {
    this.isGivenUp = true;
    this.note(`the cache service does not answer within ${PATIENCE_MS / 1000} s`);
  }

  private async trying(what: string, attempt: () => Promise<boolean>): Promise<boolean> {
    try {
      return !this.isGivenUp && cache.isFeatureAvailable() && (await attempt());
    } catch (error) {
      this.note(`the cache is not ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
