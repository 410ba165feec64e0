// What the routes of issues, workflow runs and users do and answer.
import { checkBody, created, invalid, newestFirst, notFound, ok, page, Refusal } from "./answers.mjs";
import { issueBody, publicUserBody, workflowId, workflowRunBody } from "./issue-bodies.mjs";

const LONGEST_TITLE = 256;

const SORTED_BY = { created: "created_at", updated: "updated_at" };

function listIssues(request) {
  const { world, query } = request;
  const { sort, direction = "desc" } = query;
  const field = SORTED_BY[sort];
  const unknown = ["milestone", "assignee", "type", "mentioned"].filter((word) => word in query);
  if (unknown.length > 0 || !field) throw new Refusal(501, `the test server can't sort or filter so`);
  const threads = world.repository.has_issues ? [...world.pulls.values(), ...world.issues.values()] : [];
  const found = threads
    .filter((thread) => isWanted(thread, query))
    .sort((left, right) => left[field].localeCompare(right[field]) || left.number - right.number);
  if (direction === "desc") found.reverse();
  return page(request, found, (all) => all.map((each) => issueBody(world, each)));
}

function isWanted({ state, labels, user, updated_at }, query) {
  const carried = labels.map((name) => name.toLowerCase());
  const asked = (query.labels ?? "").split(",").filter((name) => name !== "");
  return (
    (query.state === "all" || query.state === state) &&
    asked.every((name) => carried.includes(name.toLowerCase())) &&
    (query.creator === undefined || query.creator.toLowerCase() === user.toLowerCase()) &&
    (query.since === undefined || updated_at >= query.since)
  );
}

function checkTitle(title) {
  const length = [...String(title)].length;
  if (length > 0 && length <= LONGEST_TITLE) return;
  const message = `Title is too long (maximum is ${LONGEST_TITLE} characters)`;
  throw invalid({ resource: "Issue", code: "custom", field: "title", message });
}

function createIssue({ world, user, body }) {
  if (!world.repository.has_issues)
    throw new Refusal(410, "Issues has been disabled in this repository.", { status: "410" });
  checkTitle(body.title);
  checkBody(body.body, "Issue");
  const { title, body: text = null, labels = [] } = body;
  const given = world.mayLabel(user) ? labels.map((each) => each.name ?? each) : [];
  const issue = world.addIssue({ by: user, title, body: text, labels: given });
  return created(issueBody(world, issue));
}

function updateIssue({ world, user, params, body = {} }) {
  const issue = world.issues.get(Number(params.issue_number));
  if (!issue) throw world.thread(Number(params.issue_number)) ? notFound() : gone();
  if (body.title !== undefined) checkTitle(body.title);
  checkBody(body.body, "Issue");
  const { title = issue.title, body: text = issue.body } = body;
  Object.assign(issue, { title, body: text, updated_at: world.time() });
  if (body.state !== undefined && body.state !== issue.state) turn(world, user, issue, body);
  return ok(issueBody(world, issue));
}

function gone() {
  return new Refusal(410, "This issue was deleted", { status: "410" });
}

function turn(world, user, { number }, { state, state_reason: reason, duplicate_issue_id: original }) {
  if (state === "open") return world.reopenIssue(number);
  const isKnown = original === undefined || [...world.issues.values()].some(({ id }) => id === original);
  if (!isKnown) throw invalid({ resource: "Issue", code: "invalid", field: "duplicate_issue_id" });
  return world.closeIssue(number, { by: user, reason: reason ?? "completed" });
}

function listWorkflowRuns(request) {
  const { world, query, params } = request;
  const isOfWorkflow = ({ workflow }) =>
    [workflow, String(workflowId(world, workflow))].includes(params.workflow_id);
  const runs = world.workflowRuns.filter(isOfWorkflow);
  if (runs.length === 0) throw notFound();
  const found = newestFirst(runs).filter((run) => isWantedRun(run, query));
  return page(request, found, (some, total_count) => ({
    total_count,
    workflow_runs: some.map((run) => workflowRunBody(world, run)),
  }));
}

function showWorkflowRun({ world, params }) {
  const run = world.runNumbered(Number(params.run_id));
  if (!run) throw notFound();
  return ok(workflowRunBody(world, run));
}

function isWantedRun({ event, status, conclusion, head_branch }, query) {
  return (
    (query.event === undefined || query.event === event) &&
    (query.status === undefined || [status, conclusion].includes(query.status)) &&
    (query.branch === undefined || query.branch === head_branch)
  );
}

function showUser({ world, params }) {
  const found = [...world.users.values()].find(({ id }) => id === Number(params.account_id));
  if (!found) throw notFound();
  return ok(publicUserBody(world, found.login));
}

const REPOSITORY = "/repos/{owner}/{repo}";

/** Handlers by route, as those of routes.mjs. */
export const issueHandlers = {
  [`GET ${REPOSITORY}/issues`]: listIssues,
  [`POST ${REPOSITORY}/issues`]: createIssue,
  [`PATCH ${REPOSITORY}/issues/{issue_number}`]: updateIssue,
  [`GET ${REPOSITORY}/actions/workflows/{workflow_id}/runs`]: listWorkflowRuns,
  [`GET ${REPOSITORY}/actions/runs/{run_id}`]: showWorkflowRun,
  "GET /user/{account_id}": showUser,
};
