/** A remark on a place of the provider's repository. */
export interface Annotation {
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly message: string;
  /** Relative to the repository's root; absent where it is about no file. */
  readonly file?: string;
  /** Counted from 1; absent where it is not known. */
  readonly line?: number;
}

/** How much a text may hold. */
export interface Limit {
  readonly codePoints: number;
  readonly bytes: number;
}

/** What there is to tell once something was done because of an answer. */
export interface Aftermath {
  readonly notices: readonly string[];
  readonly annotations: readonly Annotation[];
  /** Markdown; empty where there is nothing to tell. */
  readonly summary: string;
}

/** What a verb answers, in each form that a door may ask for. */
export interface Answer {
  /** 0 fine, 2 the check says no, 1 it could not know all it should. */
  readonly exitCode: 0 | 1 | 2;
  /** What `--json` prints. */
  readonly document: object;
  /** For people at a terminal; ends with a line break. */
  readonly terminal: (color: boolean) => string;
  /** Markdown for a job summary. */
  readonly summary: (limit: Limit) => string;
  /** Texts by the camelCase flag that names the file they go to. */
  readonly files: Readonly<Record<string, () => string>>;
  /** What the action leaves for later steps. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  /** Things the user should know, which stop nothing. */
  readonly notices: readonly string[];
  /** Why the check says no, for a log of which nobody reads more than a line. */
  readonly refusal?: string;
  /** Values of `--allow` that give the same answer where nobody can be asked. */
  readonly allowed?: readonly string[];
  /** What is left to write once the answer itself has been given. */
  readonly finish?: () => Promise<void>;
  /** What an action does once the answer stands; it does not change it. */
  readonly afterwards?: () => Promise<Aftermath>;
}
