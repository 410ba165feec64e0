import { lstat, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { SourceCommit } from "../domain/source-commit.ts";
import { keeperOf, type StateBranch } from "../domain/state-branch.ts";
import { HostenvError } from "../errors.ts";
import type { Branches, FolderTexts, Lease, NewCommit, OwnCommit, Pushed } from "../ports/branches.ts";
import { firstLine, GitRepository, type How, unreachable } from "./git-repository.ts";

/** Who commits, where it is not who git itself says. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Branches at origin, by git's own plumbing. */
export class GitBranches implements Branches {
  private readonly directory: string;
  private readonly generated: string;
  private readonly identity: Identity | null;
  private readonly repository: GitRepository;

  /**
   * @param directory the provider's folder @param generated the snapshot's folder below it @param token GitHub's, for
   * a clone that was left without one
   */
  constructor(directory: string, generated: string, identity: Identity | null, token: string | null = null) {
    this.repository = new GitRepository(directory, token);
    this.directory = directory;
    this.generated = generated;
    this.identity = identity;
  }

  async head(): Promise<string> {
    const { code, stdout, stderr } = await this.repository.run([
      "rev-parse",
      "--verify",
      "--quiet",
      "HEAD^{commit}",
    ]);
    if (code === 0) return stdout.trim();
    const why = firstLine(stderr) || "it has no commit yet";
    const hint = "name the provider's folder with -C DIR; it must be in a repository with a commit";
    throw new HostenvError("not-a-repository", `${this.directory} has nothing to commit to: ${why}`, hint);
  }

  async current(): Promise<string | null> {
    const { stdout } = await this.repository.run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
    return stdout.trim() || null;
  }

  async tip(branch: string): Promise<string | null> {
    const commit = (await this.repository.tips([refOf(branch)])).get(refOf(branch)) ?? null;
    if (commit !== null) await this.repository.fetch([commit], await this.repository.shallowDepth());
    return commit;
  }

  async state(branch: string): Promise<StateBranch> {
    const names = [refOf(branch), keeperOf(branch)] as const;
    const tips = await this.repository.tips(names);
    const [tip, kept] = [tips.get(names[0]) ?? null, tips.get(names[1]) ?? null];
    if (tip === null) return { tip, kept, isWhole: false };
    if (kept === null || kept === tip) {
      await this.repository.fetch([tip], await this.repository.shallowDepth());
      return { tip, kept, isWhole: true };
    }
    // Somebody else moved it. All that leads to it is small: snapshots alone.
    await this.repository.fetch([tip, kept], []);
    const { code } = await this.repository.run(["merge-base", "--is-ancestor", kept, tip]);
    return { tip, kept, isWhole: code === 0 };
  }

  source(commit: string): Promise<SourceCommit | null> {
    return this.repository.sourceOf(commit);
  }

  named(reference: string): Promise<string> {
    return this.repository.named(reference);
  }

  async folderAt(commit: string): Promise<FolderTexts> {
    const listed = await this.must([
      "ls-tree",
      "-r",
      "-z",
      "--name-only",
      commit,
      "--",
      `${this.generated}/`,
    ]);
    return this.texts(listed, (path) => this.must(["cat-file", "blob", `${commit}:./${path}`]));
  }

  async fileAt(commit: string, path: string): Promise<string | null> {
    const listed = await this.must(["ls-tree", "-z", commit, "--", `./${path}`]);
    return listed.startsWith("100") ? this.must(["cat-file", "blob", `${commit}:./${path}`]) : null;
  }

  async folderNow(): Promise<FolderTexts> {
    const known = [
      "ls-files",
      "-z",
      "--cached",
      "--others",
      "--exclude-standard",
      "--",
      `${this.generated}/`,
    ];
    return this.texts(await this.must(known), async (path) => {
      const file = join(this.directory, path);
      const found = await lstat(file).catch(() => null);
      return found?.isFile() ? readFile(file, "utf8") : null;
    });
  }

  async changed(from: string, to: string): Promise<string[]> {
    const listed = await this.must([
      "diff",
      "--name-only",
      "--no-renames",
      "-z",
      "--relative",
      from,
      to,
      "--",
      ".",
    ]);
    return listed.split("\0").filter((path) => path !== "");
  }

  async commit(wanted: OwnCommit): Promise<string>;
  async commit(wanted: NewCommit): Promise<string | null>;
  async commit({
    tree,
    parents,
    files,
    others = {},
    message,
    ...wish
  }: NewCommit | OwnCommit): Promise<string | null> {
    const folder = await mkdtemp(join(await realpath(tmpdir()), "hostenv-commit-"));
    try {
      const env = { GIT_INDEX_FILE: join(folder, "index") };
      await this.must(["read-tree", tree ?? "--empty"], { env });
      const folderItself = ["--ignore-unmatch", "--", `${this.generated}/`];
      await this.must(["rm", "-r", "--force", "--quiet", "--cached", ...folderItself], { env });
      const below = Object.entries(files).map(([name, text]) => [`${this.generated}/${name}`, text] as const);
      const all = [...below, ...Object.entries(others)];
      const lines = await Promise.all(all.map(([path, text]) => this.entry(path, text)));
      await this.must(["update-index", "-z", "--index-info"], { env, input: lines.join("") });
      const written = (await this.must(["write-tree"], { env })).trim();
      const [first] = parents;
      const mayBeLeft = !("evenIfSame" in wish);
      if (mayBeLeft && first && written === (await this.must(["rev-parse", `${first}^{tree}`])).trim())
        return null;
      const from = parents.flatMap((parent) => ["-p", parent]);
      return (
        await this.must(["commit-tree", written, ...from, "-F", "-"], { env: this.author(), input: message })
      ).trim();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async push(branch: string, from: string | null, to: string, keeper?: Lease): Promise<Pushed> {
    const moves = [{ ref: refOf(branch), from }, ...(keeper ? [{ ref: keeperOf(branch), ...keeper }] : [])];
    const leases = moves.map(({ ref, from: at }) => `--force-with-lease=${ref}:${at ?? ""}`);
    const refs = moves.map(({ ref }) => `${to}:${ref}`);
    // All references move, or none.
    const atomic = moves.length > 1 ? ["--atomic"] : [];
    const args = ["push", "--porcelain", "--no-verify", ...atomic, ...leases, "origin", ...refs];
    const { code, stdout, stderr } = await this.repository.withOrigin(args);
    if (code === 0) return { result: "pushed" };
    const said = [...stdout.matchAll(/^!\t\S+\t(.*)$/gm)].map(([, text = ""]) => text);
    if (said.some((text) => LOST.test(text))) return { result: "lost" };
    // Of several, those that only went along say no more than that.
    const [reason = said[0]] = said.filter((text) => !/atomic/.test(text));
    if (reason === undefined) throw unreachable([refOf(branch)], stderr);
    return { result: "refused", reason };
  }

  async detach(from: string, to: string): Promise<boolean> {
    const { code } = await this.repository.run(["read-tree", "-m", "-u", from, to]);
    if (code !== 0) return false;
    await this.must(["update-ref", "--no-deref", "-m", "hostenv-provider: snapshot checkout", "HEAD", to]);
    return true;
  }

  async isAlike(left: string, right: string): Promise<boolean> {
    // As the commit itself has them: a shallow clone's log shows no parents.
    const told = async (commit: string) =>
      (await this.must(["cat-file", "commit", commit])).match(/^(?:tree|parent) \S+$/gm)?.join();
    return (await told(left)) === (await told(right));
  }

  async remove(branch: string, from: string): Promise<Pushed> {
    return this.push(branch, from, "");
  }

  async follow(from: string, to: string): Promise<boolean> {
    const folder = ["--", `${this.generated}/`];
    await this.must(["add", "--all", ...folder]);
    const ours = (await this.must(["write-tree"])).trim();
    if (!(await this.moved(from, to))) {
      // What was put together with somebody else's is neither what was there nor what lies here.
      const { code } = await this.repository.run(["checkout", "--quiet", to, ...folder]);
      if (code !== 0) return false;
      if (!(await this.moved(from, to))) {
        await this.must(["checkout", "--quiet", ours, ...folder]);
        return false;
      }
    }
    await this.must(["update-ref", "-m", "hostenv-provider: snapshot", "HEAD", to, from]);
    return true;
  }

  // Nothing is changed where a file that differs between the two has changes of its own.
  private async moved(from: string, to: string): Promise<boolean> {
    return (await this.repository.run(["read-tree", "-m", "-u", from, to])).code === 0;
  }

  private async entry(path: string, text: string): Promise<string> {
    const blob = (await this.must(["hash-object", "-w", "--stdin"], { input: text })).trim();
    const prefix = (await this.must(["rev-parse", "--show-prefix"])).trimEnd();
    return `100644 ${blob}\t${prefix}${path}\0`;
  }

  // Names as in the folder itself; what is no file has no text.
  private async texts(listed: string, read: (path: string) => Promise<string | null>): Promise<FolderTexts> {
    const paths = listed.split("\0").filter((path) => path !== "");
    const found = await Promise.all(paths.map(async (path) => [path, await read(path)] as const));
    return Object.fromEntries(
      found.flatMap(([path, text]) => (text === null ? [] : [[relative(this.generated, path), text]])),
    );
  }

  private author(): Record<string, string> {
    if (this.identity === null) return {};
    const { name, email } = this.identity;
    return {
      ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email },
      ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
    };
  }

  private async must(args: readonly string[], how: How = {}): Promise<string> {
    const { code, stdout, stderr } = await this.repository.run(args, how);
    if (code === 0) return stdout;
    const hint = "run the command yourself; the repository may be damaged, or git may not know who you are";
    throw new HostenvError("git-failed", `git ${args.join(" ")} failed: ${firstLine(stderr)}`, hint);
  }
}

// What git and servers say where a branch is not where it was looked for any more.
const LOST =
  /stale info|fetch first|non-fast-forward|cannot lock ref|failed to lock|failed to update ref|incorrect old value|atomic transaction failed/;

function refOf(branch: string): string {
  return `refs/heads/${branch}`;
}
