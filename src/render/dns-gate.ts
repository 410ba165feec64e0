import pc from "picocolors";
import type { GateAnswer, GateRow } from "../domain/dns/gate-answer.ts";
import type { Limit } from "./answer.ts";
import {
  endingOf,
  type GateStory,
  remarksOf,
  type Section,
  sectionsOf,
  verdictLine,
} from "./dns-gate-sections.ts";
import { writesTable, writesText } from "./dns-writes.ts";
import { code, harmless, shortened, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { aligned } from "./table.ts";
import { counted } from "./words.ts";

/** More names that are right are counted instead of listed. */
const MOST_RIGHT = 20;
const SEEN_LENGTH = 60;

type Paint = ReturnType<typeof pc.createColors>;

/** A run for people at a terminal. Ends with a line break. */
export function gateTerminal(story: GateStory, color: boolean): string {
  const paint = pc.createColors(color);
  const ending = endingOf(story, visible);
  const [todo, good] = byNeed(sectionsOf(story));
  const parts = [
    paint.bold(`dns-gate: ${verdictLine(story.answer)}`),
    ...(story.obstacle === null ? [] : [paint.red(ending)]),
    ...todo.map((section) => sectionText(section, paint)),
    redirectLines(story.answer, visible).join("\n"),
    writesText(story.answer.writes, story.calls, paint),
    ...good.map((section) => sectionText(section, paint)),
    ...(story.obstacle === null ? [ending] : []),
  ];
  return harmless(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
}

// What needs nobody stands behind all that does.
function byNeed(sections: readonly Section[]): [todo: Section[], good: Section[]] {
  return [sections.filter(({ kind }) => kind !== "good"), sections.filter(({ kind }) => kind === "good")];
}

function sectionText({ kind, title, rows }: Section, paint: Paint): string {
  const head = paint.bold(`${mark(kind, paint)} ${title}`);
  if (kind === "good" && rows.length > MOST_RIGHT) return `${head}: ${counted(rows.length, "hostname")}`;
  const lines = aligned(rows.map(cellsOf));
  const told = rows.flatMap((row, index) => [`  ${lines[index]}`, ...remarkLines(row, paint)]);
  return [head, ...told].join("\n");
}

function mark(kind: Section["kind"], paint: Paint): string {
  if (kind === "bad") return paint.red("✖");
  return kind === "wait" ? paint.yellow("▲") : paint.green("✔");
}

function cellsOf({ hostname, node, seen, expected, verdict, reason }: GateRow): string[] {
  const said = [verdict, ...(reason === null ? [] : [reason])].join(" ");
  const cells = [visible(hostname), visible(node), visible(said)];
  if (verdict === "skipped") return [...cells, ""];
  return [...cells, `${seenText(seen)}, expected ${visible(expected)}`];
}

function seenText(seen: readonly string[]): string {
  return seen.length === 0 ? "seen nothing" : `seen ${visible(shortened(seen.join(" "), SEEN_LENGTH))}`;
}

function remarkLines(row: GateRow, paint: Paint): string[] {
  const { aliasOf, meaning, verb, records, evidence } = remarksOf(row);
  const about = [aliasOf === null ? "" : `alias of ${visible(aliasOf)}`, meaning].filter(
    (part) => part !== "",
  );
  return [
    ...(about.length > 0 ? [`    ${about.join(": ")}`] : []),
    ...records.map((record) => `    ${verb}: ${paint.cyan(visible(record))}`),
    ...evidence.map((line) => paint.dim(`    ${visible(line)}`)),
  ];
}

/** A run as Markdown for a job summary. */
export function gateSummary(story: GateStory, limit: Limit): string {
  const { answer, obstacle } = story;
  const inText = (value: string) => code(value, "text");
  const [todo, good] = byNeed(sectionsOf(story));
  const isBad = obstacle !== null || answer.verdicts.some(({ verdict }) => verdict === "mismatch");
  const level = (most: number, isGoodTold: boolean) => () =>
    [
      `## ${isBad ? "🔴" : "⚪"} hostenv dns-gate: ${verdictLine(answer)}`,
      endingOf(story, inText),
      ...todo.map((section) => sectionTable(section, most, isGoodTold)),
      ...redirectLines(answer, inText).slice(0, most),
      writesTable(answer.writes, most),
      ...good.map((section) => sectionTable(section, most, isGoodTold)),
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  return firstThatFits([level(500, true), level(500, false), level(50, false), level(0, false)], limit);
}

function sectionTable({ kind, title, rows }: Section, most: number, isGoodTold: boolean): string {
  const number = counted(rows.length, "hostname");
  if (most === 0 || (kind === "good" && !isGoodTold)) return `${title}: ${number}`;
  const head = kind === "good" ? `${title}: ${number}` : `### ${title} (${rows.length})`;
  const lines = rows.slice(0, most).map((row) => `| ${tableCells(row).join(" | ")} |`);
  const more = rows.length > most ? [`\nand ${rows.length - most} more`] : [];
  const table = [
    "| hostname | node | verdict | seen | what to do |",
    "|--|--|--|--|--|",
    ...lines,
    ...more,
  ].join("\n");
  return kind === "good"
    ? `<details><summary>${head}</summary>\n\n${table}\n\n</details>`
    : `${head}\n\n${table}`;
}

function tableCells(row: GateRow): string[] {
  const { hostname, node, verdict, reason, seen } = row;
  const { aliasOf, meaning, verb, records, evidence } = remarksOf(row);
  const alias = aliasOf === null ? "" : `<br>alias of ${code(aliasOf)}`;
  const said = [verdict, reason].filter((part) => part !== null).join(" ");
  const why = [meaning, ...evidence.map((line) => code(shortened(line, 200)))].filter((part) => part !== "");
  return [
    `${code(hostname)}${alias}`,
    code(node),
    [code(said), ...why].join("<br>"),
    seen.length === 0 ? "nothing" : code(shortened(seen.join(" "), SEEN_LENGTH)),
    records.map((record) => `${verb} ${code(record)}`).join("<br>"),
  ];
}

function redirectLines({ redirects }: GateAnswer, shown: (name: string) => string): string[] {
  return redirects.map(
    ({ target, from }) =>
      `${shown(target)} has no TLS, and these send their visitors there over TLS: ${from.map(shown).join(", ")}`,
  );
}
