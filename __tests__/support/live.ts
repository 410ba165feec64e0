import type { Live, MoveStep } from "../../src/domain/deploy/live.ts";
import type { DeployGround } from "../../src/fleets/hostenv/deploy-plan.ts";
import { type HostenvSide, hostsOf } from "../../src/fleets/hostenv/facts.ts";
import { factsFrom, partOf } from "../../src/fleets/hostenv/live.ts";

/** What a node says that was deployed as a whole from this side. */
export function liveOf(side: HostenvSide, node: string, more: Partial<Live> = {}): Live {
  const names = ["system", ...Object.keys(partOf(side, node).plan.environments)];
  return {
    schema: 1,
    planId: "a".repeat(64),
    commit: "c".repeat(40),
    gateSha256: GATE,
    facts: factsFrom(partOf(side, node)),
    profiles: Object.fromEntries(
      names.map((name) => [name, { storePath: pathOf(node, name), generation: 1 }]),
    ),
    steps: [],
    rolledBack: [],
    rolledBackFrom: null,
    rolledBackTo: null,
    wantedSha256: null,
    unproved: [],
    unanswered: [],
    history: [],
    ...more,
  };
}

/** The hash of a gate that has nothing to say. */
export const GATE = "0".repeat(64);

/** Where a test's profile lies in the store. */
export const pathOf = (node: string, profile: string) => `/nix/store/${node}-${profile}`;

/** A ground on which every node was deployed from `live` and is to be deployed from `wanted`. */
export function groundOf(
  live: HostenvSide,
  wanted: HostenvSide,
  lives: Readonly<Record<string, Live | null>> = {},
): DeployGround {
  const nodes = [...new Set([...hostsOf(live.plan), ...hostsOf(wanted.plan)])];
  const known = new Map(nodes.map((node) => [node, liveOf(live, node) as Live | null]));
  for (const [node, given] of Object.entries(lives)) known.set(node, given);
  return {
    wanted,
    lives: known,
    links: new Map([...known].map(([node, each]) => [node, linksOf(each)])),
    gates: new Map(nodes.map((node) => [node, GATE])),
    sources: new Map(),
  };
}

function linksOf(live: Live | null): Record<string, string> {
  const profiles = Object.entries(live?.profiles ?? {});
  return Object.fromEntries(profiles.map(([name, { storePath }]) => [name, storePath]));
}

/** A step of a move, as a journal has it. */
export function stepOf(
  environment: string,
  from: string,
  to: string,
  step: MoveStep["step"],
  snapshots: Readonly<Record<string, string>> = {},
): MoveStep {
  return { environment, from, to, step, snapshots: { ...snapshots }, at: "2026-01-01T00:00:00.000Z" };
}
