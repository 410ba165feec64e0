import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CloudflareClient } from "../../src/adapters/cloudflare-client.ts";
import { CloudflareZones } from "../../src/adapters/cloudflare-zones.ts";
import { dnsGate, dnsGateInputs } from "../../src/commands/dns-gate.ts";
import { MARK } from "../../src/domain/dns/zones.ts";
import { type CloudflareApi, startCloudflareApi } from "../support/cloudflare-api.mjs";
import { aliased, batches, NODE } from "../support/dns-writing.ts";
import { FakeTimer } from "../support/fake-timer.ts";
import { type GateWorld, gatePorts, gateRun } from "../support/gate-ports.ts";
import { entry, memory } from "../support/gate-run.ts";
import { planWith } from "../support/plan-builder.ts";
import { worldOf } from "../support/zone-world.ts";

const SHOP = "shop-main";
const WWW = "www.client.test";
const OWN = `${SHOP}.hosting.test`;
const each = <T>(names: readonly string[], of: (name: string) => T) =>
  Object.fromEntries(names.map((name) => [name, of(name)]));
const live = (...names: string[]) => memory(each(names, () => entry({ environment: SHOP })));
const PLAN_ID = "a".repeat(64);
const UPDATE = { withDnsUpdate: true, deployed: "deployed.json" };

let api: CloudflareApi;
let timer: FakeTimer;
/** Whether name servers give what the zones hold; else what they held when the test began. */
let isShown: boolean;

beforeEach(async () => {
  api = await startCloudflareApi();
  api.addZone({ name: "client.test" });
  timer = new FakeTimer();
  isShown = true;
});
afterEach(async () => {
  const { violations } = api;
  await api.close();
  expect(violations).toEqual([]);
});

const outcome = (profile: object = {}, given: object = {}) =>
  JSON.stringify({
    ...{ schema: 1, planId: PLAN_ID, waitingForDns: [] },
    hosts: [
      {
        ...{ host: "node-a", wave: 1, result: "deployed", verification: [] },
        profiles: [{ profile: SHOP, result: "deployed", storePath: null, seconds: 1, ...profile }],
      },
    ],
    ...given,
  });

function worldAround(hosts: readonly string[], given: GateWorld = {}, token = api.token): GateWorld {
  const client = new CloudflareClient({ token, url: api.url, timer, note: () => {} });
  const before = worldOf(api);
  return {
    plan: planWith({
      ...{ cloudflare: true, policy: { zones: ["client.test"] } },
      environments: [
        { name: SHOP, node: "node-a", hosts: { [OWN]: { tls: false }, ...each(hosts, () => ({})) } },
      ],
    }),
    zones: new CloudflareZones(client),
    memory: live(...hosts),
    timer,
    files: { "deployed.json": outcome() },
    get world() {
      return isShown ? worldOf(api) : before;
    },
    ...given,
  };
}

const runWith = (hosts: readonly string[], inputs: object = UPDATE, given: GateWorld = {}) =>
  gateRun(worldAround(hosts, given), inputs);

const verdictsIn = ({ answer }: Awaited<ReturnType<typeof runWith>>) =>
  Object.fromEntries(
    answer.verdicts.map(({ hostname, verdict, reason }) => [
      hostname,
      reason ? `${verdict}:${reason}` : verdict,
    ]),
  );
const resultsIn = ({ answer }: Awaited<ReturnType<typeof runWith>>) =>
  Object.fromEntries(answer.writes.map(({ hostname, result, reason }) => [hostname, reason ?? result]));

