import type { KnownIssue } from "../domain/issues.ts";
import type { Issues, PostedIssue } from "../ports/issues.ts";
import { type IssueHome, issueLabel, readMark } from "../render/issue-mark.ts";

/** Which issues are ours: somebody else may write our mark, and ours may be another provider's. */
export interface IssueOwnership extends IssueHome {
  readonly authorId: number;
}

/** An issue of ours, and as it stands on GitHub. */
export interface OurIssue extends KnownIssue {
  readonly posted: PostedIssue;
}

/** Issues with our mark. */
export interface FoundIssues {
  readonly ours: readonly OurIssue[];
  /** Open ones that carry our label and that somebody else wrote, by key: only who may write gives a label. */
  readonly foreign: ReadonlyMap<string, PostedIssue>;
}

/** An author's issues are looked through so many pages deep, 100 a page. */
const AUTHOR_PAGES = 20;

/**
 * Our open issues, and for keys that have none the closed ones. By label as long as that finds them, which is
 * one request in a run like the last; else by author, too: who may not write to the repository gives no labels,
 * and a label may be taken away.
 */
export async function findIssues(
  issues: Issues,
  ownership: IssueOwnership,
  keys: readonly string[],
): Promise<FoundIssues> {
  return new Finding(issues, ownership).found(new Set(keys));
}

class Finding {
  private readonly issues: Issues;
  private readonly ownership: IssueOwnership;
  private readonly ours: OurIssue[] = [];
  private readonly foreign = new Map<string, PostedIssue>();

  constructor(issues: Issues, ownership: IssueOwnership) {
    this.issues = issues;
    this.ownership = ownership;
  }

  async found(keys: ReadonlySet<string>): Promise<FoundIssues> {
    const { authorId } = this.ownership;
    const label = issueLabel(this.ownership);
    const { issues } = this;
    for await (const page of issues.labelled(label, "open")) this.take(page, true);
    const isAnyLabelled = this.ours.length > 0;
    const isComplete = () => this.hasAll(keys);
    if (!isComplete()) await this.look(issues.labelled(label, "closed"), isComplete);
    if (!isComplete()) await this.look(issues.writtenBy(authorId, "all"), isComplete, AUTHOR_PAGES);
    else if (!isAnyLabelled) await this.look(issues.writtenBy(authorId, "open"), () => false, AUTHOR_PAGES);
    return { ours: this.ours, foreign: this.foreign };
  }

  // A duplicate points to another one, which may stand further back.
  private hasAll(keys: ReadonlySet<string>): boolean {
    const found = new Set(this.ours.filter(({ closedAs }) => closedAs !== "duplicate").map(({ key }) => key));
    return [...keys].every((key) => found.has(key));
  }

  private async look(
    pages: AsyncIterable<readonly PostedIssue[]>,
    isEnough: () => boolean,
    most = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    let read = 0;
    for await (const page of pages) {
      this.take(page, false);
      if (isEnough() || ++read >= most) return;
    }
  }

  private take(page: readonly PostedIssue[], isLabelled: boolean): void {
    for (const posted of page) {
      const mark = readMark(posted.body, this.ownership);
      if (!mark) continue;
      const { number, state, closedAs } = posted;
      if (posted.authorId === this.ownership.authorId)
        this.ours.push({ ...mark, number, state, closedAs, posted });
      else if (isLabelled) this.foreign.set(mark.key, posted);
    }
  }
}
