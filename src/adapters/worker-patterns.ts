import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PatternAnswer, PatternQuestion } from "../domain/deploy/verification.ts";
import type { Patterns } from "../ports/checks.ts";

/** A person's pattern over a megabyte takes some milliseconds. */
const MOST_MILLISECONDS = 2_000;

// What grep takes for lines: a line break ends one, and an empty text has none. Given as text, since a
// bundle has no file that a worker could be started from.
const PROGRAM = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ source, text }) => {
  let found = null;
  try {
    const expression = new RegExp(source, "su");
    const lines = text.split("\\n");
    if (lines.at(-1) === "") lines.pop();
    found = lines.some((line) => expression.test(line));
  } catch {}
  parentPort.postMessage(found);
});
`;

/** Patterns matched on a thread of their own, one at a time, which is ended where one takes too long. */
export class WorkerPatterns implements Patterns {
  private readonly milliseconds: number;
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(milliseconds = MOST_MILLISECONDS) {
    this.milliseconds = milliseconds;
  }

  answer(question: PatternQuestion): Promise<PatternAnswer> {
    const mine = this.last.then(() => this.ask(question));
    this.last = mine;
    return mine;
  }

  async dispose(): Promise<void> {
    await this.last;
    await this.stop();
  }

  private async ask(question: PatternQuestion): Promise<PatternAnswer> {
    const worker = this.worker ?? (await this.start());
    const answer = await this.messageOf(worker, question);
    if (answer !== undefined) return answer;
    await this.stop();
    return null;
  }

  // A busy machine may take its time to start a thread, which is not the pattern's fault.
  private async start(): Promise<Worker> {
    const worker = new Worker(PROGRAM, { eval: true });
    this.worker = worker;
    await once(worker, "online");
    return worker;
  }

  // Undefined where there is none in time.
  private messageOf(worker: Worker, question: PatternQuestion): Promise<PatternAnswer | undefined> {
    return new Promise((resolve) => {
      const end = (answer: PatternAnswer | undefined) => {
        clearTimeout(timer);
        worker.off("message", end).off("error", broken);
        resolve(answer);
      };
      const broken = () => end(undefined);
      const timer = setTimeout(broken, this.milliseconds);
      worker.once("message", end).once("error", broken);
      worker.postMessage(question);
    });
  }

  private async stop(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }
}
