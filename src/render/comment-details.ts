import type { Collision } from "../domain/collisions.ts";
import type { Finding } from "../domain/findings.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Report } from "../domain/report.ts";
import { RULES } from "../domain/rules.ts";
import { packageRows } from "./derivations.ts";
import { code, shortened } from "./escape.ts";
import type { NameLinks } from "./report-links.ts";
import { counted } from "./words.ts";

/** Values longer than this are cut; the report has them whole. */
const VALUE_LENGTH = 120;

/** The folded part: with every changed fact, or with one line per environment. */
export function details(
  report: Report,
  level: "all" | "summary",
  links: NameLinks,
  collisions: readonly Collision[] = [],
): string | null {
  const sections = [
    notes(report.findings),
    migrations(report, links),
    environments(report, links),
    revisions(report),
    packages(report),
    sharedSubjects(collisions),
    ...(level === "all" ? [facts(report, "author"), facts(report, "upgrade")] : []),
  ];
  const shown = sections.filter((section) => section !== null);
  return shown.length > 0 ? shown.join("\n\n") : null;
}

// GitHub renders Markdown inside <details> only after a blank line.
function folded(summary: string, body: readonly string[]): string {
  return [`<details><summary>${summary}</summary>`, "", ...body, "", "</details>"].join("\n");
}

function notes(findings: readonly Finding[]): string | null {
  const shown = findings.filter(({ severity }) => severity === "info");
  if (shown.length === 0) return null;
  const rows = shown.map(({ rule, parts }) => {
    const sentence = parts.map((part, index) => (index % 2 === 1 ? code(part) : part)).join("");
    return `| ${RULES[rule].title} | ${sentence} |`;
  });
  return folded(`${rows.length} for information`, ["| What | |", "|--|--|", ...rows]);
}

/** How the data of an environment that moves comes to its new node. */
export const MIGRATION_ORDER =
  "In this order: last backup on the old node, restore on the new one, checks with the Host header, DNS, " +
  "certificate, and only then the old node drops it.";

function migrations({ units }: Report, links: NameLinks): string | null {
  if (units.moved.length === 0) return null;
  const rows = units.moved.map(
    ({ name, from, to }) => `| ${links.environment(name, code(name))} | ${code(from)} | ${code(to)} |`,
  );
  return folded(`Migration card (${rows.length})`, [
    "| Environment | From | To |",
    "|--|--|--|",
    ...rows,
    "",
    MIGRATION_ORDER,
  ]);
}

function environments(report: Report, links: NameLinks): string | null {
  const { units } = report;
  const aspects = aspectsByUnit(report);
  const shown = (name: string) => links.environment(name, code(name));
  const line = (verb: string) => (name: string) =>
    `| ${shown(name)} | ${verb} | ${aspects.get(name) ?? ""} |`;
  const rows = [
    ...units.added.map((name) => `| ${shown(name)} | added | |`),
    ...units.moved.map(({ name }) => line("moved")(name)),
    ...units.changed.map(line("changed")),
    ...units.removed.map((name) => `| ${shown(name)} | removed | |`),
  ];
  if (rows.length === 0) return null;
  const title = counted(rows.length, "environment");
  return folded(title, ["| Environment | | What changes |", "|--|--|--|", ...rows]);
}

// First path segments of what changes, so that one line says where to look.
function aspectsByUnit({ changes }: Report): Map<string, string> {
  const aspects = new Map<string, Set<string>>();
  for (const { kind, subject, path } of changes) {
    const aspect = path.split("/")[1] ?? "";
    // The node's configuration follows from the rest, and "moved" says that the node changes.
    if (kind !== "unit" || aspect === "nixos" || aspect === "node") continue;
    aspects.set(subject, (aspects.get(subject) ?? new Set()).add(aspect));
  }
  return new Map([...aspects].map(([name, set]) => [name, [...set].map((each) => code(each)).join(", ")]));
}

function revisions({ pins, revisions: counts = [] }: Report): string | null {
  const names = [...new Set([...pins.base, ...pins.head].map(({ name }) => name))];
  if (names.length === 0) return null;
  const revision = (side: Report["pins"]["base"], name: string) => {
    const pin = side.find((each) => each.name === name);
    return pin ? code(pin.rev?.slice(0, 7) ?? pin.narHash ?? pin.url) : "none";
  };
  const commits = new Map(counts.map(({ name, commits }) => [name, ` (${counted(commits, "new commit")})`]));
  const rows = names.map((name) => {
    const after = revision(pins.head, name) + (commits.get(name) ?? "");
    return `| ${code(name)} | ${revision(pins.base, name)} | ${after} |`;
  });
  return folded(`${counted(names.length, "locked input")} moved`, [
    "| Input | Before | After |",
    "|--|--|--|",
    ...rows,
  ]);
}

function packages(report: Report): string | null {
  const rows = packageRows(report);
  if (rows.length === 0) return null;
  return folded(counted(rows.length, "changed package"), ["| Node | Package |", "|--|--|", ...rows]);
}

/** Up to so many names that another pull request touches, too, are told. */
const NAMES_SHARED = 10;

function sharedSubjects(collisions: readonly Collision[]): string | null {
  if (collisions.length === 0) return null;
  const names = (all: readonly string[]) => {
    const rest = all.length - NAMES_SHARED;
    const shown = all.slice(0, NAMES_SHARED).map((name) => code(shortened(name, VALUE_LENGTH)));
    return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  };
  const rows = collisions.map(
    ({ pullRequest, units, hostnames }) => `| #${pullRequest} | ${names(units)} | ${names(hostnames)} |`,
  );
  const title = `${counted(rows.length, "other open pull request")} touching the same`;
  return folded(title, ["| | Environments | Hostnames |", "|--|--|--|", ...rows]);
}

// All facts of something new or gone say no more than that it is new or gone, and a unit's NixOS
// configuration only follows from its other facts.
function isTelling({ units, hosts }: Report): (change: Report["changes"][number]) => boolean {
  const oneSided = new Set([...units.added, ...units.removed]);
  const emptySided = new Set(
    hosts.filter((row) => row.unitsBefore * row.unitsAfter === 0).map(({ host }) => host),
  );
  return ({ kind, subject, path }) => {
    if (kind === "unit") return !oneSided.has(subject) && !path.startsWith("/nixos/");
    return kind !== "host" || !emptySided.has(subject) || !path.startsWith("/nixos/");
  };
}

// What an upgrade of this tool does by itself is none of the author's changes.
function facts(report: Report, by: "author" | "upgrade"): string | null {
  const own = new Set(report.toolUpgrade?.changeIds);
  const isBy = by === "upgrade" ? (id: string) => own.has(id) : (id: string) => !own.has(id);
  const shown = report.changes.filter(isTelling(report)).filter(({ id }) => isBy(id));
  if (shown.length === 0) return null;
  const rows = shown.map(
    ({ subject, path, before, after }) =>
      `| ${code(subject)} | ${code(path)} | ${value(before)} | ${value(after)} |`,
  );
  const title = `${counted(rows.length, "changed fact")}${by === "upgrade" ? " by hostenv-provider itself" : ""}`;
  return folded(title, ["| Of | Path | Before | After |", "|--|--|--|--|", ...rows]);
}

function value(json: JsonValue): string {
  if (json === null) return "";
  return code(shortened(typeof json === "string" ? json : JSON.stringify(json), VALUE_LENGTH));
}
