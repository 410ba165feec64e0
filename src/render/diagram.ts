import type { Report } from "../domain/report.ts";
import type { HostRow } from "../domain/review.ts";
import { shortened, visible } from "./escape.ts";
import { counted, gainLoss } from "./words.ts";

/** A map of more nodes than these can't be read. */
const NODES_SHOWN = 40;

/** Nor can one of more moves between nodes; Mermaid draws none with more than 500. */
const ARROWS_SHOWN = 60;

/** Nodes that are not affected are shown too, where there are no more than so many in all. */
const SMALL_FLEET = 12;

/** Longer names are cut. */
const NAME_LENGTH = 40;

/**
 * The fleet as a Mermaid diagram in a code fence: waves as boxes, changed nodes highlighted, moves as
 * arrows. Null where nothing is deployed or the map could not be read.
 */
export function fleetMap({ hosts, waves, units }: Report): string | null {
  const ways = new Set(units.moved.map(({ from, to }) => JSON.stringify([from, to])));
  const small = hosts.length <= SMALL_FLEET;
  const shown = hosts.filter(({ wave }) => wave !== null || small);
  if (waves.length === 0 || shown.length > NODES_SHOWN || ways.size > ARROWS_SHOWN) return null;
  const ids = new Map(shown.map(({ host }, index) => [host, `n${index}`]));
  const box = (row: HostRow) => `${ids.get(row.host)}["${boxText(row)}"]`;
  const inWave = waves.flatMap((names, index) => [
    `  subgraph w${index + 1}["wave ${index + 1}"]`,
    ...shown.filter(({ host }) => names.includes(host)).map((row) => `    ${box(row)}`),
    "  end",
  ]);
  const apart = shown.filter(({ wave }) => wave === null).map((row) => `  ${box(row)}`);
  const changed = shown.filter(({ wave }) => wave !== null).map(({ host }) => ids.get(host));
  return [
    "```mermaid",
    "flowchart LR",
    ...inWave,
    ...apart,
    ...arrows(units.moved, ids),
    "  classDef changed stroke:#bf8700,stroke-width:3px",
    `  class ${changed.join(",")} changed`,
    "```",
  ].join("\n");
}

function boxText(row: HostRow): string {
  const { unitsBefore: before, unitsAfter: after } = row;
  const size =
    before === after ? counted(after, "environment") : `${before} → ${counted(after, "environment")}`;
  const changes = [gainLoss(row.added, row.removed), row.changed > 0 ? `${row.changed} changed` : ""].filter(
    (text) => text !== "",
  );
  return [label(row.host), size, ...(changes.length > 0 ? [changes.join(", ")] : [])].join("<br/>");
}

// One arrow for all units that go the same way.
function arrows(moved: Report["units"]["moved"], ids: ReadonlyMap<string, string>): string[] {
  const counts = new Map<string, number>();
  for (const { from, to } of moved) {
    const [source, destination] = [ids.get(from), ids.get(to)];
    if (!source || !destination) continue;
    const key = `${source} ${destination}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const [source, destination] = key.split(" ");
    return `  ${source} -- "${count} moved" --> ${destination}`;
  });
}

// Mermaid knows characters by their number; letters, digits, dots and dashes need none.
function label(name: string): string {
  return shortened(visible(name), NAME_LENGTH).replace(
    /[^\p{L}\p{N}.-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
