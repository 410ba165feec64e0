import type { CheckRun } from "./verification.ts";

/** What a profile's link leads to. */
interface Link {
  readonly storePath: string;
  readonly generation: number;
  /** Whether deploy-rs can activate it again. */
  readonly activatable: boolean;
}

/** What was done to one profile, and what is found there. */
export interface ProfileRun {
  /** `system`, or the environment's user. */
  readonly profile: string;
  readonly before: Link | null;
  /** Null where there is no link; absent where it could not be read. */
  readonly after?: Link | null;
  readonly wanted: string;
  /** How the call that activated it ended, a signal by its name; null where none was made. */
  readonly exit: number | string | null;
  /** Whether the node had begun to activate it; absent where that is not known. */
  readonly began?: boolean;
  readonly seconds: number;
  /** Last lines of the call, or of the unit that failed. */
  readonly log: readonly string[];
}

/** What became of a profile. */
export type ProfileResult =
  | "deployed"
  | "unchanged"
  | "rolled-back"
  | "failed"
  | "skipped"
  | "deployed-unverified";

/** A profile with what became of it. */
export interface JudgedProfile {
  readonly profile: string;
  readonly result: ProfileResult;
  /** What it runs now, null where that is nothing or not known. */
  readonly storePath: string | null;
  readonly seconds: number;
  /** Why it is not as wanted, or what must be known although it is; null where there is nothing to say. */
  readonly reason: string | null;
  readonly log: readonly string[];
}

/**
 * Judges a profile by what its link leads to: an exit code alone proves nothing, since deploy-rs ends with 0 after
 * some rollbacks and with 1 after some successes.
 */
export function judgedProfile(run: ProfileRun): JudgedProfile {
  const { profile, after, seconds, log } = run;
  const [result, reason] = verdict(run);
  return {
    profile,
    result,
    storePath: after?.storePath ?? null,
    seconds,
    reason,
    log: reason === null ? [] : log,
  };
}

/** Judges a profile that was only rehearsed: its link is to be where it was. What it would do is in its log. */
export function rehearsedProfile(run: ProfileRun): JudgedProfile {
  const { profile, before, wanted, exit, seconds, log } = run;
  const isFine = exit === null || exit === 0;
  const result = !isFine ? "failed" : before?.storePath === wanted ? "unchanged" : "skipped";
  const reason = isFine ? null : `the rehearsal ended with ${ending(exit)}`;
  return { profile, result, storePath: before?.storePath ?? null, seconds, reason, log };
}

type Verdict = readonly [ProfileResult, string | null];

function verdict(run: ProfileRun): Verdict {
  const { before, after, wanted, exit } = run;
  if (after === undefined) {
    return exit === null
      ? ["skipped", null]
      : ["failed", "what it runs now could not be read from the node: the next deploy looks again"];
  }
  if (exit === null) return [after?.storePath === wanted ? "unchanged" : "skipped", null];
  if (after?.storePath === wanted) return exit === 0 ? ["deployed", null] : ["failed", unproved(run)];
  if (after === null)
    return [
      "failed",
      before ? "its link is gone" : `nothing is active: the first activation failed, ${NO_WAY_BACK}`,
    ];
  if (after.storePath === before?.storePath) return wentBack(run);
  return ["failed", strange(run, after)];
}

const NO_WAY_BACK = "and there is no earlier generation to go back to";

// A link is set before its activation, and set back by a rollback that may itself fail.
function unproved({ before, exit }: ProfileRun): string {
  const ended = `the activation ended with ${ending(exit)}`;
  return before === null || !before.activatable
    ? `${ended}, ${NO_WAY_BACK}: what failed stays the current one`
    : `${ended}, and the link leads to the new generation: whether that runs is not proved, the next deploy activates it again`;
}

function wentBack({ exit, began, before }: ProfileRun): Verdict {
  const runs = `generation ${before?.generation} is the current one`;
  if (exit !== 0 && began === false) return ["failed", `it was not activated (${ending(exit)}): ${runs}`];
  const ended =
    exit === 0 ? "the activation ended as if all were well" : `the activation ended with ${ending(exit)}`;
  return ["rolled-back", `${ended}, and ${runs}`];
}

