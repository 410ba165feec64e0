import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { failureSchema, reportSchema } from "../../src/domain/report.ts";
import { marker } from "../../src/render/sticky.ts";
import { ActionRunner, commandsIn, pullRequestEvent } from "../support/action-runner.ts";
import { Example } from "../support/example.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { describeWithNix } from "../support/nix.ts";

describeWithNix("the action plan on a pull request", (nix) => {
  let example: Example;
  let runner: ActionRunner;
  let api: GithubApi;
  let [base, head] = ["", ""];

  beforeAll(() => {
    example = new Example(nix);
    [base, head] = ["main", "change"].map((name) => example.git(["rev-parse", name]).trim()) as [
      string,
      string,
    ];
  }, 120_000);
  afterAll(() => example.remove());
  beforeEach(async () => {
    runner = new ActionRunner(example.env);
    api = await startGithubApi();
    api.addUser({ login: "maintainer", id: 11, permission: "write" });
    api.addPull({ number: 7, head: { sha: head, ref: "change" }, base: { sha: base } });
  });
  afterEach(async () => {
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  function plan(inputs: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}) {
    return runner.run(
      "plan",
      { "dry-run": "true", "github-token": api.token, ...inputs },
      {
        cwd: example.provider,
        event: pullRequestEvent({ number: 7, base, head }),
        env: {
          GITHUB_API_URL: api.url,
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: api.repository.full_name,
          GITHUB_RUN_ID: "100",
          GITHUB_RUN_ATTEMPT: "1",
          ...env,
        },
      },
    );
  }

  test("comments by itself where it is told to", async () => {
    const { status, outputs, summary } = await plan({ comment: "true" });
    expect(status).toBe(1);
    expect(api.comments).toHaveLength(0);
    expect(outputs["comment-url"]).toBe("");
    const written = await plan({ comment: "true", "dry-run": "false" });
    example.git(["checkout", "--quiet", "--", "."]);
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toContain("🔴 hostenv plan: 1 decision");
    expect(api.comments[0]?.body).toContain(`head \`${head.slice(0, 7)}\` on \`${base.slice(0, 7)}\``);
    expect(api.comments[0]?.body).toContain("/actions/runs/100#artifacts): `hostenv-plan-root.html`");
    expect(written.outputs["comment-url"]).toContain("#issuecomment-");
    expect(summary).toContain("```mermaid\nflowchart LR");
  });

  test("asks GitHub nothing where it need not comment and no label could count", async () => {
    const { outputs } = await plan();
    expect(outputs["comment-url"]).toBe("");
    expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /repos/${api.repository.full_name}/pulls/7`,
    ]);
  });

  test("a token that may only read: summary, notice, and red only for what the plan says", async () => {
    api.readOnly();
    const { status, stdout, summary, outputs } = await plan({
      comment: "true",
      "dry-run": "false",
      allow: "hostname-removed",
    });
    example.git(["checkout", "--quiet", "--", "."]);
    expect(status).toBe(0);
    expect(summary).toContain("hostenv plan: 1 allowed");
    expect(stdout).toMatch(/^::notice::.*the token needs `pull-requests: write`/m);
    expect(outputs).toMatchObject({ blocked: "false", "comment-url": "" });
  });

  test("a label that somebody with write access gave turns it green, and the line for a laptop says so", async () => {
    api.now = "2026-03-01T12:00:00Z";
    await plan({ comment: "true", "dry-run": "false" });
    example.git(["checkout", "--quiet", "--", "."]);
    api.now = undefined;
    api.label(7, "hostenv:allow-hostname-removed", { by: "maintainer", at: "2026-03-01T12:05:00Z" });
    const { status, outputs, summary } = await plan();
    expect([status, outputs.blocked]).toEqual([0, "false"]);
    expect(summary).toContain("✅");
    expect(summary).toContain("--allow hostname-removed:legacy.acme.example");
  });

  test("GitHub out of reach: what blocks goes on blocking, and it is said why no label counts", async () => {
    api.fault({ status: 500, times: 100 });
    const { status, stderr, outputs } = await plan();
    expect([status, outputs.blocked]).toEqual([1, "true"]);
    expect(stderr).toContain("labels that allow a finding can't be read");
  }, 60_000);

  test("a plan that can't be made leaves a failure report and says so in the comment", async () => {
    const flake = join(example.provider, "flake.nix");
    const text = readFileSync(flake, "utf8");
    writeFileSync(flake, text.replace('production = "node-a";', "production = null;"));
    const { status, stdout, outputs } = await plan({ comment: "true", "dry-run": "false" });
    writeFileSync(flake, text);
    expect(status).toBe(1);
    expect(stdout).toMatch(/::error::.*\[no-node\] hint: /);
    const report = join(runner.folder, "temp/hostenv-plan-root/report.json");
    expect(outputs).toEqual({
      "report-path": report,
      "report-html-path": join(runner.folder, "temp/hostenv-plan-root/hostenv-plan-root.html"),
    });
    const failure = failureSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    expect(failure).toMatchObject({ provider: ".", headCommit: head, error: { code: "no-node" } });
    expect(api.comments[0]?.body.startsWith(marker("."))).toBe(true);
    expect(api.comments[0]?.body).toContain("hostenv plan: failed");
    expect(api.pulls.get(7)?.labels).toEqual(["hostenv:failed"]);
  });

  test("an evaluation that takes too long is stopped and told", async () => {
    const { status, stdout } = await plan({ "eval-timeout": "0.001" });
    expect(status).toBe(1);
    expect(stdout).toMatch(/::error::.*\[evaluation-timeout\] hint: .*eval-timeout/);
    expect((await plan({ "eval-memory": "much" })).stdout).toMatch(
      /::error::.*--eval-memory 'much'.*\[usage\]/,
    );
  });

  test("tokens reach no file, no output and no argument", async () => {
    const canary = "ghp_canary0123456789canary";
    const { stdout, stderr, summary, outputs } = await plan({
      "nix-access-tokens": `git.example=${canary}`,
      comment: "true",
      "dry-run": "false",
    });
    example.git(["checkout", "--quiet", "--", "."]);
    const masked = commandsIn(stdout).filter((line) => line.includes(canary));
    expect(new Set(masked)).toEqual(new Set([`::add-mask::${canary}`]));
    const told = [stdout.replaceAll(`::add-mask::${canary}`, ""), stderr, summary, JSON.stringify(outputs)];
    expect(told.join("\n")).not.toContain(canary);
    expect(JSON.stringify(api.requests)).not.toContain(canary);
    expect(filesBelow(runner.folder).filter((path) => readFileSync(path, "utf8").includes(canary))).toEqual(
      [],
    );
    reportSchema.parse(JSON.parse(readFileSync(outputs["report-path"] as string, "utf8")));
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
