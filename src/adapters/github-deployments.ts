import { HostenvError } from "../errors.ts";
import type { DeploymentState, Deployments, NewDeployment } from "../ports/deployments.ts";
import type { Client } from "./github-client.ts";
import { asking, ONCE } from "./github-requests.ts";

/** Ours are told by it from those that workflows make for their jobs. */
const TASK = "deploy:hostenv";

/** A request that is not answered by then never is: a deploy is not kept waiting for what only tells of it. */
const MOST_MILLISECONDS = 30_000;

/** Deployments of one repository on GitHub, through its REST API. */
export class GithubDeployments implements Deployments {
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.client = client;
    this.place = { owner, repo };
  }

  async isPublic(): Promise<boolean> {
    const { data } = await asking(
      "tell of the repository",
      this.client.rest.repos.get({ ...this.place, ...inTime() }),
    );
    return !data.private;
  }

  async create({
    environment,
    commit,
    description,
    isProduction,
    isTransient,
  }: NewDeployment): Promise<number> {
    const wanted = {
      ...{ ref: commit, task: TASK, environment, description },
      // What is deployed is what was merged: nothing is to be merged into it, and its checks are over.
      auto_merge: false,
      required_contexts: [],
      production_environment: isProduction,
      transient_environment: isTransient,
    };
    const { data } = await asking(
      "take the deployment",
      this.client.rest.repos.createDeployment({ ...this.place, ...wanted, ...inTime(ONCE.request) }),
    );
    if ("id" in data) return data.id;
    const hint = "check whether something else deploys this repository by GitHub's API";
    throw new HostenvError("github-rejected", `GitHub made no deployment: ${data.message}`, hint);
  }

  async setState(id: number, { state, description, url, logUrl }: DeploymentState): Promise<void> {
    const wanted = {
      ...{ deployment_id: id, state, description },
      ...(url === null ? {} : { environment_url: url }),
      ...(logUrl === null ? {} : { log_url: logUrl }),
    };
    await asking(
      "take the deployment's state",
      this.client.rest.repos.createDeploymentStatus({ ...this.place, ...wanted, ...inTime() }),
    );
  }

  // GitHub does so by itself only for environments that are neither production's nor transient.
  async supersede(id: number, environment: string): Promise<void> {
    const { repos } = this.client.rest;
    const wanted = { ...this.place, environment, task: TASK, per_page: 2 };
    const { data } = await asking("list deployments", repos.listDeployments({ ...wanted, ...inTime() }));
    const before = data.find((each) => each.id < id);
    if (!before) return;
    const place = { ...this.place, deployment_id: before.id };
    const { data: statuses } = await asking(
      "list a deployment's states",
      repos.listDeploymentStatuses({ ...place, per_page: 1, ...inTime() }),
    );
    if (statuses[0]?.state !== "success") return;
    await asking(
      "take the deployment's state",
      repos.createDeploymentStatus({ ...place, state: "inactive", ...inTime() }),
    );
  }
}

function inTime(more: object = {}) {
  return { request: { ...more, signal: AbortSignal.timeout(MOST_MILLISECONDS) } };
}
