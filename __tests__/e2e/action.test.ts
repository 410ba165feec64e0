import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { reportSchema } from "../../src/domain/report.ts";
import { VERBS } from "../../src/verbs.ts";
import { Example } from "../support/example.ts";
import { describeWithNix, root } from "../support/nix.ts";

/** Reads the file protocol of the runner: `name<<DELIMITER`, the value, the delimiter. */
function readOutputs(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(ghadelimiter_[\w-]+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name, , value]) => [name as string, value as string]));
}

describeWithNix("the action", (nix) => {
  let example: Example;
  let runner: string;

  beforeAll(() => {
    example = new Example(nix);
  }, 120_000);
  afterAll(() => example.remove());
  beforeEach(() => {
    runner = join(example.folder, "runner");
    rmSync(runner, { recursive: true, force: true });
    mkdirSync(runner);
    for (const name of ["output", "summary"]) writeFileSync(join(runner, name), "");
    const base = example.git(["rev-parse", "main"]).trim();
    writeFileSync(join(runner, "event.json"), JSON.stringify({ pull_request: { base: { sha: base } } }));
  });

  function run(door: string, inputs: Record<string, string>) {
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}dist/${door}/index.js`], {
      cwd: example.provider,
      encoding: "utf8",
      env: {
        ...example.env,
        ...Object.fromEntries(given),
        GITHUB_ACTIONS: "true",
        GITHUB_OUTPUT: join(runner, "output"),
        GITHUB_STEP_SUMMARY: join(runner, "summary"),
        GITHUB_EVENT_PATH: join(runner, "event.json"),
        RUNNER_TEMP: runner,
      },
    });
    const outputs = readOutputs(readFileSync(join(runner, "output"), "utf8"));
    return { status, stdout, stderr, outputs, summary: readFileSync(join(runner, "summary"), "utf8") };
  }

  /** The log as the runner acts on it: nothing between the two stop commands is a command. */
  function commandsIn(stdout: string): string[] {
    const spoken = /^::stop-commands::([\w-]+)\n[\s\S]*?\n::\1::$/gm;
    return stdout
      .replace(spoken, "")
      .split("\n")
      .filter((line) => /^\s*::|##\[/.test(line));
  }

  test("plans against the pull request's base and leaves summary, outputs and report", () => {
    const { status, stdout, outputs, summary } = run("plan", { "dry-run": "true" });
    expect(status).toBe(1);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(VERBS[0].outputs).sort());
    expect(outputs).toMatchObject({ changed: "true", blocked: "true" });
    expect(JSON.parse(outputs.waves as string)).toEqual([["node-a", "node-c"], ["node-b"]]);
    expect(outputs["report-path"]).toBe(join(runner, "hostenv-plan-root/report.json"));
    const report = reportSchema.parse(JSON.parse(readFileSync(outputs["report-path"] as string, "utf8")));
    expect(report.planId).toBe(outputs["plan-id"]);
    expect(summary).toContain("🔴 hostenv plan: 1 decision");
    expect(summary).toMatch(/The same on a laptop: `hostenv-provider plan --dry-run --base [0-9a-f]{40}`/);
    expect(commandsIn(stdout)).toContainEqual(
      "::error title=hostname-removed,file=flake.nix::hostname legacy.acme.example is removed from shop-main-4f7240c (production)",
    );
  });

  test("is green when the decision is allowed, by the root action too", () => {
    const { status, outputs } = run("action", {
      command: "plan",
      "dry-run": "true",
      allow: "hostname-removed\nuid-changed",
    });
    expect(status).toBe(0);
    expect(outputs.blocked).toBe("false");
  });

  test("gives what the command line gives", () => {
    const { outputs } = run("plan", { "dry-run": "true" });
    const { stdout } = example.run(["plan", "--base", "main", "--dry-run", "--json"]);
    const answer = JSON.parse(stdout);
    expect(outputs["plan-id"]).toBe(answer.planId);
    expect(JSON.parse(outputs.counts as string)).toEqual(answer.counts);
    expect(JSON.parse(outputs["affected-nodes"] as string)).toEqual(answer.affectedHosts);
  });

  test("takes no text of a plan for a command of the runner", () => {
    const flake = join(example.provider, "flake.nix");
    const text = readFileSync(flake, "utf8");
    const hostile = '"::error::x\\n::add-mask::a\\n::set-output name=blocked::false ##[add-mask]a"';
    const signing = `nixSigning.trustedPublicKeys = [ ${hostile} ];`;
    writeFileSync(flake, text.replace("deployPublicKeys = [", `${signing} deployPublicKeys = [`));
    const { stdout, outputs } = run("plan", { "dry-run": "true" });
    writeFileSync(flake, text);
    expect(stdout).toContain("add-mask");
    const expected =
      /^::(?:error|warning) title=[a-z-]+,file=flake\.nix::|^::error::a finding needs a decision/;
    expect(commandsIn(stdout).filter((line) => !expected.test(line))).toEqual([]);
    expect(outputs.blocked).toBe("true");
  });

  test("fails with what is wrong and what to do, and without outputs", () => {
    const { status, stdout, outputs } = run("action", { command: "pln" });
    expect(status).toBe(1);
    expect(stdout).toContain("::error::the input command is 'pln' [usage] hint: give one of: plan, diff");
    expect(outputs).toEqual({});
    expect(run("plan", { allow: "uid-chnged" }).stdout).toContain("did you mean 'uid-changed'?");
    expect(run("plan", { "dry-run": "perhaps" }).stdout).toMatch(/::error::.*dry-run/);
  });
});
