import type { StoredReport } from "../ports/forge.ts";
import type { MergedPull, Merges } from "../ports/merges.ts";
import type { Client } from "./github-client.ts";
import { asking, PAGE, pages, statusOf } from "./github-requests.ts";

/** So many pages of artifacts are looked through. */
const MOST_PAGES = 10;

/** Larger artifacts are no reports: one of 5,000 new environments has about a tenth of it. */
const LARGEST_ARCHIVE = 16 * 1024 * 1024;

/** So many artifacts of one commit are looked at: each is a request, and anybody who pushes can leave them. */
const MOST_OF_A_HEAD = 5;

/** By what a plan is made for review. What is pushed, or started by hand, nobody reviews. */
const PROPOSALS = ["pull_request", "merge_group"];

/** Whoever acts with a job's own token: so `project propose` starts the plan of what it proposes. */
const JOB = "github-actions[bot]";

/** Merged pull requests of one repository on GitHub, and the reports of their plans. */
export class GithubMerges implements Merges {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };
  private readonly workflow: string;

  /** `workflow`: the file of the workflow that plans pull requests; what another one's runs leave is no report. */
  constructor(client: Client, owner: string, repo: string, workflow: string) {
    this.client = client;
    this.place = { owner, repo };
    this.workflow = workflow;
  }

  async of(commit: string): Promise<MergedPull[]> {
    const wanted = { ...this.place, commit_sha: commit, per_page: PAGE };
    const { repos } = this.client.rest;
    const found = repos.listPullRequestsAssociatedWithCommit(wanted).catch((cause: unknown) => {
      // A commit that was not pushed is no pull request's.
      if (statusOf(cause) === 422) return { data: [] };
      throw cause;
    });
    const { data } = await asking("tell where a commit comes from", found);
    return data.flatMap(({ number, head, base, merged_at: mergedAt }) =>
      mergedAt ? [{ number, head: head.sha, branch: base.ref, mergedAt }] : [],
    );
  }

  async reports(name: string, heads: readonly string[]): Promise<StoredReport[]> {
    const found = new Map<string, StoredReport>();
    const tries = new Map(heads.map((head) => [head, MOST_OF_A_HEAD]));
    let left = MOST_PAGES;
    if (tries.size === 0) return [];
    for await (const artifacts of pages((page) => this.artifacts(name, page))) {
      // The latest come first.
      for (const { id, head, run } of artifacts) {
        const more = found.has(head) ? 0 : (tries.get(head) ?? 0);
        if (more === 0) continue;
        tries.set(head, more - 1);
        if (await this.isOfPlan(run, head)) found.set(head, { id, head });
      }
      left -= 1;
      if (found.size === tries.size || left === 0) break;
    }
    return [...found.values()];
  }

  // Whoever may push can have a workflow of any branch leave an artifact of that name on any commit.
  private async isOfPlan(run: number, head: string): Promise<boolean> {
    const wanted = this.client.rest.actions.getWorkflowRun({ ...this.place, run_id: run });
    const found = wanted.catch((cause: unknown) => {
      // A run that was deleted can't say what it was.
      if (statusOf(cause) === 404) return null;
      throw cause;
    });
    const answer = await asking("tell which workflow left a report", found);
    if (answer === null) return false;
    const { event, path, head_sha: sha, triggering_actor: by } = answer.data;
    const isForReview = PROPOSALS.includes(event) || (event === "workflow_dispatch" && by?.login === JOB);
    return isForReview && sha === head && path.split("@")[0] === `.github/workflows/${this.workflow}`;
  }

  // As many as GitHub gave, so that a page that is not full is seen to be the last.
  private async artifacts(name: string, page: number): Promise<{ id: number; head: string; run: number }[]> {
    const { data } = await asking(
      "list artifacts",
      this.client.rest.actions.listArtifactsForRepo({ ...this.place, name, per_page: PAGE, page }),
    );
    return data.artifacts.map(({ id, expired, size_in_bytes: size, workflow_run: run }) => ({
      id,
      head: expired || size > LARGEST_ARCHIVE ? "" : (run?.head_sha ?? ""),
      run: run?.id ?? 0,
    }));
  }
}
