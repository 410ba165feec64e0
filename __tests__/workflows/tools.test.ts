import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { NIXES } from "../support/nix.ts";
import { reusable, type WorkflowStep } from "../support/workflows.ts";

const SCRIPTS = [
  [".github/workflows/deploy.yml", "Install what deploys"],
  [".github/workflows/dns-gate.yml", "Install what opens the secrets"],
  [".github/workflows/drift.yml", "Install what opens the secrets"],
  [".github/workflows/rollback.yml", "Install what opens the secrets"],
] as const;

function scriptOf(path: string, name: string): string {
  const jobs = Object.values(reusable().find((file) => file.path === path)?.workflow.jobs ?? {});
  const { run = "" } = jobs
    .flatMap(({ steps = [] }) => steps)
    .find((step) => step.name === name) as WorkflowStep;
  return run;
}

const program = (name: string) => `derivation {
  name = "${name}"; system = "x86_64-linux"; builder = "/bin/sh"; PATH = "${process.env.PATH}";
  args = [ "-c" "mkdir -p $out/bin; echo ${name} > $out/bin/${name}" ];
}`;

// Runners have a Nix of their own, which is current.
const current = NIXES[1]?.program ?? "";

(current === "" ? describe.skip : describe)("the step that installs what a job needs (a current Nix)", () => {
  let folder: string;

  /** A provider whose flake locks a nixpkgs of two programs, in a folder of its repository. */
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-tools-"));
    const [bin, nixpkgs, provider] = ["bin", "nixpkgs", "repository/infra"].map((name) => join(folder, name));
    for (const path of [bin, nixpkgs, provider]) mkdirSync(path as string, { recursive: true });
    // The only change: what is installed goes beside the machine's own.
    writeFileSync(
      join(bin as string, "nix"),
      `#!/bin/sh\nexec ${current} "$@" --profile ${folder}/profile\n`,
    );
    chmodSync(join(bin as string, "nix"), 0o755);
    const packages = ["deploy-rs", "sops"].map((name) => `${name} = ${program(name)};`).join("\n");
    writeFileSync(
      join(nixpkgs as string, "flake.nix"),
      `{ outputs = _: { packages.x86_64-linux = { ${packages} }; }; }`,
    );
    const flake = `{ inputs.nixpkgs.url = "path:${nixpkgs}"; outputs = _: { }; }`;
    writeFileSync(join(provider as string, "flake.nix"), flake);
    const commands = [
      ["git", "init", "--quiet", "repository"],
      ["git", "-C", "repository", "add", "."],
      [
        current,
        "--extra-experimental-features",
        "nix-command flakes",
        "flake",
        "lock",
        "path:./repository/infra",
      ],
      ["git", "-C", "repository", "add", "."],
    ];
    for (const [command = "", ...args] of commands)
      expect(spawnSync(command, args, { cwd: folder, env: env(), encoding: "utf8" })).toMatchObject({
        status: 0,
      });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function env(given: Record<string, string> = {}): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    const config = "build-users-group =\nsubstituters =\nsandbox = false";
    return { PATH: `${folder}/bin:${PATH}`, HOME: folder, NIX_CONFIG: config, FOLDER: "infra", ...given };
  }

  function run(path: string, name: string, tools: string) {
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", scriptOf(path, name)];
    return spawnSync("bash", args, {
      cwd: join(folder, "repository"),
      env: env({ TOOLS: tools }),
      encoding: "utf8",
    });
  }

  test.each(SCRIPTS)(
    "takes it from what the provider's flake locks: %s",
    (path, name) => {
      const { status, stderr } = run(path, name, "nixpkgs#deploy-rs nixpkgs#sops");
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect(readdirSync(join(folder, "profile/bin")).sort()).toEqual(["deploy-rs", "sops"]);
    },
    120_000,
  );

  test.each(SCRIPTS)(
    "takes nothing that is not locked, from no registry: %s",
    (path, name) => {
      const { status, stderr } = run(path, name, "other#deploy-rs");
      expect(status).not.toBe(0);
      expect(stderr).toContain("cannot find flake 'flake:other' in the flake registries");
      expect(existsSync(join(folder, "profile"))).toBe(false);
    },
    120_000,
  );
});
