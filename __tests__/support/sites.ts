// A node's web server on this machine: plain HTTP and TLS, with certificates made for the run.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, LookupFunction, Server } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { HttpOptions } from "../../src/adapters/http-checks.ts";
import { authority, type Identity } from "./certificates.ts";

/** Answers a request, of which the scheme is told besides. */
export type Site = (request: IncomingMessage, response: ServerResponse, scheme: "http" | "https") => void;

/** What a request looked like when it arrived. */
export interface Seen {
  readonly scheme: "http" | "https";
  readonly method: string;
  readonly host: string;
  readonly path: string;
}

/** A node that is called `node-a.hosting.test` and by no other name. */
export class Node {
  readonly host = "node-a.hosting.test";
  readonly seen: Seen[] = [];
  readonly authority = authority();
  private readonly contexts = new Map<string, SecureContext>();
  private readonly servers: Server[] = [];
  private ports = { http: 0, https: 0 };

  constructor(private readonly site: Site) {}

  /** What an adapter needs to reach it. */
  get options(): HttpOptions & { readonly ca: string } {
    return { ports: this.ports, ca: this.authority.cert, lookup: lookupOf(this.host) };
  }

  /** Gives a hostname a certificate; until then TLS handshakes for it get one of another name. */
  certify(hostname: string, identity: Identity = this.authority.issue([hostname])): void {
    this.contexts.set(hostname, createSecureContext(identity));
  }

  async start(): Promise<this> {
    const other = this.authority.issue(["other.hosting.test"]);
    const http = createServer((request, response) => this.answer(request, response, "http"));
    const https = createTlsServer(
      { ...other, SNICallback: (name, done) => done(null, this.contexts.get(name)) },
      (request, response) => this.answer(request, response, "https"),
    );
    this.ports = { http: await this.listen(http), https: await this.listen(https) };
    return this;
  }

  async stop(): Promise<void> {
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const server of this.servers) (server as ReturnType<typeof createServer>).closeAllConnections();
    await Promise.all(closed);
  }

  private answer(request: IncomingMessage, response: ServerResponse, scheme: "http" | "https"): void {
    const { method = "", url: path = "", headers } = request;
    this.seen.push({ scheme, method, host: headers.host ?? "", path });
    this.site(request, response, scheme);
  }

  private listen(server: Server): Promise<number> {
    this.servers.push(server);
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
    );
  }
}

/** A resolver that knows one name. */
export function lookupOf(known: string, address = "127.0.0.1"): LookupFunction {
  return (name, options, done) => {
    if (name !== known)
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" }), "", 4);
    else if (options.all) done(null, [{ address, family: 4 }]);
    else done(null, address, 4);
  };
}
