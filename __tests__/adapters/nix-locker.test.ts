import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { NixLocker } from "../../src/adapters/nix-locker.ts";
import { NixRunner } from "../../src/adapters/nix-runner.ts";
import { lockText, seedOf } from "../../src/fleets/hostenv/locks.ts";
import { parseLock } from "../../src/fleets/hostenv/schema.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

const NAR_HASH = `sha256-${"A".repeat(43)}=`;
const REVISION = "2".repeat(40);

describeWithNix("locking a flake", (nix) => {
  let folder: string;
  const locker = new NixLocker(new NixRunner({ program: nix }));
  const repository = (name: string) => ({ type: "git", url: `file://${folder}/${name}`, ref: "main" });

  function commit(name: string, flake: string): void {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "flake.nix"), flake);
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@h.test", ...args], { cwd: path });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "More");
  }

  /** The generated flake and what it names, by the planner. */
  function generated(lock: unknown, repos: Record<string, unknown>) {
    const environments = Object.fromEntries(Object.entries(repos).map(([name, repo]) => [name, { repo }]));
    const { value, error } = evaluate(
      nix,
      `(import ${root}nix/plan/generated-flake.nix { inherit (import ${root}nix/plan/fail.nix) fail; }).generatedFlake {
        lock = builtins.fromJSON ''${JSON.stringify(lock)}'';
        environments = builtins.fromJSON ''${JSON.stringify(environments)}'';
      }`,
    );
    expect(error).toBe("");
    return value as { flake: string; flakeInputs: Parameters<typeof seedOf>[2] };
  }

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-locker-")));
    commit("lib", "{ outputs = _: { }; }");
    const input = (name: string) => `${name}.url = "git+file://${folder}/lib?ref=main";`;
    commit("tool", `{ inputs.${input("nixpkgs")} outputs = _: { }; }`);
    commit("shop", `{ inputs = { ${input("nixpkgs")} ${input("own")} }; outputs = _: { }; }`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("keeps the provider's pins and what follows them, whatever has moved since", async () => {
    const flake = `{ inputs = {
      nixpkgs.url = "git+file://${folder}/lib?ref=main";
      tool = { url = "git+file://${folder}/tool?ref=main"; inputs.nixpkgs.follows = "nixpkgs"; };
    }; outputs = _: { }; }`;
    const made = await locker.lock(flake, lockText({ nodes: { root: {} } }));
    const provider = parseLock(JSON.parse(made.lock), "lock");
    for (const name of ["lib", "tool"]) commit(name, "{ outputs = _: { later = true; }; }");

    const { flake: text, flakeInputs } = generated(provider, { "shop-main-1": repository("shop") });
    const { lock } = await locker.lock(text, lockText(seedOf(provider, null, flakeInputs)));
    const { nodes } = parseLock(JSON.parse(lock), "lock");
    for (const name of ["nixpkgs", "tool"]) expect(nodes[name]).toEqual(provider.nodes[name]);
    expect(nodes["shop-main-1"]?.inputs).toEqual({ nixpkgs: ["nixpkgs"], own: "own" });

    // And again from what is committed: nothing is resolved anew.
    commit("lib", "{ outputs = _: { later = 2; }; }");
    const again = await locker.lock(
      text,
      lockText(seedOf(provider, parseLock(JSON.parse(lock), "l"), flakeInputs)),
    );
    expect(again.lock).toBe(lock);
    expect(again.warnings).toEqual([]);
  });

  test("takes a text of ours for what Nix would write", async () => {
    const { flake, flakeInputs } = generated(
      { nodes: { root: {} } },
      { b: repository("shop"), a: repository("shop") },
    );
    const { lock } = await locker.lock(flake, lockText(seedOf({ nodes: { root: {} } }, null, flakeInputs)));
    expect(Object.keys(JSON.parse(lock).nodes)).toContain("nixpkgs_2");
    expect(lockText(parseLock(JSON.parse(lock), "lock"))).toBe(lock);
  });

  test("knows every kind of input again by what the lock says of it", async () => {
    const originals = {
      path: { type: "path", path: folder },
      git: { ...repository("gone"), dir: ".hostenv" },
      github: { type: "github", owner: "o", repo: "r", ref: "feature/x" },
      tarball: { type: "tarball", url: "https://t.invalid/x.tar.gz" },
    };
    const locked = Object.entries(originals).map(([name, original]) => {
      const { ref: _, ...place } = original as Record<string, string>;
      const rev = ["git", "github"].includes(name) ? { rev: REVISION } : {};
      return [name, { original, locked: { ...place, ...rev, narHash: NAR_HASH } }];
    });
    const names = Object.keys(originals);
    const provider = {
      nodes: {
        ...Object.fromEntries(locked),
        root: { inputs: Object.fromEntries(names.map((n) => [n, n])) },
      },
    };
    const own = generated(provider, {});
    const kept = await locker.lock(own.flake, lockText(seedOf(provider, null, {})));
    expect(Object.keys(JSON.parse(kept.lock).nodes.root.inputs).sort()).toEqual([...names].sort());

    const environments = generated({ nodes: { root: {} } }, originals);
    const seed = seedOf({ nodes: { root: {} } }, provider, environments.flakeInputs);
    const { lock } = await locker.lock(environments.flake, lockText(seed));
    expect(JSON.parse(lock).nodes.github).toEqual(provider.nodes.github);
  });

  test("names the input that can't be resolved, and leaves nothing behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("hostenv-provider-lock-"));
    const { flake, flakeInputs } = generated(
      { nodes: { root: {} } },
      { "shop-away-1": { ...repository("shop"), ref: "away" }, "shop-main-1": repository("shop") },
    );
    const failure = locker.lock(flake, lockText(seedOf({ nodes: { root: {} } }, null, flakeInputs)));
    await expect(failure).rejects.toMatchObject({ code: "input-unlockable", input: "shop-away-1" });
    await expect(locker.lock("{ inputs = 1; }", "{}")).rejects.toMatchObject({ code: "command-failed" });
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("hostenv-provider-lock-"));
    expect(after).toEqual(before);
  });
});
