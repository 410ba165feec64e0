import { setMaxListeners } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type HostKey, type ShownKey, untrusted } from "../domain/deploy/host-keys.ts";
import { checkedUser, connectionOf } from "../domain/deploy/ssh-options.ts";
import type { HostenvError } from "../errors.ts";
import type { NodeTarget } from "../ports/nodes.ts";
import * as failures from "./ssh-failures.ts";
import { type Ended, runProcess } from "./ssh-process.ts";
import { commandOf, type Script } from "./ssh-quoting.ts";
import type { SshWrapper } from "./ssh-wrapper.ts";

/** One thing asked of a node. */
export interface Call {
  readonly script: Script;
  /** For words about a failure: `look at it`. */
  readonly purpose: string;
  readonly user: string;
  readonly asRoot?: boolean;
  readonly args?: readonly string[];
  readonly input?: string;
  /** Whether it may share a connection with others of that user; by default only the deploy user's may. */
  readonly isShared?: boolean;
  /** How long it may take, default 60. */
  readonly seconds?: number;
  /** How long its answer may be, default 1 MiB. */
  readonly mostBytes?: number;
  /** Ends it, besides what ends them all. */
  readonly stop?: AbortSignal;
}

const MARKER = "hostenv-provider";
const PAUSES_MS = [500, 2000, 5000];

/** Runs scripts on nodes; those of the deploy user may share a connection. */
export class SshClient {
  private readonly wrapper: SshWrapper;
  private readonly keys: readonly HostKey[];
  private readonly source: string;
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private calls = 0;

  /** @param source what messages call the file of the host keys */
  constructor(wrapper: SshWrapper, keys: readonly HostKey[], source: string) {
    this.wrapper = wrapper;
    this.keys = keys;
    this.source = source;
    // Every call listens, and a look at a fleet makes many at once: no leak to warn of.
    setMaxListeners(0, this.stop.signal);
  }

  /** The lines of a script's answer. Throws HostenvError as the port Nodes says. */
  async call(node: NodeTarget, call: Call): Promise<string[]> {
    const run = this.attempts(node, call);
    this.running.add(run);
    try {
      return await run;
    } finally {
      this.running.delete(run);
    }
  }

  /** Ends what runs, and lets nothing else start. */
  async dispose(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }

  // Who was turned away at the door has done nothing yet: it may knock again.
  private async attempts(node: NodeTarget, call: Call): Promise<string[]> {
    const asked = { node: node.name, seconds: 60, mostBytes: 2 ** 20, ...call };
    for (const pause of [...PAUSES_MS, null]) {
      const { ended, log } = await this.connect(node, asked);
      if (ended.by !== "exit") throw failures.endedByUs(asked, ended.by);
      if (isAnswered(ended)) return answerOf(asked, ended);
      const failure = failures.failureIn(log);
      if (failure !== "turned-away" || pause === null) throw await this.why(node, asked, failure, log);
      await sleep(pause, undefined, { signal: this.stop.signal }).catch(() => {});
    }
    throw new Error("unreachable: the last attempt has no pause");
  }

  private async connect(node: NodeTarget, call: Call & failures.Asked, level = "ERROR") {
    const { options, host } = connectionOf(node.name, node.host, node.sshOptions);
    const log = this.wrapper.fileFor(`log-${++this.calls}`);
    const { text } = call.script;
    const command = commandOf(call.script, call.args ?? [], call.asRoot ?? false);
    const target = `${checkedUser(call.user)}@${host}`;
    const args = ["-E", log, `-oLogLevel=${level}`, ...options, "--", target, command];
    const stop = call.stop ? AbortSignal.any([this.stop.signal, call.stop]) : this.stop.signal;
    const limits = { seconds: call.seconds, mostBytes: call.mostBytes, stop };
    const input = text + (call.input ?? "");
    const isShared = call.isShared ?? call.user === node.deployUser;
    const shared = isShared ? this.wrapper.shared?.forCommand(node.name, call.user) : {};
    const env = { ...this.wrapper.environment(), ...shared };
    const ended = await runProcess(this.wrapper.program, args, { ...limits, env, input }).catch((cause) => {
      throw failures.notStarted(cause);
    });
    const said = await readFile(log, "utf8").catch(() => "");
    await rm(log, { force: true });
    return { ended, log: said };
  }

  private async why(
    node: NodeTarget,
    asked: Call & failures.Asked,
    failure: failures.ConnectionFailure,
    log: string,
  ): Promise<HostenvError> {
    if (failure === "refused") return failures.refusedLogin(asked, this.wrapper.identity);
    if (failure !== "host-key") return failures.unreachable(asked, log);
    const { port } = connectionOf(node.name, node.host, node.sshOptions);
    const shown = shownIn((await this.connect(node, asked, "DEBUG1")).log);
    return untrusted({ name: node.name, host: node.host, port }, this.keys, shown, this.source);
  }
}

// What ssh reports of its own failures has this exit code, and none of our scripts uses it.
function isAnswered({ exit }: Ended): boolean {
  return exit !== 255 && typeof exit === "number";
}

function answerOf(asked: failures.Asked, ended: Ended): string[] {
  if (ended.exit !== 0) throw failures.failedThere(asked, ended);
  // A login shell may greet before it does what it is told.
  const lines = ended.stdout.toString("utf8").split("\n");
  const start = lines.indexOf(MARKER);
  const end = lines.indexOf("end", start);
  if (start < 0 || end < 0) throw failures.noAnswer(asked.node, asked.purpose, "it is not our script's");
  return lines.slice(start + 1, end);
}

// The only way to see a key that ssh refuses without asking for it in another way.
function shownIn(log: string): ShownKey | null {
  const found = /^debug1: Server host key: ([\w@.-]+) (SHA256:[A-Za-z0-9+/]{43})\s*$/m.exec(log);
  return found ? { type: found[1] as string, fingerprint: found[2] as string } : null;
}
