// What GitHub publishes about its API, as checks of requests and answers.
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const file = new URL("../github-openapi.json", import.meta.url);
// Schemas call each other by name alone, as they are known to the validator.
const document = closed(JSON.parse(readFileSync(file, "utf8").replaceAll("#/components/schemas/", "")));
const FORMATS = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  uri: (text) => URL.canParse(text),
  email: /^[^@\s]+@[^@\s]+$/,
  int64: true,
  "repo.nwo": /^[\w.-]+(?:\/[\w.-]+)?$/,
};
const options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  // Else each use of a user or a repository is compiled anew, which takes twice the time.
  inlineRefs: false,
  formats: FORMATS,
};
const bodies = new Ajv({ ...options, allowUnionTypes: true });
// A query has only strings, and a missing word its default.
const queries = new Ajv({ ...options, coerceTypes: true, useDefaults: true });
for (const [name, schema] of Object.entries(document.components.schemas)) bodies.addSchema(schema, name);

const routes = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => routeOf(method.toUpperCase(), template, operation)),
);

/** The names of all routes: `GET /repos/{owner}/{repo}`. */
export const routeNames = routes.map(({ name }) => name);

/**
 * A key that the schema does not name is a mistake: of ours when we send it, of this server when it answers
 * with something that GitHub does not have.
 */
function closed(node) {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(closed);
  const parts = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return node.properties && !("additionalProperties" in node)
    ? { ...parts, additionalProperties: false }
    : parts;
}

function routeOf(method, template, operation) {
  const isNumber = (name) =>
    operation.parameters.some((each) => each.name === name && each.schema.type === "integer");
  const pattern = template.replace(
    /\{(\w+)\}/g,
    (_, name) => `(?<${name}>${isNumber(name) ? "\\d+" : "[^/]+"})`,
  );
  const inQuery = operation.parameters.filter((each) => each.in === "query");
  return {
    method,
    name: `${method} ${template}`,
    pattern: new RegExp(`^${pattern}$`),
    documentation: operation.externalDocs.url,
    query: queries.compile(querySchema(inQuery)),
    body: operation.requestBody && {
      required: operation.requestBody.required,
      check: lazily(schemaIn(operation.requestBody)),
    },
    answers: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [status, lazily(schemaIn(response))]),
    ),
  };
}

function querySchema(parameters) {
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((each) => each.required).map(({ name }) => name);
  return { type: "object", properties, required, additionalProperties: false };
}

function schemaIn({ content }) {
  return content?.["application/json"].schema;
}

/** Compiling all takes more than a second, and a test meets few of them. */
function lazily(schema) {
  if (!schema) return undefined;
  let check;
  return (value) => {
    check ??= bodies.compile(schema);
    return check(value) ? [] : texts(bodies, check.errors);
  };
}

function texts(ajv, errors) {
  return errors.map((error) => {
    const extra = error.params.additionalProperty ?? error.params.allowedValues?.join(", ");
    return ajv.errorsText([error], { dataVar: "" }).trim() + (extra ? `: ${extra}` : "");
  });
}

/** The shapes of errors: GitHub does not list at each route which of them may come. */
const anyError = lazily({ anyOf: [{ $ref: "basic-error" }, { $ref: "validation-error" }] });

/** The route of a request, with what its path names; undefined when GitHub, as we keep it, has none. */
export function routeFor(method, path) {
  for (const route of routes) {
    const found = route.method === method && route.pattern.exec(path);
    if (found) return { route, params: mapValues(found.groups ?? {}, decodeURIComponent) };
  }
  return undefined;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** Complaints about a request's query; fills in the defaults and makes numbers of digits. */
export function queryComplaints(route, query) {
  return route.query(query) ? [] : texts(queries, route.query.errors).map((text) => `query ${text}`);
}

/** Complaints about a request's body, undefined when it has none. */
export function bodyComplaints({ body }, value) {
  if (value === undefined) return body?.required ? ["body is missing"] : [];
  if (!body) return ["body where GitHub wants none"];
  return body.check(value).map((text) => `body ${text}`);
}

/** Complaints about an answer; value is undefined when it has no body. */
export function answerComplaints({ answers }, status, value) {
  if (!(status in answers)) return status >= 400 ? anyError(value) : [`status ${status} is not documented`];
  const check = answers[status];
  if (!check) return value === undefined ? [] : ["body where GitHub sends none"];
  return value === undefined ? ["body is missing"] : check(value);
}
