// What the routes of deployments do and answer.
import { created, invalid, newestFirst, notFound, page, Refusal } from "./answers.mjs";
import { nodeId, repositoryUrl, userBody } from "./bodies.mjs";

/** In code points. */
const LONGEST_ENVIRONMENT = 255;
const LONGEST_DESCRIPTION = 140;

function deploymentBody(world, { id, creator, statuses, ...rest }) {
  const url = `${repositoryUrl(world)}/deployments/${id}`;
  return {
    ...rest,
    id,
    node_id: nodeId("Deployment", id),
    url,
    original_environment: rest.environment,
    creator: userBody(world, creator),
    updated_at: statuses.at(-1)?.created_at ?? rest.created_at,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world),
    performed_via_github_app: null,
  };
}

function statusBody(world, deployment, { id, creator, created_at, log_url, environment_url, ...rest }) {
  const deployment_url = `${repositoryUrl(world)}/deployments/${deployment.id}`;
  return {
    ...rest,
    id,
    node_id: nodeId("DeploymentStatus", id),
    url: `${deployment_url}/statuses/${id}`,
    creator: userBody(world, creator),
    environment: deployment.environment,
    // GitHub answers with an empty text where there is none, which its own schema takes for no address.
    ...(log_url === "" ? {} : { log_url }),
    ...(environment_url === "" ? {} : { environment_url }),
    target_url: log_url || deployment_url,
    created_at,
    updated_at: created_at,
    deployment_url,
    repository_url: repositoryUrl(world),
    performed_via_github_app: null,
  };
}

function tooLong(resource, field, text, most) {
  if ([...text].length <= most) return;
  const message = `${field} is too long (maximum is ${most} characters)`;
  throw invalid({ resource, code: "custom", field, message });
}

function createDeployment({ world, user, body }) {
  const { ref, task = "deploy", environment = "production", description = null, payload = "" } = body;
  if (body.auto_merge !== false) throw new Refusal(501, "the test server can't merge");
  if (!world.hasCommit(ref)) throw new Refusal(422, `No ref found for: ${ref}`);
  const isRed = world.statuses.some(({ sha, state }) => sha === ref && state !== "success");
  if (isRed && body.required_contexts === undefined)
    throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}.`);
  tooLong("Deployment", "environment", environment, LONGEST_ENVIRONMENT);
  const { transient_environment = false, production_environment = environment === "production" } = body;
  const deployment = {
    ...{ ref, sha: ref, task, environment, description, payload },
    ...{ transient_environment, production_environment },
    id: world.nextId(),
    creator: user,
    created_at: world.time(),
    statuses: [],
  };
  world.deployments.push(deployment);
  return created(deploymentBody(world, deployment));
}

function listDeployments(request) {
  const { world, query } = request;
  const isWanted = (deployment) =>
    ["sha", "ref", "task", "environment"].every((field) =>
      [deployment[field], "none"].includes(query[field]),
    );
  const found = newestFirst(world.deployments.filter(isWanted));
  return page(request, found, (all) => all.map((each) => deploymentBody(world, each)));
}

function deploymentOf({ world, params }) {
  const deployment = world.deployments.find(({ id }) => id === Number(params.deployment_id));
  if (!deployment) throw notFound();
  return deployment;
}

function addStatus(
  world,
  deployment,
  creator,
  { state, description = "", log_url = "", environment_url = "" },
) {
  const id = world.nextId();
  const status = { id, creator, state, description, log_url, environment_url, created_at: world.time() };
  deployment.statuses.push(status);
  return status;
}

function createStatus(request) {
  const { world, user, body } = request;
  const deployment = deploymentOf(request);
  tooLong("DeploymentStatus", "description", body.description ?? "", LONGEST_DESCRIPTION);
  const status = addStatus(world, deployment, user, body);
  if (body.state === "success" && body.auto_inactive !== false) retire(world, deployment, user);
  return created(statusBody(world, deployment, status));
}

/** As GitHub documents it: earlier ones that succeeded, and neither transient ones nor production's. */
function retire(world, { id, environment }, user) {
  const earlier = world.deployments.filter(
    (each) =>
      each.environment === environment &&
      each.id < id &&
      !each.transient_environment &&
      !each.production_environment &&
      each.statuses.at(-1)?.state === "success",
  );
  for (const each of earlier) addStatus(world, each, user, { state: "inactive" });
}

function listStatuses(request) {
  const { world } = request;
  const deployment = deploymentOf(request);
  const found = newestFirst(deployment.statuses);
  return page(request, found, (all) => all.map((each) => statusBody(world, deployment, each)));
}

const DEPLOYMENTS = "/repos/{owner}/{repo}/deployments";

/** Handlers by route, as those of routes.mjs. */
export const deploymentHandlers = {
  [`GET ${DEPLOYMENTS}`]: listDeployments,
  [`POST ${DEPLOYMENTS}`]: createDeployment,
  [`GET ${DEPLOYMENTS}/{deployment_id}/statuses`]: listStatuses,
  [`POST ${DEPLOYMENTS}/{deployment_id}/statuses`]: createStatus,
};
