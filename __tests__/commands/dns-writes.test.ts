import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CloudflareClient } from "../../src/adapters/cloudflare-client.ts";
import { CloudflareZones } from "../../src/adapters/cloudflare-zones.ts";
import { dnsWrites } from "../../src/commands/dns-writes.ts";
import { originsOf, zoneViews } from "../../src/commands/zone-views.ts";
import { MARK, type Zone, type ZoneRecord } from "../../src/domain/dns/zones.ts";
import { HostenvError } from "../../src/errors.ts";
import { type CloudflareApi, startCloudflareApi } from "../support/cloudflare-api.mjs";
import { aliased, batches, NODE, written } from "../support/dns-writing.ts";
import { fake } from "../support/fake-ports.ts";
import { FakeTimer } from "../support/fake-timer.ts";
import { candidate, facts, record, zone } from "../support/zone-builder.ts";

let api: CloudflareApi;
beforeEach(async () => {
  api = await startCloudflareApi();
  api.addZone({ name: "client.test" });
});
afterEach(async () => {
  const { violations } = api;
  await api.close();
  expect(violations).toEqual([]);
});

const WWW = "www.client.test";
const www = candidate(WWW);
const several = ["a", "b", "c", "d"].map((label) => `${label}.client.test`);
const all = several.map((name) => candidate(name));
const BATCH = /batch$/;
const LIST = /dns_records$/;
const RIGHT = { type: "CNAME", content: NODE };
const results = ({
  writes,
}: {
  writes: readonly { hostname: string; result: string; reason: string | null }[];
}) =>
  Object.fromEntries(
    writes.map(({ hostname, result, reason }) => [hostname, reason ? `${result}: ${reason}` : result]),
  );

describe("a run", () => {
  test("leads a hostname to its node, and says what it did", async () => {
    const old = aliased(api, WWW, {
      proxied: true,
      ttl: 1,
      tags: ["team:web"],
      comment: `ask Alice | ${MARK}`,
    });
    const { writes, pending } = await written(api, [www]);
    const kept = { ...{ proxied: true, ttl: 1, tags: ["team:web"] }, comment: `ask Alice | ${MARK}` };
    expect(api.contents("client.test")).toEqual([{ ...RIGHT, name: WWW, ...kept }]);
    const side = { proxied: true, comment: `ask Alice | ${MARK}` };
    expect(writes).toEqual([
      {
        ...{ hostname: WWW, zone: "client.test", result: "written", reason: null, detail: null },
        operations: [
          {
            ...{ method: "PATCH", type: "CNAME", name: WWW },
            before: { content: "old.test", ...side },
            after: { content: NODE, ...side },
          },
        ],
      },
    ]);
    expect(batches(api)).toMatchObject([{ body: { patches: [{ id: old.id, content: NODE }] } }]);
    expect(pending).toEqual([]);
  });

  test("writes zone by zone, and tells of every hostname once", async () => {
    api.addZone({ name: "other.test" });
    aliased(api, WWW);
    api.addRecord("other.test", { type: "CNAME", name: "x.other.test", content: "old.test", comment: MARK });
    aliased(api, "right.client.test", { content: NODE });
    const hosts = ["x.other.test", WWW, "right.client.test", "new.client.test", "far.test"];
    expect(
      results(
        await written(
          api,
          hosts.map((name) => candidate(name)),
        ),
      ),
    ).toEqual({
      "far.test": "refused: no-zone",
      "new.client.test": "refused: not-allowed",
      "right.client.test": "unchanged",
      "www.client.test": "written",
      "x.other.test": "written",
    });
    expect(batches(api)).toHaveLength(2);
  });

  test("with nothing to do sends nothing", async () => {
    aliased(api, WWW, { content: NODE });
    await written(api, [candidate(WWW, { verdict: "match", reason: null })]);
    await written(api, []);
    expect(batches(api)).toEqual([]);
  });

  test("that is dry shows the calls it would make, and makes none", async () => {
    const old = aliased(api, WWW);
    const { writes, calls } = await written(api, [www], { dryRun: true });
    expect(writes).toMatchObject([{ result: "dry-run", operations: [{ method: "PATCH" }] }]);
    const path = `/zones/${api.zoneNamed("client.test").id}/dns_records/batch`;
    expect(calls).toEqual([{ method: "POST", path, body: { patches: [{ id: old.id, content: NODE }] } }]);
    expect(batches(api)).toEqual([]);
  });
});

