import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { GitHistory } from "../../src/adapters/git-history.ts";

const history = new GitHistory();
const LINE = /(\w+)/;

let folder: string;
let file: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-history-")));
  mkdirSync(join(folder, "origin/generated"), { recursive: true });
  file = join(folder, "origin/generated/lines");
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  return gitAt("2026-01-01T00:00:00Z", ...args);
}

function gitAt(date: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@h.test"];
  const env = { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date };
  return execFileSync("git", ["-C", join(folder, "origin"), ...identity, ...args], {
    env,
    encoding: "utf8",
  }).trim();
}

function commit(date: string, text: string): string {
  writeFileSync(file, text);
  git("add", "--all");
  gitAt(date, "commit", "--quiet", "--message=x");
  return git("rev-parse", "HEAD");
}

test("knows the commit that first brought a line, in UTC", async () => {
  const first = commit("2026-01-01T01:00:00+02:00", "a\n");
  const second = commit("2026-02-01T00:00:00Z", "b\na\n");
  commit("2026-03-01T00:00:00Z", "b\n");
  commit("2026-04-01T00:00:00Z", "b\na\n");
  expect(Object.fromEntries(await history.firstAdded(file, LINE))).toEqual({
    a: { commit: first, at: "2025-12-31T23:00:00Z" },
    b: { commit: second, at: "2026-02-01T00:00:00Z" },
  });
});

test("counts a branch's lines from their merge", async () => {
  commit("2026-01-01T00:00:00Z", "a\n");
  git("checkout", "--quiet", "-b", "topic");
  commit("2026-02-01T00:00:00Z", "a\nb\n");
  git("checkout", "--quiet", "main");
  gitAt("2026-03-01T00:00:00Z", "merge", "--quiet", "--no-ff", "--message=m", "topic");
  expect((await history.firstAdded(file, LINE)).get("b")?.at).toBe("2026-03-01T00:00:00Z");
});

test("a shallow clone does not take its oldest commit for a beginning", async () => {
  commit("2026-01-01T00:00:00Z", "a\n");
  commit("2026-02-01T00:00:00Z", "a\nb\n");
  commit("2026-03-01T00:00:00Z", "a\nb\nc\n");
  execFileSync("git", ["clone", "--quiet", "--depth=2", `file://${folder}/origin`, `${folder}/clone`]);
  const found = await history.firstAdded(join(folder, "clone/generated/lines"), LINE);
  expect([...found.keys()]).toEqual(["c"]);
});

test("reads what is committed at HEAD and at the remote's default branch", async () => {
  commit("2026-01-01T00:00:00Z", "a\n");
  execFileSync("git", ["clone", "--quiet", `file://${folder}/origin`, `${folder}/clone`]);
  expect(await history.edited(file)).toBe(false);
  writeFileSync(file, "uncommitted");
  expect(await history.edited(file)).toBe(true);
  expect(await history.committed(file, "head")).toBe("a\n");
  expect(await history.committed(file, "upstream")).toBeNull();
  expect(await history.committed(join(folder, "clone/generated/lines"), "upstream")).toBe("a\n");
  writeFileSync(`${file}-new`, "");
  expect(await history.edited(`${file}-new`)).toBe(false);
  expect(await history.committed(`${file}-new`, "head")).toBeNull();
});

test("finds lines wherever git cuts its output", async () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `line${index}`);
  commit("2026-01-01T00:00:00Z", "");
  const added = commit("2026-02-01T00:00:00Z", `${names.join("\n")}\n`);
  const found = await history.firstAdded(file, LINE);
  expect([...found.keys()]).toEqual(names);
  expect(new Set([...found.values()].map((each) => each.commit))).toEqual(new Set([added]));
});

test("knows nothing outside of a repository, and of a folder that is not there", async () => {
  for (const path of [join(folder, "x"), join(folder, "none/x")]) {
    expect((await history.firstAdded(path, LINE)).size).toBe(0);
    expect(await history.edited(path)).toBe(false);
    expect(await history.committed(path, "head")).toBeNull();
  }
});
