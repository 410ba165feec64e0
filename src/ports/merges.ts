import type { StoredReport } from "./forge.ts";

/** A pull request that was merged. */
export interface MergedPull {
  readonly number: number;
  /** The last commit of its branch: what its reviewers saw. */
  readonly head: string;
  /** The branch it was merged into. */
  readonly branch: string;
  /** RFC 3339. */
  readonly mergedAt: string;
}

/**
 * What was merged, and what was said of it before. Every method throws HostenvError as `Forge` does.
 */
export interface Merges {
  /**
   * The merged pull requests that brought a commit, however they were merged: by a merge, squashed, rebased or
   * through a queue. None for a commit that was pushed.
   */
  of(commit: string): Promise<MergedPull[]>;
  /**
   * Of each head the latest report that the plan's own workflow left under a name, for a pull request or a merge
   * queue; heads without one are left out. Looks at the 1,000 latest of that name, and at 5 of each head.
   */
  reports(name: string, heads: readonly string[]): Promise<StoredReport[]>;
}
