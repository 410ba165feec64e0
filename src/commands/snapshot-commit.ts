import { z } from "zod";
import { MEMORY, type Memory, parseMemory } from "../domain/dns/memory.ts";
import { mergedMemory } from "../domain/dns/memory-merge.ts";
import { type Manifest, manifestIn } from "../domain/manifest.ts";
import { mergedSnapshot, type SnapshotCommit } from "../domain/snapshot-merge.ts";
import type { SourceCommit } from "../domain/source-commit.ts";
import { stateTip } from "../domain/state-branch.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { sourcesAmong } from "../fleets/hostenv/sources.ts";
import type { Branches, FolderTexts, Lease, Proposals, Pushed } from "../ports/branches.ts";
import type { Progress } from "../ports/people.ts";
import type { Timer } from "../ports/time.ts";
import { code } from "../render/escape.ts";
import { document } from "../render/json.ts";
import { folderWord } from "../render/sticky.ts";
import { branchName, overlayOf } from "./snapshot-overlay.ts";

/** Inputs of `snapshot commit`. */
export const snapshotCommitInputs = z.strictObject({
  branch: branchName.optional(),
  dryRun: z.boolean().default(false),
});

/** What `snapshot commit` needs of the world. */
export interface SnapshotCommitPorts {
  readonly branches: Branches;
  /** Null where nobody can be asked for a pull request. */
  readonly proposals: Proposals | null;
  readonly timer: Timer;
  readonly progress: Progress;
  /** Between 0 and 1, another one at each call: runs that met must not meet again. */
  readonly chance: () => number;
  /** The provider's folder, and the snapshot's below it. */
  readonly provider: string;
  readonly generated: string;
}

/** A push that came too late is made again so often, from the branch as it is then. */
export const ATTEMPTS = 5;

/** Waited before the next attempt, in seconds, at most; twice as long each time. */
const FIRST_WAIT = 1;

/**
 * Commits the snapshot of the work tree to a branch at origin, which may have moved meanwhile: that is looked at
 * afresh before each attempt. Where the branch takes no push, or too many came first, a pull request has it. After
 * `snapshot checkout` the branch is that one's, and holds snapshots alone.
 * Throws HostenvError `snapshot-torn`, `push-refused`, `state-branch-lost`, and `git-remote` where origin can't be reached.
 */
export async function snapshotCommit(
  inputs: z.infer<typeof snapshotCommitInputs>,
  ports: SnapshotCommitPorts,
): Promise<SnapshotCommit> {
  try {
    const { planId } = await whole(ports);
    const [head, current] = [await ports.branches.head(), await ports.branches.current()];
    const source = await ports.branches.source(head);
    const branch = branchFor(inputs.branch, source, current);
    const wanted = { branch, head, planId, dryRun: inputs.dryRun, source };
    return await new Committing(wanted, ports).run();
  } finally {
    ports.progress.done();
  }
}

// Another branch than the one whose snapshot a plan began from has other reservations.
function branchFor(given: string | undefined, source: SourceCommit | null, current: string | null): string {
  const branch = given ?? source?.branch ?? current;
  if (branch === null)
    throw new UsageError("no branch is checked out", "name the one that the snapshot goes to: --branch NAME");
  const began = source?.branch ?? current ?? branch;
  if (branch === began) return branch;
  throw new UsageError(
    `--branch '${branch}': the plan began from the snapshot of ${began}`,
    `check out the snapshot of that branch and plan again: hostenv-provider snapshot checkout --branch ${branch}`,
  );
}

// What is torn would be no snapshot to anybody who reads it there.
async function whole({ branches, generated }: SnapshotCommitPorts): Promise<Manifest> {
  const manifest = manifestIn(await branches.folderNow());
  if (manifest) return manifest;
  throw new HostenvError(
    "snapshot-torn",
    `${generated} is not as one plan wrote it, or was never written`,
    "write it again: hostenv-provider plan",
  );
}

