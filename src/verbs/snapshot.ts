import { githubToken } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `snapshot checkout`. */
export const snapshotCheckoutVerb = {
  name: "snapshot checkout",
  about:
    "lay the snapshot of a branch at origin over the commit that is checked out, as a commit without a branch",
  flags: [
    {
      name: "branch",
      value: "BRANCH",
      about: "the branch that holds snapshots alone (default: that of the snapshot that lies here)",
    },
    {
      name: "base",
      value: "REF",
      about:
        "make such a commit of this one, too, for plan's base (default, in an action on a pull request: its base)",
    },
  ],
  inputs: [githubToken],
  outputs: {
    snapshot: "the branch's commit, empty where the branch does not exist yet",
    base: "the commit that plan takes as its base, empty where there is none",
  },
} as const satisfies Verb;

/** `snapshot commit`. */
export const snapshotCommitVerb = {
  name: "snapshot commit",
  about:
    "commit the snapshot to its branch at origin; where that takes no push, to one of its own with a pull request",
  flags: [
    {
      name: "branch",
      value: "BRANCH",
      about: "commit to this branch (default: the one that is checked out, or whose snapshot is)",
    },
  ],
  inputs: [githubToken],
  outputs: {
    result: "committed, unchanged, superseded, proposed or dry-run",
    commit: "the commit that has the snapshot, empty where there is none",
    "pull-request-url": "the pull request's address, empty where there is none",
  },
} as const satisfies Verb;
