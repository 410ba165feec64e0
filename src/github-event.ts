import { readFileSync } from "node:fs";
import { z } from "zod";
import { HostenvError } from "./errors.ts";
import type { Options } from "./run-verb.ts";

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
    "run the action on pull_request, workflow_run, push or schedule",
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
export function planDefaults({ pull_request: pull }: Event): Options {
  return pull ? { base: pull.base.sha, headCommit: pull.head.sha } : {};
}

/**
 * What the event says of inputs that `comment` takes where they are not given. After another workflow's
 * run the pull request is found by the branch that run was for: what the run left may come from a stranger.
 */
export function commentDefaults(event: Event, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const { pull_request: pull, workflow_run: run } = event;
  if (run) {
    const owner = run.head_repository?.owner.login;
    return {
      head: run.head_sha,
      run: { id: run.id, attempt: run.run_attempt },
      reportUrl: run.html_url,
      // A push of the same commit says nothing about a pull request, and a deleted fork has none.
      branch: owner && run.head_branch && isPull(run.event) ? { owner, name: run.head_branch } : null,
    };
  }
  return {
    ...(pull ? { pullRequest: pull.number, head: pull.head.sha } : {}),
    ...thisRun(env),
  };
}

function isPull(event: string): boolean {
  return event === "pull_request" || event === "pull_request_target";
}

function thisRun(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const [id, attempt] = [Number(env.GITHUB_RUN_ID), Number(env.GITHUB_RUN_ATTEMPT)];
  if (!id || !attempt) return {};
  const url = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${id}`;
  return { run: { id, attempt }, ...(env.GITHUB_SERVER_URL ? { reportUrl: url } : {}) };
}
