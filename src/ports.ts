import type { Derivation } from "./domain/derivations.ts";
import type { JsonObject, JsonValue } from "./domain/json.ts";

/** A folder that holds a provider flake and can be evaluated without touching the user's own. */
export interface Tree {
  /** Absolute folder of the flake's repository root. */
  readonly root: string;
  /** The flake's folder below the root, "" for the root itself. */
  readonly folder: string;
  /** Paths of the tracked files below the flake's folder, relative to it, by bytes. */
  readonly files: readonly string[];
  /** The commit it was made from, null where there is none. */
  readonly commit: string | null;
}

/** What a provider flake says: one evaluation. */
export interface Evaluation {
  readonly plan: JsonValue;
  readonly state: JsonValue;
  /** The text of the generated flake.nix, null where the provider's tool makes none. */
  readonly flake: string | null;
  /** What it names besides the provider's own inputs, by name, as a lock's `original`. */
  readonly flakeInputs: Readonly<Record<string, JsonObject>>;
  /** Folders, relative to the flake, whose files belong to the plan's identity. */
  readonly sourceFolders: { readonly nodes: string; readonly secrets: string };
  /** Where the flake read its state, relative to it. */
  readonly stateFile: string;
}

/** Evaluates provider flakes. */
export interface Evaluator {
  /**
   * Throws HostenvError with the planner's own code, `evaluation-…` where it does not end well or
   * breaks a cap, or `command-failed` where Nix says something unknown.
   */
  evaluate(tree: Tree, system: string): Promise<Evaluation>;
  /** The evaluator's version as it prints it, null where it is not installed. */
  version(): Promise<string | null>;
  /** Ends every evaluation that is still running, with `evaluation-stopped`; no other can begin. */
  dispose(): Promise<void>;
}

/** Closures of a flake's packages, whichever system they are for. */
export interface Closures {
  /**
   * Derivations by name; names that the flake has no package of are left out. One process. Throws
   * HostenvError as `Evaluator.evaluate` does.
   */
  derivations(tree: Tree, names: readonly string[]): Promise<Readonly<Record<string, Derivation>>>;
  /**
   * Builds a package; null where the flake has none of this name. Throws HostenvError as
   * `Evaluator.evaluate` does, BuildError where a builder failed.
   */
  build(tree: Tree, name: string): Promise<{ readonly drvPath: string; readonly storePath: string } | null>;
  /** Bytes of everything that these paths need; null where the local store lacks one of them. */
  size(paths: readonly string[]): Promise<number | null>;
  /** Lines that say how the packages of two closures differ; both must be in the local store. */
  packageChanges(before: string, after: string): Promise<string[]>;
  /** Ends what runs, and lets nothing else start. */
  dispose(): Promise<void>;
}

/** Locks the inputs of flakes. */
export interface Locker {
  /**
   * The lock of a flake whose text is `flake`: `lock` with what it lacks added and what the flake does
   * not name dropped; all else stays. `warnings` says which repositories could not be asked and were
   * taken as they were last seen. Throws InputError naming the input that can't be resolved.
   */
  lock(flake: string, lock: string): Promise<{ readonly lock: string; readonly warnings: string[] }>;
}

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
  /** Makes git know of new files, without their content; returns those it did not know. */
  track(paths: readonly string[]): Promise<string[]>;
  /** Whether the working tree's commit contains the commit; null where the clone is too shallow to tell. */
  contains(commit: string): Promise<boolean | null>;
  /** Removes every copy. */
  dispose(): Promise<void>;
}

/** Files the user names. */
export interface Files {
  /**
   * Parsed JSON in which no key stands twice, none is `__proto__` and no number is infinite, at most 100
   * levels deep. Throws HostenvError `file-not-found`, `file-unusable`, `file-too-large` over so many bytes,
   * and, with the place, `file-not-json`, `file-not-utf8`, `file-too-deep`, `file-duplicate-key` and
   * `file-prototype-key`.
   */
  readJson(path: string, most?: number): Promise<JsonValue>;
  /** As `readJson`, null where the file does not exist; errors call it `name` where one is given. */
  readJsonIfThere(path: string, name?: string): Promise<JsonValue | null>;
  /** The text of a file, null where it does not exist. */
  readIfThere(path: string): Promise<string | null>;
  /** Hex SHA-256 of each file's content, in the order given. */
  hashes(root: string, paths: readonly string[]): Promise<string[]>;
  /** Replaces a file; its old content stays until the new one is complete. */
  write(path: string, text: string): Promise<void>;
}

