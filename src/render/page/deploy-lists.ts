import type { DeployReport, WaitingForDns } from "../../domain/deploy/report.ts";
import type { Rehearsal, Trouble } from "../deploy-words.ts";
import { copyable } from "./copyable.ts";
import { attentionOf } from "./deploy-looks.ts";
import { factsTable, rawJson } from "./facts.ts";
import { filterable } from "./filters.ts";
import { type Html, html, lined } from "./html.ts";

/** All that went otherwise than wanted, worst first, with the last lines of what failed. */
export function troublesBody(
  troubles: readonly Trouble[],
  numbers: ReadonlyMap<string, number>,
  hasLogs: boolean,
): Html {
  return html`${troubles.map((trouble) => troubleCard(trouble, numbers, hasLogs))}`;
}

function troubleCard(trouble: Trouble, numbers: ReadonlyMap<string, number>, hasLogs: boolean): Html {
  const { isGrave, host, profile, what, why, hint, log } = trouble;
  const look = isGrave ? "bad" : "wait";
  const about = profile === null ? null : html`<code>${profile}</code> on `;
  return html`<article class="card ${look}" ${filterable("trouble", attentionOf(look), [host], numbers)}>
<h3>${about}<code>${host}</code> <span class="badge ${look}">${what}</span></h3>
<p>${why}</p>${hint === "" ? null : html`<p><b>What to do:</b> ${hint}</p>`}${hasLogs && log.length > 0 ? html`<pre tabindex="0">${lined(log)}</pre>` : null}</article>
`;
}

/** What a deploy would do, node by node in the order of its waves, with what its rehearsal said. */
export function stepsBody(
  steps: NonNullable<DeployReport["steps"]>,
  said: readonly Rehearsal[],
  hasLogs: boolean,
): Html {
  const items = steps.map(({ host, wave, steps: own }) => {
    const lines = own.map((parts) => {
      const shown = parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
      return html`<li>${shown}</li>
`;
    });
    const logs = said
      .filter((each) => hasLogs && each.host === host)
      .map(
        ({ profile, log }) =>
          html`<p><code>${profile}</code> would, by its dry activation:</p><pre tabindex="0">${lined(log)}</pre>
`,
      );
    return html`<h3>wave ${wave}: <code>${host}</code></h3>
<ol class="waves">
${lines}</ol>
${logs}`;
  });
  return html`${items}`;
}

/** Moved environments whose visitors still go to the old node, with the records to set. */
export function waitingBody(waiting: readonly WaitingForDns[]): Html {
  const cards = waiting.map(
    ({ environment, hostname, from, to, record, why }) =>
      html`<article class="card wait"><h3><code>${hostname}</code></h3>
<p>Of <code>${environment}</code>, from <code>${from}</code> to <code>${to}</code>: ${why}.</p>
${record.split("\n").map((line) => html`<p>Set: ${copyable(line)}</p>\n`)}</article>
`,
  );
  return html`${cards}`;
}

/** What the deploy would have done and no reviewer saw. */
export function unreviewedBody({ unreviewed }: DeployReport): Html {
  const { changes, pins } = unreviewed;
  const subjects = [...new Set(changes.map(({ subject }) => subject))];
  const items = subjects.map((subject) => {
    const own = changes.filter((each) => each.subject === subject);
    return html`<details class="item" open><summary><code>${subject}</code></summary>
<div class="inside">
${factsTable(own, `What nobody saw of ${subject}`)}${rawJson(own)}</div>
</details>
`;
  });
  const moved = pins.map(
    ({ name, before, after }) =>
      html`<li class="bad">input <code>${name}</code>: <code>${before?.rev ?? before?.narHash ?? "none"}</code> → <code>${after?.rev ?? after?.narHash ?? "none"}</code></li>
`,
  );
  return html`${items}${moved.length > 0 ? html`<ul class="told">\n${moved}</ul>\n` : null}`;
}
