import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutSecrets } from "../domain/environment.ts";
import type { Revisions } from "../ports/history.ts";

/** Seconds one repository may take to give its history: the number is only for people. */
const PATIENCE = 10;

/** Counts commits with git, in a repository that holds commits only and is thrown away. */
export class GitRevisions implements Revisions {
  async between(repository: string, before: string, after: string): Promise<number | null> {
    if (![before, after].every((revision) => /^[0-9a-f]{40,64}$/.test(revision))) return null;
    const folder = await mkdtemp(join(tmpdir(), "hostenv-provider-revisions-"));
    try {
      await git(folder, ["init", "--quiet", "--bare", "."]);
      const only = ["--quiet", "--no-tags", "--no-write-fetch-head", "--filter=tree:0"];
      await git(folder, ["fetch", ...only, "--", repository, before, after]);
      return Number.parseInt(await git(folder, ["rev-list", "--count", `${before}..${after}`]), 10);
    } catch {
      return null;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

// The address may come from a branch's lock: nothing that runs a program, and nobody to ask.
const CAUTIOUS = {
  GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
  GIT_TERMINAL_PROMPT: "0",
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
};

function git(cwd: string, args: readonly string[]): Promise<string> {
  const options = { cwd, env: { ...withoutSecrets(process.env), ...CAUTIOUS }, timeout: PATIENCE * 1000 };
  return new Promise((resolve, reject) => {
    execFile("git", args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
