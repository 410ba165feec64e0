// What the answers of all routes have in common.

/** In code points, of a comment and of an issue. */
const LONGEST_BODY = 65_536;
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

export const notFound = (message = "Not Found") => new Refusal(404, message, { status: "404" });
export const invalid = (...errors) => new Refusal(422, "Validation Failed", { errors });

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

export const ok = (body) => ({ status: 200, body });
export const created = (body) => ({ status: 201, body });

/** One page of a list, with the links that GitHub gives: through the repository's id, not its name. */
export function page({ world, path, query }, items, wrap = (found) => found) {
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

export const newestFirst = (records) =>
  records.toSorted((left, right) => right.created_at.localeCompare(left.created_at) || right.id - left.id);

export const named = (records, wanted) =>
  records.filter(({ name }) => wanted === undefined || name === wanted);

export function checkBody(body, resource) {
  if ([...(body ?? "")].length <= LONGEST_BODY) return;
  const message = `Body is too long (maximum is ${LONGEST_BODY} characters)`;
  throw invalid({ resource, code: "unprocessable", field: "data", message });
}