/** The snapshot's folder. Runs that only read need no lock. */
export interface Snapshot {
  /** Makes this the only run that writes, until `unlock` or its end. Throws HostenvError `snapshot-locked`. */
  lock(): Promise<void>;
  /** Lets others write; does nothing without a lock. */
  unlock(): Promise<void>;
  /**
   * Finishes or undoes what a killed run had begun; to be called before anything is read. Returns what
   * was done in words, null where nothing was. Throws HostenvError `snapshot-linked`, `snapshot-leftover`.
   */
  recover(): Promise<string | null>;
  /**
   * What `read` gives, and during which nobody replaced the folder: it is called again where somebody
   * did. Throws HostenvError `snapshot-locked` where that never ends.
   */
  steadily<T>(read: () => Promise<T>): Promise<T>;
  /** Texts of the files a plan writes, by name, those that exist and are no links. */
  read(): Promise<Record<string, string>>;
  /**
   * Replaces the files a plan writes, all or none, by these, of which one is their manifest; other files
   * of the folder stay. Needs the lock. Throws HostenvError `file-unusable` with the old set untouched.
   */
  write(files: Readonly<Record<string, string>>): Promise<void>;
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

/** The time of day. */
export interface Clock {
  now(): Date;
  /** Seconds since an arbitrary start; never jumps. */
  seconds(): number;
}

/** Tells a person what is going on. */
export interface Progress {
  /** A step begins; it replaces the one before. */
  step(text: string): void;
  /** Something the user should know, which stops nothing. */
  notice(text: string): void;
  /** Nothing is going on any more. */
  done(): void;
}

/** A pull request as GitHub has it now. */
export interface PullRequest {
  readonly number: number;
  /** The commit its branch points at. */
  readonly head: string;
  readonly labels: readonly string[];
}

/** A comment on a pull request. */
export interface PostedComment {
  readonly id: number;
  readonly authorId: number;
  readonly body: string;
  /** When it got its text, RFC 3339. */
  readonly updatedAt: string;
  readonly url: string;
}

/** A label given to a pull request that it still has. */
export interface GivenLabel {
  readonly label: string;
  readonly at: string;
  readonly by: { readonly id: number; readonly login: string };
}

/** A review that approves a commit. */
export interface ApprovingReview {
  readonly head: string;
  readonly by: GivenLabel["by"];
}

/** A commit's status. */
export interface CommitStatus {
  readonly context: string;
  readonly state: "success" | "failure" | "error";
  /** One line. */
  readonly description: string;
  readonly url: string | null;
}

/** A report that another run left. */
export interface StoredReport {
  readonly id: number;
  /** The head commit it is about, as GitHub tells it. */
  readonly head: string;
}

/**
 * The place where changes are reviewed. Every method throws HostenvError: `github-forbidden` where the
 * token may not, `github-limited`, `github-unreachable`, `github-rejected`.
 */
export interface Forge {
  /** Throws `pull-request-not-found`. */
  pullRequest(number: number): Promise<PullRequest>;
  /** The open pull request of a branch; null where there is none. */
  pullRequestOf(branch: { readonly owner: string; readonly name: string }): Promise<PullRequest | null>;
  /** Open pull requests, the latest first, 100 at most. */
  openPullRequests(): Promise<PullRequest[]>;
  /** Oldest first, page by page; a page is read when it is asked for. */
  comments(number: number): AsyncIterable<readonly PostedComment[]>;
  /** Written at most once, whatever happens on the way. `find` looks for it where the answer was lost. */
  createComment(
    number: number,
    body: string,
    find: () => Promise<PostedComment | null>,
  ): Promise<PostedComment>;
  editComment(id: number, body: string): Promise<PostedComment>;
  deleteComment(id: number): Promise<void>;
  addLabel(number: number, label: string): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** The latest giving of each of these labels. */
  givenLabels(number: number, labels: readonly string[]): Promise<GivenLabel[]>;
  /** Whether somebody may write to the repository. */
  mayWrite(user: GivenLabel["by"]): Promise<boolean>;
  /** Approving reviews, the latest first. */
  approvals(number: number): Promise<ApprovingReview[]>;
  setStatus(commit: string, status: CommitStatus): Promise<void>;
  /** Reports left under a name, the latest first, 100 at most. */
  reports(name: string): Promise<StoredReport[]>;
  /** A report's JSON, nothing of which is checked. Throws `artifact-unusable` where there is none in it. */
  report(id: number): Promise<JsonValue>;
}
