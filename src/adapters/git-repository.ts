import { execFile } from "node:child_process";
import { GITHUB_TOKENS, withoutSecrets } from "../domain/environment.ts";
import { type SourceCommit, sourceIn } from "../domain/source-commit.ts";
import { HostenvError } from "../errors.ts";

/** So long may git take: a server that hangs is no reason to wait for ever. */
const MOST_MILLISECONDS = 120_000;

/** How git ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What git is started with besides its arguments. */
export interface How {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Git in a folder of a repository, and the repository at origin. */
export class GitRepository {
  private readonly directory: string;
  private readonly token: string | null;

  /** @param token GitHub's, for a clone that was left without one; null where git finds its own way */
  constructor(directory: string, token: string | null = null) {
    this.directory = directory;
    this.token = token;
  }

  /** Runs git, however it ends. */
  run(args: readonly string[], { env = {}, input }: How = {}): Promise<Ran> {
    // A helper for credentials may need a token for GitHub where we fetch and push.
    const all = {
      ...withoutSecrets(process.env, GITHUB_TOKENS),
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      ...env,
    };
    const options = { cwd: this.directory, env: all, maxBuffer: 2 ** 28, timeout: MOST_MILLISECONDS };
    return new Promise((resolve) => {
      const child = execFile("git", args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
      });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input ?? "");
    });
  }

  /** What references lead to at origin now, those that are there. Throws HostenvError `git-remote`. */
  async tips(references: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const listed = this.withOrigin(["ls-remote", "--quiet", "origin", ...references]);
    const lines = [...(await given(listed, references)).matchAll(/^([0-9a-f]{40,64})\t(.+)$/gm)];
    // Asked for a name, origin also tells of longer ones that end with it.
    return new Map(
      lines.flatMap(([, commit = "", name = ""]) => (references.includes(name) ? [[name, commit]] : [])),
    );
  }

  /**
   * Fetches commits or references from origin; no branch, tag or remote-tracking reference is moved. `depth` is what
   * git takes of it: nothing for all that leads to them. Throws HostenvError `git-remote`.
   */
  async fetch(wanted: readonly string[], depth: readonly string[]): Promise<void> {
    await given(this.fetching(wanted, depth), wanted);
  }

  /** No deeper than the clone itself is. */
  async shallowDepth(): Promise<string[]> {
    return (await this.isShallow()) ? ["--depth=1"] : [];
  }

  async isShallow(): Promise<boolean> {
    return (await this.run(["rev-parse", "--is-shallow-repository"])).stdout.trim() === "true";
  }

  /** What git knows here as the commit of a name; null where it knows none. */
  async commitOf(reference: string): Promise<string | null> {
    const { stdout } = await this.run(["rev-parse", "--verify", "--quiet", `${reference}^{commit}`]);
    return stdout.trim() || null;
  }

  /** The commit of a name, fetched where it is not here. Throws HostenvError `base-not-found`. */
  async named(reference: string): Promise<string> {
    const known = await this.commitOf(reference);
    if (known !== null) return known;
    const name = reference.replace(/^(?:refs\/remotes\/)?origin\//, "");
    // More than a name would be an option, or would move a branch here.
    const isName = /^[^-+:*?[\]\s~^][^:*?[\]\s~^]*$/.test(name);
    const why = isName ? await this.notFetched(name) : "this is no name";
    const commit = why === null ? await this.commitOf("FETCH_HEAD") : null;
    if (commit !== null) return commit;
    throw new HostenvError(
      "base-not-found",
      `--base '${reference}' is no commit of this repository, and origin does not give it: ${why}`,
      "name a branch, tag or commit that exists, or compare with a file: --base-plan FILE",
    );
  }

  /** What a commit of `snapshot checkout` was made from; null for any other. */
  async sourceOf(commit: string): Promise<SourceCommit | null> {
    const { code, stdout } = await this.run(["cat-file", "commit", commit]);
    return code === 0 ? sourceIn(stdout) : null;
  }

  /** Runs git with what it needs to get at origin. */
  async withOrigin(args: readonly string[]): Promise<Ran> {
    return this.run(args, { env: await this.credentials() });
  }

  // Why a name can't be fetched; null where it was.
  private async notFetched(name: string): Promise<string | null> {
    const { code, stderr } = await this.fetching([name], await this.shallowDepth());
    return code === 0 ? null : firstLine(stderr);
  }

  private async fetching(wanted: readonly string[], depth: readonly string[]): Promise<Ran> {
    return this.withOrigin(["fetch", "--quiet", "--no-tags", "--refmap=", ...depth, "origin", ...wanted]);
  }

  // As actions/checkout does it where it leaves the token in the clone. Two such headers are refused by GitHub.
  private async credentials(): Promise<Record<string, string>> {
    if (this.token === null) return {};
    const { code } = await this.run(["config", "--get-regexp", "^http\\..*\\.extraheader$"]);
    if (code === 0) return {};
    const index = Number(process.env.GIT_CONFIG_COUNT ?? 0) || 0;
    const basic = Buffer.from(`x-access-token:${this.token}`).toString("base64");
    return {
      GIT_CONFIG_COUNT: String(index + 1),
      [`GIT_CONFIG_KEY_${index}`]: `http.${process.env.GITHUB_SERVER_URL ?? "https://github.com"}/.extraheader`,
      [`GIT_CONFIG_VALUE_${index}`]: `AUTHORIZATION: basic ${basic}`,
    };
  }
}

async function given(running: Promise<Ran>, names: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code === 0) return stdout;
  throw unreachable(names, stderr);
}

/** Origin gave nothing, or could not be reached. */
export function unreachable(names: readonly string[], stderr: string): HostenvError {
  const what = names.map((name) => name.replace(/^refs\/heads\//, "the branch ")).join(" and ");
  const hint = "see whether the remote origin can be reached, and whether the token may write contents";
  return new HostenvError("git-remote", `git can't get at ${what} at origin: ${firstLine(stderr)}`, hint);
}

/** The first line of what a program said. */
export function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
