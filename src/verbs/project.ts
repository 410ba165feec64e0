import { evaluation, githubToken } from "./shared.ts";
import type { Verb } from "./verb.ts";

const proposal = {
  name: "proposal",
  value: "FILE",
  about: "the file that project update writes, and project propose reads",
};

/** `project update`. */
export const projectUpdateVerb = {
  name: "project update",
  about: "say which pins a push to a project's branch moves, and which environments come or go",
  flags: [
    {
      name: "project",
      value: "REPOSITORY",
      about:
        "the repository that was pushed to: OWNER/NAME on this GitHub, or its address (default, in an action: the event's)",
    },
    {
      name: "ref",
      value: "REF",
      about: "the branch that was pushed, or refs/heads/BRANCH (default, in an action: the event's)",
    },
    { name: "sha", value: "SHA", about: "the commit that was pushed: a hint, what Nix finds counts" },
    { name: "deleted", about: "the branch was deleted" },
    proposal,
    ...evaluation.filter(({ name }) => !["derivations", "eval-concurrency"].includes(name)),
  ],
  inputs: [
    {
      name: "nix-access-tokens",
      value: "HOST=TOKEN",
      leavesFiles: true,
      about: "read-only tokens for private project repositories, as Nix's access-tokens setting has them",
    },
  ],
  outputs: { result: "moved, unchanged or ignored", "proposal-path": "the file of the proposal" },
} as const satisfies Verb;

/** `project propose`. */
export const projectProposeVerb = {
  name: "project propose",
  about: "bring what project update found to a pull request, or close the one of which nothing is left",
  flags: [
    { ...proposal, required: true },
    {
      name: "plan-workflow",
      value: "FILE",
      about: "start this workflow for the pull request: GitHub starts none for what a job's own token opened",
    },
  ],
  inputs: [githubToken],
  outputs: {
    result: "proposed, closed, none or dry-run",
    commit: "the commit that moves the pins, empty where there is none",
    "pull-request": "the pull request's number, empty where there is none",
    "pull-request-url": "the pull request's address, empty where there is none",
  },
} as const satisfies Verb;
