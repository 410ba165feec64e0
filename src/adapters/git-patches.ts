import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { withoutSecrets } from "../domain/environment.ts";
import { HostenvError } from "../errors.ts";
import type { Patches } from "../ports/history.ts";

/** Far above the patch of a file that may be read. */
const MOST_BYTES = 256 * 1024 * 1024;

// Nothing in a user's settings may give a patch another form than `git apply` takes.
const PLAIN = ["-c", "core.autocrlf=false", "-c", "diff.suppressBlankEmpty=false"];
const DIFF = [
  ...["diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-prefix"],
  ...["--text", "--unified=3"],
];

/** Patches made by git, between two files that exist only as long as it looks at them. */
export class GitPatches implements Patches {
  async replacing(path: string, before: string, after: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "hostenv-patch-"));
    try {
      const name = join(await prefixOf(dirname(path)), basename(path));
      for (const [side, text] of [
        ["a", before],
        ["b", after],
      ] as const) {
        await mkdir(dirname(join(folder, side, name)), { recursive: true });
        await writeFile(join(folder, side, name), text);
      }
      return await git([...PLAIN, ...DIFF, "--", join("a", name), join("b", name)], folder, [0, 1]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function prefixOf(folder: string): Promise<string> {
  return (await git(["rev-parse", "--show-prefix"], folder, [0, 128])).trim();
}

function git(args: readonly string[], cwd: string, expected: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: withoutSecrets(process.env), maxBuffer: MOST_BYTES };
    execFile("git", args, options, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === "number" && expected.includes(exitCode)) resolve(stdout);
      else reject(failure(args, error, stderr));
    });
  });
}

function failure(args: readonly string[], cause: unknown, stderr: string): HostenvError {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT")
    return new HostenvError("git-missing", "git can't be started to make a patch", "install git", cause);
  const [line] = stderr.trim().split("\n");
  const hint = "run the command yourself, or leave --patch out";
  return new HostenvError("git-failed", `git ${args.join(" ")} failed: ${line}`, hint, cause);
}
