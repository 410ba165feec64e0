// Everything a fleet says of itself is its clients' input. These are the only ways by which such a
// value may enter Markdown, HTML, a log or a terminal.

/** Where a code span stands: inside a table a pipe would end the cell. */
export type Place = "text" | "table";

/**
 * The value as a Markdown code span, in which GitHub makes no link, mention or reference. Control
 * and invisible characters are made visible; all else is shown as it is.
 */
export function code(value: string, place: Place = "table"): string {
  const text = visible(value);
  if (text === "") return "(empty)";
  const fence = fenceFor(text);
  // A table can't carry a backslash before a pipe in a code span: each escape shows another text.
  // And our comment is found by its marker, which no value may write.
  const isUnfit = text.includes("<!--") || (place === "table" && text.includes("\\|"));
  if (fence === null || isUnfit) return htmlCode(text);
  const padding = needsPadding(text) ? " " : "";
  const body = place === "table" ? text.replaceAll("|", "\\|") : text;
  return `${fence}${padding}${body}${padding}${fence}`;
}

/** GitHub's parser knows no longer code fences than this (MAXBACKTICKS of cmark). */
const LONGEST_FENCE = 80;

// The shortest run of backticks that the text does not hold; null where there is none.
function fenceFor(text: string): string | null {
  const runs = new Set([...text.matchAll(/`+/g)].map(([run]) => run.length));
  let length = 1;
  while (runs.has(length)) length++;
  return length > LONGEST_FENCE ? null : "`".repeat(length);
}

// One space on both sides is taken away, unless there is nothing else.
function needsPadding(text: string): boolean {
  if (text.startsWith("`") || text.endsWith("`")) return true;
  return text.startsWith(" ") && text.endsWith(" ") && /[^ ]/.test(text);
}

// Entities are no syntax to Markdown. Some parsers look for addresses once they are decoded: the
// comments keep one from becoming a link.
function htmlCode(text: string): string {
  const body = text.replace(/[!-/:-@[-`{-~]/g, (character) => {
    const entity = `&#${character.charCodeAt(0)};`;
    return /[@:.]/.test(character) ? `<!-- -->${entity}` : entity;
  });
  return `<code>${body}</code>`;
}

/** A value as code where Markdown is not read, as in a `<summary>`. */
export function codeInHtml(value: string): string {
  return htmlCode(visible(value));
}

/** The value with control, bidirectional and zero-width characters replaced by visible ones. */
export function visible(value: string): string {
  // Most values are plain ASCII, and tables hold tens of thousands of them.
  if (/^[ -~]*$/.test(value)) return value;
  return (
    value
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
      .replace(/\u007f/g, "\u2421")
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, codePointName)
  );
}

/** The value as HTML, as text or between the quotes of an attribute; what is invisible is made visible. */
export function htmlText(value: string): string {
  const text = visible(value);
  if (!/[&<>"'`]/.test(text)) return text;
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text for a log, in which a runner takes nothing for a workflow command. */
export function harmless(text: string): string {
  // Such a command is `::` at the start of a line, and `##[` anywhere in it.
  if (!text.includes("::") && !text.includes("##[")) return text;
  return text.replace(/^(\s*)::/gm, "$1꞉:").replaceAll("##[", "#♯[");
}

function codePointName(character: string): string {
  return `⟨U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** At most `most` code points, with an ellipsis where something was cut. */
export function shortened(value: string, most: number): string {
  const points = [...value.slice(0, 2 * most + 2)];
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : value;
}
