// Writes __tests__/support/github-openapi.json: what GitHub publishes about the endpoints we call, and no
// more. The package it comes from has 394 MB, so it stays outside of node_modules:
//
//   cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
//   node <work tree>/scripts/trim-openapi.mjs package
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openapiText, pick, trimmed } from "./openapi.mjs";

const REPOSITORY = "/repos/{owner}/{repo}";
const OPERATIONS = {
  "": ["get"],
  "/actions/artifacts": ["get"],
  "/actions/artifacts/{artifact_id}/{archive_format}": ["get"],
  "/actions/runs/{run_id}": ["get"],
  "/actions/runs/{run_id}/artifacts": ["get"],
  "/actions/workflows/{workflow_id}/dispatches": ["post"],
  "/actions/workflows/{workflow_id}/runs": ["get"],
  "/branches/{branch}": ["get"],
  "/collaborators/{username}/permission": ["get"],
  "/commits/{commit_sha}/pulls": ["get"],
  "/commits/{ref}/statuses": ["get"],
  "/deployments": ["get", "post"],
  "/deployments/{deployment_id}/statuses": ["get", "post"],
  "/dispatches": ["post"],
  "/environments/{environment_name}": ["get"],
  "/issues": ["get", "post"],
  "/issues/comments/{comment_id}": ["get", "patch", "delete"],
  "/issues/{issue_number}": ["patch"],
  "/issues/{issue_number}/comments": ["get", "post"],
  "/issues/{issue_number}/events": ["get"],
  "/issues/{issue_number}/labels": ["get", "post"],
  "/issues/{issue_number}/labels/{name}": ["delete"],
  "/pulls": ["get", "post"],
  "/pulls/{pull_number}": ["get", "patch"],
  "/pulls/{pull_number}/reviews": ["get"],
  "/rules/branches/{branch}": ["get"],
  "/rulesets/{ruleset_id}": ["get"],
  "/statuses/{sha}": ["post"],
};

/** What belongs to no repository. */
const ELSEWHERE = { "/user": ["get"], "/user/{account_id}": ["get"] };

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("name the folder of the unpacked package @octokit/openapi");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const published = withUnions(JSON.parse(readFileSync(join(folder, "generated/api.github.com.json"), "utf8")));

/** Objects of which one is to be all are one: apart, each would take the other's keys for unknown ones. */
function withUnions(document) {
  const resolved = (node) => (node.$ref ? resolved(at(node.$ref)) : node);
  const at = (ref) =>
    ref
      .split("/")
      .slice(1)
      .reduce((node, key) => node[key], document);
  const united = (parts) => ({
    type: "object",
    required: parts.flatMap(({ required = [] }) => required),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
  });
  return JSON.parse(JSON.stringify(document), (_, node) =>
    Array.isArray(node?.allOf) ? { ...united(node.allOf.map(resolved)) } : node,
  );
}

const operations = {
  ...Object.fromEntries(Object.entries(OPERATIONS).map(([path, methods]) => [REPOSITORY + path, methods])),
  ...ELSEWHERE,
};
const info = {
  ...pick(published.info, ["title", "license"]),
  version,
  "x-source": `npm package @octokit/openapi ${version}, cut down by scripts/trim-openapi.mjs`,
  "x-copyright": readFileSync(join(folder, "LICENSE"), "utf8").match(/Copyright .*/)[0],
};
const text = openapiText(info, trimmed(published, operations));
const target = fileURLToPath(new URL("../__tests__/support/github-openapi.json", import.meta.url));
writeFileSync(target, text);
console.log(`${target}: ${text.length} bytes`);
