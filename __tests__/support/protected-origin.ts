import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { snapshotCheckoutSchema } from "../../src/domain/snapshot-checkout.ts";
import { snapshotCommitSchema } from "../../src/domain/snapshot-merge.ts";
import type { Example, Run } from "./example.ts";

/** The branch that has the snapshots. */
export const STATE = "hostenv-state";

/** The reference that keeps it. */
export const KEEPER = `refs/hostenv/${STATE}`;

/** A server whose main takes no push of a job, only what people merge; and jobs that clone it. */
export class ProtectedOrigin {
  readonly path: string;
  private readonly example: Example;
  private jobs = 0;

  constructor(example: Example) {
    this.example = example;
    this.path = join(example.folder, "origin.git");
    example.git(["clone", "--quiet", "--bare", example.provider, this.path], example.folder);
    this.protect(["main"]);
    example.git(["remote", "add", "origin", `file://${this.path}`]);
  }

  /** Branches that a job's push to is refused. */
  protect(branches: readonly string[]): void {
    const refused = branches.map((name) => `refs/heads/${name}`).join("|");
    const hook = `#!/bin/sh\n[ "$PUSHER" = human ] || case "$1" in ${refused}) echo "GH006: Protected branch" >&2; exit 1 ;; esac\n`;
    writeFileSync(join(this.path, "hooks/update"), hook);
    chmodSync(join(this.path, "hooks/update"), 0o755);
  }

  git(...args: string[]): string {
    return this.example.git(args, this.path).trim();
  }

  /** What a reference leads to, null where it is not there. */
  at(reference: string): string | null {
    return this.git("for-each-ref", "--format=%(objectname)", reference) || null;
  }

  /** Merges what the provider's folder has at a branch into main, as people do. */
  merge(branch: string): string {
    const folder = join(this.example.folder, `merge-${this.jobs++}`);
    this.example.git(["clone", "--quiet", `file://${this.path}`, folder], this.example.folder);
    this.example.git(["fetch", "--quiet", this.example.provider, branch], folder);
    this.example.git(["merge", "--quiet", "--no-ff", "--message", `Merge ${branch}`, "FETCH_HEAD"], folder);
    this.human(folder, "HEAD:main");
    return this.at("refs/heads/main") as string;
  }

  /** A push of somebody who may. */
  human(folder: string, ...args: string[]): void {
    this.example.env.PUSHER = "human";
    this.example.git(["push", "--quiet", "origin", ...args], folder);
    delete this.example.env.PUSHER;
  }

  /** A job on a push: all branches are there, as with fetch-depth 0. */
  job(): Job {
    return new Job(this.example, this.path, this.folder(), ["--branch", "main"]);
  }

  /** A job on a pull request: GitHub's merge of it, two commits deep, on no branch. */
  pullRequest(branch: string): Job {
    const reference = "refs/pull/1/merge";
    const folder = this.folder();
    const { example } = this;
    example.git(["clone", "--quiet", `file://${this.path}`, folder], example.folder);
    example.git(["fetch", "--quiet", example.provider, branch], folder);
    example.git(["merge", "--quiet", "--no-ff", "--message", "Merge", "FETCH_HEAD"], folder);
    example.git(["push", "--quiet", "--force", "origin", `HEAD:${reference}`], folder);
    rmSync(folder, { recursive: true });
    example.git(["init", "--quiet", "--initial-branch=main", folder], example.folder);
    example.git(["remote", "add", "origin", `file://${this.path}`], folder);
    example.git(["fetch", "--quiet", "--depth=2", "origin", reference], folder);
    example.git(["checkout", "--quiet", "--detach", "FETCH_HEAD"], folder);
    return new Job(example, this.path, folder, null);
  }

  private folder(): string {
    return join(this.example.folder, `job-${this.jobs++}`);
  }
}

/** One job's clone, and the command line in it. */
export class Job {
  readonly folder: string;
  private readonly example: Example;

  constructor(example: Example, origin: string, folder: string, clone: readonly string[] | null) {
    this.example = example;
    this.folder = folder;
    if (clone) example.git(["clone", "--quiet", ...clone, `file://${origin}`, folder], example.folder);
    if (!existsSync(folder)) throw new Error(`${folder} was not made`);
  }

  git(...args: string[]): string {
    return this.example.git(args, this.folder).trim();
  }

  run(args: string[]): Run {
    return this.example.run(args, { cwd: this.folder });
  }

  /** `snapshot checkout`, which must end well. */
  checkout(...args: string[]) {
    return snapshotCheckoutSchema.parse(this.must(["snapshot", "checkout", "--branch", STATE, ...args]));
  }

  /** `snapshot commit`, without saying where to. */
  commit(...args: string[]) {
    return snapshotCommitSchema.parse(this.must(["snapshot", "commit", ...args]));
  }

  /** Plans what is checked out; findings stop nothing, as after a merge. */
  plan(): void {
    const { status, stderr } = this.run(["plan"]);
    if (status === 1) throw new Error(stderr);
  }

  /** All that a deploy does before it reaches a node. */
  deploys() {
    this.checkout();
    this.plan();
    return this.commit();
  }

  read(path: string): string {
    return this.git("show", `HEAD:${path}`);
  }

  private must(args: string[]): unknown {
    const { stdout, stderr } = this.run([...args, "--json"]);
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  }
}
