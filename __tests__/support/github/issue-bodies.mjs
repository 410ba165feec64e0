// Issues, workflow runs and users by themselves in the shape of GitHub's answers.
import {
  associationOf,
  every,
  labelBody,
  nodeId,
  pageOf,
  repositoryBody,
  repositoryUrl,
  userBody,
} from "./bodies.mjs";

/** An issue, or a pull request as lists of issues show it. */
export function issueBody(world, thread) {
  const { id, number, title, body, state, labels, created_at, updated_at, closed_at } = thread;
  const { state_reason = null, closed_by = null } = thread;
  const url = `${repositoryUrl(world)}/issues/${number}`;
  return {
    ...{ id, number, title, body, state, state_reason, created_at, updated_at, closed_at },
    node_id: nodeId("Issue", id),
    url,
    repository_url: repositoryUrl(world),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: pageOf(world, number),
    timeline_url: `${url}/timeline`,
    user: userBody(world, thread.user),
    labels: labels.map((name) => labelBody(world, name)),
    ...every("milestone assignee active_lock_reason performed_via_github_app", null),
    assignees: [],
    locked: false,
    comments: world.comments.filter((comment) => comment.number === number).length,
    closed_by: closed_by && userBody(world, closed_by),
    author_association: associationOf(world, thread.user),
    ...pullPart(world, thread),
  };
}

function pullPart(world, { number, merged_at, draft }) {
  if (!world.pulls.has(number)) return {};
  const html_url = pageOf(world, number);
  const url = `${repositoryUrl(world)}/pulls/${number}`;
  const pull_request = {
    url,
    html_url,
    diff_url: `${html_url}.diff`,
    patch_url: `${html_url}.patch`,
    merged_at,
  };
  return { draft, pull_request };
}

/** Not in GitHub's shorter form of a repository. */
const LONGER = "disabled mirror_url svn_url clone_url license".split(" ");

function minimalRepositoryBody(world) {
  const { git_url, ssh_url, ...body } = repositoryBody(world, world.repository);
  return Object.fromEntries(Object.entries(body).filter(([name]) => !LONGER.includes(name)));
}

export function workflowRunBody(world, run) {
  const { id, workflow, event, status, conclusion, head_branch, head_sha, created_at, updated_at } = run;
  const url = `${repositoryUrl(world)}/actions/runs/${id}`;
  const html_url = `https://github.com/${world.repository.full_name}/actions/runs/${id}`;
  const repository = minimalRepositoryBody(world);
  const workflow_id = workflowId(world, workflow);
  const ends = "jobs logs cancel rerun artifacts".split(" ");
  return {
    ...{ id, event, status, conclusion, head_branch, head_sha, created_at, updated_at, workflow_id, url },
    name: workflow,
    node_id: nodeId("WorkflowRun", id),
    path: `.github/workflows/${workflow}`,
    display_title: workflow,
    run_number: world.workflowRuns.indexOf(run) + 1,
    run_attempt: 1,
    run_started_at: created_at,
    html_url,
    ...Object.fromEntries(ends.map((end) => [`${end}_url`, `${url}/${end}`])),
    check_suite_url: `${repositoryUrl(world)}/check-suites/${id}`,
    workflow_url: `${repositoryUrl(world)}/actions/workflows/${workflow_id}`,
    pull_requests: [],
    head_commit: {
      id: head_sha,
      tree_id: head_sha,
      message: "a commit",
      timestamp: created_at,
      ...every("author committer", { name: "author", email: "author@example.org" }),
    },
    repository,
    head_repository: repository,
    ...(run.by ? { triggering_actor: userBody(world, run.by) } : {}),
  };
}

/** Workflows are known by what ran. */
export function workflowId(world, workflow) {
  return 9000 + [...new Set(world.workflowRuns.map((run) => run.workflow))].indexOf(workflow);
}

const PROFILE = "bio blog company email hireable location name";
const PROFILE_COUNTS = "followers following public_gists public_repos";

export function publicUserBody(world, login) {
  return {
    ...userBody(world, login),
    ...every(PROFILE, null),
    ...every(PROFILE_COUNTS, 0),
    ...every("created_at updated_at", world.created_at),
  };
}
