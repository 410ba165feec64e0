/** A remark on a place of the provider's repository. */
export interface Annotation {
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly message: string;
  /** Relative to the repository's root. */
  readonly file: string;
  /** Counted from 1; absent where it is not known. */
  readonly line?: number;
}

/** How much a text may hold. */
export interface Limit {
  readonly codePoints: number;
  readonly bytes: number;
}

/** What a verb answers, in each form that a door may ask for. */
export interface Answer {
  /** 0 fine, 2 the check says no. */
  readonly exitCode: 0 | 2;
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
}
