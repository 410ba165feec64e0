import { z } from "zod";
import { type Shown, shownNow } from "../domain/decisions.ts";
import { type Failure, isFailure, parseReport, type Report } from "../domain/report.ts";
import { HostenvError, UsageError } from "../errors.ts";
import type { Files } from "../ports/files.ts";
import type { Forge, PostedComment, PullRequest } from "../ports/forge.ts";
import type { Progress } from "../ports/people.ts";
import { comment as commentText } from "../render/comment.ts";
import { deployOf } from "../render/deploy-comment.ts";
import { failureComment } from "../render/failure.ts";
import { COMMENT_LIMIT } from "../render/fit.ts";
import {
  isOlder,
  marker,
  otherOutcomeLabels,
  outcomeLabel,
  readState,
  type StickyState,
  saysTheSame,
  stateLine,
} from "../render/sticky.ts";
import { isQuiet } from "../render/words.ts";
import { outcomeOf, planStatus } from "./commit-status.ts";
import { decided } from "./labels.ts";
import { type Beside, OtherReports } from "./other-reports.ts";
import { findSticky, type Ownership, type StickyComment } from "./sticky-comment.ts";

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, "is no commit: 40 hex digits");

/** An address that a browser opens. */
export const address = z.url({ protocol: /^https?$/, error: "is no address that a browser opens" });

/** The user id of github-actions[bot] on github.com: what a job's own token writes as. */
export const GITHUB_ACTIONS_BOT = 41_898_282;

/** Inputs of `comment`. */
export const commentInputs = z.strictObject({
  /** Numbers come as text from a command line. */
  pullRequest: z.coerce.number().int().positive().optional(),
  /** The branch the run was for, where the event names no pull request; null where it was for none. */
  branch: z.strictObject({ owner: z.string(), name: z.string() }).nullable().optional(),
  /** The head the run was for, as the event tells it; else the report's own. */
  head: sha.optional(),
  run: z.strictObject({ id: z.int(), attempt: z.int() }).optional(),
  reportUrl: address.optional(),
  /** Where the run keeps what it left, the page among it. */
  artifactsUrl: address.optional(),
  /** The commit that a merge queue tries: it gets a commit status, and no pull request a comment. */
  queued: sha.optional(),
  commentAuthorId: z.coerce.number().int().positive().default(GITHUB_ACTIONS_BOT),
  /** The provider's folder: reports about any other are a stranger's idea. */
  provider: z.string(),
  dryRun: z.boolean().default(false),
});

type CommentInputs = z.infer<typeof commentInputs>;

/** What `comment` needs of the world. */
export interface CommentPorts {
  readonly forge: Forge;
  readonly files: Files;
  readonly progress: Progress;
}

/**
 * How it ended. `superseded`: a newer run has written or will; `read-only`: the token may not write;
 * `none`: there is no pull request.
 */
export type CommentResult = "written" | "unchanged" | "superseded" | "read-only" | "none";

/** What `comment` answers. */
export interface Commented {
  readonly result: CommentResult;
  readonly url: string | null;
  readonly notices: readonly string[];
  /** The report with what labels allow; a failure as it is. */
  readonly report: Report | Failure;
}

/** The most a report may hold, in bytes: 5,000 new environments give about a quarter of it. */
export const REPORT_LIMIT = 64 * 1024 * 1024;

/** Posts or edits the comment of a report, its labels and its commit status. Evaluates nothing. */
export async function comment(path: string, inputs: CommentInputs, ports: CommentPorts): Promise<Commented> {
  const report = parseReport(await ports.files.readJson(path, REPORT_LIMIT), path);
  if (report.provider !== inputs.provider) throw foreignReport(path, report.provider, inputs.provider);
  return new Commenting(report, inputs, ports).run();
}

function foreignReport(path: string, is: string, wanted: string): HostenvError {
  const message = `${path} is about the provider in '${is}', and '${wanted}' is asked for`;
  return new HostenvError(
    "report-foreign",
    message,
    "give the provider's folder as working-directory, or -C",
  );
}

