import { hostname, userInfo } from "node:os";
import { HttpHostChecks } from "../adapters/http-checks.ts";
import { systemTimer } from "../adapters/system-timer.ts";
import type { WorkerPatterns } from "../adapters/worker-patterns.ts";
import { verify } from "../commands/deploy-verify.ts";
import type { CheckRun } from "../domain/deploy/verification.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { checkedSites } from "../fleets/hostenv/deploy-checks.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { PROGRAM, progress } from "./call.ts";

/** Asks the sites of a node's environments, of all of them where none are named. */
export type Verifying = (
  node: string,
  memory: Memory,
  side: HostenvSide,
  environments?: ReadonlySet<string>,
) => Promise<CheckRun[]>;

/** Asks sites over HTTP, until they answer or the run is told to end. */
export function verifying(patterns: WorkerPatterns, isStopped: () => boolean): Verifying {
  const checks = new HttpHostChecks(PROGRAM.version);
  return (node, memory, { plan }, environments) => {
    const sites = checkedSites(plan, node, memory).filter(
      ({ environment }) => environments?.has(environment) ?? true,
    );
    return verify(sites, { checks, patterns, timer: systemTimer }, { isStopped });
  };
}

/** Who this run is: different for each, so that no run takes another's lock for its own. */
export function owner(): string {
  const {
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    GITHUB_RUN_ATTEMPT: attempt,
    GITHUB_JOB: job,
  } = process.env;
  if (run)
    return `run ${run}, attempt ${attempt ?? 1}, job ${job ?? "?"} of ${repository ?? "?"} (${process.pid})`;
  return `${userInfo().username} on ${hostname()} (${process.pid})`;
}

/**
 * Whether the run was told to end, from now on; `interrupt` ends what only prepares something. A runner that cancels
 * sends SIGINT, 7.5 seconds later SIGTERM, and kills 2.5 seconds after that. What has begun on a node is confirmed or
 * rolled back there by itself, and nothing else is begun.
 */
export function stopping(interrupt: () => void): () => boolean {
  let isStopped = false;
  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    progress.notice("told to end: what has begun on a node is finished, and nothing else is begun");
    interrupt();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return () => isStopped;
}
