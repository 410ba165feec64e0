import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { NixEvaluator } from "../../src/adapters/nix-evaluator.ts";
import { memoryFromProc, memoryFromPs } from "../../src/adapters/nix-memory.ts";
import type { NixOptions } from "../../src/adapters/nix-runner.ts";
import { Attack, ENDLESS, failureOf, pause, SYSTEM } from "../support/attack.ts";
import { describeWithNix, root } from "../support/nix.ts";

const PLAN = "{ plan = { }; state = { }; }";
let attack: Attack;
beforeEach(() => {
  attack = new Attack();
});
afterEach(async () => {
  const left = await attack.leftAtLast();
  // Nothing was written beside the flake, and nothing runs on, whatever the test was about.
  const written = readdirSync(attack.tree.root);
  attack.remove();
  expect(left).toEqual([]);
  expect(written.filter((name) => name !== "flake.nix")).toEqual([]);
});

function evaluator(program: string, limits: NixOptions["limits"] = {}): NixEvaluator {
  return new NixEvaluator({
    program,
    limits: { seconds: 20, ...limits },
  });
}

describeWithNix("an evaluation", (nix) => {
  const failure = (value: string, limits: NixOptions["limits"] = {}, more = "") =>
    failureOf(evaluator(nix, limits).evaluate(attack.flake(value, more), SYSTEM));

  test("gives what the flake says, and takes along what Nix left running", async () => {
    const program = attack.program(nix, "sleep 1000 &");
    const { plan, stateFile } = await evaluator(program).evaluate(attack.flake(PLAN), SYSTEM);
    expect([plan, stateFile]).toEqual([{}, "generated/state.json"]);
  });

  test("that never ends is stopped, with what it started", async () => {
    const program = attack.program(nix, "sleep 1000 & (sleep 1000 & sleep 1000) &");
    const run = failureOf(evaluator(program, { seconds: 1.5 }).evaluate(attack.flake(ENDLESS), SYSTEM));
    await pause(700);
    expect(attack.left().length).toBeGreaterThanOrEqual(4);
    expect(await run).toMatchObject({
      code: "evaluation-timeout",
      message: expect.stringContaining("1.5 s"),
      hint: expect.stringContaining("--eval-timeout"),
    });
  });

  test("is stopped although somebody who left its group holds its output open", async () => {
    const program = attack.program(nix, "setsid sleep 6 &");
    const started = Date.now();
    const run = evaluator(program, { seconds: 2 }).evaluate(attack.flake(ENDLESS), SYSTEM);
    expect(await failureOf(run)).toMatchObject({ code: "evaluation-timeout" });
    expect(Date.now() - started).toBeLessThan(5000);
    await pause(4500);
  });

  test("that collects memory is stopped at its cap", async () => {
    const hog = "builtins.foldl' (a: n: [ a n ]) [ ] (builtins.genList (x: x) 4000000)";
    expect(await failure(hog, { memoryMib: 200 })).toMatchObject({
      code: "evaluation-memory",
      message: expect.stringContaining("200 MiB"),
      hint: expect.stringContaining("--eval-memory"),
    });
  });

  test("is stopped when what it started collects memory", async () => {
    const hog = "const b = Buffer.alloc(4e8, 1); setInterval(() => b, 1000)";
    const program = attack.program(nix, `'${process.execPath}' -e '${hog}' &`);
    const run = evaluator(program, { memoryMib: 300 }).evaluate(attack.flake(ENDLESS), SYSTEM);
    const { code, message } = await failureOf(run);
    expect([code, message]).toEqual([
      "evaluation-memory",
      expect.stringMatching(/took [3-9]\d\d MiB of memory, its cap is 300 MiB/),
    ]);
  });

  test("that prints too much is stopped", async () => {
    const much =
      '{ plan = builtins.genList (x: "0123456789012345678901234567890123456789") 100000; state = { }; }';
    expect(await failure(much, { outputMib: 1 })).toMatchObject({
      code: "evaluation-output",
      message: expect.stringContaining("1 MiB"),
      hint: expect.stringContaining("--eval-output"),
    });
    expect((await evaluator(nix, { outputMib: 8 }).evaluate(attack.flake(much), SYSTEM)).plan).toHaveLength(
      100_000,
    );
  });

  test("may write to stderr what it likes, and its last words are heard", async () => {
    const line = 'builtins.concatStringsSep "" (builtins.genList (x: "noise ") 200)';
    const noise = `builtins.foldl' (a: n: builtins.trace (${line}) a) 0 (builtins.genList (x: x) 3000)`;
    const { code, message } = await failure(`builtins.seq (${noise}) (throw "the last words")`);
    expect(code).toBe("command-failed");
    expect(message).toContain("the last words");
    expect(message.length).toBeLessThan(1200);
  });

  test.each([
    ["let x = x; in x", "infinite recursion"],
    ["let f = x: 1 + f x; in f 1", "stack overflow"],
  ])("that is %s is called endless", async (value, words) => {
    const found = await failure(`{ plan = ${value}; state = { }; }`);
    expect(found).toMatchObject({ code: "evaluation-recursion", message: expect.stringContaining(words) });
  });

  test("may not build anything, even where the flake's nixConfig allows it", async () => {
    const built = `derivation { name = "built"; system = "${SYSTEM}"; builder = "/bin/sh"; args = [ "-c" "echo 1 > $out" ]; salt = "${attack.folder}"; }`;
    const config = 'nixConfig = { allow-import-from-derivation = true; post-build-hook = "/bin/false"; };';
    for (const more of ["", config]) {
      const { code, message } = await failure(`import (${built})`, {}, more);
      expect(code).toBe("command-failed");
      expect(message).toMatch(/cannot build .* during evaluation/);
    }
  });

  test("does not take the flake's word for a configuration", async () => {
    const before = process.env.XDG_DATA_HOME;
    process.env.XDG_DATA_HOME = join(attack.folder, "data");
    const config =
      'nixConfig = { max-call-depth = 5; accept-flake-config = true; extra-experimental-features = "x"; };';
    const deep = "{ plan = (let f = n: if n == 0 then { } else f (n - 1); in f 100); state = { }; }";
    await evaluator(nix).evaluate(attack.flake(deep, config), SYSTEM);
    expect(existsSync(join(attack.folder, "data/nix/trusted-settings.json"))).toBe(false);
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
  });

  test("that is nested too deep for us is refused", async () => {
    const nested = (levels: number) =>
      `{ plan = builtins.foldl' (a: _: [ a "]]" "\\"[[[[" ]) 1 (builtins.genList (x: x) ${levels}); state = { }; }`;
    expect(await failure(nested(300))).toMatchObject({ code: "evaluation-nesting" });
    expect((await evaluator(nix).evaluate(attack.flake(nested(90)), SYSTEM)).plan).toHaveLength(3);
  });

  test("that prints no JSON says so without quoting it", async () => {
    const printed = `printf '{"plan": hunter2}'; exit`;
    const run = evaluator(attack.program(nix, printed)).evaluate(attack.flake(PLAN), SYSTEM);
    const found = await failureOf(run);
    expect(found.code).toBe("evaluation-json");
    expect(`${found.message}${found.hint}${found.stack}${String(found.cause)}`).not.toContain("hunter2");
  });

  test.each(["SEGV", "KILL"])("killed by SIG%s says so", async (signal) => {
    const run = evaluator(attack.program(nix, `kill -${signal} $$`)).evaluate(attack.flake(PLAN), SYSTEM);
    expect(await failureOf(run)).toMatchObject({
      code: "evaluation-killed",
      message: expect.stringContaining(`SIG${signal}`),
    });
  });

  test("ends when it is not needed any more, and no other can begin", async () => {
    const one = evaluator(attack.program(nix, "sleep 1000 &"));
    const run = failureOf(one.evaluate(attack.flake(ENDLESS), SYSTEM));
    await pause(500);
    expect(attack.left().length).toBeGreaterThanOrEqual(2);
    await one.dispose();
    expect(await run).toMatchObject({ code: "evaluation-stopped" });
    expect(await failureOf(one.evaluate(attack.tree, SYSTEM))).toMatchObject({ code: "evaluation-stopped" });
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends with us when we get %s", async (signal) => {
    attack.flake(ENDLESS);
    const script = `
      import { DiskPrivate } from "${root}src/adapters/disk-private.ts";
      import { NixEvaluator } from "${root}src/adapters/nix-evaluator.ts";
      const access = { tokens: "h.test=0123456789", folders: new DiskPrivate("${attack.privateFolder}") };
      await new NixEvaluator({ program: "${nix}", access }).evaluate(${JSON.stringify(attack.tree)}, "${SYSTEM}");`;
    const args = ["--input-type=module", "--no-warnings", "--eval", script];
    const child = spawn(process.execPath, args, {
      stdio: "inherit",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    for (let tries = 0; tries < 100 && readdirSync(attack.privateFolder).length === 0; tries++)
      await pause(50);
    await pause(300);
    expect(attack.left().some((line) => line.includes("eval --json"))).toBe(true);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([null, signal]);
    expect(readdirSync(attack.privateFolder)).toEqual([]);
  });

  test("gets no secret and nothing that steers a workflow", async () => {
    const dropped = [
      "INPUT_X",
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
      "GITHUB_TOKEN",
      "GH_TOKEN",
      "GITHUB_OUTPUT",
    ];
    const more = ["GITHUB_ENV", "SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN", "SOPS_AGE_KEY"];
    for (const name of [...dropped, ...more]) process.env[name] = "canary-of-a-variable";
    process.env.NIX_CONFIG = "connect-timeout = 7";
    try {
      const program = attack.program(
        nix,
        'env >&2; [ "$NIX_CONFIG" = "connect-timeout = 7" ] || exit 3; env | grep canary >&2 && exit 4',
      );
      await evaluator(program).evaluate(attack.flake(PLAN), SYSTEM);
    } finally {
      for (const name of [...dropped, ...more, "NIX_CONFIG"]) delete process.env[name];
    }
  });
});

describe("without Nix", () => {
  test("a program that is not there is told, and version gives null", async () => {
    const missing = new NixEvaluator({ program: join(attack.folder, "missing") });
    expect(await failureOf(missing.evaluate(attack.tree, SYSTEM))).toMatchObject({ code: "nix-missing" });
    expect(await missing.version()).toBeNull();
  });

  test.each([
    [{ seconds: 0 }, "--eval-timeout is 0"],
    [{ seconds: 3e6 }, "--eval-timeout is 3000000"],
    [{ memoryMib: Number.NaN }, "--eval-memory is NaN"],
    [{ outputMib: 512 }, "--eval-output is 512"],
  ])("the cap %j is refused", (limits, message) => {
    expect(() => new NixEvaluator({ limits })).toThrow(message);
  });

  test("both ways to look at a group's memory see the same", async () => {
    const hog = "const b = Buffer.alloc(2e8, 1); console.log(1); setInterval(() => b, 1000)";
    const child = spawn(process.execPath, ["-e", hog], { detached: true, env: {} });
    await once(child.stdout, "data");
    const group = child.pid as number;
    const [proc, ps] = [memoryFromProc(group), await memoryFromPs(group)];
    child.kill("SIGKILL");
    expect(proc).toBeGreaterThan(200);
    expect(Math.abs(proc - ps)).toBeLessThan(20);
  });

  test("no text on stderr makes the search for its error slow", () => {
    const started = Date.now();
    for (const part of [
      "hostenv-provider[a]: b [hint]: ",
      "hostenv-provider[",
      "getting status of '",
      "does not contain '/",
      "error: ",
    ])
      nixFailure(part.repeat(2 ** 20 / part.length), 1, "a");
    expect(Date.now() - started).toBeLessThan(2000);
  });
});
