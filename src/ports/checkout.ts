/** What git knows of a folder. Nothing is changed. */
export interface Checkout {
  /**
   * The branch and commit that are checked out, and which of these paths below the folder git does not know.
   * Throws HostenvError `git-missing`, `not-a-repository`.
   */
  look(paths: readonly string[]): Promise<{
    readonly branch: string | null;
    readonly commit: string | null;
    readonly untracked: readonly string[];
  }>;
}
