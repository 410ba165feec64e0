import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createSilentServer, type Server, type Socket } from "node:net";
import type { LoopbackBlock } from "./loopback.ts";
import type { SelfSigned } from "./self-signed.ts";

/**
 * What is found on port 80 of an address: a node's nginx, the same behind a redirect to https or to another port,
 * a stranger's page for every name and path, a redirect to itself, a server that never answers, one that hangs up,
 * or nothing.
 */
export type FrontDoor = "nginx" | "https" | "detour" | "parked" | "circle" | "mute" | "curt" | "closed";

const DETOUR_PORT = 8080;

/** Hosts on addresses of their own. Each serves the files of those hostnames only that were given to it. */
export class FrontDoors {
  private readonly places = new Map<string, readonly string[]>();
  private readonly files = new Map<string, string>();
  private readonly servers: Server[] = [];
  private readonly connections = new Set<Socket>();

  /** Starts a host with an address for each of the front doors; `identity` is shown where it is reached by https. */
  async start(
    block: LoopbackBlock,
    host: string,
    doors: readonly FrontDoor[],
    identity: SelfSigned,
  ): Promise<void> {
    const places = doors.map(() => block.next());
    this.places.set(host, places);
    for (const [index, door] of doors.entries()) {
      const address = places[index] as string;
      const server = this.server(host, door);
      if (server) await this.listen(server, 80, address);
      if (door === "detour") await this.listen(createServer(this.nginx(host)), DETOUR_PORT, address);
      if (door !== "https") continue;
      const [key, cert] = [readFileSync(identity.key), readFileSync(identity.certificate)];
      await this.listen(createTlsServer({ key, cert }, this.nginx(host)), 443, address);
    }
  }

  /** Has a host serve a file for a hostname. */
  publish(host: string, hostname: string, path: string, content: string): void {
    this.files.set(`${host} ${hostname}${path}`, content);
  }

  /** The addresses of a host, one for each front door. */
  addresses(host: string): readonly string[] {
    const found = this.places.get(host);
    if (!found) throw new Error(`there is no host '${host}' here`);
    return found;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
  }

  private server(host: string, door: FrontDoor): Server | null {
    switch (door) {
      case "nginx":
        return createServer(this.nginx(host));
      case "https":
        return createServer(redirecting((name) => `https://${name}`));
      case "detour":
        return createServer(redirecting((name) => `http://${name}:${DETOUR_PORT}`));
      case "circle":
        return createServer(redirecting(() => ""));
      case "parked":
        return createServer((_, response) => response.end("this domain is for sale"));
      case "mute":
        return createSilentServer(() => {});
      case "curt":
        return createSilentServer((socket) => socket.end());
      case "closed":
        return null;
    }
  }

  private nginx(host: string): RequestListener {
    return (request, response) => {
      const file = this.files.get(`${host} ${nameIn(request)}${request.url}`);
      response.writeHead(file === undefined ? 404 : 200).end(file);
    };
  }

  private async listen(server: Server, port: number, address: string): Promise<void> {
    server.on("connection", (socket: Socket) => {
      this.connections.add(socket);
      socket.on("error", () => {}).once("close", () => this.connections.delete(socket));
    });
    await new Promise<void>((done, fail) => server.once("error", fail).listen(port, address, done));
    this.servers.push(server);
  }
}

function redirecting(to: (name: string) => string): RequestListener {
  return (request, response) =>
    response.writeHead(301, { location: `${to(nameIn(request))}${request.url}` }).end();
}

// Pebble names port 80, too.
function nameIn({ headers }: IncomingMessage): string {
  return (headers.host ?? "").replace(/:\d+$/, "");
}
