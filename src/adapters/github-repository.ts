import { HostenvError } from "../errors.ts";
import type { RepositorySettings } from "../ports/repository.ts";
import type { Client } from "./github-client.ts";
import { asking, isGone, PAGE, statusOf } from "./github-requests.ts";

/** Settings of one repository on GitHub. */
export class GithubRepository implements RepositorySettings {
  readonly name: string;
  private readonly client: Client;
  private readonly place: { readonly owner: string; readonly repo: string };

  constructor(client: Client, owner: string, repo: string) {
    this.name = `${owner}/${repo}`;
    this.client = client;
    this.place = { owner, repo };
  }

  async defaultBranch(): Promise<string> {
    try {
      return (await this.client.rest.repos.get(this.place)).data.default_branch;
    } catch (cause) {
      if (statusOf(cause) === 401) throw refused(cause);
      return (await asking(`show the repository ${this.name}`, Promise.reject(cause))) as never;
    }
  }

  async login(): Promise<string | null> {
    try {
      return (await this.client.rest.users.getAuthenticated()).data.login;
    } catch (cause) {
      // A job's own token is no user's.
      if (statusOf(cause) === 403) return null;
      throw cause;
    }
  }

  async branch(branch: string) {
    const [found, rules] = await Promise.all([this.found(branch), this.rules(branch)]);
    return { name: branch, isProtected: found, rules };
  }

  async environment(name: string) {
    try {
      const { data } = await this.client.rest.repos.getEnvironment({ ...this.place, environment_name: name });
      const reviewing = (data.protection_rules ?? []).filter((rule) => rule.type === "required_reviewers");
      const reviewers = reviewing.flatMap((rule) =>
        "reviewers" in rule ? (rule.reviewers ?? []) : [],
      ).length;
      return { limitsBranches: (data.deployment_branch_policy ?? null) !== null, reviewers };
    } catch (cause) {
      if (isGone(cause)) return null;
      return await asking(`show the environment ${name}`, Promise.reject(cause));
    }
  }

  private async found(branch: string): Promise<boolean> {
    try {
      return (await this.client.rest.repos.getBranch({ ...this.place, branch })).data.protected;
    } catch (cause) {
      if (isGone(cause)) throw missing(branch, this.name);
      return await asking(`show the branch ${branch}`, Promise.reject(cause));
    }
  }

  private async rules(branch: string) {
    const { data } = await asking(
      `list the rules of the branch ${branch}`,
      this.client.rest.repos.getBranchRules({ ...this.place, branch, per_page: PAGE }),
    );
    const ids = [...new Set(data.flatMap(({ ruleset_id: id }) => id ?? []))];
    const may = new Map(await Promise.all(ids.map(async (id) => [id, await this.mayBypass(id)] as const)));
    return data.map(({ type, ruleset_id: id }) => ({
      type,
      mayBypass: id === undefined ? null : (may.get(id) ?? null),
    }));
  }

  // Of an organisation's rulesets, and to a token that may not write them, it is not told.
  private async mayBypass(id: number): Promise<boolean | null> {
    try {
      const { data } = await this.client.rest.repos.getRepoRuleset({ ...this.place, ruleset_id: id });
      const may = data.current_user_can_bypass;
      return may === undefined ? null : may === "always" || may === "exempt";
    } catch {
      return null;
    }
  }
}

function refused(cause: unknown): HostenvError {
  return new HostenvError(
    "github-token",
    "GitHub does not take the token: it is mistyped, expired or revoked",
    "give a valid one as github-token or GITHUB_TOKEN; in a job its own, github.token, is enough",
    cause,
  );
}

function missing(branch: string, repository: string): HostenvError {
  return new HostenvError(
    "branch-missing",
    `${repository} has no branch '${branch}'`,
    "push it, or check out the branch that is deployed",
  );
}
