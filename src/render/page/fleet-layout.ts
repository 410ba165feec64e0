import type { HostRow } from "../../domain/review.ts";
import { counted, gainLoss } from "../words.ts";
import { fitted } from "./fitted.ts";
import { type ChangedEnvironment, type Fate, type PlanView, signOf } from "./plan-view.ts";

/** A line of a box; with a fate it is about one environment. */
export interface Line {
  readonly text: string;
  readonly fate: Fate | "left" | null;
}

/** A node, or several that are shown as one. Lengths are pixels. */
export interface Box {
  /** The node it is; null where it stands for several. */
  readonly host: string | null;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly look: "bad" | "wait" | "changed" | "same";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Environments that go from one node to another. */
export interface Arrow {
  readonly from: Box;
  readonly to: Box;
  readonly count: number;
}

/** A picture of the fleet: columns are waves, boxes are nodes. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly { readonly title: string; readonly x: number }[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** Ways between nodes that are not drawn, since they are too many. */
  readonly undrawn: number;
}

/** Up to so many nodes, boxes name environments. */
const NAMING = 12;

/** Of more nodes, each wave is one box. */
const DRAWN = 120;

/** Environments named in one box. */
const NAMED = 5;

// More arrows than these hide what they lie on.
const SIZES = {
  naming: { width: 224, gap: 84, between: 40, stacks: 4, letters: 25, most: 24 },
  counting: { width: 176, gap: 60, between: 12, stacks: 5, letters: 19, most: 12 },
};

/** How tall parts of a box are, and what is between boxes. */
export const [TITLE_HEIGHT, LINE_HEIGHT, PADDING] = [30, 18, 8];
const [TOP, BETWEEN, EDGE] = [34, 12, 12];

type ChangeCounts = Pick<HostRow, "added" | "removed" | "changed" | "movedIn" | "movedOut">;

type Draft = Omit<Box, "x" | "y" | "width" | "height">;

/** Where everything of the map stands; null where nothing is deployed. */
export function layoutOf(view: PlanView): Layout | null {
  const { hosts, waves } = view.report;
  if (waves.length === 0) return null;
  const isSmall = hosts.length <= NAMING;
  const columns = waves.map((_, index) => {
    const rows = hosts.filter(({ wave }) => wave === index + 1);
    return {
      title: `wave ${index + 1}`,
      drafts: hosts.length > DRAWN ? [summed(rows)] : drafts(rows, view),
    };
  });
  const apart = hosts.filter(({ wave }) => wave === null);
  const rest = isSmall ? drafts(apart, view) : apart.length > 0 ? [summed(apart)] : [];
  const all = rest.length > 0 ? [...columns, { title: "not affected", drafts: rest }] : columns;
  return placed(all, isSmall ? "naming" : "counting", view);
}

function drafts(rows: readonly HostRow[], view: PlanView): Draft[] {
  const isNaming = view.report.hosts.length <= NAMING;
  return rows.map((row) => ({
    host: row.host,
    title: row.host,
    lines: [sizeLine(row), ...(isNaming ? environmentLines(row.host, view) : changeLines(row))],
    look: lookOf(row, view),
  }));
}

function sizeLine({ unitsBefore, unitsAfter }: HostRow): Line {
  const before = unitsBefore === unitsAfter ? "" : `${unitsBefore} → `;
  return { text: before + counted(unitsAfter, "environment"), fate: null };
}

function changeLines({ added, removed, changed, movedIn, movedOut }: ChangeCounts): Line[] {
  const told = [
    [gainLoss(added, removed), changed > 0 ? `${changed} changed` : ""],
    [movedIn > 0 ? `${movedIn} in` : "", movedOut > 0 ? `${movedOut} out` : ""],
  ];
  return told.flatMap((parts) => {
    const text = parts.filter((part) => part !== "").join(" · ");
    return text === "" ? [] : [{ text, fate: null }];
  });
}

