// Writes __tests__/support/github-openapi.json: what GitHub publishes about the endpoints we call, and no
// more. The package it comes from has 394 MB, so it stays outside of node_modules:
//
//   cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
//   node <work tree>/scripts/trim-openapi.mjs package
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = "/repos/{owner}/{repo}";
const OPERATIONS = {
  "": ["get"],
  "/actions/artifacts": ["get"],
  "/actions/artifacts/{artifact_id}/{archive_format}": ["get"],
  "/actions/runs/{run_id}/artifacts": ["get"],
  "/collaborators/{username}/permission": ["get"],
  "/commits/{commit_sha}/pulls": ["get"],
  "/commits/{ref}/statuses": ["get"],
  "/issues/comments/{comment_id}": ["get", "patch", "delete"],
  "/issues/{issue_number}/comments": ["get", "post"],
  "/issues/{issue_number}/events": ["get"],
  "/issues/{issue_number}/labels": ["get", "post"],
  "/issues/{issue_number}/labels/{name}": ["delete"],
  "/pulls": ["get"],
  "/pulls/{pull_number}": ["get"],
  "/pulls/{pull_number}/reviews": ["get"],
  "/statuses/{sha}": ["post"],
};

/** The words of a schema that decide whether a value is right. */
const SCHEMA_WORDS = [
  ..."$ref type format enum default required minItems maxItems uniqueItems minLength maxLength".split(" "),
  ..."minimum maximum pattern".split(" "),
];

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("name the folder of the unpacked package @octokit/openapi");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const published = JSON.parse(readFileSync(join(folder, "generated/api.github.com.json"), "utf8"));

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
const pick = (object, keys) =>
  Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]]));

function resolved(node) {
  return node.$ref ? resolved(at(node.$ref)) : node;
}

function at(ref) {
  return ref
    .split("/")
    .slice(1)
    .reduce((node, key) => node[key], published);
}

/** A schema of OpenAPI 3.0 as JSON Schema, which has null as a type instead of `nullable`. */
function schemaOf(node) {
  const kept = { ...pick(node, SCHEMA_WORDS), ...partsOf(node) };
  if (!node.nullable) return kept;
  return "type" in kept && !("enum" in kept)
    ? { ...kept, type: [kept.type, "null"] }
    : { anyOf: [kept, { type: "null" }] };
}

function partsOf(node) {
  const parts = {};
  if (node.properties) parts.properties = mapValues(node.properties, schemaOf);
  if (node.items) parts.items = schemaOf(node.items);
  if (typeof node.additionalProperties === "object")
    parts.additionalProperties = schemaOf(node.additionalProperties);
  else if ("additionalProperties" in node) parts.additionalProperties = node.additionalProperties;
  for (const word of ["anyOf", "oneOf", "allOf"]) if (node[word]) parts[word] = node[word].map(schemaOf);
  return parts;
}

function contentOf({ content = {} }) {
  const json = content["application/json"];
  return json ? { content: { "application/json": { schema: schemaOf(json.schema) } } } : {};
}

function parameterOf(reference) {
  const parameter = resolved(reference);
  return { ...pick(parameter, ["name", "in", "required"]), schema: schemaOf(parameter.schema) };
}

function operationOf(operation) {
  const { requestBody } = operation;
  return {
    operationId: operation.operationId,
    externalDocs: { url: operation.externalDocs.url },
    parameters: operation.parameters.map(parameterOf),
    ...(requestBody
      ? { requestBody: { required: requestBody.required ?? false, ...contentOf(requestBody) } }
      : {}),
    responses: mapValues(operation.responses, (response) => contentOf(resolved(response))),
  };
}

function refsIn(node) {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === "$ref" ? [value] : refsIn(value)));
}

/** Every schema that the paths reach, sorted by name. */
function schemasFor(paths) {
  const found = new Map();
  const waiting = refsIn(paths);
  for (const ref of waiting) {
    if (found.has(ref)) continue;
    const schema = schemaOf(at(ref));
    found.set(ref, schema);
    waiting.push(...refsIn(schema));
  }
  return Object.fromEntries([...found].map(([ref, schema]) => [ref.split("/").at(-1), schema]).sort());
}

/** One line for each path and schema: small, and a later version shows what changed. */
function lines(object) {
  const rows = Object.entries(object).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${rows.join(",\n")}\n}`;
}

const paths = Object.fromEntries(
  Object.entries(OPERATIONS).map(([path, methods]) => [
    REPOSITORY + path,
    mapValues(pick(published.paths[REPOSITORY + path], methods), operationOf),
  ]),
);
const info = {
  ...pick(published.info, ["title", "license"]),
  version,
  "x-source": `npm package @octokit/openapi ${version}, cut down by scripts/trim-openapi.mjs`,
  "x-copyright": readFileSync(join(folder, "LICENSE"), "utf8").match(/Copyright .*/)[0],
};
const text = `{
"openapi": "3.1.0",
"info": ${JSON.stringify(info)},
"paths": ${lines(paths)},
"components": { "schemas": ${lines(schemasFor(paths))} }
}
`;
const target = fileURLToPath(new URL("../__tests__/support/github-openapi.json", import.meta.url));
writeFileSync(target, text);
console.log(`${target}: ${text.length} bytes`);
