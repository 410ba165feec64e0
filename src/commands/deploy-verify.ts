import type { Check, Verification } from "../domain/deploy/checks.ts";
import {
  type CheckedNode,
  type CheckRun,
  type HttpReply,
  type Judgement,
  judged,
  malformedJudgement,
  questions,
} from "../domain/deploy/verification.ts";
import type { HttpChecks, Patterns } from "../ports/checks.ts";
import type { Timer } from "../ports/time.ts";
import { pooled } from "./pooled.ts";

/** What verifying needs of the world. */
export interface VerifyPorts {
  readonly checks: HttpChecks;
  readonly patterns: Patterns;
  readonly timer: Timer;
}

/** An environment to be verified where it now runs. */
export interface VerifyTarget {
  readonly environment: string;
  readonly verification: Verification;
  readonly node: CheckedNode;
}

/** A service that was just activated may need so many seconds until it answers. */
export const PATIENCE_SECONDS = 60;

/** After a failure the next attempt comes so many seconds later, then twice as many, and so on up to the last. */
const PAUSES = [1, 2, 4, 8];

/** So many environments of a node are asked at a time: it has just been deployed and has other work, too. */
const AT_ONCE = 8;

/** How long to go on. */
export interface VerifyLimits {
  /** Seconds from the call on. */
  readonly patience?: number;
  /** Whether nothing new may begin, since the run was told to end. */
  readonly isStopped?: () => boolean;
}

/**
 * Runs the checks of environments, each again until it passes or the patience is at its end. One that never got
 * its turn by then is still tried once. Results come in the order of the targets; an environment whose
 * verification is disabled, or that has no checks, has none.
 */
export async function verify(
  targets: readonly VerifyTarget[],
  ports: VerifyPorts,
  { patience = PATIENCE_SECONDS, isStopped = () => false }: VerifyLimits = {},
): Promise<CheckRun[]> {
  const until = ports.timer.seconds() + patience;
  const runs = await pooled(targets, AT_ONCE, (target) => verifyOne(target, ports, { until, isStopped }));
  return runs.flat();
}

interface Limits {
  readonly until: number;
  readonly isStopped: () => boolean;
}

async function verifyOne(target: VerifyTarget, ports: VerifyPorts, limits: Limits): Promise<CheckRun[]> {
  const { environment, verification } = target;
  const { enable, enforce: enforced, malformed } = verification;
  // To be disabled is to be read first, and that failed.
  if (!enable && malformed.length === 0) return [];
  const refused = malformed.map((each) => {
    const none = { status: null, seconds: 0, attempts: 0 };
    return { environment, check: each.name, enforced, ...none, ...malformedJudgement(each) };
  });
  const asked = await Promise.all(
    (enable ? verification.checks : []).map(async (check) => {
      const found = await untilPassed(check, target.node, ports, limits);
      return { environment, check: check.name, enforced, ...found };
    }),
  );
  return [...refused, ...asked];
}

type Found = Judgement & Pick<CheckRun, "status" | "seconds" | "attempts">;

async function untilPassed(
  check: Check,
  node: CheckedNode,
  ports: VerifyPorts,
  limits: Limits,
): Promise<Found> {
  const { timer } = ports;
  const start = timer.seconds();
  for (let attempts = 1; ; attempts++) {
    const reply = await ports.checks.ask(check.request, node);
    const judged = await judgement(check, reply, ports.patterns);
    const found = { ...judged, status: reply.status, seconds: timer.seconds() - start, attempts };
    const next = timer.seconds() + (PAUSES[Math.min(attempts, PAUSES.length) - 1] as number);
    if (judged.passed || next > limits.until) return found;
    // By the second, so that somebody who ends the run need not wait.
    while (timer.seconds() < next && !limits.isStopped()) await timer.sleep(1);
    if (limits.isStopped()) return found;
  }
}

async function judgement(check: Check, reply: HttpReply, patterns: Patterns): Promise<Judgement> {
  const answers = await Promise.all(questions(check, reply).map((each) => patterns.answer(each)));
  return judged(check, reply, answers);
}
