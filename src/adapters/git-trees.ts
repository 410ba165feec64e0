import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { getExecOutput } from "@actions/exec";
import { GITHUB_TOKENS, withoutSecrets } from "../domain/environment.ts";
import { byBytes } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import { firstLine, GitRepository } from "./git-repository.ts";

/** Copies of a provider's tracked files in temporary folders, made with git. */
export class GitTrees implements Trees {
  private readonly directory: string;
  private readonly generated: string;
  private readonly copies: string[] = [];

  /** @param directory the provider's folder @param generated the snapshot's folder below it */
  constructor(directory: string, generated: string) {
    this.directory = directory;
    this.generated = generated;
  }

  async current(state: string | null): Promise<Tree> {
    const [root, folder] = await this.place();
    const tracked = await this.lines(["ls-files", "-z", "--cached"], root);
    const copy = await this.copyFolder();
    const present: string[] = [];
    for (const path of tracked) if (await copyOne(root, copy, path)) present.push(path);
    const text = state ?? (await this.stateOnDisk(folder, tracked));
    if (text !== null) await putState(join(copy, folder), text);
    await this.prepare(copy, folder);
    const head = await this.git(["rev-parse", "--verify", "--quiet", "HEAD"], root);
    const commit = head.stdout.trim() || null;
    const source = commit && (await this.sourceOf(commit, root));
    return { root: copy, folder, files: below(present, folder), commit, source };
  }

  async at(reference: string): Promise<Tree> {
    const [root, folder] = await this.place();
    const commit = await new GitRepository(root).named(reference);
    const copy = await this.copyFolder();
    // A private index: the user's index and work tree are not touched.
    const env = { GIT_INDEX_FILE: `${copy}.index` };
    this.copies.push(`${copy}.index`);
    await this.must(["read-tree", commit], root, env);
    await this.must(["checkout-index", "--all", "--quiet", `--prefix=${copy}/`], root, env);
    const tracked = await this.lines(["ls-tree", "-r", "-z", "--name-only", commit], root);
    const committed = join(copy, folder, this.generated, "state.json");
    const text = await readFile(committed, "utf8").catch(() => null);
    if (text !== null) await putState(join(copy, folder), text);
    await this.prepare(copy, folder);
    const source = await this.sourceOf(commit, root);
    return { root: copy, folder, files: below(tracked, folder), commit, source };
  }

  async snapshotOf(tree: Tree, files: Readonly<Record<string, string>>): Promise<Tree> {
    const { root } = tree;
    const snapshot = join(tree.folder, this.generated);
    await mkdir(join(root, snapshot), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeNew(join(root, snapshot, name), text);
    await this.prepare(root, snapshot);
    const tracked = await this.lines(["ls-files", "-z", "--cached"], root);
    return { ...tree, folder: snapshot, files: below(tracked, snapshot) };
  }

  async edited(commit: string, folder: string): Promise<string[]> {
    const path = join(this.directory, folder);
    return await this.lines(
      ["diff", "--name-only", "-z", "--relative", commit, "HEAD", "--", path],
      this.directory,
    );
  }

  async track(paths: readonly string[]): Promise<string[]> {
    await this.place();
    const fresh = await this.lines(
      ["ls-files", "-z", "--others", "--exclude-standard", "--", ...paths],
      this.directory,
    );
    if (fresh.length > 0) await this.must(["add", "--intent-to-add", "--", ...fresh], this.directory);
    return fresh;
  }

  async contains(commit: string): Promise<boolean | null> {
    const source = await this.sourceOf(commit, this.directory);
    const { exitCode } = await this.git(["merge-base", "--is-ancestor", source, "HEAD"], this.directory);
    if (exitCode === 0) return true;
    return exitCode === 1 && !(await this.isShallow(this.directory)) ? false : null;
  }

  /**
   * What GitHub merged a head onto for the commit that is checked out: its first parent, where the second is
   * the head. Null for any other commit. A shallow clone knows its parents' names, too.
   */
  async mergedOnto(head: string): Promise<string | null> {
    const { stdout } = await this.git(["cat-file", "-p", "HEAD"], this.directory);
    const [onto, merged, ...more] = [...(stdout.split("\n\n", 1)[0]?.matchAll(/^parent (\S+)$/gm) ?? [])];
    return merged?.[1] === head && more.length === 0 ? (onto?.[1] ?? null) : null;
  }

  /** The provider's folder in its repository, "." for the root and outside of one. */
  async folder(): Promise<string> {
    const [, folder] = await this.place().catch(() => ["", ""]);
    return folder || ".";
  }

  /**
   * The commit that is checked out, null outside of a repository and before the first. Where a snapshot lies over it,
   * it is what lies below: the other is known to nobody else.
   */
  async head(): Promise<string | null> {
    const { stdout } = await this.git(["rev-parse", "--verify", "--quiet", "HEAD"], this.directory);
    const commit = stdout.trim() || null;
    return commit && (await this.sourceOf(commit, this.directory));
  }

  async isBesideDefault(): Promise<boolean | null> {
    const name = async (reference: string) =>
      (await this.git(["symbolic-ref", "--quiet", "--short", reference], this.directory)).stdout.trim();
    const [branch, common] = [await name("HEAD"), await name("refs/remotes/origin/HEAD")];
    return branch === "" || common === "" ? null : `origin/${branch}` !== common;
  }

  async isMerging(): Promise<boolean> {
    const { exitCode } = await this.git(["rev-parse", "--verify", "--quiet", "MERGE_HEAD"], this.directory);
    return exitCode === 0;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.copies.splice(0).map((copy) => rm(copy, { recursive: true, force: true })));
  }

