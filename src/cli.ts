import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { DiskFiles } from "./adapters/disk-files.ts";
import { GitTrees } from "./adapters/git-trees.ts";
import { NixEvaluator } from "./adapters/nix-evaluator.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { TerminalProgress } from "./adapters/terminal-progress.ts";
import { diff, diffInputs } from "./commands/diff.ts";
import type { Verdict } from "./commands/judge.ts";
import { plan, planInputs } from "./commands/plan.ts";
import { outcomeSchema, type Report } from "./domain/report.ts";
import { HostenvError, UsageError } from "./errors.ts";
import { comment } from "./render/comment.ts";
import { visible } from "./render/escape.ts";
import { terminal } from "./render/terminal.ts";
import { COMMON_FLAGS, type Flag, VERBS, type VerbName } from "./verbs.ts";

type Options = Record<string, string | string[] | boolean | undefined>;

const OURS = ["workingDirectory", "json", "color", "commentFile", "report"];

const files = new DiskFiles();

const runs: Record<VerbName, (inputs: Options, directory: string) => Promise<Verdict>> = {
  plan: (inputs, directory) => {
    const generated = process.env.HOSTENV_PROVIDER_OUT || "generated";
    return plan(planInputs.parse(inputs), {
      evaluator: new NixEvaluator(),
      trees: new GitTrees(directory, generated),
      files,
      clock: systemClock,
      progress: new TerminalProgress(process.stderr),
      toolVersion: packageJson.version,
      directory,
      generated,
    });
  },
  diff: (inputs) =>
    diff(diffInputs.parse(inputs), { files, clock: systemClock, toolVersion: packageJson.version }),
};

async function run(verb: VerbName, options: Options): Promise<number> {
  const directory = folder(options.workingDirectory);
  const inputs = Object.fromEntries(Object.entries(options).filter(([name]) => !OURS.includes(name)));
  const { exitCode, report } = await runs[verb](inputs, directory);
  if (typeof options.report === "string") await files.write(options.report, json(report));
  if (typeof options.commentFile === "string") await files.write(options.commentFile, `${comment(report)}\n`);
  print(report, options);
  return exitCode;
}

function folder(given: Options[string]): string {
  const directory = resolve(typeof given === "string" ? given : ".");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(directory);
  throw new UsageError(`-C '${given}' is no folder`, "name the folder that holds the provider's flake.nix");
}

function print(report: Report, options: Options): void {
  const stream = options.json ? process.stderr : process.stdout;
  const color = options.color !== false && !process.env.NO_COLOR && stream.isTTY === true;
  stream.write(terminal(report, color));
  if (options.json) process.stdout.write(json(outcomeSchema.strip().parse(report)));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function program(finished: (exitCode: number) => void): Command {
  const root = new Command("hostenv-provider")
    .description(packageJson.description)
    .version(packageJson.version)
    .showHelpAfterError("hint: hostenv-provider --help lists commands and flags")
    .exitOverride();
  for (const { name, about, flags } of VERBS) {
    const command = root.command(name).description(about).exitOverride();
    for (const flag of [...flags, ...COMMON_FLAGS]) command.addOption(optionOf(flag));
    command.action(async (options: Options) => finished(await run(name, options)));
  }
  return root;
}

function optionOf({ name, short, value, repeatable, required, about }: Flag): Option {
  const flags = `${short ? `-${short}, ` : ""}--${name}${value ? ` <${value}>` : ""}`;
  const option = new Option(flags, about).makeOptionMandatory(required === true);
  if (repeatable) option.argParser((given: string, before: string[] = []) => [...before, given]);
  return option;
}

// Commander has already said what is wrong; asking for help is no mistake.
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  const { message, code, hint } = error instanceof HostenvError ? error : internal(error);
  process.stderr.write(`error: ${visible(message)} [${code}]\nhint: ${visible(hint)}\n`);
  return 1;
}

// A mistake of ours. The stack is for whoever mends it.
function internal(error: unknown): { message: string; code: string; hint: string } {
  if (process.env.DEBUG) process.stderr.write(`${(error as Error)?.stack}\n`);
  const hint = "this is a mistake in hostenv-provider: please report it with what DEBUG=1 prints";
  return { message: (error as Error)?.message ?? String(error), code: "internal", hint };
}

try {
  await program((exitCode) => {
    process.exitCode = exitCode;
  }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
