import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Publish, validateByHttp } from "./acme-client.ts";
import { AcmeServer } from "./acme-server.ts";
import { LoopbackBlock } from "./loopback.ts";
import { SmallInternet } from "./small-internet.ts";
import { describeWith, ROOT } from "./tools.ts";

describeWith(["KNOTD", "KNOTC", "KEYMGR", "UNBOUND", "PEBBLE", "OPENSSL", ROOT], "an ACME server", () => {
  const pages = new Map<string, string>();
  const asked: string[] = [];
  let block: LoopbackBlock;
  let internet: SmallInternet;
  let acme: AcmeServer;
  let web: Server;

  beforeAll(async () => {
    block = await LoopbackBlock.claim();
    const [host, deserted] = [block.next(), block.next()];
    web = createServer((request, response) => {
      asked.push(`${request.headers.host?.split(":")[0]}${request.url}`);
      const page = pages.get(request.url ?? "");
      response.writeHead(page ? 200 : 404).end(page);
    });
    await new Promise<void>((done) => web.listen(80, host, done));
    internet = await SmallInternet.start(block, {
      "shop.test": { records: `www A ${host}\ndown A ${deserted}` },
      "signed.test": { signed: true, records: `www A ${host}` },
      "broken.test": { signed: true, ds: "wrong", records: `www A ${host}` },
    });
    const resolver = await internet.resolver();
    acme = await AcmeServer.start({ address: block.next(), resolver: resolver.address });
  }, 60_000);
  afterAll(async () => {
    await acme?.stop();
    await internet?.stop();
    await new Promise((done) => web?.close(done));
    await block?.release();
  });

  const publish: Publish = (path, content) => void pages.set(path, content);

  test.each(["www.shop.test", "www.signed.test"])(
    "finds %s by DNS and reads its proof over HTTP",
    async (name) => {
      expect(await validateByHttp(acme, name, publish)).toEqual({ status: "valid" });
      expect(asked.filter((url) => url.startsWith(`${name}/.well-known/acme-challenge/`))).not.toEqual([]);
    },
  );

  // Pebble takes a name that does not resolve for a connection that fails.
  test.each([
    ["www.absent.test", /resolve/],
    ["absent.shop.test", /resolve/],
    ["www.broken.test", /resolve/],
    ["down.shop.test", /refused/],
  ])("refuses %s, with the type of the problem and its details", async (name, why) => {
    const validated = await validateByHttp(acme, name, publish);
    const problem = { type: expect.stringMatching(/^urn:ietf:params:acme:error:(connection|dns)$/) };
    expect(validated).toMatchObject({ status: "invalid", problem });
    expect(validated).toMatchObject({ problem: { detail: expect.stringMatching(why) } });
    expect(asked.filter((url) => url.startsWith(name))).toEqual([]);
  });

  test("refuses a host that proves nothing, or something else", async () => {
    const problem = { type: "urn:ietf:params:acme:error:unauthorized", detail: expect.any(String) };
    const silent = await validateByHttp(acme, "www.shop.test", () => {});
    expect(silent).toMatchObject({ status: "invalid", problem });
    const wrong = await validateByHttp(acme, "www.shop.test", (path) => publish(path, "wrong"));
    expect(wrong).toMatchObject({ status: "invalid", problem });
  });

  test("refuses an order of what is no hostname", async () => {
    const refused = await validateByHttp(acme, "no_hostname", publish);
    expect(refused).toMatchObject({
      status: "invalid",
      problem: { type: expect.stringMatching(/malformed|rejected/) },
    });
  });
});
