import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { HttpHostChecks } from "../../src/adapters/http-checks.ts";
import { type CheckRequest, verificationOf } from "../../src/domain/deploy/checks.ts";
import type { CheckedNode } from "../../src/domain/deploy/verification.ts";
import { authority } from "../support/certificates.ts";
import { lookupOf, Node, type Site } from "../support/sites.ts";

const SHOP = "shop.example";

let site: Site = (_, response) => response.end();
const node = new Node((request, response, scheme) => site(request, response, scheme));

beforeAll(() => node.start());
afterAll(() => node.stop());
beforeEach(() => {
  node.seen.length = 0;
  node.certify(SHOP);
});

function request(given: Partial<CheckRequest> = {}): CheckRequest {
  const value = { checks: [{ request: { virtualHost: SHOP, ...given } }] };
  const [check] = verificationOf("shop", value).checks;
  if (!check) throw new Error("the test's own request is malformed");
  return check.request;
}

const own: CheckedNode = { host: node.host, hostnames: [SHOP, "www.shop.example"], withoutTls: [] };
const ask = (given: Partial<CheckRequest> = {}, at: CheckedNode = own, options = {}) =>
  new HttpHostChecks("0.1.0", { ...node.options, ...options }).ask(request(given), at);
const FOLLOWING = { followRedirects: true };

/** Sends plain HTTP to TLS of the same name, as forceSSL does. */
const forced: Site = (incoming, response, scheme) => {
  if (scheme === "https") return void response.end("secret garden\n");
  const location = `https://${incoming.headers.host}${incoming.url}`;
  response.writeHead(301, { location }).end("moved\n");
};
const always =
  (location: string): Site =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

describe("a request", () => {
  test("goes to the node, for the virtual host, by the check's method and path", async () => {
    site = (incoming, response) =>
      response.end(`${incoming.headers["user-agent"]} ${incoming.headers.accept}`);
    const reply = await ask({ path: "user/login?a=b", method: "POST" });
    expect(node.seen).toEqual([{ scheme: "http", method: "POST", host: SHOP, path: "/user/login?a=b" }]);
    expect(reply).toMatchObject({
      status: 200,
      body: "hostenv-provider/0.1.0 */*",
      fault: null,
      redirect: null,
    });
  });

  test("keeps a redirect that the check does not follow", async () => {
    site = forced;
    expect(await ask({ path: "/x" })).toMatchObject({
      status: 301,
      body: "moved\n",
      fault: null,
      redirect: { to: "https://shop.example/x", why: "unasked" },
    });
    expect(node.seen).toHaveLength(1);
  });

  test("follows to TLS of the same node, whose certificate is checked for the virtual host", async () => {
    site = forced;
    const reply = await ask({ ...FOLLOWING, method: "HEAD" });
    expect(reply).toMatchObject({ status: 200, fault: null, redirect: null });
    expect(node.seen.map(({ scheme, method, host }) => `${method} ${scheme}://${host}`)).toEqual([
      "HEAD http://shop.example",
      "HEAD https://shop.example",
    ]);
  });

  test("stays on the node for other names of the environment, whatever DNS says of them", async () => {
    site = (incoming, response) =>
      incoming.headers.host === SHOP
        ? void response.writeHead(308, { location: "//WWW.Shop.Example/" }).end()
        : void response.end("here");
    expect(await ask(FOLLOWING)).toMatchObject({ status: 200, body: "here" });
    expect(node.seen.map(({ host }) => host)).toEqual([SHOP, "www.shop.example"]);
  });

  test.each([
    ["https://login.elsewhere.example/", "elsewhere"],
    ["http://shop.example:8080/", "elsewhere"],
    ["http://169.254.169.254/latest", "elsewhere"],
    ["ftp://shop.example/", "elsewhere"],
    ["https://[", "malformed"],
  ])("does not follow to %s: %s", async (location, why) => {
    site = always(location);
    expect(await ask(FOLLOWING)).toMatchObject({ status: 302, fault: null, redirect: { to: location, why } });
    expect(node.seen).toHaveLength(1);
  });

  test("does not follow to TLS that is off", async () => {
    site = forced;
    const redirect = { to: "https://shop.example/", why: "without-tls" };
    expect(await ask(FOLLOWING, { ...own, withoutTls: ["Shop.Example"] })).toMatchObject({
      status: 301,
      redirect,
    });
  });

  test("ends after so many redirects", async () => {
    site = always("/again");
    expect(await ask({ ...FOLLOWING, maxRedirects: 2 })).toMatchObject({
      status: 302,
      fault: { exit: 47, words: "Maximum (2) redirects followed" },
    });
    expect(node.seen).toHaveLength(3);
  });

  test("reads no more of a body than is looked at, and cuts no character into garbage that matters", async () => {
    site = (_, response) => {
      // More than sockets hold: the server would wait for ever for somebody to read it.
      response.write("é".repeat(100));
      response.end(Buffer.alloc(50_000_000, "x"));
    };
    const reply = await ask({}, own, { mostBytes: 20 });
    expect(reply).toMatchObject({ status: 200, body: "é".repeat(10), isCut: true, fault: null });
    site = (_, response) => void response.end("x".repeat(20));
    expect(await ask({}, own, { mostBytes: 20 })).toMatchObject({ body: "x".repeat(20), isCut: false });
  });
});

