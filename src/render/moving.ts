import type { JsonValue } from "../domain/json.ts";
import type { Moving, MovingDifference } from "../domain/moving.ts";
import type { Answer } from "./answer.ts";
import { code, visible } from "./escape.ts";
import { document } from "./json.ts";

const SAME = "this plan is the given one";
const EXPECTED = "this plan differs from the given one only where it should";
const DIFFERS = "this plan is not the given one";

/** Characters of a value that are shown; the document has it whole. */
const LONGEST = 80;

interface Group extends Pick<MovingDifference, "kind" | "why" | "next"> {
  readonly differences: MovingDifference[];
}

/** The answer of `plan --compare-with` in every form. */
export function movingAnswer({ exitCode, moving }: { exitCode: 0 | 2; moving: Moving }): Answer {
  return {
    exitCode,
    document: moving,
    terminal: () => terminal(moving),
    summary: () => summary(moving),
    files: { report: () => document(moving) },
    outputs: {},
    annotations: [],
    notices: [],
    refusal: `${DIFFERS}: ${moving.differences.filter(({ kind }) => kind !== "expected").length} differences are not on purpose`,
  };
}

function headline({ result }: Moving): string {
  return { same: SAME, expected: EXPECTED, differs: DIFFERS }[result];
}

function terminal(moving: Moving): string {
  const parts = grouped(moving).map(({ kind, why, next, differences }) => {
    const places = differences.map(
      ({ path, theirs, ours }) => `    ${visible(path)}: ${shown(theirs)} → ${shown(ours)}`,
    );
    return [`${kind === "expected" ? "✔" : "✖"} ${why}`, ...places, ...(next ? [`  ${next}`] : [])].join(
      "\n",
    );
  });
  return `${[...parts, headline(moving)].join("\n\n")}\n`;
}

function summary(moving: Moving): string {
  const icon = moving.result === "differs" ? "🔴" : "🟢";
  const sentence = headline(moving);
  const parts = grouped(moving).map(({ kind, why, next, differences }) => {
    const rows = differences.map(
      ({ path, theirs, ours }) => `| ${code(path)} | ${code(shown(theirs))} | ${code(shown(ours))} |`,
    );
    const table = ["| Place | Given plan | This plan |", "|--|--|--|", ...rows].join("\n");
    return `**${kind === "expected" ? "On purpose" : "To do"}**: ${why}.${next ? ` ${next}.` : ""}\n\n${table}`;
  });
  return [`## ${icon} ${sentence[0]?.toUpperCase()}${sentence.slice(1)}`, ...parts].join("\n\n");
}

// What is to be done before what is not.
function grouped({ differences }: Moving): Group[] {
  const groups = new Map<string, Group>();
  for (const difference of differences) {
    const { kind, why, next } = difference;
    const group = groups.get(why) ?? { kind, why, next, differences: [] };
    group.differences.push(difference);
    groups.set(why, group);
  }
  const all = [...groups.values()];
  return [...all.filter(({ kind }) => kind !== "expected"), ...all.filter(({ kind }) => kind === "expected")];
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "(not there)";
  const text = visible(JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