function environmentLines(host: string, { nodes }: PlanView): Line[] {
  const here = nodes.get(host)?.environments ?? [];
  const lines = here.map((each) => environmentLine(each, host));
  if (lines.length <= NAMED) return lines;
  return [...lines.slice(0, NAMED - 1), { text: `and ${lines.length - NAMED + 1} more`, fate: null }];
}

function environmentLine({ name, fate, from }: ChangedEnvironment, host: string): Line {
  if (from === host) return { text: `← ${name}`, fate: "left" };
  return { text: `${signOf(fate)} ${name}`, fate };
}

function lookOf({ host, wave }: HostRow, { nodes }: PlanView): Box["look"] {
  const attention = nodes.get(host)?.attention ?? 0;
  return attention === 3 ? "bad" : attention === 2 ? "wait" : wave === null ? "same" : "changed";
}

function summed(rows: readonly HostRow[]): Draft {
  const sum = (key: keyof ChangeCounts | "unitsAfter") => rows.reduce((total, row) => total + row[key], 0);
  const counts = {
    added: sum("added"),
    removed: sum("removed"),
    changed: sum("changed"),
    movedIn: sum("movedIn"),
    movedOut: sum("movedOut"),
  };
  return {
    host: null,
    title: counted(rows.length, "node"),
    lines: [{ text: counted(sum("unitsAfter"), "environment"), fate: null }, ...changeLines(counts)],
    look: rows.some(({ wave }) => wave !== null) ? "changed" : "same",
  };
}

function placed(
  columns: readonly { readonly title: string; readonly drafts: readonly Draft[] }[],
  size: keyof typeof SIZES,
  view: PlanView,
): Layout {
  const { width, gap, between, stacks, letters } = SIZES[size];
  const most = stackHeight(
    columns.map(({ drafts: here }) => here.length),
    stacks,
  );
  const boxes: Box[] = [];
  const heads: { title: string; x: number }[] = [];
  let x = gap / 2;
  for (const { title, drafts: here } of columns) {
    heads.push({ title, x });
    for (let first = 0; first < here.length; first += most) {
      boxes.push(...stacked(here.slice(first, first + most), x, width, letters));
      x += width + (first + most < here.length ? between : gap);
    }
  }
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + EDGE;
  const arrows = arrowsOf(boxes, view);
  const drawn = arrows.length > SIZES[size].most ? [] : arrows;
  return {
    width: x - gap / 2,
    height,
    columns: heads,
    boxes,
    arrows: drawn,
    undrawn: arrows.length - drawn.length,
  };
}

// As low as it can be without becoming wider than a screen: many nodes of a wave stand in several stacks.
function stackHeight(sizes: readonly number[], stacks: number): number {
  const room = Math.max(stacks, sizes.length);
  let most = 1;
  while (sizes.reduce((sum, size) => sum + Math.ceil(size / most), 0) > room) most++;
  return most;
}

function stacked(here: readonly Draft[], x: number, width: number, letters: number): Box[] {
  let y = TOP;
  return here.map((draft) => {
    const height = TITLE_HEIGHT + draft.lines.length * LINE_HEIGHT + PADDING;
    const lines = draft.lines.map((line) => ({ ...line, text: fitted(line.text, letters + 2) }));
    const box = { ...draft, title: fitted(draft.title, letters), lines, x, y, width, height };
    y += height + BETWEEN;
    return box;
  });
}

function arrowsOf(boxes: readonly Box[], { report }: PlanView): Arrow[] {
  const byHost = new Map(boxes.flatMap((box) => (box.host === null ? [] : [[box.host, box] as const])));
  const counts = new Map<Box, Map<Box, number>>();
  for (const { from, to } of report.units.moved) {
    const [source, destination] = [byHost.get(from), byHost.get(to)];
    if (!source || !destination) continue;
    const ways = counts.get(source) ?? new Map<Box, number>();
    counts.set(source, ways.set(destination, (ways.get(destination) ?? 0) + 1));
  }
  return [...counts].flatMap(([from, ways]) => [...ways].map(([to, count]) => ({ from, to, count })));
}
