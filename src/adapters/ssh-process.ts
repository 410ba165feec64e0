import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { undoneAtExit } from "./system-undo.ts";

/** How a program of ours is run. */
export interface ProcessOptions {
  readonly env: NodeJS.ProcessEnv;
  /** What it reads. */
  readonly input?: string | undefined;
  /** It is ended after so many seconds. */
  readonly seconds: number;
  /** It is ended when it prints more bytes than these. */
  readonly mostBytes: number;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/** How it ended. */
export interface Ended {
  /** `exit` by itself; else why we ended it. */
  readonly by: "exit" | "timeout" | "output" | "stop";
  /** Its exit code, or the name of the signal that killed it. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: Buffer;
  /** The last 64 KiB of it. */
  readonly stderr: string;
}

const TAIL = 64 * 1024;
// Somebody whom it left behind may hold the other ends of its pipes open.
const GRACE_MS = 1000;

/** Runs a program in a process group of its own, of which nobody is left when the promise settles. Rejects where it can't be started. */
export function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<Ended> {
  const child = spawn(program, args, { detached: true, env: options.env });
  return new Run(child, options).ended();
}

class Run {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly options: ProcessOptions;
  private by: Ended["by"] = "exit";

  constructor(child: ChildProcessWithoutNullStreams, options: ProcessOptions) {
    this.child = child;
    this.options = options;
  }

  ended(): Promise<Ended> {
    const { child, options } = this;
    const stdout = whole(child.stdout, options.mostBytes, () => this.end("output"));
    const stderr = tail(child.stderr);
    const release = [undoneAtExit(() => this.kill()), ...this.limited()];
    return new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => this.onExit());
      child.once("close", (code, signal) => {
        resolve({ by: this.by, exit: signal ?? code ?? 1, stdout: stdout(), stderr: stderr() });
      });
      // It may end without having read everything.
      child.stdin.once("error", () => {});
      child.stdin.end(options.input ?? "");
    }).finally(() => {
      for (const undo of release) undo();
    });
  }

  private limited(): (() => void)[] {
    const { seconds, stop } = this.options;
    const timer = setTimeout(() => this.end("timeout"), seconds * 1000);
    const onStop = () => this.end("stop");
    stop.addEventListener("abort", onStop);
    if (stop.aborted) onStop();
    return [() => clearTimeout(timer), () => stop.removeEventListener("abort", onStop)];
  }

  private end(by: Ended["by"]): void {
    if (this.by === "exit") this.by = by;
    this.kill();
  }

  private onExit(): void {
    this.kill();
    setTimeout(() => {
      this.child.stdout.destroy();
      this.child.stderr.destroy();
    }, GRACE_MS).unref();
  }

  private kill(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // Nobody is left.
    }
  }
}

function whole(stream: Readable, most: number, onMore: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) onMore();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

function tail(stream: Readable): () => string {
  let kept = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-TAIL);
  });
  return () => kept.toString("utf8");
}
