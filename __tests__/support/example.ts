import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeExample } from "../../scripts/example.mjs";
import { root } from "./root.ts";

/** What a run of the command line gave. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The bundled example, on its branch `change`, and the bundled command line to run on it. */
export class Example {
  readonly folder: string;
  readonly provider: string;
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => void;

  constructor(nix: string) {
    const made = makeExample({ nix });
    this.folder = made.folder;
    this.provider = made.provider;
    this.env = made.env;
    this.remove = made.remove;
  }

  /** Runs the command line in the provider's folder. */
  run(args: string[], options: { node?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {}): Run {
    const { status, stdout, stderr } = spawnSync(
      options.node ?? process.execPath,
      [`${root}dist/cli/index.js`, ...args],
      { cwd: options.cwd ?? this.provider, env: { ...this.env, ...options.env }, encoding: "utf8" },
    );
    return { status, stdout, stderr };
  }

  git(args: string[], cwd = this.provider, input = "", env: NodeJS.ProcessEnv = {}): string {
    return execFileSync("git", args, {
      cwd,
      env: { ...this.env, ...env },
      encoding: "utf8",
      input,
      stdio: "pipe",
    });
  }

  /** A new client repository `organisation__project` with these environments, as Nix text. */
  project(name: string, environments: string): void {
    const repository = join(this.folder, "git", name.replace("__", "/"));
    mkdirSync(join(repository, ".hostenv"), { recursive: true });
    const text = `{
      outputs = { self }: {
        lib.hostenv.x86_64-linux = { defaultEnvironment = "main"; environments = { ${environments} }; };
      };
    }`;
    writeFileSync(join(repository, ".hostenv/flake.nix"), text);
    this.git(["init", "--quiet", "--initial-branch=main", repository], this.folder);
    this.git(["add", "--all"], repository);
    this.git(["commit", "--quiet", "--message", "Start"], repository);
  }

  /** Everything git and the disk know of the provider, to see whether a run left a trace. */
  trace(): string {
    return this.git(["status", "--porcelain", "--untracked-files=all"]) + this.git(["for-each-ref"]);
  }
}
