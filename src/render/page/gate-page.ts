import { endingOf, type GateStory, remarksOf, verdictLine } from "../dns-gate-sections.ts";
import { whyWrong } from "../dns-issue.ts";
import { writeLines } from "../dns-writes.ts";
import { counted, grouped } from "../words.ts";
import { addressed } from "./anchors.ts";
import { copyable } from "./copyable.ts";
import { type Attention, filterable, numbersOf } from "./filters.ts";
import { isOpen, isUrgent, type JudgedName, type Task, tasksOf } from "./gate-tasks.ts";
import { type Html, html, lined } from "./html.ts";
import { type PageSection, rendered } from "./shell.ts";
import { table } from "./table.ts";

type Numbers = ReadonlyMap<string, number>;

const ATTENTION = { bad: 3, wait: 2, good: 0 } as const;

/** A run of the DNS gate as one HTML file: what must be done, by whom, and why. */
export function gatePage(story: GateStory): string {
  const { answer, obstacle } = story;
  const nodes = [...new Set(answer.verdicts.map(({ node }) => node))].sort();
  const line = verdictLine(answer);
  const isBad = obstacle !== null || answer.verdicts.some(({ verdict }) => verdict === "mismatch");
  const [first, ...rest] = line.split(" · ") as [string, ...string[]];
  return rendered({
    title: `hostenv dns-gate: ${line}`,
    kicker: html`hostenv dns-gate`,
    headline: html`<span class="verdict ${isBad ? "bad" : "good"}">${first}</span>${rest.map((part) => html` <span class="part">${part}</span>`)}`,
    facts: [["Result", html`${endingOf(story, (name) => name)}`]],
    choices: {
      search: "hostname, environment …",
      nodes,
      attention: [
        [3, "what visitors suffer from"],
        [2, "what waits, too"],
      ],
      kinds: [["hostname", "hostnames"]],
    },
    sections: sectionsIn(story, numbersOf(nodes)),
  });
}

function sectionsIn(story: GateStory, numbers: Numbers): PageSection[] {
  const tasks = tasksOf(story);
  const [open, rest] = [tasks.filter(isOpen), tasks.filter((task) => !isOpen(task))];
  const count = (some: readonly Task[]) => some.reduce((sum, { names }) => sum + names.length, 0);
  const todo = open.length > 0 ? html`${open.map((task) => taskCard(task, numbers))}` : NOTHING;
  return [
    {
      id: "todo",
      title: "To do",
      count: count(open),
      body: html`${stopped(story)}${todo}${redirects(story)}`,
    },
    ...records(story),
    ...(rest.length > 0
      ? [
          {
            id: "rest",
            title: "Nothing to do",
            count: count(rest),
            body: html`${rest.map((task) => restTable(task, numbers))}`,
          },
        ]
      : []),
  ];
}

const NOTHING = html`<p class="none">Nobody has to do anything.</p>\n`;

function stopped(story: GateStory): Html | null {
  if (story.obstacle === null) return null;
  return html`<article class="card bad"><h3>Nothing is decided</h3>
<p>${endingOf(story, (name) => name)}.</p></article>
`;
}

function taskCard({ what, who, names }: Task, numbers: Numbers): Html {
  const look = isUrgent({ names }) ? "bad" : "wait";
  return html`<article class="card ${look}" data-group>
<h3>${what} <span class="badge ${look}">${who}</span> <span class="count">${grouped(names.length)}</span></h3>
${names.map((name) => entry(name, numbers))}</article>
`;
}

function entry({ row, kind, outcome }: JudgedName, numbers: Numbers): Html {
  const { hostname, node, environment, seen, expected, reason, verdict } = row;
  const { aliasOf, verb, records: wanted } = remarksOf(row);
  const alias = aliasOf === null ? null : html`, an alias of <code>${aliasOf}</code>`;
  const why =
    verdict === "unknown" ? `not known, ${reason}` : whyWrong(verdict === "match" ? "unreachable" : reason);
  const shown =
    seen.length === 0 ? html`nothing ` : html`${seen.map((value) => html`<code>${value}</code> `)}`;
  return html`<div class="entry" id="host-${addressed(hostname)}" ${filterable("hostname", ATTENTION[kind], [node], numbers)}>
<p><code class="strong">${hostname}</code>${alias}: ${why}. <span class="badge ${kind}">${outcome}</span></p>
${wanted.length > 0 ? html`<p>${verb === "set" ? "Set" : "Add"}: ${wanted.map((record) => html`${copyable(record)} `)}</p>\n` : null}<p class="muted">Seen ${shown}· expected <code>${expected}</code> · environment <code>${environment}</code> on <code>${node}</code></p>
${evidence(row.evidence)}</div>
`;
}

function evidence(lines: readonly string[]): Html | null {
  if (lines.length === 0) return null;
  return html`<details class="raw"><summary>${counted(lines.length, "line")} of evidence</summary>
<pre tabindex="0">${lined(lines)}</pre>
</details>
`;
}

function redirects({ answer }: GateStory): Html | null {
  if (answer.redirects.length === 0) return null;
  const items = answer.redirects.map(
    ({ target, from }) =>
      html`<li class="wait"><code>${target}</code> has no TLS, and these send their visitors there over TLS: ${from.map((name) => html`<code>${name}</code> `)}</li>
`,
  );
  return html`<ul class="told">
${items}</ul>
`;
}

function records({ answer, calls }: GateStory): PageSection[] {
  if (answer.writes.length === 0) return [];
  const rows = writeLines(answer.writes).map(
    ({ kind, hostname, text, changes }) =>
      html`<tr><th scope="row"><code>${hostname}</code></th><td><span class="badge ${kind}">${text}</span></td><td>${changes.map((change) => html`<code>${change}</code><br>`)}</td></tr>
`,
  );
  const sent = calls.flatMap(({ method, path, body }) => [`${method} ${path}`, JSON.stringify(body)]);
  const dry = html`<details class="raw"><summary>What would be sent</summary>
<pre tabindex="0">${lined(sent)}</pre>
</details>
`;
  const body = html`${table("DNS records", ["Hostname", "Result", "Records"], rows)}${calls.length > 0 ? dry : null}`;
  return [{ id: "records", title: "DNS records", count: answer.writes.length, body }];
}

// Of what is right, where it leads is enough.
function restTable({ what, names }: Task, numbers: Numbers): Html {
  const rows = names.map(({ row, kind, outcome }) => {
    const { hostname, node, environment, seen, reason } = row;
    return html`<tr id="host-${addressed(hostname)}" ${filterable("hostname", ATTENTION[kind] as Attention, [node], numbers)}><th scope="row"><code>${hostname}</code></th><td><code>${environment}</code> on <code>${node}</code></td><td>${outcome}${reason === null ? null : html` (${reason})`}${kind === "good" ? null : evidence(row.evidence)}</td><td>${seen.map((value) => html`<code>${value}</code> `)}</td></tr>
`;
  });
  return html`<div data-group><h3>${what} <span class="count">${grouped(names.length)}</span></h3>
${table(what, ["Hostname", "Environment", "Verdict", "Seen"], rows)}</div>
`;
}
