import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "./example.ts";
import { until } from "./until.ts";

/** How a process is started. */
export interface RunningOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What /etc/resolv.conf says to it, and to nobody else. */
  readonly resolvConf?: string;
}

// A runner's times: SIGINT, after 7.5 s SIGTERM, after 2.5 s more it kills.
const [UNTIL_TERM, UNTIL_KILL] = [7_500, 2_500];

// All of these become what they start: the process that is signalled is the program itself.
const GUARDED = ["setpriv", "--pdeathsig", "KILL", "--"];
const ELSEWHERE = [
  "unshare",
  "--mount",
  "--",
  "bash",
  "-c",
  'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"',
];

/** A program that runs while the test goes on, and can be cancelled as a runner of GitHub's cancels a step. */
export class Running {
  /** What came of it. */
  readonly ended: Promise<Run>;
  private readonly child: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-running-"));
  // By it a runner finds what a step left running.
  private readonly tracking = `github_${randomUUID()}`;

  constructor(command: readonly [string, ...string[]], { cwd, env, resolvConf }: RunningOptions) {
    const file = join(this.folder, "resolv.conf");
    writeFileSync(file, resolvConf ?? "");
    const place = resolvConf === undefined ? [] : [...ELSEWHERE, "bash", file];
    const [program, ...args] = [...GUARDED, ...place, ...command] as [string, ...string[]];
    this.child = spawn(program, args, {
      cwd,
      env: { ...env, NODE_OPTIONS: "", RUNNER_TRACKING_ID: this.tracking },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = this.run();
  }

  /** The command lines of what it started and that still runs. */
  programs(): string[] {
    return this.offspring().map((pid) => textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " "));
  }

  /** Sends it a signal, as a runner does: to it alone. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Cancels it as a runner does, and gives what came of it; what it left running is killed, as a runner does, too. */
  async cancel(): Promise<Run> {
    const steps = [
      ["SIGINT", UNTIL_TERM],
      ["SIGTERM", UNTIL_KILL],
    ] as const;
    for (const [signal, milliseconds] of steps) {
      if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
      await Promise.race([this.ended, sleep(milliseconds, undefined, { ref: false })]);
    }
    await this.kill();
    return await this.ended;
  }

  /** Kills it, and all that it started. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await until("nothing of it runs", () => {
      const pids = this.offspring();
      for (const pid of pids) tryToKill(pid);
      return pids.length === 0;
    });
    await this.ended;
  }

  /** Processes that it started, however far away, and that still run. */
  offspring(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && Number(name) !== this.child.pid)
      .filter((name) => textOf(`/proc/${name}/environ`).includes(this.tracking))
      .map(Number);
  }

  private async run(): Promise<Run> {
    let [stdout, stderr] = ["", ""];
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    try {
      const status = await new Promise<number | null>((resolve, reject) => {
        this.child.once("error", reject);
        this.child.once("close", resolve);
        // What it left running may hold its pipes open.
        this.child.once("exit", (code) => setTimeout(() => resolve(code), 1_000));
      });
      return { status, stdout, stderr };
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

// What is gone has no text.
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker.
  }
}
