import { type DeployReport, type HostReport, unchecked } from "../domain/deploy/report.ts";
import type { ProfileResult } from "../domain/deploy/results.ts";
import { counted } from "./words.ts";

type Result = DeployReport["result"];

/** What a wait for DNS costs. */
export const LEFT_BEHIND =
  "What visitors write there meanwhile does not come along: a last backup is made when the old node lets go.";

/** How a deploy ended, in words. */
export const ENDINGS: Readonly<Record<Result, string>> = {
  deployed: "deployed",
  "waiting-for-dns": "deployed, waiting for DNS",
  "held-back": "held back in part",
  nothing: "nothing to deploy",
  partial: "deploy failed in part",
  failed: "deploy failed",
  unreviewed: "not deployed: nobody reviewed it",
  superseded: "not deployed: a later commit takes its place",
  stopped: "deploy was stopped",
  "dry-run": "dry run",
};

/** The light that stands for it. */
export const LIGHTS: Readonly<Record<Result, string>> = {
  deployed: "✅",
  "waiting-for-dns": "🟠",
  "held-back": "🟠",
  nothing: "⚪",
  partial: "🔴",
  failed: "🔴",
  unreviewed: "🔴",
  superseded: "⚪",
  stopped: "🔴",
  "dry-run": "⚪",
};

const RESULTS: Readonly<Record<ProfileResult, string>> = {
  deployed: "deployed",
  unchanged: "unchanged",
  "deployed-unverified": "not answering",
  "rolled-back": "rolled back",
  failed: "failed",
  skipped: "not tried",
};

const HOST_RESULTS: Readonly<Record<HostReport["result"], string>> = {
  ok: "ok",
  partial: "failed in part",
  failed: "failed",
  unreachable: "unreachable",
  locked: "locked",
  skipped: "not begun",
};

/** `45 s`, `3 min 7 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What became of a node, in words. */
export function hostWord({ result }: HostReport): string {
  return HOST_RESULTS[result];
}

/** What became of a profile, in words. */
export function profileWord(result: ProfileResult): string {
  return RESULTS[result];
}

/** One line: how much was done, or what is not as wanted. */
export function sizeLine({ hosts, result }: DeployReport): string {
  if (result === "unreviewed") return "";
  const profiles = hosts.flatMap((host) => host.profiles);
  const wrong = [
    ...BAD.flatMap((word) => tallied(profiles, word)),
    ...(["failed", "unreachable", "locked", "skipped"] as const).flatMap((word) => hostTally(hosts, word)),
  ];
  if (wrong.length > 0) return wrong.join(" · ");
  const environments = profiles.filter(({ profile }) => profile !== SYSTEM).length;
  const parts = [
    ...(hosts.length > 0 ? [counted(hosts.length, "node")] : []),
    ...(environments > 0 ? [counted(environments, "environment")] : []),
  ];
  return parts.join(" · ");
}

const SYSTEM = "system";

const BAD = ["failed", "rolled-back", "deployed-unverified"] as const;

type Profiles = HostReport["profiles"];

function tallied(profiles: Profiles, result: ProfileResult): string[] {
  const found = profiles.filter((each) => each.result === result);
  const systems = found.filter(({ profile }) => profile === SYSTEM).length;
  const environments = found.length - systems;
  return [
    ...(systems > 0 ? [`${counted(systems, "system")} ${RESULTS[result]}`] : []),
    ...(environments > 0 ? [`${counted(environments, "environment")} ${RESULTS[result]}`] : []),
  ];
}

// A node whose profiles tell why it failed is not told of twice.
function hostTally(hosts: readonly HostReport[], result: HostReport["result"]): string[] {
  const found = hosts.filter((host) => host.result === result && host.profiles.length === 0);
  return found.length > 0 ? [`${counted(found.length, "node")} ${HOST_RESULTS[result]}`] : [];
}

/** What became of a node's system, in words. */
export function systemWord({ profiles }: HostReport): string {
  const system = profiles.find(({ profile }) => profile === SYSTEM);
  return system ? RESULTS[system.result] : "";
}

