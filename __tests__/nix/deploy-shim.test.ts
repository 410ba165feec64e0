import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "../support/nix.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-shim-"));
  program("old-deploy", 'printf "old"; printf " <%s>" "$@"; exit 3');
});
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, commands: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${commands}\n`);
  chmodSync(join(folder, name), 0o755);
}

function shim(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(`${root}nix/bin/deploy-shim`, args, {
    env: { PATH: `${folder}:/usr/bin:/bin`, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("runs the old command with a warning where ours is not installed", () => {
  const { status, stdout, stderr } = shim(["old-deploy", "a b", "--x"]);
  expect([status, stdout]).toEqual([3, "old <a b> <--x>"]);
  expect(stderr).toContain("'old-deploy' is replaced by 'hostenv-provider deploy'");
  expect(stderr).toContain("not installed");
});

test("says how it is called", () => {
  expect(shim([])).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringContaining("hint: deploy-shim OLD"),
  });
});

test("forwards to ours where it is installed, with its arguments and its exit code", () => {
  program("hostenv-provider", 'printf "ours"; printf " <%s>" "$@"; exit 2');
  const { status, stdout, stderr } = shim(["old-deploy", "-n", "node a"]);
  expect([status, stdout]).toEqual([2, "ours <deploy> <-n> <node a>"]);
  expect(stderr).toContain("HOSTENV_DEPLOY_SHIM=off runs the old command");
});

test("can be turned off, and then says nothing", () => {
  expect(shim(["old-deploy", "x"], { HOSTENV_DEPLOY_SHIM: "off" })).toEqual({
    status: 3,
    stdout: "old <x>",
    stderr: "",
  });
});
