import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type GateDecision, toProbe } from "../../../src/domain/dns/gate.ts";
import type { Memory } from "../../../src/domain/dns/memory.ts";
import { entry, memory, NOW, ruling, run, site } from "../../support/gate-run.ts";

const SAID = [
  "match",
  "proxied",
  "mismatch:elsewhere",
  "mismatch:nxdomain",
  "mismatch:caa",
  "mismatch:alias",
  "mismatch:unreachable",
  "unknown:timeout",
  "unknown:servfail",
] as const;

const HOSTS = ["a.test", "b.test", "c.test", "d.test", "e.test"];
const said = fc.oneof({ weight: 2, arbitrary: fc.constant("match") }, fc.constantFrom(...SAID));

/** One run: what DNS says of each host, where each is planned, which certificates are shown, and when. */
const turn = fc.record({
  saids: fc.array(said, { minLength: HOSTS.length, maxLength: HOSTS.length }),
  nodes: fc.array(fc.constantFrom("node-a", "node-a", "node-a", "node-b"), {
    minLength: HOSTS.length,
    maxLength: HOSTS.length,
  }),
  planned: fc.subarray(HOSTS, { minLength: 1 }),
  certified: fc.subarray(HOSTS),
  unseen: fc.subarray(HOSTS),
  minutes: fc.integer({ min: 1, max: 45 }),
  force: fc.boolean(),
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function rulingsOf({ saids, nodes, planned }: Turn) {
  return HOSTS.flatMap((name, index) =>
    planned.includes(name)
      ? [ruling(site(name, { node: nodes[index] as string }), saids[index] as string)]
      : [],
  );
}

/** The memory after a run, as it would be on the disk. */
const written = ({ breaker, memory: after }: GateDecision, before: Memory | null) =>
  breaker === null ? after : before;

/** Plays turns one after another, and looks at each. */
function play(
  turns: readonly Turn[],
  start: Memory | null,
  look: (found: GateDecision, before: Memory | null, at: Turn, now: Date) => void,
): void {
  let before = start;
  let now = NOW;
  for (const at of turns) {
    now = new Date(now.getTime() + at.minutes * 60_000);
    const rulings = rulingsOf(at);
    const probed = toProbe(rulings, before).map(({ hostname }) => hostname);
    const certified = new Set(at.certified.filter((name) => probed.includes(name)));
    const unseen = new Set(at.unseen.filter((name) => probed.includes(name) && !certified.has(name)));
    const found = run(rulings, { memory: before, certified, unseen, now, force: at.force });
    look(found, before, at, now);
    before = written(found, before);
  }
}

const starts = fc.constantFrom<Memory | null>(
  null,
  memory(),
  memory({ "a.test": entry(), "b.test": entry({ live: false }), "c.test": entry({ live: false }) }, [
    "c.test",
  ]),
);
const turns = fc.array(turn, { minLength: 1, maxLength: 12 });
const check = (look: Parameters<typeof play>[2]) =>
  fc.assert(
    fc.property(turns, starts, (each, start) => play(each, start, look)),
    { numRuns: 300 },
  );

test("off is only what is planned, and what is off has an entry that is not live", () => {
  check(({ memory: after, breaker }, before, { planned }) => {
    if (breaker !== null || after === before) return;
    for (const name of after.off) {
      expect(planned).toContain(name);
      expect(after.hostnames[name]?.live).toBe(false);
    }
    expect(Object.keys(after.hostnames).every((name) => planned.includes(name))).toBe(true);
  });
});

test("the same verdicts again change nothing more, once mismatches are confirmed", () => {
  fc.assert(
    fc.property(turn, starts, (at, start) => {
      let before = start;
      const again = () =>
        run(rulingsOf(at), {
          memory: before,
          certified: new Set(at.certified),
          unseen: new Set(at.unseen),
          now: NOW,
          force: true,
        });
      // One to decide, and those that a live hostname is given until it is off.
      for (let time = 0; time < 4; time++) before = again().memory;
      expect(again()).toMatchObject({ changed: false, disabled: [], enabled: [] });
    }),
    { numRuns: 300 },
  );
});

test("only a mismatch that leads visitors away turns a live hostname off", () => {
  check((found, before, { saids, nodes, unseen }) => {
    for (const name of found.disabled) {
      const index = HOSTS.indexOf(name);
      const known = before?.hostnames[name];
      const wasLive = before === null || (known?.live === true && known.node === nodes[index]);
      const maybeLive = unseen.includes(name) && known?.node === nodes[index];
      if (wasLive || maybeLive) expect(["mismatch:elsewhere", "mismatch:nxdomain"]).toContain(saids[index]);
    }
  });
});

test("unknown changes nothing of what is known", () => {
  check(({ memory: after }, before, { saids, nodes, planned }) => {
    for (const [index, name] of HOSTS.entries()) {
      const known = before?.hostnames[name];
      if (!saids[index]?.startsWith("unknown") || !planned.includes(name) || known?.node !== nodes[index])
        continue;
      expect(after.off.includes(name)).toBe(before?.off.includes(name));
      expect({ ...after.hostnames[name], live: null, switchedOn: [] }).toEqual({
        ...known,
        live: null,
        switchedOn: [],
      });
    }
  });
});

test("a hostname that stays planned is switched on at most twice within any hour", () => {
  fc.assert(
    fc.property(turns, starts, (each, start) => {
      const on = new Map<string, number[]>(HOSTS.map((name) => [name, []]));
      const all = each.map((at) => ({ ...at, planned: HOSTS, minutes: 1 + (at.minutes % 15) }));
      play([...all, ...all], start, (found, _, __, now) => {
        if (found.breaker === null) for (const name of found.enabled) on.get(name)?.push(now.getTime());
      });
      for (const times of on.values())
        for (const [index, time] of times.entries())
          expect(times.slice(index + 1).filter((later) => later - time < 3_600_000).length).toBeLessThan(2);
    }),
    { numRuns: 300 },
  );
});

test("without force, no more than three of ten live hostnames lose TLS, and not all of a node", () => {
  check((found, before, { force, planned, nodes }) => {
    if (force || found.breaker !== null) return;
    const lost = found.disabled.filter((name) => {
      const known = before?.hostnames[name];
      return before === null || (known?.live === true && known.node === nodes[HOSTS.indexOf(name)]);
    });
    expect(lost.length).toBeLessThanOrEqual(Math.max(1, 0.3 * planned.length));
    for (const node of new Set(nodes)) {
      const there = planned.filter((name) => nodes[HOSTS.indexOf(name)] === node);
      if (there.length > 1) expect(there.every((name) => lost.includes(name))).toBe(false);
    }
  });
});
