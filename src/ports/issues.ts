/** An issue as it stands where issues are kept. */
export interface PostedIssue {
  readonly number: number;
  /** What other issues call it; its number is for people. */
  readonly id: number;
  readonly authorId: number;
  readonly state: "open" | "closed";
  /** Why it was closed; null where it is open. */
  readonly closedAs: "completed" | "not-planned" | "duplicate" | null;
  readonly body: string;
  readonly labels: readonly string[];
  readonly url: string;
}

/** What an issue is made of. */
export interface IssueText {
  /** Plain text, 256 characters at most. */
  readonly title: string;
  /** Markdown, 65,536 characters at most. */
  readonly body: string;
}

/** Why an issue is closed. */
export type Closing = "completed" | { readonly duplicateOf: Pick<PostedIssue, "id"> };

/**
 * The place where problems are told. Pull requests are not among its issues. Every method throws HostenvError:
 * `issues-disabled` where the repository has none, `github-forbidden` where the token may not,
 * `github-limited`, `github-unreachable`, `github-rejected`.
 */
export interface Issues {
  /** Those with a label: open ones oldest first, closed ones latest changed first. A page is read when it is asked for. */
  labelled(label: string, state: PostedIssue["state"]): AsyncIterable<readonly PostedIssue[]>;
  /** Those that a user wrote, latest first. A page is read when it is asked for. */
  writtenBy(authorId: number, state: PostedIssue["state"] | "all"): AsyncIterable<readonly PostedIssue[]>;
  /** Written at most once, whatever happens on the way; `isIt` tells it where the answer was lost. */
  createIssue(
    text: IssueText,
    labels: readonly string[],
    isIt: (issue: PostedIssue) => boolean,
  ): Promise<PostedIssue>;
  /** Gives it another text, and opens it where `reopened` says so. False where it was deleted. */
  editIssue(number: number, text: IssueText, reopened: boolean): Promise<boolean>;
  /** False where it was deleted. */
  closeIssue(number: number, as: Closing): Promise<boolean>;
  /** Said at most once; may be lost where there is no answer, which throws. */
  commentOn(number: number, body: string): Promise<void>;
}
