// What a repository on GitHub holds, as far as we ask about it. Records carry GitHub's names, so that a test
// can change them in place.
import { randomBytes } from "node:crypto";
import { zipOf } from "./zip.mjs";

const DAY_MS = 86_400_000;
/** How long GitHub keeps an artifact unless the repository says otherwise. */
const ARTIFACT_DAYS = 90;
/** The user behind GITHUB_TOKEN in a workflow, with its real id. */
export const WORKFLOW_BOT = "github-actions[bot]";
const WORKFLOW_BOT_ID = 41_898_282;

/** GitHub's times have whole seconds. */
export function timeText(value) {
  return new Date(value).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export class World {
  users = new Map();
  pulls = new Map();
  issues = new Map();
  workflowRuns = [];
  workflowStarts = [];
  dispatches = [];
  comments = [];
  events = [];
  reviews = [];
  statuses = [];
  deployments = [];
  artifacts = [];
  labels = new Map();
  repositories = new Map();
  /** Whether it is protected, its active rules and its tip, by name. */
  branches = new Map();
  /** What the asker may do about a ruleset's rules, by its id. */
  rulesets = new Map();
  environments = new Map();
  /** Commits and workflow runs that exist although nothing else here names them. */
  commits = new Set();
  runs = new Set();
  #now;
  #lastId = 1000;

  constructor({ repository = "acme/provider", private: isPrivate = true, default_branch = "main" } = {}) {
    this.addUser({ login: WORKFLOW_BOT, id: WORKFLOW_BOT_ID, type: "Bot" });
    this.created_at = timeText(this.now);
    this.repository = this.repositoryNamed(repository);
    Object.assign(this.repository, { private: isPrivate, fork: false, default_branch });
    this.setBranch(default_branch);
  }

  /** The time of the next write: the real one until a test sets it. */
  get now() {
    return this.#now ?? new Date();
  }

  set now(value) {
    this.#now = value === undefined ? undefined : new Date(value);
  }

  nextId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  time(value = this.now) {
    return timeText(value);
  }

  /** permission is the role: admin, maintain, write, triage, read or none. */
  addUser({ login, id = this.nextId(), type = login.endsWith("[bot]") ? "Bot" : "User", permission }) {
    const user = { login, id, type, permission };
    this.users.set(login.toLowerCase(), user);
    return user;
  }

  /** Somebody that a test only names exists. */
  userNamed(login) {
    return this.users.get(login.toLowerCase()) ?? this.addUser({ login });
  }

  roleOf(login) {
    const everyone = this.repository.private ? "none" : "read";
    return this.userNamed(login).permission ?? everyone;
  }

  repositoryNamed(full_name) {
    const known = this.repositories.get(full_name);
    if (known) return known;
    const known_by = { id: this.nextId(), full_name, default_branch: "main" };
    const made = { ...known_by, private: false, fork: true, has_issues: true };
    this.repositories.set(full_name, made);
    return made;
  }

  setBranch(name, { isProtected = false, rules = [] } = {}) {
    this.branches.set(name, { isProtected, rules, sha: randomSha() });
  }

  /** A pull request or an issue: they share their numbers. */
  thread(number) {
    return this.pulls.get(number) ?? this.issues.get(number);
  }

  #nextNumber() {
    let number = this.pulls.size + this.issues.size + 1;
    while (this.thread(number)) number += 1;
    return number;
  }

  /** Who may not write gets no labels on what they create. */
  mayLabel(login) {
    return login === WORKFLOW_BOT || ["write", "maintain", "admin"].includes(this.roleOf(login));
  }

  addIssue({ by, number = this.#nextNumber(), labels = [], created_at, ...rest }) {
    const at = this.time(created_at);
    const user = this.userNamed(by).login;
    const state = { state: "open", state_reason: null, closed_at: null, closed_by: null };
    const known = { id: this.nextId(), title: `Issue ${number}`, body: null, ...state };
    const issue = { ...known, ...rest, number, user, labels: [], created_at: at, updated_at: at };
    this.issues.set(number, issue);
    for (const name of labels) this.label(number, name, { by, at });
    return issue;
  }

  closeIssue(number, { by, reason = "completed" }) {
    const at = this.time();
    const closed = { state: "closed", state_reason: reason, closed_at: at, updated_at: at };
    return Object.assign(this.issues.get(number), closed, { closed_by: this.userNamed(by).login });
  }

  reopenIssue(number) {
    const open = { state: "open", state_reason: "reopened", closed_at: null, closed_by: null };
    return Object.assign(this.issues.get(number), open, { updated_at: this.time() });
  }

  /** workflow is the name of its file. */
  addWorkflowRun({ workflow = "dns.yml", event = "schedule", created_at, ...rest } = {}) {
    const created = this.time(created_at);
    const ended = { status: "completed", conclusion: "success", head_branch: this.repository.default_branch };
    const known = { id: this.nextId(), head_sha: randomSha(), ...ended, ...rest };
    const run = { ...known, workflow, event, created_at: created, updated_at: created };
    this.workflowRuns.push(run);
    return run;
  }

  addPull({ number = this.#nextNumber(), user = "author", head = {}, base = {}, labels = [], ...rest } = {}) {
    const created_at = this.time(rest.created_at);
    const pull = {
      id: this.nextId(),
      title: `Pull request ${number}`,
      body: null,
      state: "open",
      draft: false,
      merged_at: null,
      merged_by: null,
      merge_commit_sha: null,
      closed_at: null,
      updated_at: created_at,
      ...rest,
      number,
      user,
      created_at,
      head: { sha: randomSha(), ref: `branch-${number}`, repo: this.repository.full_name, ...head },
      base: { sha: randomSha(), ref: this.repository.default_branch, ...base },
      labels: [],
    };
    pull.commits = [pull.head.sha];
    this.pulls.set(number, pull);
    for (const name of labels) this.label(number, name, { by: user, at: created_at });
    return pull;
  }

  /** A new head; what was there stays a commit of the pull request. */
  push(number, sha = randomSha()) {
    const pull = this.pulls.get(number);
    pull.head = { ...pull.head, sha };
    pull.commits.push(sha);
    pull.updated_at = this.time();
    return pull;
  }

  merge(number, { by, sha = randomSha() }) {
    const at = this.time();
    const merged = { state: "closed", merged_at: at, closed_at: at, updated_at: at };
    return Object.assign(this.pulls.get(number), merged, { merged_by: by, merge_commit_sha: sha });
  }

  addComment(number, { by, body, created_at, updated_at = created_at }) {
    const comment = {
      id: this.nextId(),
      number,
      user: this.userNamed(by).login,
      body,
      created_at: this.time(created_at),
      updated_at: this.time(updated_at),
    };
    this.comments.push(comment);
    return comment;
  }

  addReview(number, { by, state = "APPROVED", body = "", commit_id, submitted_at }) {
    const head = this.pulls.get(number).head.sha;
    const known = { id: this.nextId(), number, user: this.userNamed(by).login, state, body };
    const review = { ...known, commit_id: commit_id ?? head, submitted_at: this.time(submitted_at) };
    this.reviews.push(review);
    return review;
  }

  /** Gives a label, made if the repository lacks it; a label that is there already is no event. */
  label(number, name, { by, at }) {
    const { labels } = this.thread(number);
    const known = this.labelNamed(name);
    if (labels.includes(known.name)) return;
    labels.push(known.name);
    this.#addEvent("labeled", number, known.name, by, at);
  }

  unlabel(number, name, { by, at }) {
    const { labels } = this.thread(number);
    const known = this.labelNamed(name);
    const place = labels.indexOf(known.name);
    if (place < 0) return;
    labels.splice(place, 1);
    this.#addEvent("unlabeled", number, known.name, by, at);
  }

  /** GitHub takes labels that differ in case only for one. */
  labelNamed(name) {
    const key = name.toLowerCase();
    if (!this.labels.has(key)) this.labels.set(key, { id: this.nextId(), name, color: "ededed" });
    return this.labels.get(key);
  }

  #addEvent(event, number, label, by, at) {
    const created_at = this.time(at);
    this.events.push({
      id: this.nextId(),
      number,
      event,
      label,
      actor: this.userNamed(by).login,
      created_at,
    });
    this.thread(number).updated_at = created_at;
  }

  addStatus(sha, { by, state, context = "default", description = null, target_url = null, created_at }) {
    const known = { id: this.nextId(), sha, creator: this.userNamed(by).login, state, context };
    const status = { ...known, description, target_url, created_at: this.time(created_at) };
    this.statuses.push(status);
    return status;
  }

  /** content: the files by name, or the bytes to serve in place of a zip. */
  addArtifact({ name, workflow_run = {}, content = {}, created_at, expired = false }) {
    const created = this.time(created_at);
    const artifact = {
      id: this.nextId(),
      name,
      archive: Buffer.isBuffer(content) ? content : zipOf(content),
      expired,
      created_at: created,
      expires_at: timeText(Date.parse(created) + ARTIFACT_DAYS * DAY_MS),
      workflow_run: this.#runOf(workflow_run),
    };
    this.artifacts.push(artifact);
    return artifact;
  }

  // Where no run of that number is known, it is one of the plan's workflow on a pull request.
  #runOf({ id = this.nextId(), head_branch = this.repository.default_branch, ...rest }) {
    const { head_sha = randomSha(), head_repository = this.repository.full_name } = rest;
    if (!this.runNumbered(id)) {
      const run = { id, workflow: "hostenv-plan.yml", event: "pull_request", head_branch, head_sha };
      this.addWorkflowRun(run);
    }
    return { id, head_branch, head_sha, head_repository };
  }

  runNumbered(id) {
    return this.workflowRuns.find((run) => run.id === id);
  }

  hasCommit(sha) {
    const named = [...this.pulls.values()].flatMap(({ commits, base, merge_commit_sha }) => [
      ...commits,
      base.sha,
      merge_commit_sha,
    ]);
    const run = this.artifacts.map(({ workflow_run }) => workflow_run.head_sha);
    return this.commits.has(sha) || named.includes(sha) || run.includes(sha);
  }

  hasRun(id) {
    if (this.workflowRuns.some((run) => run.id === id)) return true;
    return this.runs.has(id) || this.artifacts.some(({ workflow_run }) => workflow_run.id === id);
  }
}

function randomSha() {
  return randomBytes(20).toString("hex");
}
