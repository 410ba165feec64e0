/** What the commit that `snapshot checkout` makes was made from. */
export interface SourceCommit {
  /** The commit that has the provider's files, as it was checked out before. */
  readonly commit: string;
  /** The branch whose snapshot lies over them. */
  readonly branch: string;
  /** That branch's commit; null where the branch did not exist yet. */
  readonly snapshot: string | null;
}

const TRAILERS = {
  commit: "Snapshot-Source",
  branch: "Snapshot-Branch",
  snapshot: "Snapshot-Commit",
} as const;

/** The message of a commit that lays a branch's snapshot over another commit's files, as git's trailers say it. */
export function overlayMessage({ commit, branch, snapshot }: SourceCommit): string {
  const trailers = [
    `${TRAILERS.branch}: ${branch}`,
    ...(snapshot === null ? [] : [`${TRAILERS.snapshot}: ${snapshot}`]),
    `${TRAILERS.commit}: ${commit}`,
  ];
  return `The snapshot of ${branch} over ${commit.slice(0, 12)}\n\n${trailers.join("\n")}\n`;
}

/**
 * What a commit was made from, given as `git cat-file` prints it; null for one that `snapshot checkout` did not make.
 * Its one parent must be what it says it came from: anybody may write such lines below a commit of their own.
 */
export function sourceIn(raw: string): SourceCommit | null {
  const [head = "", ...rest] = raw.split("\n\n");
  const message = rest.join("\n\n");
  const parents = [...head.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, parent]) => parent);
  const [commit, branch, snapshot] = [TRAILERS.commit, TRAILERS.branch, TRAILERS.snapshot].map(
    (name) => new RegExp(`^${name}: (\\S+)$`, "m").exec(message)?.[1],
  );
  if (commit === undefined || branch === undefined) return null;
  if (parents.length !== 1 || parents[0] !== commit) return null;
  return { commit, branch, snapshot: snapshot ?? null };
}