// One comment being written: what is known so far, and what has to be told at the end.
class Commenting {
  private readonly inputs: CommentInputs;
  private readonly ports: CommentPorts;
  private readonly notices: string[] = [];
  private report: Report | Failure;

  constructor(report: Report | Failure, inputs: CommentInputs, ports: CommentPorts) {
    this.report = report;
    this.inputs = inputs;
    this.ports = ports;
  }

  async run(): Promise<Commented> {
    const { queued } = this.inputs;
    const done = await (queued === undefined
      ? this.permitted("pull-requests: write", () => this.commented())
      : this.permitted("statuses: write", () => this.judged(queued)));
    return done ?? this.ended("read-only", null);
  }

  // What the labels of the pull request allow stands in the report already: nobody labels a queue.
  private async judged(commit: string): Promise<Commented> {
    const { headCommit } = this.report;
    if (headCommit !== commit)
      return this.ended(
        "superseded",
        null,
        `the report is about ${headCommit ?? "no commit"}, and the merge queue tries ${commit}`,
      );
    if (this.inputs.dryRun) return this.ended("unchanged", null, "dry run: nothing was written");
    const status = planStatus(this.report, this.inputs.reportUrl ?? null);
    await this.ports.forge.setStatus(commit, status);
    return this.ended("written", null);
  }

  private async commented(): Promise<Commented> {
    const number = await this.number();
    if (number === null) return this.ended("none", null, "there is no open pull request for this commit");
    this.ports.progress.step("reading the pull request");
    const ownership = { ...this.inputs, pullRequest: number, provider: this.report.provider };
    const sticky = await findSticky(this.ports.forge, {
      ...ownership,
      authorId: this.inputs.commentAuthorId,
    });
    // A pull request that was merged is labelled now and then; what became of it must not be lost.
    if (sticky.ours && deployOf(sticky.ours.body) !== undefined)
      return this.ended("superseded", sticky.ours, "the comment tells how the merge was deployed");
    const state = sticky.ours && readState(sticky.ours.body, sticky.ours.updatedAt);
    const previous = this.previousHead(state);
    const beside = await this.beside(number, previous);
    // As late as possible: whoever pushed meanwhile has a run of their own.
    const pull = await this.ports.forge.pullRequest(number);
    const late = this.whyLate(pull, state);
    if (late !== null) return this.ended("superseded", sticky.ours, late);
    await this.applyLabels(pull, state?.shown ?? []);
    const body = this.body(beside, {
      head: pull.head,
      previous,
      run: this.inputs.run ?? null,
      // What was shown before a plan that failed is still what labels were given for.
      shown: isFailure(this.report)
        ? (state?.shown ?? [])
        : shownNow(this.report.findings, state?.shown ?? []),
    });
    if (this.inputs.dryRun) return this.ended("unchanged", sticky.ours, "dry run: nothing was written");
    return this.write(body, sticky, pull, { ...ownership, authorId: this.inputs.commentAuthorId });
  }

  private ended(result: CommentResult, posted: PostedComment | null, notice?: string): Commented {
    if (notice !== undefined) this.notices.push(notice);
    return { result, url: posted?.url ?? null, notices: this.notices, report: this.report };
  }

  private async number(): Promise<number | null> {
    const { pullRequest, branch } = this.inputs;
    if (pullRequest !== undefined) return pullRequest;
    if (branch === null) return null;
    if (branch !== undefined) return (await this.ports.forge.pullRequestOf(branch))?.number ?? null;
    throw new UsageError("no pull request is named", "name it: --pull-request N");
  }

  /** The head the report must be about: the event's word counts, a report's own may be forged. */
  private head(): string | null {
    return this.inputs.head ?? this.report.headCommit;
  }

  private previousHead(state: StickyState | null): string | null {
    return state?.head === this.head() ? state.previous : (state?.head ?? null);
  }

  private whyLate(pull: PullRequest, state: StickyState | null): string | null {
    const { headCommit } = this.report;
    if (headCommit !== pull.head || (this.head() ?? pull.head) !== pull.head)
      return `the report is about ${headCommit ?? "no commit"}, and the pull request's head is ${pull.head}`;
    return isOlder(this.inputs.run ?? null, state?.run ?? null)
      ? "a later run has written the comment"
      : null;
  }

