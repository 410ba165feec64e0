// Answers that GitHub gives when something is wrong with it, the token or the number of requests.
const WRITES = ["POST", "PATCH", "PUT", "DELETE"];
/** Requests per hour of a workflow's token. */
export const HOURLY_LIMIT = 1000;
const DOCS = "https://docs.github.com";
const RATE_LIMITS = `${DOCS}/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api`;

export const epochSeconds = (ms) => String(Math.floor(ms / 1000));

/** Whether a request is one that a fault or hook is for; what it does not name may be anything. */
export function fits({ method, path }, request) {
  const methods = method === undefined ? [request.method] : [method].flat();
  return methods.includes(request.method) && (path === undefined || path.test(request.path));
}

export function readOnly() {
  return {
    method: WRITES,
    times: Number.POSITIVE_INFINITY,
    status: 403,
    headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
    body: {
      message: "Resource not accessible by integration",
      documentation_url: `${DOCS}/rest`,
      status: "403",
    },
  };
}

export function secondaryRateLimit({ retryAfter, ...where }) {
  return {
    ...where,
    status: 403,
    headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
    body: {
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      documentation_url: `${RATE_LIMITS}#about-secondary-rate-limits`,
    },
  };
}

export function primaryRateLimit({ resetIn = 60, ...where }) {
  return {
    ...where,
    status: 403,
    headers: {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": String(HOURLY_LIMIT),
      "x-ratelimit-reset": epochSeconds(Date.now() + resetIn * 1000),
    },
    body: {
      message: "API rate limit exceeded for installation.",
      documentation_url: `${RATE_LIMITS}#about-primary-rate-limits`,
    },
  };
}

export function faultAnswer({
  status = 502,
  headers = {},
  body = { message: "Server Error" },
  drop = false,
}) {
  return { status, headers, body, drop };
}
