// Records of the world in the shape of GitHub's answers.
import { createHash } from "node:crypto";

export const SITE = "https://github.com";
/** What the older field `permission` says for a role. */
const BASE_ROLES = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};
const RANKS = ["none", "read", "triage", "write", "maintain", "admin"];

export const nodeId = (kind, id) => Buffer.from(`${kind}:${id}`).toString("base64url");

/** Fields `<name>_url` below an address: [name] for an end of the same name, else [name, end]. */
function urlsBelow(address, ends) {
  return Object.fromEntries(ends.map(([name, end = `/${name}`]) => [`${name}_url`, `${address}${end}`]));
}

const USER_URLS = [
  ...[["followers"], ["following", "/following{/other_user}"], ["gists", "/gists{/gist_id}"]],
  ...[["starred", "/starred{/owner}{/repo}"], ["subscriptions"], ["organizations", "/orgs"], ["repos"]],
  ...[["events", "/events{/privacy}"], ["received_events"]],
];

export function userBody(world, login) {
  const { id, type } = world.userNamed(login);
  const url = `${world.url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: type === "Bot" ? `${SITE}/apps/${login.replace("[bot]", "")}` : `${SITE}/${login}`,
    ...urlsBelow(url, USER_URLS),
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

const REPOSITORY_URLS = [
  ...[
    ["archive", "/{archive_format}{/ref}"],
    ["assignees", "/assignees{/user}"],
    ["blobs", "/git/blobs{/sha}"],
  ],
  ...[
    ["branches", "/branches{/branch}"],
    ["collaborators", "/collaborators{/collaborator}"],
  ],
  ...[
    ["comments", "/comments{/number}"],
    ["commits", "/commits{/sha}"],
    ["compare", "/compare/{base}...{head}"],
  ],
  ...[
    ["contents", "/contents/{+path}"],
    ["contributors"],
    ["deployments"],
    ["downloads"],
    ["events"],
    ["forks"],
  ],
  ...[
    ["git_commits", "/git/commits{/sha}"],
    ["git_refs", "/git/refs{/sha}"],
    ["git_tags", "/git/tags{/sha}"],
  ],
  ...[["hooks"], ["issue_comment", "/issues/comments{/number}"], ["issue_events", "/issues/events{/number}"]],
  ...[
    ["issues", "/issues{/number}"],
    ["keys", "/keys{/key_id}"],
    ["labels", "/labels{/name}"],
    ["languages"],
  ],
  ...[["merges"], ["milestones", "/milestones{/number}"]],
  ...[
    ["notifications", "/notifications{?since,all,participating}"],
    ["pulls", "/pulls{/number}"],
  ],
  ...[["releases", "/releases{/id}"], ["stargazers"], ["statuses", "/statuses/{sha}"], ["subscribers"]],
  ...[["subscription"], ["tags"], ["teams"], ["trees", "/git/trees{/sha}"]],
];

const COUNTS =
  "forks forks_count open_issues open_issues_count size stargazers_count watchers watchers_count";
const HAS_NOT = "has_discussions has_downloads has_pages has_projects has_wiki archived disabled";
export const every = (names, value) => Object.fromEntries(names.split(" ").map((name) => [name, value]));

export const repositoryUrl = (world, { full_name } = world.repository) => `${world.url}/repos/${full_name}`;

export function repositoryBody(world, repository) {
  const { id, full_name, private: isPrivate, fork, default_branch } = repository;
  const [owner, name] = full_name.split("/");
  const html_url = `${SITE}/${full_name}`;
  return {
    id,
    node_id: nodeId("Repository", id),
    name,
    full_name,
    owner: userBody(world, owner),
    private: isPrivate,
    visibility: isPrivate ? "private" : "public",
    fork,
    default_branch,
    html_url,
    url: repositoryUrl(world, repository),
    ...urlsBelow(repositoryUrl(world, repository), REPOSITORY_URLS),
    git_url: `git://github.com/${full_name}.git`,
    ssh_url: `git@github.com:${full_name}.git`,
    clone_url: `${html_url}.git`,
    svn_url: html_url,
    ...every("created_at updated_at pushed_at", world.created_at),
    ...every("description homepage language license mirror_url", null),
    ...every(COUNTS, 0),
    ...every(HAS_NOT, false),
    has_issues: repository.has_issues,
  };
}

export function fullRepositoryBody(world) {
  return { ...repositoryBody(world, world.repository), network_count: 0, subscribers_count: 0 };
}

export function associationOf(world, login) {
  const isOwner = world.repository.full_name.startsWith(`${login}/`);
  if (isOwner) return "OWNER";
  return RANKS.indexOf(world.roleOf(login)) >= RANKS.indexOf("triage") ? "COLLABORATOR" : "NONE";
}

export function permissionBody(world, login) {
  const role_name = world.roleOf(login);
  const rank = RANKS.indexOf(role_name);
  const names = { pull: "read", triage: "triage", push: "write", maintain: "maintain", admin: "admin" };
  const permissions = Object.entries(names).map(([name, role]) => [name, rank >= RANKS.indexOf(role)]);
  return {
    permission: BASE_ROLES[role_name],
    role_name,
    user: { ...userBody(world, login), permissions: Object.fromEntries(permissions), role_name },
  };
}

