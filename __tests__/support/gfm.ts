import { spawnSync } from "node:child_process";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { needed } from "./tools.ts";

/** What the helpers below read of an mdast node. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/** Everything a reader, or GitHub's filters, would find in a piece of Markdown. */
export interface Parsed {
  /** Values of code spans, code blocks and `<code>` elements, in their order. */
  readonly codes: string[];
  /** Plain text: where GitHub looks for mentions and references. */
  readonly texts: string[];
  readonly links: string[];
  readonly images: string[];
  /** Raw HTML apart from the tags of `<code>` elements and what stands in them. */
  readonly html: string[];
  /** Types of all other nodes, each once. */
  readonly types: Set<string>;
  /** For every table its rows, head included; for every row its cells. */
  readonly tables: Row[][];
}

/** One table row: what each cell holds. */
export type Row = Parsed[];

/** Reads Markdown as GitHub does. */
export function parsed(markdown: string): Parsed {
  return collected(
    fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node,
  );
}

function collected(root: Node): Parsed {
  const found: Parsed = {
    codes: [],
    texts: [],
    links: [],
    images: [],
    html: [],
    types: new Set(),
    tables: [],
  };
  collect(root, found);
  return found;
}

function collect(node: Node, found: Parsed): void {
  const { value = "", url = "", children = [] } = node;
  if (node.type === "inlineCode" || node.type === "code") found.codes.push(value);
  else if (node.type === "text") found.texts.push(value);
  else if (node.type === "html") found.html.push(value);
  else if (node.type === "link") found.links.push(url);
  else if (node.type === "image") found.images.push(url);
  else found.types.add(node.type);
  if (node.type === "table")
    found.tables.push(children.map(({ children: cells = [] }) => cells.map(collected)));
  for (const child of withCodeElements(children)) collect(child, found);
}

// `<code>`, text and `</code>` are three siblings to Markdown, and one code span to a reader.
function withCodeElements(siblings: readonly Node[]): Node[] {
  const start = siblings.findIndex((node) => isHtml(node, "<code>"));
  const length = siblings.slice(start).findIndex((node) => isHtml(node, "</code>"));
  if (start < 0 || length < 0) return [...siblings];
  const inside = siblings.slice(start + 1, start + length).filter((node) => !isHtml(node, "<!-- -->"));
  const rest = withCodeElements(siblings.slice(start + length + 1));
  const value = inside.map((node) => node.value ?? "").join("");
  const joined = inside.every(({ type }) => type === "text") ? [{ type: "inlineCode", value }] : inside;
  return [...siblings.slice(0, start), ...joined, ...rest];
}

function isHtml(node: Node, value: string): boolean {
  return node.type === "html" && node.value === value;
}

const EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"].flatMap((name) => ["-e", name]);

/** The HTML of GitHub's own parser, for suites that `describeWith` CMARK_GFM guards. */
export function githubHtml(markdown: string): string {
  const options = { input: markdown, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  const run = spawnSync(needed("CMARK_GFM"), [...EXTENSIONS, "--unsafe"], options);
  if (run.error) throw run.error;
  return run.stdout;
}
