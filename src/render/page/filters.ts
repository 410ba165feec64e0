import { type Html, html } from "./html.ts";

/** How much attention something asks for: 3 a decision, 2 a look, 1 good to know, 0 none. */
export type Attention = 0 | 1 | 2 | 3;

/** What a page's filters can choose from. */
export interface Choices {
  /** What a search is about, for people. */
  readonly search: string;
  readonly nodes: readonly string[];
  /** Words for `Attention` and above, most first. */
  readonly attention: readonly (readonly [Attention, string])[];
  /** What one item and several are called, in the order they are counted. */
  readonly kinds: readonly (readonly [kind: string, plural: string])[];
}

/** Numbers of nodes by name: attributes of items hold these, since a name may hold anything. */
export function numbersOf(nodes: readonly string[]): ReadonlyMap<string, number> {
  return new Map(nodes.map((name, index) => [name, index]));
}

/** The attributes by which an item of a kind is found. */
export function filterable(
  kind: string,
  attention: Attention,
  nodes: readonly (string | null)[],
  numbers: ReadonlyMap<string, number>,
): Html {
  const here = new Set(nodes.flatMap((name) => numbers.get(name ?? "") ?? []));
  return html`data-kind="${kind}" data-attention="${attention}" data-nodes="${[...here].join(" ")}"`;
}

/** The controls. They do nothing without the script, which is why only it shows them. */
export function filterForm({ search, nodes, attention, kinds }: Choices): Html {
  const choices = nodes.map((name, index) => html`<option value="${index}">${name}</option>`);
  const levels = attention.map(([level, words]) => html`<option value="${level}">${words}</option>`);
  const counted = kinds.map(([kind, plural]) => `${kind}=${plural}`).join(",");
  return html`<form id="filter" class="filter" role="search" hidden data-kinds="${counted}">
<label>Search <input type="search" name="words" placeholder="${search}" autocomplete="off" spellcheck="false"></label>
<label>Node <select name="node"><option value="">all nodes</option>${choices}</select></label>
<label>Show <select name="attention"><option value="0">everything</option>${levels}</select></label>
<button type="reset">Clear</button>
<output id="shown"></output>
</form>
`;
}
