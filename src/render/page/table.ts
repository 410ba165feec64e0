import { type Html, html, type Part } from "./html.ts";

/** A table with a column of names first. Where it is wider than the page it scrolls sideways, also by key. */
export function table(label: string, columns: readonly string[], rows: Part, look = "listed"): Html {
  return html`<div class="wide" tabindex="0" role="group" aria-label="${label}"><table class="${look}" aria-label="${label}">
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}