  private async applyLabels(pull: PullRequest, shown: readonly Shown[]): Promise<void> {
    if (isFailure(this.report)) return;
    const { report } = this;
    const findings = await this.permitted("issues: read", () =>
      decided(report.findings, pull, shown, this.ports.forge),
    );
    if (findings)
      this.report = { ...report, findings: findings.map((each) => ({ ...each, parts: [...each.parts] })) };
  }

  private async beside(number: number, previous: string | null): Promise<Beside> {
    if (isFailure(this.report) || isQuiet(this.report)) return {};
    const { report } = this;
    const others = new OtherReports(this.ports.forge);
    try {
      return (await this.permitted("actions: read", () => others.beside(report, number, previous))) ?? {};
    } catch (error) {
      // The comment says all about this plan without it.
      if (!(error instanceof HostenvError)) throw error;
      this.notices.push(`what other runs found is left out: ${error.message}`);
      return {};
    }
  }

  private body(beside: Beside, state: StickyState): string {
    const hidden = stateLine(state);
    const limit = { ...COMMENT_LIMIT, codePoints: COMMENT_LIMIT.codePoints - hidden.length - 1 };
    const { reportUrl, artifactsUrl } = this.inputs;
    const places = { ...(reportUrl ? { reportUrl } : {}), ...(artifactsUrl ? { artifactsUrl } : {}) };
    const text = isFailure(this.report)
      ? failureComment(this.report)
      : commentText(this.report, { ...beside, ...places }, limit);
    const head = marker(this.report.provider);
    return text.replace(head, () => `${head}\n${hidden}`);
  }

  private async write(
    body: string,
    sticky: StickyComment,
    pull: PullRequest,
    ownership: Ownership,
  ): Promise<Commented> {
    this.ports.progress.step("writing the comment");
    const posted = await this.permitted("pull-requests: write", () => this.post(body, sticky, ownership));
    if (posted) {
      await this.permitted("issues: write", () => this.setLabels(pull));
      const status = planStatus(this.report, posted.url);
      await this.permitted("statuses: write", () => this.ports.forge.setStatus(pull.head, status));
    }
    if (!posted) return this.ended("read-only", sticky.ours);
    return this.ended(posted === sticky.ours ? "unchanged" : "written", posted);
  }

  private async post(body: string, sticky: StickyComment, ownership: Ownership): Promise<PostedComment> {
    const { forge } = this.ports;
    for (const { id } of sticky.duplicates) await forge.deleteComment(id);
    if (sticky.ours && saysTheSame(sticky.ours.body, body)) return sticky.ours;
    if (sticky.ours) return forge.editComment(sticky.ours.id, body);
    const find = async () => (await findSticky(forge, ownership)).ours;
    const posted = await forge.createComment(ownership.pullRequest, body, find);
    if (posted.authorId !== ownership.authorId) this.notices.push(foreignAuthor(posted, ownership));
    return posted;
  }

  private async setLabels({ number, labels }: PullRequest): Promise<void> {
    const { forge, provider } = { ...this.ports, ...this.report };
    const outcome = outcomeOf(this.report);
    const wanted = outcomeLabel(outcome, provider);
    if (!labels.includes(wanted)) await forge.addLabel(number, wanted);
    const stale = otherOutcomeLabels(outcome, provider).filter((label) => labels.includes(label));
    for (const label of stale) await forge.removeLabel(number, label);
  }

  /** Does what the token may do; what it may not is told, and stops nothing. */
  private async permitted<T>(right: string, attempt: () => Promise<T>): Promise<T | null> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HostenvError) || error.code !== "github-forbidden") throw error;
      this.notices.push(`${error.message}: the token needs \`${right}\``);
      return null;
    }
  }
}

function foreignAuthor({ authorId }: PostedComment, ownership: Ownership): string {
  return (
    `the token writes as the user ${authorId}, and comments of ${ownership.authorId} are taken for ours: ` +
    `set comment-author-id to ${authorId}, or every run adds a comment`
  );
}
