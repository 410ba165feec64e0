// Everything a fleet says of itself is its clients' input. These are the only ways by which such a
// value may enter Markdown or a terminal.

/** Where a code span stands: inside a table a pipe would end the cell. */
export type Place = "text" | "table";

/**
 * The value as a Markdown code span, in which GitHub makes no link, mention or reference. Control
 * and invisible characters are made visible; all else is shown as it is.
 */
export function code(value: string, place: Place = "table"): string {
  const text = visible(value);
  if (text === "") return "(empty)";
  // A table can't carry a backslash before a pipe in a code span: each escape shows another text.
  if (place === "table" && text.includes("\\|")) return htmlCode(text);
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const padding = /^`|`$|^ .*[^ ].* $/s.test(text) ? " " : "";
  const body = place === "table" ? text.replaceAll("|", "\\|") : text;
  return `${fence}${padding}${body}${padding}${fence}`;
}

// Entities are no syntax to Markdown; the comment keeps an address from becoming a link.
function htmlCode(text: string): string {
  const body = text.replace(/[^A-Za-z0-9 ]/gu, (character) => {
    const entity = `&#${character.codePointAt(0)};`;
    return character === "@" ? `${entity}<!-- -->` : entity;
  });
  return `<code>${body}</code>`;
}

/** The value with control, bidirectional and zero-width characters replaced by visible ones. */
export function visible(value: string): string {
  return (
    value
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
      .replace(/\u007f/g, "\u2421")
      .replace(/[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, codePointName)
  );
}

function codePointName(character: string): string {
  return `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** At most `most` code points, with an ellipsis where something was cut. */
export function shortened(value: string, most: number): string {
  const points = [...value.slice(0, 2 * most + 2)];
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : value;
}
