// What the routes of a repository's settings answer: branches, their rules, environments; and whose a token is.
import { notFound, ok, page, Refusal } from "./answers.mjs";
import { publicUserBody } from "./issue-bodies.mjs";
import { WORKFLOW_BOT } from "./world.mjs";

const nodeId = (kind, id) => Buffer.from(`${kind}:${id}`).toString("base64url");

function branchOf({ world, params }) {
  const name = decodeURIComponent(params.branch);
  const found = world.branches.get(name);
  if (!found) throw notFound("Branch not found");
  return { name, ...found };
}

const repositoryUrl = (world) => `${world.url}/repos/${world.repository.full_name}`;

function showBranch(request) {
  const { world } = request;
  const { name, isProtected, sha } = branchOf(request);
  const url = `${repositoryUrl(world)}/branches/${encodeURIComponent(name)}`;
  const page = `https://github.com/${world.repository.full_name}`;
  const person = { name: "a", email: "a@b.test", date: world.created_at };
  const commitUrl = `${repositoryUrl(world)}/commits/${sha}`;
  const tree = { sha, url: `${repositoryUrl(world)}/git/trees/${sha}` };
  return ok({
    name,
    commit: {
      ...{ url: commitUrl, sha, node_id: nodeId("Commit", sha), html_url: `${page}/commit/${sha}` },
      comments_url: `${commitUrl}/comments`,
      commit: {
        author: person,
        committer: person,
        comment_count: 0,
        message: "Change",
        tree,
        url: commitUrl,
      },
      ...{ author: null, committer: null, parents: [] },
    },
    _links: { self: url, html: `${page}/tree/${name}` },
    protected: isProtected,
    protection: { enabled: isProtected },
    protection_url: `${url}/protection`,
  });
}

// A branch need not exist: rules are about names.
function listRules(request) {
  const { world, params } = request;
  const rules = world.branches.get(decodeURIComponent(params.branch))?.rules ?? [];
  return page(request, rules, (all) =>
    all.map(({ type, parameters, ruleset_id }) => ({
      type,
      ...(parameters ? { parameters } : {}),
      ...{ ruleset_source_type: "Repository", ruleset_source: world.repository.full_name, ruleset_id },
    })),
  );
}

function showRuleset({ world, params }) {
  const id = Number(params.ruleset_id);
  const bypass = world.rulesets.get(id);
  if (bypass === undefined) throw notFound();
  const known = { id, name: `Rules ${id}`, target: "branch", source_type: "Repository" };
  return ok({
    ...{ ...known, source: world.repository.full_name, enforcement: "active" },
    current_user_can_bypass: bypass,
  });
}

function showEnvironment({ world, params }) {
  const name = decodeURIComponent(params.environment_name);
  const found = world.environments.get(name);
  if (!found) throw notFound();
  const { limitsBranches, reviewers } = found;
  const [id, url] = [11, `${repositoryUrl(world)}/environments/${encodeURIComponent(name)}`];
  const rule = {
    id: 12,
    node_id: nodeId("GateRule", 12),
    type: "required_reviewers",
    prevent_self_review: false,
  };
  return ok({
    ...{ id, node_id: nodeId("Environment", id), name, url },
    html_url: `https://github.com/${world.repository.full_name}/deployments`,
    ...{ created_at: world.created_at, updated_at: world.created_at },
    protection_rules:
      reviewers > 0
        ? [{ ...rule, reviewers: Array.from({ length: reviewers }, () => ({ type: "User" })) }]
        : [],
    deployment_branch_policy: limitsBranches
      ? { protected_branches: true, custom_branch_policies: false }
      : null,
  });
}

// A job's own token is no user's.
function showSelf({ world, user }) {
  if (user === WORKFLOW_BOT)
    throw new Refusal(403, "Resource not accessible by integration", { status: "403" });
  return ok(publicUserBody(world, user));
}

const REPOSITORY = "/repos/{owner}/{repo}";

/** Handlers by route, as those of routes.mjs. */
export const settingsHandlers = {
  [`GET ${REPOSITORY}/branches/{branch}`]: showBranch,
  [`GET ${REPOSITORY}/rules/branches/{branch}`]: listRules,
  [`GET ${REPOSITORY}/rulesets/{ruleset_id}`]: showRuleset,
  [`GET ${REPOSITORY}/environments/{environment_name}`]: showEnvironment,
  "GET /user": showSelf,
};
