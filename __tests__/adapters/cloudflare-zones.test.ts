import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CloudflareClient } from "../../src/adapters/cloudflare-client.ts";
import { CloudflareZones } from "../../src/adapters/cloudflare-zones.ts";
import type { Operation } from "../../src/domain/dns/zone-changes.ts";
import type { Zone, ZoneRecord } from "../../src/domain/dns/zones.ts";
import { type CloudflareApi, startCloudflareApi } from "../support/cloudflare-api.mjs";
import { FakeTimer } from "../support/fake-timer.ts";

let api: CloudflareApi;
let timer: FakeTimer;
let notes: string[];

beforeEach(async () => {
  api = await startCloudflareApi();
  timer = new FakeTimer();
  notes = [];
});
afterEach(async () => {
  const { violations } = api;
  await api.close();
  expect(violations).toEqual([]);
});

const zonesWith = (token = api.token, given: object = {}) => {
  const note = (text: string) => void notes.push(text);
  return new CloudflareZones(new CloudflareClient({ token, url: api.url, timer, note, ...given }));
};

async function theZone(zones = zonesWith()): Promise<Zone> {
  return (await zones.zones())[0] as Zone;
}

const failure = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown) => thrown,
  );
  // Nothing that is said anywhere holds the token.
  expect(JSON.stringify([error?.message, error?.hint, String(error?.cause), notes])).not.toContain(api.token);
  return error;
};

describe("the token", () => {
  test("of a user is verified, and sent in the header alone", async () => {
    api.addZone({ name: "Client.Test" });
    expect(await zonesWith().zones()).toMatchObject([
      { name: "client.test", isServed: true, commentLength: 100 },
    ]);
    expect(api.requests.map(({ path }) => path)).toEqual(["/user/tokens/verify", "/zones"]);
    expect(JSON.stringify(api.requests)).not.toContain(api.token);
  });

  test("of an account is verified at its account", async () => {
    const zone = api.addZone({ name: "client.test", account: "other" });
    api.addToken("cfat_of-an-account-0123456789", { kind: "account", account: "other" });
    expect(await zonesWith("cfat_of-an-account-0123456789").zones()).toHaveLength(1);
    expect(api.requests.at(-1)?.path).toBe(`/accounts/${zone.account.id}/tokens/verify`);
  });

  test.each(["expired", "disabled"] as const)(
    "that is %s is refused before anything is read",
    async (status) => {
      api.addZone({ name: "client.test" });
      api.addToken("cfut_another-token-0123456789", { status });
      expect(await failure(zonesWith("cfut_another-token-0123456789").zones())).toMatchObject({
        code: "cloudflare-token",
        message: `the token in CF_API_TOKEN is ${status}`,
      });
      expect(api.requests).toHaveLength(1);
    },
  );

  test("that nobody knows is refused, with zones or without", async () => {
    const unknown = "cfut_unknown-token-0123456789";
    expect(await failure(zonesWith(unknown).zones())).toMatchObject({ code: "cloudflare-token" });
    // An account's token without a zone can't be told from none.
    api.addToken("cfat_of-an-account-0123456789", { kind: "account", zones: [] });
    expect(await failure(zonesWith("cfat_of-an-account-0123456789").zones())).toMatchObject({
      code: "cloudflare-token",
    });
  });

  test.each([
    ["a Global API Key", "0123456789abcdef0123456789abcdef01234", /Global API Key/],
    ["a Global API Key of today's form", `cfk_${"a".repeat(48)}`, /Global API Key/],
    ["something with a line break", "cfut_0123456789012345678\nx-evil: 1", /no API token/],
    ["nothing", "", /no API token/],
  ])("is never %s", (_, token, message) => {
    expect(() => zonesWith(token)).toThrow(expect.objectContaining({ code: "cloudflare-token" }));
    expect(() => zonesWith(token)).toThrow(message);
    if (token !== "") expect(() => zonesWith(token)).not.toThrow(token);
    expect(api.requests).toEqual([]);
  });

  test("sees the zones it is for, and may not read the records of others", async () => {
    api.addZone({ name: "client.test" });
    api.addZone({ name: "other.test" });
    api.addToken("cfut_for-one-zone-0123456789", { zones: ["client.test"] });
    const zones = await zonesWith("cfut_for-one-zone-0123456789").zones();
    expect(zones.map(({ name }) => name)).toEqual(["client.test"]);
    api.addToken("cfut_blind-token-0123456789", { read: false });
    expect(await zonesWith("cfut_blind-token-0123456789").records(zones[0] as Zone)).toBeNull();
  });
});

