import type { Problem } from "../domain/deploy/preflight.ts";
import { explained, HostenvError } from "../errors.ts";
import { isThere } from "./deploy-node.ts";
import type { NodeResult } from "./deploy-wave.ts";

/** Whether a node carries all that it is to carry, and its sites answer. */
export function isWell({ problem, profiles, checks }: NodeResult): boolean {
  return (
    problem === null && profiles.every(isThere) && checks.every(({ passed, enforced }) => passed || !enforced)
  );
}

/** Why a node is left as it is once the run was told to end. */
export const STOPPED: Problem = {
  code: "stopped",
  message: "the run was told to end before this node's turn came",
  hint: "deploy again: the next run goes on from what the nodes say",
};

/** Why a node is not done: what was prepared for it was ended. */
export const INTERRUPTED: Problem = {
  code: "stopped",
  message: "the run was told to end while this node was prepared; nothing more was activated on it",
  hint: "deploy again: the next run goes on from what the nodes say",
};

/** Whether an error only says that something was ended because the run was told to end. */
export function isInterruption(error: unknown): boolean {
  return error instanceof HostenvError && ["evaluation-stopped", "node-stopped"].includes(error.code);
}

/** What a report tells of an error. */
export function toldOf(error: unknown): Problem {
  const { code, message, hint } = explained(error);
  return { code, message, hint };
}

/** An error that is told of what was tried; any other is thrown on. */
export function asProblem(thrown: unknown): HostenvError {
  if (thrown instanceof HostenvError) return thrown;
  throw thrown;
}

/** A node to which nothing was done. */
export function untouched(node: string, wave: number, problem: Problem): NodeResult {
  const nothing = { profiles: [], prepared: [], lastBackups: {}, setAside: {}, checks: [] };
  return { node, wave, problem, ...nothing, seconds: 0 };
}

/** Environments whose enforced checks did not pass. */
export function unanswered(checks: NodeResult["checks"]): string[] {
  const failing = checks.filter(({ passed, enforced }) => !passed && enforced);
  return [...new Set(failing.map(({ environment }) => environment))];
}

/** Whether an environment was brought to a node by this run, and answers there. */
export function isAnswering({ profiles, checks }: NodeResult, environment: string): boolean {
  const run = profiles.find(({ profile }) => profile === environment);
  const asked = checks.filter((check) => check.environment === environment);
  // Without a run of its own nothing was proved of it: its node may not even have been reached.
  return run !== undefined && isThere(run) && asked.every(({ passed, enforced }) => passed || !enforced);
}
