import { sourceHash } from "../../domain/source-hash.ts";
import { grouped } from "../words.ts";
import { SCRIPT } from "./client.ts";
import { type Choices, filterForm } from "./filters.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";

/** A page that stands alone. */
export interface Page {
  /** Of the window. */
  readonly title: string;
  /** What it is a report of, above the headline. */
  readonly kicker: Html;
  /** The verdict in one line. */
  readonly headline: Html;
  readonly facts: readonly (readonly [name: string, value: Html])[];
  readonly choices: Choices | null;
  readonly sections: readonly PageSection[];
}

/** A part of a page with a headline of its own. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  /** How many things it lists; null where that says nothing. */
  readonly count: number | null;
  readonly body: Html;
}

// Nothing is loaded from anywhere, no other script or style runs, and nothing can be sent away.
const POLICY = [
  "default-src 'none'",
  `style-src '${sourceHash(STYLE)}'`,
  `script-src '${sourceHash(SCRIPT)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The page as one HTML file. */
export function rendered({ title, kicker, headline, facts, choices, sections }: Page): string {
  const rows = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const links = sections.map(
    ({ id, title: words, count }) =>
      html`<a href="#${id}">${words}${count === null ? null : html` <b>${grouped(count)}</b>`}</a>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<p class="kicker">${kicker}</p>
<h1>${headline}</h1>
<dl class="facts">${rows}</dl>
<nav aria-label="Sections">${links}</nav>
</header>
${choices ? filterForm(choices) : null}<main id="main" tabindex="-1">
${sections.map(section)}</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

function section({ id, title, count, body }: PageSection): Html {
  const number = count === null ? null : html` <span class="count">${grouped(count)}</span>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}${number}</h2>
${body}</section>
`;
}
