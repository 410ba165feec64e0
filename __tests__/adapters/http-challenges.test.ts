import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { HttpChallenges } from "../../src/adapters/http-challenges.ts";

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

const web = (listener: RequestListener, address?: string, port?: number) =>
  listening(createServer(listener), address, port);

async function ask(port: number, addresses = ["127.0.0.1"], timeoutMs = 20_000) {
  return await new HttpChallenges({ port, timeoutMs }).ask("a.test", addresses);
}

const leadingTo =
  (location: (port: number) => string): RequestListener =>
  (request, response) => {
    const port = request.socket.localPort as number;
    response.writeHead(302, { location: location(port) }).end();
  };

test("any answer will do: the server is there, and asked for a challenge's file by its name", async () => {
  const seen: IncomingMessage[] = [];
  const port = await web((request, response) => {
    seen.push(request);
    response.writeHead([404, 200, 500][seen.length - 1] as number).end("x");
  });
  for (const status of [404, 200, 500])
    expect(await ask(port)).toEqual([{ address: "127.0.0.1", result: "answers", detail: `HTTP ${status}` }]);
  expect(seen.map(({ headers }) => headers.host)).toEqual(Array(3).fill(`a.test:${port}`));
  const paths = seen.map(({ url }) => url as string);
  expect(paths.every((path) => /^\/\.well-known\/acme-challenge\/[0-9a-f]{32}$/.test(path))).toBe(true);
  expect(new Set(paths).size).toBe(3);
});

test("each address is asked, and one that does not answer is told", async () => {
  const port = await web((_, response) => response.writeHead(404).end());
  expect(await ask(port, ["127.0.0.1", "127.0.0.9"])).toEqual([
    { address: "127.0.0.1", result: "answers", detail: "HTTP 404" },
    { address: "127.0.0.9", result: "unreachable", detail: "ECONNREFUSED" },
  ]);
  expect(await ask(port, [])).toEqual([]);
});

test("what this machine has no way to says nothing of the node", async () => {
  const [found] = await ask(80, ["2001:db8::1"], 500);
  // A machine with IPv6 gets no answer there, one without does not get so far.
  expect(["untried", "unreachable"]).toContain(found?.result);
  const [own] = await ask(80, ["255.255.255.255"], 500);
  expect(own).toMatchObject({
    result: "untried",
    detail: expect.stringMatching(/^E(?:NETUNREACH|ACCES|PERM)$/),
  });
});

test("a server that says nothing, hangs up, or is no web server is none", async () => {
  const silent = await listening(createTcpServer(() => {}));
  const rude = await listening(createTcpServer((socket) => socket.destroy()));
  const ssh = await listening(createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")));
  expect(await ask(silent, ["127.0.0.1"], 300)).toMatchObject([
    { result: "unreachable", detail: "no answer in time" },
  ]);
  for (const port of [rude, ssh]) expect(await ask(port)).toMatchObject([{ result: "unreachable" }]);
});

test("of a body nothing is waited for", async () => {
  const port = await web((_, response) => {
    response.writeHead(200);
    response.write("x".repeat(1_000));
  });
  expect(await ask(port)).toMatchObject([{ result: "answers" }]);
});

test("redirects of the name itself are followed at the same address, ten at most", async () => {
  for (const [redirects, expected] of [
    [10, { result: "answers", detail: "HTTP 404" }],
    [11, { result: "unreachable", detail: "more than 10 redirects" }],
  ] as const) {
    let asked = 0;
    const port = await web((request, response) => {
      const at = request.socket.localPort;
      if (asked++ < redirects) response.writeHead(301, { location: `http://A.test:${at}/${asked}` }).end();
      else response.writeHead(404).end();
    });
    expect(await ask(port)).toMatchObject([expected]);
  }
});

test.each<[string, (port: number) => string, string]>([
  ["another port", () => "http://a.test:8080/", "redirects to another port than 80 or 443"],
  ["another protocol", () => "ftp://a.test/", "redirects to another port than 80 or 443"],
  ["an address", (port) => `http://127.0.0.1:${port}/`, "redirects to an address instead of a name"],
  ["an IPv6 address", () => "http://[::1]/", "redirects to an address instead of a name"],
  [
    "a name for this machine",
    (port) => `http://localhost:${port}/`,
    "redirects to localhost, an address that is not public",
  ],
  ["nonsense", () => "http://", "redirects to another port than 80 or 443"],
])("a redirect to %s is not followed", async (_, location, detail) => {
  const port = await web(leadingTo(location));
  expect(await ask(port)).toEqual([{ address: "127.0.0.1", result: "unreachable", detail }]);
});

test("a redirect that leads to a closed port fails, as it would for an authority", async () => {
  const port = await web((request, response) => {
    const { server } = servers[0] as (typeof servers)[number];
    const location = `http://a.test:${request.socket.localPort}/elsewhere`;
    server.close(() => {});
    response.writeHead(302, { location, connection: "close" }).end();
  });
  expect(await ask(port)).toEqual([{ address: "127.0.0.1", result: "unreachable", detail: "ECONNREFUSED" }]);
  servers.pop();
});

test("an answer without a place to go to, or that is no redirect, is an answer", async () => {
  for (const [status, headers] of [
    [301, {}],
    [304, { location: "http://b.test:1/" }],
  ] as const) {
    const port = await web((_, response) => response.writeHead(status, headers).end());
    expect(await ask(port)).toMatchObject([{ result: "answers", detail: `HTTP ${status}` }]);
  }
});
