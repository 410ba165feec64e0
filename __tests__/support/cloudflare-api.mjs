// Cloudflare's API on this machine, for tests: cloudflare-api.d.mts says what it offers.
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { answerTo, refusal } from "./cloudflare/routes.mjs";
import { answerComplaints, bodyComplaints, queryComplaints, routeFor } from "./cloudflare/schema.mjs";
import { World } from "./cloudflare/world.mjs";

const BASE = "/client/v4";

class CloudflareApi extends World {
  requests = [];
  violations = [];
  elsewhere = [];
  largestPage = Number.POSITIVE_INFINITY;
  #faults = [];
  #hooks = [];
  #servers = [];

  async listen(token) {
    this.token = token;
    this.addToken(token);
    this.url = `${await this.#serve((message) => this.#answered(message))}${BASE}`;
    // Another origin, for answers that lead there.
    this.elsewhereUrl = await this.#serve(async ({ headers, url }) => {
      this.elsewhere.push({ url, headers });
      return { status: 200, body: {} };
    });
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

  fault(given) {
    const fault = { times: 1, ...given };
    this.#faults.push(fault);
    return fault;
  }

  before(method, path, callback) {
    const hook = { method, path, callback };
    this.#hooks.push(hook);
    return () => {
      this.#hooks = this.#hooks.filter((each) => each !== hook);
    };
  }

  async #serve(answerOf) {
    const server = createServer((message, response) => {
      answerOf(message, response)
        .then((answer) => send(message, response, answer))
        .catch((error) => {
          this.violations.push(`the test server failed: ${error.stack}`);
          send(message, response, refusal(500, 9999, "failed"));
        });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#servers.push(server);
    return `http://127.0.0.1:${server.address().port}`;
  }

  async #answered(message) {
    const request = await this.#received(message);
    const entry = this.#logged(request, message);
    for (const hook of this.#hooks) if (fits(hook, request)) await hook.callback(entry);
    const fault = this.#faults.find((each) => each.times > 0 && fits(each, request));
    if (fault) fault.times -= 1;
    const passed = () => setTimeout(fault?.delay ?? 0, undefined, { ref: false });
    if (fault?.applyLate) await passed();
    const own = this.#own(request, !fault || fault.apply || fault.applyLate);
    if (fault?.delay && !fault.applyLate) await passed();
    const answer = fault ? faultAnswer(fault, own) : own;
    entry.status = answer.drop ? null : answer.status;
    return answer;
  }

  async #received(message) {
    const { pathname, searchParams } = new URL(message.url, "http://localhost");
    const text = Buffer.concat(await message.toArray()).toString("utf8");
    const secret = /^Bearer (.+)$/.exec(message.headers.authorization ?? "")?.[1];
    return {
      world: this,
      method: message.method,
      path: pathname.startsWith(`${BASE}/`) ? pathname.slice(BASE.length) : `outside of ${BASE}: ${pathname}`,
      query: Object.fromEntries(searchParams),
      body: text === "" ? undefined : JSON.parse(text),
      token: this.tokens.get(secret),
    };
  }

  #logged({ method, path, query, body }, message) {
    const { authorization: _, ...headers } = message.headers;
    const entry = { method, path, query: { ...query }, body, headers, url: message.url, status: null };
    this.requests.push(entry);
    return entry;
  }

  /** A request is checked whatever is answered; without `apply` it has no effect. */
  #own(request, isApplied) {
    const { method, path } = request;
    const found = routeFor(method, path);
    if (!found) {
      this.violations.push(`request ${method} ${path}: no such route in cloudflare-openapi.json`);
      return refusal(404, 7003, "No route for the URI");
    }
    const complaints = [
      ...queryComplaints(found.route, request.query),
      ...bodyComplaints(found.route, request.body),
    ];
    this.violations.push(...complaints.map((text) => `request ${method} ${path}: ${text}`));
    if (complaints.length > 0) return refusal(400, 9999, complaints.join("; "));
    return isApplied ? this.#effect(found, request) : refusal(500, 9999, "not applied");
  }

  #effect({ route, params }, request) {
    const answer = answerTo(route, { ...request, params });
    const body = JSON.parse(JSON.stringify(answer.body));
    const complaints = answerComplaints(route, answer.status, body);
    const where = `answer ${answer.status} to ${request.method} ${request.path}`;
    this.violations.push(...complaints.map((text) => `${where}: ${text}`));
    return answer;
  }
}

function fits({ method, path }, request) {
  return (
    (method === undefined || method === request.method) && (path === undefined || path.test(request.path))
  );
}

/** A fault that says no status has only its delay, or its effect, and the answer is Cloudflare's own. */
function faultAnswer({ status, headers, body, drop = false }, own) {
  if (drop) return { drop };
  if (status === undefined) return own;
  return { status, headers, body: body ?? refusal(status, 9999, "fault").body };
}

function send(message, response, { drop, status, headers, body }) {
  if (drop) {
    message.socket.destroy();
    return;
  }
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

export async function startCloudflareApi({ token = "cfut_test-token-0123456789" } = {}) {
  return new CloudflareApi().listen(token);
}
