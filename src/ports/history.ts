import type { Tree } from "./flakes.ts";

/** The history of repositories that inputs come from. */
export interface Revisions {
  /** How many commits `after` has that `before` has not, null where that can't be known soon. */
  between(repository: string, before: string, after: string): Promise<number | null>;
}

/** Copies of a provider's tracked files, as they are now or were at a commit. */
export interface Trees {
  /** The working tree with its uncommitted changes; `state` replaces state.json. */
  current(state: string | null): Promise<Tree>;
  /** The tree of a git reference, fetched where the clone is too shallow to hold it. Throws HostenvError `base-not-found`. */
  at(reference: string): Promise<Tree>;
  /**
   * The snapshot of a copy as a flake, whose folder is a copy of the snapshot's; `files` are written into
   * it first, by name. The copy itself is changed.
   */
  snapshotOf(tree: Tree, files: Readonly<Record<string, string>>): Promise<Tree>;
  /** Paths below a folder of the provider that differ between a commit and HEAD. */
  edited(commit: string, folder: string): Promise<string[]>;
  /** Whether another branch than origin's default one is checked out; null where that is not known. */
  isBesideDefault(): Promise<boolean | null>;
  /** Whether a merge has begun and is not committed. */
  isMerging(): Promise<boolean>;
  /**
   * Makes git know of new files, without their content; returns those it did not know. Throws HostenvError
   * `not-a-repository`.
   */
  track(paths: readonly string[]): Promise<string[]>;
  /** Whether the working tree's commit contains the commit; null where the clone is too shallow to tell. */
  contains(commit: string): Promise<boolean | null>;
  /** Removes every copy. */
  dispose(): Promise<void>;
}

/** Commits of the working tree's repository, as its branch grew. */
export interface Commits {
  /**
   * Commits that HEAD has, or what a snapshot lies over there, and not every one of `bases` has, the latest first, at most so many. A merge is one,
   * without those it brought. Fetches what a shallow clone lacks. `isWhole` is false where there are more, or
   * where the clone or a rewritten branch does not lead back to every base.
   */
  since(
    bases: readonly string[],
    most: number,
  ): Promise<{ readonly commits: string[]; readonly isWhole: boolean }>;
  /**
   * Files that differ between a commit and what a branch is now where the working tree came from, from the repository's
   * top; empty where that can't be asked, null where it is another commit of which no more can be told.
   */
  differing(branch: string, commit: string): Promise<readonly string[] | null>;
}

/** Patches as git makes and applies them. */
export interface Patches {
  /**
   * The patch that replaces a file's text, with the file's path in its repository, or its bare name
   * outside of one. Throws HostenvError `git-missing` or `git-failed`.
   */
  replacing(path: string, before: string, after: string): Promise<string>;
}

/** What git remembers of one file; nothing outside of a repository or without git. */
export interface History {
  /** Whether the file is another one than HEAD's; false where HEAD has none. */
  edited(path: string): Promise<boolean>;
  /** The file's text at HEAD or at the remote's default branch; null where there is none. */
  committed(path: string, at: "head" | "upstream"): Promise<string | null>;
  /**
   * When each line that a pattern without anchors and with one group begins with first came into the
   * file, by that group. A line that may be older than what the clone holds is left out.
   */
  firstAdded(path: string, beginning: RegExp): Promise<ReadonlyMap<string, Added>>;
}

/** The commit that brought a line. */
export interface Added {
  readonly commit: string;
  /** RFC 3339, in UTC. */
  readonly at: string;
}
