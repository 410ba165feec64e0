import { type DeployReport, type HostReport, unchecked } from "../domain/deploy/report.ts";
import {
  checksLine,
  duration,
  ENDINGS,
  environmentsLine,
  hostWord,
  LEFT_BEHIND,
  LIGHTS,
  profileWord,
  rehearsals,
  sizeLine,
  systemWord,
  troubles,
} from "./deploy-words.ts";
import { code, codeInHtml, shortened, visible } from "./escape.ts";
import { counted } from "./words.ts";

/** What only the place that tells of a deploy knows. */
export interface DeployContext {
  /** Where the run tells of what it did. */
  readonly runUrl: string | null;
  /** Environments that whoever reads it asks about: they come first. */
  readonly own?: ReadonlySet<string>;
}

/** Servers and units may say more than anybody reads. */
const WHY_LENGTH = 300;
const LINE_LENGTH = 160;

/** The first lines: verdict, and what it is about. */
export function heading(report: DeployReport, { runUrl }: DeployContext): string {
  const { result, provider, planId, commit, seconds } = report;
  const size = sizeLine(report);
  const where = provider === "." ? "" : ` for ${code(provider, "text")}`;
  const about = [
    code(`plan ${planId.slice(0, 8)}`, "text"),
    ...(commit === null ? [] : [`commit ${code(commit.slice(0, 7), "text")}`]),
    duration(seconds),
    ...(runUrl === null ? [] : [`[run](${runUrl})`]),
  ];
  const title = `## ${LIGHTS[result]} hostenv ${ENDINGS[result]}${where}`;
  return `${title}${size === "" ? "" : `: ${size}`}\n\n${about.join(" · ")}`;
}

/** What went otherwise than wanted, a row each; null where there is nothing of it. */
export function troubleTable(report: DeployReport, { own }: DeployContext, most: number): string | null {
  const found = troubles(report);
  const all = [
    ...found.filter((each) => isOwn(each.profile, own)),
    ...found.filter((each) => !isOwn(each.profile, own)),
  ];
  if (all.length === 0 || most === 0) return null;
  const rows = all.slice(0, most).map(({ isGrave, host, profile, what, why, hint }) => {
    const where = profile === null ? `**${code(host)}**` : `${code(profile)} on **${code(host)}**`;
    const reason = [why, hint].filter((text) => text !== "").map((text) => code(shortened(text, WHY_LENGTH)));
    return `| ${isGrave ? "🔴" : "🟠"} | ${where} | ${what} | ${reason.join("<br>")} |`;
  });
  const rest = all.length - rows.length;
  return [
    "| | Where | What | Why |",
    "|--|--|--|--|",
    ...rows,
    ...(rest > 0 ? ["", `And ${rest} more: see the run.`] : []),
  ].join("\n");
}

function isOwn(name: string | null, own: ReadonlySet<string> | undefined): boolean {
  return name !== null && (own?.has(name) ?? false);
}

/** The nodes in a table; where they are more than `most`, only those that are not as wanted. */
export function nodeTable({ hosts, steps }: DeployReport, most: number): string | null {
  if (steps !== undefined || hosts.every(({ result }) => result === "skipped")) return null;
  const wrong = hosts.filter(({ result }) => result !== "ok");
  const shown = hosts.length <= most ? hosts : wrong.slice(0, most);
  const rest = hosts.length - shown.length;
  const [unseen, good] = [wrong.length - shown.length, hosts.length - wrong.length];
  const more =
    hosts.length <= most
      ? ""
      : [
          ...(good > 0 ? [`${counted(good, "more node")} as wanted`] : []),
          ...(unseen > 0 ? [`${counted(unseen, "more node")} not as wanted`] : []),
        ].join(", ");
  return [
    ...(shown.length > 0
      ? ["| Node | Wave | | System | Environments | Took | Over HTTP |", "|--|--|--|--|--|--|--|"]
      : []),
    ...shown.map(nodeRow),
    ...(rest > 0 ? ["", `${more}.`] : []),
  ].join("\n");
}

