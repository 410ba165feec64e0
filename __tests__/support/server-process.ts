import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 30_000;
const GRACE_MS = 5_000;
const POLL_MS = 25;

/**
 * A server that runs for some tests, in a process group of its own. setpriv has the kernel kill it when the
 * process that started it dies, even by SIGKILL; stop() takes its children along, too.
 */
export class ServerProcess {
  /** All that it wrote so far. */
  log = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private running = true;

  private constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    }
    this.ended = new Promise((done) => {
      const end = (why: string) => () => {
        this.log += why;
        this.running = false;
        done();
      };
      this.child.once("error", (error) => end(error.message)());
      this.child.once("exit", (code, signal) => end(`\nended with ${code ?? signal}`)());
    });
  }

  /** Starts a server and waits until `isReady` says yes; throws with its log when it ends before, or never gets there. */
  static async start(
    program: string,
    args: readonly string[],
    isReady: (server: ServerProcess) => Promise<boolean> | boolean,
    env: NodeJS.ProcessEnv = {},
  ): Promise<ServerProcess> {
    const server = new ServerProcess(program, args, env);
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isReady(server))) {
      if (server.running && Date.now() < deadline) await sleep(POLL_MS);
      else {
        await server.stop();
        throw new Error(`${program} ${args.join(" ")} did not start:\n${server.log}`);
      }
    }
    return server;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.signal("SIGTERM");
    const late = setTimeout(() => this.signal("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(late);
    // What it started and left behind.
    this.signal("SIGKILL");
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
