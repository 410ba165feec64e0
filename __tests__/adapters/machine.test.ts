import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GitCheckout } from "../../src/adapters/git-checkout.ts";
import { NixOnPath } from "../../src/adapters/nix-health.ts";
import { NixRunner } from "../../src/adapters/nix-runner.ts";
import { systemPatience } from "../../src/adapters/system-patience.ts";
import { SystemPrograms } from "../../src/adapters/system-programs.ts";
import { describeWithNix } from "../support/nix.ts";

let folder: string;
let path: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-machine-"));
  path = process.env.PATH;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

/** A program that does what a script says, and comes first on PATH. */
function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}${delimiter}${path}`;
  return file;
}

describe("programs", () => {
  const version = (name: string) => new SystemPrograms().version(name);

  test("tell their version, on whatever they say it; one that is not there tells none", async () => {
    expect(await version("git")).toMatch(/^git version \d/);
    program("ssh", '[ "$1" = -V ] && echo "OpenSSH_9.9p1, OpenSSL" >&2');
    expect(await version("ssh")).toBe("OpenSSH_9.9p1, OpenSSL");
    expect(await version("no-program-of-this-name")).toBeNull();
  });

  test("that fail are no version, and get no secret", async () => {
    program("sops", "echo secret words; exit 3");
    await expect(version("sops")).rejects.toMatchObject({
      code: "program-failed",
      message: "'sops' does not tell its version: it ends with 3",
    });
    process.env.SSH_KEY = "the key";
    try {
      program("deploy", 'test -z "$SSH_KEY" && echo deploy 1.0');
      expect(await version("deploy")).toBe("deploy 1.0");
    } finally {
      delete process.env.SSH_KEY;
    }
  });
});

describe("Nix", () => {
  const nix = (script: string) =>
    new NixOnPath(
      new NixRunner({ program: program("nix", script), limits: { seconds: 20, memoryMib: 1024 } }),
    );

  test("says why it evaluates nothing, in one line of its own", async () => {
    const words = "warning: something\nerror: cannot connect to socket at '/x': refused\n(use --show-trace)";
    const broken = nix(
      `[ "$1" = --version ] && { echo "nix (Nix) 2.18.1"; exit; }; printf '${words.replaceAll("'", '"')}' >&2; exit 1`,
    );
    expect(await broken.version()).toBe("nix (Nix) 2.18.1");
    expect(await broken.fault()).toBe('error: cannot connect to socket at "/x": refused');
    expect(await nix("exit 4").fault()).toBe("it ends with 4");
    expect(await nix("echo false").fault()).toBe("it ends with 0");
    expect(await nix("echo true").fault()).toBeNull();
  });

  test("that is not there is an error", async () => {
    const none = new NixOnPath(new NixRunner({ program: join(folder, "none") }));
    await expect(none.version()).rejects.toMatchObject({ code: "nix-missing" });
  });
});

describeWithNix("Nix that is real", (nix) => {
  test("evaluates, and tells its version", async () => {
    const real = new NixOnPath(new NixRunner({ program: nix }));
    expect(await real.version()).toMatch(/^nix .* \d+\.\d+/);
    expect(await real.fault()).toBeNull();
  });
});

describe("a checkout", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], {
      cwd: folder,
      encoding: "utf8",
    });

  test("tells branch, commit and what git does not know, of a folder below the top", async () => {
    git("init", "--quiet", "--initial-branch=release/1");
    const provider = join(folder, "provider");
    mkdirSync(join(provider, "generated"), { recursive: true });
    for (const name of ["plan.json", "state.json", "*.json"])
      writeFileSync(join(provider, "generated", name), "");
    const paths = ["generated/plan.json", "generated/state.json", "generated/*.json"];
    git("add", "provider/generated/plan.json");
    const checkout = new GitCheckout(provider);
    expect(await checkout.look(paths)).toEqual({
      branch: "release/1",
      commit: null,
      untracked: paths.slice(1),
    });
    git("commit", "--quiet", "--message", "first");
    const commit = git("rev-parse", "HEAD").trim();
    git("checkout", "--quiet", "--detach");
    expect(await checkout.look(paths.slice(0, 1))).toEqual({ branch: null, commit, untracked: [] });
  });

  test("outside of a repository, and without git, is an error", async () => {
    await expect(new GitCheckout(folder).look([])).rejects.toMatchObject({ code: "not-a-repository" });
    process.env.PATH = folder;
    await expect(new GitCheckout(folder).look([])).rejects.toMatchObject({ code: "git-missing" });
  });
});

describe("patience", () => {
  test("ends in time, and leaves what is faster as it is", async () => {
    const late = () => new Error("too late");
    await expect(systemPatience.within(0.02, () => new Promise(() => {}), late)).rejects.toThrow("too late");
    expect(await systemPatience.within(5, async () => 7, late)).toBe(7);
    await expect(systemPatience.within(5, () => Promise.reject(new Error("own")), late)).rejects.toThrow(
      "own",
    );
  });
});
