import { expect, test } from "@jest/globals";
import { lockFailure, nixFailure } from "../../src/adapters/nix-errors.ts";

test("reads the planner's error out of a trace, wherever a version of Nix puts it", () => {
  const thrown = "hostenv-provider[no-node]: environment 'x' has [hint]: set nodeFor [end]";
  for (const stderr of [
    `error: ${thrown}\n`,
    `error:\n       … while\n\n       error: ${thrown}\n(use '--show-trace')\n`,
  ]) {
    expect(nixFailure(stderr, 1, "a")).toMatchObject({
      code: "no-node",
      message: "environment 'x' has",
      hint: "set nodeFor",
    });
  }
});

test.each([
  ["error: flake 'x' requires lock file changes but they're not allowed", "lock-incomplete"],
  ["error: flake 'x' does not provide attribute 'lib'", "not-a-provider"],
  ["error: getting status of '/tmp/a/flake.nix': No such file or directory", "no-flake"],
  ["error: program 'git' failed with exit code 128", "input-unreachable"],
  ["error: unable to download 'https://x.test': Could not resolve host", "input-unreachable"],
])("classifies %s", (stderr, code) => {
  expect(nixFailure(stderr, 1, "a").code).toBe(code);
});

test("carries exit code and the last error of anything else", () => {
  const failure = nixFailure("warning: a\nerror: undefined variable 'x'\n", 1, "a");
  expect(failure).toMatchObject({ code: "command-failed", exitCode: 1 });
  expect(failure.message).toContain("exit code 1: undefined variable 'x'");
});

test.each([
  ["fatal: couldn't find remote ref refs/heads/gone", true],
  ["error: unable to download 'https://api.github.com/repos/a/b/commits/gone': HTTP error 422", true],
  ["error: unable to download 'https://api.github.com/repos/a/b/commits/main': HTTP error 401", false],
  ["fatal: unable to access 'https://git.example/a/': Could not resolve host", false],
])("a branch is gone where its repository says so: %s", (said, isGone) => {
  const error = lockFailure(`${said}\n… while updating the flake input 'acme__shop'`, 1);
  expect(error).toMatchObject({ code: "input-unlockable", isGone });
});
