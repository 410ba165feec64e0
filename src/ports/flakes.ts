import type { Derivation } from "../domain/derivations.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";

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
  /** The commit as others know it: the one below, where `snapshot checkout` laid a snapshot over it. */
  readonly source: string | null;
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
  /** How nodes are rolled back, by name, as the flake's `deploy.nodes` has it; empty where it has none. */
  rollbacks(
    tree: Tree,
  ): Promise<Readonly<Record<string, { readonly magic: boolean; readonly auto: boolean }>>>;
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
