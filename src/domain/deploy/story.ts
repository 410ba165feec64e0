import type { DeployReport, HostReport } from "./report.ts";
import {
  type DeployResult,
  exitCodeOf,
  hostResult,
  type JudgedProfile,
  judgedProfile,
  type NodeProblem,
  nodesLeft,
  type ProfileRun,
  rehearsedProfile,
  wholeResult,
  withChecks,
} from "./results.ts";
import type { Unreviewed } from "./reviewed.ts";
import type { CheckRun } from "./verification.ts";

/** What a deploy found of a node whose turn came. */
export interface NodeRun {
  readonly node: string;
  readonly wave: number;
  readonly problem: NodeProblem | null;
  readonly profiles: readonly ProfileRun[];
  readonly checks: readonly CheckRun[];
  /** Snapshots of environments that were removed, by environment and backup. */
  readonly lastBackups: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where data is now that was in the way of what was restored, by environment. */
  readonly setAside: Readonly<Record<string, readonly string[]>>;
  readonly seconds: number;
}

/** What a deploy was to do, and what it found. */
export interface DeployStory
  extends Pick<DeployReport, "provider" | "planId" | "commit" | "toolVersion" | "seconds">,
    Partial<
      Pick<
        DeployReport,
        "environments" | "waitingForDns" | "heldBack" | "awaited" | "standing" | "notices" | "steps"
      >
    > {
  readonly unreviewed?: Unreviewed;
  /** How the deploy itself says that it ended. */
  readonly told: DeployResult;
  readonly waves: readonly (readonly string[])[];
  readonly nodes: readonly NodeRun[];
}

/** The report of a deploy; `resume` gives what to run for the nodes that are left. */
export function deployReport(story: DeployStory, resume: (nodes: readonly string[]) => string): DeployReport {
  const { told, waves, nodes, unreviewed, ...rest } = story;
  const runs = new Map(nodes.map((run) => [run.node, run]));
  const hosts = waves.flatMap((names, index) =>
    names.map((name) => hostReport(name, index + 1, runs.get(name) ?? null, told === "dry-run")),
  );
  return settled(
    {
      schema: 1,
      environments: [],
      waitingForDns: [],
      heldBack: [],
      awaited: [],
      standing: [],
      unreviewed: {
        changes: (unreviewed?.changes ?? []).map((change) => ({ ...change })),
        pins: (unreviewed?.pinMoves ?? []).map((move) => ({ ...move })),
      },
      notices: [],
      ...rest,
      result: told,
      hosts,
      resume: null,
    },
    resume,
  );
}

function settled(report: DeployReport, resume: (nodes: readonly string[]) => string): DeployReport {
  const { hosts, waitingForDns } = report;
  const result = wholeResult(report.result, hosts, waitingForDns.length);
  const left = nodesLeft(hosts);
  const isOver = exitCodeOf(result) === 0 || result === "unreviewed" || left.length === 0;
  return { ...report, result, resume: isOver ? null : resume(left) };
}

function hostReport(host: string, wave: number, run: NodeRun | null, isDry: boolean): HostReport {
  if (run === null)
    return {
      host,
      wave,
      result: "skipped",
      problem: null,
      seconds: 0,
      profiles: [],
      verification: [],
      lastBackups: [],
      setAside: [],
    };
  const judge = isDry ? rehearsedProfile : judgedProfile;
  const profiles = run.profiles.map((each) => mutable(withChecks(judge(each), run.checks)));
  const lastBackups = Object.entries(run.lastBackups).flatMap(([name, snapshots]) =>
    Object.entries(snapshots).map(([backup, snapshot]) => ({ environment: name, backup, snapshot })),
  );
  const setAside = Object.entries(run.setAside).flatMap(([name, paths]) =>
    paths.map((path) => ({ environment: name, path })),
  );
  return {
    host,
    wave,
    result: isDry ? rehearsedHost(profiles, run.problem) : hostResult(profiles, run.problem),
    problem: run.problem && { ...run.problem },
    seconds: run.seconds,
    profiles,
    verification: run.checks.map((each) => ({ ...each, failures: [...each.failures] })),
    lastBackups,
    setAside,
  };
}

// Of what was only rehearsed nothing is as wanted, and nothing wrong.
function rehearsedHost(
  profiles: readonly JudgedProfile[],
  problem: NodeProblem | null,
): HostReport["result"] {
  if (problem) return hostResult([], problem);
  return profiles.some(({ result }) => result === "failed") ? "failed" : "ok";
}

function mutable(judged: JudgedProfile): HostReport["profiles"][number] {
  return { ...judged, log: [...judged.log] };
}
