import { broken, type Check, type Fact, judged, type Subject, works } from "./check.ts";

/** The files of the provider's folder that everything starts from. */
export interface FoundFiles {
  readonly flake: boolean;
  readonly lock: boolean;
}

/** What git says of the provider's folder. */
export interface FoundCheckout {
  /** The branch that is checked out, null where it is a commit alone. */
  readonly branch: string | null;
  /** Null where nothing is committed yet. */
  readonly commit: string | null;
  /** Files of the snapshot that are there and that git does not know. */
  readonly untracked: readonly string[];
}

const FLAKE: Subject = { area: "folder", name: "flake" };
const GIT: Subject = { area: "folder", name: "git" };
const SNAPSHOT: Subject = { area: "folder", name: "snapshot" };

/** Whether there is a flake with its lock. */
export function flakeCheck(fact: Fact<FoundFiles>): Check {
  return judged(FLAKE, fact, ({ flake, lock }) => {
    if (!flake)
      return broken(FLAKE, {
        code: "flake-missing",
        message: "there is no flake.nix here",
        hint: "name the provider's folder: working-directory, or -C; in a workflow a checkout comes first",
      });
    if (lock) return works(FLAKE, "flake.nix and flake.lock");
    return broken(FLAKE, {
      code: "lock-missing",
      message: "flake.nix has no flake.lock beside it",
      hint: "make it and commit it: nix flake lock",
    });
  });
}

/** Whether git knows what is deployed. */
export function checkoutCheck(fact: Fact<FoundCheckout>): Check {
  return judged(GIT, fact, ({ branch, commit, untracked }) => {
    const where = branch === null ? "no branch, a commit alone" : `branch ${branch}`;
    if (untracked.length > 0)
      return broken(GIT, {
        code: "snapshot-untracked",
        message: `git does not know ${untracked.join(", ")}: Nix does not see what git does not know`,
        hint: `add and commit it: git add ${untracked.join(" ")}`,
      });
    return works(
      GIT,
      commit === null ? `${where}, nothing is committed yet` : `${where} at ${commit.slice(0, 12)}`,
    );
  });
}

/** Whether the snapshot is as one plan wrote it, from what is here; its plan id. */
export function snapshotCheck(fact: Fact<{ readonly planId: string; readonly nodes: number }>): Check {
  return judged(SNAPSHOT, fact, ({ planId, nodes }) =>
    works(SNAPSHOT, `plan ${planId.slice(0, 12)}, ${nodes} node${nodes === 1 ? "" : "s"}`),
  );
}
