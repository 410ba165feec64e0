import type { JsonValue } from "../domain/json.ts";

/** A pull request as GitHub has it now. */
export interface PullRequest {
  readonly number: number;
  /** The commit its branch points at. */
  readonly head: string;
  readonly labels: readonly string[];
}

/** A comment on a pull request. */
export interface PostedComment {
  readonly id: number;
  readonly authorId: number;
  readonly body: string;
  /** When it got its text, RFC 3339. */
  readonly updatedAt: string;
  readonly url: string;
}

/** A label given to a pull request that it still has. */
export interface GivenLabel {
  readonly label: string;
  readonly at: string;
  readonly by: { readonly id: number; readonly login: string };
}

/** A review that approves a commit. */
export interface ApprovingReview {
  readonly head: string;
  readonly by: GivenLabel["by"];
}

/** A commit's status. */
export interface CommitStatus {
  readonly context: string;
  readonly state: "success" | "failure" | "error";
  /** One line. */
  readonly description: string;
  readonly url: string | null;
}

/** A report that another run left. */
export interface StoredReport {
  readonly id: number;
  /** The head commit it is about, as GitHub tells it. */
  readonly head: string;
}

/**
 * The place where changes are reviewed. Every method throws HostenvError: `github-forbidden` where the
 * token may not, `github-limited`, `github-unreachable`, `github-rejected`.
 */
export interface Forge {
  /** Throws `pull-request-not-found`. */
  pullRequest(number: number): Promise<PullRequest>;
  /** The open pull request of a branch; null where there is none. */
  pullRequestOf(branch: { readonly owner: string; readonly name: string }): Promise<PullRequest | null>;
  /** Open pull requests, the latest first, 100 at most. */
  openPullRequests(): Promise<PullRequest[]>;
  /** Oldest first, page by page; a page is read when it is asked for. */
  comments(number: number): AsyncIterable<readonly PostedComment[]>;
  /** Written at most once, whatever happens on the way. `find` looks for it where the answer was lost. */
  createComment(
    number: number,
    body: string,
    find: () => Promise<PostedComment | null>,
  ): Promise<PostedComment>;
  editComment(id: number, body: string): Promise<PostedComment>;
  deleteComment(id: number): Promise<void>;
  addLabel(number: number, label: string): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** The latest giving of each of these labels. */
  givenLabels(number: number, labels: readonly string[]): Promise<GivenLabel[]>;
  /** Whether somebody may write to the repository. */
  mayWrite(user: GivenLabel["by"]): Promise<boolean>;
  /** Approving reviews, the latest first. */
  approvals(number: number): Promise<ApprovingReview[]>;
  setStatus(commit: string, status: CommitStatus): Promise<void>;
  /** Reports left under a name, the latest first, 100 at most. */
  reports(name: string): Promise<StoredReport[]>;
  /** A report's JSON, nothing of which is checked. Throws `artifact-unusable` where there is none in it. */
  report(id: number): Promise<JsonValue>;
}
