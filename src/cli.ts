import { Command, CommanderError, Option } from "commander";
import { explained } from "./errors.ts";
import type { Answer } from "./render/answer.ts";
import { visible } from "./render/escape.ts";
import { document } from "./render/json.ts";
import { type Options, PROGRAM, runVerb } from "./run-verb.ts";
import { COMMON_FLAGS, type Flag, VERBS } from "./verbs.ts";

function print(answer: Answer, options: Options): void {
  const stream = options.json ? process.stderr : process.stdout;
  const color = options.color !== false && !process.env.NO_COLOR && stream.isTTY === true;
  for (const notice of answer.notices) process.stderr.write(`notice: ${visible(notice)}\n`);
  stream.write(answer.terminal(color));
  if (options.json) process.stdout.write(document(answer.document));
}

function program(finished: (exitCode: number) => void): Command {
  const root = new Command("hostenv-provider")
    .description(PROGRAM.description)
    .version(PROGRAM.version)
    .showHelpAfterError("hint: hostenv-provider --help lists commands and flags")
    .exitOverride();
  for (const { name, about, flags } of VERBS) {
    const command = commandFor(root, name).description(about).exitOverride();
    for (const flag of [...flags, ...COMMON_FLAGS]) command.addOption(optionOf(flag));
    command.action(async (options: Options) => {
      const githubToken = process.env.GITHUB_TOKEN || process.env.GH_TOKEN;
      const answer = await runVerb(name, options, { secrets: githubToken ? { githubToken } : {} });
      print(answer, options);
      finished(answer.exitCode);
    });
  }
  return root;
}

// Of `state list`, the first word is a command that only holds others.
function commandFor(root: Command, name: string): Command {
  const [first, second] = name.split(" ") as [string, string?];
  if (second === undefined) return root.command(first);
  const group = root.commands.find((each) => each.name() === first) ?? root.command(first).exitOverride();
  return group.command(second);
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
  const { message, code, hint } = explained(error);
  if (code === "internal" && process.env.DEBUG) process.stderr.write(`${(error as Error)?.stack}\n`);
  process.stderr.write(`error: ${visible(message)} [${code}]\nhint: ${visible(hint)}\n`);
  return 1;
}

try {
  await program((exitCode) => {
    process.exitCode = exitCode;
  }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
