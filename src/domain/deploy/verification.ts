import type { Check, Constraint, MalformedCheck } from "./checks.ts";
import { javascriptSource } from "./posix-pattern.ts";

/** Where a check's requests go. */
export interface CheckedNode {
  /** The node's own name in DNS: every request is sent there, whatever DNS says of the virtual host. */
  readonly host: string;
  /** Names that the environment answers for there: redirects to others are not followed. */
  readonly hostnames: readonly string[];
  /** Those of them without TLS, since no certificate could be had for them yet. */
  readonly withoutTls: readonly string[];
}

/** Why no answer came, or not a whole one. */
export interface Fault {
  /** The exit code that curl has for it. */
  readonly exit: number;
  /** As curl words it. */
  readonly words: string;
}

/** A redirect that was not followed. */
export interface Redirect {
  readonly to: string;
  /**
   * `unasked`: the check follows none; `elsewhere`: the environment does not answer there; `without-tls`: TLS
   * of that name is off; `malformed`: it leads nowhere.
   */
  readonly why: "unasked" | "elsewhere" | "without-tls" | "malformed";
}

/** What a node answered to a check's request, and to the redirects that were followed. */
export interface HttpReply {
  /** Of the last answer, also of one that broke off; null where there was none. */
  readonly status: number | null;
  /** The last answer's body, as UTF-8. */
  readonly body: string;
  /** Whether the body is longer than what was read of it. */
  readonly isCut: boolean;
  readonly fault: Fault | null;
  readonly redirect: Redirect | null;
  readonly seconds: number;
}

/** Whether a text has a line that an expression matches. */
export interface PatternQuestion {
  /** A JavaScript expression, for the flags `su`. */
  readonly source: string;
  readonly text: string;
}

/** Null where it could not be found out in time. */
export type PatternAnswer = boolean | null;

/** What one run of a check came to. */
export interface Judgement {
  readonly passed: boolean;
  readonly failures: readonly string[];
  /** What a passed check did not prove; null where it proved all that was asked. */
  readonly remark: string | null;
}

/** What came of a check in the end, after as many attempts as there was time for. */
export interface CheckRun extends Judgement {
  readonly environment: string;
  readonly check: string;
  /** Of the last attempt. */
  readonly status: number | null;
  /** Whether a failure counts as one of the deploy. */
  readonly enforced: boolean;
  /** From the first attempt until the answer that decided. */
  readonly seconds: number;
  /** 0 where nothing was asked, since the check is malformed. */
  readonly attempts: number;
}

/** The error as curl prints it with `--silent --show-error`: empty where there was none. */
export function errorText({ fault }: HttpReply): string {
  return fault === null ? "" : `curl: (${fault.exit}) ${fault.words}`;
}

/** What must be asked of the answer's texts before it can be judged. */
export function questions({ constraints }: Check, reply: HttpReply): PatternQuestion[] {
  return patternsOf(constraints, reply).map(({ rule, value }) => ({
    source: javascriptSource(value),
    text: rule === "stdoutRegexMustMatch" ? reply.body : errorText(reply),
  }));
}

/** Judges an answer; `answers` are those to its `questions`, in their order. */
export function judged(
  { constraints }: Check,
  reply: HttpReply,
  answers: readonly PatternAnswer[],
): Judgement {
  if (reply.fault === null && reply.redirect?.why === "without-tls") {
    const remark = `it redirects to ${reply.redirect.to}, and TLS of that name is off: what comes after is not checked`;
    return { passed: true, failures: [], remark };
  }
  const isFaultAllowed = lastOf(constraints, "allowNonZeroExitStatus") === true;
  const failures = [
    ...(reply.fault && !isFaultAllowed ? [reply.fault.words] : []),
    // Where there was no answer at all, that has been said.
    ...(reply.status === null && !isFaultAllowed ? [] : statusFailures(constraints, reply)),
    ...patternsOf(constraints, reply).flatMap((constraint, index) =>
      patternFailures(constraint, answers[index] ?? null, reply),
    ),
  ];
  return { passed: failures.length === 0, failures, remark: null };
}

/** A check that can't be made is one that failed. */
export function malformedJudgement({ pointer, message }: MalformedCheck): Judgement {
  return { passed: false, failures: [`${pointer} in plan.json: ${message}`], remark: null };
}

type PatternConstraint = Extract<Constraint, { value: string }>;

function patternsOf(constraints: readonly Constraint[], { status }: HttpReply): PatternConstraint[] {
  const isRedirect = status !== null && status >= 300 && status <= 399;
  const skipsBody = isRedirect && lastOf(constraints, "skipStdoutRegexOnRedirect") === true;
  return constraints.filter(
    (each): each is PatternConstraint =>
      each.rule === "stderrRegexMustNotMatch" || (each.rule === "stdoutRegexMustMatch" && !skipsBody),
  );
}

// Where a rule stands twice, the last one counts.
function lastOf(
  constraints: readonly Constraint[],
  rule: Constraint["rule"],
): Constraint["value"] | undefined {
  return constraints.findLast((each) => each.rule === rule)?.value;
}

function statusFailures(constraints: readonly Constraint[], reply: HttpReply): string[] {
  const { status } = reply;
  return constraints.flatMap(({ rule, value }) => {
    if (rule !== "minHttpStatus" && rule !== "maxHttpStatus") return [];
    if (status === null) return [`there is no HTTP status to compare with ${value}`];
    if (rule === "minHttpStatus" ? status >= value : status <= value) return [];
    return [`HTTP ${status} is ${rule === "minHttpStatus" ? "below" : "above"} ${value}${redirected(reply)}`];
  });
}

const WHY_NOT = {
  unasked: "the check follows no redirect",
  elsewhere: "the environment does not answer there",
  "without-tls": "TLS of that name is off",
  malformed: "that is no address",
} as const;

function redirected({ redirect }: HttpReply): string {
  return redirect ? `: it redirects to ${redirect.to}, which is not followed: ${WHY_NOT[redirect.why]}` : "";
}

function patternFailures(
  { rule, value }: PatternConstraint,
  answer: PatternAnswer,
  reply: HttpReply,
): string[] {
  const where = rule === "stdoutRegexMustMatch" ? "the answer" : "the error";
  if (answer === null) return [`whether ${where} matches ${value} could not be found out in time`];
  if (rule === "stderrRegexMustNotMatch")
    return answer ? [`the error matches ${value}: ${errorText(reply)}`] : [];
  const part = reply.isCut ? "the part of the answer that was read" : where;
  return answer ? [] : [`no line of ${part} matches ${value}${redirected(reply)}`];
}
