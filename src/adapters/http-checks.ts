import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { CheckRequest } from "../domain/deploy/checks.ts";
import type { CheckedNode, Fault, HttpReply, Redirect } from "../domain/deploy/verification.ts";
import type { HttpChecks } from "../ports/checks.ts";
import { type Asked, connectFault, deadlineFault, faultOf, tooManyRedirects } from "./http-faults.ts";

/** A connection that is not made by then is not made: what curl was told by the tool before this one. */
const CONNECT_MILLISECONDS = 5_000;

/** So many bytes of a body are looked at. */
const MOST_BYTES = 1024 * 1024;

/** What a test, or a network of its own, may put in the place of the system's. */
export interface HttpOptions {
  /** How the node's name becomes an address. */
  readonly lookup?: LookupFunction;
  /** Where ports 80 and 443 are. */
  readonly ports?: { readonly http: number; readonly https: number };
  /** Authorities, as PEM, in the place of Node's own. */
  readonly ca?: string;
  readonly connectMilliseconds?: number;
  readonly mostBytes?: number;
}

type Answer = Pick<HttpReply, "status" | "body" | "isCut" | "fault"> & { readonly location: string | null };

/** Checks by HTTP/1.1, a new connection for each request. The first goes to port 80, as a visitor's does. */
export class HttpHostChecks implements HttpChecks {
  private readonly options: HttpOptions;
  private readonly userAgent: string;

  constructor(version: string, options: HttpOptions = {}) {
    this.options = options;
    this.userAgent = `hostenv-provider/${version}`;
  }

  async ask(request: CheckRequest, node: CheckedNode): Promise<HttpReply> {
    const start = performance.now();
    const deadline = AbortSignal.timeout(request.timeoutSeconds * 1000);
    const path = request.path.startsWith("/") ? request.path : `/${request.path}`;
    let url = new URL(`http://${request.virtualHost}${path}`);
    for (let followed = 0; ; followed++) {
      const { location, ...answer } = await this.hop(url, request, node, deadline);
      const reply = { ...answer, redirect: null, seconds: (performance.now() - start) / 1000 };
      const next = location === null || answer.fault ? null : nextOf(url, location, request, node);
      if (next === null) return reply;
      if ("why" in next) return { ...reply, redirect: next };
      if (followed === request.maxRedirects) return { ...reply, fault: tooManyRedirects(followed) };
      url = next;
    }
  }

  private hop(url: URL, request: CheckRequest, node: CheckedNode, deadline: AbortSignal): Promise<Answer> {
    const asked = { url, host: node.host, seconds: request.timeoutSeconds };
    const isTls = url.protocol === "https:";
    const { ports, ca, lookup } = this.options;
    const options: RequestOptions & { servername?: string; ca?: string; rejectUnauthorized?: boolean } = {
      agent: false,
      host: node.host,
      port: isTls ? (ports?.https ?? 443) : (ports?.http ?? 80),
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { host: url.hostname, "user-agent": this.userAgent, accept: "*/*" },
      ...(lookup ? { lookup } : {}),
      ...(isTls ? { servername: url.hostname, rejectUnauthorized: request.tlsMode === "strict" } : {}),
      ...(isTls && ca !== undefined ? { ca } : {}),
    };
    const sent = (isTls ? httpsRequest : httpRequest)(options);
    return new Exchange(sent, asked, this.options).run(deadline);
  }
}

// One request and its answer, whatever ends it.
class Exchange {
  private readonly sent: ClientRequest;
  private readonly asked: Asked;
  private readonly options: HttpOptions;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private response: IncomingMessage | null = null;
  /** Why we ended it: Node then tells of a connection that was reset. */
  private reason: Fault | null = null;

  constructor(sent: ClientRequest, asked: Asked, options: HttpOptions) {
    this.sent = sent;
    this.asked = asked;
    this.options = options;
  }

  async run(deadline: AbortSignal): Promise<Answer> {
    const end = () => this.end(deadlineFault(this.asked));
    const milliseconds = this.options.connectMilliseconds ?? CONNECT_MILLISECONDS;
    const connecting = setTimeout(() => this.end(connectFault(milliseconds)), milliseconds);
    this.sent.once("socket", (socket) =>
      socket.once(this.asked.url.protocol === "https:" ? "secureConnect" : "connect", () =>
        clearTimeout(connecting),
      ),
    );
    if (deadline.aborted) end();
    else deadline.addEventListener("abort", end);
    try {
      return this.answer(await this.completed());
    } finally {
      clearTimeout(connecting);
      deadline.removeEventListener("abort", end);
      this.sent.destroy();
    }
  }

  private end(reason: Fault): void {
    this.reason = reason;
    this.sent.destroy(new Error(reason.words));
  }

  private completed(): Promise<Fault | null> {
    return new Promise((resolve) => {
      const failed = (error: Error) =>
        resolve(this.reason ?? faultOf(error, this.asked, this.response !== null));
      this.sent.on("error", failed);
      this.sent.once("response", (response: IncomingMessage) => {
        this.response = response;
        response.on("error", failed);
        response.on("data", (chunk: Buffer) => {
          if (this.take(chunk)) resolve(null);
        });
        response.once("end", () => resolve(null));
      });
      this.sent.end();
    });
  }

  // Whether there is more than is wanted.
  private take(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    this.size += chunk.length;
    return this.size > this.most();
  }

  private most(): number {
    return this.options.mostBytes ?? MOST_BYTES;
  }

  private answer(fault: Fault | null): Answer {
    const status = this.response?.statusCode ?? null;
    const body = Buffer.concat(this.chunks).subarray(0, this.most()).toString("utf8");
    const isRedirect = status !== null && [301, 302, 303, 307, 308].includes(status);
    const location = isRedirect ? (this.response?.headers.location ?? null) : null;
    return { status, body, isCut: this.size > this.most(), fault, location };
  }
}

// A name of the same environment leads to the same node, since DNS may still lead elsewhere; any other would
// be asked of whoever answers for it.
function nextOf(from: URL, location: string, request: CheckRequest, node: CheckedNode): URL | Redirect {
  if (!URL.canParse(location, from.href)) return { to: location, why: "malformed" };
  const to = new URL(location, from.href);
  if (!request.followRedirects) return { to: to.href, why: "unasked" };
  const isOwn = (names: readonly string[]) => names.some((name) => sameHost(name, to.hostname));
  const isPlain = /^https?:$/.test(to.protocol) && to.port === "";
  if (!isPlain || !(isOwn(node.hostnames) || to.hostname === from.hostname))
    return { to: to.href, why: "elsewhere" };
  if (to.protocol === "https:" && isOwn(node.withoutTls)) return { to: to.href, why: "without-tls" };
  return to;
}

function sameHost(name: string, host: string): boolean {
  return URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === host;
}
