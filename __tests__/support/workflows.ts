import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { root } from "./root.ts";

/** A step, a job and a workflow, as far as tests look at them. */
export interface WorkflowStep {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface WorkflowJob {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>> | string;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly concurrency?: Readonly<Record<string, unknown>> | string;
  readonly environment?: unknown;
  readonly steps?: readonly WorkflowStep[];
}

export interface WorkflowInput {
  readonly type: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly description?: string;
}

export interface Workflow {
  readonly name?: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: Readonly<Record<string, unknown>> | string;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

/** A workflow's file. */
export interface WorkflowFile {
  /** Below the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** Reads the text of a workflow. */
export function workflowOf(path: string, text: string): WorkflowFile {
  // GitHub reads YAML 1.2, for which `on` is a word and no truth.
  const { on, ...rest } = parse(text);
  const events = typeof on === "string" ? { [on]: null } : Array.isArray(on) ? named(on) : on;
  return { path, text, workflow: { ...rest, on: events } };
}

function named(events: readonly string[]): Record<string, null> {
  return Object.fromEntries(events.map((event) => [event, null]));
}

function filesIn(folder: string): WorkflowFile[] {
  const names = readdirSync(`${root}${folder}`).filter((name) => name.endsWith(".yml"));
  return names
    .sort()
    .map((name) => workflowOf(`${folder}/${name}`, readFileSync(`${root}${folder}/${name}`, "utf8")));
}

/** The files that users copy. */
export const callers = (): WorkflowFile[] => filesIn("workflows");

const isOwn = ({ path }: WorkflowFile) => path.startsWith(".github/workflows/repo-");

/** The workflows that those call. */
export const reusable = (): WorkflowFile[] => filesIn(".github/workflows").filter((file) => !isOwn(file));

/** The workflows that look after this repository. */
export const own = (): WorkflowFile[] => filesIn(".github/workflows").filter(isOwn);

/** The files that clients copy to the repositories of their projects. */
export const forProjects = (): WorkflowFile[] => filesIn("workflows/for-projects");

/** A caller's one job, which calls a reusable workflow. */
export function callOf({ workflow }: WorkflowFile): WorkflowJob {
  return Object.values(workflow.jobs)[0] as WorkflowJob;
}

/** The path of the reusable workflow that a file calls, null where it calls none of ours. */
export function calledBy(file: WorkflowFile): string | null {
  return (
    /^hostenv\/provider-actions\/(\.github\/workflows\/[\w-]+\.yml)@v1$/.exec(callOf(file).uses ?? "")?.[1] ??
    null
  );
}
