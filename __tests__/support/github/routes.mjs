// What each route does to the world and answers.
import { checkBody, created, invalid, named, newestFirst, notFound, ok, page, Refusal } from "./answers.mjs";
import {
  artifactBody,
  commentBody,
  eventBody,
  fullPullBody,
  fullRepositoryBody,
  labelBody,
  permissionBody,
  pullBody,
  reviewBody,
  statusBody,
} from "./bodies.mjs";
import { deploymentHandlers } from "./deployments.mjs";
import { issueHandlers } from "./issue-routes.mjs";
import { settingsHandlers } from "./settings-routes.mjs";

const LONGEST_LABEL = 50;
const LONGEST_STATUS = 140;
const MOST_IN_PAYLOAD = 10;

function pullOf({ world, params }) {
  const pull = world.pulls.get(Number(params.pull_number));
  if (!pull) throw notFound();
  return pull;
}

/** A pull request is an issue, too. */
function threadOf({ world, params }) {
  const thread = world.thread(Number(params.issue_number));
  if (!thread) throw notFound();
  return thread;
}

function commentOf({ world, params }) {
  const comment = world.comments.find(({ id }) => id === Number(params.comment_id));
  if (!comment) throw notFound();
  return comment;
}

function commitOf({ world, params }) {
  const sha = params.sha ?? params.ref ?? params.commit_sha;
  if (world.hasCommit(sha)) return sha;
  throw new Refusal(422, `No commit found for SHA: ${sha}`, { status: "422" });
}

const ofThread = (records, { number }) => records.filter((each) => each.number === number);
function listComments(request) {
  const { world, query } = request;
  const since = query.since ? Date.parse(query.since) : 0;
  const found = ofThread(world.comments, threadOf(request)).filter(
    ({ updated_at }) => !(Date.parse(updated_at) < since),
  );
  return page(request, found, (comments) => comments.map((each) => commentBody(world, each)));
}

function createComment(request) {
  const { world, user, body } = request;
  const thread = threadOf(request);
  checkBody(body.body, "IssueComment");
  const comment = world.addComment(thread.number, { by: user, body: body.body });
  thread.updated_at = comment.created_at;
  const answer = commentBody(world, comment);
  return { ...created(answer), headers: { location: answer.url } };
}

function updateComment(request) {
  const { world, body } = request;
  const comment = commentOf(request);
  checkBody(body.body, "IssueComment");
  Object.assign(comment, { body: body.body, updated_at: world.time() });
  return ok(commentBody(world, comment));
}

function deleteComment(request) {
  const { comments } = request.world;
  comments.splice(comments.indexOf(commentOf(request)), 1);
  return { status: 204 };
}

function orderedPulls({ world, query }) {
  const field = query.sort === "updated" ? "updated_at" : "created_at";
  const ascending = [...world.pulls.values()].sort(
    (left, right) => left[field].localeCompare(right[field]) || left.number - right.number,
  );
  const direction = query.direction ?? (query.sort === "created" ? "desc" : "asc");
  return direction === "asc" ? ascending : ascending.reverse();
}

/** GitHub ignores a head that names no owner. */
function isWanted({ state, head, base }, query) {
  const label = `${head.repo.split("/")[0]}:${head.ref}`;
  return (
    (query.state === "all" || query.state === state) &&
    (!query.head?.includes(":") || query.head === label) &&
    (query.base === undefined || query.base === base.ref)
  );
}

function listPulls(request) {
  const { world, query } = request;
  const found = orderedPulls(request).filter((pull) => isWanted(pull, query));
  return page(request, found, (pulls) => pulls.map((each) => pullBody(world, each)));
}

function createPull(request) {
  const { world, user, body } = request;
  const isOpen = ({ state, head, base }) =>
    state === "open" && head.ref === body.head && base.ref === body.base;
  if ([...world.pulls.values()].some(isOpen)) {
    const message = `A pull request already exists for ${world.repository.full_name.split("/")[0]}:${body.head}.`;
    throw invalid({ resource: "PullRequest", code: "custom", message });
  }
  const { title, body: text = null } = body;
  const pull = world.addPull({ user, title, body: text, head: { ref: body.head }, base: { ref: body.base } });
  return created(fullPullBody(world, pull));
}

