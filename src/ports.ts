import type { JsonValue } from "./domain/json.ts";

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
  /** Folders, relative to the flake, whose files belong to the plan's identity. */
  readonly sourceFolders: { readonly nodes: string; readonly secrets: string };
  /** Where the flake read its state, relative to it. */
  readonly stateFile: string;
}

/** Evaluates provider flakes. */
export interface Evaluator {
  /** Throws HostenvError with the planner's own code, or `command-failed` where Nix says something unknown. */
  evaluate(tree: Tree, system: string): Promise<Evaluation>;
  /** The evaluator's version as it prints it, null where it is not installed. */
  version(): Promise<string | null>;
}

/** Copies of a provider's tracked files, as they are now or were at a commit. */
export interface Trees {
  /** The working tree with its uncommitted changes; `state` replaces state.json. */
  current(state: string | null): Promise<Tree>;
  /** The tree of a git reference, fetched where the clone is too shallow to hold it. Throws HostenvError `base-not-found`. */
  at(reference: string): Promise<Tree>;
  /** Paths below a folder of the provider that differ between a commit and HEAD. */
  edited(commit: string, folder: string): Promise<string[]>;
  /** Makes git know of new files, without their content; returns those it did not know. */
  track(paths: readonly string[]): Promise<string[]>;
  /** Whether the working tree's commit contains the commit; null where the clone is too shallow to tell. */
  contains(commit: string): Promise<boolean | null>;
  /** Removes every copy. */
  dispose(): Promise<void>;
}

/** Files the user names, and the snapshot folder. */
export interface Files {
  /** Parsed JSON. Throws HostenvError `file-not-found` or `file-not-json` naming the place. */
  readJson(path: string): Promise<JsonValue>;
  /** As `readJson`, null where the file does not exist; errors call it `name` where one is given. */
  readJsonIfThere(path: string, name?: string): Promise<JsonValue | null>;
  /** The text of a file, null where it does not exist. */
  readIfThere(path: string): Promise<string | null>;
  /** Hex SHA-256 of each file's content, in the order given. */
  hashes(root: string, paths: readonly string[]): Promise<string[]>;
  /** Replaces a file; its old content stays until the new one is complete. */
  write(path: string, text: string): Promise<void>;
  /** Replaces files of one folder, each complete; all are written before the first is replaced. */
  writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
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
