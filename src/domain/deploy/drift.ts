import { z } from "zod";
import type { Live } from "./live.ts";

/**
 * What is seen of a node, worst first. `unreachable`: it could not be asked; `busy`: a deploy works on it, so that
 * nothing can be said of it now.
 */
export const DRIFT = ["unreachable", "drifted", "rolled-back", "reboot-pending", "busy", "ok"] as const;

export type DriftStatus = (typeof DRIFT)[number];

const link = z.strictObject({ storePath: z.string(), generation: z.int().positive() });

const difference = z.strictObject({
  profile: z.string().describe("system, or the environment's user."),
  how: z
    .enum(["other", "earlier", "missing", "rolled-back", "unproved", "not-running"])
    .describe(
      "other: its link leads elsewhere; earlier: to a generation before; missing: there is none; rolled-back: " +
        "brought back by hand; unproved: its activation failed and could not be undone; not-running: the node runs " +
        "another system than its profile leads to.",
    ),
  expected: link.describe("What was last deployed."),
  found: link.nullable(),
});

const nodeDrift = z.strictObject({
  node: z.string(),
  status: z.enum(DRIFT),
  deployed: z
    .strictObject({ planId: z.string().nullable(), commit: z.string().nullable() })
    .nullable()
    .describe("What was last deployed there; null where nothing was, or where that is not known."),
  behind: z
    .boolean()
    .nullable()
    .describe("Whether the snapshot wants something else of it; null where that is not known."),
  differences: z.array(difference),
  rebootPending: z
    .boolean()
    .nullable()
    .describe("Whether another kernel waits for a reboot; null where that is not known."),
  busyWith: z.string().nullable().describe("Who deploys it now."),
  problem: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string() })
    .nullable()
    .describe("Why it could not be asked."),
});

/** `drift --json`. */
export const driftSchema = z.strictObject({
  schema: z.literal(1),
  planId: z.string().describe("Of the snapshot."),
  nodes: z.array(nodeDrift),
});

/** What was found out of one node. */
export type NodeDrift = z.infer<typeof nodeDrift>;

/** One profile that is not as it was deployed. */
export type Difference = NodeDrift["differences"][number];

type Link = z.infer<typeof link>;

/** What a node says of itself. */
export interface NodeSaid {
  readonly node: string;
  /** Null where nothing was deployed there by this tool. */
  readonly live: Live | null;
  /** Where links lead, of every profile that was deployed. */
  readonly links: Readonly<Record<string, Link | null>>;
  /** Whether it runs the system its profile leads to, and whether it must be booted for that; null where not known. */
  readonly running: { readonly isCurrent: boolean | null; readonly needsReboot: boolean | null };
  readonly busyWith: string | null;
  readonly behind: boolean | null;
}

/** Judges a node by what it says. */
export function driftOf({ node, live, links, running, busyWith, behind }: NodeSaid): NodeDrift {
  const differences = live === null ? [] : [...profilesIn(live, links), ...systemIn(live, running)];
  return {
    node,
    status: statusOf(live, differences, running.needsReboot, busyWith),
    deployed: live === null ? null : { planId: live.planId, commit: live.commit },
    behind,
    differences,
    rebootPending: running.needsReboot,
    busyWith,
    problem: null,
  };
}

/** A node that could not be asked. */
export function unreachable(node: string, problem: NodeDrift["problem"]): NodeDrift {
  return {
    ...{ node, status: "unreachable", deployed: null, behind: null, differences: [] },
    ...{ rebootPending: null, busyWith: null, problem },
  };
}

function profilesIn(live: Live, links: NodeSaid["links"]): Difference[] {
  return Object.entries(live.profiles).flatMap(([profile, expected]) => {
    const found = links[profile] ?? null;
    const how = howOf(live, profile, expected, found);
    return how === null ? [] : [{ profile, how, expected, found: found && linkOf(found) }];
  });
}

// What comes from a node has more to it than is told.
function linkOf({ storePath, generation }: Link): Link {
  return { storePath, generation };
}

function howOf(live: Live, profile: string, expected: Link, found: Link | null): Difference["how"] | null {
  if (found === null) return "missing";
  if (found.storePath !== expected.storePath)
    return found.generation < expected.generation ? "earlier" : "other";
  if (live.rolledBack.includes(profile)) return "rolled-back";
  return live.unproved.includes(profile) ? "unproved" : null;
}

// What is at another place already runs something else in any case.
function systemIn(live: Live, { isCurrent }: NodeSaid["running"]): Difference[] {
  const expected = live.profiles.system;
  return isCurrent === false && expected !== undefined
    ? [{ profile: "system", how: "not-running", expected, found: null }]
    : [];
}

const BACK: readonly Difference["how"][] = ["earlier", "rolled-back"];

function statusOf(
  live: Live | null,
  differences: readonly Difference[],
  needsReboot: boolean | null,
  busyWith: string | null,
): DriftStatus {
  if (busyWith !== null) return "busy";
  if (live === null || differences.some(({ how }) => !BACK.includes(how))) return "drifted";
  if (differences.length > 0) return "rolled-back";
  return needsReboot === true ? "reboot-pending" : "ok";
}

/** What nodes say together: 2 where one is not as it was deployed, else 1 where one could not be asked. */
export function driftExit(nodes: readonly NodeDrift[]): 0 | 1 | 2 {
  const found = new Set(nodes.map(({ status }) => status));
  if (found.has("drifted") || found.has("rolled-back") || found.has("reboot-pending")) return 2;
  return found.has("unreachable") ? 1 : 0;
}

/** Whether no node at all could be asked, which is more likely a fault of who asks. */
export function isBlind(nodes: readonly NodeDrift[]): boolean {
  return nodes.length > 1 && nodes.every(({ status }) => status === "unreachable");
}
