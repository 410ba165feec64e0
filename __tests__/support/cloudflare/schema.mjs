// What Cloudflare publishes about its API, as checks of requests and answers.
import { readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import Ajv from "ajv/dist/2019.js";

const file = new URL("../cloudflare-openapi.json", import.meta.url);
// Schemas call each other by name alone, as they are known to the validator.
const document = JSON.parse(readFileSync(file, "utf8").replaceAll("#/components/schemas/", ""));
const { schemas } = document.components;
const FORMATS = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
  hostname: /^(?:[\w-]{1,63}\.)*[\w-]{1,63}$/,
  ipv4: isIPv4,
  ipv6: isIPv6,
};
const options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  formats: FORMATS,
};
const bodies = new Ajv({ ...options, allowUnionTypes: true });
// A query has only strings, and a missing word its default.
const queries = new Ajv({ ...options, coerceTypes: true, useDefaults: true });
for (const [name, schema] of Object.entries(schemas)) {
  bodies.addSchema(closed(schema, true), name);
  queries.addSchema(schema, name);
}

/**
 * A key that no schema names is a mistake: of ours when we send it, of this server when it answers with something
 * that Cloudflare does not have. Schemas that are parts of another leave that to the whole.
 */
function closed(node, isPart) {
  const part = (schema) => closed(schema, true);
  const whole = (schema) => closed(schema, false);
  const parts = { ...node };
  if (node.properties) parts.properties = mapValues(node.properties, whole);
  if (node.items) parts.items = whole(node.items);
  for (const word of ["allOf", "anyOf", "oneOf"]) if (node[word]) parts[word] = node[word].map(part);
  return isPart || !namesKeys(node) ? parts : { ...parts, unevaluatedProperties: false };
}

function namesKeys(node) {
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((word) => node[word] ?? []);
  return Boolean(node.properties) || [...parts, ...(node.$ref ? [schemas[node.$ref]] : [])].some(namesKeys);
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

const routes = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => routeOf(method.toUpperCase(), template, operation)),
);

/** The names of all routes: `GET /zones`. */
export const routeNames = routes.map(({ name }) => name);

function routeOf(method, template, { parameters, requestBody, responses }) {
  const inQuery = parameters.filter((each) => each.in === "query");
  const properties = Object.fromEntries(inQuery.map(({ name, schema }) => [name, schema]));
  const schemaIn = ({ content }) => closed(content["application/json"].schema, false);
  return {
    method,
    name: `${method} ${template}`,
    pattern: new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
    query: queries.compile({ type: "object", properties, additionalProperties: false }),
    body: requestBody && bodies.compile(schemaIn(requestBody)),
    answer: bodies.compile(schemaIn(responses[200])),
  };
}

// What is said of refusals at each route also asks for success, which no refusal has.
const refusal = bodies.compile(closed(schemas["dns-records_api-response-common-failure"], false));

function texts(check, value) {
  if (check(value)) return [];
  return check.errors.map(({ instancePath, message, params }) => {
    const extra = params.unevaluatedProperty ?? params.additionalProperty ?? params.allowedValues?.join(", ");
    return `${instancePath} ${message}`.trim() + (extra ? `: ${extra}` : "");
  });
}

/** The route of a request, with what its path names; undefined where Cloudflare, as we keep it, has none. */
export function routeFor(method, path) {
  for (const route of routes) {
    const found = route.method === method && route.pattern.exec(path);
    if (found) return { route, params: { ...found.groups } };
  }
  return undefined;
}

/** Complaints about a request's query; fills in the defaults and makes numbers of digits. */
export function queryComplaints(route, query) {
  return texts(route.query, query).map((text) => `query ${text}`);
}

/** Complaints about a request's body, undefined when it has none. */
export function bodyComplaints({ body }, value) {
  if (!body) return value === undefined ? [] : ["body where Cloudflare wants none"];
  return value === undefined ? ["body is missing"] : texts(body, value).map((text) => `body ${text}`);
}

/** Complaints about an answer. */
export function answerComplaints({ answer }, status, value) {
  return texts(status === 200 ? answer : refusal, value);
}
