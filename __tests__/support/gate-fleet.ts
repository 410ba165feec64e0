import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { GateAnswer } from "../../src/domain/dns/gate-answer.ts";
import type { Entry, Memory } from "../../src/domain/dns/memory.ts";
import { anHourLater, entry } from "./gate-run.ts";
import { root } from "./nix.ts";
import { type EnvironmentSpec, planWith } from "./plan-builder.ts";

/** The environment of most tests. */
export const SHOP = "shop-main-1";

/** The node that it is on, as lines of the zone `test.`. */
export const NODE_A = ["node-a.hosting A 192.0.2.1", "node-a.hosting AAAA 2001:db8::1"];

/** A name that leads to that node. */
export const here = (name: string) => [`${name} A 192.0.2.1`, `${name} AAAA 2001:db8::1`];

/** A name that leads elsewhere. */
export const away = (name: string) => [`${name} A 203.0.113.9`];

/** An entry of a hostname that is live and right. */
export const known = (given: Partial<Entry> = {}) => entry({ environment: SHOP, ...given });

/** An entry of a hostname that was turned off. */
export const dead = (given: Partial<Entry> = {}) =>
  known({ live: false, verdict: "mismatch", reason: "nxdomain", count: 3, ...given });

/** A bundle starts in a second, or in many where the machine does much else. */
export const PATIENCE_MS = 120_000;

function validator(name: string) {
  const schema = JSON.parse(readFileSync(`${root}schemas/${name}.schema.json`, "utf8"));
  const validate = new Ajv2020({ strict: false, formats: { "date-time": true } }).compile(schema);
  return (value: unknown): void => {
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  };
}

/** Expects a value to be what the published schemas say of answer and memory. */
export const [isAnswer, isMemory] = [validator("dns-gate"), validator("dns-gate-memory")];

/** What a run of the command line gave. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`, null without one. */
  readonly document: GateAnswer | null;
}

/** A provider's folder that holds a snapshot, on which the bundled command line is run. */
export class GateFleet {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-gate-")));
  readonly generated = join(this.folder, "generated");

  constructor() {
    mkdirSync(this.generated);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Plans these environments, each of which wants no certificate for its own hostname. */
  plan(environments: readonly EnvironmentSpec[]): void {
    const quiet = environments.map((each) => ({
      ...each,
      hosts: { [`${each.name}.hosting.test`]: { tls: false }, ...each.hosts },
    }));
    this.write("generated/plan.json", planWith({ environments: quiet }));
  }

  write(path: string, value: unknown): void {
    const text = typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`;
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** What the gate remembers, null where there is no file. */
  get memory(): Memory | null {
    const path = "generated/dns-gate.json";
    return existsSync(join(this.folder, path)) ? JSON.parse(this.read(path)) : null;
  }

  set memory(memory: Memory | null) {
    if (memory === null) rmSync(join(this.generated, "dns-gate.json"), { force: true });
    else this.write("generated/dns-gate.json", memory);
  }

  /** Lets an hour pass for what the gate remembers. */
  anHourPasses(): void {
    this.memory = anHourLater(this.memory as Memory);
  }

  /** A hash of every file there is, to see whether a run left a trace. */
  trace(): string {
    const names = readdirSync(this.folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => !/^\.git\b/.test(name),
    );
    const files = names.sort().map((name) => {
      const path = join(this.folder, name);
      return `${name} ${existsSync(path) ? hashOf(path) : ""}`;
    });
    return files.join("\n");
  }

  git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Starts `dns-gate`; servers of the test's own go on answering meanwhile. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [`${root}dist/cli/index.js`, "dns-gate", ...args], {
      cwd: this.folder,
      env: { ...process.env, NODE_OPTIONS: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise<Ran>((resolve) => {
      child.once("close", (status) => {
        const isDocument = args.includes("--json") && stdout !== "";
        resolve({ status, stdout, stderr, document: isDocument ? JSON.parse(stdout) : null });
      });
    });
    return { child, ended };
  }

  /** Runs `dns-gate` to its end. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.start(args, env).ended;
  }
}

function hashOf(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "folder";
  }
}
