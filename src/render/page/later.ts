import { type Html, html } from "./html.ts";
import type { PlanView } from "./plan-view.ts";

/** In pages of more environments than these, reading what is folded is most of what a browser has to do. */
const READ_AT_ONCE = 200;

/**
 * A folded part. In a large page it is one text to a browser with scripts, until it is unfolded or some time has
 * passed; without scripts it is a part like any other. `mark` is an attribute for it.
 */
export function later(body: Html | null, { environments }: PlanView, mark: Html | null = null): Html | null {
  const isSmall = environments.size <= READ_AT_ONCE;
  return isSmall || body === null || body.text === "" ? body : html`<noscript${mark}>${body}</noscript>`;
}
