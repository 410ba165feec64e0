import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { fixtureJson } from "../fleets/fixtures.ts";
import { ActionRunner, commandsIn } from "../support/action-runner.ts";
import {
  away,
  dead,
  GateFleet,
  here,
  isAnswer,
  isMemory,
  known,
  NODE_A,
  PATIENCE_MS,
  type Ran,
  SHOP,
} from "../support/gate-fleet.ts";
import { entry, memory } from "../support/gate-run.ts";
import { Knot } from "../support/knot.ts";
import { describeWith } from "../support/tools.ts";

describeWith(["KNOTD"], "dns-gate with a real name server", () => {
  let knot: Knot;
  let fleet: GateFleet;
  beforeAll(() => {
    knot = new Knot();
  });
  afterAll(() => knot.remove());
  beforeEach(() => {
    fleet = new GateFleet();
  });
  afterEach(() => fleet.remove());

  const gate = async (...args: string[]): Promise<Ran> => {
    const ran = await fleet.run(["--nameserver", knot.address, "--json", ...args]);
    if (ran.document) isAnswer(ran.document);
    if (fleet.memory) isMemory(fleet.memory);
    return ran;
  };

  test(
    "says of each hostname where it leads, and turns off what leads elsewhere",
    async () => {
      await knot.serve([
        ...NODE_A,
        ...here("acme"),
        "www.acme CNAME node-a.hosting",
        ...away("old.acme"),
        "txt.acme TXT x",
      ]);
      fleet.plan([
        {
          name: SHOP,
          hosts: {
            "acme.test": {},
            "WWW.acme.test": {},
            "old.acme.test": {},
            "txt.acme.test": {},
            "none.acme.test": {},
          },
        },
      ]);
      const { status, document, stderr } = await gate();
      const told = document?.verdicts.map(
        ({ hostname, verdict, reason }) => `${hostname} ${verdict} ${reason}`,
      );
      expect(told).toEqual([
        "WWW.acme.test match null",
        "acme.test match null",
        "none.acme.test mismatch nxdomain",
        "old.acme.test mismatch elsewhere",
        "shop-main-1.hosting.test skipped no-tls",
        "txt.acme.test mismatch nodata",
      ]);
      // Three of five would be too many at once.
      expect([status, document?.breaker, fleet.memory]).toEqual([2, true, null]);
      const forced = await gate("--force");
      expect(forced).toMatchObject({ status: 2, document: { breaker: false, written: true } });
      expect(fleet.memory?.off).toEqual(["none.acme.test", "old.acme.test", "txt.acme.test"]);
      expect(stderr).toContain("set: old.acme.test. CNAME node-a.hosting.test.");
      expect(forced.stderr).toContain("generated/dns-gate.json is written");
    },
    PATIENCE_MS,
  );

  test(
    "with nodes named, all else stays as it is, byte for byte",
    async () => {
      await knot.serve([
        ...NODE_A,
        "node-b.hosting A 192.0.2.2",
        ...away("acme"),
        ...here("fine"),
        ...away("blog"),
      ]);
      fleet.plan([
        { name: SHOP, hosts: { "acme.test": {}, "fine.test": {} } },
        { name: "blog-main-2", node: "node-b", hosts: { "blog.test": {} } },
      ]);
      const blog = entry({
        environment: "blog-main-2",
        node: "node-b",
        count: 2,
        verdict: "mismatch",
        reason: "loop",
      });
      fleet.memory = memory(
        { "acme.test": known(), "blog.test": blog, "fine.test": known(), "gone.test": blog },
        ["gone.test"],
      );
      const before = fleet.read("generated/dns-gate.json");
      expect(await gate("-n", "node-a", "--confirmations", "1")).toMatchObject({
        document: { disabled: ["acme.test"] },
      });
      const [was, is] = [before, fleet.read("generated/dns-gate.json")].map((text) => text.split("\n"));
      expect(is?.filter((line) => !was?.includes(line)).sort()).toEqual(
        expect.arrayContaining(
          ['    "acme.test",', '      "live": false,', '      "reason": "elsewhere",'].sort(),
        ),
      );
      expect(fleet.memory?.hostnames).toMatchObject({ "blog.test": blog, "gone.test": blog });
      expect(fleet.memory?.off).toEqual(["acme.test", "gone.test"]);
      const typo = await fleet.run(["-n", "nod-a"]);
      expect([typo.status, typo.stdout, typo.stderr]).toEqual([
        1,
        "",
        "error: --node 'nod-a': the plan has no such node [usage]\nhint: did you mean 'node-a'?\n",
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "a dry run says all and writes nothing; the merged plan keeps every other character",
    async () => {
      await knot.serve([...NODE_A, ...away("acme"), ...here("fine")]);
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "fine.test": {} } }]);
      // As the existing tool's or a person's editor may leave it.
      fleet.write(
        "generated/plan.json",
        fleet.read("generated/plan.json").replace('"uid": 1002,', '"uid":\t1002, "weight": 1.50e2,'),
      );
      const before = fleet.trace();
      const dry = await gate("--dry-run", "--output", "merged.json");
      expect(dry).toMatchObject({ status: 2, document: { disabled: ["acme.test"], written: false } });
      expect(fleet.trace()).toBe(before);
      await gate("--output", "merged.json");
      const [plan, merged] = [fleet.read("generated/plan.json"), fleet.read("merged.json")];
      expect(merged).toContain('"uid":\t1002, "weight": 1.50e2,');
      const lines = merged.split("\n").filter((line, index) => line !== plan.split("\n")[index]);
      expect(lines.map((line) => line.trim()).sort()).toEqual([
        '"enableACME": false,',
        '"enableLetsEncrypt": false,',
        '"forceSSL": false,',
      ]);
      const settled = fleet.trace();
      await gate("--output", "merged.json");
      expect(fleet.trace()).toBe(settled);
      const itself = await fleet.run(["--output", "generated/../generated/plan.json"]);
      expect([itself.status, itself.stderr]).toEqual([1, expect.stringContaining("is the plan itself")]);
      expect(fleet.trace()).toBe(settled);
    },
    PATIENCE_MS,
  );

  test(
    "in a git repository a new file is told of, so that a flake sees it",
    async () => {
      await knot.serve([...NODE_A, ...here("acme")]);
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {} } }]);
      fleet.git("init", "--quiet");
      fleet.git("add", "--all");
      const { status, stderr } = await gate();
      expect([status, stderr]).toEqual([0, expect.stringContaining("a flake sees only files git knows")]);
      expect(fleet.git("status", "--porcelain")).toContain(" A generated/dns-gate.json");
      expect(fleet.git("status", "--porcelain")).not.toContain("??");
    },
    PATIENCE_MS,
  );

  test(
    "killed at any time it leaves the old memory or the new one",
    async () => {
      await knot.serve([...NODE_A, ...here("acme"), ...away("b")]);
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "b.test": {} } }]);
      const old = memory({
        "acme.test": known(),
        "b.test": known({ count: 2, verdict: "mismatch", reason: "elsewhere" }),
      });
      const seen = new Set<string>();
      for (const delay of [150, 300, 450, 600, 900, 60_000]) {
        fleet.memory = old;
        const { child, ended } = fleet.start(["--nameserver", knot.address]);
        const timer = setTimeout(() => child.kill("SIGKILL"), delay);
        await ended;
        clearTimeout(timer);
        seen.add(JSON.stringify(fleet.memory?.off));
        isMemory(fleet.memory);
      }
      expect([...seen].every((off) => ["[]", '["b.test"]'].includes(off))).toBe(true);
      expect(seen).toContain('["b.test"]');
      // What was left behind is gone with the next run.
      await gate();
      expect(fleet.trace()).not.toMatch(/swap|lock\./);
    },
    PATIENCE_MS,
  );

  test(
    "a plan of the existing tool is read as it is",
    async () => {
      await knot.serve(NODE_A);
      fleet.write("generated/plan.json", fixtureJson("odd-shapes/expected/plan.json"));
      const { status, document } = await gate("--dry-run");
      expect(status).not.toBe(0);
      expect(document?.verdicts.length).toBeGreaterThan(3);
      expect(new Set(document?.verdicts.map(({ verdict }) => verdict))).toEqual(
        new Set(["unknown", "skipped"]),
      );
    },
    PATIENCE_MS,
  );

  describe("as an action", () => {
    let runner: ActionRunner;
    beforeEach(() => {
      runner = new ActionRunner();
    });
    afterEach(() => runner.remove());

    test(
      "sets outputs, leaves a report, fails with a reason, and shows what to do",
      async () => {
        await knot.serve([...NODE_A, ...away("acme"), ...here("fine"), ...here("more"), ...here("back")]);
        fleet.plan([
          { name: SHOP, hosts: { "acme.test": {}, "fine.test": {}, "more.test": {}, "back.test": {} } },
        ]);
        fleet.memory = memory(
          {
            "acme.test": known({ count: 2 }),
            "fine.test": known(),
            "more.test": known(),
            "back.test": known({
              ...dead(),
              switchedOn: [new Date().toISOString(), new Date().toISOString()],
            }),
          },
          ["back.test"],
        );
        const step = await runner.run("dns-gate", {
          "working-directory": fleet.folder,
          nameserver: knot.address,
        });
        expect(step.status).toBe(1);
        expect(commandsIn(step.stdout)).toEqual(["::error::1 wrong · 3 right · 1 skipped"]);
        const report = JSON.parse(readFileSync(step.outputs["report-path"] as string, "utf8"));
        isAnswer(report);
        expect(step.outputs).toMatchObject({
          mismatches: "1",
          unknown: "0",
          disabled: '["acme.test"]',
          enabled: "[]",
          pending: '["back.test"]',
          breaker: "false",
          "report-path": expect.stringMatching(/hostenv-dns-gate-.*\/report\.json$/),
        });
        expect(step.summary).toContain("set `acme.test. CNAME node-a.hosting.test.`");
        expect(step.summary).toMatch(
          /The same on a laptop: `hostenv-provider dns-gate .*--nameserver 127\.0\.0\.1/,
        );
        isMemory(fleet.memory);
        expect(fleet.memory?.off).toEqual(["acme.test", "back.test"]);
      },
      PATIENCE_MS,
    );

    test(
      "passes with what a deploy asks for, and by the root action too",
      async () => {
        await knot.serve([...NODE_A, ...away("acme"), ...here("fine")]);
        fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "fine.test": {} } }]);
        const inputs = {
          "working-directory": fleet.folder,
          nameserver: knot.address,
          "fail-on": "breaker",
          "dry-run": "true",
        };
        const step = await runner.run("action", { ...inputs, command: "dns-gate", node: "node-a\n" });
        expect([step.status, step.outputs.mismatches]).toEqual([0, "1"]);
        expect(fleet.memory).toBeNull();
        const wrong = await runner.run("dns-gate", { ...inputs, "fail-on": "mismatches" });
        expect([wrong.status, commandsIn(wrong.stdout)]).toEqual([
          1,
          [expect.stringContaining("--fail-on 'mismatches'")],
        ]);
      },
      PATIENCE_MS,
    );
  });
});

describe("a memory that can't be used", () => {
  let fleet: GateFleet;
  beforeEach(() => {
    fleet = new GateFleet();
    fleet.plan([{ name: SHOP, hosts: { "acme.test": {} } }]);
  });
  afterEach(() => fleet.remove());

  test.each<[string, string, string]>([
    ["a key twice", '{"schema":1,"hostnames":{},"off":[],"off":[],"holds":{}}', "file-duplicate-key"],
    ["conflict markers", '{\n<<<<<<< HEAD\n"schema": 1\n', "file-not-json"],
    ["another schema", '{"schema":2,"hostnames":{},"off":[],"holds":{}}', "gate-memory"],
    ["nothing at all", "null", "gate-memory"],
    ["an empty file", "", "file-not-json"],
    [
      "the prototype of all",
      '{"schema":1,"hostnames":{"__proto__":{}},"off":[],"holds":{}}',
      "file-prototype-key",
    ],
  ])(
    "%s: an error with the file's name, and everything stays",
    async (_, text, code) => {
      fleet.write("generated/dns-gate.json", text);
      const before = fleet.trace();
      const { status, stderr } = await fleet.run(["--nameserver", "127.0.0.1:9", "--timeout", "100"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^error: generated/dns-gate\\.json .*\\[${code}\\]\nhint: .+\n$`));
      expect(fleet.trace()).toBe(before);
    },
    PATIENCE_MS,
  );

  test(
    "line ends of another system are no reason",
    async () => {
      fleet.write(
        "generated/dns-gate.json",
        JSON.stringify(memory({ "acme.test": known() }), null, 2).replaceAll("\n", "\r\n"),
      );
      const before = fleet.trace();
      const { status, stderr } = await fleet.run(["--nameserver", "127.0.0.1:9", "--timeout", "100"]);
      expect([status, stderr]).toEqual([1, ""]);
      expect(fleet.trace()).toBe(before);
    },
    PATIENCE_MS,
  );

  test(
    "no plan, and no address",
    async () => {
      const none = await fleet.run(["--plan", join(fleet.folder, "none.json")]);
      expect([none.status, none.stderr]).toEqual([
        1,
        expect.stringMatching(/none\.json \[file-not-found\]\nhint: write it with: hostenv-provider plan/),
      ]);
      const name = await fleet.run(["--nameserver", "ns.test"]);
      expect([name.status, name.stderr]).toEqual([
        1,
        expect.stringMatching(
          /^error: --nameserver 'ns\.test' is no address \[usage\]\nhint: .*192\.0\.2\.1:5353/,
        ),
      ]);
    },
    PATIENCE_MS,
  );
});
