import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { MARK } from "../../src/domain/dns/zones.ts";
import { CloudflareRun } from "../support/cloudflare-run.ts";

// Each of them compares the zone's records afterwards with those before, or with those that were wanted. That no
// token was printed, written or sent astray, and that every request was as Cloudflare publishes, is asked after each.
let run: CloudflareRun;
beforeEach(async () => {
  run = await CloudflareRun.start();
});
afterEach(async () => expect(await run.end()).toEqual([]));

jest.setTimeout(180_000);

const NODE = "node-a.hosting.test";
const [A, B, C] = ["a.client.test", "b.client.test", "c.client.test"];
const BATCH = /batch$/;
const LIST = /dns_records$/;

/** The records with some of them leading to the node, and nothing else changed. */
const moved = (before: ReturnType<CloudflareRun["contents"]>, ...names: string[]) =>
  before.map((record) => (names.includes(record.name) ? { ...record, content: NODE } : record));

test("20: a proxied hostname whose origin is the node is no mismatch", async () => {
  run.aliased(A, { content: NODE, proxied: true, comment: null });
  run.aliased(B, { proxied: true });
  run.aliased(C, { proxied: true, comment: null });
  const before = run.contents();
  const { verdicts, memory } = await run.gate([A, B, C], [], { update: false });
  expect(verdicts).toMatchObject({ [A]: "proxied", [B]: "mismatch:elsewhere", [C]: "unknown:proxied" });
  expect(JSON.parse(memory as string).off).not.toContain(A);
  expect(run.contents()).toEqual(before);
});

test.each([
  ["429", { status: 429, headers: { "retry-after": "1" } }],
  ["500", { status: 500 }],
  ["HTML", { status: 502, body: "<html>bad gateway</html>" }],
])("27: a list that answers %s is read again, then nothing is written", async (_, fault) => {
  run.aliased(A);
  const before = run.contents();
  const set = run.api.fault({ path: LIST, times: 100, ...fault });
  const failed = await run.gate([A]);
  expect(failed.status).toBe(1);
  expect(failed.stderr).toMatch(/\[cloudflare-(?:limited|unreachable)\]\nhint: /);
  expect(JSON.parse(failed.memory as string).off).toEqual([]);
  expect([100 - set.times, run.batches]).toEqual([4, []]);
  expect(run.contents()).toEqual(before);
  set.times = 1;
  expect((await run.gate([A])).results).toEqual({ [A]: "written" });
  expect(run.contents()).toEqual(moved(before, A));
});

test("28: a failure in the middle of a transaction leaves the old records intact", async () => {
  for (const name of [A, B, C]) run.aliased(name);
  const before = run.contents();
  run.api.fault({ path: BATCH, status: 500, times: 100 });
  const { status, results } = await run.gate([A, B, C]);
  expect([status, results]).toEqual([2, { [A]: "no-answer", [B]: "no-answer", [C]: "no-answer" }]);
  expect(run.contents()).toEqual(before);
});

test("28: a transaction that is applied before it is answered by an error is seen, and not applied again", async () => {
  for (const name of [A, B]) run.aliased(name);
  const before = run.contents();
  run.api.fault({ path: BATCH, status: 500, apply: true });
  const { status, results } = await run.gate([A, B]);
  expect([status, results]).toEqual([0, { [A]: "written", [B]: "written" }]);
  expect(run.batches).toHaveLength(1);
  expect(run.contents()).toEqual(moved(before, A, B));
});

test("29: a transaction that is applied before the connection drops is applied once", async () => {
  run.aliased(A);
  run.api.addRecord("client.test", { type: "A", name: B, content: "203.0.113.9", comment: MARK });
  const before = run.contents();
  run.api.fault({ path: BATCH, drop: true, apply: true });
  const { results, verdicts } = await run.gate([A, B]);
  expect(results).toEqual({ [A]: "written", [B]: "written" });
  expect(verdicts).toMatchObject({ [A]: "match", [B]: "match" });
  expect(run.batches).toHaveLength(1);
  const aaaa = { ...before.find(({ name }) => name === B), type: "AAAA", content: "2001:db8::10" };
  const wanted = moved(before, A).map((one) => (one.name === B ? { ...one, content: "192.0.2.10" } : one));
  expect(run.contents()).toEqual(expect.arrayContaining([...wanted, aaaa]));
  expect(run.contents()).toHaveLength(3);
});

