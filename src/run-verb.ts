import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
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
import { commandLine } from "./command-line.ts";
import { address, comment, commentInputs, GITHUB_ACTIONS_BOT } from "./commands/comment.ts";
import { diff, diffInputs } from "./commands/diff.ts";
import { goldenCheck, goldenCheckInputs } from "./commands/golden-check.ts";
import { withLabels } from "./commands/labels.ts";
import { type BuildPorts, nodesBuild, nodesBuildInputs } from "./commands/nodes-build.ts";
import { check, compare, type PlanPorts, plan, planInputs } from "./commands/plan.ts";
import { projectUpdate, projectUpdateInputs } from "./commands/project-update.ts";
import type { StatePorts } from "./commands/state-file.ts";
import { stateList, stateListInputs } from "./commands/state-list.ts";
import { statePrune, statePruneInputs } from "./commands/state-prune.ts";
import {
  type Call,
  checked,
  files,
  forgeOf,
  type Options,
  PROGRAM,
  privateFolders,
  progress,
  type Secrets,
  snapshotFolder,
} from "./compose/call.ts";
import type { Failure } from "./domain/report.ts";
import { explained, UsageError } from "./errors.ts";
import { placeOf } from "./fleets/hostenv/golden.ts";
import type { Snapshot } from "./ports/files.ts";
import type { Answer } from "./render/answer.ts";
import { buildAnswer } from "./render/build-answer.ts";
import { commentAnswer } from "./render/comment-answer.ts";
import { goldenAnswer } from "./render/golden-answer.ts";
import { document } from "./render/json.ts";
import { movingAnswer } from "./render/moving.ts";
import { failurePage } from "./render/page/failure-page.ts";
import { planAnswer } from "./render/plan-answer.ts";
import { projectUpdateAnswer } from "./render/project-answer.ts";
import { checkAnswer } from "./render/snapshot-check.ts";
import { stateListAnswer, statePruneAnswer } from "./render/state-answer.ts";
import type { Verb } from "./verbs/verb.ts";
import { VERBS, type VerbName } from "./verbs.ts";

const number = z.coerce.number().positive().optional();

// How far an evaluation may go, and where people will read of it, is no part of what is planned.
const planFlags = planInputs.extend({
  evalTimeout: number,
  evalMemory: number,
  evalOutput: number,
  reportUrl: address.optional(),
});

const diffFlags = diffInputs.extend({ reportUrl: address.optional() });

