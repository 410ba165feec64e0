/** A start tag of a page, with its attributes as they are read. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** What a browser's parser would find in a page: every value in it is escaped, so tags end at the first `>`. */
export interface ReadPage {
  readonly tags: readonly Tag[];
  readonly text: string;
  readonly ids: readonly string[];
  readonly links: readonly string[];
  readonly style: string;
  readonly script: string;
}

/** Reads a page of ours, or a piece of one. Throws where an attribute stands without quotes. */
export function readPage(page: string): ReadPage {
  const style = within(page, "style");
  const script = within(page, "script");
  const body = page.replace(style, "").replace(script, "");
  const tags = [...body.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/gi)].map(([, name, rest]) => ({
    name: name as string,
    attributes: attributesOf(rest as string),
  }));
  const all = (attribute: string) => tags.flatMap(({ attributes }) => attributes.get(attribute) ?? []);
  const text = decoded(body.replace(/<[^>]*>/g, " "));
  return { tags, text, ids: all("id"), links: all("href"), style, script };
}

function within(page: string, tag: string): string {
  const start = page.indexOf(`<${tag}>`);
  return start < 0 ? "" : page.slice(start + tag.length + 2, page.indexOf(`</${tag}>`));
}

const ATTRIBUTE = /\s+([\w:-]+)(?:="([^"]*)")?/g;

function attributesOf(text: string): Map<string, string> {
  const rest = text.replace(ATTRIBUTE, "").replace(/\/$/, "");
  if (rest.trim() !== "") throw new Error(`not all of it is an attribute: ${text}`);
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name as string, decoded(value ?? "")]),
  );
}

/** Text in which characters stand for themselves again. */
export function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
