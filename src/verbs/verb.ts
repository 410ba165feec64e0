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
  /** What it gives may lie in a file for a while, which the action's post step removes after a hard kill. */
  readonly leavesFiles?: boolean;
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

/** The key of a flag among a command's inputs: `base-plan` gives `basePlan`. */
export function inputKey(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
