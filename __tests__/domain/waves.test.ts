import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fleet, Unit } from "../../src/domain/fleet.ts";
import { affectedHosts, emptiedHosts, type Move, movesOf, wavesOf } from "../../src/domain/waves.ts";
import { fleets, type Rollout, rollouts } from "../support/arbitrary-fleet.ts";

const planned = ({ affected, moves, emptied, canaries }: Rollout) =>
  wavesOf(affected, moves, emptied, canaries);

const waveOf = (waves: readonly string[][], host: string) => waves.findIndex((wave) => wave.includes(host));

/** Hosts that must come before a host, by following moves as often as it takes. */
function ancestors(host: string, moves: readonly Move[]): Set<string> {
  const found = new Set<string>();
  const visit = (current: string) => {
    for (const { to } of moves.filter(({ from }) => from === current)) {
      if (!found.has(to)) visit(found.add(to) && to);
    }
  };
  visit(host);
  return found;
}

/** The hosts that must come both before and after a host, and itself. */
function circleOf(host: string, { affected, moves }: Rollout): string[] {
  const before = ancestors(host, moves);
  return affected.filter(
    (other) => other === host || (before.has(other) && ancestors(other, moves).has(host)),
  );
}

function isFree(host: string, rollout: Rollout): boolean {
  const circle = circleOf(host, rollout);
  return [...ancestors(host, rollout.moves)].every((other) => circle.includes(other));
}

describe("wavesOf", () => {
  test("puts every affected host in exactly one wave, and no wave is empty", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const waves = planned(rollout);
        expect(waves.flat().sort()).toEqual([...rollout.affected].sort());
        expect(waves.every((wave) => wave.length > 0)).toBe(true);
      }),
    );
  });

  test("deploys a destination before its source, unless they move in a circle", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const waves = planned(rollout);
        for (const { from, to } of rollout.moves) {
          if (circleOf(from, rollout).includes(to)) expect(waveOf(waves, to)).toBe(waveOf(waves, from));
          else expect(waveOf(waves, to)).toBeLessThan(waveOf(waves, from));
        }
      }),
    );
  });

  test("gives each circle a wave of its own", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const waves = planned(rollout);
        for (const host of rollout.affected) {
          const circle = circleOf(host, rollout);
          if (circle.length > 1)
            expect([...(waves[waveOf(waves, host)] ?? [])].sort()).toEqual(circle.sort());
        }
      }),
    );
  });

  test("deploys emptied hosts after all others, canaries aside", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const waves = planned(rollout);
        const last = rollout.emptied.filter((host) => !rollout.canaries.includes(host));
        const others = rollout.affected.filter((host) => !rollout.emptied.includes(host));
        for (const host of last) {
          for (const other of others) expect(waveOf(waves, other)).toBeLessThan(waveOf(waves, host));
        }
      }),
    );
  });

  test("deploys canaries before all others where no other host must come before them", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const waves = planned(rollout);
        const free = rollout.canaries.filter(
          (host) => rollout.affected.includes(host) && isFree(host, rollout),
        );
        const first = new Set(free.flatMap((host) => circleOf(host, rollout)));
        const others = rollout.affected.filter((host) => !first.has(host));
        for (const host of first) {
          for (const other of others) expect(waveOf(waves, host)).toBeLessThan(waveOf(waves, other));
        }
      }),
    );
  });

  test("does not depend on the order of hosts and moves", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const { affected, moves, emptied, canaries } = rollout;
        const turned = wavesOf(affected.toReversed(), moves.toReversed(), emptied, canaries.toReversed());
        expect(turned).toEqual(planned(rollout));
      }),
    );
  });

  const moves = (...pairs: string[]): Move[] =>
    pairs.map((pair, index) => ({ name: `unit-${index}`, from: pair[0] as string, to: pair[1] as string }));

  test.each<[string, string[], Move[], string[], string[], string[][]]>([
    ["nothing to do", [], [], [], [], []],
    ["hosts that have nothing to do with each other", ["a", "b"], [], [], [], [["a", "b"]]],
    ["a chain of moves", ["a", "b", "c"], moves("ab", "bc"), [], [], [["c"], ["b"], ["a"]]],
    ["a swap", ["a", "b"], moves("ab", "ba"), [], [], [["a", "b"]]],
    ["a swap beside a host of its own", ["a", "b", "c"], moves("ab", "ba"), [], [], [["a", "b"], ["c"]]],
    [
      "a ring that takes from outside",
      ["a", "b", "c", "d"],
      moves("ab", "bc", "ca", "da"),
      [],
      [],
      [["a", "b", "c"], ["d"]],
    ],
    [
      "two rings in a row",
      ["a", "b", "c", "d"],
      moves("ab", "ba", "bc", "cd", "dc"),
      [],
      [],
      [
        ["c", "d"],
        ["a", "b"],
      ],
    ],
    ["an emptied host that moves nothing", ["a", "b"], [], ["a"], [], [["b"], ["a"]]],
    ["a canary", ["a", "b", "c"], [], [], ["b"], [["b"], ["a", "c"]]],
    ["a canary that must wait", ["a", "b"], moves("ab"), [], ["a"], [["b"], ["a"]]],
    ["a canary that is not reached", ["a", "b"], [], [], ["z"], [["a", "b"]]],
  ])("orders %s", (_, affected, moved, emptied, canaries, expected) => {
    expect(wavesOf(affected, moved, emptied, canaries)).toEqual(expected);
  });

  test("orders a long chain one host at a time", () => {
    const hosts = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const chain = hosts.slice(1).map((to, index) => ({ name: to, from: hosts[index] as string, to }));
    expect(wavesOf(hosts, chain, [], [])).toEqual(hosts.toReversed().map((host) => [host]));
  });
});

