import type { HostRow } from "../../domain/review.ts";
import { closureGrowth } from "../derivations.ts";
import { counted, gainLoss } from "../words.ts";
import { environmentAnchor, linked, nodeAnchor } from "./anchors.ts";
import { factsTable, rawJson } from "./facts.ts";
import { filterable } from "./filters.ts";
import { type Html, html } from "./html.ts";
import { later } from "./later.ts";
import type { Detail } from "./plan-environments.ts";
import { type PlanView, signOf, type TouchedNode } from "./plan-view.ts";
import { table } from "./table.ts";

/** Every node: a table of counts, then what changes at each that is touched. */
export function nodesBody(view: PlanView, detail: Detail): Html {
  const growth = closureGrowth(view.report);
  const head = ["Node", "Environments", "Added", "Changed", "Removed", "Moved", "Hostnames"];
  const columns = [...head, ...(growth ? ["Closure"] : []), "Deploy"];
  const rows = view.report.hosts.map((row) => tableRow(row, view, growth));
  return html`${table("Nodes", columns, rows, "counts")}${[...view.nodes.values()].map((node) => nodeItem(node, view, detail))}`;
}

function tableRow(row: HostRow, view: PlanView, growth: ReadonlyMap<string, string> | null): Html {
  const { host, unitsBefore, unitsAfter, wave } = row;
  const moved = [
    ...(row.movedIn > 0 ? [`${row.movedIn} in`] : []),
    ...(row.movedOut > 0 ? [`${row.movedOut} out`] : []),
  ];
  const cells = [
    unitsBefore === unitsAfter ? String(unitsAfter) : `${unitsBefore} → ${unitsAfter}`,
    ...[row.added, row.changed, row.removed].map((count) => (count > 0 ? String(count) : "")),
    moved.join(", "),
    gainLoss(row.hostnamesAdded, row.hostnamesRemoved),
    ...(growth ? [growth.get(host) ?? ""] : []),
    wave === null ? "not affected" : `wave ${wave}`,
  ];
  const node = view.nodes.get(host);
  const name = node ? linked(nodeAnchor(host), host) : html`<code>${host}</code>`;
  return html`<tr ${filterable("row", node?.attention ?? 0, [host], view.numbers)}><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`;
}

function nodeItem(node: TouchedNode, view: PlanView, detail: Detail): Html {
  const { row, changes, attention, environments } = node;
  const { host, wave } = row;
  const what = [
    ...(environments.length > 0 ? [counted(environments.length, "environment")] : []),
    ...(changes.length > 0 ? [`${counted(changes.length, "fact")} of its own`] : []),
  ];
  return html`<details class="item" ${filterable("node", attention, [host], view.numbers)}>
<summary><code>${host}</code> <span class="muted">${wave === null ? "not deployed to" : `wave ${wave}`}</span><span class="aspects">${what.join(", ")}</span></summary>
<div id="${nodeAnchor(host)}" class="inside">
${changes.length > 0 ? html`${factsTable(changes, `What changes of ${host}`)}${detail === "raw" ? rawJson(changes) : null}` : null}${built(host, view)}${later(carried(node), view)}</div>
</details>
`;
}

function carried({ environments, row }: TouchedNode): Html | null {
  if (environments.length === 0) return null;
  const items = environments.map(
    ({ name, fate, from }) =>
      html`<li><span class="sign ${fate}">${from === row.host ? "←" : signOf(fate)}</span>${linked(environmentAnchor(name), name)}</li>`,
  );
  return html`<ul class="names">${items}</ul>
`;
}

function built(host: string, { report }: PlanView): Html | null {
  const found = report.derivations?.nodes.find((each) => each.host === host);
  if (!found) return null;
  const { error, changed, closure } = found;
  if (error !== undefined)
    return html`<p class="told bad">It can't be evaluated: <code>${error}</code></p>\n`;
  const packages = closure?.packages ?? [];
  const list = packages.map((line) => html`<li><code>${line}</code></li>`);
  return html`<p>Built differently: ${changed.map((name, index) => html`${index > 0 ? ", " : null}<code>${name}</code>`)}</p>
${packages.length > 0 ? html`<details class="raw"><summary>${counted(packages.length, "changed package")}</summary><ul class="values">${list}</ul></details>\n` : null}`;
}
