import { execFile } from "node:child_process";
import { withoutSecrets } from "../domain/environment.ts";
import { HostenvError } from "../errors.ts";
import type { Checkout } from "../ports/checkout.ts";

const MOST_MILLISECONDS = 30_000;
const MOST_BYTES = 2 ** 24;

/** The repository around a folder. */
export class GitCheckout implements Checkout {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async look(paths: readonly string[]) {
    if ((await this.git(["rev-parse", "--is-inside-work-tree"]))?.trim() !== "true")
      throw noRepository(this.directory);
    const [branch, commit, known] = await Promise.all([
      this.git(["symbolic-ref", "--quiet", "--short", "HEAD"]),
      this.git(["rev-parse", "--verify", "--quiet", "HEAD"]),
      this.git(["ls-files", "-z", "--cached", "--", ...paths.map((path) => `:(literal)${path}`)]),
    ]);
    const tracked = new Set((known ?? "").split("\0"));
    return {
      branch: branch?.trim() || null,
      commit: commit?.trim() || null,
      untracked: paths.filter((path) => !tracked.has(path)),
    };
  }

  // Null where it fails: what it says then is no answer.
  private git(args: readonly string[]): Promise<string | null> {
    const options = {
      cwd: this.directory,
      env: { ...withoutSecrets(process.env), LC_ALL: "C" },
      timeout: MOST_MILLISECONDS,
      maxBuffer: MOST_BYTES,
    };
    return new Promise((resolve, reject) => {
      execFile("git", args, options, (error, stdout) => {
        if (error?.code === "ENOENT") reject(missing(error));
        else resolve(error ? null : stdout);
      });
    });
  }
}

function missing(cause: Error): HostenvError {
  const hint = "install git, on Debian and Ubuntu with: apt-get install git";
  return new HostenvError("git-missing", "the program 'git' can't be started", hint, cause);
}

function noRepository(directory: string): HostenvError {
  return new HostenvError(
    "not-a-repository",
    `${directory} is in no git repository that git would work in`,
    "clone the provider's repository, or git init; where another user owns it: git config --global --add safe.directory",
  );
}
