import type { LivingProposals, OpenPull, Proposals, PullText } from "../ports/branches.ts";
import type { Client } from "./github-client.ts";
import { asking, ONCE, PAGE, writtenOnce } from "./github-requests.ts";

/** Pull requests of one repository on GitHub, as we open them. */
export class GithubProposals implements Proposals, LivingProposals {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.client = client;
    this.place = { owner, repo };
  }

  async propose(from: string, onto: string, text: PullText): Promise<string> {
    return ((await this.opened(from, onto)) ?? (await this.open(from, onto, text))).url;
  }

  async opened(from: string, onto: string): Promise<OpenPull | null> {
    const head = `${this.place.owner}:${from}`;
    const wanted = { ...this.place, head, base: onto, state: "open", per_page: PAGE } as const;
    const { data } = await asking("list pull requests", this.client.rest.pulls.list(wanted));
    return data[0] ? openPull(data[0]) : null;
  }

  open(from: string, onto: string, { title, body }: PullText): Promise<OpenPull> {
    const wanted = { ...this.place, head: from, base: onto, title, body, ...ONCE };
    const made = async () =>
      openPull((await asking("open the pull request", this.client.rest.pulls.create(wanted))).data);
    return writtenOnce(made, () => this.opened(from, onto));
  }

  async edit(pull: number, { title, body }: PullText): Promise<void> {
    const wanted = { ...this.place, pull_number: pull, title, body };
    await asking(`take the text of #${pull}`, this.client.rest.pulls.update(wanted));
  }

  async close(pull: number, body: string): Promise<void> {
    const wanted = { ...this.place, pull_number: pull, body, state: "closed" } as const;
    await asking(`close #${pull}`, this.client.rest.pulls.update(wanted));
  }

  async start(workflow: string, branch: string, inputs: Readonly<Record<string, string>>): Promise<void> {
    const wanted = { ...this.place, workflow_id: workflow, ref: branch, inputs };
    await asking(`start ${workflow}`, this.client.rest.actions.createWorkflowDispatch(wanted));
  }
}

function openPull(data: { number: number; html_url: string; title: string; body: string | null }): OpenPull {
  const { number, html_url: url, title, body } = data;
  return { number, url, title, body: body ?? "" };
}