function fleetOf(...placed: [name: string, host: string][]): Fleet {
  const units = placed.map(([name, host]): [string, Unit] => [
    name,
    { name, host, group: "acme__shop", type: "testing", enabled: true, hostnames: [] },
  ]);
  return {
    subjects: new Map(),
    pins: [],
    units: new Map(units),
    hosts: [...new Set(placed.map(([, host]) => host))],
  };
}

describe("movesOf", () => {
  test("names units on another host, by name, and not those that come or go", () => {
    const base = fleetOf(["shop", "a"], ["blog", "a"], ["gone", "a"], ["stays", "b"]);
    const head = fleetOf(["shop", "b"], ["blog", "c"], ["new", "b"], ["stays", "b"]);
    expect(movesOf(base, head)).toEqual([
      { name: "blog", from: "a", to: "c" },
      { name: "shop", from: "a", to: "b" },
    ]);
  });

  test("gives in one direction the reverse of the other", () => {
    fc.assert(
      fc.property(fleets, fleets, (base, head) => {
        const reversed = movesOf(head, base).map(({ name, from, to }) => ({ name, from: to, to: from }));
        expect(movesOf(base, head)).toEqual(reversed);
      }),
    );
  });
});

test("a host is emptied when it carried units and carries none", () => {
  const base = fleetOf(["shop", "b"], ["blog", "a"], ["wiki", "c"]);
  expect(emptiedHosts(base, fleetOf(["shop", "c"], ["blog", "c"], ["wiki", "c"]))).toEqual(["a", "b"]);
  expect(emptiedHosts(base, fleetOf(["shop", "a"], ["blog", "b"], ["wiki", "c"]))).toEqual([]);
  expect(emptiedHosts(fleetOf(), base)).toEqual([]);
});

describe("affectedHosts", () => {
  const base = fleetOf(["shop", "a"], ["blog", "gone"]);
  const head = { ...fleetOf(["shop", "b"], ["blog", "c"]), hosts: ["a", "b", "c", "d"] };
  const change = (kind: "fleet" | "host" | "unit" | "file", subject: string) => {
    return { id: "", kind, subject, path: "/x", before: 1, after: 2 };
  };
  const nowhere = { file: () => [], pin: () => [] };

  test.each<[string, Parameters<typeof change>, string[]]>([
    ["a host of its own facts", ["host", "d"], ["d"]],
    ["both hosts of a moved unit", ["unit", "shop"], ["a", "b"]],
    ["no host that can't be deployed to any more", ["unit", "blog"], ["c"]],
    ["no host by a fact of the fleet as a whole", ["fleet", "provider"], []],
    ["no host by a file that reaches none", ["file", "x.nix"], []],
  ])("names %s", (_, [kind, subject], expected) => {
    expect(affectedHosts(base, head, [change(kind, subject)], [], nowhere)).toEqual(expected);
  });

  test("names what a changed file and a moved input reach, once and in order", () => {
    const reach = { file: () => ["d", "a"], pin: () => ["a", "elsewhere"] };
    const moved = [{ name: "nixpkgs", before: null, after: null }];
    expect(affectedHosts(base, head, [change("file", "x.nix")], moved, reach)).toEqual(["a", "d"]);
    expect(affectedHosts(base, head, [], moved, { ...reach, pin: () => "all" })).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });
});
