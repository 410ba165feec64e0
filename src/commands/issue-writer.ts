import type { IssueAction, Problem } from "../domain/issues.ts";
import { HostenvError } from "../errors.ts";
import type { Issues, IssueText, PostedIssue } from "../ports/issues.ts";
import { counted } from "../render/words.ts";
import type { OurIssue } from "./known-issues.ts";

/** A problem with the text of its issue. */
export interface ToldProblem extends Problem {
  readonly text: IssueText;
}

/** What is to be done about an issue of ours. */
export type Action = IssueAction<ToldProblem, OurIssue>;

/** An issue of a problem; without number and address where it is not there, in a dry run. */
export interface IssueOf {
  readonly key: string;
  readonly number: number | null;
  readonly url: string | null;
}

/** How issues are written. */
export interface WritingOptions {
  /** Who the token should write as. */
  readonly authorId: number;
  readonly label: string;
  /** Markdown: what is said when the issue of a key is closed. */
  readonly farewell: (key: string) => string;
  readonly dryRun: boolean;
}

/** Writes issues one after the other. What GitHub refuses is told, and the rest is left where it would refuse it, too. */
export class IssueWriter {
  /** What was done, by kind. */
  readonly done: Readonly<Record<Action["kind"], IssueOf[]>> = {
    open: [],
    reopen: [],
    edit: [],
    close: [],
    duplicate: [],
  };
  readonly notices: string[] = [];
  private readonly issues: Issues;
  private readonly options: WritingOptions;
  private mayOpen = true;
  private isUnlabelledTold = false;

  constructor(issues: Issues, options: WritingOptions) {
    this.issues = issues;
    this.options = options;
  }

  async perform(actions: readonly Action[]): Promise<void> {
    for (const [index, action] of actions.entries()) {
      try {
        await this.act(action);
      } catch (error) {
        this.notices.push(reasonOf(error));
        // Then it is this one alone that GitHub does not take.
        if ((error as HostenvError).code === "github-rejected") continue;
        this.notices.push(leftForLater(actions.length - index));
        return;
      }
    }
  }

  private async act(action: Action): Promise<void> {
    const { kind } = action;
    if (kind === "open" && !this.mayOpen) return;
    const done = this.options.dryRun ? planned(action) : await this.written(action);
    // Somebody deleted it meanwhile.
    if (done) this.done[kind].push(done);
  }

  private async written(action: Action): Promise<IssueOf | null> {
    if (action.kind === "open") return this.opened(action.problem);
    const { key, number, posted } = action.issue;
    const isThere = await this.changed(action);
    if (!isThere) return null;
    if (action.kind === "close") await this.say(number, this.options.farewell(key));
    if (action.kind === "duplicate") await this.say(number, `Duplicate of #${action.of.number}`);
    return issueOf(key, posted);
  }

  private changed(action: Exclude<Action, { kind: "open" }>): Promise<boolean> {
    const { number } = action.issue;
    if (action.kind === "close") return this.issues.closeIssue(number, "completed");
    if (action.kind === "duplicate") return this.issues.closeIssue(number, { duplicateOf: action.of.posted });
    return this.issues.editIssue(number, action.problem.text, action.kind === "reopen");
  }

  private async opened({ key, text }: ToldProblem): Promise<IssueOf> {
    const { label, authorId } = this.options;
    const isIt = ({ body, state }: PostedIssue) => state === "open" && body.trim() === text.body.trim();
    const posted = await this.issues.createIssue(text, [label], isIt);
    if (posted.authorId !== authorId) this.stopOpening(posted);
    const carried = posted.labels.map((name) => name.toLowerCase());
    if (!carried.includes(label.toLowerCase())) this.tellUnlabelled(posted);
    return issueOf(key, posted);
  }

  // The next run would not know it again, and open another one.
  private stopOpening(posted: PostedIssue): void {
    this.mayOpen = false;
    this.notices.push(foreignAuthor(posted, this.options.authorId));
  }

  // Once: it is so with all of them.
  private tellUnlabelled(posted: PostedIssue): void {
    if (!this.isUnlabelledTold) this.notices.push(unlabelled(posted, this.options.label));
    this.isUnlabelledTold = true;
  }

  // The issue is as it should be without these words.
  private async say(number: number, text: string): Promise<void> {
    try {
      await this.issues.commentOn(number, text);
    } catch (error) {
      this.notices.push(reasonOf(error));
    }
  }
}

function planned(action: Action): IssueOf {
  return action.kind === "open"
    ? { key: action.problem.key, number: null, url: null }
    : issueOf(action.issue.key, action.issue.posted);
}

/** An issue as it is told of. */
export function issueOf(key: string, { number, url }: PostedIssue): IssueOf {
  return { key, number, url };
}

/** What stands against writing, for a notice; a mistake of ours is thrown on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof HostenvError)) throw error;
  const right = error.code === "github-forbidden" ? ": the token needs `issues: write`" : "";
  return `${error.message}${right}`;
}

/** That changes are left for the next run. */
export function leftForLater(count: number): string {
  return `${counted(count, "change")} of issues ${count === 1 ? "is" : "are"} left for the next run`;
}

/** That an issue is not taken for ours although it has our mark, and what to do. */
export function foreignAuthor({ number, authorId }: PostedIssue, ours: number): string {
  return (
    `issue #${number} has our mark and was written by the user ${authorId}, and issues of ${ours} are taken ` +
    `for ours: set comment-author-id to ${authorId} if it is the token's, else close the issue and take its label away`
  );
}

function unlabelled({ number }: PostedIssue, label: string): string {
  return (
    `issue #${number} did not get the label ${label}, which takes the right to write to the repository: ` +
    "issues are found by their author, which takes more requests"
  );
}
