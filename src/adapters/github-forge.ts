import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type {
  ApprovingReview,
  CommitStatus,
  Forge,
  GivenLabel,
  PostedComment,
  PullRequest,
  StoredReport,
} from "../ports/forge.ts";
import { reportIn } from "./github-artifact.ts";
import { type Client, failureOf } from "./github-client.ts";
import { asking, isGone, ONCE, PAGE, pages, writtenOnce } from "./github-requests.ts";

/** Events of a pull request are read from the last page back, and no further. */
const EVENT_PAGES = 5;

/** Larger artifacts are no reports: one of 5,000 new environments has about a tenth of it. */
const LARGEST_ARCHIVE = 16 * 1024 * 1024;

/** Pull requests of one repository on GitHub, through its REST API. */
export class GithubForge implements Forge {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.client = client;
    this.place = { owner, repo };
  }

  async pullRequest(number: number): Promise<PullRequest> {
    try {
      const { data } = await this.client.rest.pulls.get({ ...this.place, pull_number: number });
      return pullRequest(data);
    } catch (cause) {
      const { owner, repo } = this.place;
      if (isGone(cause)) throw notFound(number, `${owner}/${repo}`, cause);
      throw failureOf(cause, `give pull request #${number}`);
    }
  }

  async pullRequestOf({ owner, name }: { owner: string; name: string }): Promise<PullRequest | null> {
    const wanted = { ...this.place, state: "open" as const, head: `${owner}:${name}` };
    const { data } = await asking("list pull requests", this.client.rest.pulls.list(wanted));
    if (data.length > 1) throw ambiguous(`${owner}:${name}`, data.length);
    return data[0] ? pullRequest(data[0]) : null;
  }

  async openPullRequests(): Promise<PullRequest[]> {
    const wanted = { state: "open", sort: "updated", direction: "desc", per_page: PAGE } as const;
    const { data } = await asking(
      "list pull requests",
      this.client.rest.pulls.list({ ...this.place, ...wanted }),
    );
    return data.map(pullRequest);
  }

  comments(number: number): AsyncIterable<readonly PostedComment[]> {
    const wanted = { ...this.place, issue_number: number, per_page: PAGE };
    return pages(async (page) => {
      const listed = this.client.rest.issues.listComments({ ...wanted, page });
      return (await asking("list comments", listed)).data.map(postedComment);
    });
  }

  createComment(
    number: number,
    body: string,
    find: () => Promise<PostedComment | null>,
  ): Promise<PostedComment> {
    return writtenOnce(() => this.createOnce(number, body), find);
  }

  private async createOnce(number: number, body: string): Promise<PostedComment> {
    const wanted = { ...this.place, issue_number: number, body, ...ONCE };
    const { data } = await asking("take the comment", this.client.rest.issues.createComment(wanted));
    return postedComment(data);
  }

  async editComment(id: number, body: string): Promise<PostedComment> {
    const wanted = { ...this.place, comment_id: id, body };
    const { data } = await asking("take the comment", this.client.rest.issues.updateComment(wanted));
    return postedComment(data);
  }

  async deleteComment(id: number): Promise<void> {
    try {
      await this.client.rest.issues.deleteComment({ ...this.place, comment_id: id });
    } catch (cause) {
      if (!isGone(cause)) throw failureOf(cause, "delete a copy of the comment");
    }
  }

  async addLabel(number: number, label: string): Promise<void> {
    const wanted = { ...this.place, issue_number: number, labels: [label] };
    await asking(`take the label ${label}`, this.client.rest.issues.addLabels(wanted));
  }

  async removeLabel(number: number, label: string): Promise<void> {
    try {
      await this.client.rest.issues.removeLabel({ ...this.place, issue_number: number, name: label });
    } catch (cause) {
      if (!isGone(cause)) throw failureOf(cause, `remove the label ${label}`);
    }
  }

  async givenLabels(number: number, labels: readonly string[]): Promise<GivenLabel[]> {
    const open = new Set(labels);
    const given: GivenLabel[] = [];
    for await (const events of this.eventsFromLast(number)) {
      // One by one: an earlier giving of a label may stand on the same page.
      for (const found of events) if (open.delete(found.label)) given.push(found);
      if (open.size === 0) break;
    }
    return given;
  }

  // The first page tells how many there are; events come oldest first.
  private async *eventsFromLast(number: number): AsyncIterable<GivenLabel[]> {
    const wanted = { ...this.place, issue_number: number, per_page: PAGE };
    const read = (page: number) =>
      asking("list events", this.client.rest.issues.listEvents({ ...wanted, page }));
    const first = await read(1);
    const last = Number(/[?&]page=(\d+)>; rel="last"/.exec(first.headers.link ?? "")?.[1] ?? 1);
    for (let page = last; page > Math.max(1, last - EVENT_PAGES); page--)
      yield labelEvents((await read(page)).data);
    // Behind pages that were not read, it may tell of an earlier giving by somebody else.
    if (last <= EVENT_PAGES + 1) yield labelEvents(first.data);
  }

  async mayWrite({ id, login }: GivenLabel["by"]): Promise<boolean> {
    // Whoever it was is gone.
    if (login === "") return false;
    try {
      const wanted = { ...this.place, username: login };
      const { data } = await this.client.rest.repos.getCollaboratorPermissionLevel(wanted);
      // A name may have gone to somebody else since.
      return ["admin", "write"].includes(data.permission) && data.user?.id === id;
    } catch (cause) {
      if (isGone(cause)) return false;
      throw failureOf(cause, `tell what ${login} may do`);
    }
  }

  async approvals(number: number): Promise<ApprovingReview[]> {
    const wanted = { ...this.place, pull_number: number, per_page: PAGE };
    const reviews = await asking(
      "list reviews",
      this.client.paginate(this.client.rest.pulls.listReviews, wanted),
    );
    return reviews
      .flatMap(({ state, commit_id: head, user }) =>
        state === "APPROVED" && head && user ? [{ head, by: { id: user.id, login: user.login } }] : [],
      )
      .reverse();
  }

  async setStatus(commit: string, { context, state, description, url }: CommitStatus): Promise<void> {
    const status = { context, state, description, ...(url === null ? {} : { target_url: url }) };
    await asking(
      "take the commit status",
      this.client.rest.repos.createCommitStatus({ ...this.place, sha: commit, ...status }),
    );
  }

  async reports(name: string): Promise<StoredReport[]> {
    const wanted = { ...this.place, name, per_page: PAGE };
    const { data } = await asking("list artifacts", this.client.rest.actions.listArtifactsForRepo(wanted));
    return data.artifacts.flatMap(({ id, expired, size_in_bytes: size, workflow_run: run }) =>
      expired || size > LARGEST_ARCHIVE || !run?.head_sha ? [] : [{ id, head: run.head_sha }],
    );
  }

  async report(id: number): Promise<JsonValue> {
    const wanted = { ...this.place, artifact_id: id, archive_format: "zip" };
    const { data } = await asking(`give artifact ${id}`, this.client.rest.actions.downloadArtifact(wanted));
    return reportIn(Buffer.from(data as ArrayBuffer), `artifact ${id}`);
  }
}