describe("waiting for DNS", () => {
  test("what was written and is not seen in 10 minutes is pending", async () => {
    aliased(api, WWW);
    const timer = new FakeTimer();
    const { writes, pending } = await written(api, [www], { timer, unseen: async (names) => names });
    expect(writes).toMatchObject([{ result: "written" }]);
    expect(pending).toEqual([WWW]);
    expect(timer.now).toBe(600);
  });

  test("what an earlier run wrote is looked at once", async () => {
    aliased(api, WWW, { content: NODE });
    const timer = new FakeTimer();
    const { writes, pending } = await written(api, [www], { timer, unseen: async (names) => names });
    expect([writes[0]?.result, pending]).toEqual(["unchanged", [WWW]]);
    expect(timer.now).toBe(0);
  });

  test("what was refused or only taken over is not waited for", async () => {
    aliased(api, WWW, { comment: null, content: NODE });
    const right = candidate(WWW, { verdict: "match", reason: null });
    const unseen = () => Promise.reject(new Error("nobody asks"));
    const adopted = new Set([WWW]);
    const found = await written(api, [right, candidate("far.test")], { unseen, adopted });
    expect(results(found)).toEqual({ "far.test": "refused: no-zone", [WWW]: "written" });
    expect(found.pending).toEqual([]);
  });
});

describe("somebody else", () => {
  test("who changed a record since it was read is left alone, and others are written", async () => {
    const records = several.map((name) => aliased(api, name));
    const meanwhile = () => {
      api.changeRecord(records[0] as never, { content: "theirs.test" });
      api.changeRecord(records[1] as never, { proxied: true });
      api.addRecord("client.test", {
        type: "MX",
        name: several[2] as string,
        content: "mx.test",
        priority: 1,
      });
    };
    const found = await written(api, all, { meanwhile });
    expect(results(found)).toEqual({
      "a.client.test": "left: changed-meanwhile",
      "b.client.test": "left: changed-meanwhile",
      "c.client.test": "left: changed-meanwhile",
      "d.client.test": "written",
    });
    expect(records.slice(0, 3).map(({ content }) => content)).toEqual([
      "theirs.test",
      "old.test",
      "old.test",
    ]);
  });

  test("who did the same is nothing to be done for", async () => {
    const old = aliased(api, WWW);
    const meanwhile = () => void api.changeRecord(old, { content: NODE });
    expect(results(await written(api, [www], { meanwhile }))).toEqual({ [WWW]: "unchanged" });
    expect(batches(api)).toEqual([]);
  });

  test("who is faster than a transaction makes it fail; who is not concerned is written after all", async () => {
    const records = several.map((name) => aliased(api, name));
    const stop = api.before("POST", BATCH, () => {
      stop();
      api.removeRecord("client.test", records[2] as never);
    });
    const found = await written(api, all);
    expect(results(found)).toEqual({
      "a.client.test": "written",
      "b.client.test": "written",
      "c.client.test": "left: changed-meanwhile",
      "d.client.test": "written",
    });
    expect(api.contents("client.test", "c.client.test")).toEqual([]);
  });

  test("who writes between the transaction and the look at it is seen", async () => {
    aliased(api, WWW);
    let lists = 0;
    api.before("GET", LIST, () => {
      lists++;
      // To plan, just before, to prove.
      const [now] = api.zoneNamed("client.test").records;
      if (lists === 3) api.changeRecord(now as never, { content: "theirs.test" });
    });
    const found = await written(api, [www]);
    expect(results(found)).toEqual({ [WWW]: "failed: neither-old-nor-new" });
    expect(api.contents("client.test", WWW)).toMatchObject([{ content: "theirs.test" }]);
  });
});

