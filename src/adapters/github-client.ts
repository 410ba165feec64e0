import { getOctokit } from "@actions/github";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { HostenvError } from "../errors.ts";

/** Longer waits for a rate limit are not waited: a job costs money, and a later run does the same. */
const LONGEST_WAIT_SECONDS = 90;

/** A limit is met by so many attempts more. */
const LIMIT_RETRIES = 2;

/** GitHub's REST API with the token, patient with its limits and passing faults. */
export type Client = ReturnType<typeof getOctokit>;

/** Makes a client; `note` is told when it has to wait. */
export function client(token: string, note: (text: string) => void): Client {
  const onLimit = (kind: string) => (seconds: number, _: unknown, __: unknown, attempt: number) => {
    if (attempt >= LIMIT_RETRIES || seconds > LONGEST_WAIT_SECONDS) return false;
    note(`GitHub's ${kind} is reached: trying again in ${seconds} s`);
    return true;
  };
  const quiet = () => {};
  return getOctokit(
    token,
    {
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      // What a rate limit forbids is the other plugin's affair.
      retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
      throttle: { onRateLimit: onLimit("rate limit"), onSecondaryRateLimit: onLimit("secondary rate limit") },
    },
    retry,
    throttling,
  );
}

interface Refusal {
  readonly status?: number;
  readonly message?: string;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> };
}

/** What went wrong with a request, in our words. `what` completes "GitHub can't …". */
export function failureOf(cause: unknown, what: string): HostenvError {
  const { status, message = "no answer", response } = cause as Refusal;
  if (status === undefined) throw cause;
  const told = `GitHub does not ${what}: ${firstLine(message)}`;
  if (isLimit(cause as Refusal, response)) {
    const hint = "run it again later, and check what else uses the token";
    return new HostenvError("github-limited", told, hint, cause);
  }
  if ([401, 403, 404].includes(status)) {
    const hint = "check the workflow's `permissions`, and that the token is of this repository";
    return new HostenvError("github-forbidden", told, hint, cause);
  }
  if (status >= 500) {
    const hint = "run it again; https://www.githubstatus.com tells of outages";
    return new HostenvError("github-unreachable", told, hint, cause);
  }
  return new HostenvError("github-rejected", told, "please report it with the log of the run", cause);
}

function isLimit({ status, message = "" }: Refusal, response: Refusal["response"]): boolean {
  if (status === 429) return true;
  return (
    status === 403 && (/rate limit/i.test(message) || response?.headers?.["x-ratelimit-remaining"] === "0")
  );
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