describe("the address", () => {
  test.each([
    "http://api.cloudflare.com/client/v4",
    "http://127.0.0.1.evil.test/client/v4",
    "https://user:pass@api.cloudflare.com/client/v4",
    "https://api.cloudflare.com/client/v4?x=1",
    "ftp://127.0.0.1/",
    "api.cloudflare.com",
    "",
  ])("is none that a token may be sent to: %s", (url) => {
    expect(() => zonesWith(api.token, { url })).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test.each(["https://api.cloudflare.com/client/v4/", "http://[::1]:1/client/v4", "http://localhost:1/"])(
    "may be: %s",
    (url) => {
      expect(() => zonesWith(api.token, { url })).not.toThrow();
    },
  );
});

describe("zones", () => {
  test("are served where they are active and Cloudflare answers for them itself", async () => {
    api.addZone({ name: "full.test", plan: "pro", paused: true });
    for (const status of ["pending", "moved", "initializing"] as const)
      api.addZone({ name: `${status}.test`, status });
    for (const type of ["partial", "secondary", "internal"] as const)
      api.addZone({ name: `${type}.test`, type });
    const zones = await zonesWith().zones();
    expect(zones.filter(({ isServed }) => isServed)).toMatchObject([
      { name: "full.test", commentLength: 500 },
    ]);
    expect(zones).toHaveLength(7);
  });

  test("are read to the last page", async () => {
    for (let index = 0; index < 120; index++) api.addZone({ name: `z${index}.test` });
    expect(await zonesWith().zones()).toHaveLength(120);
    expect(
      api.requests
        .filter(({ path }) => path === "/zones")
        .map(({ query }) => query.page)
        .join(""),
    ).toBe("123123");
  });
});

describe("records", () => {
  const fill = (count: number) => {
    api.addZone({ name: "client.test" });
    for (let index = 0; index < count; index++)
      api.addRecord("client.test", { type: "A", name: `h${index}.client.test`, content: "192.0.2.1" });
  };

  test("come as they are, with and without a comment", async () => {
    fill(0);
    const told = { ttl: 300, proxied: true, comment: "by hand", tags: ["team:web"] };
    const { id, modified_on: modifiedOn } = api.addRecord("client.test", {
      ...{ type: "CNAME", name: "WWW.client.test", content: "a.test", ...told },
    });
    api.addRecord("client.test", { type: "TXT", name: "client.test", content: "x" });
    const [cname, txt] = (await zonesWith().records(await theZone())) as ZoneRecord[];
    expect(cname).toEqual({
      id,
      type: "CNAME",
      name: "www.client.test",
      content: "a.test",
      ...told,
      modifiedOn,
    });
    expect(txt).toMatchObject({ proxied: false, comment: null, tags: [] });
  });

  test("are read to the last page, however small the server's pages are", async () => {
    fill(23);
    api.largestPage = 5;
    const records = (await zonesWith().records(await theZone())) as ZoneRecord[];
    expect(new Set(records.map(({ name }) => name)).size).toBe(23);
    expect(api.requests.at(-1)?.query).toEqual({ page: "5", per_page: "1000" });
  });

  test("that change while they are read are read anew, whether one came, went or both", async () => {
    fill(9);
    api.largestPage = 4;
    const zone = await theZone();
    const { records } = api.zoneNamed("client.test");
    const swap = () => {
      const first = records[0] as (typeof records)[number];
      api.removeRecord("client.test", first);
      api.addRecord("client.test", { type: "A", name: "new.client.test", content: "192.0.2.2" });
    };
    let pages = 0;
    const stop = api.before("GET", /dns_records$/, () => {
      pages++;
      // Between the first two pages: one record is missed, and the total tells nothing.
      if (pages === 2) swap();
    });
    const names = ((await zonesWith().records(zone)) as ZoneRecord[]).map(({ name }) => name);
    stop();
    expect(names).toEqual(records.map(({ name }) => name));
    expect(pages).toBe(9);
  });

  test("that never hold still are an error, and no shorter list", async () => {
    fill(9);
    api.largestPage = 4;
    const zone = await theZone();
    api.before("GET", /dns_records$/, () => {
      api.addRecord("client.test", {
        type: "A",
        name: "new.client.test",
        content: `192.0.2.${api.requests.length}`,
      });
    });
    expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-unsteady" });
  });

  test.each([
    ["without a total", { success: true, errors: [], messages: [], result: [] }],
    ["without a result", { success: true, errors: [], result_info: { total_count: 0 } }],
    ["that is null", { success: true, errors: [], result: null, result_info: { total_count: 0 } }],
    ["of no success", { success: false, errors: [{ code: 7003, message: "No route" }], result: [] }],
    ["whose records lack a type", { success: true, result: [{ id: "x" }], result_info: { total_count: 1 } }],
  ])("an answer %s is an error, and no empty zone", async (_, body) => {
    fill(1);
    const zone = await theZone();
    api.fault({ path: /dns_records$/, status: 200, body });
    expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-answer" });
  });

  test("a page that is missing is an error, and no shorter list", async () => {
    fill(9);
    api.largestPage = 4;
    const zone = await theZone();
    const stop = api.before("GET", /dns_records$/, ({ query }) => {
      if (query.page === "2") api.fault({ path: /dns_records$/, status: 500, times: 4 });
    });
    expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-unreachable" });
    stop();
  });
});

describe("what keeps an answer away", () => {
  beforeEach(() => void api.addZone({ name: "client.test" }));
  const path = /dns_records$/;

  test.each([
    ["500", { status: 500 }],
    ["502 and HTML", { status: 502, body: "<html>Bad gateway</html>" }],
    ["200 and HTML", { status: 200, body: "<html>Please wait</html>" }],
    ["503 and JSON of another form", { status: 503, body: ["oops"] }],
    ["a closed connection", { drop: true }],
  ])("%s is asked again, after 1, 2 and 4 seconds", async (_, fault) => {
    const zone = await theZone();
    const set = api.fault({ path, times: 3, ...fault });
    expect(await zonesWith().records(zone)).toEqual([]);
    expect(timer.sleeps).toEqual([1, 2, 4]);
    expect(notes.at(-1)).toBe("Cloudflare does not answer: trying again in 4 s");
    set.times = 4;
    expect(await failure(zonesWith().records(zone))).toMatchObject({
      code: "cloudflare-unreachable",
      message: expect.stringContaining("does not list the records of client.test"),
    });
  });

  test("a limit is waited for as long as it says", async () => {
    const zone = await theZone();
    api.fault({ path, status: 429, headers: { "retry-after": "137" } });
    api.fault({ path, status: 429, headers: { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" } });
    api.fault({ path, status: 429, headers: { "retry-after": "soon" } });
    expect(await zonesWith().records(zone)).toEqual([]);
    expect(timer.sleeps).toEqual([137, 0, 4]);
    expect(notes[0]).toBe("Cloudflare limits our requests: trying again in 137 s");
  });

  test("but not for ever", async () => {
    const zone = await theZone();
    api.fault({ path, status: 429, headers: { "retry-after": "3600" } });
    expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-limited" });
    api.fault({ path, status: 429, headers: { "retry-after": "1" }, times: 4 });
    expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-limited" });
    expect(timer.sleeps).toEqual([1, 1, 1]);
  });

  test("an answer that does not come in time", async () => {
    const zone = await theZone();
    api.fault({ path, delay: 5_000, times: 4 });
    const error = await failure(zonesWith(api.token, { timeoutMs: 50 }).records(zone));
    expect(error).toMatchObject({
      code: "cloudflare-unreachable",
      message: expect.stringContaining("no answer in time"),
    });
  });

  test("a server that is not there", async () => {
    const [url, zone] = [api.url, await theZone()];
    await api.close();
    const error = await failure(zonesWith(api.token, { url }).records(zone));
    expect(error).toMatchObject({ message: expect.stringContaining("no connection (ECONNREFUSED)") });
  });

  test("a redirect, which no token follows, to another origin or to the same", async () => {
    const zone = await theZone();
    for (const location of [`${api.elsewhereUrl}/x`, `${api.url}/zones`]) {
      const before = api.requests.length;
      api.fault({ path, status: 307, headers: { location }, times: 4 });
      expect(await failure(zonesWith().records(zone))).toMatchObject({ code: "cloudflare-unreachable" });
      expect(api.requests.slice(before).every((request) => path.test(request.path))).toBe(true);
    }
    expect(api.elsewhere).toEqual([]);
  });

  test("an answer without end, of which no more is read than anybody needs", async () => {
    let sent = 0;
    const flood = createServer((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) sent++;
        sent++;
      };
      response.writeHead(200, { "content-type": "application/json" });
      response.on("drain", pour);
      pour();
    });
    await new Promise<void>((done) => flood.listen(0, "127.0.0.1", done));
    const { port } = flood.address() as { port: number };
    const error = await failure(zonesWith(api.token, { url: `http://127.0.0.1:${port}` }).zones());
    flood.closeAllConnections();
    flood.close();
    expect(error).toMatchObject({
      message: expect.stringContaining("an answer of more than 16777216 bytes"),
    });
    // Four attempts, and what is in the buffers on the way.
    expect(sent).toBeLessThan(4 * 64);
  });

  test("what a server says back never shows the token, nor breaks a line", async () => {
    const zone = await theZone();
    const message = `you sent ${api.token}\n::error::${"x".repeat(500)}`;
    api.fault({ path, status: 400, body: { success: false, errors: [{ code: 1, message }] } });
    const error = await failure(zonesWith().records(zone));
    expect(error.message).toMatch(/^Cloudflare does not .*: 1 you sent \*\*\* ::error::x+…$/);
    expect(error.message.length).toBeLessThan(300);
  });
});

describe("a write", () => {
  let zone: Zone;
  let old: ZoneRecord;
  beforeEach(async () => {
    api.addZone({ name: "client.test" });
    api.addRecord("client.test", {
      ...{ type: "A", name: "www.client.test", content: "192.0.2.1", ttl: 120, proxied: true },
      ...{ comment: "mine", tags: ["a:b"] },
    });
    api.addRecord("client.test", { type: "A", name: "gone.client.test", content: "192.0.2.1" });
    zone = await theZone();
    old = ((await zonesWith().records(zone)) as ZoneRecord[])[0] as ZoneRecord;
  });

  const operations = async (): Promise<Operation[]> => {
    const [, gone] = (await zonesWith().records(zone)) as [ZoneRecord, ZoneRecord];
    const record = { type: "CNAME", name: "new.client.test", content: "a.test", ttl: 1, proxied: false };
    return [
      { method: "POST", record: { ...record, comment: "ours", tags: [] } },
      { method: "PATCH", record: old, change: { content: "192.0.2.2" } },
      { method: "DELETE", record: gone },
    ];
  };
  const writes = () => api.requests.filter(({ method }) => method === "POST");

  test("is one transaction that names what changes and nothing else", async () => {
    const given = await operations();
    expect(await zonesWith().write(zone, given)).toEqual({ kind: "applied" });
    const sent = zonesWith().call(zone, given);
    expect(writes()).toMatchObject([{ path: sent.path, body: sent.body }]);
    expect(sent.body.patches).toEqual([{ id: old.id, content: "192.0.2.2" }]);
    expect(JSON.stringify(sent)).not.toContain(api.token);
    expect(api.contents("client.test")).toEqual([
      {
        ...{ type: "A", name: "www.client.test", content: "192.0.2.2" },
        ttl: 120,
        proxied: true,
        comment: "mine",
        tags: ["a:b"],
      },
      {
        ...{ type: "CNAME", name: "new.client.test", content: "a.test" },
        ttl: 1,
        proxied: false,
        comment: "ours",
        tags: [],
      },
    ]);
  });

  test("sends no empty lists", () => {
    const { body } = zonesWith().call(zone, [{ method: "DELETE", record: old }]);
    expect(body).toEqual({ deletes: [{ id: old.id }] });
  });

  test.each([
    [
      "rejected",
      { status: 400, body: { success: false, errors: [{ code: 81058, message: "An identical" }] } },
    ],
    ["rejected", { status: 404 }],
    ["forbidden", { status: 403 }],
    ["forbidden", { status: 401 }],
    ["unsure", { status: 500 }],
    ["unsure", { status: 502, body: "<html>" }],
    ["unsure", { status: 200, body: "<html>" }],
    ["unsure", { status: 403, body: "<html>Forbidden</html>" }],
    ["unsure", { status: 200, body: { success: false, errors: [] } }],
    ["unsure", { drop: true }],
    ["unsure", { status: 302, headers: { location: "http://127.0.0.1:1/" } }],
  ])("is %s after %j, and sent once", async (kind, fault) => {
    api.fault({ path: /batch$/, ...fault });
    expect(await zonesWith().write(zone, await operations())).toMatchObject({ kind });
    expect(writes()).toHaveLength(1);
  });

  test("that comes too fast is not looked at, and sent again", async () => {
    api.fault({
      path: /batch$/,
      status: 429,
      headers: { "retry-after": "7" },
      body: "<html>slow down</html>",
    });
    expect(await zonesWith().write(zone, await operations())).toEqual({ kind: "applied" });
    expect(timer.sleeps).toEqual([7]);
    api.fault({ path: /batch$/, status: 429, headers: { "retry-after": "9999" } });
    expect(await zonesWith().write(zone, [])).toMatchObject({ kind: "limited" });
    expect(writes()).toHaveLength(3);
  });

  test("by a token that may only read is forbidden", async () => {
    api.addToken("cfut_read-only-token-0123456789", { edit: false });
    const before = api.contents("client.test");
    const answer = await zonesWith("cfut_read-only-token-0123456789").write(zone, await operations());
    expect(answer).toEqual({ kind: "forbidden", detail: "10000 Authentication error" });
    expect(api.contents("client.test")).toEqual(before);
  });
});
