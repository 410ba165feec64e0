import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GitCommits } from "../../src/adapters/git-commits.ts";

let folder: string;
let repository: string;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    cwd: repository,
    stdio: ["ignore", "pipe", "ignore"],
  })
    .toString()
    .trim();
let files = 0;
function commit(message: string): string {
  writeFileSync(join(repository, `f${files++}`), message);
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD");
}
/** A branch of two commits, merged. */
function merged(): string {
  git("checkout", "--quiet", "-b", "work");
  commit("one");
  commit("two");
  git("checkout", "--quiet", "main");
  git("merge", "--quiet", "--no-ff", "--message", "merge", "work");
  git("branch", "--quiet", "--delete", "work");
  return git("rev-parse", "HEAD");
}
function shallowClone(depth: number): string {
  const clone = join(folder, "clone");
  execFileSync("git", ["clone", "--quiet", `--depth=${depth}`, `file://${repository}`, clone], {
    stdio: "ignore",
  });
  return clone;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-commits-"));
  repository = folder;
  git("init", "--quiet", "--initial-branch=main", "origin");
  repository = join(folder, "origin");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const since = (bases: string[], most = 50, where = repository) => new GitCommits(where).since(bases, most);

describe("commits since what is live", () => {
  test("are the branch's own, the latest first, a merge being one", async () => {
    const live = commit("live");
    const squashed = commit("squashed");
    const merge = merged();
    expect(await since([live])).toEqual({ commits: [merge, squashed], isWhole: true });
    expect(await since([merge])).toEqual({ commits: [], isWhole: true });
  });

  test("are those that any node lacks", async () => {
    const [one, two, three] = [commit("one"), commit("two"), commit("three")];
    expect(await since([three, one, two])).toEqual({ commits: [three, two], isWhole: true });
    expect(await since([one, one])).toEqual({ commits: [three, two], isWhole: true });
  });

  test("are all of them where nothing is live", async () => {
    const [one, two] = [commit("one"), commit("two")];
    expect(await since([])).toEqual({ commits: [two, one], isWhole: true });
  });

  test("are as many as are asked for, and that there are more is told", async () => {
    const [live, ...rest] = ["live", "a", "b", "c"].map(commit);
    expect(await since([live as string], 2)).toEqual({
      commits: rest.toReversed().slice(0, 2),
      isWhole: false,
    });
    expect(await since([live as string], 3)).toEqual({ commits: rest.toReversed(), isWhole: true });
  });

  test("of a branch that was rewritten are not whole", async () => {
    const base = commit("base");
    const gone = commit("gone");
    git("reset", "--quiet", "--hard", base);
    const head = commit("instead");
    expect(await since([gone])).toEqual({ commits: [head, base], isWhole: false });
    expect(await since([gone, base])).toEqual({ commits: [head], isWhole: false });
    expect(await since(["f".repeat(40)])).toMatchObject({ isWhole: false });
  });

  test("are none that a node's word could make git do", async () => {
    const head = commit("one");
    expect(await since(["--output=/tmp/x"])).toEqual({ commits: [head], isWhole: false });
    expect(await since(["main"])).toEqual({ commits: [head], isWhole: false });
  });

  test("are none outside of a repository", async () => {
    expect(await since([], 50, folder)).toEqual({ commits: [], isWhole: false });
  });
});

describe("in a shallow clone", () => {
  test("what is missing is fetched", async () => {
    const live = commit("live");
    const rest = [commit("a"), commit("b"), merged()];
    const clone = shallowClone(1);
    expect(await since([live], 50, clone)).toEqual({ commits: rest.toReversed(), isWhole: true });
  });

  test("no more is fetched than is asked for, and no branch appears or moves", async () => {
    const live = commit("live");
    for (let count = 0; count < 8; count++) commit(`c${count}`);
    git("branch", "other");
    const clone = shallowClone(1);
    const refs = () => execFileSync("git", ["for-each-ref"], { cwd: clone }).toString();
    const before = refs();
    const { commits, isWhole } = await since([live], 3, clone);
    expect({ count: commits.length, isWhole }).toEqual({ count: 3, isWhole: false });
    expect(refs()).toBe(before);
  });

  test("what can't be fetched is told to be missing", async () => {
    const live = commit("live");
    commit("a");
    const head = commit("b");
    const clone = shallowClone(1);
    rmSync(repository, { recursive: true });
    expect(await since([live], 50, clone)).toEqual({ commits: [head], isWhole: false });
    expect(await since([], 50, clone)).toEqual({ commits: [head], isWhole: false });
  });
});

describe("what a branch has become", () => {
  const differing = (branch: string, head: string, where: string) =>
    new GitCommits(where).differing(branch, head);

  test.each([1, 50])("is told by the files that differ, in a clone of depth %i", async (depth) => {
    const head = commit("deployed");
    const clone = shallowClone(depth);
    expect(await differing("main", head, clone)).toEqual([]);
    commit("later");
    commit("latest");
    expect(await differing("main", head, clone)).toEqual([`f${files - 2}`, `f${files - 1}`]);
  });

  test("is nothing where it can't be asked, and not told of a commit that is not there", async () => {
    const head = commit("deployed");
    const clone = shallowClone(1);
    expect(await differing("gone", head, clone)).toEqual([]);
    commit("later");
    expect(await differing("main", "0".repeat(40), clone)).toBeNull();
    rmSync(repository, { recursive: true });
    expect(await differing("main", head, clone)).toEqual([]);
  });
});
