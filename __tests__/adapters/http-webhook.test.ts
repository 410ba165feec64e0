import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { HttpWebhook } from "../../src/adapters/http-webhook.ts";
import { tellOfDeploy } from "../../src/commands/deploy-tell.ts";
import { authority } from "../support/certificates.ts";
import { deployed, node, reportOf } from "../support/deploys.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
});

/** A service that answers one after the other with these; its address, and what it got. */
async function service(
  statuses: readonly (number | "drop" | "never")[],
  tls?: { key: string; cert: string },
) {
  const got: { body: unknown; type: string | undefined; agent: string | undefined }[] = [];
  const listener = async (
    request: import("node:http").IncomingMessage,
    response: import("node:http").ServerResponse,
  ) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const { "content-type": type, "user-agent": agent } = request.headers;
    got.push({ body: JSON.parse(text), type, agent });
    const status = statuses[got.length - 1] ?? 200;
    if (status === "drop") request.socket.destroy();
    else if (status !== "never")
      response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end("ok");
  };
  const made = tls ? createTlsServer(tls, listener) : createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const { port } = made.address() as AddressInfo;
  return { got, address: `${tls ? "https://localhost" : "http://127.0.0.1"}:${port}/hook/s3cret?token=t` };
}
const hook = (options = {}) => new HttpWebhook("0.1.0", { pauseMilliseconds: 1, ...options });

test("is sent the report as JSON", async () => {
  const { got, address } = await service([204]);
  const report = reportOf([node("node-a", 1, [deployed("shop")])]);
  expect(await tellOfDeploy(report, { webhook: { address, webhook: hook() } })).toEqual([]);
  expect(got).toEqual([
    { body: JSON.parse(JSON.stringify(report)), type: "application/json", agent: "hostenv-provider/0.1.0" },
  ]);
});

test("is reached by TLS, whose certificate counts", async () => {
  const ca = authority();
  const { got, address } = await service([200], ca.issue(["localhost"]));
  await hook({ ca: ca.cert }).send(address, {});
  await expect(hook().send(address, {})).rejects.toMatchObject({ code: "webhook-failed" });
  expect(got).toHaveLength(1);
});

describe("that does not take it", () => {
  test.each([
    ["once", [503], 2, null],
    ["twice", ["drop", 429], 3, null],
    ["ever", [500, 502, "drop"], 3, /^the webhook at 127\.0\.0\.1:\d+ does not answer: ECONNRESET$/],
    ["since it is none", [404], 1, /^the webhook at 127\.0\.0\.1:\d+ answers with HTTP 404$/],
    ["but sends elsewhere", [307], 1, /HTTP 307, a redirect, which is not followed$/],
  ] as const)("%s", async (_, statuses, attempts, message) => {
    const { got, address } = await service(statuses);
    const sending = hook().send(address, {});
    if (message === null) await sending;
    else
      await expect(sending).rejects.toMatchObject({
        code: "webhook-failed",
        message: expect.stringMatching(message),
      });
    expect(got).toHaveLength(attempts);
  });

  test("in time", async () => {
    const { address } = await service(["never", "never", "never"]);
    await expect(hook({ milliseconds: 200 }).send(address, {})).rejects.toThrow(
      /does not answer: it takes too long$/,
    );
  });

  test("is one notice, which does not tell the address", async () => {
    const { address } = await service([403]);
    const [notice, ...more] = await tellOfDeploy(reportOf([]), { webhook: { address, webhook: hook() } });
    expect(more).toEqual([]);
    expect(notice).toMatch(/^the webhook at 127\.0\.0\.1:\d+ answers with HTTP 403 \(check the address/);
    expect(notice).not.toMatch(/s3cret|token/);
  });
});

test.each([
  "http://example.org/x",
  "ftp://localhost/",
  "s3cret",
  "file:///etc/passwd",
  "http://127.0.0.1.example.org/",
])("%s is no address for it, and is not told", async (address) => {
  const error = await hook()
    .send(address, {})
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "webhook-address" });
  expect((error as Error).message).not.toContain("s3cret");
});
