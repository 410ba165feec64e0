import type { Report } from "../../domain/report.ts";
import { MIGRATION_ORDER } from "../comment-details.ts";
import { firstThatFits } from "../fit.ts";
import { counted, isQuiet, tally, verdictLine } from "../words.ts";
import { environmentAnchor, linked, nodeAnchor } from "./anchors.ts";
import { copyable } from "./copyable.ts";
import { factsTable, rawJson } from "./facts.ts";
import { fleetMap } from "./fleet-map.ts";
import { type Html, html } from "./html.ts";
import { type Detail, environmentsBody } from "./plan-environments.ts";
import { findingsBody } from "./plan-findings.ts";
import { accessBody, hostnamesBody, inputsBody, reservationsBody } from "./plan-lists.ts";
import { nodesBody } from "./plan-nodes.ts";
import { type PlanView, viewOf } from "./plan-view.ts";
import { type PageSection, rendered } from "./shell.ts";

/** A page larger than this takes browsers long to open; what is left out stands in the report. */
export const PAGE_LIMIT = { codePoints: 5_000_000, bytes: 5_000_000 };

const DETAILS: readonly Detail[] = ["raw", "facts", "lines"];

/** The report of a plan as one HTML file, as detailed as fits. */
export function planPage(report: Report, limit = PAGE_LIMIT): string {
  const view = viewOf(report);
  return firstThatFits(
    DETAILS.map((detail) => () => pageOf(view, detail)),
    limit,
  );
}

function pageOf(view: PlanView, detail: Detail): string {
  const { report } = view;
  const title = `hostenv plan ${report.planId.slice(0, 8)}: ${verdict(report)}`;
  return rendered({
    title,
    kicker: html`hostenv plan${report.provider === "." ? null : html` for <code>${report.provider}</code>`}`,
    headline: headline(report),
    facts: facts(report),
    choices: {
      search: "name, hostname, key …",
      nodes: report.hosts.map(({ host }) => host),
      attention: [
        [3, "what needs a decision"],
        [2, "what is to review, too"],
        [1, "all with a finding"],
      ],
      kinds: [
        ["finding", "findings"],
        ["node", "nodes"],
        ["environment", "environments"],
      ],
    },
    sections: sectionsOf(view, detail),
  });
}

function verdict(report: Report): string {
  return isQuiet(report) ? "no change" : verdictLine(report);
}

function headline(report: Report): Html {
  const { decisions, toReview } = tally(report.findings);
  const look = decisions > 0 ? "bad" : toReview > 0 ? "wait" : "good";
  const [first, ...rest] = verdict(report).split(" · ") as [string, ...string[]];
  return html`<span class="verdict ${look}">${first}</span>${rest.map((part) => html` <span class="part">${part}</span>`)}`;
}

function facts(report: Report): (readonly [string, Html])[] {
  const { headCommit, baseCommit, nixVersion, toolUpgrade } = report;
  const commit = (sha: string) => html`<code title="${sha}">${sha.slice(0, 12)}</code>`;
  return [
    ["Plan", copyable(report.planId)],
    ...(headCommit ? [["Head", commit(headCommit)] as const] : []),
    ...(baseCommit ? [["Base", commit(baseCommit)] as const] : []),
    ["Made by", html`hostenv-provider ${report.toolVersion}${nixVersion ? html`, Nix ${nixVersion}` : null}`],
    ["In", html`${Math.ceil(report.seconds)} s`],
    ...(toolUpgrade
      ? [["Upgraded", html`<code>${toolUpgrade.before}</code> → <code>${toolUpgrade.after}</code>`] as const]
      : []),
  ];
}

function sectionsOf(view: PlanView, detail: Detail): PageSection[] {
  const { report, environments, nodes } = view;
  const { findings, hostnames, changes } = report;
  const settings = changes.filter(({ kind }) => kind === "fleet");
  const names = hostnames.added.length + hostnames.removed.length;
  const optional = (id: string, title: string, found: { count: number; body: Html } | null): PageSection[] =>
    found ? [{ id, title, ...found, count: found.count > 0 ? found.count : null }] : [];
  return [
    { id: "findings", title: "Findings", count: findings.length, body: findingsBody(view) },
    { id: "deploy", title: "On merge", count: null, body: html`${onMerge(view)}${fleetMap(view)}` },
    {
      id: "environments",
      title: "Environments",
      count: environments.size,
      body: environmentsBody(view, detail),
    },
    { id: "nodes", title: "Nodes", count: nodes.size, body: nodesBody(view, detail) },
    ...optional("hostnames", "Hostnames", names > 0 ? { count: names, body: hostnamesBody(view) } : null),
    ...optional("access", "Access", accessBody(view)),
    ...optional("reservations", "Reservations", reservationsBody(view)),
    ...optional("inputs", "Inputs and files", inputsBody(view)),
    ...optional(
      "settings",
      "Provider settings",
      settings.length > 0
        ? {
            count: settings.length,
            body: html`${factsTable(settings, "Provider settings")}${rawJson(settings)}`,
          }
        : null,
    ),
  ];
}

/** Up to so many nodes of a wave, and environments restored there, are named. */
const NAMED = 12;

function onMerge({ report, nodes }: PlanView): Html | null {
  const { waves, units, counts, derivations } = report;
  if (waves.length === 0) return null;
  const steps = waves.map((hosts, index) => {
    const moved = units.moved.filter(({ to }) => hosts.includes(to));
    const names = hosts
      .slice(0, NAMED)
      .map((host) => html` ${nodes.has(host) ? linked(nodeAnchor(host), host) : host}`);
    const restored = moved.slice(0, NAMED).map(({ name }) => html` ${linked(environmentAnchor(name), name)}`);
    const first = moved.length > 0 ? html`, after restoring${restored}${more(moved.length)}` : null;
    return html`<li><b>wave ${index + 1}</b>${names}${more(hosts.length)}${first}</li>
`;
  });
  const checked = counts.added + counts.changed + counts.moved;
  const how =
    derivations?.method === "derivations"
      ? "Affected nodes are told by what is built differently."
      : "Affected nodes are told by rules.";
  return html`<ol class="waves">
${steps}</ol>
<p>Then ${counted(checked, "environment")} are checked over HTTP. A failure stops later waves. ${derivations ? how : null}</p>
${units.moved.length > 0 ? html`<p><b>Each move.</b> ${MIGRATION_ORDER}</p>\n` : null}`;
}

function more(count: number): Html | null {
  return count > NAMED ? html` and ${count - NAMED} more` : null;
}