function updatePull(request) {
  const { world, body = {} } = request;
  const pull = pullOf(request);
  checkBody(body.body, "PullRequest");
  const { title = pull.title, body: text = pull.body, state = pull.state } = body;
  const closed_at = state === "closed" ? (pull.closed_at ?? world.time()) : null;
  Object.assign(pull, { title, body: text, state, closed_at, updated_at: world.time() });
  return ok(fullPullBody(world, pull));
}

/** GitHub answers without a body, and the run appears some time later. */
function startWorkflow({ world, user, params, body }) {
  const { workflow_id: workflow } = params;
  world.workflowStarts.push({ workflow, ref: body.ref, inputs: body.inputs ?? {}, by: user });
  return { status: 204 };
}

function dispatch({ world, user, body: { event_type, client_payload = {} } }) {
  const count = Object.keys(client_payload).length;
  if (count > MOST_IN_PAYLOAD)
    throw new Refusal(422, `No more than ${MOST_IN_PAYLOAD} properties are allowed; ${count} were supplied.`);
  world.dispatches.push({ event_type, client_payload, by: user });
  return { status: 204 };
}

function listPullsOfCommit(request) {
  const { world } = request;
  const sha = commitOf(request);
  const found = [...world.pulls.values()].filter(
    ({ commits, merge_commit_sha }) => commits.includes(sha) || merge_commit_sha === sha,
  );
  return page(request, newestFirst(found), (pulls) => pulls.map((each) => pullBody(world, each)));
}

function listReviews(request) {
  const { world } = request;
  return page(request, ofThread(world.reviews, pullOf(request)), (all) =>
    all.map((each) => reviewBody(world, each)),
  );
}

function listEvents(request) {
  const { world } = request;
  return page(request, ofThread(world.events, threadOf(request)), (all) =>
    all.map((each) => eventBody(world, each)),
  );
}

function listLabels(request) {
  const { world } = request;
  return page(request, threadOf(request).labels, (names) => names.map((name) => labelBody(world, name)));
}

function allLabels(world, { labels }) {
  return ok(labels.map((name) => labelBody(world, name)));
}

function addLabels(request) {
  const { world, user, body } = request;
  const thread = threadOf(request);
  const names = (body?.labels ?? []).map((each) => each.name ?? each);
  const tooLong = names.find((name) => name.length > LONGEST_LABEL);
  if (tooLong) throw invalid({ resource: "Label", code: "invalid", field: "name", value: tooLong });
  for (const name of names) world.label(thread.number, name, { by: user });
  return allLabels(world, thread);
}

function removeLabel(request) {
  const { world, user, params } = request;
  const thread = threadOf(request);
  const wanted = params.name.toLowerCase();
  if (!thread.labels.some((name) => name.toLowerCase() === wanted)) throw notFound("Label does not exist");
  world.unlabel(thread.number, params.name, { by: user });
  return allLabels(world, thread);
}

function showPermission({ world, params: { username } }) {
  const user = world.users.get(username.toLowerCase());
  if (!user) throw notFound(`${username} is not a user`);
  return ok(permissionBody(world, user.login));
}

function createStatus(request) {
  const { world, user, body } = request;
  const sha = commitOf(request);
  if ([...(body.description ?? "")].length > LONGEST_STATUS) {
    const message = `description is too long (maximum is ${LONGEST_STATUS} characters)`;
    throw invalid({ resource: "Status", code: "custom", field: "description", message });
  }
  return created(statusBody(world, world.addStatus(sha, { ...body, by: user })));
}

function listStatuses(request) {
  const { world } = request;
  const sha = commitOf(request);
  const found = newestFirst(world.statuses.filter((status) => status.sha === sha));
  return page(request, found, (statuses) => statuses.map((each) => statusBody(world, each)));
}

