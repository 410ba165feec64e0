import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { DiskFiles } from "./adapters/disk-files.ts";
import { DiskSnapshot } from "./adapters/disk-snapshot.ts";
import { GitHistory } from "./adapters/git-history.ts";
import { GitPatches } from "./adapters/git-patches.ts";
import { GitRevisions } from "./adapters/git-revisions.ts";
import { GitTrees } from "./adapters/git-trees.ts";
import { NixClosures } from "./adapters/nix-closures.ts";
import { NixEvaluator } from "./adapters/nix-evaluator.ts";
import { type GivenLimits, NO_TIME_CAP } from "./adapters/nix-limits.ts";
import { NixLocker } from "./adapters/nix-locker.ts";
import { NixRunner } from "./adapters/nix-runner.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { TerminalProgress } from "./adapters/terminal-progress.ts";
import { commandLine } from "./command-line.ts";
import { comment, commentInputs, GITHUB_ACTIONS_BOT } from "./commands/comment.ts";
import { diff, diffInputs } from "./commands/diff.ts";
import { goldenCheck, goldenCheckInputs } from "./commands/golden-check.ts";
import { withLabels } from "./commands/labels.ts";
import { type BuildPorts, nodesBuild, nodesBuildInputs } from "./commands/nodes-build.ts";
import { check, type PlanPorts, plan, planInputs } from "./commands/plan.ts";
import type { StatePorts } from "./commands/state-file.ts";
import { stateList, stateListInputs } from "./commands/state-list.ts";
import { statePrune, statePruneInputs } from "./commands/state-prune.ts";
import type { Failure } from "./domain/report.ts";
import { explained, UsageError } from "./errors.ts";
import { placeOf } from "./fleets/hostenv/golden.ts";
import type { Forge, Progress, Snapshot } from "./ports.ts";
import type { Answer } from "./render/answer.ts";
import { buildAnswer } from "./render/build-answer.ts";
import { commentAnswer } from "./render/comment-answer.ts";
import { harmless, visible } from "./render/escape.ts";
import { goldenAnswer } from "./render/golden-answer.ts";
import { document } from "./render/json.ts";
import { planAnswer } from "./render/plan-answer.ts";
import { checkAnswer } from "./render/snapshot-check.ts";
import { stateListAnswer, statePruneAnswer } from "./render/state-answer.ts";
import { inputKey, VERBS, type Verb, type VerbName } from "./verbs.ts";

/** Values of flags by camelCase name, as a door read them. */
export type Options = Readonly<Record<string, unknown>>;

/** What a door was given that must appear in no file and no argument. */
export interface Secrets {
  readonly githubToken?: string;
  /** Words `host=token`, as Nix's access-tokens setting has them. */
  readonly nixAccessTokens?: string;
}

/** Where a pull request's labels are to be asked for, known to an action on a pull request. */
export interface Place {
  readonly pullRequest?: number;
  readonly commentAuthorId?: number;
}

/** Name, version and description of the program. */
export const PROGRAM = packageJson;

const number = z.coerce.number().positive().optional();

// How far an evaluation may go is no part of what is planned.
const planFlags = planInputs.extend({ evalTimeout: number, evalMemory: number, evalOutput: number });

const files = new DiskFiles();
const terminal = new TerminalProgress(process.stderr);

// What servers and builders say gets into notices, and a runner reads them.
const progress: Progress = {
  step: (text) => terminal.step(harmless(visible(text))),
  notice: (text) => terminal.notice(harmless(visible(text))),
  done: () => terminal.done(),
};

interface Call {
  readonly options: Options;
  readonly secrets: Secrets;
  readonly place: Place;
  readonly directory: string;
}