describe("TLS", () => {
  const overTls = (given: Partial<CheckRequest> = {}) => {
    site = forced;
    return ask({ ...FOLLOWING, ...given });
  };

  test("of another name is named", async () => {
    node.certify(SHOP, node.authority.issue(["other.example"]));
    const words = "SSL: no alternative certificate subject name matches target host name 'shop.example'";
    expect(await overTls()).toMatchObject({ status: null, fault: { exit: 60, words } });
  });

  test("that has expired is named", async () => {
    node.certify(SHOP, node.authority.issue([SHOP], -1));
    const words = "SSL certificate problem: certificate has expired";
    expect(await overTls()).toMatchObject({ fault: { exit: 60, words } });
  });

  test("of an authority nobody knows is named", async () => {
    node.certify(SHOP, authority("a stranger").issue([SHOP]));
    const words = "SSL certificate problem: unable to get local issuer certificate";
    expect(await overTls()).toMatchObject({ fault: { exit: 60, words } });
  });

  test("is taken as it is where the check says so", async () => {
    node.certify(SHOP, node.authority.issue(["other.example"], -1));
    expect(await overTls({ tlsMode: "insecure" })).toMatchObject({ status: 200, body: "secret garden\n" });
  });
});

describe("what keeps an answer away is told as curl tells it:", () => {
  const raw = async (answer: string | null): Promise<Server & { port: number }> => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => (answer === null ? socket.resetAndDestroy() : socket.end(answer)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return Object.assign(server, { port: (server.address() as { port: number }).port });
  };
  const fromRaw = async (answer: string | null, given: Partial<CheckRequest> = {}) => {
    const server = await raw(answer);
    try {
      return await ask(given, own, { ports: { http: server.port, https: server.port } });
    } finally {
      server.close();
    }
  };

  test("a node without an address", async () => {
    const reply = await ask({}, { ...own, host: "node-b.hosting.test" });
    expect(reply.fault).toEqual({ exit: 6, words: "Could not resolve host: node-b.hosting.test" });
  });

  test("a port where nobody listens", async () => {
    const server = await raw("");
    await new Promise((resolve) => server.close(resolve));
    const { fault } = await ask({}, own, { ports: { http: server.port, https: 1 } });
    const words = "Failed to connect to node-a.hosting.test port 80: Connection refused";
    expect(fault).toEqual({ exit: 7, words });
  });

  test("several addresses where nobody listens", async () => {
    const server = await raw("");
    await new Promise((resolve) => server.close(resolve));
    const both = [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ];
    const lookup = (_: string, __: object, done: (error: null, found: typeof both) => void) =>
      done(null, both);
    const { fault } = await ask({}, own, { lookup, ports: { http: server.port, https: 1 } });
    expect(fault).toMatchObject({ exit: 7 });
  });

  test("a connection that is not made", async () => {
    // TEST-NET-1 (RFC 5737): nobody answers there, and some networks say so at once.
    const options = { lookup: lookupOf(node.host, "192.0.2.1"), connectMilliseconds: 200 };
    const { fault, seconds } = await ask({}, own, options);
    expect([7, 28]).toContain(fault?.exit);
    expect(seconds).toBeLessThan(10);
  });

  test("a server that hangs up, as nginx does with 444", async () => {
    expect((await fromRaw("")).fault).toEqual({ exit: 52, words: "Empty reply from server" });
  });

  test("a connection that is reset", async () => {
    expect((await fromRaw(null)).fault).toEqual({
      exit: 56,
      words: "Recv failure: Connection reset by peer",
    });
  });

  test("an answer that is no HTTP", async () => {
    expect((await fromRaw("SSH-2.0-OpenSSH_9.6\r\n")).fault).toMatchObject({ exit: 8 });
  });

  test("an answer that breaks off, of which the status is kept", async () => {
    const reply = await fromRaw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin");
    expect(reply).toMatchObject({ status: 200, body: "begin", fault: { exit: 18 } });
  });

  test("plain HTTP where TLS is wanted", async () => {
    const server = await raw("HTTP/1.1 400 Bad Request\r\n\r\n");
    site = forced;
    const { http } = node.options.ports ?? { http: 0 };
    const reply = await ask(FOLLOWING, own, { ports: { http, https: server.port } });
    server.close();
    expect(reply.fault).toMatchObject({ exit: 35, words: expect.stringMatching(/^TLS connect error: /) });
  });

  test("an answer that takes longer than the whole check may", async () => {
    site = () => {};
    const { fault, status } = await ask({ timeoutSeconds: 1 });
    expect({ fault, status }).toEqual({
      status: null,
      fault: { exit: 28, words: "Operation timed out after 1000 milliseconds" },
    });
  });

  test("a body that never ends, and what was read of it", async () => {
    site = (_, response) => void response.write("begin");
    expect(await ask({ timeoutSeconds: 1 })).toMatchObject({
      status: 200,
      body: "begin",
      fault: { exit: 28 },
    });
  });

  test("redirects that together take too long", async () => {
    site = (_, response) => {
      setTimeout(() => response.writeHead(302, { location: "/again" }).end(), 300);
    };
    const reply = await ask({ ...FOLLOWING, maxRedirects: 50, timeoutSeconds: 1 });
    expect(reply.fault).toMatchObject({ exit: 28 });
    expect(node.seen.length).toBeLessThan(10);
  });
});
