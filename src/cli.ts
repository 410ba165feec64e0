import { Command, CommanderError, Option } from "commander";
import { type Options, PROGRAM } from "./compose/call.ts";
import { takeSecrets } from "./compose/environment.ts";
import { explained } from "./errors.ts";
import type { Answer } from "./render/answer.ts";
import { visible } from "./render/escape.ts";
import { document } from "./render/json.ts";
import { runVerb } from "./run-verb.ts";
import { COMMON_FLAGS, type Flag, inputKey, type Verb } from "./verbs/verb.ts";
import { VERBS, type VerbName } from "./verbs.ts";

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
  for (const { name, about, flags, argument } of VERBS as readonly Verb[]) {
    const command = commandFor(root, name).description(about).exitOverride();
    if (argument) command.argument(`<${argument.name}>`, argument.about);
    for (const flag of [...flags, ...COMMON_FLAGS]) command.addOption(optionOf(flag));
    command.action(async (...given: unknown[]) => {
      const options = optionsOf(argument, given);
      const githubToken = process.env.GITHUB_TOKEN || process.env.GH_TOKEN;
      const environment = takeSecrets(process.env);
      const answer = await runVerb(name as VerbName, options, {
        secrets: { environment, ...(githubToken ? { githubToken } : {}) },
      });
      print(answer, options);
      finished(answer.exitCode);
    });
  }
  return root;
}

// Commander hands over the arguments of a command, then its options, then the command itself.
function optionsOf(argument: Verb["argument"], given: readonly unknown[]): Options {
  const options = given.at(-2) as Options;
  return argument ? { ...options, [inputKey(argument.name)]: given[0] } : options;
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
