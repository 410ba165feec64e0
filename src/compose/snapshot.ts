import { GitBranches } from "../adapters/git-branches.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { systemTimer } from "../adapters/system-timer.ts";
import { snapshotCheckout, snapshotCheckoutInputs } from "../commands/snapshot-checkout.ts";
import { snapshotCommit, snapshotCommitInputs } from "../commands/snapshot-commit.ts";
import type { Proposals } from "../ports/branches.ts";
import type { Answer } from "../render/answer.ts";
import { snapshotCheckoutAnswer } from "../render/snapshot-checkout-answer.ts";
import { snapshotCommitAnswer } from "../render/snapshot-commit-answer.ts";
import { type Call, checked, onGithub, progress, snapshotFolder } from "./call.ts";

/** Who commits in a job; on a laptop it is who sits there. */
const BOT = {
  name: "github-actions[bot]",
  email: "41898282+github-actions[bot]@users.noreply.github.com",
};

/** Who commits here; null for whoever git says. */
export function committer(): typeof BOT | null {
  return process.env.GITHUB_ACTIONS === "true" ? BOT : null;
}

/** Runs `snapshot commit`. */
export async function composedSnapshotCommit(call: Call): Promise<Answer> {
  const inputs = checked("snapshot commit", snapshotCommitInputs, call.options);
  const generated = snapshotFolder();
  const ended = await snapshotCommit(inputs, {
    branches: branchesOf(call, generated),
    proposals: await proposalsOf(call),
    generated,
    timer: systemTimer,
    progress,
    chance: Math.random,
    provider: await new GitTrees(call.directory, generated).folder(),
  });
  return snapshotCommitAnswer(ended);
}

/** Runs `snapshot checkout`. */
export async function composedSnapshotCheckout(call: Call): Promise<Answer> {
  const inputs = checked("snapshot checkout", snapshotCheckoutInputs, call.options);
  const generated = snapshotFolder();
  const branches = branchesOf(call, generated);
  return snapshotCheckoutAnswer(await snapshotCheckout(inputs, { branches, generated, progress }));
}

// A job that runs a proposal leaves no token in its clone.
function branchesOf({ directory, secrets }: Call, generated: string): GitBranches {
  const isJob = process.env.GITHUB_ACTIONS === "true";
  const token = isJob ? (secrets.githubToken ?? null) : null;
  return new GitBranches(directory, generated, isJob ? BOT : null, token);
}

// On a laptop without a token the branch is pushed all the same.
async function proposalsOf(call: Call): Promise<Proposals | null> {
  if (!call.secrets.githubToken || !process.env.GITHUB_REPOSITORY) return null;
  const { client, owner, repo } = await onGithub(undefined, call.secrets);
  const { GithubProposals } = await import("../adapters/github-proposals.ts");
  return new GithubProposals(client, owner, repo);
}
