import { type Unreviewed, unreviewed } from "../domain/deploy/reviewed.ts";
import { isFailure, parseReport, type Report } from "../domain/report.ts";
import { HostenvError } from "../errors.ts";
import type { Files } from "../ports/files.ts";
import type { Forge } from "../ports/forge.ts";
import type { Commits } from "../ports/history.ts";
import type { MergedPull, Merges } from "../ports/merges.ts";
import { artifactName } from "../render/sticky.ts";
import { REPORT_LIMIT } from "./comment.ts";
import { pooled } from "./pooled.ts";

/** So many commits are asked for their pull requests: each is a request to GitHub. */
export const MOST_COMMITS = 50;

/** So many reports are read, the latest merges first: each is one or two requests. */
export const MOST_REPORTS = 30;

/** So many requests are under way at a time. */
const AT_ONCE = 5;

/** What a deploy asks about. */
export interface ReviewWish {
  readonly wanted: Unreviewed;
  /** Commits that nodes were deployed from, as they say. */
  readonly live: readonly string[];
  /** The provider's folder in its repository. */
  readonly provider: string;
  /** The branch that is deployed; pull requests merged into others were reviewed for something else. */
  readonly branch: string;
  /** Files with reports that count besides, such as where there is no GitHub to ask. */
  readonly files: readonly string[];
}

/** What reading reviews needs of the world; without a forge, only files count. */
export interface ReviewPorts {
  readonly files: Files;
  readonly commits: Commits;
  readonly forge: { readonly merges: Merges; readonly reports: Pick<Forge, "report"> } | null;
}

/** A pull request whose merge is deployed. */
export interface DeployedPull {
  readonly number: number;
  /** What its plan said; null where that can't be had any more. */
  readonly report: Report | null;
}

/** What was found of reviews. */
export interface ReviewFound {
  readonly unreviewed: Unreviewed;
  /** In the order they were merged in. */
  readonly pulls: readonly DeployedPull[];
  readonly notices: readonly string[];
}

/**
 * What of a deploy no merged pull request showed, by the reports that plans left on the pull requests' last
 * commits. What can't be read is as if it were not there: it makes a deploy stop, never go on. Throws HostenvError
 * as `Forge` and `Files` do.
 */
export async function reviewOf(wish: ReviewWish, ports: ReviewPorts): Promise<ReviewFound> {
  const given = await fromFiles(wish, ports.files);
  if (ports.forge === null) return { unreviewed: unreviewed(wish.wanted, given), pulls: [], notices: [] };
  const { commits, isWhole } = await ports.commits.since(wish.live, MOST_COMMITS);
  const { merges, reports } = ports.forge;
  const merged = await mergedInto(wish.branch, commits, merges);
  const latest = merged.slice(-MOST_REPORTS);
  const stored = await merges.reports(
    artifactName(wish.provider),
    latest.map(({ head }) => head),
  );
  const ids = new Map(stored.map(({ head, id }) => [head, id]));
  const pulls: DeployedPull[] = [];
  // One after the other: each may be large, and a stranger's.
  for (const { number, head } of latest) {
    const id = ids.get(head);
    pulls.push({ number, report: id === undefined ? null : await readReport(id, wish.provider, reports) });
  }
  const seen = [...pulls.flatMap(({ report }) => report ?? []), ...given];
  return {
    unreviewed: unreviewed(wish.wanted, seen),
    pulls,
    notices: [...shortened(isWhole, commits.length), ...skipped(merged.length), ...mute(pulls)],
  };
}

// Oldest merge first; of several commits of one pull request the latest counts.
async function mergedInto(branch: string, commits: readonly string[], merges: Merges): Promise<MergedPull[]> {
  const found = await pooled(commits.toReversed(), AT_ONCE, (commit) => merges.of(commit));
  const byNumber = new Map<number, MergedPull>();
  for (const pull of found.flat().filter((each) => each.branch === branch)) {
    byNumber.delete(pull.number);
    byNumber.set(pull.number, pull);
  }
  return [...byNumber.values()];
}

async function readReport(
  id: number,
  provider: string,
  reports: Pick<Forge, "report">,
): Promise<Report | null> {
  try {
    const report = parseReport(await reports.report(id), `artifact ${id}`);
    return isFailure(report) || report.provider !== provider ? null : report;
  } catch (error) {
    const code = error instanceof HostenvError ? error.code : "";
    if (["artifact-unusable", "report-schema", "report-changed"].includes(code)) return null;
    throw error;
  }
}

async function fromFiles({ files: paths, provider }: ReviewWish, files: Files): Promise<Report[]> {
  const found: Report[] = [];
  for (const path of paths) {
    const report = parseReport(await files.readJson(path, REPORT_LIMIT), path);
    if (isFailure(report)) throw failed(path);
    if (report.provider !== provider) throw foreign(path, report.provider, provider);
    found.push(report);
  }
  return found;
}

function failed(path: string): HostenvError {
  const hint = "give the report of a plan that was made";
  return new HostenvError(
    "report-failed",
    `${path} is the report of a plan that failed: it shows nothing`,
    hint,
  );
}

function foreign(path: string, is: string, wanted: string): HostenvError {
  const message = `${path} is about the provider in '${is}', and '${wanted}' is deployed`;
  return new HostenvError("report-foreign", message, "give the report of this provider");
}

function shortened(isWhole: boolean, count: number): string[] {
  if (isWhole) return [];
  return [
    `reviews are looked for in the ${count} latest commits only: what the nodes run lies further back, or is not ` +
      "in this branch's history (a checkout with fetch-depth: 0 has all of it)",
  ];
}

function skipped(count: number): string[] {
  if (count <= MOST_REPORTS) return [];
  return [
    `${count} pull requests are deployed at once, and the reports of the ${MOST_REPORTS} latest are read`,
  ];
}

function mute(pulls: readonly DeployedPull[]): string[] {
  const numbers = pulls.filter(({ report }) => report === null).map(({ number }) => `#${number}`);
  if (numbers.length === 0) return [];
  return [
    `there is no plan report on the last commit of ${numbers.join(", ")}: it has expired, or never was`,
  ];
}