function strange({ before }: ProfileRun, after: Link): string {
  const now = `it runs generation ${after.generation}, ${after.storePath}`;
  return before && after.generation < before.generation
    ? `it was rolled back further than to where it was: ${now}`
    : `${now}, which is neither what was there nor what was to come: somebody else deployed meanwhile`;
}

function ending(exit: ProfileRun["exit"]): string {
  return typeof exit === "string" ? exit : `exit code ${exit}`;
}

/** A profile, with what its environment's checks say; a check that only warns changes nothing. */
export function withChecks(profile: JudgedProfile, checks: readonly CheckRun[]): JudgedProfile {
  const isThere = profile.result === "deployed" || profile.result === "unchanged";
  const failing = checks.filter(
    ({ environment, passed, enforced }) => environment === profile.profile && enforced && !passed,
  );
  if (!isThere || failing.length === 0) return profile;
  return { ...profile, result: "deployed-unverified", reason: "it does not answer as its checks want" };
}

/** Whether a profile is as it is to be. */
export function isGood({ result }: Pick<JudgedProfile, "result">): boolean {
  return result === "deployed" || result === "unchanged";
}

/** Why a node was left as it was, or not finished. */
export interface NodeProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * What became of a node. `partial`: some of its profiles are as wanted, and something is not; `skipped`: its
 * turn never came.
 */
export type HostResult = "ok" | "partial" | "failed" | "unreachable" | "locked" | "skipped";

/** What became of a node whose turn came. */
export function hostResult(profiles: readonly JudgedProfile[], problem: NodeProblem | null): HostResult {
  const good = profiles.filter(isGood).length;
  if (good === profiles.length && problem === null) return "ok";
  if (good > 0) return "partial";
  if (problem?.code === "node-locked") return "locked";
  // Nothing was changed there, and the next run finds it as it was.
  return profiles.length === 0 && problem?.code === "node-unreachable" ? "unreachable" : "failed";
}

/** How a deploy as a whole ended. */
export const DEPLOY_RESULTS = [
  "deployed",
  "waiting-for-dns",
  "held-back",
  "nothing",
  "partial",
  "failed",
  "unreviewed",
  "superseded",
  "stopped",
  "dry-run",
] as const;

export type DeployResult = (typeof DEPLOY_RESULTS)[number];

interface Judged {
  readonly result: HostResult;
  readonly profiles: readonly { readonly result: ProfileResult }[];
}

/** A result seen together with what became of the nodes, and of visitors of moved environments. */
export function wholeResult(told: DeployResult, hosts: readonly Judged[], waiting: number): DeployResult {
  // Nodes whose turn never came belong to the later run.
  const isOvertaken =
    told === "superseded" && hosts.every(({ result }) => result === "ok" || result === "skipped");
  if (isOvertaken || ["nothing", "unreviewed", "stopped", "dry-run"].includes(told)) return told;
  if (hosts.every(({ result }) => result === "ok")) {
    // What went wrong beside the nodes, such as a zone that could not be written.
    if (told === "failed" && hosts.length > 0) return "partial";
    return told === "deployed" && waiting > 0 ? "waiting-for-dns" : told;
  }
  return hosts.some(({ profiles }) => profiles.some(isGood)) ? "partial" : "failed";
}

/** 2 where something that was to be done is not, 0 where there is nothing that a person must look at now. */
export function exitCodeOf(result: DeployResult): 0 | 2 {
  return ["deployed", "waiting-for-dns", "held-back", "nothing", "superseded", "dry-run"].includes(result)
    ? 0
    : 2;
}

/** Nodes that a next run must visit, in the order of their waves. */
export function nodesLeft(
  hosts: readonly { readonly host: string; readonly wave: number; readonly result: HostResult }[],
): string[] {
  return hosts
    .filter(({ result }) => result !== "ok")
    .toSorted((left, right) => left.wave - right.wave)
    .map(({ host }) => host);
}
