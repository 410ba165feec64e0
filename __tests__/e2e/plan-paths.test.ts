import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ActionRunner, pullRequestEvent } from "../support/action-runner.ts";
import { describeWithNix } from "../support/nix.ts";

// As the existing tool's module gives it. Whether it can be built here is another question.
const FLAKE = `{ outputs = _: {
  lib.provider.planPaths.x86_64-linux =
    let file = derivation { name = "plan.json"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo {} > $out" ]; };
    in { plan = file; state = file; flake = file; };
}; }`;

describeWithNix("the plan action on a flake that has to be built", (nix) => {
  let folder: string;
  let runner: ActionRunner;
  let head: string;

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-plan-paths-")));
    const provider = join(folder, "provider");
    mkdirSync(provider);
    writeFileSync(join(provider, "flake.nix"), FLAKE);
    const author = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
    const git = (...args: string[]) =>
      execFileSync("git", [...author, ...args], { cwd: provider, encoding: "utf8" });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "A provider");
    head = git("rev-parse", "HEAD").trim();
    runner = new ActionRunner({
      PATH: [dirname(nix), process.env.PATH].join(delimiter),
      XDG_CACHE_HOME: join(folder, "cache"),
      NIX_CONFIG: "build-users-group =\nsubstituters =",
    });
  });
  afterAll(() => {
    runner.remove();
    rmSync(folder, { recursive: true });
  });

  function plan(fork: boolean) {
    const event = pullRequestEvent({ number: 7, base: head, head, fork });
    return runner.run("plan", { "dry-run": "true" }, { cwd: join(folder, "provider"), event });
  }

  test("builds nothing of a fork's pull request, and says so", async () => {
    const { status, stdout, stderr } = await plan(true);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("nothing of a pull request from a fork is built");
  });

  test("has no such reason for a branch of the repository's own", async () => {
    const { stdout, stderr } = await plan(false);
    expect(stdout + stderr).not.toContain("nothing of a pull request from a fork is built");
    expect(stdout + stderr).not.toContain("not-a-provider");
  });
});
