import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Authority } from "../support/authority.ts";
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
import { memory } from "../support/gate-run.ts";
import { Knot } from "../support/knot.ts";
import { describeWith, ROOT } from "../support/tools.ts";

describeWith(["KNOTD"], "faults of DNS, as dns-gate meets them", () => {
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
    "fault 1: where no name server answers, all is unknown and nothing is written",
    async () => {
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "new.acme.test": {} } }]);
      fleet.memory = memory({ "acme.test": known(), "gone.test": dead() }, ["gone.test"]);
      fleet.write("merged.json", "old");
      await knot.serve(NODE_A);
      await knot.stop();
      const before = fleet.trace();
      const { status, document } = await gate("--timeout", "200", "--output", "merged.json");
      expect(status).toBe(1);
      expect(
        document?.verdicts.filter(({ verdict }) => verdict === "unknown").map(({ hostname }) => hostname),
      ).toEqual(["acme.test", "new.acme.test"]);
      expect(document).toMatchObject({ written: false, disabled: [], withheld: [], breaker: false });
      expect(fleet.trace()).toBe(before);
      // A deploy is not stopped by it.
      expect((await gate("--timeout", "200", "--fail-on", "breaker")).status).toBe(0);
      expect(fleet.trace()).toBe(before);
    },
    PATIENCE_MS,
  );

  test(
    "fault 16: where CAA forbids it nothing is switched on, and a live certificate stays",
    async () => {
      await knot.serve([
        ...NODE_A,
        ...here("live.acme"),
        ...here("off.acme"),
        ...here("new.acme"),
        ...here("fine"),
        'acme CAA 0 issue "other.test"',
      ]);
      fleet.plan([
        {
          name: SHOP,
          hosts: { "live.acme.test": {}, "off.acme.test": {}, "new.acme.test": {}, "fine.test": {} },
        },
      ]);
      fleet.memory = memory({ "live.acme.test": known(), "off.acme.test": dead(), "fine.test": known() }, [
        "off.acme.test",
      ]);
      for (let time = 0; time < 4; time++) {
        const { status, document } = await gate();
        expect(status).toBe(2);
        expect(document).toMatchObject({
          disabled: [],
          enabled: [],
          kept: [{ hostname: "live.acme.test", count: 0 }],
          off: ["new.acme.test", "off.acme.test"],
        });
      }
      expect(fleet.memory).toMatchObject({ hostnames: { "live.acme.test": { live: true, reason: "caa" } } });
    },
    PATIENCE_MS,
  );

  test(
    "fault 23: one mismatch in three runs does nothing",
    async () => {
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "fine.test": {} } }]);
      fleet.memory = memory({ "acme.test": known(), "fine.test": known() });
      const lists = { disabled: [], enabled: [], withheld: [], off: [] };
      await knot.serve([...NODE_A, ...here("acme"), ...here("fine")]);
      const quiet = fleet.trace();
      expect(await gate()).toMatchObject({ status: 0, document: { ...lists, written: false } });
      expect(fleet.trace()).toBe(quiet);
      await knot.serve([...NODE_A, ...away("acme"), ...here("fine")]);
      expect(await gate()).toMatchObject({
        status: 2,
        document: { ...lists, kept: [{ hostname: "acme.test", count: 1 }] },
      });
      await knot.serve([...NODE_A, ...here("acme"), ...here("fine")]);
      expect(await gate()).toMatchObject({ status: 0, document: { ...lists, kept: [] } });
      expect(fleet.memory?.hostnames["acme.test"]).toMatchObject({ count: 0, live: true, verdict: "match" });
    },
    PATIENCE_MS,
  );

  test(
    "three in a row turn it off, and DNS that comes back turns it on",
    async () => {
      fleet.plan([{ name: SHOP, hosts: { "acme.test": {}, "fine.test": {} } }]);
      fleet.memory = memory({ "acme.test": known(), "fine.test": known() });
      await knot.serve([...NODE_A, ...away("acme"), ...here("fine")]);
      for (const off of [[], [], ["acme.test"], ["acme.test"]]) {
        fleet.anHourPasses();
        expect((await gate()).document?.off).toEqual(off);
      }
      const settled = fleet.trace();
      await gate();
      expect(fleet.trace()).toBe(settled);
      await knot.serve([...NODE_A, ...here("acme"), ...here("fine")]);
      expect(await gate()).toMatchObject({ status: 0, document: { enabled: ["acme.test"], off: [] } });
      expect(fleet.memory?.hostnames["acme.test"]?.switchedOn).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test(
    "fault 24: a redirect's target that goes off is told with those that lead there",
    async () => {
      await knot.serve([...NODE_A, ...away("acme"), ...here("www.acme"), ...here("fine"), ...here("more")]);
      fleet.plan([
        {
          name: SHOP,
          hosts: {
            "acme.test": {},
            "www.acme.test": { redirect: "acme.test" },
            "fine.test": {},
            "more.test": {},
          },
        },
      ]);
      const { document, stderr } = await gate();
      expect(document).toMatchObject({
        disabled: ["acme.test"],
        redirects: [{ target: "acme.test", from: ["www.acme.test"] }],
      });
      expect(stderr).toContain(
        "acme.test has no TLS, and these send their visitors there over TLS: www.acme.test",
      );
    },
    PATIENCE_MS,
  );

  test(
    "fault 26: 40 of 100 flip, so nothing is written unless it is forced",
    async () => {
      const names = Array.from({ length: 100 }, (_, index) => `h${index}`);
      const hosts = Object.fromEntries(names.map((name) => [`${name}.test`, {}]));
      await knot.serve([
        ...NODE_A,
        ...names.flatMap((name, index) => (index < 40 ? away(name) : here(name))),
      ]);
      fleet.plan([{ name: SHOP, hosts }]);
      fleet.memory = memory(
        Object.fromEntries(
          names.map((name) => [
            `${name}.test`,
            known({ verdict: "mismatch", reason: "elsewhere", count: 2 }),
          ]),
        ),
      );
      const before = fleet.trace();
      const stopped = await gate("--fail-on", "breaker", "--output", "merged.json");
      expect(stopped).toMatchObject({ status: 2, document: { breaker: true, written: false } });
      expect(stopped.document?.disabled).toHaveLength(40);
      expect(stopped.stderr).toContain("nothing was written: 40 of 100 hostnames would change at once");
      expect(fleet.trace()).toBe(before);
      expect(await gate("--fail-on", "breaker", "--force")).toMatchObject({
        status: 0,
        document: { written: true },
      });
      expect(fleet.memory?.off).toHaveLength(40);
    },
    PATIENCE_MS,
  );
});

