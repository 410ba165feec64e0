import type { JsonValue } from "../../src/domain/json.ts";
import { HostenvError } from "../../src/errors.ts";
import type {
  ApprovingReview,
  CommitStatus,
  Forge,
  GivenLabel,
  PostedComment,
  PullRequest,
} from "../../src/ports/forge.ts";

/** A report that another run left. */
export interface Left {
  readonly id: number;
  readonly head: string;
  /** What stands in it; an error where it can't be read. */
  readonly report: JsonValue | HostenvError;
}

/** What there is on GitHub at first. */
export interface World {
  /** Open pull requests, the latest first. */
  readonly pulls: readonly PullRequest[];
  /** Oldest first. */
  readonly comments: readonly PostedComment[];
  /** Comments on a page. */
  readonly page: number;
  readonly given: readonly GivenLabel[];
  /** User ids. */
  readonly writers: readonly number[];
  readonly approvals: readonly ApprovingReview[];
  /** By the artifact's name, the latest first. */
  readonly left: Readonly<Record<string, readonly Left[]>>;
  /** Methods the token may not call. */
  readonly refused: readonly (keyof Forge)[];
  /** Who the token writes as. */
  readonly self: number;
  /** The time of every write. */
  readonly now: string;
}

const EMPTY: World = {
  pulls: [],
  comments: [],
  page: 100,
  given: [],
  writers: [],
  approvals: [],
  left: {},
  refused: [],
  self: 41_898_282,
  now: "2026-01-01T00:00:00Z",
};

/** Pull requests in memory. It remembers every call, and does `meanwhile` right before one. */
export class FakeForge implements Forge {
  readonly calls: string[] = [];
  readonly statuses: CommitStatus[] = [];
  readonly meanwhile: Partial<Record<keyof Forge, () => void>> = {};
  world: World;

  constructor(world: Partial<World>) {
    this.world = { ...EMPTY, ...world };
  }

  /** Calls since the last look. */
  looked(): string[] {
    return this.calls.splice(0);
  }

  changed(change: Partial<World>): void {
    this.world = { ...this.world, ...change };
  }

  async pullRequest(number: number): Promise<PullRequest> {
    this.called("pullRequest", number);
    const found = this.world.pulls.find((pull) => pull.number === number);
    if (!found) throw new HostenvError("pull-request-not-found", `no #${number}`, "h");
    return found;
  }

  async pullRequestOf({ owner, name }: { owner: string; name: string }): Promise<PullRequest | null> {
    this.called("pullRequestOf", `${owner}:${name}`);
    return this.world.pulls[0] ?? null;
  }

  async openPullRequests(): Promise<PullRequest[]> {
    this.called("openPullRequests");
    return [...this.world.pulls];
  }

  async *comments(number: number): AsyncIterable<readonly PostedComment[]> {
    const { page } = this.world;
    for (let start = 0; ; start += page) {
      this.called("comments", number, start / page + 1);
      const found = this.world.comments.slice(start, start + page);
      yield found;
      if (found.length < page) return;
    }
  }

  async createComment(number: number, body: string): Promise<PostedComment> {
    this.called("createComment", number);
    const id = Math.max(0, ...this.world.comments.map((each) => each.id)) + 1;
    return this.posted({ id, authorId: this.world.self, body, updatedAt: this.world.now, url: `c/${id}` });
  }

  async editComment(id: number, body: string): Promise<PostedComment> {
    this.called("editComment", id);
    const found = this.world.comments.find((each) => each.id === id) as PostedComment;
    return this.posted({ ...found, body, updatedAt: this.world.now });
  }

  async deleteComment(id: number): Promise<void> {
    this.called("deleteComment", id);
    this.changed({ comments: this.world.comments.filter((each) => each.id !== id) });
  }

  async addLabel(number: number, label: string): Promise<void> {
    this.called("addLabel", number, label);
    this.relabelled(number, (labels) => [...labels, label]);
  }

  async removeLabel(number: number, label: string): Promise<void> {
    this.called("removeLabel", number, label);
    this.relabelled(number, (labels) => labels.filter((each) => each !== label));
  }

  async givenLabels(number: number, labels: readonly string[]): Promise<GivenLabel[]> {
    this.called("givenLabels", number, labels.join());
    return this.world.given.filter(({ label }) => labels.includes(label));
  }

  async mayWrite({ id }: GivenLabel["by"]): Promise<boolean> {
    this.called("mayWrite", id);
    return this.world.writers.includes(id);
  }

  async approvals(number: number): Promise<ApprovingReview[]> {
    this.called("approvals", number);
    return [...this.world.approvals];
  }

  async setStatus(commit: string, status: CommitStatus): Promise<void> {
    this.called("setStatus", commit, status.state);
    this.statuses.push(status);
  }

  async reports(name: string): Promise<{ id: number; head: string }[]> {
    this.called("reports", name);
    return (this.world.left[name] ?? []).map(({ id, head }) => ({ id, head }));
  }

  async report(id: number): Promise<JsonValue> {
    this.called("report", id);
    const found = Object.values(this.world.left)
      .flat()
      .find((each) => each.id === id) as Left;
    if (found.report instanceof Error) throw found.report;
    return found.report;
  }

  private called(method: keyof Forge, ...told: readonly (string | number)[]): void {
    this.meanwhile[method]?.();
    this.calls.push([method, ...told].join(" "));
    if (this.world.refused.includes(method)) {
      throw new HostenvError("github-forbidden", `GitHub does not allow ${method}`, "h");
    }
  }

  private posted(comment: PostedComment): PostedComment {
    const others = this.world.comments.filter(({ id }) => id !== comment.id);
    this.changed({ comments: [...others, comment].sort((left, right) => left.id - right.id) });
    return comment;
  }

  private relabelled(number: number, change: (labels: readonly string[]) => readonly string[]): void {
    const pulls = this.world.pulls.map((pull) =>
      pull.number === number ? { ...pull, labels: change(pull.labels) } : pull,
    );
    this.changed({ pulls });
  }
}