describe("a proxied hostname", () => {
  const proxied = (content: string, comment: string | null = null) =>
    aliased(api, WWW, { proxied: true, content, comment });

  test("whose origin is its node is no mismatch", async () => {
    proxied(NODE);
    const found = await runWith([WWW], {});
    expect(verdictsIn(found)[WWW]).toBe("proxied");
    expect(found.memory?.off).not.toContain(WWW);
  });

  test("whose origin is another one's is a mismatch", async () => {
    proxied("node-b.hosting.test", MARK);
    expect(verdictsIn(await runWith([WWW], {}))[WWW]).toBe("mismatch:elsewhere");
  });

  test("whose origin is an alias of somebody's is unknown: it may lead to the node", async () => {
    proxied("old.test");
    expect(verdictsIn(await runWith([WWW], {}))[WWW]).toBe("unknown:proxied");
  });

  test("of which the zone can't be read is unknown, and keeps its TLS", async () => {
    proxied("old.test");
    const cases: GateWorld[] = [
      { zones: undefined as never },
      worldAround([WWW], {}, "cfut_unknown-token-0123456789"),
    ];
    api.addToken("cfut_blind-token-0123456789", { read: false });
    cases.push(worldAround([WWW], {}, "cfut_blind-token-0123456789"));
    for (const given of cases) {
      const found = await runWith(
        [WWW],
        { confirmations: 1 },
        { ...("zones" in given ? { zones: given.zones as never } : {}) },
      );
      expect(verdictsIn(found)[WWW]).toBe("unknown:proxied");
      expect(found.memory?.off).not.toContain(WWW);
    }
  });

  test("is asked for only where there is one", async () => {
    aliased(api, WWW);
    await runWith([WWW], {});
    expect(api.requests).toEqual([]);
  });

  test("that moves keeps its proxy, and is seen to have moved by its origin", async () => {
    aliased(api, WWW, { proxied: true });
    const found = await runWith([WWW]);
    expect(verdictsIn(found)[WWW]).toBe("proxied");
    expect(api.contents("client.test", WWW)).toMatchObject([{ content: NODE, proxied: true }]);
  });
});

