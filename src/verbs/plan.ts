import {
  allow,
  commentAuthor,
  commentUrl,
  comparison,
  documents,
  evaluation,
  githubToken,
  nixAccessTokens,
  reportUrl,
  repository,
  review,
} from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `plan`. */
export const planVerb = {
  name: "plan",
  about: "evaluate the provider, compare it with its base, write the snapshot",
  action: true,
  flags: [
    {
      name: "base",
      value: "REF",
      about: "compare with this git branch, tag or commit, fetched where it is missing",
    },
    { name: "base-plan", value: "FILE", about: "compare with this plan.json (default: what is committed)" },
    {
      name: "state",
      value: "FILE",
      about: "reservations to start from (default: the base's, else the one on disk)",
    },
    {
      name: "head-commit",
      value: "SHA",
      about: "the commit reviewers know, where a merge of it is checked out",
    },
    ...documents,
    allow,
    {
      name: "update",
      value: "NAME",
      about: "move this environment's pin to the newest commit of its branch",
    },
    { name: "check", about: "only say whether the committed snapshot is what the inputs give" },
    {
      name: "compare-with",
      value: "FILE",
      about: "only say how the plan differs from this plan.json of the existing tool, and why",
    },
    ...evaluation,
  ],
  inputs: [
    nixAccessTokens,
    githubToken,
    { name: "comment", about: "write the pull request comment, too" },
    commentAuthor,
    { name: "cache", about: "keep what Nix fetched for the next run (default: true)" },
  ],
  outputs: { ...comparison, ...commentUrl },
  needs:
    "The answer is the job summary, annotations, the outputs below and a report file; the step fails when a finding " +
    "needs a decision. On a pull request `base` is the pull request's base. It needs git and Nix on the runner, a " +
    "checkout before it, and `contents: read`. With `pull-requests: read` it counts the labels that allow a finding; " +
    "with `comment: true` and what `comment` needs it writes the comment itself, which is enough for a repository " +
    "without forks. A token that may not write gives a notice, and everything else stays as it is.",
} as const satisfies Verb;

/** `diff`. */
export const diffVerb = {
  name: "diff",
  about: "compare two plan.json without evaluating anything",
  flags: [
    { name: "base", value: "FILE", required: true, about: "plan.json before the change" },
    { name: "head", value: "FILE", required: true, about: "plan.json after the change" },
    { name: "base-lock", value: "FILE", about: "flake.lock before the change, to see moved inputs" },
    { name: "head-lock", value: "FILE", about: "flake.lock after the change" },
    ...documents,
    allow,
  ],
  outputs: comparison,
} as const satisfies Verb;

/** `comment`. */
export const commentVerb = {
  name: "comment",
  about: "post or edit the pull request comment of a report, its labels and its commit status",
  action: true,
  flags: [
    { name: "report", value: "FILE", required: true, about: "the report that plan wrote" },
    {
      name: "pull-request",
      value: "N",
      about: "the pull request (default, in an action: that of the event)",
    },
    repository,
    reportUrl,
    commentAuthor,
  ],
  inputs: [githubToken],
  outputs: { ...review, ...commentUrl, result: "written, unchanged, superseded, read-only or none" },
  needs:
    "Evaluates nothing and needs no checkout: a report is data, checked against its schema, and may come from a " +
    "fork. It runs on `pull_request` or `workflow_run`; the pull request is the one whose head is the event's, " +
    "whatever the report says. It needs `pull-requests: write`, for labels `issues: write`, for the commit status " +
    "`statuses: write`, and to tell what changed since the last push and which other pull requests touch the same, " +
    "`actions: read`. What a missing " +
    "right forbids is left out with a notice.",
} as const satisfies Verb;
