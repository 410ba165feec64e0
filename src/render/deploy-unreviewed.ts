import type { DeployReport } from "../domain/deploy/report.ts";
import { code, shortened, visible } from "./escape.ts";
import { counted } from "./words.ts";

type Unreviewed = DeployReport["unreviewed"];

/** So many subjects, and so many changes of each, are told. */
const MOST_SUBJECTS = 20;
const MOST_CHANGES = 5;

/** Values longer than this are cut: what they are is seen in a plan. */
const VALUE_LENGTH = 80;

const KINDS = { fleet: "", host: "node ", unit: "environment ", file: "file " } as const;

interface Group {
  /** Our word for what it is. */
  readonly kind: string;
  readonly subject: string;
  /** A line for each change: path, before, after. */
  readonly lines: readonly (readonly [string, string, string])[];
}

function groups({ changes, pins }: Unreviewed): Group[] {
  const found = new Map<string, Group & { lines: [string, string, string][] }>();
  for (const { kind, subject, path, before, after } of changes) {
    const key = `${kind} ${subject}`;
    const group = found.get(key) ?? { kind: KINDS[kind], subject, lines: [] };
    group.lines.push([path, shown(before), shown(after)]);
    found.set(key, group);
  }
  const revision = (pin: Unreviewed["pins"][number]["after"]) =>
    pin?.rev?.slice(0, 12) ?? pin?.narHash ?? "none";
  const moved = pins.map(({ name, before, after }): Group => {
    return { kind: "input ", subject: name, lines: [["revision", revision(before), revision(after)]] };
  });
  return [...found.values(), ...moved];
}

function shown(value: Unreviewed["changes"][number]["after"]): string {
  if (value === null) return "none";
  const isHash = typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
  return isHash ? value.slice(0, 12) : shortened(JSON.stringify(value), VALUE_LENGTH);
}

function sizeOf({ changes, pins }: Unreviewed): string {
  const parts = [
    ...(changes.length > 0 ? [counted(changes.length, "change")] : []),
    ...(pins.length > 0 ? [counted(pins.length, "moved input")] : []),
  ];
  return parts.join(" and ");
}

/** What nobody reviewed, for a terminal; "" where there is nothing of it. */
export function unreviewedText(unreviewed: Unreviewed, planId: string): string {
  const all = groups(unreviewed);
  if (all.length === 0) return "";
  const lines = all
    .slice(0, MOST_SUBJECTS)
    .flatMap(({ kind, subject, lines: changes }) => [
      `  ${kind}${visible(subject)}`,
      ...changes
        .slice(0, MOST_CHANGES)
        .map(([path, before, after]) => `    ${visible(path)}: ${visible(before)} → ${visible(after)}`),
      ...more(changes.length - MOST_CHANGES, "    "),
    ]);
  return [
    `No merged pull request's plan shows ${sizeOf(unreviewed)}, so nothing was deployed:`,
    ...lines,
    ...more(all.length - MOST_SUBJECTS, "  "),
    `To deploy this plan all the same, start the workflow by hand with the plan id ${planId},`,
    "which its environment's reviewers confirm; or bring it in by a pull request.",
  ].join("\n");
}

function more(count: number, indent: string): string[] {
  return count > 0 ? [`${indent}and ${count} more`] : [];
}

/** The same in Markdown, with at most so many subjects; null where there is nothing of it. */
export function unreviewedMarkdown(
  unreviewed: Unreviewed,
  planId: string,
  most = MOST_SUBJECTS,
): string | null {
  const all = groups(unreviewed);
  if (all.length === 0) return null;
  const rows = all.slice(0, most).map(({ kind, subject, lines }) => {
    const changes = lines
      .slice(0, MOST_CHANGES)
      .map(([path, before, after]) => `${code(path)}: ${code(before)} → ${code(after)}`);
    return `| ${kind}${code(subject)} | ${[...changes, ...more(lines.length - MOST_CHANGES, "")].join("<br>")} |`;
  });
  return [
    `**No merged pull request's plan shows ${sizeOf(unreviewed)}**, so nothing was deployed.`,
    "",
    "| What | Change |",
    "|--|--|",
    ...rows,
    ...(all.length > most ? ["", `And ${all.length - most} more, see the report.`] : []),
    "",
    `To deploy this plan all the same, start the workflow by hand with the plan id ${code(planId, "text")}, which its ` +
      "environment's reviewers confirm; or bring it in by a pull request.",
  ].join("\n");
}
