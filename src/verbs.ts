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
  readonly about: string;
}

/** A verb of the command line and of the actions. */
export interface Verb {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
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

/** What an action leaves for later steps. */
export const ACTION_OUTPUTS = {
  changed: "true where the change does anything at all",
  blocked: "true where a finding needs a decision",
  "plan-id": "64 hex digits that name the plan by its content",
  counts: 'JSON: {"added":0,"changed":0,"removed":0,"moved":0}',
  "affected-nodes": "JSON list of the nodes that a deploy would reach",
  waves: "JSON list of lists: nodes in the order of a deploy",
  "report-path": "the full report, for an artifact",
} as const;

/** The key of a flag among a command's inputs: `base-plan` gives `basePlan`. */
export function inputKey(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Every verb: the one table that the doors, the documentation and the tests read. */
export const VERBS = [
  {
    name: "plan",
    about: "evaluate the provider, compare it with its base, write plan.json and state.json",
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
      ...documents,
      allow,
      { name: "system", value: "SYSTEM", about: "evaluate for this system (default: x86_64-linux)" },
    ],
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
  },
] as const satisfies readonly Verb[];

/** The name of a verb. */
export type VerbName = (typeof VERBS)[number]["name"];
