import { verificationOf } from "../domain/deploy/checks.ts";
import { leftBy, mustHold, nextStep } from "../domain/deploy/moves.ts";
import type { DeployReport } from "../domain/deploy/report.ts";
import { stepsOn } from "../domain/deploy/steps.ts";
import type { JsonValue } from "../domain/json.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import type { DeployEnd } from "./deploy.ts";

type Rehearsal = Pick<DeployEnd, "waves" | "nodes" | "plan" | "wanted">;

/** What a deploy that was only rehearsed would do, node by node in the order of its waves. */
export function rehearsedSteps(end: Rehearsal): NonNullable<DeployReport["steps"]> {
  return end.waves.flatMap((hosts, index) =>
    hosts.map((host) => ({ host, wave: index + 1, steps: stepsAt(host, end).map((step) => [...step]) })),
  );
}

function stepsAt(host: string, { nodes, plan, wanted }: Rehearsal) {
  const run = nodes.find(({ node }) => node === host);
  const differing = (run?.profiles ?? []).filter(({ before, wanted: path }) => before?.storePath !== path);
  return stepsOn({
    profiles: differing.map(({ profile, before }) => ({
      profile,
      from: before?.generation ?? null,
      canGoBack: before?.activatable ?? false,
    })),
    arriving: plan.moves
      .filter((stage) => stage.move.to === host && nextStep(stage) !== "drop")
      .map(({ move, restored }) => ({ environment: move.name, from: move.from, restores: !restored })),
    leaving: plan.moves
      .filter((stage) => leftBy(stage).includes(host))
      .map((stage) => ({ environment: stage.move.name, to: stage.move.to, isHeld: mustHold(stage) })),
    removed: plan.removed.filter(({ node }) => node === host).map(({ environment }) => environment),
    checked: checkedOn(host, wanted),
  });
}

function checkedOn(host: string, { plan }: HostenvSide): number {
  const here = Object.entries(plan.environments).filter(([, { node, enable }]) => node === host && enable);
  return here.filter(([name, environment]) => {
    const { deploymentVerification: given } = environment as { deploymentVerification?: JsonValue };
    const { enable, checks, malformed } = verificationOf(name, given);
    return (enable && checks.length > 0) || malformed.length > 0;
  }).length;
}
