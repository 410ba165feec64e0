import { setTimeout } from "node:timers/promises";
import { HostenvError } from "../errors.ts";
import { failureOf } from "./github-client.ts";

/** GitHub gives at most so many things a page. */
export const PAGE = 100;

/** What may or may not have been written is looked for after so many milliseconds. */
const SETTLE_MS = 2_000;

/** A write whose answer may be lost is not sent again by itself. */
export const ONCE = { request: { retries: 0 } };

/** The answer of a request; what went wrong is told in our words, with `what` as in `failureOf`. */
export async function asking<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    throw failureOf(cause, what);
  }
}

/** Page by page, until one is not full; a page is read when it is asked for. */
export async function* pages<T>(read: (page: number) => Promise<readonly T[]>): AsyncIterable<readonly T[]> {
  for (let page = 1; ; page++) {
    const found = await read(page);
    yield found;
    if (found.length < PAGE) return;
  }
}

/** What `write` made, at most once: where its answer is lost, `find` looks whether it is there all the same. */
export async function writtenOnce<T>(write: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof HostenvError) || error.code !== "github-unreachable") throw error;
  }
  await setTimeout(SETTLE_MS);
  return (await find()) ?? (await write());
}

/** Whether it is not there, or not any more: somebody was faster. */
export function isGone(cause: unknown): boolean {
  return statusOf(cause) === 404;
}

/** The status of a refused request. */
export function statusOf(cause: unknown): number | undefined {
  return (cause as { status?: number }).status;
}
