import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { handlers } from "./cloudflare/routes.mjs";
import { routeNames } from "./cloudflare/schema.mjs";
import { type CloudflareApi, startCloudflareApi, type Zone } from "./cloudflare-api.mjs";

let api: CloudflareApi;
let zone: Zone;

beforeEach(async () => {
  api = await startCloudflareApi();
  zone = api.addZone({ name: "example.com" });
});
afterEach(() => api.close());

async function call(method: string, path: string, body?: unknown, token = api.token) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers differ, and the schema checks them.
  return { status: response.status, body: (await response.json()) as any };
}

const batch = (body: object) => call("POST", `/zones/${zone.id}/dns_records/batch`, body);
const www = { type: "A", name: "www.example.com", content: "192.0.2.1", ttl: 1 };

test("answers every route as Cloudflare's schema says, and refuses as it says", async () => {
  api.addRecord("example.com", { type: "MX", name: "example.com", content: "mx.example.com", priority: 10 });
  api.addRecord("example.com", { ...www, proxied: true, comment: "by hand", tags: ["team:web"] });
  api.addToken("of-account", { kind: "account" });
  const account = zone.account.id;
  const answers = [
    await call("GET", "/user/tokens/verify"),
    await call("GET", `/accounts/${account}/tokens/verify`, undefined, "of-account"),
    await call("GET", "/zones?per_page=50"),
    await call("GET", `/zones/${zone.id}/dns_records?per_page=1000`),
    await batch({ posts: [{ ...www, content: "192.0.2.2" }] }),
    await call("GET", "/user/tokens/verify", undefined, "of-account"),
    await call("GET", "/zones", undefined, "nobody"),
    await call("GET", `/zones/${"0".repeat(32)}/dns_records`),
    await batch({ deletes: [{ id: "0".repeat(32) }] }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 401, 403, 403, 404]);
  expect(api.violations).toEqual([]);
  expect(Object.keys(handlers).sort()).toEqual([...routeNames].sort());
});

describe("the schema", () => {
  test("complains of unknown, missing and wrong keys of a request, deep inside", async () => {
    expect((await batch({ posts: [{ ...www, proxy: true }] })).status).toBe(400);
    await batch({ patches: [{ content: "192.0.2.2" }] });
    await batch({ deletes: ["id"] });
    await call("GET", "/zones?per_page=51");
    await call("GET", "/zones?pages=2");
    await call("GET", "/zone");
    expect(api.violations).toEqual([
      expect.stringMatching(/posts\/0 must NOT have unevaluated properties: proxy/),
      expect.stringMatching(/patches\/0 must have required property 'id'/),
      expect.stringMatching(/deletes\/0 must be object/),
      expect.stringMatching(/per_page must be <= 50/),
      expect.stringMatching(/additional properties: pages/),
      expect.stringMatching(/no such route/),
    ]);
    expect(zone.records).toEqual([]);
  });

  test("complains of an answer with an unknown key or a wrong value", async () => {
    const record = api.addRecord("example.com", www);
    Object.assign(record, { colour: "red" });
    await call("GET", `/zones/${zone.id}/dns_records`);
    Object.assign(zone, { status: "lost" });
    await call("GET", "/zones");
    expect(api.violations.join("\n")).toMatch(/result\/0 must NOT have unevaluated properties: colour/);
    expect(api.violations.join("\n")).toMatch(/result\/0\/status must be equal to one of the allowed values/);
  });
});

describe("a batch", () => {
  test("deletes, patches, then creates, and a patch changes what it names only", async () => {
    const old = api.addRecord("example.com", { ...www, type: "CNAME", content: "old.example.net" });
    const kept = api.addRecord("example.com", {
      ...www,
      name: "b.example.com",
      proxied: true,
      comment: "mine",
    });
    await batch({
      posts: [www],
      patches: [{ id: kept.id, content: "192.0.2.9" }],
      deletes: [{ id: old.id }],
    });
    expect(api.contents("example.com")).toEqual([
      { ...www, name: "b.example.com", content: "192.0.2.9", proxied: true, comment: "mine", tags: [] },
      { ...www, proxied: false, comment: null, tags: [] },
    ]);
  });

  test("does all or nothing", async () => {
    const old = api.addRecord("example.com", www);
    const before = structuredClone(zone.records);
    const answer = await batch({
      deletes: [{ id: old.id }],
      posts: [www, { ...www, type: "CNAME", content: "x.example.net" }],
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 81053 }] } });
    expect(zone.records).toEqual(before);
  });

  test("refuses what Cloudflare refuses", async () => {
    api.addRecord("example.com", www);
    const many = Array.from({ length: 201 }, (_, index) => ({ ...www, name: `h${index}.example.com` }));
    for (const posts of [
      [www],
      many,
      [{ ...www, name: "x.example.net" }],
      [{ ...www, comment: "c".repeat(101) }],
    ])
      expect((await batch({ posts })).status).toBe(400);
    expect(zone.records).toHaveLength(1);
  });
});

describe("faults", () => {
  test("come before, instead of or after the effect", async () => {
    const path = /batch$/;
    api.fault({ path, status: 500 });
    expect((await batch({ posts: [www] })).status).toBe(500);
    expect(zone.records).toEqual([]);
    api.fault({ path, drop: true, apply: true });
    await expect(batch({ posts: [www] })).rejects.toThrow();
    expect(zone.records).toHaveLength(1);
    const stop = api.before("POST", path, () => void api.changeRecord(zone.records[0] as never, { ttl: 60 }));
    await batch({ posts: [{ ...www, content: "192.0.2.2" }] });
    stop();
    expect(zone.records.map(({ ttl }) => ttl)).toEqual([60, 1]);
    expect(api.violations).toEqual([]);
  });

  test("lead to another origin, which logs what arrives there", async () => {
    api.fault({ path: /zones$/, status: 302, headers: { location: `${api.elsewhereUrl}/x` } });
    await fetch(`${api.url}/zones`);
    expect(api.elsewhere).toMatchObject([{ url: "/x" }]);
  });
});

test("gives pages as small as it likes, and says how many there are", async () => {
  for (let index = 0; index < 5; index++)
    api.addRecord("example.com", { ...www, name: `h${index}.example.com` });
  api.largestPage = 2;
  const { body } = await call("GET", `/zones/${zone.id}/dns_records?per_page=1000&page=3`);
  expect(body.result).toHaveLength(1);
  expect(body.result_info).toEqual({ page: 3, per_page: 2, count: 1, total_count: 5 });
});
