import type { DnsQuestion, DnsReply } from "./records.ts";

/**
 * Something that is found out by asking: gives questions, is handed the reply to each in the same order, and
 * ends with what it found. The same replies lead to the same questions and the same end.
 */
export type Walk<T> = Generator<readonly DnsQuestion[], T, readonly DnsReply[]>;

/** Several walks side by side: what they have to ask is asked at once. */
export function* together<T>(walks: readonly Walk<T>[]): Walk<T[]> {
  const steps = walks.map((walk) => walk.next());
  for (;;) {
    const questions: DnsQuestion[] = [];
    for (const step of steps) if (!step.done) questions.push(...step.value);
    if (questions.length === 0 && steps.every(({ done }) => done))
      return steps.map(({ value }) => value as T);
    const replies = yield questions;
    let taken = 0;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] as IteratorResult<readonly DnsQuestion[], T>;
      if (step.done) continue;
      const end = taken + step.value.length;
      steps[index] = (walks[index] as Walk<T>).next(replies.slice(taken, end));
      taken = end;
    }
  }
}
