import { HostenvError } from "../errors.ts";
import type { Closing, Issues, IssueText, PostedIssue } from "../ports/issues.ts";
import { type Client, failureOf } from "./github-client.ts";
import { asking, ONCE, PAGE, pages, statusOf, writtenOnce } from "./github-requests.ts";

/** The one author whose name is known without asking: github-actions[bot] of github.com. */
const WORKFLOW_BOT = { id: 41_898_282, login: "github-actions[bot]" };

/** Which issues, and in which order, in GitHub's words. */
interface Wanted {
  readonly labels?: string;
  readonly creator?: string;
  readonly state: "open" | "closed" | "all";
  readonly sort: "created" | "updated";
  readonly direction: "asc" | "desc";
}

/** What of an issue becomes another, in GitHub's words. */
interface Change {
  readonly title?: string;
  readonly body?: string;
  readonly state?: "open" | "closed";
  readonly state_reason?: "completed" | "duplicate";
  readonly duplicate_issue_id?: number;
}

/** Issues of one repository on GitHub, through its REST API. */
export class GithubIssues implements Issues {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.client = client;
    this.place = { owner, repo };
  }

  labelled(label: string, state: PostedIssue["state"]): AsyncIterable<readonly PostedIssue[]> {
    const order =
      state === "open"
        ? ({ sort: "created", direction: "asc" } as const)
        : ({ sort: "updated", direction: "desc" } as const);
    return this.listed({ labels: label, state, ...order });
  }

  async *writtenBy(authorId: number, state: Wanted["state"]): AsyncIterable<readonly PostedIssue[]> {
    const creator = await this.loginOf(authorId);
    yield* this.listed({ creator, state, sort: "created", direction: "desc" });
  }

  // GitHub filters by a name that can be given anew; whose issue it is, is told by the id.
  private async loginOf(id: number): Promise<string> {
    if (id === WORKFLOW_BOT.id) return WORKFLOW_BOT.login;
    const { data } = await asking(
      `tell who user ${id} is`,
      this.client.rest.users.getById({ account_id: id }),
    );
    return data.login;
  }

  private async *listed(wanted: Wanted): AsyncIterable<readonly PostedIssue[]> {
    const read = async (page: number) => (await this.page(wanted, page)).data;
    for await (const found of pages(read)) yield found.filter((each) => !each.pull_request).map(postedIssue);
  }

  private page(wanted: Wanted, page = 1) {
    const asked = { ...this.place, ...wanted, per_page: PAGE, page };
    return this.enabled("list issues", this.client.rest.issues.listForRepo(asked));
  }

  createIssue(
    text: IssueText,
    labels: readonly string[],
    isIt: (issue: PostedIssue) => boolean,
  ): Promise<PostedIssue> {
    // Not by label: whether GitHub took it is not known yet.
    const latest = { state: "all", sort: "created", direction: "desc" } as const;
    const find = async () => {
      const { data } = await this.page(latest);
      return data.map(postedIssue).find(isIt) ?? null;
    };
    return writtenOnce(() => this.createOnce(text, labels), find);
  }

  private async createOnce({ title, body }: IssueText, labels: readonly string[]): Promise<PostedIssue> {
    const wanted = { ...this.place, title, body, labels: [...labels], ...ONCE };
    const { data } = await this.enabled("take the issue", this.client.rest.issues.create(wanted));
    return postedIssue(data);
  }

  editIssue(number: number, { title, body }: IssueText, reopened: boolean): Promise<boolean> {
    return this.changed(number, { title, body, ...(reopened ? { state: "open" } : {}) });
  }

  closeIssue(number: number, as: Closing): Promise<boolean> {
    const reason =
      as === "completed"
        ? ({ state_reason: "completed" } as const)
        : ({ state_reason: "duplicate", duplicate_issue_id: as.duplicateOf.id } as const);
    return this.changed(number, { state: "closed", ...reason });
  }

  private async changed(number: number, change: Change): Promise<boolean> {
    try {
      await this.client.rest.issues.update({ ...this.place, issue_number: number, ...change });
      return true;
    } catch (cause) {
      if (statusOf(cause) === 410) return false;
      throw failureOf(cause, `change issue #${number}`);
    }
  }

  async commentOn(number: number, body: string): Promise<void> {
    const wanted = { ...this.place, issue_number: number, body, ...ONCE };
    await asking(`take a comment on issue #${number}`, this.client.rest.issues.createComment(wanted));
  }

  private async enabled<T>(what: string, request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (cause) {
      throw statusOf(cause) === 410 ? disabled(this.place, cause) : failureOf(cause, what);
    }
  }
}

function disabled({ owner, repo }: { owner: string; repo: string }, cause: unknown): HostenvError {
  const hint = "switch issues on in the repository's settings, or give the action the input issues: false";
  return new HostenvError("issues-disabled", `issues are disabled in ${owner}/${repo}`, hint, cause);
}

const CLOSED_AS: Record<string, PostedIssue["closedAs"]> = {
  not_planned: "not-planned",
  duplicate: "duplicate",
};

function postedIssue(data: {
  number: number;
  id: number;
  state: string;
  state_reason?: string | null;
  body?: string | null;
  user: { id: number } | null;
  labels: readonly (string | { name?: string })[];
  html_url: string;
}): PostedIssue {
  const isOpen = data.state === "open";
  return {
    number: data.number,
    id: data.id,
    authorId: data.user?.id ?? 0,
    state: isOpen ? "open" : "closed",
    // An issue that was closed before there were reasons was done.
    closedAs: isOpen ? null : (CLOSED_AS[data.state_reason ?? ""] ?? "completed"),
    body: data.body ?? "",
    labels: data.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
    url: data.html_url,
  };
}
