import type { EndedRun, Runs } from "../ports/runs.ts";
import type { Client } from "./github-client.ts";
import { asking } from "./github-requests.ts";

/** How runs end that looked at nothing. */
const IDLE = ["cancelled", "skipped", "action_required", "stale", "startup_failure"];

/** So many of the latest runs are looked through. */
const LATEST = 30;

/** Runs of one repository's workflows on GitHub. */
export class GithubRuns implements Runs {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.client = client;
    this.place = { owner, repo };
  }

  async lastScheduled(workflow: string): Promise<EndedRun | null> {
    const wanted = {
      workflow_id: workflow,
      event: "schedule",
      status: "completed",
      per_page: LATEST,
    } as const;
    const { data } = await asking(
      `list runs of the workflow ${workflow}`,
      this.client.rest.actions.listWorkflowRuns({ ...this.place, ...wanted }),
    );
    const run = data.workflow_runs.find(({ conclusion }) => !IDLE.includes(conclusion ?? ""));
    return run ? { startedAt: new Date(run.created_at), url: run.html_url } : null;
  }
}
