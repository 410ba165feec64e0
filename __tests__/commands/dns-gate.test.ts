import { describe, expect, test } from "@jest/globals";
import { dnsGate, dnsGateInputs, resolversIn } from "../../src/commands/dns-gate.ts";
import { failure, NODE, NODE_IPV4, NODE_IPV6, type World, worldWith } from "../support/dns-world.ts";
import { gatePorts, gateRun } from "../support/gate-ports.ts";
import { entry, memory, NOW } from "../support/gate-run.ts";
import { type HostSpec, planWith } from "../support/plan-builder.ts";

const SHOP = "shop-main-1";
const OWN = `${SHOP}.hosting.test`;

/** A plan of one environment with these hosts; its own hostname needs no certificate. */
const planOf = (hosts: Record<string, HostSpec>, node = "node-a") =>
  planWith({ environments: [{ name: SHOP, node, hosts: { [OWN]: { tls: false }, ...hosts } }] });

const known = (given: Parameters<typeof entry>[0] = {}) => entry({ environment: SHOP, ...given });
const right = { A: [NODE_IPV4], AAAA: [NODE_IPV6] };
const elsewhere = { A: ["203.0.113.9"] };
const world = worldWith({
  "client.test": right,
  "www.client.test": { CNAME: NODE },
  "a.client.test": right,
  "b.client.test": elsewhere,
});
const PLAN = planOf({ "a.client.test": {}, "b.client.test": {} });
const dead: World = { ...world, instead: () => failure("timeout") };

const failureOf = async (given: Parameters<typeof gatePorts>[0], inputs: object = {}) => {
  const made = gatePorts(given);
  const error = await dnsGate(dnsGateInputs.parse(inputs), made.ports).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { ...made, error };
};

describe("a run", () => {
  test("reads the desired plan, asks DNS, and writes what it remembers under the snapshot's lock", async () => {
    const found = await gateRun({ plan: PLAN, world });
    expect(found).toMatchObject({ exitCode: 2, obstacle: null, name: "generated/dns-gate.json" });
    expect(found.answer).toMatchObject({
      disabled: ["b.client.test"],
      withheld: [],
      kept: [],
      confirmations: 1,
      off: ["b.client.test"],
      breaker: false,
      written: true,
      writes: [],
    });
    expect(found.answer.verdicts.map(({ hostname, verdict, reason }) => [hostname, verdict, reason])).toEqual(
      [
        ["a.client.test", "match", null],
        ["b.client.test", "mismatch", "elsewhere"],
        [OWN, "skipped", "no-tls"],
      ],
    );
    expect(found.memory).toMatchObject({
      off: ["b.client.test"],
      holds: {},
      hostnames: {
        "a.client.test": {
          environment: SHOP,
          node: "node-a",
          verdict: "match",
          live: true,
          since: NOW.toISOString(),
        },
        "b.client.test": { verdict: "mismatch", reason: "elsewhere", live: false, count: 1 },
      },
    });
    expect(found.done).toEqual([
      "lock",
      "write /p/generated/dns-gate.json",
      "notice git add --intent-to-add generated/dns-gate.json: a flake sees only files git knows",
      "unlock",
    ]);
    expect(found.disk["/p/generated/plan.json"]).toBe(found.before["/p/generated/plan.json"]);
  });

  test("that changes nothing writes nothing, and lets others write", async () => {
    const first = await gateRun({ plan: PLAN, world });
    const again = await gateRun({ plan: PLAN, world, memory: first.memory });
    expect(again).toMatchObject({ exitCode: 2, answer: { written: false, disabled: [], confirmations: 3 } });
    expect([again.finish, again.done]).toEqual([undefined, ["lock", "unlock"]]);
    expect(again.disk).toEqual(again.before);
  });

  test("with a dry run writes and locks nothing, and says the same", async () => {
    const dry = await gateRun({ plan: PLAN, world }, { dryRun: true, output: "/out.json" });
    expect(dry).toMatchObject({
      exitCode: 2,
      isDry: true,
      answer: { disabled: ["b.client.test"], written: false },
    });
    expect([dry.finish, dry.done, dry.disk]).toEqual([undefined, [], dry.before]);
  });

  test("with a memory of its own needs no lock", async () => {
    const found = await gateRun({ plan: PLAN, world }, { memory: "/m.json" });
    expect(found.done).toEqual(["write /m.json", "unlock"]);
    expect(JSON.parse(found.disk["/m.json"] as string)).toMatchObject({ off: ["b.client.test"] });
    expect(found.name).toBe("/m.json");
  });

  test("turns a live hostname off only when it was found wrong three times in a row", async () => {
    const hostnames = { "a.client.test": known(), "b.client.test": known() };
    let before = memory(hostnames);
    for (const [count, off] of [
      [1, []],
      [2, []],
      [3, ["b.client.test"]],
    ] as const) {
      const now = new Date(NOW.getTime() + count * 3_600_000);
      const found = await gateRun({ plan: PLAN, world, memory: before, now });
      expect(found.answer).toMatchObject({ off, disabled: off, confirmations: 3 });
      expect(found.answer.kept).toEqual(off.length > 0 ? [] : [{ hostname: "b.client.test", count }]);
      before = found.memory as never;
    }
    const found = await gateRun({ plan: PLAN, world, memory: memory(hostnames) }, { confirmations: "1" });
    expect(found.answer).toMatchObject({ disabled: ["b.client.test"], confirmations: 1 });
  });

  test("turns TLS on again where DNS has come back", async () => {
    const wrong = known({ live: false, verdict: "mismatch", reason: "elsewhere", count: 3 });
    const before = memory({ "a.client.test": wrong, "b.client.test": wrong }, [
      "a.client.test",
      "b.client.test",
    ]);
    const found = await gateRun({ plan: PLAN, world, memory: before });
    expect(found.answer).toMatchObject({ enabled: ["a.client.test"], off: ["b.client.test"], written: true });
    expect(found.memory?.hostnames["a.client.test"]).toMatchObject({ switchedOn: [NOW.toISOString()] });
  });

  test("leaves alone what deploy holds", async () => {
    const holds = { [SHOP]: "node-z", other: "node-y" };
    const found = await gateRun({ plan: PLAN, world, memory: memory({}, [], holds) });
    expect([found.answer.written, found.memory?.holds]).toEqual([
      true,
      { other: "node-y", [SHOP]: "node-z" },
    ]);
  });
});

