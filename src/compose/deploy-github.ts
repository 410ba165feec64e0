import { posix } from "node:path";
import { GitCommits } from "../adapters/git-commits.ts";
import { GithubDeployments } from "../adapters/github-deployments.ts";
import { GithubForge } from "../adapters/github-forge.ts";
import { GithubMerges } from "../adapters/github-merges.ts";
import { HttpWebhook } from "../adapters/http-webhook.ts";
import type { DeployPorts } from "../commands/deploy.ts";
import { Announcer, type Announcing } from "../commands/deploy-announce.ts";
import { environmentsOf } from "../commands/deploy-report.ts";
import { type ReviewFound, reviewOf } from "../commands/deploy-review.ts";
import { tellOfDeploy } from "../commands/deploy-tell.ts";
import { type Announcement, announcements } from "../domain/deploy/announcements.ts";
import type { DeployReport } from "../domain/deploy/report.ts";
import { isSuperseding } from "../domain/deploy/superseded.ts";
import { explained, HostenvError } from "../errors.ts";
import type { Run } from "../render/sticky.ts";
import { type Call, files, type OnGithub, onGithub, PROGRAM } from "./call.ts";

/** Where a deploy is seen, and what of it is told to whom. */
export interface DeployPlace {
  /** The provider's folder in its repository, "." for the root. */
  readonly provider: string;
  /** The snapshot's folder in the provider's. */
  readonly generated: string;
  /** The branch that is deployed, null outside of an action. */
  readonly branch: string | null;
  /** Whether a later commit of the branch is deployed by a run of its own. */
  readonly isFollowed: boolean;
  readonly commit: string | null;
  readonly run: Run | null;
  readonly runUrl: string | null;
  readonly reviewed: readonly string[];
  /** The file of the workflow that plans pull requests. */
  readonly planWorkflow: string;
  readonly announcing: Announcing;
  readonly isPublic: boolean | null;
  readonly webhook: string | null;
  /** Whose comments are ours: GitHub's numeric id of the user. */
  readonly authorId: number;
}

/** What a deploy asks of GitHub and tells it; without a token there, files alone say what was reviewed. */
export class DeployTelling {
  private readonly place: DeployPlace;
  private readonly github: OnGithub | null;
  private readonly commits: GitCommits;
  private readonly announcer: Announcer | null;
  private announced: readonly Announcement[] = [];
  private found: ReviewFound | null = null;

  private constructor(place: DeployPlace, github: OnGithub | null, directory: string) {
    this.place = place;
    this.github = github;
    this.commits = new GitCommits(directory);
    this.announcer = github && place.commit ? announcerOf(place, place.commit, github) : null;
  }

  /** Throws UsageError for a repository that is none. */
  static async of(call: Call, place: DeployPlace): Promise<DeployTelling> {
    const isThere = call.secrets.githubToken !== undefined && process.env.GITHUB_REPOSITORY !== undefined;
    const github = isThere ? await onGithub(call.options.repository, call.secrets) : null;
    return new DeployTelling(place, github, call.directory);
  }

  /** What no merged pull request showed. */
  readonly unreviewed: DeployPorts["unreviewed"] = async ({ changes, pinMoves }, lives) => {
    const live = [...lives.values()].flatMap((each) => each?.commit ?? []);
    const { provider, branch, reviewed, planWorkflow } = this.place;
    const { github } = this;
    const forge =
      github && branch !== null
        ? {
            merges: new GithubMerges(github.client, github.owner, github.repo, planWorkflow),
            reports: new GithubForge(github.client, github.owner, github.repo),
          }
        : null;
    const wish = { wanted: { changes, pinMoves }, live, provider, branch: branch ?? "", files: reviewed };
    this.found = await reviewOf(wish, { files, commits: this.commits, forge });
    return this.found.unreviewed;
  };

  /** Says on GitHub that environments are being deployed. */
  readonly begun: DeployPorts["begun"] = (begun) => {
    const changed = environmentsOf(begun).filter(({ changed: isChanged }) => isChanged);
    this.announced = announcements(changed, this.place.provider);
    this.announcer?.begin(this.announced);
  };

  /** Whether the branch has gone on to what another run deploys. */
  readonly isSuperseded: DeployPorts["isSuperseded"] = async () => {
    const { branch, commit, isFollowed, provider, generated } = this.place;
    if (!isFollowed || branch === null || commit === null) return false;
    const differing = await this.commits.differing(branch, commit);
    if (differing === null) throw unknown(branch);
    return isSuperseding(differing, posix.join(provider, generated));
  };

  /** What is to be noticed of reviews. */
  notices(): readonly string[] {
    return this.found?.notices ?? [];
  }

  /** Says where a deploy was announced that it ended by an error, and which. */
  async abandoned(error: unknown): Promise<void> {
    await this.announcer?.abandon(`ended by an error before it could be told: ${explained(error).code}`);
  }

  /** Tells everybody how it ended; gives what went wrong with that. */
  async end(report: DeployReport): Promise<string[]> {
    const { github, announcer, announced, found } = this;
    const { run, runUrl, webhook, authorId } = this.place;
    const settings = { authorId, run, runUrl };
    return await tellOfDeploy(report, {
      ...(announcer ? { announcements: { announcer, announced } } : {}),
      ...(github && found
        ? {
            pulls: {
              pulls: found.pulls,
              settings,
              forge: new GithubForge(github.client, github.owner, github.repo),
            },
          }
        : {}),
      ...(webhook === null
        ? {}
        : { webhook: { address: webhook, webhook: new HttpWebhook(PROGRAM.version) } }),
    });
  }
}

// To take it for superseded would end well what deployed nothing.
function unknown(branch: string): HostenvError {
  return new HostenvError(
    "branch-unreadable",
    `${branch} has gone on, and what it has become can't be fetched: whether a later deploy follows is not known`,
    "run the workflow again; if it happens again, see whether the checkout's token may still read the repository",
  );
}

function announcerOf(
  { announcing, isPublic, runUrl }: DeployPlace,
  commit: string,
  github: OnGithub,
): Announcer {
  return new Announcer(new GithubDeployments(github.client, github.owner, github.repo), {
    announcing,
    ...(isPublic === null ? {} : { isPublic }),
    commit,
    logUrl: runUrl,
  });
}
