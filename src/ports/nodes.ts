import type { JsonValue } from "../domain/json.ts";

/** Where an environment has its data on a node. */
export interface DataPlace {
  readonly user: string;
  readonly uid: number;
  /** Its folder below /run. */
  readonly runtimeDir: string;
  /** Absolute paths, in its home. */
  readonly folders: readonly string[];
}

/** A node and how it is reached. */
export interface NodeTarget {
  readonly name: string;
  /** The SSH address: a name or an IP address. */
  readonly host: string;
  /** SSH options of the plan, checked against the allow-list. */
  readonly sshOptions: readonly string[];
  /** Who deploys the system: may use sudo without a password. */
  readonly deployUser: string;
}

/** Where a profile's link lies on a node, and whose it is. */
export interface ProfilePlace {
  /** `system`, or the environment's user. */
  readonly profile: string;
  /** Absolute path of the link. */
  readonly path: string;
  /** Who owns it: `root`, or the environment's user. */
  readonly user: string;
}

/** What a profile's link leads to. */
export interface ProfileLink {
  readonly storePath: string;
  readonly generation: number;
  /** Whether deploy-rs can activate it again: what the next activation falls back to when it fails. */
  readonly activatable: boolean;
  /** Whether the same holds of the generation before it; false where there is none. */
  readonly canRollBack: boolean;
}

/** Who works on a node. */
export interface NodeLock {
  /** Words for people, different for each run: which run, where. One line of at most 500 characters. */
  readonly owner: string;
  /** RFC 3339, by the node's clock. */
  readonly since: string;
  readonly expires: string;
}

/** What a look at a node finds; nothing on the node is changed by it. */
export interface NodeLook {
  /** ID of /etc/os-release. */
  readonly os: string;
  /** Free bytes of the store's file system. */
  readonly freeBytes: number;
  /** Keys that the node's Nix accepts signatures of; null where it does not tell. */
  readonly trustedKeys: readonly string[] | null;
  /** Why an environment's user can't log in, and what to do; null where it can. Has only users that are there. */
  readonly logins: Readonly<Record<string, string | null>>;
  /** Users that were asked for and that the node does not have: activating its system makes them. */
  readonly missingUsers: readonly string[];
  /** Who else has the uid of an environment's user there, by that user. */
  readonly takenUids: Readonly<Record<string, string>>;
  /** By name; null where there is no such link yet. */
  readonly profiles: Readonly<Record<string, ProfileLink | null>>;
  /** Parsed deployed.json, null where there is none. */
  readonly live: JsonValue | null;
  /** Who holds it; null where nobody does, or not any more. */
  readonly lock: NodeLock | null;
}

/** What a node runs, beside what its links lead to; null where it does not tell. */
export interface Running {
  /** Whether it runs the system that its profile leads to. */
  readonly isCurrent: boolean | null;
  /** Whether that system has another kernel than the one that was booted. */
  readonly needsReboot: boolean | null;
}

/** Nodes as far as they tell what they run. */
export interface RunningSystems {
  /** Throws HostenvError as all of `Nodes` do. */
  running(node: NodeTarget): Promise<Running>;
}

/** What to look for on a node. */
export interface LookAt {
  readonly profiles: readonly ProfilePlace[];
  /** Environment users whose login is tried. */
  readonly users: readonly string[];
  /** Uids of environments' users, whether they are there already or not. */
  readonly uids: Readonly<Record<string, number>>;
}

/** A backup that was made for a move. */
export interface BackupDone {
  /** The unit's name that was really run: without `-migrate` where there is no such unit. */
  readonly name: string;
  readonly snapshot: string;
}

/**
 * Nodes, reached by SSH with pinned host keys. Every method throws HostenvError: `host-key-unknown`,
 * `host-key-changed` (with both fingerprints), `node-unreachable`, `login-refused`, `node-command`
 * with the last lines of what the node said, `node-answer` for an answer that is none.
 */
export interface Nodes {
  look(node: NodeTarget, at: LookAt): Promise<NodeLook>;
  /** Parsed deployed.json alone, null where there is none: what a look finds besides takes longer. */
  live(node: NodeTarget): Promise<JsonValue | null>;
  /**
   * Takes the node's lock, and again before it expires as long as this process lives; the other holder where there
   * is one. The same owner takes it again.
   */
  lock(node: NodeTarget, owner: string, seconds: number): Promise<NodeLock | null>;
  /** Gives the lock back, if it is still this owner's. */
  unlock(node: NodeTarget, owner: string): Promise<void>;
  /**
   * Makes the folders that these profiles and deploy-rs need (`canaryFolder`), and removes canaries of
   * earlier, broken activations. A profile's user must be there: those of new environments are once the
   * system is activated.
   */
  prepare(node: NodeTarget, profiles: readonly ProfilePlace[]): Promise<void>;
  /** What the links lead to now. */
  profiles(
    node: NodeTarget,
    places: readonly ProfilePlace[],
  ): Promise<Readonly<Record<string, ProfileLink | null>>>;
  /**
   * Replaces deployed.json: the old one stays until the new one is complete. Throws also HostenvError `node-locked`
   * where the lock is somebody else's by now: what they wrote stays.
   */
  writeLive(node: NodeTarget, text: string): Promise<void>;
  /**
   * Runs a backup as the environment's user and gives the snapshot that this very run made. Throws also
   * HostenvError `backup-missing` without such a unit, `backup-failed`, `backup-snapshot`.
   */
  backup(node: NodeTarget, user: string, name: string): Promise<BackupDone>;
  /**
   * Leaves `<runtimeDir>/restore/plan.json`, 0600 and the environment's own, for its next activation; null
   * removes it. The user need not be there yet.
   */
  restorePlan(node: NodeTarget, place: DataPlace, plan: JsonValue | null): Promise<void>;
  /**
   * The backups that a restore plan still names: an activation removes from it what it has restored. Empty where
   * there is none.
   */
  restoreLeft(node: NodeTarget, place: DataPlace): Promise<readonly string[]>;
  /**
   * Renames what an environment has on a node, so that what is restored there comes to an empty place: projects keep
   * data that they find. `before` is of an earlier stay and stays; a `copy` takes the place of an earlier copy. What
   * the environment runs is ended meanwhile. Gives the new paths, none where there was nothing.
   */
  setAside(node: NodeTarget, place: DataPlace, as: "before" | "copy"): Promise<readonly string[]>;
  /**
   * Makes another generation of a profile the current one and activates it. Where that fails the one before
   * is made current and activated again, and it throws HostenvError `rollback-failed`.
   */
  rollBack(node: NodeTarget, place: ProfilePlace, generation: number): Promise<void>;
  /** Last lines of a failing unit, the user's own where one is named; empty where there is nothing to say. */
  lastLines(node: NodeTarget, user: string | null): Promise<readonly string[]>;
  /** Ends connections that are kept open. */
  dispose(): Promise<void>;
}