describe("before anything is asked", () => {
  test.each<[string, Parameters<typeof gatePorts>[0], object, object]>([
    ["no plan", {}, {}, { code: "file-not-found", hint: expect.stringContaining("hostenv-provider plan") }],
    ["another file that is no plan", { files: { "/x": "[]" } }, { plan: "/x" }, { code: "plan-schema" }],
    [
      "a memory of another shape",
      { plan: PLAN, memory: { schema: 2 } },
      {},
      { code: "gate-memory", message: expect.stringContaining("generated/dns-gate.json") },
    ],
    ["a memory of nothing at all", { plan: PLAN, memory: null }, {}, { code: "gate-memory" }],
    [
      "a node that is mistyped",
      { plan: PLAN },
      { node: ["nod-a"] },
      { code: "usage", message: expect.stringContaining("'nod-a'"), hint: "did you mean 'node-a'?" },
    ],
    [
      "a node that is unlike any",
      { plan: PLAN },
      { node: ["node-a", "zzzzzz"] },
      { code: "usage", hint: expect.stringContaining("node-a") },
    ],
    [
      "a hostname that two environments want",
      {
        plan: planWith({
          environments: [
            { name: "shop-main-1", hosts: { "a.client.test": {} } },
            { name: "blog-main-2", node: "node-b", hosts: { "A.Client.test": {} } },
          ],
        }),
      },
      { node: ["node-a"] },
      {
        code: "hostname-two-owners",
        message: expect.stringMatching(/shop-main-1 on node-a.*|blog-main-2 on node-b/),
      },
    ],
  ])("%s is an error, and everything stays", async (_, given, inputs, expected) => {
    const { error, asked, done, disk, before } = await failureOf(given, inputs);
    expect(error).toMatchObject(expected);
    expect([asked, disk]).toEqual([[], before]);
    expect(done).toEqual(["lock", "unlock"]);
  });

  test("inputs that mean nothing are refused", () => {
    for (const wrong of [{ confirmations: 0 }, { concurrency: "x" }, { deadline: -1 }, { failOn: "always" }])
      expect(dnsGateInputs.safeParse(wrong).success).toBe(false);
    expect(resolversIn(["192.0.2.1", "192.0.2.1:5353", "2001:db8::1"])).toEqual([
      "192.0.2.1:53",
      "192.0.2.1:5353",
      "[2001:db8::1]:53",
    ]);
    expect(() => resolversIn(["ns.test"])).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("where it is not to be believed", () => {
  const before = memory({ "a.client.test": known(), "gone.test": known() }, ["gone.test"]);

  test.each(["CAA", "A"])(
    "a node of which only %s questions of an issuer fail is still probed",
    async (type) => {
      const asIssuer = type === "A";
      const instead: World["instead"] = (question) =>
        question.name === NODE &&
        question.type[0] === type[0] &&
        (!asIssuer || (question.recursive && !question.checkingDisabled))
          ? failure("timeout")
          : undefined;
      const found = await gateRun(
        { plan: PLAN, world: { ...world, instead }, memory: memory() },
        { confirmations: 1 },
      );
      const isProbed = found.probed.filter((line) => line.startsWith("b.client.test at"));
      expect(isProbed).toEqual([`b.client.test at ${NODE_IPV4} ${NODE_IPV6}`]);
      const wrong = found.answer.verdicts.find(({ hostname }) => hostname === "b.client.test");
      expect(wrong?.records).not.toEqual([]);
    },
  );

  test("all name servers dead: all unknown, nothing written, exit 1", async () => {
    const found = await gateRun(
      { plan: PLAN, world: dead, memory: before, files: { "/out.json": "old" } },
      { output: "/out.json" },
    );
    expect(found).toMatchObject({
      exitCode: 1,
      answer: { written: false, disabled: [], off: ["gone.test"] },
    });
    expect(found.answer.verdicts.filter(({ verdict }) => verdict === "unknown")).toHaveLength(2);
    expect([found.disk, found.probed]).toEqual([found.before, []]);
    expect(found.obstacle).toMatch(/no name server/);
    expect(await gateRun({ plan: PLAN, world: dead }, { failOn: "breaker" })).toMatchObject({
      exitCode: 0,
      memory: null,
    });
  });

  const hosts = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`h${index}.client.test`, {}]));
  const many = (wrong: number) =>
    worldWith(
      Object.fromEntries(Object.keys(hosts).map((name, index) => [name, index < wrong ? elsewhere : right])),
    );
  const allKnown = memory(Object.fromEntries(Object.keys(hosts).map((name) => [name, known()])));
  const flipping = { plan: planOf(hosts), world: many(4), memory: allKnown };

  test("too much at once: nothing is written, and it says what would be", async () => {
    const found = await gateRun(flipping, { confirmations: 1, output: "/out.json", failOn: "breaker" });
    expect(found).toMatchObject({
      exitCode: 2,
      obstacle: "4 of 10 hostnames would change at once",
      answer: { breaker: true, written: false, disabled: Object.keys(hosts).slice(0, 4) },
    });
    expect([found.disk, found.done]).toEqual([found.before, ["lock", "unlock"]]);
  });

  test("by force it is written all the same", async () => {
    const found = await gateRun(flipping, { confirmations: 1, force: true, failOn: "breaker" });
    expect(found).toMatchObject({ exitCode: 0, obstacle: null, answer: { breaker: false, written: true } });
    expect(found.memory?.off).toEqual(Object.keys(hosts).slice(0, 4));
  });

  test("three of ten are no reason to stop", async () => {
    const found = await gateRun({ ...flipping, world: many(3) }, { confirmations: 1 });
    expect(found).toMatchObject({ obstacle: null, answer: { breaker: false, written: true } });
  });
});

test("with nodes named, only these are asked for, and all others stay", async () => {
  const plan = planWith({
    environments: [
      { name: SHOP, hosts: { [OWN]: { tls: false }, "b.client.test": {} } },
      {
        name: "blog-main-2",
        node: "node-b",
        hosts: { "blog-main-2.hosting.test": { tls: false }, "x.other.test": {} },
      },
    ],
  });
  const other = entry({
    environment: "blog-main-2",
    node: "node-b",
    verdict: "mismatch",
    reason: "loop",
    count: 1,
  });
  const before = memory({ "b.client.test": known(), "x.other.test": other, "gone.test": other }, [
    "gone.test",
  ]);
  const found = await gateRun({ plan, world, memory: before }, { node: ["node-a"] });
  expect(found.answer.verdicts.map(({ hostname }) => hostname)).toEqual(["b.client.test", OWN]);
  expect(found.asked.some(({ name }) => name.includes("other") || name.includes("node-b"))).toBe(false);
  expect(found.memory?.hostnames).toMatchObject({ "x.other.test": other, "gone.test": other });
  expect(found.memory?.off).toEqual(["gone.test"]);
});

describe("what nodes show", () => {
  test("is asked for at the node's addresses, where it decides something", async () => {
    const plan = planOf({ "a.client.test": {}, "b.client.test": {}, "client.test": {} });
    const before = memory({ "client.test": known() });
    const found = await gateRun({ plan, world, memory: before, certified: ["b.client.test"] });
    const addresses = `${NODE_IPV4} ${NODE_IPV6}`;
    expect(found.probed).toEqual([`a.client.test at ${addresses}`, `b.client.test at ${addresses}`]);
    expect(found.answer).toMatchObject({
      enabled: ["a.client.test"],
      kept: [{ hostname: "b.client.test", count: 1 }],
      disabled: [],
    });
    expect(found.memory?.hostnames).toMatchObject({
      "a.client.test": { live: false },
      "b.client.test": { live: true },
    });
  });

  test("is not taken for nothing where it can't be seen", async () => {
    const plan = planOf({ "a.client.test": {}, "b.client.test": {}, "client.test": {} });
    const was = { live: false, verdict: "match", reason: null } as const;
    const before = memory({
      "a.client.test": known(was),
      "b.client.test": known(was),
      "client.test": known(),
    });
    const found = await gateRun({ plan, world, memory: before, unseen: ["b.client.test"] });
    expect(found.answer).toMatchObject({ kept: [{ hostname: "b.client.test", count: 1 }], disabled: [] });
    expect(found.memory?.hostnames["b.client.test"]).toMatchObject({ live: false, count: 1 });
    const seen = await gateRun({ plan, world, memory: before });
    expect(seen.answer).toMatchObject({ kept: [], disabled: ["b.client.test"] });
  });

  test("on port 80 stops a first certificate, and takes no other away", async () => {
    const plan = planOf({ "a.client.test": {}, "client.test": {}, "b.client.test": {} });
    const before = memory({ "client.test": known() });
    const given = { plan, world, memory: before, closed: ["a.client.test", "client.test"] };
    const found = await gateRun(given, { httpCheck: true });
    expect(found.answer).toMatchObject({
      withheld: ["a.client.test", "b.client.test"],
      kept: [{ hostname: "client.test", count: 0 }],
      off: ["a.client.test", "b.client.test"],
    });
    const told = found.answer.verdicts.map(({ hostname, verdict, httpCheck }) => [
      hostname,
      verdict,
      httpCheck,
    ]);
    expect(told).toEqual([
      ["a.client.test", "match", "unreachable"],
      ["b.client.test", "mismatch", null],
      ["client.test", "match", "unreachable"],
      [OWN, "skipped", null],
    ]);
    expect(found.answer.verdicts[0]?.evidence.slice(-2)).toEqual([
      `port 80 of ${NODE_IPV4}: ECONNREFUSED`,
      `port 80 of ${NODE_IPV6}: ECONNREFUSED`,
    ]);
    const open = await gateRun({ plan, world, memory: before }, { httpCheck: true });
    expect(open.answer).toMatchObject({ enabled: ["a.client.test"], kept: [] });
    expect(open.probed).toContain(`http a.client.test at ${NODE_IPV6}`);
    expect(
      (await gateRun({ plan, world, memory: before })).probed.some((text) => text.startsWith("http")),
    ).toBe(false);
  });
});

describe("the record to set", () => {
  test("is an alias of the node, and for a zone's own name its addresses", async () => {
    const away = worldWith({ "client.test": elsewhere, "b.client.test": elsewhere });
    const found = await gateRun({ plan: planOf({ "client.test": {}, "b.client.test": {} }), world: away });
    const records = Object.fromEntries(found.answer.verdicts.map((each) => [each.hostname, each.records]));
    expect(records).toMatchObject({
      "b.client.test": [`b.client.test. CNAME ${NODE}.`],
      "client.test": [`client.test. A ${NODE_IPV4}`, `client.test. AAAA ${NODE_IPV6}`],
      [OWN]: [],
    });
  });
});

test("an alias elsewhere keeps a certificate from being asked for, and none from being shown", async () => {
  const plan = planOf({ "a.client.test": {} });
  const hosts = plan.environments[SHOP]?.virtualHosts as Record<string, { serverAliases?: string[] }>;
  (hosts["a.client.test"] as { serverAliases?: string[] }).serverAliases = [
    "b.client.test",
    "www.client.test",
  ];
  const first = await gateRun({ plan, world, memory: memory({ x: known() }) });
  expect(first.answer).toMatchObject({ withheld: ["a.client.test"], off: ["a.client.test"] });
  expect(
    first.answer.verdicts.map(({ hostname, virtualHost, verdict }) => [hostname, virtualHost, verdict]),
  ).toEqual([
    ["a.client.test", "a.client.test", "match"],
    ["b.client.test", "a.client.test", "mismatch"],
    ["www.client.test", "a.client.test", "match"],
    [OWN, OWN, "skipped"],
  ]);
  expect(first.memory?.hostnames).toMatchObject({
    "a.client.test": {
      verdict: "mismatch",
      reason: "alias",
      evidence: expect.arrayContaining(["b.client.test: elsewhere"]),
    },
  });
  const live = await gateRun({ plan, world, memory: memory({ "a.client.test": known() }) });
  expect(live.answer).toMatchObject({ off: [], kept: [{ hostname: "a.client.test", count: 0 }] });
});

describe("the merged plan", () => {
  const text = JSON.stringify(PLAN, null, 1);

  test("is the plan's text with TLS off in both places of what is off, and nothing else", async () => {
    const found = await gateRun({ plan: PLAN, world }, { output: "/out.json" });
    const merged = found.disk["/out.json"] as string;
    const [before, after] = [text.split("\n"), merged.split("\n")];
    const changed = after.filter((line, index) => line !== before[index]);
    expect(changed.map((line) => line.trim())).toEqual([
      '"enableLetsEncrypt": false,',
      '"enableACME": false,',
      '"forceSSL": false,',
    ]);
    expect(found.done).toEqual([
      "lock",
      "write /out.json",
      "write /p/generated/dns-gate.json",
      expect.stringMatching(/^notice/),
      "unlock",
    ]);
  });

  test("is written where only it is not up to date, and not where it is", async () => {
    const first = await gateRun({ plan: PLAN, world }, { output: "/out.json" });
    const given = { plan: PLAN, world, memory: first.memory };
    const stale = await gateRun({ ...given, files: { "/out.json": "old" } }, { output: "/out.json" });
    expect([stale.done, stale.answer.written]).toEqual([["lock", "write /out.json", "unlock"], true]);
    expect(stale.disk["/out.json"]).toBe(first.disk["/out.json"]);
    const fresh = await gateRun(
      { ...given, files: { "/out.json": first.disk["/out.json"] as string } },
      { output: "/out.json" },
    );
    expect([fresh.done, fresh.answer.written]).toEqual([["lock", "unlock"], false]);
  });

  test("that can't be written leaves the memory as it was, and the lock free", async () => {
    const { ports, disk, before, done } = gatePorts({ plan: PLAN, world, readOnly: "/out.json" });
    const gate = await dnsGate(dnsGateInputs.parse({ output: "/out.json" }), ports);
    await expect(gate.finish?.()).rejects.toThrow("read-only");
    expect([disk, done]).toEqual([before, ["lock", "unlock"]]);
  });
});
