import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as core from "@actions/core";
import { blocks } from "./domain/findings.ts";
import type { Report } from "./domain/report.ts";
import { explained, UsageError } from "./errors.ts";
import { comment } from "./render/comment.ts";
import { code, visible } from "./render/escape.ts";
import { SUMMARY_LIMIT } from "./render/fit.ts";
import { terminal } from "./render/terminal.ts";
import { type Options, runVerb } from "./run-verb.ts";
import {
  ACTION_INPUTS,
  type ACTION_OUTPUTS,
  type Flag,
  inputKey,
  VERBS,
  type Verb,
  type VerbName,
} from "./verbs.ts";

/** What a run leaves for later steps. */
function outputsOf(report: Report, reportPath: string): Record<keyof typeof ACTION_OUTPUTS, string> {
  return {
    changed: String(report.changed),
    blocked: String(report.findings.some(blocks)),
    "plan-id": report.planId,
    counts: JSON.stringify(report.counts),
    "affected-nodes": JSON.stringify(report.affectedHosts),
    waves: JSON.stringify(report.waves),
    "report-path": reportPath,
  };
}

async function run(): Promise<void> {
  const verb = verbNamed(core.getInput("command"));
  const given = optionsOf(verb);
  const options = { ...given, ...defaultsFor(verb, given) };
  const { exitCode, report } = await runVerb(verb.name as VerbName, options);
  speak(terminal(report, false));
  annotate(report);
  for (const [name, value] of Object.entries(outputsOf(report, String(options.report))))
    core.setOutput(name, value);
  const summary = `${comment(report, {}, SUMMARY_LIMIT)}\n\nThe same on a laptop: ${code(commandLine(verb, options), "text")}\n`;
  await core.summary.addRaw(summary).write();
  if (exitCode !== 0) core.setFailed("a finding needs a decision before merge: see the job summary");
}

// What decides the answer, as it would be typed; where a file is left is this machine's affair.
function commandLine({ name, flags }: Verb, options: Options): string {
  const around = new Set(["report", "comment-file"]);
  const words = [...ACTION_INPUTS, ...flags]
    .filter((flag) => !around.has(flag.name))
    .flatMap((flag) => {
      const value = options[inputKey(flag.name)];
      if (value === undefined || value === false) return [];
      return [value]
        .flat()
        .flatMap((each) => [`--${flag.name}`, ...(each === true ? [] : [quoted(String(each))])]);
    });
  return ["hostenv-provider", name, ...words].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function verbNamed(name: string): Verb {
  const verb = VERBS.find((each) => each.name === name);
  if (verb) return verb;
  const known = VERBS.map((each) => each.name).join(", ");
  throw new UsageError(`the input command is '${name}'`, `give one of: ${known}`);
}

// An input that is not given is an empty text to the runner.
function optionsOf(verb: Verb): Options {
  const flags: readonly Flag[] = [...ACTION_INPUTS, ...verb.flags];
  return Object.fromEntries(flags.flatMap((flag) => inputOf(flag)));
}

function inputOf({ name, value, repeatable }: Flag): [string, string | string[] | boolean][] {
  if (core.getInput(name) === "") return [];
  const key = inputKey(name);
  if (repeatable) return [[key, core.getMultilineInput(name)]];
  return [[key, value === undefined ? core.getBooleanInput(name) : core.getInput(name)]];
}

// On a pull request the base is its base; the report lies where an artifact step finds it.
function defaultsFor({ name }: Verb, options: Options): Options {
  const folder = String(options.workingDirectory ?? ".")
    .replace(/^\.\/?$/, "root")
    .replaceAll("/", "-");
  const report = join(process.env.RUNNER_TEMP || ".", `hostenv-plan-${folder}`, "report.json");
  const base = name === "plan" && options.basePlan === undefined ? baseOfEvent() : undefined;
  return {
    ...(options.report === undefined ? { report } : {}),
    ...(options.base === undefined && base !== undefined ? { base } : {}),
  };
}

function baseOfEvent(): string | undefined {
  const path = process.env.GITHUB_EVENT_PATH;
  if (!path) return undefined;
  const event = JSON.parse(readFileSync(path, "utf8")) as { pull_request?: { base?: { sha?: string } } };
  return event.pull_request?.base?.sha;
}

// Between these two commands the runner takes nothing in the log for a command.
function speak(text: string): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${text}\n::${token}::\n`);
}

/** GitHub shows at most ten annotations of a kind per step. */
const ANNOTATIONS = 10;

function annotate({ findings, provider }: Report): void {
  const file = provider === "." ? "flake.nix" : `${provider}/flake.nix`;
  const shown = findings
    .filter(({ severity, allowed }) => severity !== "info" && !allowed)
    .slice(0, ANNOTATIONS);
  for (const found of shown) {
    const properties = { title: found.rule, file };
    if (blocks(found)) core.error(visible(found.message), properties);
    else core.warning(visible(found.message), properties);
  }
}

try {
  await run();
} catch (error) {
  const { message, code, hint } = explained(error);
  if (code === "internal") core.debug(String((error as Error)?.stack));
  core.setFailed(`${visible(message)} [${code}] hint: ${visible(hint)}`);
}
