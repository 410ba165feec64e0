// What each route does to the world and answers.
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

/** In code points. */
const LONGEST_COMMENT = 65_536;
const LONGEST_LABEL = 50;
const LONGEST_STATUS = 140;
const LARGEST_PAGE = 100;

/** An answer that is no success. */
export class Refusal extends Error {
  constructor(status, message, rest = {}) {
    super(message);
    this.status = status;
    this.rest = rest;
  }

  bodyFor(documentation_url) {
    return { message: this.message, ...this.rest, documentation_url };
  }
}

const notFound = (message = "Not Found") => new Refusal(404, message, { status: "404" });
const invalid = (...errors) => new Refusal(422, "Validation Failed", { errors });

/** No token, or one that nobody has. */
export function unauthorized(authorization) {
  const message = authorization === undefined ? "Requires authentication" : "Bad credentials";
  return { status: 401, body: { message, documentation_url: "https://docs.github.com/rest", status: "401" } };
}

export function malformed({ documentation }) {
  return {
    status: 400,
    body: { message: "Problems parsing JSON", documentation_url: documentation, status: "400" },
  };
}

export function unprocessable({ documentation }, complaints) {
  const message = `Invalid request.\n\n${complaints.join("\n")}`;
  return { status: 422, body: { message, documentation_url: documentation, status: "422" } };
}

function pullOf({ world, params }) {
  const pull = world.pulls.get(Number(params.issue_number ?? params.pull_number));
  if (!pull) throw notFound();
  return pull;
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

const ok = (body) => ({ status: 200, body });
const created = (body) => ({ status: 201, body });

/** One page of a list, with the links that GitHub gives: through the repository's id, not its name. */
function page({ world, path, query }, items, wrap = (found) => found) {
  const size = Math.min(Math.max(query.per_page, 1), LARGEST_PAGE);
  const current = Math.max(query.page, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const base = path.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${world.repository.id}`);
  const linkTo = (rel, number) => {
    const words = new URLSearchParams({ ...query, page: String(number) });
    return `<${world.url}${base}?${words}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [linkTo("prev", Math.min(current - 1, last))] : []),
    ...(current < last ? [linkTo("next", current + 1), linkTo("last", last)] : []),
    ...(current > 1 ? [linkTo("first", 1)] : []),
  ];
  return {
    ...ok(wrap(items.slice((current - 1) * size, current * size), items.length)),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

const ofPull = (records, pull) => records.filter(({ number }) => number === pull.number);
const newestFirst = (records) =>
  records.toSorted((left, right) => right.created_at.localeCompare(left.created_at) || right.id - left.id);

function checkComment(body) {
  if ([...body].length <= LONGEST_COMMENT) return;
  const message = `Body is too long (maximum is ${LONGEST_COMMENT} characters)`;
  throw invalid({ resource: "IssueComment", code: "unprocessable", field: "data", message });
}

function listComments(request) {
  const { world, query } = request;
  const since = query.since ? Date.parse(query.since) : 0;
  const found = ofPull(world.comments, pullOf(request)).filter(
    ({ updated_at }) => !(Date.parse(updated_at) < since),
  );
  return page(request, found, (comments) => comments.map((each) => commentBody(world, each)));
}

function createComment(request) {
  const { world, user, body } = request;
  const pull = pullOf(request);
  checkComment(body.body);
  const comment = world.addComment(pull.number, { by: user, body: body.body });
  pull.updated_at = comment.created_at;
  const answer = commentBody(world, comment);
  return { ...created(answer), headers: { location: answer.url } };
}

function updateComment(request) {
  const { world, body } = request;
  const comment = commentOf(request);
  checkComment(body.body);
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
  return page(request, ofPull(world.reviews, pullOf(request)), (all) =>
    all.map((each) => reviewBody(world, each)),
  );
}

function listEvents(request) {
  const { world } = request;
  return page(request, ofPull(world.events, pullOf(request)), (all) =>
    all.map((each) => eventBody(world, each)),
  );
}

function listLabels(request) {
  const { world } = request;
  return page(request, pullOf(request).labels, (names) => names.map((name) => labelBody(world, name)));
}

function allLabels(world, { labels }) {
  return ok(labels.map((name) => labelBody(world, name)));
}

function addLabels(request) {
  const { world, user, body } = request;
  const pull = pullOf(request);
  const names = (body?.labels ?? []).map((each) => each.name ?? each);
  const tooLong = names.find((name) => name.length > LONGEST_LABEL);
  if (tooLong) throw invalid({ resource: "Label", code: "invalid", field: "name", value: tooLong });
  for (const name of names) world.label(pull.number, name, { by: user });
  return allLabels(world, pull);
}

function removeLabel(request) {
  const { world, user, params } = request;
  const pull = pullOf(request);
  const wanted = params.name.toLowerCase();
  if (!pull.labels.some((name) => name.toLowerCase() === wanted)) throw notFound("Label does not exist");
  world.unlabel(pull.number, params.name, { by: user });
  return allLabels(world, pull);
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

const named = (records, wanted) => records.filter(({ name }) => wanted === undefined || name === wanted);

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
  [`GET ${REPOSITORY}/pulls/{pull_number}`]: (request) => ok(fullPullBody(request.world, pullOf(request))),
  [`GET ${REPOSITORY}/pulls/{pull_number}/reviews`]: listReviews,
  [`POST ${REPOSITORY}/statuses/{sha}`]: createStatus,
};

/** Runs a request against the world. */
export function handle(route, request) {
  const { params, world } = request;
  const isOurs = `${params.owner}/${params.repo}`.toLowerCase() === world.repository.full_name.toLowerCase();
  try {
    if (!isOurs) throw notFound();
    return handlers[route.name](request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: error.bodyFor(route.documentation) };
  }
}
