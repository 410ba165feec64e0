import pc from "picocolors";
import { type DeployReport, type HostReport, unchecked as open } from "../domain/deploy/report.ts";
import { stepsText } from "./deploy-steps.ts";
import { unreviewedText } from "./deploy-unreviewed.ts";
import {
  checksLine,
  duration,
  ENDINGS,
  environmentsLine,
  hostWord,
  LEFT_BEHIND,
  type Rehearsal,
  rehearsals,
  sizeLine,
  systemWord,
  type Trouble,
  troubles,
} from "./deploy-words.ts";
import { harmless, shortened, visible } from "./escape.ts";
import { aligned } from "./table.ts";
import { counted } from "./words.ts";

type Paint = ReturnType<typeof pc.createColors>;

/** Up to so many nodes all are listed; of more, those that are not as wanted. */
const ALL_NODES = 40;

/** So many troubles are told one by one. */
const MOST_TROUBLES = 30;

/** Servers and units may say more in a line than anybody reads. */
const LINE_LENGTH = 300;

/**
 * A deploy for people at a terminal: what is to be done now stands last, where the prompt is. Ends with a line
 * break.
 */
export function deployTerminal(report: DeployReport, color: boolean): string {
  const paint = pc.createColors(color);
  const sections = [
    title(report, paint),
    ...(report.steps ? [stepsText(report.steps)] : [nodes(report.hosts, paint), unchecked(report)]),
    rehearsed(rehearsals(report), paint),
    backups(report.hosts),
    unreviewedText(report.unreviewed, report.planId),
    trouble(troubles(report), paint),
    waiting(report),
    next(report),
  ];
  return harmless(`${sections.filter((section) => section !== "").join("\n\n")}\n`);
}

function title(report: DeployReport, paint: Paint): string {
  const parts = [
    paint.bold(`deploy ${report.planId.slice(0, 8)}`),
    painted(report, paint)(ENDINGS[report.result]),
    sizeLine(report),
    duration(report.seconds),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function painted({ result }: DeployReport, paint: Paint) {
  if (result === "deployed") return paint.green;
  if (["waiting-for-dns", "held-back", "superseded", "nothing", "dry-run"].includes(result))
    return paint.yellow;
  return paint.red;
}

const HEAD = ["node", "wave", "", "system", "environments", "took", "over HTTP"];

function nodes(hosts: readonly HostReport[], paint: Paint): string {
  if (hosts.every(({ result }) => result === "skipped")) return "";
  const shown = hosts.length <= ALL_NODES ? hosts : hosts.filter(({ result }) => result !== "ok");
  const rows = shown.map((host) => [
    visible(host.host),
    `${host.wave}`,
    hostWord(host),
    systemWord(host),
    environmentsLine(host),
    host.seconds > 0 ? duration(host.seconds) : "",
    checksLine(host),
  ]);
  const [head = "", ...lines] = aligned([HEAD, ...rows]);
  const coloured = lines.map((line, index) => mark(shown[index] as HostReport, paint)(line));
  const rest = hosts.length - shown.length;
  return [
    paint.dim(head),
    ...coloured,
    ...(rest > 0 ? [paint.dim(`${counted(rest, "more node")} as wanted`)] : []),
  ].join("\n");
}

function mark({ result }: HostReport, paint: Paint): (text: string) => string {
  if (result === "ok") return (text) => text;
  return result === "skipped" ? paint.dim : paint.red;
}

// What nobody asked may be down.
function unchecked({ hosts }: DeployReport): string {
  const names = hosts.flatMap((host) =>
    open(host).map((name) => `${visible(name)} on ${visible(host.host)}`),
  );
  if (names.length === 0) return "";
  const shown =
    names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
  return `Not checked over HTTP, since they have no checks: ${shown.join(", ")}`;
}

const MOST_NAMES = 10;

function backups(hosts: readonly HostReport[]): string {
  const lines = hosts.flatMap(({ host, lastBackups, setAside }) => [
    ...lastBackups.map(
      ({ environment, backup, snapshot }) =>
        `Last backup of ${visible(environment)}, removed from ${visible(host)}: ${visible(backup)} ${visible(snapshot)}`,
    ),
    ...setAside.map(
      ({ environment, path }) =>
        `What ${visible(environment)} had on ${visible(host)} before is now in ${visible(path)}: remove it when nobody needs it`,
    ),
  ]);
  return lines.join("\n");
}

function rehearsed(all: readonly Rehearsal[], paint: Paint): string {
  const parts = all.slice(0, MOST_TROUBLES).map(({ host, profile, log }) => {
    const lines = log.map((line) => paint.dim(`    ${shortened(visible(line), LINE_LENGTH)}`));
    return [`${visible(host)} ${visible(profile)} would, by its dry activation:`, ...lines].join("\n");
  });
  const rest = all.length - parts.length;
  return [...parts, ...(rest > 0 ? [`and ${rest} more: see the report`] : [])].join("\n");
}

function trouble(all: readonly Trouble[], paint: Paint): string {
  const lines = all.slice(0, MOST_TROUBLES).map((each) => {
    const where = [each.host, ...(each.profile === null ? [] : [each.profile])].map(visible).join(" ");
    const sign = each.isGrave ? paint.red("✖") : paint.yellow("▲");
    const why = each.why === "" ? "" : `: ${shortened(visible(each.why), LINE_LENGTH)}`;
    const hint = each.hint === "" ? [] : [`  ${shortened(visible(each.hint), LINE_LENGTH)}`];
    const log = each.log.map((line) => paint.dim(`    ${shortened(visible(line), LINE_LENGTH)}`));
    return [`${sign} ${where} ${each.what}${why}`, ...hint, ...log].join("\n");
  });
  const rest = all.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more: see the report`] : [])].join("\n");
}

function waiting({ waitingForDns }: DeployReport): string {
  const lines = waitingForDns.map(({ hostname, from, to, record }) =>
    [
      `${visible(hostname)} still leads to ${visible(from)}, which goes on serving it. Its owner must set, for ${visible(to)}:`,
      ...record.split("\n").map((line) => `    ${visible(line)}`),
    ].join("\n"),
  );
  return [...lines, ...(lines.length > 0 ? [LEFT_BEHIND] : [])].join("\n");
}

function next({ resume, result }: DeployReport): string {
  if (result === "waiting-for-dns") return "The next scheduled run goes on as soon as DNS has changed.";
  return resume === null ? "" : `What is deployed stays. To go on with the rest:\n    ${visible(resume)}`;
}
