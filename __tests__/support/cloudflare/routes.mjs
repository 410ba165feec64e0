// What Cloudflare answers.
import { Refusal } from "./world.mjs";

/** The handler of each route, by its name; each gives what `result` and `result_info` are. */
export const handlers = {
  "GET /user/tokens/verify": ({ token }) => verified(token, token?.kind === "user"),
  "GET /accounts/{account_id}/tokens/verify": ({ token, params }) =>
    verified(token, token?.kind === "account" && token.account.id === params.account_id),
  "GET /zones": (request) => {
    const token = allowed(request);
    const seen = request.world.zones.filter((zone) => request.world.mayUse(token, zone));
    const named = seen.filter(({ name }) => request.query.name === undefined || name === request.query.name);
    return page(named.map(zoneBody), request);
  },
  "GET /zones/{zone_id}/dns_records": (request) => {
    const { zone } = readable(request);
    return page(zone.records.map(recordBody), request);
  },
  "POST /zones/{zone_id}/dns_records/batch": (request) => {
    const { zone, token } = readable(request);
    if (!token.edit) throw new Refusal(403, 10000, "Authentication error");
    const { records, result } = request.world.batched(zone, request.body);
    zone.records = records;
    return {
      result: Object.fromEntries(Object.entries(result).map(([key, list]) => [key, list.map(recordBody)])),
    };
  },
};

function verified(token, isItsOwn) {
  if (!token || !isItsOwn) throw new Refusal(401, 1000, "Invalid API Token");
  const { id, status } = token;
  const messages =
    status === "active" ? [{ code: 10000, message: "This API Token is valid and active" }] : [];
  return { result: { id, status }, messages };
}

function allowed({ token }) {
  if (token?.status !== "active") throw new Refusal(403, 9109, "Invalid access token");
  return token;
}

function readable(request) {
  const token = allowed(request);
  const zone = request.world.zones.find(({ id }) => id === request.params.zone_id);
  if (!zone || !request.world.mayUse(token, zone) || !token.read)
    throw new Refusal(403, 10000, "Authentication error");
  return { zone, token };
}

/** A server may give fewer a page than it is asked for, and says how many it gives. */
function page(all, { query, world }) {
  const { page: number = 1 } = query;
  const per_page = Math.min(query.per_page ?? 20, world.largestPage);
  const result = all.slice((number - 1) * per_page, number * per_page);
  const counts = { page: number, per_page, count: result.length, total_count: all.length };
  return { result, result_info: counts };
}

function zoneBody({ id, name, status, type, plan, paused, account, created_on }) {
  return {
    ...{
      id,
      name,
      status,
      type,
      paused,
      account,
      created_on,
      modified_on: created_on,
      activated_on: created_on,
    },
    plan: { legacy_id: plan },
    development_mode: 0,
    owner: { id: account.id, type: "organization", name: account.name },
    meta: { step: 4, page_rule_quota: 3, custom_certificate_quota: 0, phishing_detected: false },
    name_servers: ["amy.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
  };
}

function recordBody({
  id,
  type,
  name,
  content,
  ttl,
  proxied,
  comment,
  tags,
  created_on,
  modified_on,
  ...rest
}) {
  const proxiable = ["A", "AAAA", "CNAME"].includes(type);
  const own = { id, type, name, content, ttl, comment, tags, created_on, modified_on, proxiable };
  return { ...own, ...(proxiable ? { proxied } : {}), meta: {}, ...rest };
}

/** The answer to a request that a route takes. */
export function answerTo(route, request) {
  try {
    const { messages = [], ...rest } = handlers[route.name](request);
    return { status: 200, body: { success: true, errors: [], messages, ...rest } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusal(error.status, error.code, error.message);
  }
}

export function refusal(status, code, message) {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  return { status, body };
}
