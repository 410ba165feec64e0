import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GitRevisions } from "../../src/adapters/git-revisions.ts";

let folder: string;
const made: string[] = [];
const revisions = new GitRevisions();
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@h.test", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-revisions-")));
  git("init", "--quiet", "--initial-branch=main");
  for (const message of ["1", "2", "3", "4"]) {
    git("commit", "--quiet", "--allow-empty", "--message", message);
    made.push(git("rev-parse", "HEAD"));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test("counts the commits that the new revision has more", async () => {
  const [first, second, , last] = made as [string, string, string, string];
  expect(await revisions.between(`file://${folder}`, first, last)).toBe(3);
  expect(await revisions.between(folder, second, last)).toBe(2);
  expect(await revisions.between(folder, last, first)).toBe(0);
});

test("knows nothing of what can't be reached, and runs nothing that an address names", async () => {
  const [first, , , last] = made as [string, string, string, string];
  const mark = join(folder, "mark");
  const cases: [string, string, string][] = [
    [join(folder, "none"), first, last],
    [folder, "1".repeat(40), last],
    [folder, "main", last],
    [folder, "--output=x", last],
    [`--upload-pack=touch ${mark}`, first, last],
    [`ext::sh -c touch% ${mark}`, first, last],
  ];
  for (const each of cases) expect(await revisions.between(...each)).toBeNull();
  expect(existsSync(mark)).toBe(false);
});
