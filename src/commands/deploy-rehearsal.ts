import type { ProfileRun } from "../domain/deploy/results.ts";
import type { ActivationSettings } from "../ports/deploying.ts";
import type { NodeTarget, ProfileLink, ProfilePlace } from "../ports/nodes.ts";
import type { NodeBuild } from "./deploy-builds.ts";
import { activationOf, exitOf, type NodePorts, ownWordsOn, wordsOn } from "./deploy-node.ts";
import type { NodeResult } from "./deploy-wave.ts";

/** A node that is only to say what would be done. */
export interface Rehearsed {
  readonly target: NodeTarget;
  readonly before: Readonly<Record<string, ProfileLink | null>>;
  readonly places: readonly ProfilePlace[];
  readonly build: NodeBuild;
  readonly settings: ActivationSettings;
}

/**
 * Brings closures to a node and lets deploy-rs show there what activating them would do. Environments whose user
 * only the new system brings can't be asked before it is there.
 */
export async function rehearsal(
  { target, before, places, build, settings }: Rehearsed,
  { store, activator, clock, nodeProgress }: NodePorts,
): Promise<Omit<NodeResult, "wave">> {
  const started = clock.seconds();
  const differing = places.filter(({ profile }) => before[profile]?.storePath !== build[profile]);
  const askable = differing.filter(({ profile }) => profile === "system" || before[profile] != null);
  const activations = askable.map(activationOf({ build }));
  nodeProgress.at(target.name, "rehearsing");
  if (!settings.remoteBuild && activations.length > 0)
    await store.copy(
      activations.map(({ storePath }) => storePath),
      target,
    );
  const ended =
    activations.length === 0
      ? { exit: 0, begun: [], log: [] }
      : await activator.activate(target, activations, settings);
  const profiles = differing.map(({ profile }): ProfileRun => {
    const link = before[profile] ?? null;
    const wanted = build[profile] as string;
    const exit = exitOf(profile, ended);
    // What deploy-rs itself says of copying and building says nothing of what would be done.
    const log = exit === 0 ? ownWordsOn(profile, ended) : wordsOn(profile, ended);
    const said = { exit, log };
    return { profile, before: link, after: link, wanted, seconds: 0, ...said };
  });
  const nothing = { problem: null, prepared: [], lastBackups: {}, setAside: {}, checks: [] };
  return { node: target.name, profiles, ...nothing, seconds: clock.seconds() - started };
}