test("30: a transaction that meets another client's fails as a whole, and who is not concerned is written", async () => {
  for (const name of [A, B, C]) run.aliased(name);
  const before = run.contents();
  const stop = run.api.before("POST", BATCH, () => {
    stop();
    const [, second] = run.api.zoneNamed("client.test").records;
    run.api.removeRecord("client.test", second as never);
    run.api.addRecord("client.test", { type: "A", name: B, content: "198.51.100.1" });
  });
  const { results } = await run.gate([A, B, C]);
  expect(results).toEqual({ [A]: "written", [B]: "changed-meanwhile", [C]: "written" });
  const theirs = {
    ...{ type: "A", name: B, content: "198.51.100.1", ttl: 1 },
    proxied: false,
    comment: null,
    tags: [],
  };
  expect(run.contents()).toEqual([
    theirs,
    ...moved(
      before.filter(({ name }) => name !== B),
      A,
      C,
    ),
  ]);
});

test("31: a name that a human changed since it was read is left", async () => {
  for (const name of [A, B]) run.aliased(name);
  const before = run.contents();
  let lists = 0;
  run.api.before("GET", LIST, () => {
    lists++;
    const [first] = run.api.zoneNamed("client.test").records;
    if (lists === 2) run.api.changeRecord(first as never, { content: "human.test" });
  });
  const { results } = await run.gate([A, B]);
  expect(results).toEqual({ [A]: "changed-meanwhile", [B]: "written" });
  expect(run.contents()).toEqual(
    moved(before, B).map((one) => (one.name === A ? { ...one, content: "human.test" } : one)),
  );
});

test("32: proxy, TTL, comment and tags are kept", async () => {
  run.aliased(A, { proxied: true, comment: `ask Alice | ${MARK}`, tags: ["team:web", "cost:7"] });
  run.aliased(B, { ttl: 4321, comment: `${MARK} | do not touch`, tags: ["x:y"] });
  const before = run.contents();
  const { results, verdicts } = await run.gate([A, B]);
  expect(results).toEqual({ [A]: "written", [B]: "written" });
  expect(verdicts).toMatchObject({ [A]: "proxied", [B]: "match" });
  expect(run.contents()).toEqual(moved(before, A, B));
  const id = expect.any(String);
  expect(run.batches).toEqual([
    {
      patches: [
        { id, content: NODE },
        { id, content: NODE },
      ],
    },
  ]);
});

test("33: a record that is not ours is refused, and adopted where that is said", async () => {
  run.aliased(A, { comment: "ask Alice" });
  const before = run.contents();
  const allowed = { policy: { allowedSuffixes: { "shop-main": ["client.test"] } } };
  expect((await run.gate([A], [], allowed)).results).toEqual({ [A]: "not-ours" });
  expect(run.contents()).toEqual(before);
  expect(run.batches).toEqual([]);
  expect((await run.gate([A], ["--adopt", A], allowed)).results).toEqual({ [A]: "written" });
  expect(run.contents()).toEqual(moved(before, A).map((one) => ({ ...one, comment: `ask Alice | ${MARK}` })));
});

test("34: the apex and names with MX or NS records are refused", async () => {
  const { api } = run;
  api.addRecord("client.test", { type: "A", name: "client.test", content: "203.0.113.9", comment: MARK });
  api.addRecord("client.test", { type: "A", name: A, content: "203.0.113.9", comment: MARK });
  api.addRecord("client.test", { type: "MX", name: A, content: "mx.test", priority: 10 });
  api.addRecord("client.test", { type: "NS", name: B, content: "ns.test" });
  run.aliased(C);
  const before = run.contents();
  const hosts = ["client.test", A, `x.${B}`, C];
  const { results } = await run.gate(hosts, ["--adopt", "client.test", "--adopt", A, "--adopt", `x.${B}`]);
  expect(results).toEqual({ "client.test": "apex", [A]: "mail", [`x.${B}`]: "delegated", [C]: "written" });
  expect(run.contents()).toEqual(moved(before, C));
});

