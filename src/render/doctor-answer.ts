import pc from "picocolors";
import {
  AREAS,
  type Area,
  type Check,
  doctorExit,
  resultOf,
  STATES,
  type State,
} from "../domain/doctor/check.ts";
import type { Annotation, Answer } from "./answer.ts";
import { code, harmless, shortened, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { document } from "./json.ts";
import { aligned } from "./table.ts";

/** What programs and nodes say has no length of its own. */
const LENGTH = 700;

const MARKS: Readonly<Record<State, string>> = { broken: "✖", unknown: "?", works: "✔", unused: "–" };

/** What people read of each. */
const WORDS: Readonly<Record<State, string>> = {
  broken: "broken",
  unknown: "not known",
  works: "fine",
  unused: "not needed",
};

/** What each area is called. */
const TITLES: Readonly<Record<Area, string>> = {
  programs: "Programs",
  folder: "Folder",
  secrets: "Secrets",
  nodes: "Nodes",
  dns: "DNS",
  github: "GitHub",
  cloudflare: "Cloudflare",
};

/** The answer of `doctor`. */
export function doctorAnswer(checks: readonly Check[]): Answer {
  const sorted = AREAS.flatMap((area) => checks.filter((each) => each.area === area));
  const answer = { schema: 1, result: resultOf(sorted), checks: sorted };
  const broken = sorted.filter(({ state }) => state === "broken");
  const exitCode = doctorExit(sorted);
  return {
    exitCode,
    document: answer,
    terminal: (color) => terminal(sorted, color),
    summary: (limit) =>
      firstThatFits(
        [() => summary(sorted), () => summary(sorted.filter(isOpen)), () => heading(sorted)],
        limit,
      ),
    files: { report: () => document(answer) },
    outputs: {
      result: answer.result,
      broken: JSON.stringify(broken.map(({ area, name }) => `${area}/${name}`)),
    },
    annotations: broken.map(annotation),
    notices: [],
    ...(exitCode === 0 ? {} : { refusal: `doctor: ${verdict(sorted)}` }),
  };
}

function isOpen({ state }: Check): boolean {
  return state === "broken" || state === "unknown";
}

function annotation({ area, name, found, next }: Check): Annotation {
  return {
    severity: "error",
    title: visible(`${TITLES[area]}: ${name}`),
    message: visible(shortened(`${found}${next === null ? "" : `. To do: ${next}`}`, LENGTH)),
  };
}

/** `1 broken · 12 fine · 2 not needed`. */
function verdict(checks: readonly Check[]): string {
  const counts = STATES.map(
    (state) => [checks.filter((each) => each.state === state).length, state] as const,
  );
  return counts.flatMap(([count, state]) => (count > 0 ? [`${count} ${WORDS[state]}`] : [])).join(" · ");
}

// What is to be done comes first: who reads this is looking for it.
function terminal(checks: readonly Check[], color: boolean): string {
  const { bold } = pc.createColors(color);
  const open = STATES.flatMap((state) => checks.filter((each) => isOpen(each) && each.state === state));
  const rest = AREAS.flatMap((area) =>
    block(
      TITLES[area],
      checks.filter((each) => each.area === area && !isOpen(each)),
      bold,
    ),
  );
  const lines = [
    bold(`doctor: ${verdict(checks)}`),
    ...open.flatMap((each) => ["", ...toDo(each, bold)]),
    ...rest,
  ];
  return harmless(`${lines.join("\n")}\n`);
}

function toDo(
  { area, name, state, found, code: errorCode, next }: Check,
  bold: (text: string) => string,
): string[] {
  const head = `${MARKS[state]} ${bold(visible(`${TITLES[area]}: ${name}`))} ${errorCode === null ? "" : `[${visible(errorCode)}]`}`;
  return [
    head.trimEnd(),
    `    ${visible(shortened(found, LENGTH))}`,
    ...(next === null ? [] : [`    to do: ${visible(shortened(next, LENGTH))}`]),
  ];
}

function block(title: string, checks: readonly Check[], bold: (text: string) => string): string[] {
  if (checks.length === 0) return [];
  const rows = checks.map(({ name, state, found }) => [
    `${MARKS[state]} ${visible(name)}`,
    visible(shortened(found, LENGTH)),
  ]);
  return ["", bold(title), ...aligned(rows).map((line) => `  ${line}`)];
}

function heading(checks: readonly Check[]): string {
  return `## hostenv doctor: ${verdict(checks)}`;
}

function summary(checks: readonly Check[]): string {
  const open = STATES.flatMap((state) => checks.filter((each) => isOpen(each) && each.state === state));
  const fine = checks.filter((each) => !isOpen(each));
  const toDoTable = ["| Check | | What is wrong | What to do |", "|--|--|--|--|", ...open.map(openRow)];
  const fineTable = ["| Check | | |", "|--|--|--|", ...fine.map(fineRow)];
  return [
    heading(checks),
    "",
    ...(open.length > 0 ? [...toDoTable, ""] : ["Nothing is to be done.", ""]),
    ...(fine.length > 0
      ? ["<details><summary>What is fine</summary>", "", ...fineTable, "", "</details>"]
      : []),
  ]
    .join("\n")
    .trimEnd();
}

function openRow({ area, name, state, found, next }: Check): string {
  const said = [found, next ?? ""].map((text) => code(shortened(text, LENGTH)));
  return `| ${TITLES[area]}: ${code(name)} | ${MARKS[state]} ${WORDS[state]} | ${said.join(" | ")} |`;
}

function fineRow({ area, name, state, found }: Check): string {
  return `| ${TITLES[area]}: ${code(name)} | ${MARKS[state]} ${WORDS[state]} | ${code(shortened(found, LENGTH))} |`;
}