/** How many of a node's environments became what. */
export function environmentsLine({ profiles }: HostReport): string {
  const environments = profiles.filter(({ profile }) => profile !== SYSTEM);
  const counts = Object.entries(RESULTS).map(([result, word]) => {
    const count = environments.filter((each) => each.result === result).length;
    return count > 0 ? `${count} ${word}` : "";
  });
  return counts.filter((text) => text !== "").join(", ");
}

/** How many of a node's checks passed, and how many of its environments have none. */
export function checksLine(host: HostReport): string {
  const { verification } = host;
  const passed = verification.filter((check) => check.passed).length;
  const open = unchecked(host).length;
  const parts = [
    ...(verification.length > 0 ? [`${passed} of ${verification.length} passed`] : []),
    ...(open > 0 ? [`${open} not checked`] : []),
  ];
  return parts.join(", ");
}

/** Something that went otherwise than wanted. */
export interface Trouble {
  /** Whether it makes the deploy fail; otherwise it is good to know. */
  readonly isGrave: boolean;
  readonly host: string;
  /** The profile; null for the node itself. */
  readonly profile: string | null;
  /** Our word for it. */
  readonly what: string;
  /** Why, with what servers and clients say: to be escaped. */
  readonly why: string;
  /** What to do; "" where nothing is known. */
  readonly hint: string;
  readonly log: readonly string[];
}

/** What activating a profile would do, as deploy-rs' dry activation has it. */
export interface Rehearsal {
  readonly host: string;
  readonly profile: string;
  readonly log: readonly string[];
}

/** What the profiles of a dry run said that they would do; those that failed are troubles. */
export function rehearsals({ hosts, steps }: DeployReport): Rehearsal[] {
  if (steps === undefined) return [];
  return hosts.flatMap(({ host, profiles }) =>
    profiles
      .filter(({ result, log }) => result !== "failed" && log.length > 0)
      .map(({ profile, log }) => ({ host, profile, log })),
  );
}

/** All that went otherwise than wanted, worst first. */
export function troubles({ hosts }: DeployReport): Trouble[] {
  const found = hosts.flatMap((host) => [...ofNode(host), ...ofProfiles(host), ...ofChecks(host)]);
  return [...found.filter(({ isGrave }) => isGrave), ...found.filter(({ isGrave }) => !isGrave)];
}

function ofNode({ host, result, problem }: HostReport): Trouble[] {
  if (problem === null) return [];
  const what = result === "partial" ? "not finished" : HOST_RESULTS[result];
  return [{ isGrave: true, host, profile: null, what, why: problem.message, hint: problem.hint, log: [] }];
}

function ofProfiles({ host, profiles, verification }: HostReport): Trouble[] {
  return profiles
    .filter(({ result }) => ["rolled-back", "failed", "deployed-unverified"].includes(result))
    .map(({ profile, result, reason, log }) => {
      const failed = verification.filter(
        (check) => check.environment === profile && check.enforced && !check.passed,
      );
      const asked = failed.map((check) => `${check.check}: ${check.failures.join("; ")}${patience(check)}`);
      const why = asked.length > 0 && result === "deployed-unverified" ? asked.join("; ") : (reason ?? "");
      return { isGrave: true, host, profile, what: RESULTS[result], why, hint: hintFor(result), log };
    });
}

// The command line of it would hold a client's name.
function hintFor(result: ProfileResult): string {
  return result === "deployed-unverified"
    ? "the new generation stays: see its journal, or go back with `rollback`"
    : "";
}

function patience({ attempts, seconds }: HostReport["verification"][number]): string {
  return attempts > 1 ? ` (${attempts} attempts in ${Math.round(seconds)} s)` : "";
}

function ofChecks({ host, verification }: HostReport): Trouble[] {
  const minor = { isGrave: false, host, hint: "", log: [] };
  return verification.flatMap((check) => {
    const about = { ...minor, profile: check.environment };
    if (!check.passed && !check.enforced)
      return [
        {
          ...about,
          what: "not answering, which only warns",
          why: `${check.check}: ${check.failures.join("; ")}`,
        },
      ];
    return check.remark === null
      ? []
      : [{ ...about, what: "checked in part", why: `${check.check}: ${check.remark}` }];
  });
}