describe("a transaction that Cloudflare refuses", () => {
  test("keeps nobody from being written but the hostname it is about", async () => {
    for (const name of several) aliased(api, name);
    const bad = api.zoneNamed("client.test").records[1]?.id as string;
    const refusal = {
      status: 400,
      body: { success: false, errors: [{ code: 9999, message: "not this one" }] },
    };
    api.before("POST", BATCH, ({ body }) => {
      if (JSON.stringify(body).includes(bad)) api.fault({ path: BATCH, ...refusal });
    });
    const found = await written(api, all);
    expect(results(found)).toEqual({
      "a.client.test": "written",
      "b.client.test": "failed: rejected",
      "c.client.test": "written",
      "d.client.test": "written",
    });
    expect(found.writes[1]?.detail).toBe("9999 not this one");
    expect(api.contents("client.test", "b.client.test")).toMatchObject([{ content: "old.test" }]);
  });

  test("for the token is not tried for each hostname", async () => {
    for (const name of several) aliased(api, name);
    api.addToken("cfut_read-only-token-0123456789", { edit: false });
    const found = await written(api, all, { token: "cfut_read-only-token-0123456789" });
    expect(new Set(Object.values(results(found)))).toEqual(new Set(["failed: forbidden"]));
    expect(batches(api)).toHaveLength(1);
  });
});

describe("a transaction whose answer is lost", () => {
  test("and that was done is not done again", async () => {
    const old = aliased(api, WWW);
    api.fault({ path: BATCH, drop: true, apply: true });
    expect(results(await written(api, [www]))).toEqual({ [WWW]: "written" });
    expect(batches(api)).toHaveLength(1);
    expect(api.zoneNamed("client.test").records[0]).toMatchObject({ id: old.id, content: NODE });
  });

  test("and that was not done is done once", async () => {
    aliased(api, WWW);
    api.fault({ path: BATCH, drop: true });
    api.fault({ path: BATCH, status: 502, body: "<html>" });
    expect(results(await written(api, [www]))).toEqual({ [WWW]: "written" });
    expect(batches(api)).toHaveLength(3);
  });

  test("again and again is given up, with the old records in place", async () => {
    for (const name of several) aliased(api, name);
    const before = api.contents("client.test");
    api.fault({ path: BATCH, status: 500, times: 10 });
    const found = await written(api, all);
    expect(new Set(Object.values(results(found)))).toEqual(new Set(["failed: no-answer"]));
    expect(found.writes[0]?.detail).toBe("9999 fault");
    expect(batches(api)).toHaveLength(3);
    expect(api.contents("client.test")).toEqual(before);
  });

  test("and that is done late, when it is about to be sent again, counts once", async () => {
    aliased(api, WWW, { comment: null });
    const other = "late.client.test";
    const timer = new FakeTimer();
    const allowed = new Set([WWW, other]);
    api.fault({ path: BATCH, drop: true });
    // After the look at it, and before the look before the next attempt: done all the same.
    let lists = 0;
    api.before("GET", LIST, () => {
      lists++;
      if (lists !== 4) return;
      api.changeRecord(api.zoneNamed("client.test").records[0] as never, { content: NODE, comment: MARK });
      api.addRecord("client.test", { type: "CNAME", name: other, content: NODE, comment: MARK });
    });
    const found = await written(api, [www, candidate(other)], { timer, adopted: allowed });
    expect(results(found)).toEqual({ [WWW]: "written", [other]: "written" });
    expect(batches(api)).toHaveLength(1);
    expect(api.contents("client.test", other)).toHaveLength(1);
  });

  test("while somebody else was at work is judged name by name", async () => {
    const [first] = [aliased(api, several[0] as string), aliased(api, several[1] as string)];
    api.fault({ path: BATCH, drop: true });
    const stop = api.before("POST", BATCH, () => {
      stop();
      api.changeRecord(first, { content: "theirs.test" });
    });
    expect(results(await written(api, all.slice(0, 2)))).toEqual({
      "a.client.test": "failed: neither-old-nor-new",
      "b.client.test": "failed: no-answer",
    });
    expect(batches(api)).toHaveLength(1);
  });
});

