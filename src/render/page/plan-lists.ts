import type { Change } from "../../domain/changes.ts";
import { segmentsOf } from "../../domain/json.ts";
import type { Report } from "../../domain/report.ts";
import { counted } from "../words.ts";
import { environmentAnchor, linked } from "./anchors.ts";
import { filterable } from "./filters.ts";
import { type Html, html } from "./html.ts";
import { sentence } from "./plan-findings.ts";
import { attentionTo, type ChangedEnvironment, type PlanView } from "./plan-view.ts";
import { table } from "./table.ts";

/** Hostnames that come and go, with whose they are and what DNS said last. */
export function hostnamesBody(view: PlanView): Html {
  const { hostnames, gate } = view.report;
  const owners = ownersOf(view);
  const verdicts = new Map(gate.map((row) => [row.hostname, row]));
  const row = (sign: "+" | "−") => (name: string) => {
    const all = owners.get(name) ?? [];
    const verdict = verdicts.get(name);
    const said = verdict
      ? html`${[verdict.verdict, verdict.reason ?? ""].join(" ")} <span class="muted">since ${verdict.since.slice(0, 10)}</span>`
      : html`<span class="none">not known</span>`;
    return html`<tr ${filterable(
      "hostname",
      0,
      all.flatMap(({ host, from }) => [host, from]),
      view.numbers,
    )}><th scope="row"><span class="sign ${sign === "+" ? "added" : "removed"}">${sign}</span><code>${name}</code></th><td>${all.map(({ name: owner }) => linked(environmentAnchor(owner), owner))}</td><td>${said}</td></tr>
`;
  };
  return table(
    "Hostnames",
    ["Hostname", "Environment", "Last DNS verdict"],
    [...hostnames.added.map(row("+")), ...hostnames.removed.map(row("−"))],
  );
}

// A virtual host's name stands in the path of its facts, an alias in a list of names.
function ownersOf({ environments }: PlanView): Map<string, ChangedEnvironment[]> {
  const owners = new Map<string, Set<ChangedEnvironment>>();
  for (const each of environments.values())
    for (const name of each.changes.flatMap(namesIn))
      owners.set(name, (owners.get(name) ?? new Set()).add(each));
  return new Map([...owners].map(([name, found]) => [name, [...found]]));
}

function namesIn({ path, before, after }: Change): string[] {
  const [first, hostname, key] = segmentsOf(path);
  if (first !== "virtualHosts" || hostname === undefined) return [];
  const others = key === "serverAliases" || key === "serverName" ? [before, after].flat() : [];
  return [hostname, ...others.filter((value) => typeof value === "string")];
}

const ACCESS = new Set(["ssh-key-added", "ssh-key-removed", "deploy-key-changed", "signing-key-changed"]);

/** Who gains or loses a login, and whose deploys and builds the nodes accept; null where nobody. */
export function accessBody(view: PlanView): { readonly count: number; readonly body: Html } | null {
  const found = view.report.findings.filter(({ rule }) => ACCESS.has(rule));
  if (found.length === 0) return null;
  const items = found.map((each) => {
    const sign = each.rule === "ssh-key-added" ? "+" : each.rule === "ssh-key-removed" ? "−" : "~";
    const look = { "+": "added", "−": "removed", "~": "changed" }[sign];
    return html`<li ${filterable("key", attentionTo(each), [each.host], view.numbers)}><span class="sign ${look}">${sign}</span>${sentence(each, view)}</li>
`;
  });
  return { count: found.length, body: html`<ul class="told signs">\n${items}</ul>\n` };
}

/** What becomes of reserved uids; null where nothing does. */
export function reservationsBody(view: PlanView): { readonly count: number; readonly body: Html } | null {
  const { changes, findings, units } = view.report;
  const uids = changes.filter(({ kind, path }) => kind === "unit" && path === "/uid");
  const released = findings.filter(({ rule }) => rule === "state-pruned");
  if (uids.length + released.length + units.added.length + units.removed.length === 0) return null;
  const rows = uids.map(
    ({ subject, before, after }) =>
      html`<tr><th scope="row">${linked(environmentAnchor(subject), subject)}</th><td>${JSON.stringify(before)}</td><td>${JSON.stringify(after)}</td></tr>
`,
  );
  const renumbered = table("uids", ["Environment", "uid before", "uid after"], rows);
  const said = [
    ...(units.added.length > 0
      ? [html`<li>${counted(units.added.length, "new environment")}: each uid is given at merge</li>\n`]
      : []),
    ...(units.removed.length > 0
      ? [html`<li>${counted(units.removed.length, "removed environment")}: each uid stays reserved</li>\n`]
      : []),
    ...released.map((each) => html`<li>${sentence(each, view)}</li>\n`),
  ];
  const body = html`${uids.length > 0 ? renumbered : null}${said.length > 0 ? html`<ul class="told">\n${said}</ul>\n` : null}`;
  return { count: uids.length, body };
}

/** Locked inputs that move, and files of the provider that change; null where none does. */
export function inputsBody({ report }: PlanView): { readonly count: number; readonly body: Html } | null {
  const names = [...new Set([...report.pins.base, ...report.pins.head].map(({ name }) => name))];
  const files = report.changes.filter(({ kind }) => kind === "file");
  if (names.length + files.length === 0) return null;
  const commits = new Map((report.revisions ?? []).map((each) => [each.name, each.commits]));
  const rows = names.map((name) => {
    const more = commits.get(name);
    const told = more === undefined ? null : html` (${counted(more, "new commit")})`;
    return html`<tr><th scope="row"><code>${name}</code></th><td>${pin(report.pins.base, name)}</td><td>${pin(report.pins.head, name)}${told}</td></tr>
`;
  });
  const moved = table("Locked inputs", ["Input", "Before", "After"], rows);
  const items = files.map(({ subject, before, after }) => {
    const how = before === null ? "added" : after === null ? "removed" : "changed";
    return html`<li><span class="sign ${how}">${{ added: "+", removed: "−", changed: "~" }[how]}</span><code>${subject}</code></li>`;
  });
  const list = html`<h3>Files of the provider</h3>\n<ul class="names">${items}</ul>\n`;
  return {
    count: names.length + files.length,
    body: html`${rows.length > 0 ? moved : null}${items.length > 0 ? list : null}`,
  };
}

function pin(side: Report["pins"]["base"], name: string): Html {
  const found = side.find((each) => each.name === name);
  if (!found) return html`<span class="none">none</span>`;
  return html`<code>${found.rev?.slice(0, 12) ?? found.narHash ?? found.url}</code>`;
}
