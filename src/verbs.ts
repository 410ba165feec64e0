import { deployVerb, rollbackVerb } from "./verbs/deploy.ts";
import { dnsGateVerb } from "./verbs/dns-gate.ts";
import { doctorVerb } from "./verbs/doctor.ts";
import { driftVerb } from "./verbs/drift.ts";
import { goldenCheckVerb } from "./verbs/golden-check.ts";
import { nodesBuildVerb } from "./verbs/nodes.ts";
import { commentVerb, diffVerb, planVerb } from "./verbs/plan.ts";
import { projectProposeVerb, projectUpdateVerb } from "./verbs/project.ts";
import { snapshotCheckoutVerb, snapshotCommitVerb } from "./verbs/snapshot.ts";
import { stateListVerb, statePruneVerb } from "./verbs/state.ts";
import type { Verb } from "./verbs/verb.ts";

/** Every verb: the one table that the doors, the documentation and the tests read. */
export const VERBS = [
  planVerb,
  diffVerb,
  commentVerb,
  goldenCheckVerb,
  dnsGateVerb,
  deployVerb,
  rollbackVerb,
  driftVerb,
  snapshotCheckoutVerb,
  snapshotCommitVerb,
  projectUpdateVerb,
  projectProposeVerb,
  stateListVerb,
  statePruneVerb,
  nodesBuildVerb,
  doctorVerb,
] as const satisfies readonly Verb[];

/** The name of a verb. */
export type VerbName = (typeof VERBS)[number]["name"];
