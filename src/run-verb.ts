import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { DiskFiles } from "./adapters/disk-files.ts";
import { GitTrees } from "./adapters/git-trees.ts";
import { NixEvaluator } from "./adapters/nix-evaluator.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { TerminalProgress } from "./adapters/terminal-progress.ts";
import { diff, diffInputs } from "./commands/diff.ts";
import type { Verdict } from "./commands/judge.ts";
import { plan, planInputs } from "./commands/plan.ts";
import { UsageError } from "./errors.ts";
import { comment } from "./render/comment.ts";
import type { VerbName } from "./verbs.ts";

/** Values of flags by camelCase name, as a door read them. */
export type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** Name, version and description of the program. */
export const PROGRAM = packageJson;

// Flags that say where a verb runs or where its answer goes; the verb itself never sees them.
const AROUND = ["workingDirectory", "json", "color", "commentFile", "report"];

const files = new DiskFiles();

const verbs: Record<VerbName, (inputs: Options, directory: string) => Promise<Verdict>> = {
  plan: (inputs, directory) => {
    const generated = process.env.HOSTENV_PROVIDER_OUT || "generated";
    return plan(planInputs.parse(inputs), {
      evaluator: new NixEvaluator(),
      trees: new GitTrees(directory, generated),
      files,
      clock: systemClock,
      progress: new TerminalProgress(process.stderr),
      toolVersion: PROGRAM.version,
      directory,
      generated,
    });
  },
  diff: (inputs) =>
    diff(diffInputs.parse(inputs), { files, clock: systemClock, toolVersion: PROGRAM.version }),
};

/** Composes a verb's adapters, runs it and writes the files its flags name. Both doors lead here. */
export async function runVerb(name: VerbName, options: Options): Promise<Verdict> {
  const directory = folder(options.workingDirectory);
  const inputs = Object.fromEntries(Object.entries(options).filter(([flag]) => !AROUND.includes(flag)));
  const verdict = await verbs[name](inputs, directory);
  if (typeof options.report === "string") await files.write(options.report, json(verdict.report));
  if (typeof options.commentFile === "string")
    await files.write(options.commentFile, `${comment(verdict.report)}\n`);
  // Last: where a report can't be written, nothing else is changed either.
  await verdict.finish?.();
  return verdict;
}

/** A JSON document as files and stdout get it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function folder(given: Options[string]): string {
  const directory = resolve(typeof given === "string" ? given : ".");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(directory);
  throw new UsageError(`-C '${given}' is no folder`, "name the folder that holds the provider's flake.nix");
}
