/** GitHub's REST API on this machine: one repository in memory, served over HTTP. */

/** `none` and the others are roles; GitHub's field `permission` says `write` for maintain, `read` for triage. */
export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";
/** A Date, or a text that Date reads; answers show whole seconds. */
export type Time = Date | string;

export interface Options {
  /** Default `acme/provider`. */
  repository?: string;
  /** Default true: who is not given a permission has none. In a public repository everyone may read. */
  private?: boolean;
  /** Default `main`. */
  default_branch?: string;
  /** The token of `github-actions[bot]`; default `test-token`. */
  token?: string;
  /** Default 0: any free one. */
  port?: number;
}

export interface User {
  login: string;
  id: number;
  type: "User" | "Bot" | "Organization";
  permission: Role | undefined;
}

export interface Pull {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: string;
  state: "open" | "closed";
  draft: boolean;
  /** `repo` is the full name; another one than the repository's is a fork. */
  head: { sha: string; ref: string; repo: string };
  base: { sha: string; ref: string };
  /** Change them with label and unlabel, which leave events. */
  labels: string[];
  /** Every head that it had. */
  commits: string[];
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  merged_at: string | null;
  merged_by: string | null;
  merge_commit_sha: string | null;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: string;
  state: "open" | "closed";
  state_reason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  closed_by: string | null;
  closed_at: string | null;
  /** Change them with label and unlabel, which leave events. */
  labels: string[];
  created_at: string;
  updated_at: string;
}

export interface WorkflowRun {
  id: number;
  /** The name of the workflow's file. */
  workflow: string;
  event: string;
  status: string;
  conclusion: string | null;
  head_branch: string;
  head_sha: string;
  created_at: string;
  updated_at: string;
  /** Who started it, where that is told. */
  by?: string;
}

/** A workflow that somebody started by its file's name. */
export interface WorkflowStart {
  workflow: string;
  ref: string;
  inputs: Record<string, string>;
  by: string;
}

/** What somebody told the repository by a repository_dispatch. */
export interface Dispatch {
  event_type: string;
  client_payload: Record<string, unknown>;
  by: string;
}

export interface Comment {
  id: number;
  number: number;
  user: string;
  body: string;
  created_at: string;
  updated_at: string;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export interface Review {
  id: number;
  number: number;
  user: string;
  state: ReviewState;
  body: string;
  commit_id: string;
  submitted_at: string;
}

export interface LabelEvent {
  id: number;
  number: number;
  event: "labeled" | "unlabeled";
  label: string;
  actor: string;
  created_at: string;
}

export interface Status {
  id: number;
  sha: string;
  creator: string;
  state: "error" | "failure" | "pending" | "success";
  context: string;
  description: string | null;
  target_url: string | null;
  created_at: string;
}

export interface Deployment {
  id: number;
  ref: string;
  sha: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  transient_environment: boolean;
  production_environment: boolean;
  creator: string;
  created_at: string;
  /** Oldest first. */
  statuses: {
    id: number;
    state: "error" | "failure" | "inactive" | "in_progress" | "queued" | "pending" | "success";
    description: string;
    log_url: string;
    environment_url: string;
    creator: string;
    created_at: string;
  }[];
}

export interface Artifact {
  id: number;
  name: string;
  /** What is downloaded. */
  archive: Buffer;
  expired: boolean;
  created_at: string;
  expires_at: string;
  workflow_run: { id: number; head_branch: string; head_sha: string; head_repository: string };
}

/** What arrived. `path` has no query and is as it was sent, but a repository's id is its name. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Parsed JSON; text that is none as it is; undefined when there was no body. */
  body: unknown;
  /** Whose token it carried. */
  user: string | undefined;
  /** null until it is answered, and when the connection was closed instead. */
  status: number | null;
}

/** Which requests; what is not named may be anything. */
export interface Where {
  method?: string | readonly string[];
  /** Matched against the path without query, of the storage too: `/artifacts/<id>.zip`. */
  path?: RegExp;
  /** How many matching requests; default 1. */
  times?: number;
}

export interface Fault extends Where {
  /** Default 502. */
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: object | string | Buffer;
  /** The request has its effect all the same. */
  apply?: boolean;
  /** The connection is closed instead of an answer. */
  drop?: boolean;
}

/** A fault that was set; `times` counts down. */
export type SetFault = Fault & { times: number };

export interface GithubApi {
  /** For GITHUB_API_URL. */
  readonly url: string;
  /** Where artifacts are downloaded from: another origin. */
  readonly storageUrl: string;
  readonly token: string;
  readonly repository: {
    id: number;
    full_name: string;
    private: boolean;
    default_branch: string;
    has_issues: boolean;
  };