function nodeRow(host: HostReport): string {
  const cells = [
    `**${code(host.host)}**`,
    host.wave,
    host.result === "ok" ? "ok" : `**${hostWord(host)}**`,
    systemWord(host),
    environmentsLine(host),
    host.seconds > 0 ? duration(host.seconds) : "",
    checksLine(host),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** What visitors of moved environments wait for, with the record to set; null where there is nothing of it. */
export function waitingTable({ waitingForDns }: DeployReport, most: number): string | null {
  if (waitingForDns.length === 0 || most === 0) return null;
  const rows = waitingForDns.slice(0, most).map(({ environment, hostname, from, to, record }) => {
    const records = record.split("\n").map((line) => code(line));
    return `| ${code(hostname)} | ${code(environment)} | ${code(from)} → **${code(to)}** | ${records.join("<br>")} |`;
  });
  const rest = waitingForDns.length - rows.length;
  return [
    `**Waiting for DNS:** the old node goes on serving until these records are set; the next scheduled run goes on then. ${LEFT_BEHIND}`,
    "",
    "| Hostname | Environment | Moves | To set |",
    "|--|--|--|--|",
    ...rows,
    ...(rest > 0 ? ["", `And ${rest} more.`] : []),
  ].join("\n");
}

/** The last lines of what failed, and what a dry run would do, folded; null where there are none. */
export function logs(report: DeployReport, most: number): string | null {
  const failed = troubles(report)
    .filter(({ log }) => log.length > 0)
    .map(({ host, profile, log }) => ({
      title: `Last lines of ${profile === null ? "the node" : codeInHtml(profile)} on ${codeInHtml(host)}`,
      log,
    }));
  const dry = rehearsals(report).map(({ host, profile, log }) => ({
    title: `What ${codeInHtml(profile)} on ${codeInHtml(host)} would do, by its dry activation`,
    log,
  }));
  const found = [...failed, ...dry];
  if (found.length === 0 || most === 0) return null;
  return found
    .slice(0, most)
    .map(({ title, log }) => {
      const text = log.map((line) => shortened(visible(line), LINE_LENGTH)).join("\n");
      return folded(title, fenced(text));
    })
    .join("\n\n");
}

/** A part that is shown when it is asked for. */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

// A line of backticks as long as ours would end the block.
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** What to run for the nodes that are left; null where none are. */
export function resumeLine({ resume }: DeployReport): string | null {
  if (resume === null) return null;
  return `What is deployed stays. To go on with the rest, run the workflow again, or:\n\n${fenced(visible(resume))}`;
}

/** Environments nobody asked whether they answer, last backups of those that were removed, and data that was in the way. */
export function remarks({ hosts }: DeployReport, most: number): string | null {
  const open = hosts.flatMap((host) =>
    unchecked(host).map((name) => `${code(name, "text")} on ${code(host.host, "text")}`),
  );
  const removed = hosts.flatMap(({ host, lastBackups }) =>
    lastBackups.map(
      ({ environment, backup, snapshot }) =>
        `- last backup of ${code(environment, "text")}, removed from ${code(host, "text")}: ${code(backup, "text")} ${code(snapshot, "text")}`,
    ),
  );
  const aside = hosts.flatMap(({ host, setAside }) =>
    setAside.map(
      ({ environment, path }) =>
        `- what ${code(environment, "text")} had on ${code(host, "text")} before is now in ${code(path, "text")}: remove it when nobody needs it`,
    ),
  );
  const rest = open.length - most;
  const names = [...open.slice(0, most), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  const lines = [
    ...(open.length > 0 ? [`- not checked over HTTP, since they have no checks: ${names}`] : []),
    ...removed.slice(0, most),
    ...aside.slice(0, most),
  ];
  return lines.length > 0 ? lines.join("\n") : null;
}

/** Environments with what became of them and where they are found; null where there are none. */
export function environmentTable(report: DeployReport, { own }: DeployContext, most: number): string | null {
  const became = new Map(
    report.hosts.flatMap((host) =>
      host.profiles.map((each) => [`${host.host} ${each.profile}`, each.result] as const),
    ),
  );
  const all = report.environments.filter(({ name, changed }) => (own ? own.has(name) : changed));
  if (all.length === 0 || most === 0) return null;
  const rows = all.slice(0, most).map(({ name, host, type, url }) => {
    const link = url === null ? "" : code(url);
    const result = profileWord(became.get(`${host} ${name}`) ?? "skipped");
    return `| ${code(name)} | ${code(type)} | **${code(host)}** | ${result} | ${link} |`;
  });
  const rest = all.length - rows.length;
  return [
    "| Environment | Type | Node | | Address |",
    "|--|--|--|--|--|",
    ...rows,
    ...(rest > 0 ? ["", `And ${rest} more.`] : []),
  ].join("\n");
}
