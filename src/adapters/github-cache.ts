import * as cache from "@actions/cache";

/** A cache of GitHub Actions. Nothing here ever fails: without it a run is only slower. */
export class GithubCache {
  private readonly note: (text: string) => void;

  /** @param note is told what went wrong */
  constructor(note: (text: string) => void) {
    this.note = note;
  }

  /** Whether exactly this key was found and its paths restored; a key with one of the prefixes is restored too. */
  async restore(paths: readonly string[], key: string, prefixes: readonly string[]): Promise<boolean> {
    return this.trying(
      "restored",
      async () => (await cache.restoreCache([...paths], key, [...prefixes])) === key,
    );
  }

  /** Whether the paths were saved. */
  async save(paths: readonly string[], key: string): Promise<boolean> {
    return this.trying("saved", async () => (await cache.saveCache([...paths], key)) > 0);
  }

  private async trying(what: string, attempt: () => Promise<boolean>): Promise<boolean> {
    try {
      return cache.isFeatureAvailable() && (await attempt());
    } catch (error) {
      this.note(`the cache is not ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
