import { counted } from "../words.ts";
import { nodeAnchor } from "./anchors.ts";
import { type Arrow, type Box, type Layout, LINE_HEIGHT, layoutOf, TITLE_HEIGHT } from "./fleet-layout.ts";
import { type Html, html } from "./html.ts";
import type { PlanView } from "./plan-view.ts";

/** The fleet as a picture: waves as columns, nodes as boxes that lead to what changes there, moves as arrows. */
export function fleetMap(view: PlanView): Html {
  const layout = layoutOf(view);
  if (layout === null) return html`<p class="none">On merge nothing is deployed.</p>\n`;
  const { width, height, columns, boxes, arrows } = layout;
  const heads = columns.map(({ title, x }) => html`<text class="wave" x="${x}" y="20">${title}</text>`);
  return html`<figure class="map">
<div class="wide" tabindex="0" role="region" aria-label="Map of the fleet">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${spoken(layout)}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${heads}
${ways(arrows)}${boxes.map((each) => box(each, view))}</svg>
</div>
<figcaption>${caption(layout)}</figcaption>
</figure>
`;
}

function spoken({ boxes, arrows, columns }: Layout): string {
  return `${counted(boxes.length, "node")} in ${counted(columns.length, "column")}, ${counted(arrows.length, "arrow")}`;
}

function caption({ undrawn }: Layout): Html {
  const left =
    undrawn > 0 ? html` Environments move on ${undrawn} ways between nodes, too many to draw.` : null;
  return html`Columns are the waves of the deploy, the first on the left; arrows are environments that move.${left}`;
}

function box({ host, title, lines, look, x, y, width, height }: Box, { nodes }: PlanView): Html {
  const shown = lines.map(
    ({ text, fate }, index) =>
      html`<text class="${fate ?? "size"}" x="12" y="${TITLE_HEIGHT + 9 + index * LINE_HEIGHT}">${text}</text>
`,
  );
  // An svg of its own cuts off what is wider than it should be.
  const drawn = html`<svg x="${x}" y="${y}" width="${width}" height="${height}">
<rect class="box ${look}" x="1" y="1" width="${width - 2}" height="${height - 2}" rx="7"/><text class="name" x="12" y="21">${title}</text>
${shown}</svg>
`;
  return host === null || !nodes.has(host)
    ? drawn
    : html`<a href="#${nodeAnchor(host)}" aria-label="${[title, ...lines.map(({ text }) => text)].join(" ")}">${drawn}</a>`;
}

// Several arrows of one side of a box start and end beside each other. They are drawn before the boxes, so that
// names stay readable where an arrow passes behind.
function ways(arrows: readonly Arrow[]): Html {
  const ends = arrows.flatMap(({ from, to }) => [
    sideKey(from, sideTo(from, to)),
    sideKey(to, sideTo(to, from)),
  ]);
  const totals = new Map<string, number>();
  for (const key of ends) totals.set(key, (totals.get(key) ?? 0) + 1);
  const used = new Map<string, number>();
  const pointOf = (at: Box, other: Box): Point => {
    const side = sideTo(at, other);
    const key = sideKey(at, side);
    const index = (used.get(key) ?? 0) + 1;
    used.set(key, index);
    const y = at.y + (at.height * index) / ((totals.get(key) ?? 1) + 1);
    return { x: side === "left" ? at.x : at.x + at.width, y, side };
  };
  return html`${arrows.map(({ from, to, count }) => way(pointOf(from, to), pointOf(to, from), count, [from, to]))}`;
}

type Side = "left" | "right";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly side: Side;
}

// In one column both ends are on the left, where an arc has room.
function sideTo(at: Box, other: Box): Side {
  return other.x > at.x ? "right" : "left";
}

function sideKey({ x, y }: Box, side: Side): string {
  return `${x} ${y} ${side}`;
}

/** How far from its start, in pixels, a way has its count: beyond the gap it may lie behind other boxes. */
const COUNTED_AT = 24;

function way(start: Point, end: Point, count: number, [from, to]: readonly [Box, Box]): Html {
  const bend = Math.max(28, Math.abs(end.x - start.x) / 2);
  const pulled = ({ x, side }: Point) => x + (side === "left" ? -bend : bend);
  const [first, second] = [pulled(start), pulled(end)];
  const at = Math.min(1 / 2, COUNTED_AT / (3 * bend));
  const [x, y] = [
    onCurve(at, [start.x, first, second, end.x]),
    onCurve(at, [start.y, start.y, end.y, end.y]),
  ];
  const words = `${counted(count, "environment")} ${count === 1 ? "moves" : "move"} from ${from.title} to ${to.title}`;
  return html`<g class="way"><title>${words}</title><path d="M${start.x} ${start.y}C${first} ${start.y} ${second} ${end.y} ${end.x} ${end.y}" marker-end="url(#tip)"/><circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="10"/><text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}">${count}</text></g>
`;
}

// A cubic curve's coordinate at a part of its way from 0 to 1.
function onCurve(at: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  const rest = 1 - at;
  return a * rest ** 3 + 3 * b * at * rest ** 2 + 3 * c * at ** 2 * rest + d * at ** 3;
}
