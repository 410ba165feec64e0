/** A flag of the command line; its name is also the name of the action's input. */
export interface Flag {
  /** Kebab-case, without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What the value is called; none for a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly repeatable?: boolean;
  /** The verb can't run without it. */
  readonly required?: boolean;
  /** What an action takes where the input is not given, as the workflow language writes it. */
  readonly actionDefault?: string;
  readonly about: string;
}

/** A verb of the command line and of the actions. */
export interface Verb {
  /** One word, or two where verbs share a noun: `state list`. */
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** The one word after the verb that is no flag; an action takes it as an input. */
  readonly argument?: Pick<Flag, "name" | "about">;
  /** Inputs that only an action has. */
  readonly inputs?: readonly Flag[];
  /** What the action leaves for later steps: name and meaning. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Has an action of its own, in the folder of its name. */
  readonly action?: boolean;
  /** What a reader of the action must know: needs and rights. */
  readonly needs?: string;
}

const allow: Flag = {
  name: "allow",
  value: "RULE[:SUBJECT]",
  repeatable: true,
  about: "let a blocking finding pass, for all its subjects or for one",
};

const documents: readonly Flag[] = [
  { name: "comment-file", value: "FILE", about: "write the pull request comment (Markdown) to FILE" },
  { name: "report", value: "FILE", about: "write the full report (JSON) to FILE" },
];

const planFile: Flag = {
  name: "plan",
  value: "FILE",
  about: "the plan.json to look at (default: the snapshot's)",
};

const stateFile: Flag = {
  name: "state",
  value: "FILE",
  about: "the state.json to look at (default: the snapshot's)",
};

const evaluation: readonly Flag[] = [
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

/** Flags every verb has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "working-directory", short: "C", value: "DIR", about: "the provider's folder (default: this one)" },
  { name: "json", about: "one JSON document on stdout; text for people goes to stderr" },
  { name: "dry-run", about: "change nothing; files named by other flags are still written" },
  { name: "no-color", about: "no colour, also with the environment variable NO_COLOR" },
];

/** Inputs every action has besides its verb's flags. */
export const ACTION_INPUTS: readonly Flag[] = [
  {
    name: "working-directory",
    value: "DIR",
    about: "the provider's folder in the repository (default: its root)",
  },
  { name: "dry-run", about: "change nothing; files named by other inputs are still written" },
];

const githubToken: Flag = {
  name: "github-token",
  value: "TOKEN",
  actionDefault: `\${{ github.token }}`,
  about: "token for GitHub's API (default: the job's own)",
};

const commentAuthor: Flag = {
  name: "comment-author-id",
  value: "ID",
  about: "numeric id of the user the token belongs to (default: that of github-actions[bot])",
};

const review = {
  changed: "true where the change does anything at all",
  blocked: "true where a finding needs a decision",
  "plan-id": "64 hex digits that name the plan by its content",
};

const comparison = {
  ...review,
  counts: 'JSON: {"added":0,"changed":0,"removed":0,"moved":0}',
  "affected-nodes": "JSON list of the nodes that a deploy would reach",
  waves: "JSON list of lists: nodes in the order of a deploy",
  "report-path": "the full report, for an artifact",
};

const commentUrl = { "comment-url": "the comment's address, empty where none was written" };

/** The key of a flag among a command's inputs: `base-plan` gives `basePlan`. */
export function inputKey(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Every verb: the one table that the doors, the documentation and the tests read. */
export const VERBS = [
  {
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
      ...evaluation,
    ],
    inputs: [
      {
        name: "nix-access-tokens",
        value: "HOST=TOKEN",
        about: "read-only tokens for private project repositories, as Nix's access-tokens setting has them",
      },
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
  },
  {
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
  },
  {
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
      {
        name: "repository",
        value: "OWNER/NAME",
        about: "the repository (default: the environment variable GITHUB_REPOSITORY)",
      },
      { name: "report-url", value: "URL", about: "where readers find the full report (default: the run)" },
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
  },
  {
    name: "golden-check",
    about: "compare a plan with the golden file that says what it should be",
    action: true,
    flags: [
      {
        name: "golden",
        value: "FILE",
        about: "the golden file (default: tests/golden/plan.json; where there is none, nothing is checked)",
      },
      planFile,
      { name: "update", about: "write the plan into the golden file, where they differ" },
      {
        name: "ignore",
        value: "POINTER[=REASON]",
        repeatable: true,
        about: "do not compare what this JSON pointer leads to; * stands for any one name in it",
      },
      { name: "patch", value: "FILE", about: "write what --update would do to FILE, as git apply takes it" },
    ],
    outputs: {
      result: "match, mismatch or skipped",
      "patch-path": "the patch that makes the golden file match, empty where there is nothing to repair",
    },
    needs:
      "Evaluates nothing: it reads the plan.json of the checkout, or the one that `plan` has just written. A uid counts " +
      "as the name of its environment, and `previousNode` is not compared. A mismatch fails the step; the summary shows " +
      "the differences and the command that takes them over.",
  },
  {
    name: "state list",
    about: "list what state.json reserves: uid, node, hostnames, still planned or not, since when",
    flags: [stateFile, planFile],
    outputs: {},
  },
  {
    name: "state prune",
    about: "release the hostnames of environments that are no longer planned; their uids stay reserved",
    flags: [
      stateFile,
      planFile,
      { name: "yes", about: "write it; without this, only show what would be released" },
      { name: "keep", value: "ENV", repeatable: true, about: "leave this environment's entry as it is" },
      {
        name: "force",
        about:
          "release also what the plan.json of HEAD or of origin's default branch still has; never what is planned now",
      },
    ],
    outputs: {},
  },
  {
    name: "nodes build",
    about: "build the system of one node from the snapshot and print its store path",
    argument: { name: "node", about: "the node to build, as nodeConnections names it" },
    flags: [
      {
        name: "eval-memory",
        value: "MIB",
        about: "stop Nix where it needs more memory, builders of a daemon apart (default: 4096)",
      },
    ],
    outputs: { "store-path": "the node's system in the store" },
  },
] as const satisfies readonly Verb[];

/** The name of a verb. */
export type VerbName = (typeof VERBS)[number]["name"];
