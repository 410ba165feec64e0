import pc from "picocolors";
import type { Answer } from "./answer.ts";
import { code, harmless, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { aligned } from "./table.ts";
import { counted } from "./words.ts";

interface Reserved {
  readonly user: string;
  readonly uid: number;
  readonly node: string | null;
  readonly hostnames: readonly string[];
}

interface Listed extends Reserved {
  readonly planned: boolean | null;
  readonly since: { readonly commit: string; readonly at: string } | null;
}

interface Pruning {
  readonly pruned: readonly Reserved[];
  readonly kept: readonly { readonly user: string; readonly reason: "kept" | "still-served" }[];
  readonly written: boolean;
  readonly name: string;
  readonly finish?: () => Promise<void>;
}

/** The parts of an answer that verbs without files, outputs and annotations share. */
const PLAIN = { exitCode: 0, files: {}, outputs: {}, annotations: [], notices: [] } as const;

/** The answer of `state list`. */
export function stateListAnswer(listed: readonly Listed[]): Answer {
  const rows = [["user", "uid", "node", "planned", "since", "hostnames"], ...listed.map(row)];
  const total = `${counted(listed.length, "reservation")}, ${standing(listed)}`;
  return {
    ...PLAIN,
    document: { schema: 1, reservations: listed },
    terminal: (color) => {
      const [head = "", ...others] = aligned(rows);
      return harmless(`${[pc.createColors(color).dim(head), ...others, total].join("\n")}\n`);
    },
    summary: (limit) => firstThatFits([() => table(rows, total), () => total], limit),
  };
}

function standing(listed: readonly Listed[]): string {
  if (listed.some(({ planned }) => planned === null))
    return "and no plan.json to tell which are still planned";
  return `${listed.filter(({ planned }) => planned === false).length} of environments that are not planned`;
}

function row({ user, uid, node, planned, since, hostnames }: Listed): string[] {
  return [
    visible(user),
    String(uid),
    visible(node ?? "-"),
    planned === null ? "?" : planned ? "yes" : "no",
    since?.at.slice(0, 10) ?? "-",
    visible(hostnames.join(" ")),
  ];
}

function table([head = [], ...rows]: readonly string[][], total: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.map((cells) => line(cells.map((cell) => code(cell))));
  return ["## hostenv state list", "", line(head), line(head.map(() => "--")), ...body, "", total].join("\n");
}

/** The answer of `state prune`. */
export function statePruneAnswer({ pruned, kept, written, name, finish }: Pruning): Answer {
  const lines = [
    ...pruned.map(
      ({ user, uid, node, hostnames }) =>
        `release ${user} (uid ${uid} stays): ${[...hostnames, ...(node === null ? [] : [`node ${node}`])].join(" ")}`,
    ),
    ...kept.map(({ user, reason }) => `keep    ${user}: ${REASONS[reason]}`),
    ending(pruned.length, written, name),
  ].map(visible);
  return {
    ...PLAIN,
    document: { schema: 1, written, pruned, kept },
    terminal: () => harmless(`${lines.join("\n")}\n`),
    summary: (limit) =>
      firstThatFits(
        [
          () => `## hostenv state prune\n\n${lines.map((line) => `- ${code(line, "text")}`).join("\n")}`,
          () => `## hostenv state prune\n\n${code(lines.at(-1) ?? "", "text")}`,
        ],
        limit,
      ),
    ...(finish ? { finish } : {}),
  };
}

const REASONS = {
  kept: "--keep names it",
  "still-served":
    "a committed plan.json still has it, so its hostnames may be served; --force releases it all the same",
};

function ending(count: number, written: boolean, name: string): string {
  if (count === 0) return `nothing to release in ${name}`;
  return written
    ? `${name}: ${counted(count, "reservation")} released`
    : `nothing was written: --yes releases ${counted(count, "reservation")} in ${name}`;
}
