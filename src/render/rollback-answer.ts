import pc from "picocolors";
import type { z } from "zod";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { rollbackSchema } from "../domain/deploy/rollback.ts";
import type { Answer } from "./answer.ts";
import { code, harmless, shortened, visible } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import { document } from "./json.ts";
import { aligned } from "./table.ts";

type Document = z.infer<typeof rollbackSchema>;
type Check = Document["verification"][number];

/** What became of a rollback, as the answer needs it. */
interface Told {
  readonly exitCode: 0 | 2;
  readonly node: string;
  readonly profiles: readonly {
    readonly profile: string;
    readonly from: { readonly generation: number } | null;
    readonly generation: number;
    readonly after: { readonly storePath: string; readonly generation: number } | null;
    readonly result: "rolled-back" | "unchanged" | "failed" | "unknown" | "dry-run";
    readonly problem: Problem | null;
  }[];
  readonly problem: Problem | null;
  readonly notBroughtBack: readonly string[];
  readonly notThereThen: readonly string[];
  readonly checks: readonly (Omit<Check, "failures"> & { readonly failures: readonly string[] })[];
}

/** What programs and sites say has no length of its own. */
const LENGTH = 700;

/** The answer of `rollback`. */
export function rollbackAnswer(told: Told): Answer {
  const { exitCode, node, profiles } = told;
  const answer = documentOf(told);
  const rows = profiles.map(({ profile, from, generation, after, result }) => [
    profile,
    `${from?.generation ?? "none"} → ${generation}`,
    result,
    result === "unknown" ? "what it runs can't be seen" : `runs ${after?.generation ?? "nothing"}`,
  ]);
  const [troubles, closing] = [troublesIn(told), closingOf(told)];
  return {
    exitCode,
    document: answer,
    terminal: (color) => {
      const title = pc.createColors(color).bold(`rollback of ${visible(node)}`);
      const lines = [
        ...aligned(rows.map((cells) => cells.map(visible))),
        ...troubles.map(visible),
        ...closing,
      ];
      return harmless(`${[title, ...lines].join("\n")}\n`);
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
              ...troubles.map((line) => `\n${code(line.trim(), "text")}`),
              "",
              ...closing,
            ].join("\n"),
          () => `## hostenv rollback\n\n${closing.join("\n")}`,
        ],
        limit,
      ),
    files: { report: () => document(answer) },
    outputs: { result: resultOf(told) },
    annotations: [],
    notices: [],
    ...(exitCode === 0 ? {} : { refusal: troubles[0] ?? "the rollback failed" }),
  };
}

function documentOf({ node, profiles, checks, problem, notBroughtBack, notThereThen }: Told): Document {
  return {
    schema: 1,
    node,
    profiles: profiles.map(({ profile, generation, result, after, problem: found }) => ({
      ...{ profile, generation, result },
      storePath: after?.storePath ?? null,
      problem: found,
    })),
    notBroughtBack: [...notBroughtBack],
    notThereThen: [...notThereThen],
    problem,
    verification: checks.map((each) => ({ ...each, failures: [...each.failures] })),
  };
}

function resultOf({ exitCode, profiles, problem }: Told): string {
  if (problem !== null || profiles.some((each) => each.problem !== null)) return "failed";
  if (profiles.some(({ result }) => result === "dry-run")) return "dry-run";
  if (profiles.every(({ result }) => result === "unchanged")) return "unchanged";
  return exitCode === 0 ? "rolled-back" : "unverified";
}

function troublesIn({ profiles, checks, problem, notBroughtBack, notThereThen }: Told): string[] {
  const failed = profiles.flatMap(({ profile, problem: found }) =>
    found ? [`${profile}: ${found.message}`, `  hint: ${found.hint}`] : [],
  );
  const unwritten = problem
    ? [`what came of it could not be written down on the node: ${problem.message}`, `  hint: ${problem.hint}`]
    : [];
  const mute = checks
    .filter(({ passed }) => !passed)
    .map(({ environment, check, failures, enforced }) => {
      const what = enforced ? "does not answer" : "does not answer, which only warns";
      return `${environment} ${what}: ${check}: ${failures.join("; ")}`;
    });
  const partly = checks.flatMap(({ environment, check, remark }) =>
    remark === null ? [] : [`${environment} was checked in part: ${check}: ${remark}`],
  );
  const others = [
    ...notBroughtBack.map(
      (name) => `${name} was there with that plan, is not planned there now, and is left alone`,
    ),
    ...notThereThen.map((name) => `${name} was not there with that plan, and is not asked`),
  ];
  return [...failed, ...unwritten, ...mute, ...partly, ...others].map((line) => shortened(line, LENGTH));
}

const STAYING =
  "Data is not brought back. Deploys leave the node so until it is to carry something else, or -n names it.";

function closingOf(told: Told): string[] {
  const { checks, profiles } = told;
  const passed = checks.filter(({ passed: isPassed }) => isPassed).length;
  const asked = checks.length > 0 ? [`${passed} of ${checks.length} checks passed.`] : [];
  const isChanged = profiles.some(
    ({ from, after, result }) => result === "unknown" || after?.generation !== from?.generation,
  );
  const closing: Readonly<Record<string, string>> = {
    failed: isChanged
      ? `It was not brought back as a whole: look at the node before anything else. ${STAYING}`
      : "Nothing was brought back; look at the node before anything else.",
    unverified: `It was brought back, and not everything answers: look at the node. ${STAYING}`,
    unchanged: "It runs that already: nothing was changed.",
    "dry-run": "Nothing was changed.",
  };
  return [...asked, closing[resultOf(told)] ?? STAYING];
}
