import { Command, CommanderError, Option } from "commander";
import { outcomeSchema, type Report } from "./domain/report.ts";
import { explained } from "./errors.ts";
import { visible } from "./render/escape.ts";
import { terminal } from "./render/terminal.ts";
import { json, type Options, PROGRAM, runVerb } from "./run-verb.ts";
import { COMMON_FLAGS, type Flag, VERBS } from "./verbs.ts";

function print(report: Report, options: Options): void {
  const stream = options.json ? process.stderr : process.stdout;
  const color = options.color !== false && !process.env.NO_COLOR && stream.isTTY === true;
  stream.write(terminal(report, color));
  if (options.json) process.stdout.write(json(outcomeSchema.strip().parse(report)));
}

function program(finished: (exitCode: number) => void): Command {
  const root = new Command("hostenv-provider")
    .description(PROGRAM.description)
    .version(PROGRAM.version)
    .showHelpAfterError("hint: hostenv-provider --help lists commands and flags")
    .exitOverride();
  for (const { name, about, flags } of VERBS) {
    const command = root.command(name).description(about).exitOverride();
    for (const flag of [...flags, ...COMMON_FLAGS]) command.addOption(optionOf(flag));
    command.action(async (options: Options) => {
      const { exitCode, report } = await runVerb(name, options);
      print(report, options);
      finished(exitCode);
    });
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
