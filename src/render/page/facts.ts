import type { Change } from "../../domain/changes.ts";
import { canonical, isObject, type JsonValue, segmentsOf } from "../../domain/json.ts";
import { shortened } from "../escape.ts";
import { type Html, html, lined } from "./html.ts";

/** Longer values are cut; the report has them whole. */
const VALUE_LENGTH = 2000;

/** So many items of a list that stay the same are shown around those that change. */
const SAME_SHOWN = 3;

/** First segments of an environment's and a node's facts, for people. */
const ASPECTS: Readonly<Record<string, string>> = {
  authorizedKeys: "Keys that may log in",
  connection: "Connection",
  deploymentVerification: "Checks after a deploy",
  enable: "Enabled",
  hostenv: "Identity",
  migrations: "Migrations",
  nixos: "NixOS",
  node: "Node",
  remoteBuild: "Built on the node",
  repo: "Repository",
  type: "Type",
  uid: "uid",
  users: "User",
  virtualHosts: "Site",
};

/** What an aspect of an environment is called. */
export function aspectName(segment: string): string {
  return Object.hasOwn(ASPECTS, segment) ? (ASPECTS[segment] as string) : segment;
}

/** Changed facts as a table, by what they are about; of what is new or gone with one column. */
export function factsTable(changes: readonly Change[], about: string): Html {
  const sides = [changes.some(({ before }) => before !== null), changes.some(({ after }) => after !== null)];
  const columns = ["Before", "After"].filter((_, index) => sides[index]);
  const groups = groupsOf(changes);
  const isAlone = ([, members]: Group) => members.length === 1 && restOf(members[0] as Change) === "";
  const alone = groups.filter(isAlone).map(([name, [only]]) => row(name, only as Change, sides));
  const bodies = groups
    .filter((group) => !isAlone(group))
    .map(([name, members]) => {
      const head = html`<tr><th scope="rowgroup" colspan="${columns.length + 1}">${name}</th></tr>`;
      return html`<tbody>${head}${members.map((each) => row(restOf(each), each, sides))}</tbody>`;
    });
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  return html`<table class="of-facts" aria-label="${about}">
<thead><tr><th scope="col">Fact</th>${heads}</tr></thead>
${alone.length > 0 ? html`<tbody>${alone}</tbody>` : null}${bodies}</table>
`;
}

type Group = readonly [name: string, members: readonly Change[]];

// Facts come by path, so those of one site or user stand together.
function groupsOf(changes: readonly Change[]): Group[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const name = groupName(segmentsOf(change.path));
    const group = groups.get(name);
    if (group) group.push(change);
    else groups.set(name, [change]);
  }
  return [...groups];
}

function isListed([first]: readonly string[]): boolean {
  return first === "virtualHosts" || first === "users";
}

function groupName(segments: readonly string[]): string {
  const [first = "", second] = segments;
  const name = aspectName(first);
  return isListed(segments) && second !== undefined ? `${name} ${second}` : name;
}

function restOf({ path }: Change): string {
  const segments = segmentsOf(path);
  return segments.slice(isListed(segments) ? 2 : 1).join(" › ");
}

function row(name: string, { before, after }: Change, [hasBefore, hasAfter]: readonly boolean[]): Html {
  return html`<tr><th scope="row">${name}</th>${hasBefore ? cell(before, after, "gone") : null}${
    hasAfter ? cell(after, before, "new") : null
  }</tr>
`;
}

function cell(value: JsonValue, other: JsonValue, mark: "gone" | "new"): Html {
  if (value === null) return html`<td class="none">none</td>`;
  if (Array.isArray(value) && value.length > 0) return html`<td>${list(value, other, mark)}</td>`;
  return html`<td>${textOf(value)}</td>`;
}

// What both sides have is no news: it is counted where there is much of it.
function list(values: readonly JsonValue[], other: JsonValue, mark: "gone" | "new"): Html {
  const others = new Set(Array.isArray(other) ? other.map(canonical) : []);
  const isSame = (value: JsonValue) => others.has(canonical(value));
  const same = values.filter(isSame).length;
  const items = values
    .filter((value) => same <= SAME_SHOWN || !isSame(value))
    .map((value) =>
      others.size > 0 && !isSame(value)
        ? html`<li class="${mark}">${textOf(value)}</li>`
        : html`<li>${textOf(value)}</li>`,
    );
  const rest = same > SAME_SHOWN ? html`<li class="none">and ${same} that stay</li>` : null;
  return html`<ul class="values">${items}${rest}</ul>`;
}

function textOf(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, isObject(value) ? 1 : 0);
  return shortened(text === "" ? "(empty)" : text, VALUE_LENGTH);
}

/** What the report says of changed facts, as it says it, folded. */
export function rawJson(changes: readonly Change[]): Html {
  const lines = changes.map(({ path, before, after }) => JSON.stringify({ path, before, after }));
  return html`<details class="raw"><summary>Raw JSON</summary>
<pre tabindex="0">${lined(lines)}</pre>
</details>
`;
}
