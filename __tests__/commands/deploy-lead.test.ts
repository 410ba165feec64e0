import { describe, expect, test } from "@jest/globals";
import { type LeadPorts, leadMoves, securedMoves } from "../../src/commands/deploy-lead.ts";
import { type FoundMove, stageOf } from "../../src/domain/deploy/moves.ts";
import { type Memory, NOTHING } from "../../src/domain/dns/memory.ts";
import type { Zones } from "../../src/ports/zones.ts";
import { type Defined, worldWith } from "../support/dns-world.ts";
import { fake } from "../support/fake-ports.ts";
import { FakeTimer } from "../support/fake-timer.ts";
import { type GateWorld, gatePorts } from "../support/gate-ports.ts";
import { ago, entry } from "../support/gate-run.ts";
import { sideWith } from "../support/plan-builder.ts";

const [SHOP, WWW, OWN] = ["shop-main", "www.client.test", "shop-main.hosting.test"] as const;
const [HERE, THERE] = [{ A: ["192.0.2.10"] }, { A: ["203.0.113.66"] }];
const side = sideWith({
  environments: [{ name: SHOP, node: "node-a", hosts: { [OWN]: { tls: false }, [WWW]: {} } }],
});
const move: FoundMove = {
  move: { name: SHOP, from: "node-b", to: "node-a" },
  copies: [],
  returns: false,
  isUnheard: false,
  since: "",
};
const moves = [stageOf(move, null)];
const held = (given: Partial<Memory> = {}): Memory => ({
  ...NOTHING,
  off: [WWW],
  holds: { [SHOP]: "node-b" },
  hostnames: { [WWW]: entry({ environment: SHOP, node: "node-b", since: ago(60) }) },
  ...given,
});

/** DNS with one record for each of the shop's hostnames. */
function portsOf(records: Readonly<Record<string, Defined>>, given: GateWorld = {}): LeadPorts {
  const base = worldWith({ [WWW]: records[WWW] ?? {} });
  const zone = base.zones["hosting.test"] as (typeof base.zones)[string];
  const own = { "node-a.hosting.test": HERE, [OWN]: records[OWN] ?? HERE };
  const hosting = { ...zone, records: { ...zone.records, ...own } };
  const world = { ...base, zones: { ...base.zones, "hosting.test": hosting } };
  return gatePorts({ world, timer: new FakeTimer(), ...given }).ports;
}
const lead = (ports: LeadPorts, memory = held()) => leadMoves(moves, memory, side, ports);

describe("leading visitors to where an environment is now", () => {
  test("is done where all its hostnames lead there: TLS may be had", async () => {
    expect(await lead(portsOf({ [WWW]: HERE }))).toMatchObject({
      switched: [SHOP],
      waiting: [],
      memory: { off: [], hostnames: { [WWW]: { node: "node-a" } } },
    });
  });

  test("waits for each that leads elsewhere, with the record to set, one without TLS too", async () => {
    const led = await lead(portsOf({ [WWW]: THERE, [OWN]: THERE }));
    expect([led.switched, led.memory]).toEqual([[], held()]);
    expect(led.waiting.map(({ hostname, from, to, why }) => [hostname, from, to, why]).sort()).toEqual([
      [OWN, "node-b", "node-a", "elsewhere"],
      [WWW, "node-b", "node-a", "elsewhere"],
    ]);
    expect(led.waiting.find(({ hostname }) => hostname === WWW)?.record).toContain("node-a.hosting.test");
  });

  test("does not wait for who may issue a certificate: visitors are there already", async () => {
    const led = await lead(portsOf({ [WWW]: { ...HERE, CAA: ["issue other-ca.test"] } }));
    expect([led.switched, led.waiting, led.memory.off]).toEqual([[SHOP], [], [WWW]]);
  });

  test("waits where nothing is known", async () => {
    const silent = { ...worldWith({}), instead: () => ({ kind: "failure", reason: "timeout" }) as const };
    const led = await lead(portsOf({}, { world: silent }));
    expect([led.switched, led.waiting.length]).toEqual([[], 2]);
  });

  test("writes no record where the plan says that no zone is ours, whatever token there is", async () => {
    const zones = fake<Zones>("zones", {});
    expect((await lead(portsOf({ [WWW]: THERE }, { zones }))).waiting).toHaveLength(1);
  });
});

describe("certificates of what has moved", () => {
  const secured = async (certified: string[], memory: Memory, stages = moves) => {
    const found = await securedMoves(stages, memory, side, portsOf({ [WWW]: HERE }, { certified }));
    return [[...found.secured], found.lacking.map(({ hostname, why }) => [hostname, why])];
  };
  const led = held({ off: [], hostnames: { [WWW]: entry({ environment: SHOP }) } });
  const forbidden = { verdict: "mismatch", reason: "caa" } as const;

  test("are all shown, or it is not secured", async () => {
    expect(await secured([WWW], led)).toEqual([[SHOP], []]);
    expect(await secured([], led)).toEqual([[], [[WWW, null]]]);
  });

  test("of a hostname that is off, and had one on the old node, are waited for, and it is told why", async () => {
    expect(await secured([WWW], held())).toEqual([[], [[WWW, null]]]);
    const hostnames = { [WWW]: entry({ environment: SHOP, node: "node-b", ...forbidden }) };
    expect(await secured([], held({ hostnames }))).toEqual([[], [[WWW, "caa"]]]);
  });

  test("of one that had none there either, are not", async () => {
    const hostnames = { [WWW]: entry({ environment: SHOP, node: "node-b", live: false }) };
    expect(await secured([], held({ hostnames }))).toEqual([[SHOP], []]);
  });

  test("of one that comes back to where it was off, are not", async () => {
    const back = [stageOf({ ...move, returns: true }, null)];
    const hostnames = { [WWW]: entry({ environment: SHOP, node: "node-a", live: false, ...forbidden }) };
    expect(await secured([], held({ hostnames, holds: {} }), back)).toEqual([[SHOP], []]);
  });
});
