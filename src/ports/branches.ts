import type { SourceCommit } from "../domain/source-commit.ts";
import type { StateBranch } from "../domain/state-branch.ts";

/** Files of one folder by name below it. */
export type FolderTexts = Readonly<Record<string, string>>;

/** A commit that is to be made. */
export interface NewCommit {
  /** The one whose tree it has, but for the snapshot's folder; null for a tree that holds nothing else. */
  readonly tree: string | null;
  readonly parents: readonly string[];
  /** All that the snapshot's folder holds. */
  readonly files: FolderTexts;
  /** Other files that are replaced, by path below the provider's folder. */
  readonly others?: FolderTexts;
  readonly message: string;
}

/** One that is made even where its tree is that of its first parent. */
export interface OwnCommit extends NewCommit {
  readonly evenIfSame: true;
}

/** The commit at which a reference must still be to be moved; null stands for one that is not there. */
export interface Lease {
  readonly from: string | null;
}

/** How a push ended. `lost`: somebody else's came first; `refused`: the branch takes none. */
export type Pushed =
  | { readonly result: "pushed" | "lost" }
  | { readonly result: "refused"; readonly reason: string };

/**
 * Branches of the repository that the provider came from, and the snapshot's folder on them. Neither the work tree nor
 * its index is touched by anything but `follow` and `detach`. Every method throws HostenvError `git-failed`, and those that talk to origin
 * `git-remote`.
 */
export interface Branches {
  /** The commit that is checked out. Throws HostenvError `not-a-repository`. */
  head(): Promise<string>;
  /** The branch that is checked out; null where it is none. */
  current(): Promise<string | null>;
  /** What a branch leads to at origin now, fetched; null where it does not exist. */
  tip(branch: string): Promise<string | null>;
  /** A branch for snapshots alone as it is at origin now, its tip fetched. */
  state(branch: string): Promise<StateBranch>;
  /** What a commit of `snapshot checkout` was made from; null for any other commit. */
  source(commit: string): Promise<SourceCommit | null>;
  /** The commit of a name, fetched where it is not here. Throws HostenvError `base-not-found`. */
  named(reference: string): Promise<string>;
  /** The snapshot's folder at a commit. */
  folderAt(commit: string): Promise<FolderTexts>;
  /** A file below the provider's folder at a commit; null where it is not there. */
  fileAt(commit: string, path: string): Promise<string | null>;
  /** The snapshot's folder as it lies on the disk, without what git ignores. */
  folderNow(): Promise<FolderTexts>;
  /** Paths below the provider's folder that differ between two commits. */
  changed(from: string, to: string): Promise<readonly string[]>;
  /** Makes a commit that no branch leads to yet; null where its tree is that of its first parent. */
  commit(wanted: OwnCommit): Promise<string>;
  commit(wanted: NewCommit): Promise<string | null>;
  /**
   * Moves a branch at origin from one commit to another, if it still is at the first; null stands for a branch that is
   * not there. With `keeper`, the reference that keeps a branch for snapshots is moved, too, or neither is.
   */
  push(branch: string, from: string | null, to: string, keeper?: Lease): Promise<Pushed>;
  /**
   * Checks out a commit without a branch, and leaves what else of the work tree changed as it is. False where that is
   * in the way, and nothing was done.
   */
  detach(from: string, to: string): Promise<boolean>;
  /** Whether two commits have the same files and the same parents. */
  isAlike(left: string, right: string): Promise<boolean>;
  /** Deletes a branch at origin, if it still is at this commit. */
  remove(branch: string, from: string): Promise<Pushed>;
  /** Checks out a commit that holds what the disk holds, whatever else of the work tree changed stays as it is. */
  follow(from: string, to: string): Promise<boolean>;
}

/** Pull requests that we open. */
export interface Proposals {
  /** The open pull request of one branch onto another, opened where there is none. Its address. */
  propose(from: string, onto: string, text: PullText): Promise<string>;
}

/** Title and body (Markdown) of a pull request. */
export interface PullText {
  readonly title: string;
  readonly body: string;
}

/** An open pull request of ours. */
export interface OpenPull extends PullText {
  readonly number: number;
  readonly url: string;
}

/**
 * Pull requests of ours that live on: the next run changes them, or closes them. Every method throws HostenvError as
 * `Forge` does.
 */
export interface LivingProposals {
  /** The open pull request of one branch onto another; null where there is none. */
  opened(from: string, onto: string): Promise<OpenPull | null>;
  open(from: string, onto: string, text: PullText): Promise<OpenPull>;
  edit(pull: number, text: PullText): Promise<void>;
  /** Closes it, and says in its body why. */
  close(pull: number, body: string): Promise<void>;
  /** Starts a workflow by the name of its file on a branch; its inputs are texts. */
  start(workflow: string, branch: string, inputs: Readonly<Record<string, string>>): Promise<void>;
}