describe("a zone that can't be read", () => {
  test("before the plan ends everything before anything is written", async () => {
    aliased(api, WWW);
    api.fault({ path: LIST, status: 500, times: 4 });
    await expect(written(api, [www])).rejects.toMatchObject({ code: "cloudflare-unreachable" });
    expect(batches(api)).toEqual([]);
  });

  test("just before a write keeps it and all further ones from being sent", async () => {
    api.addZone({ name: "other.test" });
    aliased(api, WWW);
    api.addRecord("other.test", { type: "CNAME", name: "x.other.test", content: "old.test", comment: MARK });
    const meanwhile = () => void api.fault({ path: LIST, status: 500, times: 4 });
    const found = await written(api, [www, candidate("x.other.test")], { meanwhile });
    expect(results(found)).toEqual({ [WWW]: "failed: stopped", "x.other.test": "failed: stopped" });
    expect(found.writes[0]?.detail).toMatch(/does not list the records of client.test/);
    expect(batches(api)).toEqual([]);
  });

  test("after a write proves nothing, and is said so", async () => {
    aliased(api, WWW);
    const stop = api.before("POST", BATCH, () => {
      stop();
      api.fault({ path: LIST, status: 500, times: 4 });
    });
    const found = await written(api, [www]);
    expect(results(found)).toEqual({ [WWW]: "failed: unproven" });
    expect(api.contents("client.test", WWW)).toMatchObject([{ content: NODE }]);
  });

  test("since the token was revoked", async () => {
    aliased(api, WWW);
    const meanwhile = () => api.addToken(api.token, { read: false });
    const found = await written(api, [www], { meanwhile });
    expect(results(found)).toEqual({ [WWW]: "failed: stopped" });
    expect(found.writes[0]?.detail).toBe("the token may not read client.test any more");
  });

  test("for its own sake leaves the others to be written", async () => {
    api.addZone({ name: "other.test" });
    aliased(api, WWW);
    api.fault({
      path: new RegExp(`${api.zoneNamed("other.test").id}/dns_records$`),
      status: 403,
      times: 9,
    });
    const found = await written(api, [www, candidate("x.other.test")]);
    expect(results(found)).toEqual({ [WWW]: "written", "x.other.test": "refused: zone-unreadable" });
  });
});

test("an answer that says done where nothing was is a failure", async () => {
  const old = record(WWW, "CNAME", "old.test");
  const zones = fake("zones", {
    records: async (_: Zone): Promise<ZoneRecord[]> => [old],
    write: async () => ({ kind: "applied" as const }),
  });
  const given = facts([{ zone: zone("client.test"), records: [old] }]);
  const ports = { zones, timer: new FakeTimer(), unseen: async () => [] } as never;
  const found = await dnsWrites({ ...given, candidates: [www], dryRun: false }, ports);
  expect(found.writes).toMatchObject([{ result: "failed", reason: "not-applied" }]);
});

describe("views of zones", () => {
  test("are read once for all names of a zone, and only where a name needs them", async () => {
    api.addZone({ name: "other.test" });
    aliased(api, WWW, { proxied: true });
    api.addRecord("client.test", { type: "TXT", name: WWW, content: "x" });
    const client = new CloudflareClient({
      token: api.token,
      url: api.url,
      timer: new FakeTimer(),
      note: () => {},
    });
    const { viewFor: views } = await zoneViews(
      [WWW, "a.client.test", "far.test"],
      new CloudflareZones(client),
    );
    expect(api.requests.filter(({ path }) => LIST.test(path))).toHaveLength(1);
    expect(originsOf(WWW, views)).toEqual([{ type: "CNAME", content: "old.test", isOurs: true }]);
    expect(originsOf("a.client.test", views)).toEqual([]);
    expect(originsOf("far.test", views)).toBeNull();
    expect(originsOf("evilclient.test", views)).toBeNull();
  });

  test.each([true, false])("tell of origins only where they are served: %s", (isServed) => {
    const view = { zone: zone("client.test", { isServed }), records: [record(WWW, "A", "192.0.2.10")] };
    expect(originsOf(WWW, () => view)?.length ?? null).toBe(isServed ? 1 : null);
  });

  test("that may not be read tell nothing, and failures are not swallowed", async () => {
    const port = (records: () => Promise<ZoneRecord[] | null>) =>
      fake("zones", { zones: async () => [zone("client.test")], records }) as never;
    const unread = port(async () => null);
    expect(originsOf(WWW, (await zoneViews([WWW], unread)).viewFor)).toBeNull();
    const failing = port(async () => {
      throw new HostenvError("cloudflare-unreachable", "m", "h");
    });
    await expect(zoneViews([WWW], failing)).rejects.toMatchObject({ code: "cloudflare-unreachable" });
  });
});
