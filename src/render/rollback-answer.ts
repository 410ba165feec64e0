import pc from "picocolors";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { Answer } from "./answer.ts";
import { code, harmless, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { aligned } from "./table.ts";

/** What became of a rollback, as the answer needs it. */
interface Told {
  readonly exitCode: 0 | 2;
  readonly node: string;
  readonly profiles: readonly {
    readonly profile: string;
    readonly from: { readonly generation: number } | null;
    readonly generation: number;
    readonly after: { readonly storePath: string; readonly generation: number } | null;
    readonly result: "rolled-back" | "unchanged" | "failed" | "dry-run";
    readonly problem: Problem | null;
  }[];
}

/** The answer of `rollback`. */
export function rollbackAnswer({ exitCode, node, profiles }: Told): Answer {
  const rows = profiles.map(({ profile, from, generation, after, result }) => [
    visible(profile),
    `${from?.generation ?? "none"} → ${generation}`,
    result,
    `runs ${after?.generation ?? "nothing"}`,
  ]);
  const problems = profiles.flatMap(({ profile, problem }) =>
    problem ? [`${profile}: ${problem.message}`, `  hint: ${problem.hint}`] : [],
  );
  const closing =
    exitCode === 0
      ? "Data is not brought back. Deploys leave the node so until its plan is repaired, or -n or --plan-id names it."
      : "What failed is as it was; look at the node before anything else.";
  return {
    exitCode,
    document: {
      schema: 1,
      node,
      profiles: profiles.map(({ profile, generation, result, after, problem }) => ({
        ...{ profile, generation, result },
        storePath: after?.storePath ?? null,
        problem,
      })),
    },
    terminal: (color) => {
      const title = pc.createColors(color).bold(`rollback of ${visible(node)}`);
      return harmless(`${[title, ...aligned(rows), ...problems.map(visible), closing].join("\n")}\n`);
    },
    summary: (limit) =>
      firstThatFits(
        [
          () =>
            [
              `## hostenv rollback of ${code(node, "text")}`,
              "",
              "| profile | generation | result | now |",
              "|--|--|--|--|",
              ...rows.map((cells) => `| ${cells.map((cell) => code(cell)).join(" | ")} |`),
              ...problems.map((line) => `\n${code(line, "text")}`),
              "",
              closing,
            ].join("\n"),
          () => `## hostenv rollback\n\n${closing}`,
        ],
        limit,
      ),
    files: {},
    outputs: {},
    annotations: [],
    notices: [],
    ...(exitCode === 0 ? {} : { refusal: problems[0] ?? "the rollback failed" }),
  };
}
