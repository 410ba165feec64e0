import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Verb } from "../../src/verbs/verb.ts";
import { VERBS } from "../../src/verbs.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { pause } from "../support/attack.ts";
import { Canary } from "../support/canary.ts";
import { root } from "../support/nix.ts";

const INPUTS = {
  "github-token": "ghs_canaryOfTheInput0123456789",
  "nix-access-tokens": "gitlab.test=PAT:glpat-canary+/0123456789",
};
const VARIABLES = {
  SSH_KEY: "-----BEGIN PRIVATE KEY-----\ncanary+first/line\ncanary+second/line\n-----END PRIVATE KEY-----\n",
  NIX_SIGNING_KEY: "cache.test-1:canaryOfSigning/0123456789==",
  CF_API_TOKEN: "canary-of-cloudflare-0123456789",
  SOPS_AGE_KEY: "AGE-SECRET-KEY-1CANARY0123456789",
};
const canary = new Canary({ ...VARIABLES, ...INPUTS, gitlab: "glpat-canary+/0123456789" });

let runner: ActionRunner;
let provider: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  runner = new ActionRunner();
  provider = mkdtempSync(join(tmpdir(), "hostenv-secrets-"));
  writeFileSync(join(provider, "flake.nix"), "{ outputs = _: { }; }\n");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], { cwd: provider });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  runner.remove();
  rmSync(provider, { recursive: true, force: true });
});

/** A folder for PATH with programs that leave their environment, and then do what they are told. */
function programs(then: Readonly<Record<string, string>>): { path: string; seen: () => string } {
  const folder = join(runner.folder, "bin");
  const seen = join(runner.folder, "environment");
  mkdirSync(folder);
  for (const [name, commands] of Object.entries(then)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nenv >>'${seen}'\n${commands}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return {
    path: `${folder}:${process.env.PATH}`,
    seen: () => (existsSync(seen) ? readFileSync(seen, "utf8") : ""),
  };
}

describe("an action with secrets", () => {
  test("hides them first of all, shows them nowhere and leaves them to no program", async () => {
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const { path, seen } = programs({ git: `exec '${git}' "$@"`, nix: "exit 1" });
    const watch = await canary.watch();
    const step = await runner.run(
      "plan",
      { ...INPUTS, cache: "false" },
      { cwd: provider, env: { ...VARIABLES, PATH: path } },
    );
    const { leaks, programs: started } = await watch.stop();
    expect(step.status).toBe(1);

    const lines = step.stdout.split("\n");
    const masks = lines.filter((line) => line.startsWith("::add-mask::"));
    expect(lines.slice(0, masks.length)).toEqual(masks);
    for (const mask of [
      "canary+first/line",
      "canary-of-cloudflare-0123456789",
      "glpat-canary+/0123456789",
      "ghs_canaryOfTheInput0123456789",
    ])
      expect(masks).toContain(`::add-mask::${mask}`);

    const { stderr, summary, outputs } = step;
    const said = [...lines.slice(masks.length), stderr, summary, JSON.stringify(outputs)].join("\n");
    expect(canary.inText("said", said)).toEqual([]);
    // The control: these are environments, of a program of each kind.
    expect(seen()).toContain("GITHUB_ACTIONS=true");
    expect(seen()).toContain("GC_MAXIMUM_HEAP_SIZE=");
    expect(canary.inText("environment", seen())).toEqual([]);
    // Of ourselves the kernel shows what the runner started us with, whatever we take out.
    expect(started).toContain("node");
    expect(leaks.filter(({ program, variable }) => program !== "node" || variable === null)).toEqual([]);
    expect(canary.below(join(runner.folder, "temp"))).toEqual([]);
  });
});

describe("the post step", () => {
  const temp = () => join(runner.folder, "temp");
  const post = (env: NodeJS.ProcessEnv = {}, args: string[] = []) =>
    spawnSync(process.execPath, [...args, `${root}dist/post/index.js`], {
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", RUNNER_TEMP: temp(), ...env },
    });

  /** A step of `plan` that was killed while it had a secret in a file. */
  async function killed(): Promise<void> {
    mkdirSync(temp());
    const { path } = programs({ nix: `echo $$ >'${join(runner.folder, "nix.pid")}'; exec sleep 60` });
    const child = spawn(process.execPath, [`${root}dist/plan/index.js`], {
      cwd: provider,
      env: {
        ...process.env,
        PATH: path,
        NODE_OPTIONS: "",
        RUNNER_TEMP: temp(),
        // Copies that it can't remove either go with the runner's folder.
        TMPDIR: runner.folder,
        "INPUT_NIX-ACCESS-TOKENS": INPUTS["nix-access-tokens"],
        "INPUT_DRY-RUN": "true",
        INPUT_CACHE: "false",
      },
      stdio: "ignore",
    });
    children.push(child);
    const pid = join(runner.folder, "nix.pid");
    // Nix is started when its files are there.
    while (child.exitCode === null && !existsSync(pid)) await pause(20);
    child.kill("SIGKILL");
    await once(child, "exit");
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
    expect(canary.below(temp())).not.toEqual([]);
  }

  test("removes what a killed step left", async () => {
    await killed();
    const { status, stdout, stderr } = post();
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(readdirSync(temp())).toEqual([]);
  });

  test("and so does the next step, of any verb", async () => {
    await killed();
    const step = await runner.run("golden-check", {}, { cwd: provider });
    expect(step.outputs.result).toBe("skipped");
    expect(canary.below(temp())).toEqual([]);
  });

  test("leaves what is not ours, and is content without anything", () => {
    mkdirSync(join(temp(), "other"), { recursive: true });
    expect(post().status).toBe(0);
    expect(readdirSync(temp())).toEqual(["other"]);
    expect(post({ RUNNER_TEMP: join(runner.folder, "nowhere") }).status).toBe(0);
  });

  test("fails loudly where a secret can't be removed", async () => {
    await killed();
    const hook = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      fs.promises.rm = () => Promise.reject(Object.assign(new Error(), { code: "EPERM" })); syncBuiltinESMExports();`;
    const { status, stdout } = post({}, ["--import", `data:text/javascript,${encodeURIComponent(hook)}`]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^::error::a file of secrets is left on this machine: \S+ can't be removed: EPERM \[file-unusable\]/,
    );
    expect(post().status).toBe(0);
  });

  test("is a small program of its own", () => {
    const bundle = `${root}dist/post/index.js`;
    expect(statSync(bundle).size).toBeLessThan(40_000);
    expect(readFileSync(bundle, "utf8")).not.toMatch(/actions\/core|zod/);
  });

  test.each(
    (VERBS as readonly Verb[]).filter(({ action }) => action).map((verb) => [verb.name, verb] as const),
  )("belongs to the action %s exactly where that may leave secrets", (name, { inputs = [] }) => {
    const yaml = readFileSync(`${root}${name}/action.yml`, "utf8");
    const isThere = yaml.includes("  post: ../dist/post/index.js\n  post-if: always()\n");
    expect(isThere).toBe(inputs.some(({ leavesFiles }) => leavesFiles === true));
  });

  test("belongs to the root action", () => {
    expect(readFileSync(`${root}action.yml`, "utf8")).toContain(
      "  post: dist/post/index.js\n  post-if: always()\n",
    );
  });
});
