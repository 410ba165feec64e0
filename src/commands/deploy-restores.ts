import type { Problem } from "../domain/deploy/preflight.ts";
import { HostenvError } from "../errors.ts";
import { dataPlaceOf, type Target } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import type { Nodes } from "../ports/nodes.ts";
import type { Progress } from "../ports/people.ts";
import { asProblem, isInterruption, toldOf } from "./deploy-judge.ts";
import type { MigrateWishes, Prepared } from "./deploy-migrate.ts";

/**
 * What was prepared, with an error where a node has lost meanwhile what it was to restore: one that was started anew,
 * and an activation that finds none says that all is well. Its owner may have removed it, too: that holds up nobody
 * else.
 */
export async function stillLeft(
  target: Target,
  prepared: readonly Prepared[],
  side: HostenvSide,
  nodes: Nodes,
): Promise<Prepared[]> {
  const looked: Prepared[] = [];
  for (const each of prepared) {
    const error =
      each.snapshots === null ? each.error : await goneFrom(target, each.environment, side, nodes);
    looked.push({ ...each, error });
  }
  return looked;
}

async function goneFrom(
  target: Target,
  environment: string,
  side: HostenvSide,
  nodes: Nodes,
): Promise<HostenvError | null> {
  const left = await nodes.restoreLeft(target, dataPlaceOf(side.plan, environment)).catch(asProblem);
  if (left instanceof HostenvError && isInterruption(left)) throw left;
  if (left instanceof HostenvError) return left;
  if (left.length > 0) return null;
  return new HostenvError(
    "restore-gone",
    `what was left on ${target.name} for ${environment} to restore is gone: the node was started anew, or somebody removed it`,
    "it was not activated, and its old node goes on serving; deploy again",
  );
}

/**
 * Why environments that were activated have not restored what was brought for them, by environment: what began empty
 * must not be where visitors are led, however well it answers.
 */
export async function untakenOn(
  target: Target,
  prepared: readonly Prepared[],
  activated: ReadonlySet<string>,
  { side, wishes }: { readonly side: HostenvSide; readonly wishes: Pick<MigrateWishes, "ignoreErrors"> },
  { nodes, progress }: { readonly nodes: Nodes; readonly progress: Pick<Progress, "notice"> },
): Promise<ReadonlyMap<string, Problem>> {
  const brought = prepared.filter((each) => each.snapshots !== null && activated.has(each.environment));
  const problems = new Map<string, Problem>();
  for (const { environment } of brought) {
    const place = dataPlaceOf(side.plan, environment);
    const problem = await nodes
      .restoreLeft(target, place)
      .then((left) => (left.length > 0 ? notRestored(target.name, environment, left) : null), toldOf);
    if (problem === null) continue;
    if (!wishes.ignoreErrors) {
      problems.set(environment, problem);
      continue;
    }
    // A later activation must not restore it over what visitors write from now on.
    const kept = await nodes.restorePlan(target, place, null).then(() => null, toldOf);
    progress.notice(`${problem.message}; it goes on without, as was asked`);
    if (kept !== null) problems.set(environment, kept);
  }
  return problems;
}

function notRestored(node: string, environment: string, left: readonly string[]): Problem {
  return {
    code: "restore-left",
    message: `${environment} was activated on ${node} and has not restored ${left.join(", ")}`,
    hint:
      "its old node goes on serving; see in its project why the activation leaves restore/plan.json there, and deploy " +
      `again; or, where it needs none of that data: --skip-migrations ${environment}`,
  };
}
