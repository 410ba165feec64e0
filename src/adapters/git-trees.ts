import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { getExecOutput } from "@actions/exec";
import { byBytes } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Tree, Trees } from "../ports.ts";

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
    for (const path of tracked) await copyOne(join(root, path), join(copy, path));
    if (state !== null) await writeState(join(copy, folder, this.generated, "state.json"), state);
    const head = await this.git(["rev-parse", "--verify", "--quiet", "HEAD"], root);
    return { root: copy, folder, files: below(tracked, folder), commit: head.stdout.trim() || null };
  }

  async at(reference: string): Promise<Tree> {
    const [root, folder] = await this.place();
    const commit = (await this.commitOf(reference, root)) ?? (await this.fetched(reference, root));
    const copy = await this.copyFolder();
    // A private index: the user's index and work tree are not touched.
    const env = { ...process.env, GIT_INDEX_FILE: `${copy}.index` } as Record<string, string>;
    this.copies.push(`${copy}.index`);
    await this.must(["read-tree", commit], root, env);
    await this.must(["checkout-index", "--all", "--quiet", `--prefix=${copy}/`], root, env);
    const tracked = await this.lines(["ls-tree", "-r", "-z", "--name-only", commit], root);
    return { root: copy, folder, files: below(tracked, folder), commit };
  }

  async contains(commit: string): Promise<boolean | null> {
    const { exitCode } = await this.git(["merge-base", "--is-ancestor", commit, "HEAD"], this.directory);
    if (exitCode === 0) return true;
    return exitCode === 1 && !(await this.isShallow(this.directory)) ? false : null;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.copies.splice(0).map((copy) => rm(copy, { recursive: true, force: true })));
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

  private async commitOf(reference: string, root: string): Promise<string | null> {
    const { stdout } = await this.git(["rev-parse", "--verify", "--quiet", `${reference}^{commit}`], root);
    return stdout.trim() || null;
  }

  // Only what is missing is fetched; no branch, tag or remote-tracking reference is moved.
  private async fetched(reference: string, root: string): Promise<string> {
    const depth = (await this.isShallow(root)) ? ["--depth=1"] : [];
    const name = reference.replace(/^(?:refs\/remotes\/)?origin\//, "");
    const args = ["fetch", "--quiet", "--no-tags", "--refmap=", ...depth, "origin", name];
    const { exitCode, stderr } = name.startsWith("-")
      ? { exitCode: 1, stderr: "" }
      : await this.git(args, root);
    const commit = exitCode === 0 ? await this.commitOf("FETCH_HEAD", root) : null;
    if (commit !== null) return commit;
    throw new HostenvError(
      "base-not-found",
      `--base '${reference}' is no commit of this repository, and origin does not give it: ${firstLine(stderr)}`,
      "name a branch, tag or commit that exists, or compare with a file: --base-plan FILE",
    );
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
    return (await this.must(args, root)).split("\0").filter((line) => line !== "");
  }

  private async must(args: string[], root: string, env?: Record<string, string>): Promise<string> {
    const { exitCode, stdout, stderr } = await this.git(args, root, env);
    if (exitCode === 0) return stdout;
    const hint = "run the command yourself; the repository may be damaged or incomplete";
    throw new HostenvError("git-failed", `git ${args.join(" ")} failed: ${firstLine(stderr)}`, hint);
  }

  private async git(args: string[], cwd: string, env?: Record<string, string>) {
    try {
      const options = { cwd, silent: true, ignoreReturnCode: true, ...(env ? { env } : {}) };
      return await getExecOutput("git", args, options);
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

// A tracked file that was deleted is simply not in the copy; a submodule is a folder.
async function copyOne(from: string, to: string): Promise<void> {
  const found = await lstat(from).catch(() => null);
  if (!found || found.isDirectory()) return;
  await mkdir(dirname(to), { recursive: true });
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else await copyFile(from, to);
}

async function writeState(path: string, state: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, state);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