/** Where people look at a pull request or an issue. */
export function pageOf(world, number) {
  const kind = world.pulls.has(number) ? "pull" : "issues";
  return `${SITE}/${world.repository.full_name}/${kind}/${number}`;
}

export function commentBody(world, { id, number, user, body, created_at, updated_at }) {
  return {
    id,
    node_id: nodeId("IssueComment", id),
    url: `${repositoryUrl(world)}/issues/comments/${id}`,
    html_url: `${pageOf(world, number)}#issuecomment-${id}`,
    issue_url: `${repositoryUrl(world)}/issues/${number}`,
    user: userBody(world, user),
    body,
    created_at,
    updated_at,
    author_association: associationOf(world, user),
    performed_via_github_app: null,
  };
}

export function labelBody(world, name) {
  const { id, color } = world.labelNamed(name);
  const url = `${repositoryUrl(world)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId("Label", id), url, name, color, default: false, description: null };
}

export function eventBody(world, { id, event, label, actor, created_at }) {
  return {
    id,
    node_id: nodeId("Event", id),
    url: `${repositoryUrl(world)}/issues/events/${id}`,
    actor: userBody(world, actor),
    event,
    commit_id: null,
    commit_url: null,
    created_at,
    label: { name: label, color: world.labelNamed(label).color },
    performed_via_github_app: null,
  };
}

function sideBody(world, { sha, ref, repo = world.repository.full_name }) {
  const [owner] = repo.split("/");
  const repository = repositoryBody(world, world.repositoryNamed(repo));
  return { label: `${owner}:${ref}`, ref, sha, user: userBody(world, owner), repo: repository };
}

function pullUrls(world, { number, head }) {
  const url = `${repositoryUrl(world)}/pulls/${number}`;
  const issue = `${repositoryUrl(world)}/issues/${number}`;
  return {
    self: url,
    html: pageOf(world, number),
    issue,
    comments: `${issue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryUrl(world)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repositoryUrl(world)}/statuses/${head.sha}`,
  };
}

/** A pull request as lists show it. */
export function pullBody(world, pull) {
  const { self, html, ...urls } = pullUrls(world, pull);
  const { id, number, title, body, state, draft, created_at, updated_at, closed_at, merged_at } = pull;
  return {
    ...{ id, number, title, body, state, draft, created_at, updated_at, closed_at, merged_at },
    node_id: nodeId("PullRequest", id),
    url: self,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [`${name}_url`, url])),
    locked: false,
    active_lock_reason: null,
    user: userBody(world, pull.user),
    labels: pull.labels.map((name) => ({ ...labelBody(world, name), description: "" })),
    ...every("milestone assignee auto_merge", null),
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    merge_commit_sha: pull.merge_commit_sha,
    head: sideBody(world, pull.head),
    base: sideBody(world, pull.base),
    _links: Object.fromEntries(Object.entries(pullUrls(world, pull)).map(([name, href]) => [name, { href }])),
    author_association: associationOf(world, pull.user),
  };
}

/** A pull request by itself. */
export function fullPullBody(world, pull) {
  const isOpen = pull.state === "open";
  return {
    ...pullBody(world, pull),
    merged: pull.merged_at !== null,
    merged_by: pull.merged_by && userBody(world, pull.merged_by),
    mergeable: isOpen || null,
    rebaseable: isOpen || null,
    mergeable_state: isOpen ? "clean" : "unknown",
    maintainer_can_modify: false,
    comments: world.comments.filter(({ number }) => number === pull.number).length,
    commits: pull.commits.length,
    ...every("review_comments additions deletions changed_files", 0),
  };
}

export function reviewBody(world, { id, number, user, state, body, commit_id, submitted_at }) {
  const html_url = `${pageOf(world, number)}#pullrequestreview-${id}`;
  const pull_request_url = `${repositoryUrl(world)}/pulls/${number}`;
  return {
    id,
    node_id: nodeId("PullRequestReview", id),
    user: userBody(world, user),
    body,
    state,
    html_url,
    pull_request_url,
    author_association: associationOf(world, user),
    _links: { html: { href: html_url }, pull_request: { href: pull_request_url } },
    submitted_at,
    commit_id,
  };
}

export function statusBody(world, { id, sha, creator, created_at, ...rest }) {
  const user = userBody(world, creator);
  return {
    url: `${repositoryUrl(world)}/statuses/${sha}`,
    avatar_url: user.avatar_url,
    id,
    node_id: nodeId("StatusContext", id),
    ...rest,
    created_at,
    updated_at: created_at,
    creator: user,
  };
}

export function artifactBody(world, { id, name, archive, expired, created_at, expires_at, workflow_run }) {
  const url = `${repositoryUrl(world)}/actions/artifacts/${id}`;
  const { head_repository, ...run } = workflow_run;
  return {
    id,
    node_id: nodeId("Artifact", id),
    name,
    size_in_bytes: archive.length,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    digest: `sha256:${createHash("sha256").update(archive).digest("hex")}`,
    created_at,
    updated_at: created_at,
    expires_at,
    workflow_run: {
      ...run,
      repository_id: world.repository.id,
      head_repository_id: world.repositoryNamed(head_repository).id,
    },
  };
}