function artifactPage(request, found) {
  const { world } = request;
  return page(request, found, (artifacts, total_count) => ({
    total_count,
    artifacts: artifacts.map((each) => artifactBody(world, each)),
  }));
}

function listArtifacts(request) {
  return artifactPage(request, named(newestFirst(request.world.artifacts), request.query.name));
}

function listArtifactsOfRun(request) {
  const { world, query, params } = request;
  const run = Number(params.run_id);
  if (!world.hasRun(run)) throw notFound();
  const found = named(newestFirst(world.artifacts), query.name).filter(
    ({ workflow_run }) => workflow_run.id === run,
  );
  return artifactPage(request, query.direction === "asc" ? found.reverse() : found);
}

function downloadArtifact({ world, params }) {
  const artifact = world.artifacts.find(({ id }) => id === Number(params.artifact_id));
  if (!artifact || params.archive_format !== "zip") throw notFound();
  if (artifact.expired) throw new Refusal(410, "Artifact has expired", { status: "410" });
  return { status: 302, headers: { location: world.signedUrl(artifact) } };
}

const REPOSITORY = "/repos/{owner}/{repo}";

/** Handlers by route: they take { world, params, path, query, body, user } and give { status, body, headers }. */
export const handlers = {
  ...issueHandlers,
  ...deploymentHandlers,
  ...settingsHandlers,
  [`GET ${REPOSITORY}`]: ({ world }) => ok(fullRepositoryBody(world)),
  [`GET ${REPOSITORY}/actions/artifacts`]: listArtifacts,
  [`GET ${REPOSITORY}/actions/artifacts/{artifact_id}/{archive_format}`]: downloadArtifact,
  [`GET ${REPOSITORY}/actions/runs/{run_id}/artifacts`]: listArtifactsOfRun,
  [`GET ${REPOSITORY}/collaborators/{username}/permission`]: showPermission,
  [`GET ${REPOSITORY}/commits/{commit_sha}/pulls`]: listPullsOfCommit,
  [`GET ${REPOSITORY}/commits/{ref}/statuses`]: listStatuses,
  [`GET ${REPOSITORY}/issues/comments/{comment_id}`]: (request) =>
    ok(commentBody(request.world, commentOf(request))),
  [`PATCH ${REPOSITORY}/issues/comments/{comment_id}`]: updateComment,
  [`DELETE ${REPOSITORY}/issues/comments/{comment_id}`]: deleteComment,
  [`GET ${REPOSITORY}/issues/{issue_number}/comments`]: listComments,
  [`POST ${REPOSITORY}/issues/{issue_number}/comments`]: createComment,
  [`GET ${REPOSITORY}/issues/{issue_number}/events`]: listEvents,
  [`GET ${REPOSITORY}/issues/{issue_number}/labels`]: listLabels,
  [`POST ${REPOSITORY}/issues/{issue_number}/labels`]: addLabels,
  [`DELETE ${REPOSITORY}/issues/{issue_number}/labels/{name}`]: removeLabel,
  [`GET ${REPOSITORY}/pulls`]: listPulls,
  [`POST ${REPOSITORY}/pulls`]: createPull,
  [`GET ${REPOSITORY}/pulls/{pull_number}`]: (request) => ok(fullPullBody(request.world, pullOf(request))),
  [`PATCH ${REPOSITORY}/pulls/{pull_number}`]: updatePull,
  [`POST ${REPOSITORY}/actions/workflows/{workflow_id}/dispatches`]: startWorkflow,
  [`POST ${REPOSITORY}/dispatches`]: dispatch,
  [`GET ${REPOSITORY}/pulls/{pull_number}/reviews`]: listReviews,
  [`POST ${REPOSITORY}/statuses/{sha}`]: createStatus,
};

/** Runs a request against the world. */
export function handle(route, request) {
  const { params, world } = request;
  const isOurs = `${params.owner}/${params.repo}`.toLowerCase() === world.repository.full_name.toLowerCase();
  try {
    if (!isOurs && params.owner !== undefined) throw notFound();
    return handlers[route.name](request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: error.bodyFor(route.documentation) };
  }
}
