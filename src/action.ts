import { randomUUID } from "node:crypto";
import { join, posix, resolve } from "node:path";
import * as core from "@actions/core";
import { GitTrees } from "./adapters/git-trees.ts";
import { commandLine } from "./command-line.ts";
import { explained, UsageError } from "./errors.ts";
import { comesFromFork, commentDefaults, currentEvent, planDefaults } from "./github-event.ts";
import type { Annotation, Answer } from "./render/answer.ts";
import { code, visible } from "./render/escape.ts";
import { SUMMARY_LIMIT } from "./render/fit.ts";
import { artifactName, goldenFolder } from "./render/sticky.ts";
import { type Options, type Place, runVerb, type Secrets } from "./run-verb.ts";
import { ACTION_INPUTS, type Flag, inputKey, VERBS, type Verb, type VerbName } from "./verbs.ts";

// Inputs that are no flags of the verb: they say what else the action does, and with what.
const ACTION_ONLY = ["githubToken", "nixAccessTokens", "comment", "cache"];

async function run(): Promise<void> {
  const verb = verbNamed(core.getInput("command"));
  const given = optionsOf(verb);
  const options = { ...(await onMerge(defaultsFor(verb, given), given)), ...given };
  const fetched = await restored(verb, options);
  const answer = await answering(verb, options);
  await present(verb, options, answer);
  setOutputs({ ...answer.outputs, ...reportPath(verb, options) });
  setOutputs(await commentedToo(verb, options));
  if (answer.exitCode !== 0) core.setFailed(answer.refusal ?? "the check says no");
  // Saving takes its time: reviewers come first.
  await fetched.save();
}

// A plan that can't be made is told to reviewers, too.
async function answering(verb: Verb, options: Options): Promise<Answer> {
  try {
    return await runVerb(verb.name as VerbName, withoutActionOnly(options), worldOf(options));
  } catch (error) {
    // Also a report that says why there is no plan is one for reviewers.
    if (verb.name === "plan") setOutputs(reportPath(verb, options));
    await commentedToo(verb, options).catch((second: unknown) => core.warning(visible(String(second))));
    throw error;
  }
}

// What a stranger's pull request left in its cache is not for us.
async function restored(verb: Verb, options: Options): Promise<{ save: () => Promise<void> }> {
  const isFork = comesFromFork(currentEvent(process.env));
  if (verb.name !== "plan" || options.cache === false || isFork) return { save: async () => {} };
  const { restoreFetched } = await import("./nix-cache.ts");
  return restoreFetched(String(options.workingDirectory ?? "."));
}

async function present(verb: Verb, options: Options, answer: Answer): Promise<void> {
  for (const notice of answer.notices) core.notice(visible(notice));
  speak(answer.terminal(false));
  annotate(answer.annotations);
  const text = answer.summary(SUMMARY_LIMIT);
  if (text === "") return;
  const typed = { ...withoutActionOnly(options), ...allowing(options, answer) };
  const line = code(commandLine(verb, typed, AROUND), "text");
  await core.summary.addRaw(`${text}\n\nThe same on a laptop: ${line}\n`).write();
}

// A laptop knows no labels: what they allow is typed.
function allowing({ allow = [] }: Options, { allowed = [] }: Answer): Options {
  const all = [...new Set([...(allow as string[]), ...allowed])];
  return all.length > 0 ? { allow: all } : {};
}

// With `comment: true`, plan's report goes to the pull request at once, a failed one too.
async function commentedToo(verb: Verb, options: Options): Promise<Record<string, string>> {
  if (verb.name !== "plan") return {};
  const { pull_request: pull } = currentEvent(process.env);
  if (options.comment !== true || options.check === true || !pull) return { "comment-url": "" };
  const defaults = commentDefaults(currentEvent(process.env), process.env);
  const answer = await runVerb(
    "comment",
    {
      ...defaults,
      workingDirectory: options.workingDirectory,
      report: options.report,
      commentAuthorId: options.commentAuthorId,
      dryRun: options.dryRun,
    },
    worldOf(options),
  );
  for (const notice of answer.notices) core.notice(visible(notice));
  return { "comment-url": answer.outputs["comment-url"] ?? "" };
}

function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

function reportPath({ outputs }: Verb, { report }: Options): Record<string, string> {
  return Object.hasOwn(outputs, "report-path") ? { "report-path": String(report) } : {};
}

function withoutActionOnly(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !ACTION_ONLY.includes(key)));
}

function worldOf(options: Options): { secrets: Secrets; place: Place } {
  const { commentAuthorId } = options;
  const { pull_request: pull } = currentEvent(process.env);
  return {
    secrets: { ...secret(options, "githubToken"), ...secret(options, "nixAccessTokens") },
    place: {
      ...(pull ? { pullRequest: pull.number } : {}),
      ...(commentAuthorId === undefined ? {} : { commentAuthorId: Number(commentAuthorId) }),
    },
  };
}

