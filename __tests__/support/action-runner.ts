import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./nix.ts";
import { ended, withResolvConf } from "./resolv-conf.ts";

/** What a step left behind. */
export interface Step {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Record<string, string>;
  readonly summary: string;
}

/** Starts bundles as a runner does: inputs and files by environment variables, in a folder of its own. */
export class ActionRunner {
  readonly folder = mkdtempSync(join(tmpdir(), "hostenv-runner-"));
  private readonly env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv = {}) {
    this.env = env;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Runs an action to its end, with another resolv.conf where one is given, which needs ROOT; the caller's own
   * servers go on answering meanwhile. `cancelled` says when a runner would cancel it: it gets SIGINT then.
   */
  async run(
    door: string,
    inputs: Record<string, string>,
    {
      event = {},
      env = {},
      cwd = this.folder,
      resolvConf,
      cancelled,
    }: {
      event?: object;
      env?: NodeJS.ProcessEnv;
      cwd?: string;
      resolvConf?: string;
      cancelled?: Promise<void>;
    } = {},
  ): Promise<Step> {
    const files = mkdtempSync(join(this.folder, "step-"));
    const file = (name: string, text = "") => {
      writeFileSync(join(files, name), text);
      return join(files, name);
    };
    const temp = join(this.folder, "temp");
    mkdirSync(temp, { recursive: true });
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const [output, summary] = [file("output"), file("summary")];
    const command = [process.execPath, `${root}dist/${door}/index.js`] as const;
    const full = {
      ...process.env,
      ...this.env,
      ...Object.fromEntries(given),
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_EVENT_PATH: file("event.json", JSON.stringify(event)),
      RUNNER_TEMP: temp,
      ...env,
    };
    const how = { cwd, env: full };
    const { status, stdout, stderr } = await (resolvConf === undefined
      ? ended(command, how, (child) => void cancelled?.then(() => child.kill("SIGINT")))
      : withResolvConf(resolvConf, command, how));
    const outputs = readOutputs(readFileSync(output, "utf8"));
    return { status, stdout, stderr, outputs, summary: readFileSync(summary, "utf8") };
  }
}

/** Reads the file protocol of the runner: `name<<DELIMITER`, the value, the delimiter. */
function readOutputs(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(ghadelimiter_[\w-]+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name, , value]) => [name as string, value as string]));
}

/** The log as the runner acts on it: nothing between the two stop commands is a command. */
export function commandsIn(log: string): string[] {
  const spoken = /^::stop-commands::([\w-]+)\n[\s\S]*?\n::\1::$/gm;
  return log
    .replace(spoken, "")
    .split("\n")
    .filter((line) => /^\s*::|##\[/.test(line));
}

/** The part of a pull_request event that is read. */
export function pullRequestEvent(pull: {
  number: number;
  head: string;
  base: string;
  fork?: boolean;
}): object {
  return {
    pull_request: {
      number: pull.number,
      base: { sha: pull.base, repo: { id: 1 } },
      head: { sha: pull.head, repo: { id: pull.fork ? 2 : 1 } },
    },
  };
}
