import { randomUUID } from "node:crypto";
import { join, posix, resolve } from "node:path";
import * as core from "@actions/core";
import { GitTrees } from "./adapters/git-trees.ts";
import { commandLine } from "./command-line.ts";
import type { Options, Secrets } from "./compose/call.ts";
import { takeSecrets } from "./compose/environment.ts";
import { hiddenInAgeKeys } from "./domain/age-keys.ts";
import { maskedForms } from "./domain/masks.ts";
import { explained, UsageError } from "./errors.ts";
import {
  comesFromFork,
  commentDefaults,
  currentEvent,
  planDefaults,
  pullRequestNumber,
  pushDefaults,
  scheduleDefaults,
} from "./github-event.ts";
import type { Annotation, Answer } from "./render/answer.ts";
import { code, visible } from "./render/escape.ts";
import { SUMMARY_LIMIT } from "./render/fit.ts";
import {
  artifactName,
  deployFolder,
  doctorFolder,
  driftFolder,
  gateFolder,
  goldenFolder,
  projectFolder,
  rollbackFolder,
} from "./render/sticky.ts";
import { runVerb } from "./run-verb.ts";
import { ACTION_INPUTS, type Flag, inputKey, type Verb } from "./verbs/verb.ts";
import { VERBS, type VerbName } from "./verbs.ts";

// Inputs that are no flags of the verb: they say what else the action does, and with what.
const ACTION_ONLY = ["githubToken", "nixAccessTokens", "sopsAgeKey", "comment", "cache"];

type World = Parameters<typeof runVerb>[2];

async function run(): Promise<void> {
  const verb = verbNamed(core.getInput("command"));
  const given = optionsOf(verb);
  const world = worldOf(given);
  const options = { ...(await onMerge(defaultsFor(verb, given), given)), ...given };
  const fetched = await restored(verb, options);
  const answer = await answering(verb, options, world);
  await present(verb, options, answer);
  setOutputs({ ...answer.outputs, ...reportPath(verb, options) });
  setOutputs(await commentedToo(verb, options, world));
  await afterwards(answer);
  if (answer.exitCode !== 0) core.setFailed(answer.refusal ?? "the check says no");
  // Saving takes its time: reviewers come first.
  await fetched.save();
}

// A plan that can't be made is told to reviewers, too.
async function answering(verb: Verb, options: Options, world: World): Promise<Answer> {
  try {
    return await runVerb(verb.name as VerbName, withoutActionOnly(options), world);
  } catch (error) {
    // Also a report that says why there is no plan is one for reviewers.
    if (verb.name === "plan") setOutputs(reportPath(verb, options));
    await commentedToo(verb, options, world).catch((second: unknown) =>
      core.warning(visible(String(second))),
    );
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
async function commentedToo(verb: Verb, options: Options, world: World): Promise<Record<string, string>> {
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
      ...(options.reportUrl === undefined ? {} : { reportUrl: options.reportUrl }),
      commentAuthorId: options.commentAuthorId,
      dryRun: options.dryRun,
    },
    world,
  );
  for (const notice of answer.notices) core.notice(visible(notice));
  return { "comment-url": answer.outputs["comment-url"] ?? "" };
}

async function afterwards(answer: Answer): Promise<void> {
  if (!answer.afterwards) return;
  const { notices, annotations, summary } = await answer.afterwards();
  for (const notice of notices) core.notice(visible(notice));
  annotate(annotations);
  if (summary !== "") await core.summary.addRaw(`\n${summary}\n`).write();
}

function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

function reportPath({ outputs }: Verb, { report, reportHtml, proposal }: Options): Record<string, string> {
  const paths = { "report-path": report, "report-html-path": reportHtml, "proposal-path": proposal };
  const known = Object.entries(paths).filter(([name]) => Object.hasOwn(outputs, name));
  return Object.fromEntries(known.map(([name, path]) => [name, String(path ?? "")]));
}

function withoutActionOnly(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !ACTION_ONLY.includes(key)));
}

// First of all: what is a secret is hidden before anything else can be said, and is left to no program.
function worldOf(given: Options): World {
  const environment = takeSecrets(process.env);
  for (const value of Object.values(environment)) hide(value);
  const inputs: Secrets = Object.assign({}, ...Object.keys(HIDDEN).map((name) => secret(given, name)));
  const { commentAuthorId } = given;
  const event = currentEvent(process.env);
  const pullRequest = pullRequestNumber(event);
  return {
    secrets: { environment, ...inputs },
    hide,
    place: {
      ...(pullRequest === null ? {} : { pullRequest, fromFork: comesFromFork(event) }),
      ...(commentAuthorId === undefined ? {} : { commentAuthorId: Number(commentAuthorId) }),
    },
  };
}

// Where a file is left is this machine's affair, and decides nothing.
const AROUND = ["report", "report-html", "report-url", "comment-file", "patch", "proposal"];

// What the runner is to hide of an input.
const HIDDEN: Readonly<Record<string, (value: string) => string[]>> = {
  githubToken: (value) => [value],
  nixAccessTokens: hiddenInTokens,
  sopsAgeKey: hiddenInAgeKeys,
};

function secret(given: Options, name: string): Partial<Secrets> {
  const value = given[name];
  if (typeof value !== "string") return {};
  for (const text of HIDDEN[name]?.(value) ?? []) hide(text);
  return { [name]: value };
}

// Of `host=token`, not the host; GitLab's kinds of token stand before what is secret.
function hiddenInTokens(value: string): string[] {
  const tokens = value.split(/\s+/).map((word) => word.slice(word.indexOf("=") + 1));
  return tokens.flatMap((token) => [token, token.replace(/^(?:PAT|OAuth2):/, "")]);
}

function hide(text: string): void {
  for (const form of maskedForms(text)) core.setSecret(form);
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

// Verbs that look at a pull request's base, too.
const COMPARING = ["plan", "snapshot checkout"];

// Verbs that keep issues when a schedule starts them.
const SCHEDULED = ["dns-gate", "drift"];

// On a pull request the base is its base; the report lies where an artifact step finds it.
function defaultsFor({ name, outputs }: Verb, options: Options): Options {
  const temporary = process.env.RUNNER_TEMP || ".";
  const folders: Record<string, typeof artifactName> = {
    "dns-gate": gateFolder,
    deploy: deployFolder,
    rollback: rollbackFolder,
    drift: driftFolder,
    doctor: doctorFolder,
  };
  const folder = (folders[name] ?? artifactName)(providerOf(options));
  const file = (name: string) => join(temporary, folder, name);
  const event = currentEvent(process.env);
  // A check compares with the inputs, not with a base.
  const { base, ...planned } = COMPARING.includes(name) && options.check !== true ? planDefaults(event) : {};
  return {
    ...(Object.hasOwn(outputs, "report-path") ? { report: file("report.json") } : {}),
    // A check compares nothing that a page could show.
    ...(Object.hasOwn(outputs, "report-html-path") && options.check !== true
      ? { reportHtml: file(`${folder}.html`) }
      : {}),
    ...(Object.hasOwn(outputs, "patch-path")
      ? { patch: join(temporary, goldenFolder(providerOf(options)), "golden.patch") }
      : {}),
    ...planned,
    ...(name === "project update"
      ? {
          ...pushDefaults(event),
          proposal: join(temporary, projectFolder(providerOf(options)), "proposal.json"),
        }
      : {}),
    ...(SCHEDULED.includes(name) ? scheduleDefaults(process.env) : {}),
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
    const properties = {
      title,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { startLine: line }),
    };
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
