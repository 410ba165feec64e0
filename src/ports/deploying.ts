import type { NodeTarget, ProfilePlace } from "./nodes.ts";

/** The local store and its way to those of the nodes. */
export interface Store {
  /** Builds derivations, all or none. Throws BuildError for the first whose builder failed. */
  build(drvPaths: readonly string[]): Promise<void>;
  /** Signs paths and all they need with a key in a file. Throws HostenvError `signing-failed`. */
  sign(paths: readonly string[], keyFile: string): Promise<void>;
  /**
   * Brings paths and all they need to a node. Throws HostenvError `signature-refused`, `node-disk-full`, or
   * `copy-failed` with what was said last.
   */
  copy(paths: readonly string[], node: NodeTarget): Promise<void>;
  /**
   * Builds derivations on a node, all or none: they alone are brought there, and nothing is built here. Throws
   * BuildError, HostenvError `remote-build-failed`, and what `copy` does.
   */
  buildOn(drvPaths: readonly string[], node: NodeTarget): Promise<void>;
  /** Ends what runs, and lets nothing else start. */
  dispose(): Promise<void>;
}

/** A profile that is to be activated. */
export interface Activation extends ProfilePlace {
  readonly storePath: string;
  /** An existing folder of the node without links on its way, where its confirmation is waited for. */
  readonly tempPath: string;
}

/** How an activation is done. */
export interface ActivationSettings {
  /** Only show what would be done on the node. */
  readonly dry: boolean;
  readonly magicRollback: boolean;
  readonly autoRollback: boolean;
  /** Whether the node built its paths itself, so that they are not in the local store. */
  readonly remoteBuild: boolean;
}

/** A profile whose activation was begun. */
export interface Begun {
  readonly profile: string;
  /** The last lines that came from the node: what the profile itself had to say. */
  readonly log: readonly string[];
}

/** How a call ended; it is no proof of what the node carries. */
export interface Activated {
  /** Exit code, or the signal that ended it. */
  readonly exit: number | string;
  /** In their order; of a call that failed, the last of them has failed. No profile can change what is here of others. */
  readonly begun: readonly Begun[];
  /** The last lines of the activator's own words. */
  readonly log: readonly string[];
}

/** Activates profiles on nodes. */
export interface Activator {
  /**
   * One after the other, up to the first that fails. Their paths are on the node already. Throws HostenvError
   * `deploy-rs-missing`.
   */
  activate(
    node: NodeTarget,
    profiles: readonly Activation[],
    settings: ActivationSettings,
  ): Promise<Activated>;
}
