import { type Html, html } from "./html.ts";

/** A text to be used elsewhere, with a button that copies it; only the page's script shows the button. */
export function copyable(text: string): Html {
  return html`<span class="copyable"><code data-text>${text}</code> <button type="button" data-copy hidden aria-label="Copy ${text}">Copy</button></span>`;
}
