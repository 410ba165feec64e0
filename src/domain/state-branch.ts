import { HostenvError } from "../errors.ts";

/** A branch for snapshots alone, as origin has it. */
export interface StateBranch {
  /** Its latest commit; null where it does not exist. */
  readonly tip: string | null;
  /** The latest commit that a run of ours pushed to it, by the reference that keeps it; null where none ever did. */
  readonly kept: string | null;
  /** Whether `kept` is the tip or leads to it. */
  readonly isWhole: boolean;
}

/**
 * The reference at origin that keeps a branch's latest commit. It is no branch: nothing lists it, tidies it up or
 * fetches it, so it still says what was there where the branch is gone.
 */
export function keeperOf(branch: string): string {
  return `refs/hostenv/${branch}`;
}

/**
 * The commit of a branch for snapshots; null where none was ever made. Throws HostenvError `state-branch-lost` where
 * there was one and the branch does not lead to it any more: to begin anew would give uids a second time.
 */
export function stateTip(branch: string, { tip, kept, isWhole }: StateBranch): string | null {
  if (kept === null || (tip !== null && isWhole)) return tip;
  const keeper = keeperOf(branch);
  const what = tip === null ? "is gone" : `was moved to ${tip.slice(0, 12)}, which does not come after it`;
  throw new HostenvError(
    "state-branch-lost",
    `the branch ${branch} ${what}: the last snapshot that was pushed to it is ${kept}, and its reservations count`,
    `${tip === null ? "" : "whoever may push may have moved either: look at both, who made them and when; then "}` +
      `bring it back: git fetch origin ${keeper} && git push --force origin FETCH_HEAD:refs/heads/${branch}; ` +
      `to go on from what is there now although uids may be given twice: git push origin --delete ${keeper}`,
  );
}