test("35: a zone of many pages is read to its end", async () => {
  for (let index = 0; index < 57; index++) run.aliased(`h${index}.client.test`, { comment: null });
  run.aliased(A);
  run.api.largestPage = 10;
  const before = run.contents();
  const { results } = await run.gate([A]);
  expect(results).toEqual({ [A]: "written" });
  expect(run.contents()).toEqual(moved(before, A));
  expect(run.api.requests.filter(({ path, query }) => LIST.test(path) && query.page === "6")).not.toEqual([]);
});

test.each([
  ["expired", { status: "expired" as const }, 1, /is expired \[cloudflare-token\]/],
  ["revoked", null, 1, /\[cloudflare-token\]/],
  ["without the zone", { zones: [] }, 2, /^/],
  ["without rights to records", { read: false }, 2, /^/],
  ["that may only read", { edit: false }, 2, /^/],
])("36: a token %s writes nothing, and turns no TLS off", async (_, given, status, said) => {
  run.aliased(A);
  run.aliased(B, { proxied: true });
  const before = run.contents();
  const token = "cfut_another-token-0123456789";
  if (given) run.api.addToken(token, given);
  const left = await run.gate([A, B], [], { token });
  expect(left.status).toBe(status);
  expect(left.stderr).toMatch(said);
  expect(left.stdout + left.stderr).not.toContain(token);
  expect(JSON.parse(left.memory as string).off).toEqual([]);
  expect(run.contents()).toEqual(before);
});

test("36: a Global API Key is refused before anything is sent", async () => {
  run.aliased(A);
  const before = run.contents();
  const { status, stderr } = await run.gate([A], [], { token: "0123456789abcdef".repeat(2).concat("01234") });
  expect([status, stderr]).toEqual([1, expect.stringContaining("Global API Key")]);
  expect(run.api.requests).toEqual([]);
  expect(run.contents()).toEqual(before);
});

test("37: a name that only ends like a zone is not in it", async () => {
  run.aliased(A);
  const before = run.contents();
  const { results } = await run.gate(["www.evilclient.test", "client.test.evil.test"]);
  expect(results).toEqual({ "client.test.evil.test": "no-zone", "www.evilclient.test": "no-zone" });
  expect(run.batches).toEqual([]);
  expect(run.contents()).toEqual(before);
});

test("38: 300 hostnames are written in two transactions of 200 at most, with few requests", async () => {
  const hosts = Array.from({ length: 300 }, (_, index) => `h${index}.client.test`);
  for (const host of hosts) run.aliased(host);
  const before = run.contents();
  const { results, verdicts } = await run.gate(hosts);
  expect(Object.values(results)).toEqual(hosts.map(() => "written"));
  expect(hosts.every((host) => verdicts[host] === "match")).toBe(true);
  expect(run.contents()).toEqual(moved(before, ...hosts));
  const sizes = run.batches.map(({ patches }) => patches.length);
  expect(sizes).toEqual([200, 100]);
  // The token, the zones, their records; then for each transaction a look, itself, and a look.
  expect(run.api.requests).toHaveLength(9);
});

test("a hostname that two nodes want is an error before any write", async () => {
  run.aliased(A);
  run.aliased(B);
  const before = run.contents();
  const { status, stderr } = await run.gate([A, B], [], { also: { "blog-main": "A.Client.test" } });
  expect([status, stderr]).toEqual([1, expect.stringContaining("[hostname-two-owners]")]);
  expect(run.api.requests).toEqual([]);
  expect(run.contents()).toEqual(before);
});

test("a dry run prints each call, without the token, and makes none", async () => {
  const { id } = run.aliased(A);
  const before = run.contents();
  const { stderr, results } = await run.gate([A], ["--dry-run"]);
  expect(results).toEqual({ [A]: "dry-run" });
  const { id: zone } = run.api.zoneNamed("client.test");
  expect(stderr).toContain(`would be sent: POST /zones/${zone}/dns_records/batch`);
  expect(stderr).toContain(JSON.stringify({ patches: [{ id, content: NODE }] }));
  expect(run.batches).toEqual([]);
  expect(run.contents()).toEqual(before);
});
