import type { Collision } from "../domain/collisions.ts";
import { blocks, type Finding } from "../domain/findings.ts";
import type { Report } from "../domain/report.ts";
import type { HostRow } from "../domain/review.ts";
import { RULES } from "../domain/rules.ts";
import type { Since } from "../domain/since.ts";
import { details } from "./comment-details.ts";
import { closureGrowth, howAffected, upgrade } from "./derivations.ts";
import { code, shortened } from "./escape.ts";
import { COMMENT_LIMIT, firstThatFits } from "./fit.ts";
import { alsoTouched, progress } from "./progress.ts";
import { fullReport, type NameLinks, nameLinks, type ReportPlaces } from "./report-links.ts";
import { allowLabel, marker } from "./sticky.ts";
import { counted, gainLoss, isQuiet, tally, verdictLine } from "./words.ts";

/** What only the place that posts a comment knows. A part that is not known is left out. */
export interface CommentContext extends ReportPlaces {
  /** What is different from the plan of the head before. */
  readonly sincePush?: Since;
  /** What is different from the plan that was approved last. */
  readonly sinceApproval?: Since;
  readonly collisions?: readonly Collision[];
}

/** Up to so many findings of one rule stand in rows of their own. */
const ROWS_PER_RULE = 15;

/** So many subjects of a grouped row are named, where not all names fit. */
const FEWER_NAMES = [200, 25, 5, 0];

/** Where not all names fit, longer values are cut. */
const NAME_LENGTH = 100;

/** The pull request comment of a plan: as detailed as fits, dangers first, never cut. */
export function comment(report: Report, context: CommentContext = {}, limit = COMMENT_LIMIT): string {
  if (isQuiet(report)) return [marker(report.provider), unchanged(report)].join("\n");
  const links = nameLinks(report, context);
  const top = (grouped: number, names: number) => [
    marker(report.provider),
    heading(report, context),
    findingsTable(report.findings, links, grouped, names),
  ];
  const level = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join("\n\n");
  const all = Number.POSITIVE_INFINITY;
  const { collisions = [] } = context;
  const nodes = hostTable(report, links);
  const beside = [
    upgrade(report),
    howAffected(report),
    onMerge(report),
    progress(context),
    alsoTouched(collisions),
  ];
  return firstThatFits(
    [
      () => level(...top(ROWS_PER_RULE, all), nodes, ...beside, details(report, "all", links, collisions)),
      () =>
        level(...top(ROWS_PER_RULE, all), nodes, ...beside, details(report, "summary", links, collisions)),
      () => level(...top(ROWS_PER_RULE, all), nodes, ...beside, shorter(report, context)),
      () => level(...top(0, all), ...beside, shorter(report, context)),
      ...FEWER_NAMES.map((names) => () => level(...top(0, names), shorter(report, context))),
    ],
    limit,
  );
}

function unchanged(report: Report): string {
  return `⚪ **hostenv plan${forProvider(report)}:** no change · ${origin(report)}`;
}

function heading(report: Report, context: CommentContext): string {
  const link = fullReport("full report", context, report.provider);
  const more = link === null ? "" : ` · ${link}`;
  return `## ${light(report)} hostenv plan${forProvider(report)}: ${verdictLine(report)}\n\n${origin(report)}${more}`;
}

function light(report: Report): string {
  const { decisions, toReview } = tally(report.findings);
  return decisions > 0 ? "🔴" : toReview > 0 ? "🟠" : "🟢";
}

function forProvider({ provider }: Report): string {
  return provider === "." ? "" : ` for ${code(provider, "text")}`;
}

