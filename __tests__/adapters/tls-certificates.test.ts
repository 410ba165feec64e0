import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { TlsCertificates } from "../../src/adapters/tls-certificates.ts";
import type { Shown } from "../../src/ports/front-door.ts";
import { Authority, type Issued } from "../support/authority.ts";
import { root } from "../support/nix.ts";
import { describeWith } from "../support/tools.ts";

describeWith(["OPENSSL"], "certificates that nodes show", () => {
  let trusted: Authority;
  let stranger: Authority;
  beforeAll(() => {
    trusted = new Authority();
    stranger = new Authority();
  });
  afterAll(() => {
    trusted.remove();
    stranger.remove();
  });

  const servers: { server: Server; sockets: Set<Socket> }[] = [];
  afterEach(async () => {
    for (const { server, sockets } of servers.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    }
  });

  async function listening(server: Server, address = "127.0.0.1", port = 0): Promise<number> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => sockets.add(socket));
    server.listen(port, address);
    await once(server, "listening");
    servers.push({ server, sockets });
    return (server.address() as AddressInfo).port;
  }

  /** Serves certificates by name, as nginx does. */
  const serving = (issued: Issued, names: string[] = []) =>
    createTlsServer(
      {
        ...issued,
        SNICallback: (name, done) => {
          names.push(name);
          done(null);
        },
      },
      (socket) => socket.on("error", () => {}),
    );

  /** What a child that trusts the authority sees. */
  async function shown(
    port: number,
    name: string,
    addresses = ["127.0.0.1"],
    timeoutMs = 20_000,
  ): Promise<Shown> {
    const args = [
      `${root}__tests__/support/certificates-child.ts`,
      String(port),
      String(timeoutMs),
      name,
      ...addresses,
    ];
    const env = { ...process.env, NODE_OPTIONS: "", NODE_EXTRA_CA_CERTS: trusted.file };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return JSON.parse(stdout) as Shown;
  }

  test("valid is a trusted certificate for the name, shown where the name is asked for", async () => {
    const names: string[] = [];
    const port = await listening(serving(trusted.issue(["a.test"]), names));
    expect(await shown(port, "a.test")).toBe("valid");
    expect(names).toEqual(["a.test"]);
  });

  test("not valid: another name, out of date, of a stranger, or trusted by nobody here", async () => {
    const cases = [
      [trusted.issue(["b.test"]), "a.test"],
      [trusted.issue(["*.test"]), "a.b.test"],
      [trusted.issue(["a.test"], -1), "a.test"],
      [stranger.issue(["a.test"]), "a.test"],
    ] as const;
    for (const [issued, name] of cases)
      expect(await shown(await listening(serving(issued)), name)).toBe("none");
    const port = await listening(serving(trusted.issue(["a.test"])));
    expect(await new TlsCertificates({ port }).shown("a.test", ["127.0.0.1"])).toBe("none");
  });

  test("one address that shows it is enough, and where one can't be seen none is not sure", async () => {
    const port = await listening(serving(trusted.issue(["a.test"])), "127.0.0.1");
    await listening(serving(stranger.issue(["a.test"])), "127.0.0.2", port);
    expect(await shown(port, "a.test", ["127.0.0.2", "127.0.0.3", "127.0.0.1"])).toBe("valid");
    expect(await shown(port, "a.test", ["127.0.0.2"])).toBe("none");
    expect(await shown(port, "a.test", ["127.0.0.2", "127.0.0.3"])).toBe("unseen");
    expect(await shown(port, "a.test", [])).toBe("unseen");
  });

  test("a server of something else shows none; silence, a cut connection and a closed port say nothing", async () => {
    const silent = await listening(createServer(() => {}));
    const http = await listening(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const rude = await listening(createServer((socket) => socket.destroy()));
    const closed = await listening(createServer());
    servers.pop()?.server.close();
    const found = [];
    for (const port of [silent, http, rude, closed])
      found.push(await new TlsCertificates({ port, timeoutMs: 300 }).shown("a.test", ["127.0.0.1"]));
    expect(found).toEqual(["unseen", "none", "unseen", "unseen"]);
  });
});