const verbs: Record<VerbName, (call: Call) => Promise<Answer>> = {
  plan: async (call) => {
    const { evalTimeout, evalMemory, evalOutput, ...inputs } = checked("plan", planFlags, call.options);
    const limits = { seconds: evalTimeout, memoryMib: evalMemory, outputMib: evalOutput };
    if (inputs.check) return checkAnswer(await check(withoutComment(inputs, call), planPorts(call, limits)));
    const decisions = await decisionsOf(call);
    const verdict = await plan(inputs, { ...planPorts(call, limits), ...decisions });
    return planAnswer(verdict.report, verdict.exitCode, verdict);
  },
  diff: async ({ options }) => {
    const ports = { files, clock: systemClock, toolVersion: PROGRAM.version };
    const { report, exitCode } = await diff(checked("diff", diffInputs, options), ports);
    return planAnswer(report, exitCode);
  },
  comment: async ({ options, secrets, directory }) => {
    const provider = options.provider ?? (await new GitTrees(directory, "").folder());
    const inputs = checked("comment", commentInputs, { ...options, provider });
    const forge = await forgeOf(options.repository, secrets);
    return commentAnswer(await comment(String(options.report), inputs, { forge, files, progress }));
  },
  "golden-check": async ({ options, directory }) => {
    const inputs = checked("golden-check", goldenCheckInputs, options);
    const ports = { files, patches: new GitPatches(), directory, generated: snapshotFolder() };
    const around = { repair: repairOf(options), patchPath: String(options.patch ?? ""), placeOf };
    const snapshot = new DiskSnapshot(directory, snapshotFolder());
    return goldenAnswer(await snapshot.steadily(() => goldenCheck(inputs, ports)), around);
  },
  "state list": async (call) => {
    const [inputs, ports] = [checked("state list", stateListInputs, call.options), statePorts(call)];
    return stateListAnswer(await ports.snapshot.steadily(() => stateList(inputs, ports)));
  },
  "state prune": async (call) =>
    statePruneAnswer(
      await statePrune(checked("state prune", statePruneInputs, call.options), statePorts(call)),
    ),
  "nodes build": async (call) => {
    const flags = nodesBuildInputs.extend({ evalMemory: number });
    const { evalMemory, ...inputs } = checked("nodes build", flags, call.options);
    return buildAnswer(await nodesBuild(inputs, buildPorts(call, evalMemory)));
  },
};

// The same flags again, so that what is repaired is what was looked at.
function repairOf(options: Options): string {
  const verb = VERBS.find(({ name }) => name === "golden-check") as Verb;
  return commandLine(verb, { ...options, update: true }, ["dry-run", "patch"]);
}

/** Composes a verb's adapters, runs it and writes the files its flags name. Both doors lead here. */
export async function runVerb(
  name: VerbName,
  options: Options,
  { secrets = {}, place = {} }: { secrets?: Secrets; place?: Place } = {},
): Promise<Answer> {
  // An action that comments has no checkout, and says itself what it is about.
  const directory = options.provider === undefined ? folder(options.workingDirectory) : resolve(".");
  const answer = await verbs[name]({ options, secrets, place, directory }).catch(async (error: unknown) => {
    if (name === "plan" && typeof options.report === "string") await leaveFailure(error, options, directory);
    throw error;
  });
  for (const [flag, text] of Object.entries(answer.files)) {
    const path = options[flag];
    if (typeof path === "string") await files.write(path, text());
  }
  // Last: where a report can't be written, nothing else is changed either.
  await answer.finish?.();
  return answer;
}

function statePorts({ directory }: Call): StatePorts & { snapshot: Snapshot } {
  const generated = snapshotFolder();
  const snapshot = new DiskSnapshot(directory, generated);
  return { files, history: new GitHistory(), snapshot, directory, generated };
}

// The generated flake imports the provider's from one folder above.
function snapshotFolder(): string {
  const name = process.env.HOSTENV_PROVIDER_OUT || "generated";
  if (/^[\w.-]+$/.test(name) && !/^\.\.?$/.test(name)) return name;
  throw new UsageError(
    `HOSTENV_PROVIDER_OUT is '${name}'`,
    "name one folder below the provider's, without a slash",
  );
}

