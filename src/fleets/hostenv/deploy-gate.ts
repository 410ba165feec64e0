import { sha256 } from "../../domain/changes.ts";
import { type MoveStage, mustHold } from "../../domain/deploy/moves.ts";
import { entryOf, inOrder, type Memory } from "../../domain/dns/memory.ts";
import { byBytes, canonical } from "../../domain/json.ts";
import { sitesOf } from "./hostnames.ts";
import type { Plan } from "./schema.ts";

/**
 * Hex SHA-256 of what of the gate's memory is built into a node: which of its virtual hosts have no TLS, and
 * which environments stay there for now.
 */
export function gateConcerning(memory: Memory, plan: Plan, node: string): string {
  const here = new Set(
    sitesOf(plan)
      .filter((site) => site.node === node || memory.holds[site.environment] === node)
      .map(({ hostname }) => hostname),
  );
  const off = memory.off.filter((hostname) => here.has(hostname)).sort(byBytes);
  const holds = Object.keys(memory.holds)
    .filter((environment) => memory.holds[environment] === node)
    .sort(byBytes);
  return sha256(canonical({ off, holds }));
}

/**
 * The memory with which a deploy builds: an environment on its way stays on its old node until the world is led
 * to the new one, and has no TLS there before. Holds of moves that are over go.
 */
export function withMovesHeld(memory: Memory, stages: readonly MoveStage[], plan: Plan): Memory {
  const open = stages.filter(mustHold).map(({ move }) => move);
  const moving = new Map(open.map(({ name, to }) => [name, to]));
  const early = sitesOf(plan)
    .filter(({ environment, skipped }) => moving.has(environment) && skipped === null)
    .filter(({ hostname, node }) => entryOf(memory, hostname)?.node !== node)
    .map(({ hostname }) => hostname);
  return inOrder({
    ...memory,
    off: [...memory.off, ...early],
    holds: Object.fromEntries(open.map(({ name, from }) => [name, from])),
  });
}
