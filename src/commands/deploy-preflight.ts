import { irreversible, type Problem, problemsOf } from "../domain/deploy/preflight.ts";
import type { DeployPlan } from "../fleets/hostenv/deploy-plan.ts";
import { buildsItself } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { type Looked, type LookPorts, lookAtOne, NODES_AT_ONCE } from "./deploy-look.ts";
import { pooled } from "./pooled.ts";

/** What decides whether nodes may be deployed. */
export interface PreflightWishes {
  readonly adopt: boolean;
  readonly remoteBuild: boolean;
  /** The public half of the key that signs, null where there is none. */
  readonly publicKey: string | null;
  readonly owner: string;
  readonly now: Date;
}

/** What preflight found of one node. */
export interface Preflight {
  readonly node: string;
  /** Why it is not deployed, worst first. */
  readonly problems: readonly Problem[];
  /** What can't be undone there; null where everything can. */
  readonly irreversible: string | null;
}

/** Looks once more at the nodes that are to be deployed, and tries every login. Changes nothing on them. */
export async function preflight(
  affected: readonly string[],
  looked: ReadonlyMap<string, Looked>,
  { plan, side }: { readonly plan: DeployPlan; readonly side: HostenvSide },
  wishes: PreflightWishes,
  ports: LookPorts,
): Promise<Map<string, Preflight>> {
  ports.progress.step(`checking ${affected.length} nodes`);
  const found = await pooled(affected, NODES_AT_ONCE, async (node) => {
    const before = looked.get(node) as Looked;
    if ("error" in before) return unreachable(node, before.error);
    const users = Object.keys(plan.situations.get(node)?.before.plan.environments ?? {});
    const again = await lookAtOne(before.target, side, users, ports.nodes);
    return "error" in again ? unreachable(node, again.error) : preflightOf(again, side, wishes);
  });
  return new Map(found.map((each) => [each.node, each]));
}

function unreachable(node: string, { code, message, hint }: Problem): Preflight {
  return { node, problems: [{ code, message, hint }], irreversible: null };
}

/** What a look at a node says of deploying it. */
export function preflightOf(
  { target, look, live }: Exclude<Looked, { error: unknown }>,
  side: HostenvSide,
  { remoteBuild, ...wishes }: PreflightWishes,
): Preflight {
  const node = target.name;
  const { system } = look.profiles;
  const found = {
    ...look,
    canGoBack: system ? system.activatable : null,
    isOurs: live !== null && Object.keys(live.profiles).length > 0,
  };
  const copies = !remoteBuild && !buildsItself(side.plan, node);
  return {
    node,
    problems: problemsOf(found, { ...wishes, node, copies }),
    irreversible: irreversible(found, node),
  };
}
