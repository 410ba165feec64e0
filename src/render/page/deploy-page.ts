import type { DeployReport, HostReport } from "../../domain/deploy/report.ts";
import { duration, ENDINGS, hostWord, profileWord, rehearsals, sizeLine, troubles } from "../deploy-words.ts";
import { firstThatFits } from "../fit.ts";
import { environmentAnchor, nodeAnchor } from "./anchors.ts";
import { copyable } from "./copyable.ts";
import { stepsBody, troublesBody, unreviewedBody, waitingBody } from "./deploy-lists.ts";
import { attentionOf, lookOf, lookOfCheck } from "./deploy-looks.ts";
import { timeline } from "./deploy-timeline.ts";
import { filterable, numbersOf } from "./filters.ts";
import { type Html, html } from "./html.ts";
import { PAGE_LIMIT } from "./plan-page.ts";
import { type PageSection, rendered } from "./shell.ts";
import { table } from "./table.ts";

type Numbers = ReadonlyMap<string, number>;

/** The report of a deploy as one HTML file; of a very large one without the last lines of what failed. */
export function deployPage(report: DeployReport, limit = PAGE_LIMIT): string {
  return firstThatFits(
    [true, false].map((hasLogs) => () => pageOf(report, hasLogs)),
    limit,
  );
}

function pageOf(report: DeployReport, hasLogs: boolean): string {
  const { provider, planId, result, hosts } = report;
  const nodes = hosts.map(({ host }) => host);
  const title = `hostenv deploy ${planId.slice(0, 8)}: ${ENDINGS[result]}`;
  const parts = [...sizeLine(report).split(" · "), duration(report.seconds)].filter((part) => part !== "");
  return rendered({
    title,
    kicker: html`hostenv deploy${provider === "." ? null : html` for <code>${provider}</code>`}`,
    headline: html`<span class="verdict ${lookOf(result)}">${ENDINGS[result]}</span>${parts.map((part) => html` <span class="part">${part}</span>`)}`,
    facts: facts(report),
    choices: {
      search: "environment, site …",
      nodes,
      attention: [
        [3, "what failed"],
        [2, "what warns or waits, too"],
      ],
      kinds: [
        ["trouble", "troubles"],
        ["node", "nodes"],
        ["environment", "environments"],
        ["check", "checks"],
      ],
    },
    sections: sectionsOf(report, numbersOf(nodes), hasLogs),
  });
}

function facts({ planId, commit, toolVersion, resume, notices }: DeployReport): (readonly [string, Html])[] {
  return [
    ["Plan", copyable(planId)],
    ...(commit ? [["Commit", html`<code title="${commit}">${commit.slice(0, 12)}</code>`] as const] : []),
    ["Made by", html`hostenv-provider ${toolVersion}`],
    ...(resume ? [["For what is left", copyable(resume)] as const] : []),
    ...notices.map((notice) => ["Notice", html`${notice}`] as const),
  ];
}

function sectionsOf(report: DeployReport, numbers: Numbers, hasLogs: boolean): PageSection[] {
  const { hosts, environments, waitingForDns, unreviewed, steps = [] } = report;
  const trouble = troubles(report);
  const unseen = unreviewed.changes.length + unreviewed.pins.length;
  const checks = hosts.flatMap(({ host, verification }) => verification.map((check) => ({ host, check })));
  const optional = (id: string, title: string, count: number, body: () => Html): PageSection[] =>
    count > 0 ? [{ id, title, count, body: body() }] : [];
  return [
    ...optional("trouble", "What went otherwise", trouble.length, () =>
      troublesBody(trouble, numbers, hasLogs),
    ),
    ...optional("unreviewed", "Not reviewed", unseen, () => unreviewedBody(report)),
    {
      id: "nodes",
      title: "Waves and nodes",
      count: hosts.length,
      body: html`${timeline(hosts)}${hosts.map((host) => nodeItem(host, numbers))}`,
    },
    ...optional("steps", "What would be done", steps.length, () =>
      stepsBody(steps, rehearsals(report), hasLogs),
    ),
    ...optional("checks", "Verification", checks.length, () => checksBody(checks, numbers)),
    ...optional("dns", "Waiting for DNS", waitingForDns.length, () => waitingBody(waitingForDns)),
    ...optional("environments", "Environments", environments.length, () => environmentsBody(report, numbers)),
  ];
}

