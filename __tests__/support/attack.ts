import {
  chmodSync,
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
import type { HostenvError } from "../../src/errors.ts";
import type { Tree } from "../../src/ports/flakes.ts";

export const SYSTEM = "x86_64-linux";
const MARK = "HOSTENV_TEST_MARK";

/** A flake's folder, a folder for private files, and what can be seen of the processes that got our environment. */
export class Attack {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-attack-")));
  readonly privateFolder = join(this.folder, "private");
  readonly tree: Tree = {
    root: join(this.folder, "flake"),
    folder: "",
    files: ["flake.nix"],
    commit: null,
    source: null,
  };

  constructor() {
    mkdirSync(this.privateFolder);
    mkdirSync(this.tree.root);
    process.env[MARK] = this.folder;
  }

  /** Writes a flake whose plan is the value of a Nix expression; `more` goes beside its outputs. */
  flake(value: string, more = ""): Tree {
    const text = `{ ${more} outputs = _: { lib.provider.planJson.${SYSTEM} = ${value}; }; }\n`;
    writeFileSync(join(this.tree.root, "flake.nix"), text);
    return this.tree;
  }

  /** A program that runs shell commands and then becomes Nix. */
  program(nix: string, commands: string): string {
    const path = join(this.folder, "program");
    writeFileSync(path, `#!/bin/sh\n${commands}\nexec '${nix}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Command lines of what is still running. */
  left(): string[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && proc(name, "environ").includes(`${MARK}=${this.folder}\0`))
      .map((name) => proc(name, "cmdline").replaceAll("\0", " "));
  }

  /** As `left`, once killed processes have had a second to go. */
  async leftAtLast(): Promise<string[]> {
    for (let tries = 0; tries < 20 && this.left().length > 0; tries++) await pause(50);
    return this.left();
  }

  remove(): void {
    delete process.env[MARK];
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function proc(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "latin1");
  } catch {
    return "";
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The error a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<HostenvError> {
  return promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => error,
  );
}

/** Never ends, in constant memory. */
export const ENDLESS = `(let
  l = builtins.genList (x: x) 1000;
  deep = n: if n == 0 then 0 else builtins.foldl' (a: b: a + deep (n - 1)) 0 l;
in deep 9)`;
