import pc from "picocolors";
import type { Difference, GoldenResult, Ignored } from "../domain/golden.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Limit } from "./answer.ts";
import { code, harmless, shortened, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { counted } from "./words.ts";

/** Differences of one environment or node. */
export interface Group {
  /** `environment`, `node` or `provider`. */
  readonly kind: string;
  readonly name: string;
  readonly differences: readonly Difference[];
}

/** All that is told of a comparison with a golden file. */
export interface GoldenStory {
  readonly result: GoldenResult;
  readonly golden: string;
  readonly update: "none" | "new" | "changed";
  readonly groups: readonly Group[];
  readonly ignored: readonly Ignored[];
  /** The command that takes the plan for the new golden file. */
  readonly repair: string;
}

/** So many differences are told of one environment or node, and of all of them. */
const MOST_OF_ONE = 10;
const MOST_GROUPS = 20;
const VALUE_LENGTH = 80;
const PATH_LENGTH = 200;

/** A comparison for people at a terminal. Ends with a line break. */
export function goldenTerminal(story: GoldenStory, color: boolean): string {
  const paint = pc.createColors(color);
  const parts = [
    paint.bold(`golden-check: ${visible(verdict(story))}`),
    ...story.groups
      .slice(0, MOST_GROUPS)
      .map((group) => [paint.bold(visible(title(group))), ...lines(group)].join("\n")),
    beyond(story),
    story.result === "mismatch" ? `If the plan is what you want:\n  ${visible(story.repair)}` : "",
    story.result === "skipped" ? "" : notCompared(story.ignored),
  ];
  return harmless(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
}

/** A comparison as Markdown for a job summary. */
export function goldenSummary(story: GoldenStory, limit: Limit): string {
  const level = (groups: number, each: number) => () =>
    [
      `## ${story.result === "mismatch" ? "🔴" : "⚪"} hostenv golden-check: ${story.result}`,
      code(verdict(story), "text"),
      ...story.groups.slice(0, groups).map((group) => section(group, each)),
      beyond(story, groups),
      story.result === "mismatch" ? `If the plan is what you want: ${code(story.repair, "text")}` : "",
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  return firstThatFits([level(200, 50), level(MOST_GROUPS, MOST_OF_ONE), level(0, 0)], limit);
}

function verdict({ result, golden, update, groups }: GoldenStory): string {
  if (result === "skipped")
    return `skipped: there is no golden file ${golden}; golden-check --update writes one`;
  if (update !== "none") return `${golden} ${update === "new" ? "written" : "updated"}: it is the plan now`;
  if (result === "match") return `the plan is what ${golden} holds`;
  const count = groups.reduce((sum, group) => sum + group.differences.length, 0);
  const kinds = (["environment", "node"] as const).flatMap((kind) => {
    const number = groups.filter((group) => group.kind === kind).length;
    return number > 0 ? [counted(number, kind)] : [];
  });
  return [`${counted(count, "difference")} from ${golden}`, ...kinds].join(" · ");
}

function title({ kind, name, differences }: Group): string {
  return `${kind}${name === "" ? "" : ` ${name}`} (${differences.length})`;
}

function lines({ differences }: Group): string[] {
  const shown = differences
    .slice(0, MOST_OF_ONE)
    .flatMap(({ path, golden, plan }) => [
      `  ${visible(shortened(path, PATH_LENGTH))}`,
      `    golden ${told(golden)}`,
      `    plan   ${told(plan)}`,
    ]);
  const rest = differences.length - MOST_OF_ONE;
  return rest > 0 ? [...shown, `  and ${counted(rest, "difference")} more`] : shown;
}

function section(group: Group, most: number): string {
  const rows = group.differences
    .slice(0, most)
    .map(
      ({ path, golden, plan }) =>
        `| ${code(shortened(path, PATH_LENGTH))} | ${cell(golden)} | ${cell(plan)} |`,
    );
  const rest = group.differences.length - most;
  const more = rest > 0 ? [`\nand ${counted(rest, "difference")} more`] : [];
  const head = `### ${group.kind}${group.name === "" ? "" : ` ${code(group.name, "text")}`}`;
  return [head, "", "| | golden | plan |", "|--|--|--|", ...rows, ...more].join("\n");
}

function beyond({ groups }: GoldenStory, shown = MOST_GROUPS): string {
  const rest = groups.slice(shown);
  if (rest.length === 0) return "";
  const count = rest.reduce((sum, group) => sum + group.differences.length, 0);
  return `and ${counted(count, "difference")} more of ${rest.length} others: golden-check --json has all of them`;
}

const cell = (value: JsonValue | undefined) =>
  value === undefined ? "none" : code(shortened(JSON.stringify(value), VALUE_LENGTH));

function told(value: JsonValue | undefined): string {
  return value === undefined ? "(none)" : visible(shortened(JSON.stringify(value), VALUE_LENGTH));
}

function notCompared(ignored: readonly Ignored[]): string {
  return ignored
    .map(({ pattern, reason }) => `not compared: ${visible(pattern)} (${visible(reason)})`)
    .join("\n");
}
