import type { Failure } from "../../domain/report.ts";
import { html, lined } from "./html.ts";
import { rendered } from "./shell.ts";

/** The page in a plan's place where none could be made. */
export function failurePage({ provider, headCommit, toolVersion, error }: Failure): string {
  const head = headCommit === null ? [] : [["Head", html`<code>${headCommit.slice(0, 12)}</code>`] as const];
  return rendered({
    title: "hostenv plan: failed",
    kicker: html`hostenv plan${provider === "." ? null : html` for <code>${provider}</code>`}`,
    headline: html`<span class="verdict bad">failed</span> <span class="part">nothing is known of what a merge would do</span>`,
    facts: [...head, ["Made by", html`hostenv-provider ${toolVersion}`]],
    choices: null,
    sections: [
      {
        id: "error",
        title: "What went wrong",
        count: null,
        body: html`<article class="card bad"><h3><code>${error.code}</code></h3>
<pre tabindex="0">${lined(error.message.split("\n"))}</pre>
<p><b>What to do:</b> ${error.hint}</p></article>
`,
      },
    ],
  });
}
