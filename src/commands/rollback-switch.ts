import type { Live } from "../domain/deploy/live.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { RollbackTarget } from "../domain/deploy/rollback.ts";
import { HostenvError } from "../errors.ts";
import type { Place, Target } from "../fleets/hostenv/deploy-targets.ts";
import type { Nodes, ProfileLink } from "../ports/nodes.ts";
import type { Progress } from "../ports/people.ts";
import { document } from "../render/json.ts";
import { toldOf } from "./deploy-judge.ts";

/** One profile that was, or would be, brought back. */
export interface RolledBack {
  readonly profile: string;
  readonly from: ProfileLink | null;
  readonly generation: number;
  /** What the link leads to afterwards; null where that is nothing, or not known. */
  readonly after: ProfileLink | null;
  readonly result: "rolled-back" | "unchanged" | "failed" | "unknown" | "dry-run";
  readonly problem: Problem | null;
}

/** What became of the profiles of a node. */
export interface Switched {
  readonly profiles: readonly RolledBack[];
  /** Why it could not be written down; null where it was. */
  readonly problem: Problem | null;
}

/** What bringing back needs of the world. */
export interface SwitchPorts {
  readonly nodes: Nodes;
  readonly progress: Progress;
  readonly isStopped: () => boolean;
}

/** What is to be brought back, and what the node says before. */
export interface SwitchGround {
  readonly target: Target;
  /** The system first. */
  readonly places: readonly Place[];
  readonly wish: RollbackTarget;
  readonly live: Live | null;
  /** Of what the node is to carry by the snapshot that lies here, as a hash. */
  readonly wantedSha256: string;
}

const STOPPED: Problem = {
  code: "stopped",
  message: "the run was told to end before its turn came",
  hint: "roll back again: what is there already stays",
};

/**
 * Makes generations the current ones, the system first, and writes down what came of it: before the first one that
 * profiles are rolled back, so that no deploy undoes it should the node, or this run, be lost on the way. Throws
 * HostenvError, as `Nodes` do, only as long as nothing was changed.
 */
export async function broughtBack(ground: SwitchGround, ports: SwitchPorts): Promise<Switched> {
  const { target, places, wish, live } = ground;
  const before = await ports.nodes.profiles(target, places);
  const isThere = ({ profile }: Place) => before[profile]?.generation === wish.generations[profile];
  const moving = places.filter((place) => !isThere(place)).map(({ profile }) => profile);
  if (moving.length > 0 && live !== null && !ports.isStopped())
    await ports.nodes.writeLive(target, document(marked(live, moving, ground)));
  const profiles: RolledBack[] = [];
  for (const place of places) {
    const { profile } = place;
    const from = before[profile] ?? null;
    const one = { profile, from, generation: wish.generations[profile] as number };
    const obstacle = isThere(place) ? null : obstacleTo(place, profiles, ports);
    if (isThere(place)) profiles.push({ ...one, after: from, result: "unchanged", problem: null });
    else if (obstacle) profiles.push({ ...one, after: from, result: "failed", problem: obstacle });
    else profiles.push({ ...one, ...(await switched(place, one.generation, target, ports)) });
  }
  const problem = moving.length > 0 ? await written(profiles, ground, ports) : null;
  return { profiles, problem };
}

// What an environment needs may be in the system that it was deployed with.
function obstacleTo(
  { profile }: Place,
  done: readonly RolledBack[],
  { isStopped }: Pick<SwitchPorts, "isStopped">,
): Problem | null {
  if (isStopped()) return STOPPED;
  const system = done.find((each) => each.profile === "system");
  if (profile === "system" || system === undefined || system.problem === null) return null;
  return {
    code: "rollback-failed",
    message: `${profile} stays as it is, since the system was not brought back`,
    hint: "roll back again once the system can be; or this environment alone, with --environment",
  };
}

async function switched(
  place: Place,
  generation: number,
  target: Target,
  { nodes, progress }: Pick<SwitchPorts, "nodes" | "progress">,
): Promise<Pick<RolledBack, "after" | "result" | "problem">> {
  progress.step(`bringing ${place.profile} on ${target.name} back to generation ${generation}`);
  const problem = await tried(() => nodes.rollBack(target, place, generation));
  let after: ProfileLink | null;
  try {
    after = (await nodes.profiles(target, [place]))[place.profile] ?? null;
  } catch (error) {
    return { after: null, result: "unknown", problem: problem ?? toldOf(error) };
  }
  const reached = after?.generation === generation;
  const result = reached && problem === null ? "rolled-back" : "failed";
  return { after, result, problem: problem ?? unreached(reached, place) };
}

async function tried(work: () => Promise<void>): Promise<Problem | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    return toldOf(error);
  }
}

function unreached(reached: boolean, { profile }: Place): Problem | null {
  if (reached) return null;
  return {
    code: "rollback-failed",
    message: `${profile} is not at the generation that was asked for`,
    hint: "look at the node: the generation may have been collected as garbage",
  };
}

// The next deploy must know that what the node carries is not what it says.
function marked(live: Live, profiles: readonly string[], { wish, wantedSha256 }: SwitchGround): Live {
  return {
    ...live,
    planId: null,
    rolledBack: [...new Set([...live.rolledBack, ...profiles])],
    // What lies here may be older, or newer, than what the node was deployed from.
    rolledBackFrom: live.wantedSha256 ?? wantedSha256,
    rolledBackTo: wish.planId,
    wantedSha256: live.wantedSha256 ?? wantedSha256,
  };
}

// What could not be seen counts as brought back: a deploy that took it for drift would undo it.
async function written(
  profiles: readonly RolledBack[],
  ground: SwitchGround,
  { nodes }: Pick<SwitchPorts, "nodes">,
): Promise<Problem | null> {
  const { live, target } = ground;
  if (live === null) return null;
  const changed = profiles.filter(
    ({ from, after, result }) =>
      result === "unknown" || (after !== null && after.generation !== from?.generation),
  );
  const links = changed.flatMap(({ profile, after }) =>
    after === null ? [] : [[profile, { storePath: after.storePath, generation: after.generation }] as const],
  );
  const names = changed.map(({ profile }) => profile);
  const next = names.length === 0 ? live : marked(live, names, ground);
  const text = document({ ...next, profiles: { ...live.profiles, ...Object.fromEntries(links) } });
  return await nodes.writeLive(target, text).then(
    () => null,
    (error: unknown) => toldOf(error),
  );
}
