import type { Change } from "../../domain/changes.ts";
import { segmentsOf } from "../../domain/json.ts";
import { counted } from "../words.ts";
import { environmentAnchor, linked, nodeAnchor } from "./anchors.ts";
import { aspectName, factsTable, rawJson } from "./facts.ts";
import { filterable } from "./filters.ts";
import { type Html, html } from "./html.ts";
import { later } from "./later.ts";
import { sentence } from "./plan-findings.ts";
import { attentionTo, type ChangedEnvironment, type PlanView, signOf } from "./plan-view.ts";

/** How much a page tells of each environment: all with its JSON, all facts, or only what changes in one line. */
export type Detail = "raw" | "facts" | "lines";

/** Each environment that changes, folded, what asks for a decision first. */
export function environmentsBody(view: PlanView, detail: Detail): Html {
  const all = [...view.environments.values()];
  if (all.length === 0) return html`<p class="none">No environment changes.</p>\n`;
  const told =
    detail === "lines"
      ? html`<p class="none">There are too many to show what changes in each: the report has it.</p>\n`
      : null;
  return html`${told}${all.map((each) => environment(each, view, detail))}`;
}

function environment(each: ChangedEnvironment, view: PlanView, detail: Detail): Html {
  const { name, fate, attention, host, from } = each;
  const anchor = environmentAnchor(name);
  const told = html`${detail === "lines" ? null : facts(each)}${detail === "raw" ? rawJson(each.changes) : null}`;
  const links = html`<p class="foot">${nodeLink(host)}<a href="#${anchor}">Link to this environment</a></p>`;
  return html`<details class="item" ${filterable("environment", attention, [host, from], view.numbers)}>
<summary><span class="sign ${fate}">${signOf(fate)}</span><code>${name}</code> <span class="muted">${fate}${place(each)}</span>${mark(each)}<span class="aspects">${aspects(each)}</span></summary>
<div id="${anchor}" class="inside">
${later(findings(each, view), view, html` data-shared`)}${later(html`${told}${links}`, view)}
</div>
</details>
`;
}

function place({ host, from, type }: ChangedEnvironment): Html {
  const where = from === null ? (host === null ? null : html` on ${host}`) : html` ${from} → ${host}`;
  return html`${where}${type === null ? null : html` · ${type}`}`;
}

function nodeLink(host: string | null): Html | null {
  return host === null ? null : html`Node ${linked(nodeAnchor(host), host)} · `;
}

const MARKS = [null, null, ["to review", "wait"], ["needs a decision", "bad"]] as const;

function mark({ attention }: ChangedEnvironment): Html | null {
  const found = MARKS[attention];
  return found ? html` <span class="badge ${found[1]}">${found[0]}</span>` : null;
}

// The node's configuration follows from the rest, and what is new or gone is so in every respect.
function aspects({ fate, changes }: ChangedEnvironment): string {
  if (fate === "added" || fate === "removed") return "";
  const names = changes.map(({ path }) => segmentsOf(path)[0] ?? "");
  const told = [...new Set(names)].filter((name) => name !== "nixos" && name !== "node");
  return told.map((name) => aspectName(name).toLowerCase()).join(", ");
}

function findings({ findings: found }: ChangedEnvironment, view: PlanView): Html | null {
  if (found.length === 0) return null;
  const looks = ["info", "info", "wait", "bad"] as const;
  const items = found.map(
    (each) => html`<li class="${looks[attentionTo(each)]}">${sentence(each, view)}</li>\n`,
  );
  return html`<ul class="told" data-shared>${items}</ul>\n`;
}

function facts({ name, fate, changes }: ChangedEnvironment): Html | null {
  const follows = ({ path }: Change) => path.startsWith("/nixos/");
  const own = changes.filter((each) => !follows(each));
  const rest = changes.filter(follows);
  const table = own.length > 0 ? factsTable(own, `What changes in ${name}`) : null;
  const isNews = rest.length > 0 && fate !== "added" && fate !== "removed";
  if (!isNews) return table;
  const title = `${counted(rest.length, "fact")} of the node's configuration that follow`;
  return html`${table}<details class="raw"><summary>${title}</summary>
${factsTable(rest, `What follows for ${name}`)}</details>
`;
}