function origin(report: Report): string {
  const commits = [
    ...(report.headCommit ? [`head ${code(report.headCommit.slice(0, 7), "text")}`] : []),
    ...(report.baseCommit ? [`on ${code(report.baseCommit.slice(0, 7), "text")}`] : []),
  ].join(" ");
  const parts = [
    code(`plan ${report.planId.slice(0, 8)}`, "text"),
    commits,
    `${Math.ceil(report.seconds)} s`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function findingsTable(
  findings: readonly Finding[],
  links: NameLinks,
  rowsPerRule: number,
  names: number,
): string | null {
  const shown = findings.filter(({ severity }) => severity !== "info");
  if (shown.length === 0) return null;
  const title = shown.some(blocks) ? "**Needs a decision before merge**" : "**To review**";
  const rows = byRule(shown).flatMap((group) =>
    group.length > Math.max(rowsPerRule, 1)
      ? [groupRow(group, names)]
      : group.map((each, index) => findingRow(each, links, names, index === 0)),
  );
  return [title, "", "| | What | Why it is dangerous | What to do |", "|--|--|--|--|", ...rows].join("\n");
}

// Findings come most dangerous first; those of one rule and severity stand together.
function byRule(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const found of findings) {
    const group = groups.get(groupKey(found));
    if (group) group.push(found);
    else groups.set(groupKey(found), [found]);
  }
  return [...groups.values()];
}

function groupKey({ rule, severity, allowed }: Finding): string {
  return `${rule} ${severity} ${allowed}`;
}

// A rule's reason stands with the first of its findings.
function findingRow(found: Finding, links: NameLinks, names: number, isFirst: boolean): string {
  const name = named(names);
  const value = (part: string) => links.environment(part, name(part));
  const sentence = found.parts.map((part, index) => (index % 2 === 1 ? value(part) : part)).join("");
  return row(found, sentence, isFirst ? RULES[found.rule].why : "");
}

function named(names: number): (value: string) => string {
  return names === Number.POSITIVE_INFINITY ? code : (value) => code(shortened(value, NAME_LENGTH));
}

function groupRow(group: readonly Finding[], names: number): string {
  const [first] = group as [Finding];
  const shown = group.slice(0, names).map(({ subject }) => named(names)(subject));
  const rest = group.length - shown.length;
  const more = [
    ...(shown.length > 0 ? [shown.join(", ")] : []),
    ...(rest > 0 ? [`${rest} more, see the full report`] : []),
  ];
  const { title, why } = RULES[first.rule];
  return row(first, `**${title}** (${group.length}): ${more.join(" and ")}`, why);
}

function row(found: Finding, what: string, why: string): string {
  const icon = found.allowed ? "✅" : found.severity === "block" ? "🔴" : "🟠";
  return `| ${icon} | ${what} | ${why} | ${toDo(found)} |`;
}

function toDo(found: Finding): string {
  const { advice } = RULES[found.rule];
  if (found.allowed) return "allowed";
  return found.severity === "block" ? `${advice}, or label ${code(allowLabel(found.rule))}` : advice;
}

/** Up to so many nodes, those that are not affected are listed too. */
const ALL_NODES = 10;

function hostTable(report: Report, links: NameLinks): string {
  const { hosts, affectedHosts } = report;
  const growth = closureGrowth(report);
  const carrying = hosts.filter((row) => row.unitsBefore + row.unitsAfter > 0 || row.wave !== null);
  const shown =
    hosts.length <= ALL_NODES ? carrying : hosts.filter(({ host }) => affectedHosts.includes(host));
  const hidden = carrying.length - shown.length;
  return [
    `| Node | Environments | + | ~ | − | moved | hostnames |${growth ? " closure |" : ""} deploy |`,
    `|--|--|--|--|--|--|--|${growth ? "--|" : ""}--|`,
    ...shown.map((host) => hostLine(host, links, growth)),
    ...(hidden > 0 ? ["", `${counted(hidden, "more node")} not affected.`] : []),
  ].join("\n");
}

function hostLine(host: HostRow, links: NameLinks, growth: ReadonlyMap<string, string> | null): string {
  const name = links.node(host.host, code(host.host));
  const units =
    host.unitsBefore === host.unitsAfter ? host.unitsAfter : `${host.unitsBefore} → ${host.unitsAfter}`;
  const moved = [
    ...(host.movedIn > 0 ? [`${host.movedIn} in`] : []),
    ...(host.movedOut > 0 ? [`${host.movedOut} out`] : []),
  ].join(", ");
  const cells = [
    host.wave === null ? name : `**${name}**`,
    units,
    host.added || "",
    host.changed || "",
    host.removed || "",
    moved,
    gainLoss(host.hostnamesAdded, host.hostnamesRemoved),
    ...(growth ? [growth.get(host.host) ?? ""] : []),
    host.wave === null ? "not affected" : `wave ${host.wave}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Up to so many nodes of a wave are named. */
const NODES_PER_WAVE = 12;

function onMerge({ waves, units, counts }: Report): string | null {
  if (waves.length === 0) return "**On merge:** nothing is deployed.";
  const steps = waves.map((hosts, index) => {
    const moved = units.moved.filter(({ to }) => hosts.includes(to)).map(({ name }) => name);
    const names = hosts.slice(0, NODES_PER_WAVE).map((host) => code(host, "text"));
    const more = hosts.length > names.length ? [`${hosts.length - names.length} more`] : [];
    const data = moved.length > 0 ? ` (restores ${restored(moved)} first)` : "";
    return `wave ${index + 1} ${[...names, ...more].join(", ")}${data}`;
  });
  const checked = counts.added + counts.changed + counts.moved;
  return `**On merge:** ${steps.join(" ➜ ")} ➜ ${counted(checked, "environment")} checked over HTTP. A failure stops later waves.`;
}

/** Up to so many restored environments are named. */
const NAMES_RESTORED = 3;

function restored(names: readonly string[]): string {
  if (names.length > NAMES_RESTORED) return counted(names.length, "moved environment");
  return names.map((name) => code(name, "text")).join(", ");
}

function shorter({ provider }: Report, context: CommentContext): string {
  const where = fullReport("the full report", context, provider) ?? "the report file";
  return `Not everything fits into a comment: every change is in ${where}.`;
}