describeWith(["KNOTD", "OPENSSL", ROOT], "dns-gate with a node that can be reached", () => {
  // Another run of the tests may be under way on this machine.
  const net = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
  const [NODE, OTHER] = [`${net}.1`, `${net}.2`];
  let knot: Knot;
  let authority: Authority;
  let fleet: GateFleet;
  beforeAll(() => {
    knot = new Knot();
    authority = new Authority();
  });
  afterAll(async () => {
    authority.remove();
    await knot.remove();
  });
  beforeEach(() => {
    fleet = new GateFleet();
  });
  afterEach(() => fleet.remove());

  const gate = (...args: string[]) =>
    fleet.run(["--nameserver", knot.address, "--json", ...args], { NODE_EXTRA_CA_CERTS: authority.file });

  async function serving<T>(
    server: Server,
    port: number,
    address: string,
    act: () => Promise<T>,
  ): Promise<T> {
    server.listen(port, address);
    await once(server, "listening");
    try {
      return await act();
    } finally {
      server.close();
      await once(server, "close");
    }
  }

  test(
    "what a node shows on port 443 is live, although nothing remembers it",
    async () => {
      await knot.serve([
        `node-a.hosting A ${NODE}`,
        ...away("shown"),
        ...away("other"),
        `due A ${NODE}`,
        `fine A ${NODE}`,
      ]);
      fleet.plan([
        { name: SHOP, hosts: { "shown.test": {}, "other.test": {}, "due.test": {}, "fine.test": {} } },
      ]);
      const before = memory({ "fine.test": known(), "due.test": known({ live: false }) });
      fleet.memory = before;
      const nginx = createTlsServer(authority.issue(["shown.test", "due.test"]), (socket) =>
        socket.on("error", () => {}),
      );
      const seen = await serving(nginx, 443, NODE, () => gate());
      expect(seen.document).toMatchObject({
        kept: [{ hostname: "shown.test", count: 1 }],
        withheld: ["other.test"],
        disabled: [],
        enabled: [],
      });
      expect(fleet.memory?.hostnames).toMatchObject({
        "shown.test": { live: true },
        "other.test": { live: false },
        "due.test": { live: true },
      });
      // Without the node there is nothing to lose.
      fleet.memory = before;
      expect((await gate()).document).toMatchObject({ kept: [], withheld: ["other.test", "shown.test"] });
    },
    PATIENCE_MS,
  );

  test(
    "fault 25: right in DNS and closed on port 80 is told, gets no certificate and loses none",
    async () => {
      await knot.serve([
        `node-a.hosting A ${NODE}`,
        `node-a.hosting A ${OTHER}`,
        `open A ${NODE}`,
        `half A ${NODE}`,
        `half A ${OTHER}`,
        `live A ${OTHER}`,
      ]);
      fleet.plan([{ name: SHOP, hosts: { "open.test": {}, "half.test": {}, "live.test": {} } }]);
      fleet.memory = memory({ "live.test": known() });
      const nginx = createServer((_, response) => response.writeHead(404).end());
      const { status, document, stderr } = await serving(nginx, 80, NODE, () =>
        gate("--http-check", "--dry-run"),
      );
      expect(
        document?.verdicts.map(({ hostname, verdict, httpCheck }) => [hostname, verdict, httpCheck]),
      ).toEqual([
        ["half.test", "match", "unreachable"],
        ["live.test", "match", "unreachable"],
        ["open.test", "match", "answers"],
        ["shop-main-1.hosting.test", "skipped", null],
      ]);
      expect(document).toMatchObject({
        enabled: ["open.test"],
        withheld: ["half.test"],
        kept: [{ hostname: "live.test" }],
      });
      // DNS itself is right.
      expect(status).toBe(0);
      expect(stderr).toContain(`port 80 of ${OTHER}: ECONNREFUSED`);
      expect((await gate("--dry-run")).document).toMatchObject({
        enabled: ["half.test", "open.test"],
        kept: [],
      });
    },
    PATIENCE_MS,
  );
});