interface Wanted {
  readonly branch: string;
  readonly head: string;
  readonly planId: string;
  readonly dryRun: boolean;
  /** What the work tree's commit was made from, where the branch holds snapshots alone; else null. */
  readonly source: SourceCommit | null;
}

/** What the branch is and is to hold, as one look at it gives. */
interface Look {
  readonly tip: string | null;
  readonly files: FolderTexts;
  /** Where the reference that keeps it is; only of a branch for snapshots alone. */
  readonly keeper?: Lease;
  /** Whether it has other files or pins than the work tree. */
  readonly sourcesMoved: boolean;
}

class Committing {
  private readonly wanted: Wanted;
  private readonly ports: SnapshotCommitPorts;

  constructor(wanted: Wanted, ports: SnapshotCommitPorts) {
    this.wanted = wanted;
    this.ports = ports;
  }

  async run(): Promise<SnapshotCommit> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const look = await this.look();
      if (typeof look === "string") return this.ended("superseded", null, look);
      const commit = await this.commitOn(look);
      if (commit === null) return this.unchanged(look);
      if (this.wanted.dryRun) return this.ended("dry-run", null, null);
      const pushed = await this.pushed(look, commit);
      if (pushed.result === "pushed") return this.committed(commit);
      if (pushed.result === "refused") return this.proposed(look, pushed.reason);
      await this.wait(attempt);
    }
    const look = await this.look();
    if (typeof look === "string") return this.ended("superseded", null, look);
    return this.proposed(look, `${ATTEMPTS} times somebody else's push came first`);
  }

  private async wait(attempt: number): Promise<void> {
    const { progress, timer, chance } = this.ports;
    progress.step(`somebody else pushed to ${this.wanted.branch}: looking again`);
    await timer.sleep(FIRST_WAIT * 2 ** attempt * chance());
  }

  // Why ours must not come there is a text.
  private async look(): Promise<Look | string> {
    const { branches } = this.ports;
    const { branch, head } = this.wanted;
    const { tip, ...more } = await this.tip(branch);
    const ours = await branches.folderNow();
    if (tip === null) return { tip, files: ours, sourcesMoved: false, ...more };
    const base = await branches.folderAt(head);
    const found = await branches.folderAt(tip);
    // Where it has nothing of this provider yet, the plan began from what the files' own commit has.
    const theirs = this.wanted.source !== null && Object.keys(found).length === 0 ? base : found;
    const sourcesMoved = this.wanted.source === null && this.reaches(ours, await branches.changed(head, tip));
    const merged = mergedSnapshot({ base, ours, theirs, sourcesMoved, together: TOGETHER });
    if ("superseded" in merged) return merged.superseded;
    return { tip, files: merged.files, sourcesMoved, ...more };
  }

  private async tip(branch: string): Promise<Pick<Look, "tip" | "keeper">> {
    const { branches } = this.ports;
    if (this.wanted.source === null) return { tip: await branches.tip(branch) };
    const found = await branches.state(branch);
    return { tip: stateTip(branch, found), keeper: { from: found.kept } };
  }

  private reaches(ours: FolderTexts, moved: readonly string[]): boolean {
    const { sourceFolders = { nodes: "nodes", secrets: "secrets" } } = manifestIn(ours) ?? {};
    return sourcesAmong(moved, sourceFolders, this.ports.generated).length > 0;
  }

  // A branch for snapshots alone has no other file: GitHub takes no workflow's file from a job's token.
  private commitOn({ tip, files }: Look): Promise<string | null> {
    const { head, source } = this.wanted;
    const [tree, parents] = source === null ? [tip ?? head, [tip ?? head]] : [tip, tip === null ? [] : [tip]];
    return this.ports.branches.commit({ tree, parents, files, message: this.message() });
  }

  private message(): string {
    const { head, source, planId } = this.wanted;
    return `${this.title()}\n\nPlan ${planId}\nMade from ${source?.commit ?? head}\n`;
  }

  private title(): string {
    const { provider } = this.ports;
    return `Snapshot ${this.wanted.planId.slice(0, 12)}${provider === "." ? "" : ` of ${provider}`}`;
  }

  private pushed({ tip, keeper }: Look, commit: string): Promise<Pushed> {
    this.ports.progress.step(`pushing to ${this.wanted.branch}`);
    return this.ports.branches.push(this.wanted.branch, tip, commit, keeper);
  }

  private async committed(commit: string): Promise<SnapshotCommit> {
    await this.followed(commit);
    return this.ended("committed", commit, null);
  }

  // What the branch has is what is deployed, also where an earlier run put it there and ended.
  private async unchanged({ tip, sourcesMoved }: Look): Promise<SnapshotCommit> {
    if (tip !== null && !sourcesMoved && !this.wanted.dryRun) await this.followed(tip);
    return this.ended("unchanged", tip, null);
  }

  private async followed(commit: string): Promise<void> {
    const { branches, progress } = this.ports;
    const { head, branch, source } = this.wanted;
    const to = source === null ? commit : await this.over(source, commit);
    if (to === head || (await branches.follow(head, to))) return;
    const how = source === null ? "git pull" : "put them away, and hostenv-provider snapshot checkout";
    progress.notice(`${branch} is ahead of the work tree, whose own changes are in the way: ${how}`);
  }

  // The work tree keeps its other files.
  private async over(source: SourceCommit, snapshot: string): Promise<string> {
    const { branches } = this.ports;
    return await overlayOf({ ...source, snapshot }, await branches.folderAt(snapshot), branches);
  }

  private async proposed(look: Look, reason: string): Promise<SnapshotCommit> {
    const { branches, proposals, progress, provider } = this.ports;
    const from = proposalBranch(provider);
    const commit = await this.commitOn(look);
    if (commit === null) return this.unchanged(look);
    const pushed = await branches.push(from, await branches.tip(from), commit);
    if (pushed.result !== "pushed") throw notPushed(this.wanted.branch, reason, from, pushed);
    const url = await this.opened(proposals, from).catch((error: unknown) => {
      if (!(error instanceof HostenvError)) throw error;
      progress.notice(`open the pull request of ${from} yourself: ${error.message}; ${error.hint}`);
      return null;
    });
    return { ...this.ended("proposed", commit, reason), pullRequest: url };
  }

  private async opened(proposals: Proposals | null, from: string): Promise<string | null> {
    const body =
      `The plan ${code(this.wanted.planId, "text")}, made from ${this.wanted.head}. It could not be pushed; nothing is ` +
      "deployed before it is merged.";
    return proposals === null
      ? null
      : proposals.propose(from, this.wanted.branch, { title: this.title(), body });
  }

  private ended(
    result: SnapshotCommit["result"],
    commit: string | null,
    reason: string | null,
  ): SnapshotCommit {
    const { branch, planId } = this.wanted;
    return { schema: 1, result, branch, commit, planId, pullRequest: null, reason };
  }
}

/** The gate's memory is about one hostname at a time: two runs that looked at the same time are no contradiction. */
const TOGETHER = {
  [MEMORY]: (base: string | null, ours: string, theirs: string): string | null => {
    const [before, mine, present] = [base, ours, theirs].map(memoryIn);
    return mine && present ? document(mergedMemory(before ?? null, mine, present)) : null;
  },
};

// What is no memory is not put together: who came first stays.
function memoryIn(text: string | null): Memory | null {
  try {
    return text === null ? null : parseMemory(JSON.parse(text), MEMORY);
  } catch {
    return null;
  }
}

/** The branch of a provider's proposal: the next one takes its place. */
function proposalBranch(provider: string): string {
  return `hostenv/snapshot-${folderWord(provider).replace(/[^\w.-]/g, "-")}`;
}

function notPushed(branch: string, reason: string, from: string, pushed: Pushed): HostenvError {
  const why = "reason" in pushed ? pushed.reason : "somebody else pushed it";
  return new HostenvError(
    "push-refused",
    `the snapshot can't be pushed: ${branch}: ${reason}; ${from}: ${why}`,
    "the token needs the right to write contents; see which rules of the repository forbid it",
  );
}
