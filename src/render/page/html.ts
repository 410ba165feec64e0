import { htmlText } from "../escape.ts";

/** Text that is HTML already. Only `html` and `trusted` make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: whatever is no HTML is escaped, null is nothing. */
export type Part = Html | string | number | null | readonly Part[];

/** Template tag: html`<b>${name}</b>` escapes every value, in text and between the quotes of attributes. */
export function html(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = words[0] as string;
  for (let index = 0; index < parts.length; index++)
    text += written(parts[index] as Part) + (words[index + 1] as string);
  return new Html(text);
}

/** Lines of text, each with its line break: within a value, a break is shown as a sign. */
export function lined(lines: readonly string[]): Html {
  return html`${lines.map((line) => html`${line}\n`)}`;
}

/** A text of ours as it is: a style or a script, which know no escapes. */
export function trusted(text: string): Html {
  return new Html(text);
}

function written(part: Part): string {
  if (typeof part === "string") return htmlText(part);
  if (part instanceof Html) return part.text;
  if (typeof part === "number") return String(part);
  return part === null ? "" : part.map(written).join("");
}
