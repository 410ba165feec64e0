import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { withoutSecrets } from "../domain/environment.ts";
import { HostenvError } from "../errors.ts";
import type { Added, History } from "../ports/history.ts";

/** A walk that finds no end keeps what it has found by then. */
const MOST_COMMITS = 20_000;
const MOST_CHARACTERS = 256 * 1024 * 1024;
const MOST_MILLISECONDS = 10_000;

// As the branch itself grew: a merge brings its lines when it is merged. NUL begins no line of a diff.
const LOG = ["log", `--max-count=${MOST_COMMITS}`, "--first-parent", "-m", "--patch", "--unified=0"];
const PLAIN = ["--no-color", "--no-ext-diff", "--no-textconv", "--format=%x00%H %cI %P"];

const COMMITS = { head: "HEAD", upstream: "refs/remotes/origin/HEAD" } as const;

/** What git remembers of files. */
export class GitHistory implements History {
  async edited(path: string): Promise<boolean> {
    const args = ["diff-index", "--quiet", "HEAD", "--", `./${basename(path)}`];
    return (await git(args, dirname(path), () => {})) === 1;
  }

  async committed(path: string, at: keyof typeof COMMITS): Promise<string | null> {
    const chunks: string[] = [];
    const args = ["show", `${COMMITS[at]}:./${basename(path)}`];
    const exitCode = await git(args, dirname(path), (chunk) => chunks.push(chunk));
    if (exitCode === null) throw unknown(path);
    return exitCode === 0 ? chunks.join("") : null;
  }

  async firstAdded(path: string, beginning: RegExp): Promise<ReadonlyMap<string, Added>> {
    const walk = new Walk(beginning);
    await git([...LOG, ...PLAIN, "--", `./${basename(path)}`], dirname(path), (chunk) => walk.read(chunk));
    return walk.found(() => shallowCommits(path));
  }
}

// Not to know what is committed is another thing than to know that nothing is.
function unknown(path: string): HostenvError {
  const hint = "run git status there; the repository may be damaged, or git missing";
  return new HostenvError("git-failed", `git can't say what is committed as ${path}`, hint);
}

// One pass over git's log, from the latest commit to the first.
class Walk {
  private readonly lines: RegExp;
  private readonly added = new Map<string, Added>();
  private readonly orphans = new Set<string>();
  private commit: Added | null = null;
  private rest = "";

  constructor(beginning: RegExp) {
    this.lines = new RegExp(`^(?:\\0(\\S+) (\\S+) (.*)|\\+${beginning.source})`, "gm");
  }

  read(chunk: string): void {
    // The last line may go on in the next chunk.
    const end = chunk.lastIndexOf("\n") + 1;
    if (end === 0) {
      this.rest += chunk;
      return;
    }
    const text = this.rest + chunk.slice(0, end);
    this.rest = chunk.slice(end);
    for (const [, commit, at, parents, name] of text.matchAll(this.lines)) {
      if (commit !== undefined && at !== undefined) this.enter(commit, at, parents === "");
      // The last word is the earliest commit's.
      else if (name !== undefined && this.commit) this.added.set(name, this.commit);
      else if (name !== undefined) this.added.delete(name);
    }
  }

  private enter(commit: string, at: string, isOrphan: boolean): void {
    const time = new Date(at);
    // A time zone that can't be leaves the time unknown, and must not end the walk.
    this.commit = Number.isNaN(time.getTime())
      ? null
      : { commit, at: time.toISOString().replace(".000Z", "Z") };
    if (isOrphan) this.orphans.add(commit);
  }

  // A shallow clone shows its oldest commit as if all had begun there.
  async found(shallow: () => Promise<ReadonlySet<string>>): Promise<ReadonlyMap<string, Added>> {
    if (this.orphans.size === 0) return this.added;
    const unknown = await shallow();
    for (const [name, { commit }] of this.added) if (unknown.has(commit)) this.added.delete(name);
    return this.added;
  }
}

async function shallowCommits(path: string): Promise<Set<string>> {
  const folder = dirname(path);
  let file = "";
  await git(["rev-parse", "--git-path", "shallow"], folder, (chunk) => {
    file += chunk;
  });
  const text = file && (await readFile(resolve(folder, file.trimEnd()), "utf8").catch(() => ""));
  return new Set(text.split("\n").filter((line) => line !== ""));
}

/** As a shell has it for a program that can't be started: without git, or without the folder. */
const NOT_STARTED = 127;

// Its exit code, null where it did not end by itself.
function git(args: readonly string[], cwd: string, read: (chunk: string) => void): Promise<number | null> {
  return new Promise((done) => {
    const env = withoutSecrets(process.env);
    const child = spawn("git", args, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    // Node's own timeout would go on after a start that failed, and keep the process alive.
    const timer = setTimeout(() => child.kill(), MOST_MILLISECONDS);
    const end = (exitCode: number | null) => {
      clearTimeout(timer);
      done(exitCode);
    };
    let size = 0;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      size += chunk.length;
      if (size > MOST_CHARACTERS) child.kill();
      else read(chunk);
    });
    child.once("error", () => end(NOT_STARTED));
    child.once("close", end);
  });
}