describe("an update", () => {
  test("leads to the node, and gives TLS in the same run", async () => {
    aliased(api, WWW);
    const off = memory({ [WWW]: entry({ environment: SHOP, verdict: "mismatch", reason: "elsewhere" }) }, [
      WWW,
    ]);
    const found = await runWith([WWW], UPDATE, { memory: off });
    expect(verdictsIn(found)[WWW]).toBe("match");
    expect(resultsIn(found)).toEqual({ [WWW]: "written" });
    expect(found.answer.enabled).toContain(WWW);
    expect(found.memory?.off).not.toContain(WWW);
    expect(timer.now).toBe(1);
  });

  test("that is not yet seen is pending: neither off nor on", async () => {
    aliased(api, WWW);
    const given = worldAround([WWW]);
    isShown = false;
    const found = await gateRun(given, { ...UPDATE, confirmations: 1 });
    expect(verdictsIn(found)[WWW]).toBe("unknown:pending");
    expect([found.answer.pending, found.answer.enabled, found.answer.disabled]).toEqual([[WWW], [], []]);
    expect(found.memory?.hostnames[WWW]).toMatchObject({ live: true });
    expect(found.memory?.off).not.toContain(WWW);
    expect(timer.now).toBe(600);
    const row = found.answer.verdicts.find(({ hostname }) => hostname === WWW);
    expect(row?.evidence.at(-1)).toBe("its records are set, and DNS does not show them yet");
    expect(row?.records).toEqual([]);
  });

  test("changes nothing without a deploy's outcome, and says so", async () => {
    aliased(api, WWW);
    const found = await runWith([WWW], { withDnsUpdate: true });
    expect(resultsIn(found)[WWW]).toBe("not-deployed");
    expect(batches(api)).toEqual([]);
    expect(found.done.join("\n")).toMatch(/notice no record is changed without --deployed FILE/);
  });

  test.each([
    ["deployed-unverified", { result: "deployed-unverified" }],
    ["another environment's", { profile: "blog-main" }],
  ])("changes nothing where the deploy's outcome is %s", async (_, profile) => {
    aliased(api, WWW);
    const found = await runWith([WWW], UPDATE, { files: { "deployed.json": outcome(profile) } });
    expect(resultsIn(found)[WWW]).toBe("not-deployed");
    expect(batches(api)).toEqual([]);
  });

  test("that is dry shows what it would send, without a deploy's outcome too", async () => {
    aliased(api, WWW);
    const found = await runWith([WWW], { withDnsUpdate: true, dryRun: true });
    expect(resultsIn(found)[WWW]).toBe("dry-run");
    expect(found.calls).toMatchObject([{ method: "POST", body: { patches: [{ content: NODE }] } }]);
    expect(batches(api)).toEqual([]);
    expect(verdictsIn(found)[WWW]).toBe("mismatch:elsewhere");
  });

  test("is not made while DNS itself is in doubt", async () => {
    aliased(api, WWW);
    const hosts = [WWW, "a.client.test", "b.client.test"];
    for (const host of hosts.slice(1)) aliased(api, host);
    const found = await runWith(hosts, { ...UPDATE, confirmations: 1 });
    expect(found.answer.breaker).toBe(true);
    expect([batches(api), found.answer.writes]).toEqual([[], []]);
    expect(found.done.join("\n")).toMatch(/notice no record is changed: /);
  });

  test("that fails makes the run fail, whatever else is let pass", async () => {
    aliased(api, WWW);
    api.fault({ path: /batch$/, status: 500, times: 9 });
    const found = await runWith([WWW], { ...UPDATE, failOn: "breaker" });
    expect(resultsIn(found)[WWW]).toBe("no-answer");
    expect(found.exitCode).toBe(2);
    expect(verdictsIn(found)[WWW]).toBe("mismatch:elsewhere");
  });

  test("in zones that are named leaves others alone", async () => {
    api.addZone({ name: "other.test" });
    aliased(api, WWW);
    const { id } = api.zoneNamed("other.test");
    expect(resultsIn(await runWith([WWW], { ...UPDATE, cfZone: [id] }))[WWW]).toBe("zone-not-ours");
    const named = { ...UPDATE, cfZone: ["Client.Test", id] };
    expect(resultsIn(await runWith([WWW], named))[WWW]).toBe("written");
  });

  test("reads a zone anew for what is proxied only", async () => {
    const lists = () => api.requests.filter(({ path }) => /dns_records$/.test(path)).length;
    aliased(api, WWW);
    await runWith([WWW]);
    // To plan, just before, to prove.
    expect(lists()).toBe(3);
  });

  test("adopts a hostname in whatever letters", async () => {
    aliased(api, WWW, { comment: "ask Alice" });
    const found = await runWith([WWW], { ...UPDATE, adopt: ["WWW.Client.test."] });
    expect(resultsIn(found)[WWW]).toBe("written");
    expect(api.contents("client.test", WWW)).toMatchObject([
      { content: NODE, comment: `ask Alice | ${MARK}` },
    ]);
  });

  test("looks again at every name of a virtual host, and at no other", async () => {
    aliased(api, WWW);
    aliased(api, "b.client.test", { comment: null });
    const found = await runWith([WWW, "b.client.test"]);
    expect(verdictsIn(found)).toMatchObject({ [WWW]: "match", "b.client.test": "mismatch:elsewhere" });
    expect(found.answer.verdicts.map(({ hostname }) => hostname)).toEqual(["b.client.test", OWN, WWW]);
  });

  test("where the zone can't be read afterwards leaves what was written pending", async () => {
    aliased(api, WWW, { proxied: true });
    let lists = 0;
    api.before("GET", /dns_records$/, () => {
      lists++;
      // To see through the proxy, to plan, just before, to prove; and no more.
      if (lists > 4) api.fault({ path: /dns_records$/, status: 500 });
    });
    const found = await runWith([WWW]);
    expect(resultsIn(found)[WWW]).toBe("written");
    expect(verdictsIn(found)[WWW]).toBe("unknown:proxied");
  });
});

