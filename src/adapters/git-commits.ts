import type { Commits } from "../ports/history.ts";
import { GitRepository } from "./git-repository.ts";

/** The commits of the repository around a folder. */
export class GitCommits implements Commits {
  private readonly repository: GitRepository;

  constructor(directory: string) {
    this.repository = new GitRepository(directory);
  }

  async since(bases: readonly string[], most: number): Promise<{ commits: string[]; isWhole: boolean }> {
    const head = await this.head();
    const known = await this.known(bases, head, most);
    const common = await this.common(known);
    const listed = await this.git([
      "rev-list",
      "--first-parent",
      `--max-count=${most + 1}`,
      head ?? "HEAD",
      ...(common ? [`^${common}`] : []),
    ]);
    const commits = (listed ?? "").split("\n").filter((line) => line !== "");
    // What no base leads to goes back to the first commit, which a shallow clone does not have.
    const isReached = common !== null || (bases.length === 0 && !(await this.repository.isShallow()));
    const isWhole = listed !== null && known.length === bases.length && isReached && commits.length <= most;
    return { commits: commits.slice(0, most), isWhole };
  }

  async differing(branch: string, commit: string): Promise<readonly string[] | null> {
    const reference = `refs/heads/${branch}`;
    const tips = await this.repository.tips([reference]).catch(() => null);
    const tip = tips?.get(reference);
    if (tip === undefined || tip === commit) return [];
    await this.repository.fetch([tip], await this.repository.shallowDepth()).catch(() => {});
    const names = await this.git([
      "diff",
      "--name-only",
      "--no-renames",
      "--no-relative",
      "-z",
      commit,
      tip,
      "--",
    ]);
    return names === null ? null : names.split("\0").filter((name) => name !== "");
  }

  // The bases that HEAD's history holds. One that lies deeper than so many commits would not be reached anyway.
  private async known(bases: readonly string[], head: string | null, most: number): Promise<string[]> {
    const found = await this.ancestors(bases);
    const isEnough = found.length === bases.length && bases.length > 0;
    if (isEnough || head === null || !(await this.repository.isShallow())) return found;
    await this.repository.fetch([head], [`--deepen=${most}`]).catch(() => {});
    return this.ancestors(bases);
  }

  // Of what lies over a commit nobody but us knows, and no pull request brought it.
  private async head(): Promise<string | null> {
    const head = await this.repository.commitOf("HEAD");
    return (head && (await this.repository.sourceOf(head))?.commit) ?? head;
  }

  private async ancestors(bases: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    // Nodes tell what they were deployed from: what is no commit's name may be an option of git's.
    for (const base of new Set(bases.filter((name) => /^[0-9a-f]{40,64}$/.test(name))))
      if ((await this.git(["merge-base", "--is-ancestor", `${base}^{commit}`, "HEAD"])) !== null)
        found.push(base);
    return bases.filter((base) => found.includes(base));
  }

  private async common(bases: readonly string[]): Promise<string | null> {
    if (bases.length === 0) return null;
    return (await this.git(["merge-base", "--octopus", ...bases]))?.trim() ?? null;
  }

  // Its output; null where it ends otherwise than well, or is not there.
  private async git(args: readonly string[]): Promise<string | null> {
    const { code, stdout } = await this.repository.run(args);
    return code === 0 ? stdout : null;
  }
}
