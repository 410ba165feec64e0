import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import { describeWith, needed, type ToolName, tool } from "./tools.ts";

const PROGRAMS: readonly [ToolName, string, RegExp][] = [
  ["ACTIONLINT", "-version", /^v?1\.7\./],
  ["AGE", "--version", /\d/],
  ["AGE_KEYGEN", "--version", /\d/],
  ["CHROMIUM", "--version", /^(?:Chromium|Google Chrome) \d/],
  ["CMARK_GFM", "--version", /^cmark-gfm/],
  ["DIG", "-v", /DiG 9/],
  ["DNSPERF", "-h", /Usage: dnsperf/],
  ["GH", "--version", /^gh version/],
  ["JQ", "--version", /^jq-/],
  ["KEYMGR", "-V", /Knot DNS/],
  ["KNOTC", "-V", /Knot DNS/],
  ["KNOTD", "-V", /Knot DNS/],
  ["NGINX", "-v", /nginx/],
  ["OPENSSL", "version", /OpenSSL/],
  ["PEBBLE", "-h", /dnsserver/],
  ["RESTIC", "version", /restic/],
  ["SOPS", "--help", /sops/],
  ["SSH", "-V", /OpenSSH/],
  ["SSHD", "-V", /OpenSSH/],
  ["SSH_KEYGEN", "-?", /usage: ssh-keygen/],
  ["UNBOUND", "-V", /Version/],
  ["ZIZMOR", "--version", /^zizmor 1\./],
];

/** Everything a program prints, started with nothing in its environment. */
function answer(program: string, option: string): string {
  const { stdout, stderr } = spawnSync(program, [option], { encoding: "utf8", env: {} });
  return stdout + stderr;
}

for (const [name, option, says] of PROGRAMS) {
  describeWith([name], `the program ${name}`, () => {
    test("runs without PATH and other variables", () => {
      expect(answer(needed(name), option)).toMatch(says);
    });
  });
}

describeWith(["ACT"], "the program act", () => {
  test("runs with a home alone, where it looks for settings", () => {
    const { stdout } = spawnSync(needed("ACT"), ["--version"], { encoding: "utf8", env: { HOME: tmpdir() } });
    expect(stdout).toMatch(/^act version 0\./);
  });
});

describeWith(["DEPLOY_RS"], "deploy-rs", () => {
  test.each(["deploy", "activate"])("%s is version 1", (program) => {
    expect(answer(`${needed("DEPLOY_RS")}/${program}`, "--version")).toMatch(/^deploy-rs 1\./);
  });
});

test("a program that is not there has no path, and no suite gets past its guard", () => {
  const absent = "NO_SUCH_TOOL" as ToolName;
  expect(tool(absent)).toBeUndefined();
  expect(() => needed(absent)).toThrow("guard the suite with describeWith");
});
