import { byBytes } from "../json.ts";
import type { DeployedEnvironment, DeployReport, HostReport } from "./report.ts";

/** Something GitHub shows a deployment of. */
export interface Announcement {
  /** GitHub's name for it, by which its deployments are told from those of others. */
  readonly environment: string;
  /** The environments that it stands for. */
  readonly covers: readonly string[];
  readonly description: string;
  readonly url: string | null;
  readonly isProduction: boolean;
  /** Whether it will cease to exist one day, as what stands for a branch does. */
  readonly isTransient: boolean;
}

/** How one ended. */
export interface AnnouncedEnd {
  readonly state: "success" | "failure";
  readonly description: string;
}

/**
 * More deployments than this would use up what a token may write in an hour (500 times), at three to four times
 * each: then one stands for a node, and after that one for all.
 */
export const MOST_DEPLOYMENTS = 100;

/** GitHub takes no longer names of environments, and no longer descriptions, in characters. */
const LONGEST_NAME = 255;
const LONGEST_DESCRIPTION = 140;

/**
 * What is announced of the environments that a deploy changes. `provider` is its folder, which keeps several
 * providers of one repository apart.
 */
export function announcements(
  environments: readonly DeployedEnvironment[],
  provider: string,
): Announcement[] {
  const changed = environments.filter((each) => each.changed);
  if (changed.length <= MOST_DEPLOYMENTS) return ofEnvironments(changed, provider);
  const hosts = [...new Set(changed.map(({ host }) => host))].sort(byBytes);
  const ofHost = (host: string) => changed.filter((each) => each.host === host);
  if (hosts.length <= MOST_DEPLOYMENTS)
    return hosts.map((host) => together(`node/${host}`, `environments of ${host}`, ofHost(host), provider));
  return [together("all nodes", `environments of ${hosts.length} nodes`, changed, provider)];
}

function ofEnvironments(environments: readonly DeployedEnvironment[], provider: string): Announcement[] {
  const named = environments.map((each) => ({ each, name: `${each.project}/${each.environment}` }));
  // GitHub does not tell names apart by the case of their letters.
  const taken = named.map(({ name }) => name.toLowerCase());
  return named.map(({ each, name }) => {
    const isOdd = !/^[\w./-]+$/.test(name) || name.length > LONGEST_NAME - provider.length - 3;
    const isShared = taken.filter((other) => other === name.toLowerCase()).length > 1;
    return {
      environment: inFolder(isOdd || isShared ? each.name : name, provider),
      covers: [each.name],
      description: cut(`${each.name} on ${each.host}`),
      url: each.url,
      isProduction: each.type === "production",
      isTransient: each.type === "development",
    };
  });
}

function together(
  name: string,
  what: string,
  environments: readonly DeployedEnvironment[],
  provider: string,
): Announcement {
  return {
    environment: inFolder(name, provider),
    covers: environments.map((each) => each.name),
    description: cut(`${environments.length} ${what}`),
    url: null,
    isProduction: environments.some(({ type }) => type === "production"),
    isTransient: false,
  };
}

function inFolder(name: string, provider: string): string {
  return provider === "." ? name : `${name} (${provider})`;
}

/**
 * How an announced deployment ended, by the report; null where nothing was tried. What was rolled back has failed,
 * whatever else went well with it.
 */
export function endOf({ covers }: Announcement, report: DeployReport): AnnouncedEnd | null {
  const mine = new Set(covers);
  const found = report.hosts.flatMap((host) =>
    host.profiles.filter(({ profile }) => mine.has(profile)).map((profile) => ({ host, profile })),
  );
  const tried = found.filter(({ profile }) => profile.result !== "skipped");
  if (tried.length === 0) return null;
  const bad = found.filter(({ profile }) => !["deployed", "unchanged"].includes(profile.result));
  const [first] = bad;
  if (!first) return { state: "success", description: cut(praise(covers, report.hosts)) };
  const { profile, host } = first;
  const why = unanswered(host, profile.profile) ?? profile.reason ?? "its turn never came";
  const rest = bad.length > 1 ? ` (and ${bad.length - 1} more)` : "";
  const who = covers.length > 1 ? `${profile.profile}${rest} ` : "";
  return { state: "failure", description: cut(`${who}${profile.result}: ${why}`) };
}

function unanswered({ verification }: HostReport, environment: string): string | null {
  const failed = verification.find(
    (check) => check.environment === environment && check.enforced && !check.passed,
  );
  return failed ? `${failed.check}: ${failed.failures.join("; ")}` : null;
}

function praise(covers: readonly string[], hosts: readonly HostReport[]): string {
  const mine = new Set(covers);
  const checks = hosts.flatMap(({ verification }) =>
    verification.filter(({ environment }) => mine.has(environment)),
  );
  const passed = checks.filter((check) => check.passed).length;
  const what = covers.length > 1 ? `${covers.length} environments deployed` : "deployed";
  if (checks.length === 0) return `${what}, not checked over HTTP`;
  return `${what}, ${passed} of ${checks.length} HTTP checks passed`;
}

function cut(text: string): string {
  const points = [...text.replace(/\s+/g, " ")];
  return points.length > LONGEST_DESCRIPTION
    ? `${points.slice(0, LONGEST_DESCRIPTION - 1).join("")}…`
    : points.join("");
}
