// What a publisher says about a few operations of its API, cut down to what decides whether a request or an
// answer is right. Shared by the scripts that write the schemas of the APIs of our tests.

/** The words of a schema that decide whether a value is right. */
const SCHEMA_WORDS = [
  ..."$ref type format enum default required minItems maxItems uniqueItems minLength maxLength".split(" "),
  ..."minimum maximum pattern".split(" "),
];

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** The members of an object that it has of these. */
export const pick = (object, keys) =>
  Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]]));

/** A schema of OpenAPI 3.0 as JSON Schema, which has null as a type instead of `nullable`. */
export function schemaOf(node) {
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

function operationOf(published, operation) {
  const resolved = (node) => (node.$ref ? resolved(at(published, node.$ref)) : node);
  const parameterOf = (reference) => {
    const parameter = resolved(reference);
    return { ...pick(parameter, ["name", "in", "required"]), schema: schemaOf(parameter.schema) };
  };
  const { requestBody, parameters = [] } = operation;
  return {
    operationId: operation.operationId,
    ...(operation.externalDocs ? { externalDocs: { url: operation.externalDocs.url } } : {}),
    parameters: parameters.map(parameterOf),
    ...(requestBody
      ? { requestBody: { required: requestBody.required ?? false, ...contentOf(requestBody) } }
      : {}),
    responses: mapValues(operation.responses, (response) => contentOf(resolved(response))),
  };
}

function at(published, ref) {
  return ref
    .split("/")
    .slice(1)
    .reduce((node, key) => node[key], published);
}

function refsIn(node) {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === "$ref" ? [value] : refsIn(value)));
}

/** Every schema that the paths reach, sorted by name. */
function schemasFor(published, paths) {
  const found = new Map();
  const waiting = refsIn(paths);
  for (const ref of waiting) {
    if (found.has(ref)) continue;
    const schema = schemaOf(at(published, ref));
    found.set(ref, schema);
    waiting.push(...refsIn(schema));
  }
  return Object.fromEntries([...found].map(([ref, schema]) => [ref.split("/").at(-1), schema]).sort());
}

/** The operations, methods by path, and all schemas that they use. */
export function trimmed(published, operations) {
  const paths = Object.fromEntries(
    Object.entries(operations).map(([path, methods]) => [
      path,
      mapValues(pick(published.paths[path], methods), (operation) => operationOf(published, operation)),
    ]),
  );
  return { paths, schemas: schemasFor(published, paths) };
}

/** One line for each path and schema: small, and a later version shows what changed. */
function lines(object) {
  const rows = Object.entries(object).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${rows.join(",\n")}\n}`;
}

/** The document as it is committed. */
export function openapiText(info, { paths, schemas }) {
  return `{
"openapi": "3.1.0",
"info": ${JSON.stringify(info)},
"paths": ${lines(paths)},
"components": { "schemas": ${lines(schemas)} }
}
`;
}