const verbs: Record<VerbName, (call: Call) => Promise<Answer>> = {
  plan: async (call) => {
    const { evalTimeout, evalMemory, evalOutput, reportUrl, ...inputs } = checked(
      "plan",
      planFlags,
      call.options,
    );
    const limits = { seconds: evalTimeout, memoryMib: evalMemory, outputMib: evalOutput };
    if (inputs.check) return checkAnswer(await check(withoutComment(inputs, call), planPorts(call, limits)));
    if (inputs.compareWith !== undefined) {
      const verdict = await compare(
        inputs.compareWith,
        withoutComment(inputs, call),
        planPorts(call, limits),
      );
      return movingAnswer(verdict);
    }
    const decisions = await decisionsOf(call);
    const verdict = await plan(inputs, { ...planPorts(call, limits), ...decisions });
    return planAnswer(verdict.report, verdict.exitCode, {
      ...verdict,
      context: reportUrl ? { reportUrl } : {},
    });
  },
  diff: async ({ options }) => {
    const ports = { files, clock: systemClock, toolVersion: PROGRAM.version };
    const { reportUrl, ...inputs } = checked("diff", diffFlags, options);
    const { report, exitCode } = await diff(inputs, ports);
    return planAnswer(report, exitCode, { context: reportUrl ? { reportUrl } : {} });
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
  // Loaded where it is asked for: no other verb talks to name servers.
  "dns-gate": async (call) => (await import("./compose/dns-gate.ts")).composedDnsGate(call),
  deploy: async (call) => (await import("./compose/deploy.ts")).composedDeploy(call),
  rollback: async (call) => (await import("./compose/rollback.ts")).composedRollback(call),
  drift: async (call) => (await import("./compose/drift.ts")).composedDrift(call),
  doctor: async (call) => (await import("./compose/doctor.ts")).composedDoctor(call),
  "snapshot checkout": async (call) => (await import("./compose/snapshot.ts")).composedSnapshotCheckout(call),
  "snapshot commit": async (call) => (await import("./compose/snapshot.ts")).composedSnapshotCommit(call),
  "project update": async (call) => {
    const flags = projectUpdateInputs.extend({ evalTimeout: number, evalMemory: number, evalOutput: number });
    const { evalTimeout, evalMemory, evalOutput, ...inputs } = checked("project update", flags, call.options);
    const limits = { seconds: evalTimeout, memoryMib: evalMemory, outputMib: evalOutput };
    const server = new URL(process.env.GITHUB_SERVER_URL || "https://github.com").hostname;
    return projectUpdateAnswer(await projectUpdate(inputs, { ...planPorts(call, limits), server }));
  },
  "project propose": async (call) => (await import("./compose/project.ts")).composedProjectPropose(call),
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
  { secrets = {}, place = {}, hide = () => {} }: Partial<Pick<Call, "secrets" | "place" | "hide">> = {},
): Promise<Answer> {
  await privateFolders.sweep().catch((error: unknown) => progress.notice(explained(error).message));
  // An action that comments has no checkout, and says itself what it is about.
  const directory = options.provider === undefined ? folder(options.workingDirectory) : resolve(".");
  const answer = await verbs[name]({ options, secrets, place, directory, hide }).catch(
    async (error: unknown) => {
      if (name === "plan") await leaveFailure(error, options, directory);
      throw error;
    },
  );
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

function planPorts({ directory, secrets, place }: Call, limits: GivenLimits): PlanPorts {
  const generated = snapshotFolder();
  const nix = runner(secrets, limits);
  return {
    evaluator: new NixEvaluator(nix, place.fromFork ? null : (path) => files.readJson(path)),
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
  const access = nixAccessTokens ? { tokens: nixAccessTokens, folders: privateFolders } : undefined;
  return new NixRunner({ limits, access });
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
  const [key] = ["commentFile", "reportHtml"].filter((each) => options[each] !== undefined);
  if (key === undefined) return inputs;
  const [flag, what] = key === "commentFile" ? ["comment-file", "comment"] : ["report-html", "page"];
  const mode = options.check === true ? "check" : "compare-with";
  throw new UsageError(
    `--${flag} is given with --${mode}`,
    `only a comparison with a base has a ${what}: leave it out`,
  );
}

async function decisionsOf({ options, secrets, place }: Call): Promise<Pick<PlanPorts, "decisions">> {
  const { pullRequest, commentAuthorId: authorId = GITHUB_ACTIONS_BOT } = place;
  if (pullRequest === undefined || !secrets.githubToken) return {};
  const forge = await forgeOf(options.repository, secrets);
  return { decisions: (report) => withLabels(report, { pullRequest, authorId }, forge) };
}

// A report that is not there leaves reviewers with the last push's; this one says that there is none.
async function leaveFailure(error: unknown, options: Options, directory: string): Promise<void> {
  const texts = {
    report: (failure: Failure) => document(failure),
    reportHtml: failurePage,
  };
  const wanted = Object.entries(texts).filter(([flag]) => typeof options[flag] === "string");
  if (wanted.length === 0) return;
  const { code, message, hint } = explained(error);
  const failure: Failure = {
    schema: 1,
    failed: true,
    provider: await new GitTrees(directory, "").folder(),
    headCommit: typeof options.headCommit === "string" ? options.headCommit : null,
    toolVersion: PROGRAM.version,
    error: { code, message, hint },
  };
  for (const [flag, text] of wanted) await files.write(String(options[flag]), text(failure)).catch(() => {});
}

function folder(given: unknown): string {
  const directory = resolve(typeof given === "string" ? given : ".");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(directory);
  throw new UsageError(`-C '${given}' is no folder`, "name the folder that holds the provider's flake.nix");
}
