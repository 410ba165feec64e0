import type { Live } from "../domain/deploy/live.ts";
import type { MoveStage } from "../domain/deploy/moves.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { Memory } from "../domain/dns/memory.ts";
import type { DeployPlan } from "../fleets/hostenv/deploy-plan.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import type { BuildsPorts } from "./deploy-builds.ts";
import type { Looked } from "./deploy-look.ts";
import type { NodePorts } from "./deploy-node.ts";
import type { Preflight } from "./deploy-preflight.ts";
import type { Deployable } from "./deploy-snapshot.ts";
import type { NodeResult } from "./deploy-wave.ts";

/** A hostname of a moved environment that still leads to the old node, and what its owner must set. */
export interface Waiting {
  readonly environment: string;
  readonly hostname: string;
  readonly from: string;
  readonly to: string;
  /** The record to set, as a zone file has it. */
  readonly record: string;
  readonly why: string;
}

/** What became of leading visitors to where environments are now. */
export interface Led {
  readonly memory: Memory;
  /** Environments all of whose hostnames lead to their new node. */
  readonly switched: readonly string[];
  readonly waiting: readonly Waiting[];
  /** Records that are ours to write, and that could not be written. */
  readonly troubles: readonly Problem[];
}

/** What became of the certificates of what has moved. */
export interface Secured {
  /** Environments that lack none. */
  readonly secured: ReadonlySet<string>;
  /** Virtual hosts that lack theirs. */
  readonly lacking: readonly {
    readonly environment: string;
    readonly hostname: string;
    /** What DNS says against it; null where that is nothing. */
    readonly why: string | null;
  }[];
}

/** What a deploy needs of the world from its first wave on. */
export interface LoopPorts extends NodePorts, BuildsPorts {
  /** Whether a later commit is to be deployed instead. */
  readonly isSuperseded: () => Promise<boolean>;
  /** Asks the sites of a node's environments. */
  readonly verify: (node: string, memory: Memory, side: HostenvSide) => Promise<NodeResult["checks"]>;
  /** Leads visitors of environments that have arrived to their new node, where that is ours to do. */
  readonly lead: (moves: readonly MoveStage[], memory: Memory, side: HostenvSide) => Promise<Led>;
  /** Which of these environments are served with valid certificates by their new node, for all that want one. */
  readonly secured: (moves: readonly MoveStage[], memory: Memory, side: HostenvSide) => Promise<Secured>;
  /** Keeps what builds are made with beside the snapshot. */
  readonly remember: (memory: string) => Promise<void>;
}

/** What a loop starts from. */
export interface LoopGround {
  readonly snapshot: Deployable;
  readonly memory: Memory;
  readonly looked: ReadonlyMap<string, Looked>;
  readonly lives: ReadonlyMap<string, Live | null>;
  readonly plan: DeployPlan;
  readonly waves: readonly (readonly string[])[];
  readonly preflight: ReadonlyMap<string, Preflight>;
  readonly owner: string;
  readonly keyFile: string | null;
  readonly inputs: {
    readonly remoteBuild: boolean;
    readonly skipVerification: boolean;
    readonly skipMigrations: readonly string[];
    readonly migrationSource: readonly string[];
    readonly ignoreMigrationErrors: boolean;
    readonly maxFailures: number;
  };
}
