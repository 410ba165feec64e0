// GitHub's REST API on this machine, for tests and benchmarks: github-api.d.mts says what it offers.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { malformed, unauthorized, unprocessable } from "./github/answers.mjs";
import * as faults from "./github/faults.mjs";
import { handle } from "./github/routes.mjs";
import { answerComplaints, bodyComplaints, queryComplaints, routeFor } from "./github/schema.mjs";
import { WORKFLOW_BOT, World } from "./github/world.mjs";

class GithubApi extends World {
  requests = [];
  violations = [];
  #faults = [];
  #hooks = [];
  #tokens = new Map();
  #signatures = new Map();
  #servers = [];

  async listen({ token = "test-token", port = 0 }) {
    this.token = token;
    this.addToken(token, WORKFLOW_BOT);
    this.url = await this.#serve(port, (request, fault) => this.#apiAnswer(request, fault));
    // Another origin, as at GitHub: a client that follows a redirect by the rules leaves its token behind.
    this.storageUrl = await this.#serve(0, (request, fault) => this.#storageAnswer(request, fault));
    return this;
  }

  async close() {
    for (const server of this.#servers) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }

  addToken(token, login) {
    this.#tokens.set(token, this.userNamed(login).login);
  }

  before(method, path, callback) {
    const hook = { method, path, callback };
    this.#hooks.push(hook);
    return () => {
      this.#hooks = this.#hooks.filter((each) => each !== hook);
    };
  }

  fault(given) {
    const fault = { times: 1, ...given };
    this.#faults.push(fault);
    return fault;
  }

  clearFaults() {
    this.#faults = [];
  }

  readOnly() {
    return this.fault(faults.readOnly());
  }

  secondaryRateLimit(options = {}) {
    return this.fault(faults.secondaryRateLimit(options));
  }

  primaryRateLimit(options = {}) {
    return this.fault(faults.primaryRateLimit(options));
  }

  /** Where an artifact's bytes are, for whoever has this address. */
  signedUrl(artifact) {
    const signature = randomBytes(16).toString("hex");
    this.#signatures.set(signature, artifact);
    return `${this.storageUrl}/artifacts/${artifact.id}.zip?${new URLSearchParams({ sig: signature })}`;
  }

  async #serve(port, answerOf) {
    const server = createServer((message, response) => {
      this.#converse(answerOf, message, response).catch((error) => {
        this.violations.push(`the test server failed: ${error.stack}`);
        send(response, { status: 500, body: { message: error.stack } });
      });
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    this.#servers.push(server);
    return `http://127.0.0.1:${server.address().port}`;
  }

  async #converse(answerOf, message, response) {
    const request = await this.#received(message);
    const entry = this.#logged(request);
    for (const hook of this.#hooks) if (faults.fits(hook, request)) await hook.callback(entry);
    const answer = answerOf(request, this.#nextFault(request));
    if (answer.drop) {
      message.socket.destroy();
      return;
    }
    entry.status = answer.status;
    send(response, answer);
  }

  async #received(message) {
    const { pathname, searchParams } = new URL(message.url, "http://localhost");
    const text = Buffer.concat(await message.toArray()).toString("utf8");
    const { authorization } = message.headers;
    return {
      world: this,
      method: message.method,
      path: this.#byName(pathname),
      query: Object.fromEntries(searchParams),
      ...parsed(text),
      authorization,
      user: this.#tokens.get(authorization?.replace(/^(?:bearer|token) /i, "")),
    };
  }

  /** GitHub's links to further pages call the repository by its id. */
  #byName(path) {
    const { id, full_name } = this.repository;
    return path.replace(new RegExp(`^/repositories/${id}(?=/|$)`), `/repos/${full_name}`);
  }

  #logged({ method, path, query, body, user }) {
    const entry = { method, path, query: { ...query }, body, user, status: null };
    this.requests.push(entry);
    return entry;
  }

  #nextFault(request) {
    const fault = this.#faults.find((each) => each.times > 0 && faults.fits(each, request));
    if (fault) fault.times -= 1;
    return fault;
  }

  /** A request is checked whatever is answered, and a fault with `apply` has the request's effect. */
  #apiAnswer(request, fault) {
    const found = routeFor(request.method, request.path);
    const refusal = this.#refusal(request, found?.route);
    const isApplied = !refusal && (!fault || fault.apply);
    const own = isApplied ? this.#effect(found, request) : refusal;
    const answer = fault ? faults.faultAnswer(fault) : own;
    return { ...answer, headers: { ...this.#rateHeaders(), ...answer.headers } };
  }

  /** What stands against a request before anybody looks what it is about. */
  #refusal(request, route) {
    const { method, path, query, body, isMalformed, authorization, user } = request;
    if (!route) {
      this.violations.push(`request ${method} ${path}: no such route in github-openapi.json`);
      return { status: 501, body: { message: "Not Implemented by the test server" } };
    }
    if (!user) return unauthorized(authorization);
    if (isMalformed) return malformed(route);
    const complaints = [...queryComplaints(route, query), ...bodyComplaints(route, body)];
    this.violations.push(...complaints.map((text) => `request ${method} ${path}: ${text}`));
    return complaints.length > 0 ? unprocessable(route, complaints) : undefined;
  }

  #effect({ route, params }, request) {
    const answer = handle(route, { ...request, params });
    const body = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
    const complaints = answerComplaints(route, answer.status, body);
    const where = `answer ${answer.status} to ${request.method} ${request.path}`;
    this.violations.push(...complaints.map((text) => `${where}: ${text}`));
    return answer;
  }

  #rateHeaders() {
    const used = Math.min(this.requests.length, faults.HOURLY_LIMIT - 1);
    return {
      "x-ratelimit-limit": String(faults.HOURLY_LIMIT),
      "x-ratelimit-remaining": String(faults.HOURLY_LIMIT - used),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": faults.epochSeconds(Date.now() + 3_600_000),
      "x-ratelimit-resource": "core",
    };
  }

  /** Azure's storage takes the signature alone: with a token besides, it refuses both. */
  #storageAnswer({ query, authorization }, fault) {
    if (fault) return faults.faultAnswer(fault);
    if (authorization !== undefined) return storageError(401, "InvalidAuthenticationInfo");
    const artifact = this.#signatures.get(query.sig);
    if (!artifact) return storageError(403, "AuthenticationFailed");
    return { status: 200, headers: { "content-type": "application/zip" }, body: artifact.archive };
  }
}

function storageError(status, code) {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

function parsed(text) {
  if (text === "") return { body: undefined };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: text, isMalformed: true };
  }
}

function send(response, { status, headers, body }) {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const type = isText ? "text/html" : "application/json; charset=utf-8";
  response.writeHead(status, { ...(body === undefined ? {} : { "content-type": type }), ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}

export async function startGithubApi(options = {}) {
  return new GithubApi(options).listen(options);
}
