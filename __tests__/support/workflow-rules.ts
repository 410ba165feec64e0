import {
  calledBy,
  type Workflow,
  type WorkflowFile,
  type WorkflowJob,
  type WorkflowStep,
} from "./workflows.ts";

/** The one secret that code of a pull request may get at: read-only tokens of project repositories. */
const FOR_PULL_REQUESTS = ["NIX_ACCESS_TOKENS"];

/** Events by which somebody's proposal is run. */
const PROPOSALS = ["pull_request", "merge_group"];

/** What somebody else's proposal left is looked at, with rights. */
const AFTERWARDS = "workflow_run";

/** Events by which a client's repository has what it pushed evaluated. */
const CLIENTS_PUSHES = "repository_dispatch";

const FULL_SHA = /^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[0-9a-f]{40}$/;
const OURS = /^(?:\$\/[\w-][\w/-]*|hostenv\/provider-actions\/\.github\/workflows\/[\w-]+\.yml@v1)$/;

/**
 * What is wrong with a set of workflows by our own rules, in words that begin with the file and the job. A
 * reusable workflow is run by the events of those that call it.
 */
export function workflowProblems(files: readonly WorkflowFile[]): string[] {
  return files.flatMap((file) => problemsOf(file, eventsOf(file, files)));
}

/** The events that start a workflow, by itself or through its callers. */
export function eventsOf({ path, workflow }: WorkflowFile, files: readonly WorkflowFile[]): Set<string> {
  const calling = files.filter((file) => calledBy(file) === path);
  return new Set([workflow, ...calling.map((each) => each.workflow)].flatMap(({ on }) => Object.keys(on)));
}

function problemsOf({ path, text, workflow }: WorkflowFile, events: ReadonlySet<string>): string[] {
  const jobs = Object.entries(workflow.jobs);
  return [
    ...wholeFile(workflow, text).map((problem) => `${path}: ${problem}`),
    ...jobs.flatMap(([name, job]) => ofJob(job, events).map((problem) => `${path}: ${name}: ${problem}`)),
  ];
}

function wholeFile(workflow: Workflow, text: string): string[] {
  const { on, permissions } = workflow;
  const bare = [...text.matchAll(/^\s*(?:- )?uses: (\S+@[0-9a-f]{40})(?! # v\d+\.\d+\.\d+$).*$/gm)];
  return [
    ...(Object.hasOwn(on, "pull_request_target") ? ["runs on pull_request_target"] : []),
    ...(JSON.stringify(permissions) === "{}" ? [] : ["does not begin with permissions: {}"]),
    ...bare.map(([, uses]) => `says no version beside ${uses}`),
    ...queueProblems(workflow.concurrency),
  ];
}

function ofJob(job: WorkflowJob, events: ReadonlySet<string>): string[] {
  const steps = job.steps ?? [];
  return [
    ...[job, ...steps].flatMap(({ uses }) => usesProblems(uses)),
    ...steps.flatMap(({ run = "" }) => (run.includes("${{") ? ["has an expression in run"] : [])),
    ...queueProblems(job.concurrency),
    ...(job.secrets === "inherit" ? ["hands on every secret"] : []),
    ...(typeof job.permissions === "object" ? [] : ["does not say what its token may"]),
    ...secretProblems(job, events),
    ...proposalProblems(job, events),
    ...pushProblems(job, events),
  ];
}

function usesProblems(uses: string | undefined): string[] {
  if (uses === undefined || OURS.test(uses) || FULL_SHA.test(uses)) return [];
  return [`uses ${uses}, which is no full SHA`];
}

function queueProblems(concurrency: WorkflowJob["concurrency"]): string[] {
  if (concurrency === undefined) return [];
  if (typeof concurrency === "string") return ["has a queue of one: GitHub drops what waits there"];
  const { queue, "cancel-in-progress": cancels } = concurrency;
  if (queue === "max" && cancels === undefined) return [];
  return queue === undefined && cancels === true ? [] : [`has the queue ${queue}`];
}

const isAnyOf = (events: ReadonlySet<string>, wanted: readonly string[]) =>
  wanted.some((event) => events.has(event));

function secretProblems(job: WorkflowJob, events: ReadonlySet<string>): string[] {
  if (!isAnyOf(events, [...PROPOSALS, AFTERWARDS])) return [];
  return wrongSecrets(job).map((name) => `gives the secret ${name} to what a pull request brings`);
}

function wrongSecrets(job: WorkflowJob): string[] {
  const named = [...JSON.stringify(job).matchAll(/secrets\s*(?:\.\s*([\w-]+)|\[)/g)].map(
    ([, name = "any"]) => name,
  );
  return named.filter((name) => !FOR_PULL_REQUESTS.includes(name));
}

// A job with Nix evaluates: it has nothing that a client may not have, and every other job has no Nix.
function pushProblems(job: WorkflowJob, events: ReadonlySet<string>): string[] {
  const steps = job.steps ?? [];
  if (!events.has(CLIENTS_PUSHES) || !steps.some(evaluates)) return [];
  const checkouts = steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
  return [
    ...rightsToWrite(job).map((name) => `evaluates a client's push with ${name}: write`),
    ...wrongSecrets(job).map((name) => `gives the secret ${name} to what a client pushed`),
    ...checkouts.filter(keepsToken).map(() => "leaves its token in the folder of a client's push"),
    ...(job.environment === undefined ? [] : ["gives an environment to a client's push"]),
  ];
}

function evaluates({ uses = "", with: given = {} }: WorkflowStep): boolean {
  return uses.startsWith("cachix/install-nix-action@") || given.command === "project update";
}

function rightsToWrite({ permissions }: WorkflowJob): string[] {
  const rights = Object.entries(typeof permissions === "object" ? permissions : {});
  return rights.filter(([, right]) => right !== "read").map(([name]) => name);
}

// Of a proposal, either it is run or there are rights; never both.
function proposalProblems(job: WorkflowJob, events: ReadonlySet<string>): string[] {
  const checkouts = (job.steps ?? []).filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
  if (checkouts.length === 0) return [];
  if (events.has(AFTERWARDS)) return ["checks out after somebody else's run"];
  if (!isAnyOf(events, PROPOSALS)) return [];
  return [
    ...rightsToWrite(job).map((name) => `runs a proposal with ${name}: write`),
    ...checkouts.filter(keepsToken).map(() => "leaves its token in the folder of a proposal"),
    ...(job.environment === undefined ? [] : ["gives an environment to a proposal"]),
  ];
}

function keepsToken({ with: given = {} }: WorkflowStep): boolean {
  return given["persist-credentials"] !== false;
}
