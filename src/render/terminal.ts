import pc from "picocolors";
import { blocks, type Finding } from "../domain/findings.ts";
import type { Report } from "../domain/report.ts";
import { harmless, visible } from "./escape.ts";
import { aligned } from "./table.ts";
import { counted, gainLoss, isQuiet, verdictLine } from "./words.ts";

/** A plan for people at a terminal. Ends with a line break. */
export function terminal(report: Report, color: boolean): string {
  const paint = pc.createColors(color);
  const verdict = isQuiet(report) ? "no change" : verdictLine(report);
  const title = `${paint.bold(`plan ${report.planId.slice(0, 8)}`)} · ${verdict}`;
  const sections = isQuiet(report)
    ? []
    : [
        findings(report, paint),
        hosts(report, paint),
        evaluations(report),
        onMerge(report),
        howToAllow(report),
      ];
  return harmless(`${[title, ...sections.filter((section) => section !== "")].join("\n\n")}\n`);
}

type Paint = ReturnType<typeof pc.createColors>;

function findings(report: Report, paint: Paint): string {
  const width = Math.max(0, ...report.findings.map(({ rule }) => rule.length));
  return report.findings
    .map((found) => `${mark(found, paint)} ${found.rule.padEnd(width)}  ${visible(found.message)}`)
    .join("\n");
}

function mark(found: Finding, paint: Paint): string {
  if (found.allowed) return paint.green("✔");
  if (blocks(found)) return paint.red("✖");
  return found.severity === "warn" ? paint.yellow("▲") : paint.dim("·");
}

function hosts(report: Report, paint: Paint): string {
  const head = ["node", "environments", "+", "~", "-", "moved", "hostnames", "deploy"];
  const affected = report.hosts.filter(({ wave }) => wave !== null);
  const rows = affected.map((row) => [
    visible(row.host),
    row.unitsBefore === row.unitsAfter ? `${row.unitsAfter}` : `${row.unitsBefore} → ${row.unitsAfter}`,
    `${row.added || ""}`,
    `${row.changed || ""}`,
    `${row.removed || ""}`,
    gainLoss(row.movedIn, row.movedOut),
    gainLoss(row.hostnamesAdded, row.hostnamesRemoved),
    `wave ${row.wave}`,
  ]);
  const rest = report.hosts.length - affected.length;
  const lines = aligned([head, ...rows]);
  const [first = "", ...others] = affected.length > 0 ? lines : [];
  const tail = rest > 0 ? [paint.dim(`${counted(rest, "node")} not affected`)] : [];
  return [...(first === "" ? [] : [paint.dim(first)]), ...others, ...tail].join("\n");
}

function evaluations({ derivations }: Report): string {
  if (!derivations) return "";
  const { method, reason = "", nodes } = derivations;
  if (method === "rules")
    return `affected nodes are told by rules, derivations can't be compared: ${visible(reason)}`;
  const failed = nodes.flatMap(({ host, error }) =>
    error === undefined ? [] : [`${visible(host)} can't be evaluated: ${visible(error)}`],
  );
  return ["affected nodes are told by comparing derivations", ...failed].join("\n");
}

function onMerge({ waves }: Report): string {
  if (waves.length === 0) return "On merge nothing is deployed.";
  const steps = waves.map((names, index) => `wave ${index + 1} ${names.map(visible).join(", ")}`);
  return `On merge: ${steps.join(" → ")}`;
}

function howToAllow({ findings: found }: Report): string {
  const first = found.find(blocks);
  if (!first) return "";
  const total = found.filter(blocks).length;
  const quoted = `${first.rule}:${visible(first.subject)}`.replaceAll("'", "'\\''");
  return `${counted(total, "decision")} open. To allow one: --allow '${quoted}'`;
}
