import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server, Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Authority } from "./certificates.ts";
import type { TestNode } from "./node.ts";

/** What web servers of nodes go by. */
export interface SitesGround {
  /** Environments by the hostnames that they serve. */
  readonly owners: Readonly<Record<string, string>>;
  readonly authority: Authority;
  /** The address that a hostname leads its visitors to, null for none. */
  readonly leadsTo: (hostname: string) => Promise<string | null>;
}

/**
 * The web servers of test nodes. Each serves what its node carries at the moment of a request: the virtual hosts of
 * its system, those with TLS by a redirect to it, for environments that are active there. A certificate is had as
 * from Let's Encrypt: only for what leads to the node.
 */
export class NodeSites {
  /** Environments that answer with an error, as `<node> <environment>`. */
  readonly broken = new Set<string>();
  /** Certificates that were ordered, as `<node> <hostname> <whether it was had>`. */
  readonly orders: string[] = [];
  private readonly ground: SitesGround;
  private readonly contexts = new Map<string, SecureContext>();
  private readonly servers: Server[] = [];
  private readonly connections = new Set<Socket>();

  private constructor(ground: SitesGround) {
    this.ground = ground;
  }

  static async start(nodes: readonly TestNode[], ground: SitesGround): Promise<NodeSites> {
    const sites = new NodeSites(ground);
    for (const node of nodes) await sites.serve(node);
    return sites;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
  }

  private async serve(node: TestNode): Promise<void> {
    const identity = this.ground.authority.issue([`${node.name}.invalid`]);
    const SNICallback = (name: string, done: (error: null, context?: SecureContext) => void) =>
      void this.contextOf(node, name).then((context) => done(null, context));
    await this.listen(createServer(this.answering(node, false)), 80, node.address);
    const secure = createTlsServer({ ...identity, SNICallback }, this.answering(node, true));
    await this.listen(secure, 443, node.address);
  }

  private answering(node: TestNode, isTls: boolean): RequestListener {
    return (request, response) => {
      const host = request.headers.host ?? "";
      const isSecure = virtualHosts(node)[host];
      // As nginx's answer 444: the connection ends.
      if (isSecure === undefined) return void request.socket.destroy();
      if (isSecure && !isTls)
        return void response.writeHead(301, { location: `https://${host}${request.url}` }).end();
      const user = this.ground.owners[host] ?? "";
      const isUp = isActive(node, user) && !this.broken.has(`${node.name} ${user}`);
      response.writeHead(isUp ? 200 : 503, { connection: "close" }).end(node.name);
    };
  }

  private async contextOf(node: TestNode, hostname: string): Promise<SecureContext | undefined> {
    if (virtualHosts(node)[hostname] !== true) return undefined;
    const key = `${node.name} ${hostname}`;
    const known = this.contexts.get(key);
    if (known) return known;
    const isHad = (await this.ground.leadsTo(hostname)) === node.address;
    this.orders.push(`${key} ${isHad}`);
    if (!isHad) return undefined;
    const context = createSecureContext(this.ground.authority.issue([hostname]));
    this.contexts.set(key, context);
    return context;
  }

  private listen(server: Server, port: number, address: string): Promise<void> {
    this.servers.push(server);
    server.on("connection", (socket: Socket) => {
      this.connections.add(socket);
      socket.once("close", () => this.connections.delete(socket)).on("error", () => {});
    });
    return new Promise((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
  }
}

/** The virtual hosts that a node's system brought, and whether each has TLS. */
function virtualHosts(node: TestNode): Readonly<Record<string, boolean>> {
  return JSON.parse(node.read("/run/virtual-hosts") ?? "{}");
}

function isActive(node: TestNode, user: string): boolean {
  return user !== "" && node.link(`/nix/var/nix/profiles/per-user/${user}/hostenv`) !== null;
}
