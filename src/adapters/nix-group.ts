import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { HostenvError } from "../errors.ts";
import { type EvaluationLimits, printedTooMuch, tookTooLong, tookTooMuchMemory } from "./nix-limits.ts";
import { groupMemory, SAMPLE_INTERVAL } from "./nix-memory.ts";
import { undoneAtExit } from "./system-undo.ts";

/** What a program needs to run in a group of its own. */
export interface GroupOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly limits: EvaluationLimits;
  /** Ends the group. */
  readonly stop: AbortSignal;
}

/** How a program ended. */
export interface Finished {
  /** Its exit code, or the name of the signal that killed it. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: Buffer;
  /** The last MiB of it. */
  readonly stderr: string;
}

const MIB = 2 ** 20;
// More than the longest form of a token: the cut must leave no half of one, which nobody would recognise.
const CUT = 4096;

/**
 * Runs a program in a process group of its own, which is gone when the promise settles. Throws
 * HostenvError `nix-missing`, `evaluation-timeout`, `evaluation-memory`, `evaluation-output`, or
 * `evaluation-stopped` after `stop`.
 */
export async function runGroup(program: string, args: string[], options: GroupOptions): Promise<Finished> {
  if (options.stop.aborted) throw stopped();
  // @actions/exec looks for line ends in all it has read so far with every chunk: on a plan of one
  // line of several MB that costs more than the evaluation (docs/adr/0004).
  const child = spawn(program, args, {
    detached: true,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const group = new Group(child);
  const release = [undoneAtExit(() => group.kill()), ...capped(group, options)];
  try {
    return await group.finished(program, options.limits);
  } finally {
    for (const undo of release) undo();
  }
}

class Group {
  readonly id: number | undefined;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private failure: HostenvError | null = null;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.child = child;
    this.id = child.pid;
    // What Nix left running has nobody to work for.
    child.once("exit", () => this.kill());
  }

  /** Ends everything; the run fails with the first reason given. */
  end(reason: HostenvError): void {
    this.failure ??= reason;
    this.kill();
    // Somebody who left the group may hold the other ends open.
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }

  kill(): void {
    if (this.id === undefined) return;
    try {
      process.kill(-this.id, "SIGKILL");
    } catch {
      // Nobody is left.
    }
  }

  finished(program: string, limits: EvaluationLimits): Promise<Finished> {
    const stdout = whole(this.child.stdout, limits.outputMib * MIB, () => this.end(printedTooMuch(limits)));
    const stderr = tail(this.child.stderr);
    return new Promise((resolve, reject) => {
      this.child.once("error", (cause) => reject(cannotStart(program, cause)));
      this.child.once("close", (code, signal) => {
        if (this.failure) reject(this.failure);
        else resolve({ exit: signal ?? code ?? 1, stdout: stdout(), stderr: stderr() });
      });
    });
  }
}

function capped(group: Group, { limits, stop }: GroupOptions): (() => void)[] {
  const timer = setTimeout(() => group.end(tookTooLong(limits)), limits.seconds * 1000);
  const onStop = () => group.end(stopped());
  stop.addEventListener("abort", onStop);
  return [
    () => clearTimeout(timer),
    () => stop.removeEventListener("abort", onStop),
    memoryWatched(group, limits),
  ];
}

function memoryWatched(group: Group, limits: EvaluationLimits): () => void {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const look = async () => {
    const used = await groupMemory(group.id ?? 0).catch(unmeasurable);
    if (over) return;
    if (used instanceof HostenvError) group.end(used);
    else if (used > limits.memoryMib) group.end(tookTooMuchMemory(limits, used));
    else timer = setTimeout(look, SAMPLE_INTERVAL);
  };
  timer = setTimeout(look, SAMPLE_INTERVAL);
  return () => {
    over = true;
    clearTimeout(timer);
  };
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
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size - (chunks[0] as Buffer).length >= MIB) {
      size -= (chunks.shift() as Buffer).length;
      cut = true;
    }
  });
  return () =>
    Buffer.concat(chunks)
      .subarray(cut ? CUT : 0)
      .toString("utf8");
}

function cannotStart(program: string, cause: Error): HostenvError {
  const hint =
    "install Nix 2.8 or newer, on Debian and Ubuntu with: apt-get install nix-bin (see https://nixos.org/download)";
  return new HostenvError("nix-missing", `the program '${program}' can't be started`, hint, cause);
}

function stopped(): HostenvError {
  const message = "the evaluation was stopped because its result is not needed any more";
  return new HostenvError("evaluation-stopped", message, "the error before this one is the reason");
}

function unmeasurable(cause: unknown): HostenvError {
  return new HostenvError(
    "evaluation-memory",
    "the memory of the evaluation can't be measured, so its cap can't be kept, and it was stopped",
    "mount /proc on Linux, elsewhere put `ps` on PATH",
    cause,
  );
}