function planPorts({ directory, secrets }: Call, limits: GivenLimits): PlanPorts {
  const generated = snapshotFolder();
  const nix = runner(secrets, limits);
  return {
    evaluator: new NixEvaluator(nix),
    locker: new NixLocker(nix),
    closures: new NixClosures(nix),
    trees: new GitTrees(directory, generated),
    files,
    snapshot: new DiskSnapshot(directory, generated),
    clock: systemClock,
    revisions: new GitRevisions(),
    progress,
    toolVersion: PROGRAM.version,
    directory,
    generated,
  };
}

function runner({ nixAccessTokens }: Secrets, limits: GivenLimits): NixRunner {
  return new NixRunner({ limits, ...(nixAccessTokens ? { accessTokens: nixAccessTokens } : {}) });
}

function buildPorts({ directory, secrets }: Call, memoryMib: number | undefined): BuildPorts {
  const generated = snapshotFolder();
  return {
    closures: new NixClosures(runner(secrets, { memoryMib, seconds: NO_TIME_CAP })),
    trees: new GitTrees(directory, generated),
    snapshot: new DiskSnapshot(directory, generated),
    files,
    clock: systemClock,
    progress,
    generated,
  };
}

function withoutComment<T>(inputs: T, { options }: Call): T {
  if (options.commentFile === undefined) return inputs;
  const hint = "only a comparison has a comment: leave it out";
  throw new UsageError("--comment-file is given with --check", hint);
}

async function decisionsOf({ options, secrets, place }: Call): Promise<Pick<PlanPorts, "decisions">> {
  const { pullRequest, commentAuthorId: authorId = GITHUB_ACTIONS_BOT } = place;
  if (pullRequest === undefined || !secrets.githubToken) return {};
  const forge = await forgeOf(options.repository, secrets);
  return { decisions: (report) => withLabels(report, { pullRequest, authorId }, forge) };
}

// Loaded only where GitHub is talked to: it is half of the bundle.
async function forgeOf(repository: unknown, { githubToken }: Secrets): Promise<Forge> {
  const name = String(repository ?? process.env.GITHUB_REPOSITORY ?? "");
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(name) ?? [];
  if (!owner || !repo) throw new UsageError(`the repository is '${name}'`, "give --repository OWNER/NAME");
  if (!githubToken) {
    const hint = "set the environment variable GITHUB_TOKEN, or the action's input github-token";
    throw new UsageError("there is no token for GitHub", hint);
  }
  const [{ client }, { GithubForge }] = await Promise.all([
    import("./adapters/github-client.ts"),
    import("./adapters/github-forge.ts"),
  ]);
  return new GithubForge(
    client(githubToken, (text) => progress.notice(text)),
    owner,
    repo,
  );
}

// A report that is not there leaves reviewers with the last push's; this one says that there is none.
async function leaveFailure(error: unknown, options: Options, directory: string): Promise<void> {
  const { code, message, hint } = explained(error);
  const failure: Failure = {
    schema: 1,
    failed: true,
    provider: await new GitTrees(directory, "").folder(),
    headCommit: typeof options.headCommit === "string" ? options.headCommit : null,
    toolVersion: PROGRAM.version,
    error: { code, message, hint },
  };
  await files.write(String(options.report), document(failure)).catch(() => {});
}

// A door may know more than a verb asks for, such as where its answer goes.
function checked<T extends z.ZodObject>(verb: VerbName, schema: T, options: Options): z.output<T> {
  const known = Object.entries(options).filter(([key]) => Object.hasOwn(schema.shape, key));
  const parsed = schema.safeParse(Object.fromEntries(known));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  const flag = VERBS.find(({ name }) => name === verb)?.flags.find(({ name }) => inputKey(name) === key);
  throw new UsageError(
    `--${flag?.name ?? key} '${String(options[key])}': ${issue?.message}`,
    `see hostenv-provider ${verb} --help`,
  );
}

function folder(given: unknown): string {
  const directory = resolve(typeof given === "string" ? given : ".");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(directory);
  throw new UsageError(`-C '${given}' is no folder`, "name the folder that holds the provider's flake.nix");
}
