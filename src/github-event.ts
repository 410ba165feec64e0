import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Options } from "./compose/call.ts";
import { HostenvError } from "./errors.ts";

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

// GitHub writes the file; only what is read of it is described.
const eventSchema = z.looseObject({
  pull_request: z
    .looseObject({
      number: z.int(),
      base: z.looseObject({ sha, repo: z.looseObject({ id: z.int() }) }),
      // A fork may be deleted while its pull request is open.
      head: z.looseObject({ sha, repo: z.looseObject({ id: z.int() }).nullable() }),
    })
    .optional(),
  merge_group: z.looseObject({ head_sha: sha, base_sha: sha, head_ref: z.string() }).optional(),
  workflow_run: z
    .looseObject({
      id: z.int(),
      run_attempt: z.int(),
      event: z.string(),
      head_sha: sha,
      head_branch: z.string().nullable(),
      head_repository: z.looseObject({ owner: z.looseObject({ login: z.string() }) }).nullable(),
      html_url: z.string(),
    })
    .optional(),
  // What another repository sends, or who starts a workflow by hand: the verbs look at the values.
  client_payload: z.looseObject({}).nullish(),
  inputs: z.looseObject({}).nullish(),
});

type Event = z.infer<typeof eventSchema>;

/** The event this job runs for; an empty one where there is none. */
export function currentEvent(env: NodeJS.ProcessEnv): Event {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return {};
  const { data, error } = eventSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (data) return data;
  const [issue] = error.issues;
  throw new HostenvError(
    "event-unknown",
    `the event in ${path} is none we know: at ${issue?.path.join(".")}: ${issue?.message}`,
    "run the action on pull_request, merge_group, workflow_run, push, schedule, repository_dispatch or workflow_dispatch",
  );
}

/**
 * Whether the pull request's branch is in another repository. Its author may not write to this one, but may
 * fill the pull request's own cache, so nothing is restored from it. Ids, since names can be given anew.
 */
export function comesFromFork({ pull_request: pull }: Event): boolean {
  return pull !== undefined && pull.head.repo?.id !== pull.base.repo.id;
}

/** What the event says of inputs that `plan` takes where they are not given. */
export function planDefaults({ pull_request: pull, merge_group: group, inputs }: Event): Options {
  if (group) return { base: group.base_sha };
  // What it is compared with is not for whoever starts it to say: a change that removes all would be none.
  if (textIn(inputs, "pull-request") !== undefined) return { base: "HEAD^" };
  return pull ? { base: pull.base.sha, headCommit: pull.head.sha } : {};
}

/** The pull request whose labels count for a plan: the event's, or the one that an entry of a merge queue is for. */
export function pullRequestNumber({ pull_request: pull, merge_group: group, inputs }: Event): number | null {
  if (pull) return pull.number;
  const started = /^[1-9]\d{0,9}$/.exec(textIn(inputs, "pull-request") ?? "");
  if (started) return Number(started[0]);
  // The one place where GitHub names it. The branch is the queue's own: nobody else can make one of that name.
  const [, number] =
    /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]+$/.exec(group?.head_ref ?? "") ?? [];
  return number === undefined ? null : Number(number);
}

/**
 * What the event says of inputs that `comment` takes where they are not given. After another workflow's
 * run the pull request is found by the branch that run was for: what the run left may come from a stranger.
 */
export function commentDefaults(event: Event, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const { pull_request: pull, merge_group: group, workflow_run: run } = event;
  if (run) {
    const owner = run.head_repository?.owner.login;
    return {
      head: run.head_sha,
      run: { id: run.id, attempt: run.run_attempt },
      artifactsUrl: `${run.html_url}#artifacts`,
      // A push of the same commit says nothing about a pull request, and a deleted fork has none.
      branch: owner && run.head_branch && isPull(run.event) ? { owner, name: run.head_branch } : null,
    };
  }
  const number = pullRequestNumber(event);
  return {
    // Of a run that was started for a pull request the report says itself which commit it is about.
    ...(!pull && !group && number !== null ? { pullRequest: number } : {}),
    ...(pull ? { pullRequest: pull.number, head: pull.head.sha } : {}),
    ...(group ? { queued: group.head_sha } : {}),
    ...thisRun(env),
  };
}

/**
 * What the event says of inputs that `project update` takes where they are not given. All of it is a stranger's: any
 * repository with a token to send it can say anything.
 */
export function pushDefaults({ client_payload: sent, inputs: typed }: Event): Options {
  const given = sent ?? typed;
  const texts = {
    project: textIn(given, "repository") ?? textIn(given, "project"),
    ref: textIn(given, "ref"),
    sha: textIn(given, "sha"),
  };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...([true, "true"].some((value) => value === given?.deleted) ? { deleted: true } : {}),
  };
}

function textIn(inputs: Event["inputs"], name: string): string | undefined {
  const value = inputs?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** GitHub is late, mostly by minutes: a schedule of once a day at least has a run within so many hours. */
const EXPECTED_EVERY = 26;

/** What the event says of inputs that verbs of a schedule take where they are not given. */
export function scheduleDefaults(env: NodeJS.ProcessEnv): Options {
  const [, workflow] = /^[^/]+\/[^/]+\/(.+?)@/.exec(env.GITHUB_WORKFLOW_REF ?? "") ?? [];
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(env.GITHUB_EVENT_NAME === "schedule" ? { issues: true, expectedEvery: EXPECTED_EVERY } : {}),
  };
}

function isPull(event: string): boolean {
  return event === "pull_request" || event === "pull_request_target";
}

function thisRun(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const [id, attempt] = [Number(env.GITHUB_RUN_ID), Number(env.GITHUB_RUN_ATTEMPT)];
  if (!id || !attempt) return {};
  const url = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${id}`;
  return { run: { id, attempt }, ...(env.GITHUB_SERVER_URL ? { artifactsUrl: `${url}#artifacts` } : {}) };
}