function nodeItem(host: HostReport, numbers: Numbers): Html {
  const look = lookOf(host.result);
  const { problem, profiles, lastBackups, setAside } = host;
  const backups = lastBackups.map(
    ({ environment, backup, snapshot }) =>
      html`<li><code>${environment}</code>: last backup <code>${backup}</code>, snapshot <code>${snapshot}</code></li>\n`,
  );
  const aside = setAside.map(
    ({ environment, path }) =>
      html`<li><code>${environment}</code>: what it had here before is now in <code>${path}</code></li>\n`,
  );
  const data = [...backups, ...aside];
  const told = problem
    ? html`<p><code>${problem.code}</code>: ${problem.message}</p><p><b>What to do:</b> ${problem.hint}</p>\n`
    : null;
  return html`<details class="item" ${filterable("node", attentionOf(look), [host.host], numbers)}>
<summary><code>${host.host}</code> <span class="muted">wave ${host.wave}</span><span class="badge ${look}">${hostWord(host)}</span><span class="aspects">${duration(host.seconds)}</span></summary>
<div id="${nodeAnchor(host.host)}" class="inside">
${told}${profilesTable(profiles)}${data.length > 0 ? html`<ul class="told">\n${data}</ul>\n` : null}</div>
</details>
`;
}

function profilesTable(profiles: HostReport["profiles"]): Html | null {
  if (profiles.length === 0) return null;
  const rows = profiles.map(({ profile, result, seconds, storePath, reason }) => {
    return html`<tr><th scope="row"><code>${profile}</code></th><td><span class="badge ${lookOf(result)}">${profileWord(result)}</span></td><td>${duration(seconds)}</td><td>${reason === null ? null : html`<p>${reason}</p>`}${storePath === null ? null : html`<code class="path">${storePath}</code>`}</td></tr>
`;
  });
  return table("Profiles", ["Profile", "Result", "Took", "Runs now"], rows);
}

type Checked = { readonly host: string; readonly check: HostReport["verification"][number] };

// What failed stands first; the sort keeps the order of the rest.
function checksBody(checks: readonly Checked[], numbers: Numbers): Html {
  const rank = ({ check }: Checked) => attentionOf(lookOfCheck(check));
  const rows = checks
    .toSorted((one, other) => rank(other) - rank(one))
    .map((each) => checkRow(each, numbers));
  return table("Verification", ["Environment", "Check", "Result", "HTTP", "Attempts", "What it found"], rows);
}

function checkRow({ host, check }: Checked, numbers: Numbers): Html {
  const { environment, check: name, passed, enforced, status, failures, remark, seconds, attempts } = check;
  const look = lookOfCheck(check);
  const word = passed ? "passed" : enforced ? "failed" : "failed, only warns";
  const found = [...failures, ...(remark === null ? [] : [remark])];
  return html`<tr ${filterable("check", attentionOf(look), [host], numbers)}><th scope="row"><code>${environment}</code></th><td>${name}</td><td><span class="badge ${look}">${word}</span></td><td>${status === null ? "no answer" : status}</td><td>${attempts > 1 ? `${attempts} in ${duration(seconds)}` : attempts}</td><td>${found.map((line) => html`<p>${line}</p>`)}</td></tr>
`;
}

function environmentsBody({ environments, hosts }: DeployReport, numbers: Numbers): Html {
  const results = new Map(
    hosts.flatMap(({ profiles }) => profiles.map(({ profile, result }) => [profile, result] as const)),
  );
  const rows = environments.map(({ name, project, environment, type, host, url, changed }) => {
    const result = results.get(name);
    const look = result ? lookOf(result) : "info";
    return html`<tr id="${environmentAnchor(name)}" ${filterable("environment", attentionOf(look), [host], numbers)}><th scope="row"><code>${name}</code></th><td>${project} · ${environment} · ${type}</td><td><code>${host}</code></td><td>${result ? html`<span class="badge ${look}">${profileWord(result)}</span>` : "not deployed"}${changed ? null : html` <span class="muted">as before</span>`}</td><td>${url === null ? null : site(url)}</td></tr>
`;
  });
  return table("Environments", ["Environment", "Of", "Node", "Result", "Site"], rows);
}

// An address that is none of a site would be followed by a click, too.
function site(url: string): Html {
  if (!/^https?:\/\/[^\s"'<>]+$/.test(url)) return html`<code>${url}</code>`;
  return html`<a href="${url}" rel="noreferrer noopener">${url}</a>`;
}
