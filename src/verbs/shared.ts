import type { Flag } from "./verb.ts";

/** Lets a finding pass. */
export const allow: Flag = {
  name: "allow",
  value: "RULE[:SUBJECT]",
  repeatable: true,
  about: "let a blocking finding pass, for all its subjects or for one",
};

/** The page of a verb's report. */
export const reportHtml: Flag = {
  name: "report-html",
  value: "FILE",
  about: "write the report as one HTML page to FILE, which loads nothing from elsewhere",
};

/** Where the page opens. */
export const reportUrl: Flag = {
  name: "report-url",
  value: "URL",
  about:
    "where the report's page opens: the comment's environments and nodes lead to their places in it (default, in an " +
    "action: the run's artifacts)",
};

/** Files a comparison is written to. */
export const documents: readonly Flag[] = [
  { name: "comment-file", value: "FILE", about: "write the pull request comment (Markdown) to FILE" },
  { name: "report", value: "FILE", about: "write the full report (JSON) to FILE" },
  reportHtml,
  reportUrl,
];

/** The plan a verb looks at. */
export const planFile: Flag = {
  name: "plan",
  value: "FILE",
  about: "the plan.json to look at (default: the snapshot's)",
};

/** The reservations a verb looks at. */
export const stateFile: Flag = {
  name: "state",
  value: "FILE",
  about: "the state.json to look at (default: the snapshot's)",
};

/** How an evaluation goes, and how far. */
export const evaluation: readonly Flag[] = [
  { name: "system", value: "SYSTEM", about: "evaluate for this system (default: x86_64-linux)" },
  { name: "eval-timeout", value: "SECONDS", about: "stop an evaluation that takes longer (default: 600)" },
  { name: "eval-memory", value: "MIB", about: "stop an evaluation that needs more memory (default: 4096)" },
  { name: "eval-output", value: "MIB", about: "stop an evaluation that writes more (default: 64)" },
  {
    name: "derivations",
    about:
      "tell affected nodes by what is built differently: evaluates every node's system, base and head (default: by rules)",
  },
  {
    name: "eval-concurrency",
    value: "N",
    about: "so many nodes are evaluated at the same time, each with these caps (default: 2)",
  },
];

/** The token for GitHub, as an action takes it. */
export const githubToken: Flag = {
  name: "github-token",
  value: "TOKEN",
  actionDefault: `\${{ github.token }}`,
  about: "token for GitHub's API (default: the job's own)",
};

/** Secrets from a file in the repository that sops encrypted, as an action takes them. */
export const sopsInputs: readonly Flag[] = [
  {
    name: "sops-age-key",
    value: "KEY",
    leavesFiles: true,
    about: "secret key of age, from a secret of the repository or the environment, that opens sops-file",
  },
  {
    name: "sops-file",
    value: "FILE",
    about: "the file of secrets for CI that sops encrypted: YAML, JSON, .env or .ini by its suffix",
  },
  {
    name: "sops-secrets",
    value: "NAME=PATH",
    repeatable: true,
    about:
      "where in sops-file a secret is, as in SSH_KEY=deploy/ssh_key (default: SSH_KEY, NIX_SIGNING_KEY and " +
      "CF_API_TOKEN, those that are keys of its root)",
  },
];

/** The repository on GitHub. */
export const repository: Flag = {
  name: "repository",
  value: "OWNER/NAME",
  about: "the repository (default: the environment variable GITHUB_REPOSITORY)",
};

/** Tokens of project repositories, as an action takes them. */
export const nixAccessTokens: Flag = {
  name: "nix-access-tokens",
  value: "HOST=TOKEN",
  leavesFiles: true,
  about: "read-only tokens for private project repositories, as Nix's access-tokens setting has them",
};

/** Whose comment is ours. */
export const commentAuthor: Flag = {
  name: "comment-author-id",
  value: "ID",
  about: "numeric id of the user the token belongs to (default: that of github-actions[bot])",
};

/** What a judged change leaves. */
export const review = {
  changed: "true where the change does anything at all",
  blocked: "true where a finding needs a decision",
  "plan-id": "64 hex digits that name the plan by its content",
};

/** Where the page of a report is. */
export const reportPage = { "report-html-path": "the report as a page, beside it" };

/** What a comparison leaves. */
export const comparison = {
  ...review,
  counts: 'JSON: {"added":0,"changed":0,"removed":0,"moved":0}',
  "affected-nodes": "JSON list of the nodes that a deploy would reach",
  waves: "JSON list of lists: nodes in the order of a deploy",
  "report-path": "the full report, for an artifact",
  ...reportPage,
};

/** Where the comment is. */
export const commentUrl = { "comment-url": "the comment's address, empty where none was written" };

/** The file of the host keys that are trusted. */
export const knownHosts: Flag = {
  name: "known-hosts",
  value: "FILE",
  about: "the nodes' pinned host keys, as ssh has them (default: known_hosts in the provider's folder)",
};

/** What an action does that a schedule starts. */
export const scheduleInputs: readonly Flag[] = [
  {
    name: "issues",
    about:
      "keep one issue per problem, which opens and closes itself (default: true on schedule, else false)",
  },
  {
    name: "expected-every",
    value: "HOURS",
    about:
      "warn where the workflow's schedule started no run for so long (default: 26 on schedule, else it is not asked)",
  },
];