  /** Every request in the order of arrival, of the storage too. */
  readonly requests: LoggedRequest[];
  /**
   * Every way in which a request or an answer differs from what GitHub publishes; unknown keys count. Answers
   * of faults are exempt.
   */
  readonly violations: string[];

  /** The time of the next write; undefined is the real one. */
  get now(): Date;
  set now(value: Time | undefined);

  readonly users: Map<string, User>;
  readonly pulls: Map<number, Pull>;
  /** An issue that is taken out was deleted. */
  readonly issues: Map<number, Issue>;
  /** In the order of their making; a workflow without any is not known. */
  readonly workflowRuns: WorkflowRun[];
  /** In the order of their starts; no run comes of them. */
  readonly workflowStarts: WorkflowStart[];
  /** In the order of their arrival; no run comes of them. */
  readonly dispatches: Dispatch[];
  readonly comments: Comment[];
  readonly events: LabelEvent[];
  readonly reviews: Review[];
  readonly statuses: Status[];
  readonly deployments: Deployment[];
  readonly artifacts: Artifact[];
  /** Commits that exist besides heads, bases, merges and those of runs. */
  readonly commits: Set<string>;
  /** Runs that exist besides those with an artifact. */
  readonly runs: Set<number>;

  /** What the asker may do about the rules of a ruleset, by its id; one that is not here is not shown. */
  readonly rulesets: Map<number, "always" | "pull_requests_only" | "never" | "exempt">;
  readonly environments: Map<string, { limitsBranches: boolean; reviewers: number }>;
  /** Makes a branch, or changes it; the default branch is there, without protection and rules. */
  setBranch(
    name: string,
    how?: { isProtected?: boolean; rules?: { type: string; parameters?: object; ruleset_id?: number }[] },
  ): void;

  addUser(user: { login: string; id?: number; type?: User["type"]; permission?: Role }): User;
  /** Requests with this token are login's. */
  addToken(token: string, login: string): void;
  addPull(
    pull?: Partial<Omit<Pull, "id" | "commits" | "head" | "base" | "created_at">> & {
      head?: Partial<Pull["head"]>;
      base?: Partial<Pull["base"]>;
      created_at?: Time;
    },
  ): Pull;
  addIssue(
    issue: { by: string; labels?: string[]; created_at?: Time } & Partial<
      Pick<Issue, "number" | "title" | "body">
    >,
  ): Issue;
  closeIssue(number: number, how: { by: string; reason?: "completed" | "not_planned" | "duplicate" }): Issue;
  reopenIssue(number: number): Issue;
  /** A run of `dns.yml` by its schedule that ended well, unless told otherwise. */
  addWorkflowRun(
    run?: Partial<Omit<WorkflowRun, "updated_at" | "created_at">> & { created_at?: Time },
  ): WorkflowRun;
  /** Gives a pull request a new head. */
  push(number: number, sha?: string): Pull;
  merge(number: number, how: { by: string; sha?: string }): Pull;
  addComment(
    number: number,
    comment: { by: string; body: string; created_at?: Time; updated_at?: Time },
  ): Comment;
  addReview(
    number: number,
    review: { by: string; state?: ReviewState; body?: string; commit_id?: string; submitted_at?: Time },
  ): Review;
  label(number: number, name: string, how: { by: string; at?: Time }): void;
  unlabel(number: number, name: string, how: { by: string; at?: Time }): void;
  addStatus(
    sha: string,
    status: Pick<Status, "state"> &
      Partial<Pick<Status, "context" | "description" | "target_url">> & { by: string; created_at?: Time },
  ): Status;
  addArtifact(artifact: {
    name: string;
    workflow_run?: Partial<Artifact["workflow_run"]>;
    /** Files by name, made a zip; or the bytes to serve, for a zip that is broken. */
    content?: Record<string, string | Buffer> | Buffer;
    created_at?: Time;
    expired?: boolean;
  }): Artifact;

  /** The next matching requests are answered so. Of several, the one that was set first. */
  fault(fault: Fault): SetFault;
  clearFaults(): void;
  /** Every write is refused as it is to a token that may only read. */
  readOnly(): SetFault;
  secondaryRateLimit(options?: Where & { retryAfter?: number }): SetFault;
  /** resetIn: seconds of real time. */
  primaryRateLimit(options?: Where & { resetIn?: number }): SetFault;
  /** Runs callback when a matching request has arrived, before it is looked at; gives how to stop that. */
  before(
    method: Where["method"],
    path: RegExp,
    callback: (request: LoggedRequest) => void | Promise<void>,
  ): () => void;

  close(): Promise<void>;
}

export function startGithubApi(options?: Options): Promise<GithubApi>;
