import pc from "picocolors";
import { DRIFT, type DriftStatus, type NodeDrift } from "../domain/deploy/drift.ts";
import type { Answer } from "./answer.ts";
import { ADVICE, generations, howWords, isUndeployed, STATUS_WORDS, UNDEPLOYED } from "./drift-words.ts";
import { code, harmless, shortened, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { document } from "./json.ts";
import { aligned } from "./table.ts";
import { counted } from "./words.ts";

/** What `drift` found, as the answer needs it. */
interface Found {
  readonly exitCode: 0 | 1 | 2;
  readonly planId: string;
  readonly nodes: readonly NodeDrift[];
}

/** What a node says against us has no length of its own. */
const LENGTH = 300;

const MARKS: Readonly<Record<DriftStatus, string>> = {
  unreachable: "✖",
  drifted: "✖",
  "rolled-back": "▲",
  "reboot-pending": "▲",
  busy: "…",
  ok: "✔",
};

/** The answer of `drift`. */
export function driftAnswer({ exitCode, planId, nodes }: Found): Answer {
  const answer = { schema: 1, planId, nodes };
  const sorted = nodes.toSorted((left, right) => DRIFT.indexOf(left.status) - DRIFT.indexOf(right.status));
  const names = (status: DriftStatus) =>
    JSON.stringify(nodes.filter((each) => each.status === status).map(({ node }) => node));
  return {
    exitCode,
    document: answer,
    terminal: (color) => terminal(sorted, color),
    summary: (limit) => firstThatFits([() => summary(sorted), () => heading(sorted)], limit),
    files: { report: () => document(answer) },
    outputs: {
      drifted: names("drifted"),
      "rolled-back": names("rolled-back"),
      "reboot-pending": names("reboot-pending"),
      unreachable: names("unreachable"),
    },
    annotations: [],
    notices: [],
    ...(exitCode === 0 ? {} : { refusal: verdict(nodes) }),
  };
}

/** `1 drifted · 2 unreachable · 5 ok`. */
function verdict(nodes: readonly NodeDrift[]): string {
  const counts = DRIFT.map(
    (status) => [nodes.filter((each) => each.status === status).length, status] as const,
  );
  const told = counts.filter(([count]) => count > 0).map(([count, status]) => `${count} ${status}`);
  return told.length === 0 ? "no nodes" : told.join(" · ");
}

/** What there is to say of a node besides its status, a line each; nothing is escaped yet. */
export function driftLines(found: NodeDrift): string[] {
  const { differences, problem, busyWith, behind, status } = found;
  return [
    ...(isUndeployed(found) ? [UNDEPLOYED] : []),
    ...differences.map((each) => `${each.profile}: ${howWords(each)} (${generations(each)})`),
    ...(problem ? [shortened(problem.message, LENGTH), `hint: ${shortened(problem.hint, LENGTH)}`] : []),
    ...(status === "busy" ? [`${shortened(busyWith ?? "", LENGTH)} works on it`] : []),
    ...(behind === true && found.deployed !== null
      ? ["the snapshot wants something newer: the next deploy brings it"]
      : []),
  ];
}

function terminal(nodes: readonly NodeDrift[], color: boolean): string {
  const { bold } = pc.createColors(color);
  const rows = aligned(
    nodes.map(({ node, status }) => [`${MARKS[status]} ${visible(node)}`, STATUS_WORDS[status]]),
  );
  const lines = nodes.flatMap((found, index) => [
    rows[index] as string,
    ...driftLines(found).map((line) => `    ${visible(line)}`),
  ]);
  return harmless(`${[bold(`drift: ${verdict(nodes)}`), "", ...lines].join("\n")}\n`);
}

function heading(nodes: readonly NodeDrift[]): string {
  return `## hostenv drift: ${verdict(nodes)}`;
}

function summary(nodes: readonly NodeDrift[]): string {
  const rows = nodes.map((found) => {
    const said = driftLines(found).map((line) => code(line));
    return `| ${code(found.node)} | ${STATUS_WORDS[found.status]} | ${said.join("<br>")} |`;
  });
  const advice = DRIFT.filter(
    (status) => ADVICE[status] !== "" && nodes.some((each) => each.status === status),
  );
  return [
    heading(nodes),
    "",
    ...(nodes.length > 0 ? ["| Node | | |", "|--|--|--|", ...rows, ""] : [`${counted(0, "node")}.`, ""]),
    ...advice.map((status) => `- **${status}**: ${ADVICE[status]}`),
  ]
    .join("\n")
    .trimEnd();
}
