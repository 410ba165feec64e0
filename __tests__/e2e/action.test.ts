import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { reportSchema } from "../../src/domain/report.ts";
import { VERBS } from "../../src/verbs.ts";
import { ActionRunner, commandsIn, pullRequestEvent } from "../support/action-runner.ts";
import { Example } from "../support/example.ts";
import { describeWithNix } from "../support/nix.ts";

describeWithNix("the action", (nix) => {
  let example: Example;
  let runner: ActionRunner;

  beforeAll(() => {
    example = new Example(nix);
  }, 120_000);
  afterAll(() => example.remove());
  beforeEach(() => {
    runner = new ActionRunner(example.env);
  });
  afterEach(() => runner.remove());

  function run(door: string, inputs: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
    const [base, head] = ["main", "change"].map((name) => example.git(["rev-parse", name]).trim());
    const event = pullRequestEvent({ number: 7, base: base as string, head: head as string });
    return runner.run(door, inputs, { cwd: example.provider, event, env });
  }

  test("plans against the pull request's base and leaves summary, outputs and report", async () => {
    const { status, stdout, outputs, summary } = await run("plan", { "dry-run": "true" });
    expect(status).toBe(1);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(VERBS[0].outputs).sort());
    expect(outputs).toMatchObject({ changed: "true", blocked: "true" });
    expect(JSON.parse(outputs.waves as string)).toEqual([["node-a", "node-c"], ["node-b"]]);
    expect(outputs["report-path"]).toBe(join(runner.folder, "temp/hostenv-plan-root/report.json"));
    const report = reportSchema.parse(JSON.parse(readFileSync(outputs["report-path"] as string, "utf8")));
    expect(report.planId).toBe(outputs["plan-id"]);
    expect(summary).toContain("🔴 hostenv plan: 1 decision");
    expect(summary).toMatch(
      /The same on a laptop: `hostenv-provider plan --dry-run --base [0-9a-f]{40} --head-commit [0-9a-f]{40}`/,
    );
    expect(commandsIn(stdout)).toContainEqual(
      "::error title=hostname-removed,file=flake.nix,line=9::hostname legacy.acme.example is removed from shop-main-4f7240c (production)",
    );
  });

  test("compares GitHub's merge with what it was merged onto, not with an older base", async () => {
    const [main, head] = ["main", "change"].map((name) => example.git(["rev-parse", name]).trim());
    example.git(["checkout", "--quiet", "-b", "merge", "main"]);
    example.git(["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
    const event = pullRequestEvent({ number: 7, base: "0".repeat(40), head: head as string });
    const step = await runner.run("plan", { "dry-run": "true" }, { cwd: example.provider, event });
    example.git(["checkout", "--quiet", "change"]);
    expect(step.summary).toContain(`--base ${main} --head-commit ${head}`);
    expect(step.outputs.blocked).toBe("true");
  });

  test("is green when the decision is allowed, by the root action too", async () => {
    const { status, outputs } = await run("action", {
      command: "plan",
      "dry-run": "true",
      allow: "hostname-removed\nuid-changed",
    });
    expect(status).toBe(0);
    expect(outputs.blocked).toBe("false");
  });

  test("gives what the command line gives", async () => {
    const { outputs } = await run("plan", { "dry-run": "true" });
    const { stdout } = example.run(["plan", "--base", "main", "--dry-run", "--json"]);
    const answer = JSON.parse(stdout);
    expect(outputs["plan-id"]).toBe(answer.planId);
    expect(JSON.parse(outputs.counts as string)).toEqual(answer.counts);
    expect(JSON.parse(outputs["affected-nodes"] as string)).toEqual(answer.affectedHosts);
  });

  test("takes no text of a plan for a command of the runner", async () => {
    const flake = join(example.provider, "flake.nix");
    const text = readFileSync(flake, "utf8");
    const hostile = '"::error::x\\n::add-mask::a\\n::set-output name=blocked::false ##[add-mask]a"';
    const signing = `nixSigning.trustedPublicKeys = [ ${hostile} ];`;
    writeFileSync(flake, text.replace("deployPublicKeys = [", `${signing} deployPublicKeys = [`));
    const { stdout, outputs } = await run("plan", { "dry-run": "true" });
    writeFileSync(flake, text);
    expect(stdout).toContain("add-mask");
    const expected =
      /^::(?:error|warning) title=[a-z-]+,file=flake\.nix(?:,line=\d+)?::|^::error::a finding needs a decision/;
    expect(commandsIn(stdout).filter((line) => !expected.test(line))).toEqual([]);
    expect(outputs.blocked).toBe("true");
  });

  test("fails with what is wrong and what to do, and without outputs", async () => {
    const { status, stdout, outputs } = await run("action", { command: "pln" });
    expect(status).toBe(1);
    expect(stdout).toContain(
      "::error::the input command is 'pln' [usage] hint: give one of: plan, diff, comment",
    );
    expect(outputs).toEqual({});
    expect((await run("plan", { allow: "uid-chnged" })).stdout).toContain("did you mean 'uid-changed'?");
    expect((await run("plan", { "dry-run": "perhaps" })).stdout).toMatch(
      /::error::the input dry-run is 'perhaps' \[usage\] hint: give dry-run: true or dry-run: false/,
    );
  });
});