describe("is refused before anything is decided or written", () => {
  const failing = async (inputs: object, given: GateWorld = {}) => {
    aliased(api, WWW);
    const made = gatePorts(worldAround([WWW], given));
    const error = await dnsGate(dnsGateInputs.parse({ ...UPDATE, ...inputs }), made.ports).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(made.done.filter((line) => line.startsWith("write"))).toEqual([]);
    expect(made.done.at(-1)).toBe("unlock");
    expect(batches(api)).toEqual([]);
    return error;
  };

  test("without a token", async () => {
    expect(await failing({}, { zones: undefined as never })).toMatchObject({ code: "usage" });
  });

  test.each([
    ["--adopt", { adopt: [WWW] }],
    ["--deployed", { deployed: "deployed.json" }],
    ["--cf-zone", { cfZone: ["client.test"] }],
  ])("with %s that would do nothing", async (flag, inputs) => {
    const idle = { withDnsUpdate: false, deployed: undefined, ...inputs };
    expect(await failing(idle)).toMatchObject({ message: `${flag} is given without --with-dns-update` });
    expect(api.requests).toEqual([]);
  });

  test("with a zone that the token can't see", async () => {
    expect(await failing({ cfZone: ["clients.test"] })).toMatchObject({
      message: "--cf-zone 'clients.test': the token can see no such zone",
      hint: "did you mean 'client.test'?",
    });
  });

  test.each(["expired", "disabled"] as const)("with a token that is %s", async (status) => {
    api.addToken(api.token, { status });
    expect(await failing({})).toMatchObject({ code: "cloudflare-token" });
  });

  test("where Cloudflare does not answer", async () => {
    api.fault({ path: /dns_records$/, status: 502, body: "<html>", times: 4 });
    expect(await failing({})).toMatchObject({ code: "cloudflare-unreachable" });
  });

  test("with a hostname to adopt that is mistyped", async () => {
    expect(await failing({ adopt: ["ww.client.test"] })).toMatchObject({
      code: "usage",
      hint: "did you mean 'www.client.test'?",
    });
  });

  test("where neither plan nor flag names a zone", async () => {
    const plan = planWith({ environments: [{ name: SHOP, node: "node-a", hosts: { [WWW]: {} } }] });
    expect(await failing({}, { plan })).toMatchObject({ code: "cloudflare-disabled" });
  });

  test("with an outcome that is none, or another plan's", async () => {
    const files = { "deployed.json": JSON.stringify({ schema: 1, hosts: [] }) };
    expect(await failing({}, { files })).toMatchObject({
      code: "deployed-schema",
      message: expect.stringContaining("at /planId"),
    });
    const manifest = (planId: string) => JSON.stringify({ schema: 1, planId, tool: "0.1.0", files: {} });
    const other = {
      "deployed.json": outcome(),
      "/p/generated/manifest.json": manifest("b".repeat(64)),
    };
    expect(await failing({}, { files: other })).toMatchObject({ code: "deployed-other-plan" });
  });
});

test("an outcome of the snapshot's plan counts, and of a plan that is named whatever the snapshot says", async () => {
  aliased(api, WWW);
  const manifest = (planId: string) => JSON.stringify({ schema: 1, planId, tool: "0.1.0", files: {} });
  const files = { "deployed.json": outcome(), "/p/generated/manifest.json": manifest(PLAN_ID) };
  expect(resultsIn(await runWith([WWW], UPDATE, { files }))[WWW]).toBe("written");
  const given = worldAround([WWW]);
  const named = {
    "deployed.json": outcome(),
    "/p/generated/manifest.json": manifest("b".repeat(64)),
    "other.json": JSON.stringify(given.plan),
  };
  aliased(api, "b.client.test");
  const found = await gateRun(
    {
      ...given,
      files: named,
      get world() {
        return worldOf(api);
      },
    },
    { ...UPDATE, plan: "other.json" },
  );
  expect(found.answer.writes.every(({ reason }) => reason !== "not-deployed")).toBe(true);
});
