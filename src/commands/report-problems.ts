import { admitted, digestOf, issueActions, withinWrites } from "../domain/issues.ts";
import type { Issues } from "../ports/issues.ts";
import type { Progress } from "../ports/people.ts";
import { type IssueDraft, issueBody, issueLabel, issueTitle, markedKey } from "../render/issue-mark.ts";
import { counted } from "../render/words.ts";
import {
  type Action,
  foreignAuthor,
  type IssueOf,
  IssueWriter,
  issueOf,
  leftForLater,
  reasonOf,
  type ToldProblem,
  type WritingOptions,
} from "./issue-writer.ts";
import { type FoundIssues, findIssues, type IssueOwnership } from "./known-issues.ts";

/**
 * So many issues are opened or opened again in one run: each is a mail to everybody who watches. The rest
 * stands in one issue until its turn comes.
 */
const OPENED_PER_RUN = 20;

/** GitHub takes 80 writes of content a minute and 500 an hour; four runs an hour stay below. */
const WRITES_PER_RUN = 100;

/** What issues are to be like. */
export interface ProblemOptions extends IssueOwnership, Omit<WritingOptions, "label"> {
  /** Whether a key that is no problem is known to be none; where it is not, its issue is left as it is. */
  readonly isSettled: (key: string) => boolean;
  /** One issue for problems that have to wait for their own. */
  readonly collected: (waiting: readonly IssueDraft[]) => IssueDraft;
}

/** What is needed of the world. */
export interface ProblemPorts {
  readonly issues: Issues;
  readonly progress: Progress;
}

/** What was done about issues, or would be in a dry run. */
export interface ReportedProblems {
  readonly opened: readonly IssueOf[];
  readonly reopened: readonly IssueOf[];
  readonly edited: readonly IssueOf[];
  readonly closed: readonly IssueOf[];
  readonly duplicates: readonly IssueOf[];
  /** The open issue of each key that has one. */
  readonly open: ReadonlyMap<string, IssueOf>;
  readonly notices: readonly string[];
}

/**
 * Makes one open issue per problem, closes those of problems that are gone, and joins copies that come from
 * runs which met. Whatever GitHub refuses is a notice: the next run goes on from what there is.
 */
export async function reportProblems(
  drafts: readonly IssueDraft[],
  options: ProblemOptions,
  ports: ProblemPorts,
): Promise<ReportedProblems> {
  return new Reporting(options, ports).run(drafts);
}

class Reporting {
  private readonly options: ProblemOptions;
  private readonly ports: ProblemPorts;
  private readonly writer: IssueWriter;
  private readonly notices: string[] = [];
  private readonly open = new Map<string, IssueOf>();

  constructor(options: ProblemOptions, ports: ProblemPorts) {
    this.options = options;
    this.ports = ports;
    this.writer = new IssueWriter(ports.issues, { ...options, label: issueLabel(options) });
  }

  async run(drafts: readonly IssueDraft[]): Promise<ReportedProblems> {
    this.ports.progress.step("looking at issues");
    try {
      await this.writer.perform(await this.compared(drafts));
    } catch (error) {
      this.notices.push(`issues are left as they are: ${reasonOf(error)}`);
    }
    const { open: opened, reopen: reopened, edit: edited, close: closed, duplicate } = this.writer.done;
    const notices = [...this.notices, ...this.writer.notices];
    return { opened, reopened, edited, closed, duplicates: duplicate, open: this.openNow(), notices };
  }

  private async compared(drafts: readonly IssueDraft[]): Promise<Action[]> {
    const problems = drafts.map((draft) => this.told(draft));
    const first = await this.found(problems);
    const { own, waiting } = admitted(problems, first.ours, OPENED_PER_RUN);
    const rest = waiting.length > 0 ? [this.collected(drafts, waiting)] : [];
    const { ours, foreign } = rest.length > 0 ? await this.found([...problems, ...rest]) : first;
    this.remember(ours);
    const actions = issueActions([...rest, ...own], ours, this.options.isSettled);
    const free = this.withoutTaken(actions, foreign);
    const possible = withinWrites(free, WRITES_PER_RUN);
    if (possible.length < free.length) this.notices.push(leftForLater(free.length - possible.length));
    return possible;
  }

  private found(problems: readonly ToldProblem[]): Promise<FoundIssues> {
    const keys = problems.map(({ key }) => key);
    return findIssues(this.ports.issues, this.options, keys);
  }

  private told(draft: IssueDraft): ToldProblem {
    const title = issueTitle(draft);
    const digest = digestOf(`${title}\n${draft.essence}`);
    const text = { title, body: issueBody(this.options, digest, draft) };
    return { key: markedKey(draft.key), cause: draft.cause, digest, text };
  }

  private collected(drafts: readonly IssueDraft[], waiting: readonly ToldProblem[]): ToldProblem {
    const keys = new Set(waiting.map(({ key }) => key));
    const many = `${counted(waiting.length, "problem")} ${waiting.length === 1 ? "stands" : "stand"}`;
    this.notices.push(`${many} in one issue: a run opens ${OPENED_PER_RUN} issues at most`);
    return this.told(this.options.collected(drafts.filter(({ key }) => keys.has(markedKey(key)))));
  }

  // Opened all the same, every run would add one: what the token writes is not taken for ours.
  private withoutTaken(actions: readonly Action[], foreign: FoundIssues["foreign"]): Action[] {
    const taken = actions.flatMap((action) =>
      action.kind === "open" ? (foreign.get(action.problem.key) ?? []) : [],
    );
    if (taken[0]) this.notices.push(foreignAuthor(taken[0], this.options.authorId));
    return actions.filter((action) => action.kind !== "open" || !foreign.has(action.problem.key));
  }

  // Of two, the older is the one that stays.
  private remember(ours: FoundIssues["ours"]): void {
    const open = ours.filter(({ state }) => state === "open");
    for (const { key, posted } of open.toSorted((left, right) => left.number - right.number))
      if (!this.open.has(key)) this.open.set(key, issueOf(key, posted));
  }

  private openNow(): ReadonlyMap<string, IssueOf> {
    const { open, reopen, close } = this.writer.done;
    for (const issue of [...open, ...reopen]) this.open.set(issue.key, issue);
    for (const { key } of close) this.open.delete(key);
    return this.open;
  }
}