  // State counts whether git knows it or not: an overlooked `git add` must not number every
  // environment anew, and neither must a file that was lost.
  private async stateOnDisk(folder: string, tracked: readonly string[]): Promise<string | null> {
    const name = `${this.generated}/state.json`;
    const text = await readFile(join(this.directory, name), "utf8").catch(() => null);
    if (text === null && tracked.includes(join(folder, name))) throw deleted(name);
    return text;
  }

  // Nix 2.8 takes a folder of a tree only from a git repository.
  private async prepare(copy: string, folder: string): Promise<void> {
    if (folder === "") return;
    await this.must(["init", "--quiet", copy], copy);
    await this.must(["add", "--all", "--force"], copy);
  }

  private async place(): Promise<[root: string, folder: string]> {
    const { exitCode, stdout, stderr } = await this.git(["rev-parse", "--show-toplevel"], this.directory);
    if (exitCode !== 0) {
      throw new HostenvError(
        "not-a-repository",
        `${this.directory} can't be read as a git repository: ${firstLine(stderr)}`,
        "name the provider's folder with -C DIR; a new one needs: git init && git add --all",
      );
    }
    const root = stdout.trim();
    return [root, relative(root, await realpath(this.directory))];
  }

  private async sourceOf(commit: string, root: string): Promise<string> {
    return (await new GitRepository(root).sourceOf(commit))?.commit ?? commit;
  }

  private async isShallow(root: string): Promise<boolean> {
    return (await this.git(["rev-parse", "--is-shallow-repository"], root)).stdout.trim() === "true";
  }

  private async copyFolder(): Promise<string> {
    const copy = await realpath(await mkdtemp(join(tmpdir(), "hostenv-provider-")));
    this.copies.push(copy);
    return copy;
  }

  private async lines(args: string[], root: string): Promise<string[]> {
    const lines = (await this.must(args, root)).split("\0").filter((line) => line !== "");
    const unreadable = lines.find((line) => line.includes("\ufffd"));
    if (unreadable === undefined) return lines;
    const hint = "rename it: a file that can't be named can't be compared either";
    throw new HostenvError("file-name", `the name of the file ${unreadable} is not UTF-8`, hint);
  }

  private async must(args: string[], root: string, env?: Record<string, string>): Promise<string> {
    const { exitCode, stdout, stderr } = await this.git(args, root, env);
    if (exitCode === 0) return stdout;
    const hint = "run the command yourself; the repository may be damaged or incomplete";
    throw new HostenvError("git-failed", `git ${args.join(" ")} failed: ${firstLine(stderr)}`, hint);
  }

  private async git(args: string[], cwd: string, env?: Record<string, string>) {
    try {
      // A helper for credentials, such as that of gh, may need a token for GitHub where we fetch.
      const all = { ...withoutSecrets(process.env, GITHUB_TOKENS), ...env };
      return await getExecOutput("git", args, { cwd, env: all, silent: true, ignoreReturnCode: true });
    } catch (cause) {
      throw new HostenvError(
        "git-missing",
        `git can't be started in ${cwd}`,
        "install git, or check -C DIR",
        cause,
      );
    }
  }
}

function below(paths: readonly string[], folder: string): string[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  return paths
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .sort(byBytes);
}

// Whether the file is in the copy. A tracked file may be deleted, and a submodule is a folder. A link
// that leads out of the tree is left out: an evaluation could not follow it, and we must not.
async function copyOne(root: string, copy: string, path: string): Promise<boolean> {
  const [from, to] = [join(root, path), join(copy, path)];
  const found = await lstat(from).catch(() => null);
  if (!found || found.isDirectory()) return false;
  const target = found.isSymbolicLink() ? await readlink(from) : null;
  if (target !== null && !resolve(dirname(to), target).startsWith(copy + sep)) return false;
  await mkdir(dirname(to), { recursive: true });
  if (target !== null) await symlink(target, to);
  else await copyFile(from, to);
  return true;
}

// Where nix/mk-provider.nix looks for state, wherever the snapshot's folder is.
async function putState(folder: string, text: string): Promise<void> {
  const target = join(folder, "generated", "state.json");
  await mkdir(dirname(target), { recursive: true });
  await writeNew(target, text);
}

// The tree may hold a link of this name, which must not be followed.
async function writeNew(target: string, text: string): Promise<void> {
  await rm(target, { force: true });
  await writeFile(target, text, { flag: "wx" });
}

function deleted(name: string): HostenvError {
  return new HostenvError(
    "state-deleted",
    `${name} is known to git and is not there: every environment would be numbered anew`,
    `restore it: git checkout -- ${name}`,
  );
}