// Where a file is left is this machine's affair, and decides nothing.
const AROUND = ["report", "comment-file", "patch"];

// The runner hides in its log what it is told of: of `host=token`, not the host.
function secret(options: Options, name: keyof Secrets): Partial<Secrets> {
  const value = options[name];
  if (typeof value !== "string") return {};
  const words = name === "githubToken" ? [value] : value.split(/\s+/);
  for (const word of words) {
    const token = name === "githubToken" ? word : word.slice(word.indexOf("=") + 1);
    core.setSecret(token);
    // GitLab's kinds of token stand before what is secret.
    if (/^(?:PAT|OAuth2):/.test(token)) core.setSecret(token.slice(token.indexOf(":") + 1));
  }
  return { [name]: value };
}

function verbNamed(name: string): Verb {
  const verb = VERBS.find((each) => each.name === name);
  if (verb) return verb;
  const known = VERBS.map((each) => each.name).join(", ");
  throw new UsageError(`the input command is '${name}'`, `give one of: ${known}`);
}

// An input that is not given is an empty text to the runner.
function optionsOf(verb: Verb): Options {
  const argument: Flag[] = verb.argument ? [{ ...verb.argument, value: "NAME", required: true }] : [];
  const flags: readonly Flag[] = [...ACTION_INPUTS, ...argument, ...verb.flags, ...(verb.inputs ?? [])];
  return Object.fromEntries(flags.flatMap((flag) => inputOf(flag)));
}

function inputOf({ name, value, repeatable, required }: Flag): [string, string | string[] | boolean][] {
  if (core.getInput(name) === "") {
    if (required) throw new UsageError(`the input ${name} is not given`, `give it: ${name}: ${value}`);
    return [];
  }
  const key = inputKey(name);
  if (repeatable) return [[key, core.getMultilineInput(name)]];
  return [[key, value === undefined ? switchOf(name) : core.getInput(name)]];
}

// The event's base may be older than what GitHub merged the head onto; what others merged since is not
// this pull request's change.
async function onMerge(defaults: Options, { workingDirectory = "." }: Options): Promise<Options> {
  const { base, headCommit } = defaults;
  if (typeof base !== "string" || typeof headCommit !== "string") return defaults;
  const trees = new GitTrees(resolve(String(workingDirectory)), "");
  return { ...defaults, base: (await trees.mergedOnto(headCommit).catch(() => null)) ?? base };
}

function switchOf(name: string): boolean {
  const given = core.getInput(name).toLowerCase();
  if (given === "true" || given === "false") return given === "true";
  throw new UsageError(`the input ${name} is '${given}'`, `give ${name}: true or ${name}: false`);
}

// On a pull request the base is its base; the report lies where an artifact step finds it.
function defaultsFor({ name, outputs }: Verb, options: Options): Options {
  const temporary = process.env.RUNNER_TEMP || ".";
  const report = join(temporary, artifactName(providerOf(options)), "report.json");
  const event = currentEvent(process.env);
  // A check compares with the inputs, not with a base.
  const { base, ...planned } = name === "plan" && options.check !== true ? planDefaults(event) : {};
  return {
    ...(Object.hasOwn(outputs, "report-path") ? { report } : {}),
    ...(Object.hasOwn(outputs, "patch-path")
      ? { patch: join(temporary, goldenFolder(providerOf(options)), "golden.patch") }
      : {}),
    ...planned,
    ...(base !== undefined && options.basePlan === undefined ? { base } : {}),
    ...(name === "comment" ? { ...commentDefaults(event, process.env), provider: providerOf(options) } : {}),
  };
}

// As reports name it: below the repository's root, "." for the root itself.
function providerOf({ workingDirectory = "." }: Options): string {
  return posix.normalize(String(workingDirectory)).replace(/(?<=.)\/$/, "");
}

// Between these two commands the runner takes nothing in the log for a command.
function speak(text: string): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${text}\n::${token}::\n`);
}

/** GitHub shows at most ten annotations of a kind per step. */
const ANNOTATIONS = 10;

function annotate(annotations: readonly Annotation[]): void {
  for (const { severity, title, message, file, line } of annotations.slice(0, ANNOTATIONS)) {
    const properties = { title, file, ...(line === undefined ? {} : { startLine: line }) };
    if (severity === "error") core.error(message, properties);
    else core.warning(message, properties);
  }
}

try {
  await run();
} catch (error) {
  const { message, code, hint } = explained(error);
  if (code === "internal") core.debug(String((error as Error)?.stack));
  core.setFailed(`${visible(message)} [${code}] hint: ${visible(hint)}`);
}
