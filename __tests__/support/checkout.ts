import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskSnapshot } from "../../src/adapters/disk-snapshot.ts";
import { isWhole } from "../../src/domain/manifest.ts";
import { root } from "./nix.ts";
import { setIn, setOf } from "./snapshot-sets.ts";

const SUPPORT = `${root}__tests__/support/`;

// Compiling anew for each of some hundred children would take most of the time.
const CHILD_ENV = {
  ...process.env,
  NODE_OPTIONS: "",
  NODE_COMPILE_CACHE: join(tmpdir(), "hostenv-compile-cache"),
};

/** A repository with the committed snapshot A, a gate's file and a user's notes in its folder. */
export class Checkout {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-snapshot-")));
  readonly generated = join(this.folder, "generated");
  readonly swap = join(this.folder, ".generated.swap");

  constructor() {
    mkdirSync(join(this.generated, "notes"), { recursive: true });
    for (const [name, text] of Object.entries({ ...setOf("A"), ...OTHERS }))
      writeFileSync(join(this.generated, name), text);
    symlinkSync("todo.md", join(this.generated, "notes/link"));
    const git = (...args: string[]) => execFileSync("git", args, { cwd: this.folder });
    git("init", "--quiet");
    git("add", "--all");
    git("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "--quiet", "--message", "A");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  open(): DiskSnapshot {
    return new DiskSnapshot(this.folder, "generated");
  }

  /** What a run does that plans nothing new: everything but the evaluation. */
  async write(letter: string): Promise<string | null> {
    const snapshot = this.open();
    await snapshot.lock();
    try {
      const recovered = await snapshot.recover();
      await snapshot.write(setOf(letter));
      return recovered;
    } finally {
      await snapshot.unlock();
    }
  }

  /** Which set is there; throws where it is none as it was written, or others' files are not there. */
  whole(): string {
    const found = setIn(this.generated);
    if (!isWhole(found)) throw new Error(`torn: ${Object.keys(found)}`);
    for (const [name, text] of Object.entries(OTHERS)) {
      if (this.read(name) !== text) throw new Error(`${name} is not as it was`);
    }
    if (this.read("notes/link") !== OTHERS["notes/todo.md"]) throw new Error("the link is lost");
    return JSON.parse(found["manifest.json"] as string).tool;
  }

  read(name: string): string {
    return readFileSync(join(this.generated, name), "utf8");
  }

  /** Names beside the snapshot that are neither it nor git's. */
  leftovers(): string[] {
    return readdirSync(this.folder).filter((name) => ![".git", "generated"].includes(name));
  }

  /** What git shows outside the snapshot's folder. */
  strangersInStatus(): string[] {
    const args = ["status", "--porcelain", "--untracked-files=all"];
    const lines = execFileSync("git", args, { cwd: this.folder, encoding: "utf8" }).split("\n");
    return lines.filter((line) => line !== "" && !line.slice(3).startsWith("generated/"));
  }

  /** Runs the child to its end, or to its n-th call that changes the disk. */
  run(args: string[], options: { killAt?: number; prefix?: string[]; folder?: string } = {}) {
    const { killAt = 0, prefix = [], folder = this.folder } = options;
    const hook = killAt > 0 ? ["--import", `${SUPPORT}kill-hook.mjs`] : [];
    const command = [...prefix, process.execPath, ...hook, `${SUPPORT}snapshot-child.ts`, folder, ...args];
    const env = { ...CHILD_ENV, KILL_AT: String(killAt) };
    return spawnSync(command[0] as string, command.slice(1), { env, encoding: "utf8" });
  }

  /** Starts the child. */
  start(args: string[]) {
    return spawn(process.execPath, [`${SUPPORT}snapshot-child.ts`, this.folder, ...args], { env: CHILD_ENV });
  }
}

const OTHERS: Record<string, string> = {
  "dns-gate.json": '{"memory":["a.example"]}',
  "notes/todo.md": "remember the milk\n",
};