// One of them would be told what the other does.
function ambiguous(branch: string, count: number): HostenvError {
  const hint = "close all but one, or give the input pull-request";
  return new HostenvError(
    "pull-request-ambiguous",
    `${branch} is the branch of ${count} open pull requests`,
    hint,
  );
}

function notFound(number: number, repository: string, cause: unknown): HostenvError {
  const hint = "check the number and the repository, and that the token may read pull requests";
  return new HostenvError(
    "pull-request-not-found",
    `there is no pull request #${number} in ${repository}`,
    hint,
    cause,
  );
}

function pullRequest(data: {
  number: number;
  head: { sha: string };
  labels: readonly { name?: string | null }[];
}): PullRequest {
  const labels = data.labels.flatMap(({ name }) => name ?? []);
  return { number: data.number, head: data.head.sha, labels };
}

function postedComment(data: {
  id: number;
  body?: string | undefined;
  user: { id: number } | null;
  updated_at: string;
  html_url: string;
}): PostedComment {
  const { id, body = "", user, updated_at: updatedAt, html_url: url } = data;
  return { id, body, authorId: user?.id ?? 0, updatedAt, url };
}

// Latest first; a label that was taken away and given again counts from the last time.
function labelEvents(
  events: readonly {
    event: string;
    created_at: string;
    actor: { id: number; login: string } | null;
    label?: unknown;
  }[],
): GivenLabel[] {
  return events
    .flatMap(({ event, actor, label, created_at: at }) => {
      const name = (label as { name?: string } | undefined)?.name;
      if (event !== "labeled" || name === undefined) return [];
      return [{ label: name, at, by: { id: actor?.id ?? 0, login: actor?.login ?? "" } }];
    })
    .reverse();
}
