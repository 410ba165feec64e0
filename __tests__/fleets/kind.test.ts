import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changeId, compare } from "../../src/domain/changes.ts";
import { byBytes, canonical, isObject, type JsonObject, type JsonValue } from "../../src/domain/json.ts";
import { reportOf, reportSchema } from "../../src/domain/report.ts";
import { planId, type Review } from "../../src/domain/review.ts";
import { RULES } from "../../src/domain/rules.ts";
import { emptySide, fleetOf, type HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { hostenv } from "../../src/fleets/hostenv/kind.ts";
import type { Plan } from "../../src/fleets/hostenv/schema.ts";
import { pairs, sideOf, sides, specPairs } from "../support/arbitrary-plan.ts";
import { type ProviderSpec, pinAt, reviewOf, sideWith } from "../support/plan-builder.ts";

/** What a review says, as text in which the order of keys plays no part. */
const told = (found: Review) => canonical(found as unknown as JsonValue);

const editedPlan = (side: HostenvSide, edit: (plan: JsonObject) => JsonValue): HostenvSide => ({
  ...side,
  plan: edit(side.plan as JsonObject) as Plan,
});

/** The same value with the keys of every object in an order drawn from a seed. */
function shuffled(value: JsonValue, seed: number): JsonValue {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
  if (!isObject(value)) return value;
  const place = (key: string) => createHash("md5").update(`${seed}${key}`).digest("hex");
  return Object.fromEntries(
    Object.keys(value)
      .sort((left, right) => byBytes(place(left), place(right)))
      .map((key) => [key, shuffled(value[key] as JsonValue, seed)]),
  );
}

type Path = readonly string[];

function leaves(value: JsonValue, path: Path = []): Path[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

/** A copy of the tree with another value at a path, or with nothing there. */
function withValue(tree: JsonValue, [step, ...rest]: Path, value: JsonValue | undefined): JsonValue {
  if (step === undefined) return value as JsonValue;
  const { [step]: child, ...others } = tree as JsonObject;
  if (rest.length === 0 && value === undefined) return others;
  return { ...others, [step]: withValue(child as JsonValue, rest, value) };
}

// Without these a plan is none, and empty ones hold no value.
const isContainer = ([first, ...rest]: Path) =>
  rest.length === 0 && /^(environments|nodes|nodeConnections|nodeRemoteBuild)$/.test(first as string);

/** A side and the path of one value in its plan, other than a previousNode. */
const places = fc.tuple(sides, fc.nat()).map(([side, place]) => {
  const paths = leaves(side.plan as JsonObject).filter(
    (path) => !isContainer(path) && path[2] !== "previousNode",
  );
  return { side, path: paths[place % paths.length] as Path };
});

function valueAt(tree: JsonValue, path: Path): JsonValue {
  return path.reduce<JsonValue>((value, step) => (value as JsonObject)[step] as JsonValue, tree);
}

function withPreviousNodes(side: HostenvSide): HostenvSide {
  return editedPlan(side, (plan) => {
    const environments = Object.entries(plan.environments as JsonObject);
    const moved = environments.map(([name, each]) => [
      name,
      { ...(each as JsonObject), previousNode: "gone" },
    ]);
    return { ...plan, environments: Object.fromEntries(moved) };
  });
}

describe("a fleet against itself", () => {
  test("gives no change, no finding, no host to reach and no wave", () => {
    fc.assert(
      fc.property(sides, (side) => {
        const { changed, changes, pinMoves, findings, affectedHosts, waves, units } = reviewOf(
          side,
          structuredClone(side),
        );
        expect(changed).toBe(false);
        expect([changes, pinMoves, findings, affectedHosts, waves]).toEqual([[], [], [], [], []]);
        expect(units).toEqual({ added: [], removed: [], changed: [], moved: [] });
      }),
    );
  });
});

describe("a change", () => {
  test("undone is its mirror", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const [there, back] = [reviewOf(base, head), reviewOf(head, base)];
        const turned = back.changes.map(({ kind, subject, path, before, after }) => {
          return {
            id: changeId(kind, subject, path, before),
            kind,
            subject,
            path,
            before: after,
            after: before,
          };
        });
        expect(canonical(there.changes as never)).toBe(canonical(turned as never));
        expect(there.pinMoves).toEqual(
          back.pinMoves.map(({ name, before, after }) => ({ name, before: after, after: before })),
        );
        expect(there.units).toEqual({
          added: back.units.removed,
          removed: back.units.added,
          changed: back.units.changed,
          moved: back.units.moved.map(({ name, from, to }) => ({ name, from: to, to: from })),
        });
      }),
    );
  });

  test("does not depend on the order of keys on either side", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), fc.nat(), ({ base, head }, one, other) => {
        const inOrder = (side: HostenvSide, seed: number) => editedPlan(side, (plan) => shuffled(plan, seed));
        expect(told(reviewOf(inOrder(base, one), inOrder(head, other)))).toBe(told(reviewOf(base, head)));
      }),
    );
  });

  test("does not depend on the order of pins and source files", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const turned = (side: HostenvSide) => {
          return { ...side, pins: side.pins.toReversed(), sources: side.sources.toReversed() };
        };
        expect(told(reviewOf(turned(base), turned(head)))).toBe(told(reviewOf(base, head)));
      }),
    );
  });

  test("is none where an environment only gets another new uid", () => {
    fc.assert(
      fc.property(specPairs, fc.integer({ min: 3000, max: 60_000 }), ({ base, head }, first) => {
        const known = new Set(base.environments.map(({ name }) => name));
        const environments = head.environments.map((each, index) =>
          known.has(each.name) ? each : { ...each, uid: first + index },
        );
        const renumbered = reviewOf(sideOf(base), sideOf({ ...head, environments }));
        const { planId: _, ...found } = renumbered;
        const { planId: __, ...expected } = reviewOf(sideOf(base), sideOf(head));
        expect(told(found as Review)).toBe(told(expected as Review));
      }),
    );
  });

  test("is none where uids differ that nothing has reserved yet", () => {
    fc.assert(
      fc.property(specPairs, ({ base: spec }) => {
        const environments = spec.environments.map((each) => ({ ...each, uid: each.uid + 100 }));
        const reserved = new Set<string>();
        const base = { ...sideOf(spec), reserved };
        const head = { ...sideOf({ ...spec, environments }), reserved };
        expect(reviewOf(base, head).changed).toBe(false);
      }),
    );
  });

  test("is none where only a previousNode differs, and neither is another plan", () => {
    fc.assert(
      fc.property(sides, (side) => {
        const found = reviewOf(side, withPreviousNodes(side));
        expect(found.changed).toBe(false);
        expect(found.planId).toBe(planId(hostenv, side));
      }),
    );
  });

  test("is seen wherever in the plan it is", () => {
    fc.assert(
      fc.property(places, ({ side, path }) => {
        const head = editedPlan(side, (plan) => withValue(plan, path, "something else"));
        expect(compare(fleetOf(side), fleetOf(head))).not.toEqual([]);
      }),
    );
  });

  test("is seen where a value goes, unless it was null", () => {
    fc.assert(
      fc.property(places, ({ side, path }) => {
        const value = valueAt(side.plan as JsonObject, path);
        // An empty set of users or virtual hosts says no more than none.
        fc.pre(canonical(value) !== "{}");
        const head = editedPlan(side, (plan) => withValue(plan, path, undefined));
        expect(compare(fleetOf(side), fleetOf(head)).length > 0).toBe(value !== null);
      }),
    );
  });

  test("makes a report that keeps its schema", () => {
    const origin = { provider: ".", baseCommit: null, headCommit: null, toolVersion: "0", nixVersion: null };
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const report = reportOf("hostenv", reviewOf(base, head), { ...origin, seconds: 0 });
        expect(reportSchema.safeParse(report).error).toBeUndefined();
      }),
    );
  });
});

describe("the plan id", () => {
  test("changes with every value of the plan", () => {
    fc.assert(
      fc.property(places, ({ side, path }) => {
        const head = editedPlan(side, (plan) => withValue(plan, path, "something else"));
        expect(planId(hostenv, head)).not.toBe(planId(hostenv, side));
      }),
    );
  });

  test("changes with every pin and every source file", () => {
    fc.assert(
      fc.property(sides, fc.nat(), (side, place) => {
        const at = <T>(list: readonly T[], change: object) =>
          list.map((item, index) => (index === place % list.length ? { ...item, ...change } : item));
        const others = [
          ...[{ name: "x" }, { url: "x" }, { rev: null }, { narHash: null }].map((change) => {
            return { ...side, pins: at(side.pins, change) };
          }),
          ...[{ path: "x" }, { sha256: "x" }].map((change) => ({
            ...side,
            sources: at(side.sources, change),
          })),
          { ...side, pins: side.pins.slice(1) },
          { ...side, sources: side.sources.slice(1) },
        ];
        const ids = [side, ...others].map((each) => planId(hostenv, each));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe("a deploy", () => {
  test("reaches the host of every changed host and unit it can still reach", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const { changes, affectedHosts } = reviewOf(base, head);
        const hostsOf = (name: string) =>
          [base, head].flatMap(({ plan }) => plan.environments[name]?.node ?? []);
        const wanted = changes.flatMap(({ kind, subject }) =>
          kind === "unit" ? hostsOf(subject) : kind === "host" ? [subject] : [],
        );
        const known = Object.keys(head.plan.nodeConnections);
        expect(affectedHosts).toEqual(expect.arrayContaining(wanted.filter((host) => known.includes(host))));
        expect(affectedHosts).toEqual(known.filter((host) => affectedHosts.includes(host)).sort(byBytes));
      }),
    );
  });

  test("puts each affected host in one wave, and an emptied one after all others, canaries aside", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const { waves, affectedHosts } = reviewOf(base, head);
        expect(waves.flat().sort(byBytes)).toEqual(affectedHosts);
        const isEmptied = (node: string) =>
          Object.hasOwn(base.plan.nodes, node) && !Object.hasOwn(head.plan.nodes, node);
        const canaries = head.plan.policy?.canary ?? [];
        const firstEmptied = waves.findIndex((wave) =>
          wave.some((node) => isEmptied(node) && !canaries.includes(node)),
        );
        if (firstEmptied >= 0) expect(waves.slice(firstEmptied).flat().every(isEmptied)).toBe(true);
      }),
    );
  });

  test("brings an environment to its new node before it leaves the old one, circles aside", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const { waves, units } = reviewOf(base, head);
        const waveOf = (host: string) => waves.findIndex((wave) => wave.includes(host));
        for (const { from, to } of units.moved) {
          const shared = waves[waveOf(from)]?.includes(to);
          expect(shared || waveOf(to) < waveOf(from)).toBe(true);
          if (shared) expect(units.moved.some((move) => move.to === from)).toBe(true);
        }
      }),
    );
  });
});

test("findings are sorted most dangerous first", () => {
  fc.assert(
    fc.property(pairs, fc.boolean(), ({ base, head }, allowed) => {
      const { findings } = reviewOf(base, head, { allow: allowed ? ["uid-changed"] : [] });
      const order = ["block", "allowed", "warn", "info"];
      const places = findings.map((found) => order.indexOf(found.allowed ? "allowed" : found.severity));
      expect(places).toEqual(places.toSorted());
    }),
  );
});

describe("a secret in a plan", () => {
  const secret = "correct horse battery staple";
  const holders: [string, JsonObject][] = [
    ["by its key", { password: secret }],
    ["below other keys", { database: { apiToken: secret } }],
    ["in a list of objects", { databases: [{ port: 1 }, { name: "main", secret }] }],
    ["by its form", { url: `https://user:${secret.replaceAll(" ", "")}@example.test/` }],
    ["by its form in a list", { lines: ["x", `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}`] }],
  ];
  const spots: Path[] = [
    ["environments", "shop-main", "settings"],
    ["environments", "shop-main", "virtualHosts", "shop-main.hosting.test", "settings"],
    ["nodes", "node-a", "settings"],
    ["nodes", "node-a", "services", "nginx", "virtualHosts", "shop-main.hosting.test", "settings"],
    ["nodes", "node-a", "users", "users", "shop-main", "settings"],
    ["nodeConnections", "node-a", "settings"],
    ["settings"],
  ];
  const clean = sideWith({ environments: [{ name: "shop-main" }] });

  test.each(holders)("never stands in a review, told %s", (_, holder) => {
    for (const spot of spots) {
      const tainted = editedPlan(clean, (plan) => withValue(plan, spot, { ...holder, port: 1 }));
      const changed = editedPlan(tainted, (plan) => withValue(plan, [...spot, "port"], 2));
      const rotated = JSON.parse(JSON.stringify(tainted).replaceAll("correct", "incorrect")) as HostenvSide;
      for (const [base, head] of [
        [clean, tainted],
        [tainted, clean],
        [tainted, changed],
        [tainted, rotated],
      ] as const) {
        const found = reviewOf(base, head);
        expect(JSON.stringify(found).replaceAll(" ", "")).not.toMatch(/correcthorse/);
        const isInHead = head !== clean;
        expect(found.findings.filter(({ rule }) => rule === "secret-in-plan").length).toBe(isInHead ? 1 : 0);
      }
    }
  });
});

test("every rule that has a finder fires in a change that does everything at once", () => {
  const key = (letter: string) => `ssh-ed25519 ${"AAAA".padEnd(20, letter)} ${letter}`;
  const before: ProviderSpec = {
    environments: [
      { name: "moves-1", type: "production", users: { alice: [key("x")] } },
      {
        name: "moves-2",
        type: "production",
        migrations: ["db"],
        hosts: { "goes.test": {}, "taken.test": {} },
      },
      { name: "gone-main", node: "node-b" },
      { name: "stays-1", node: "node-c", hosts: { "tls.test": {}, "hsts.test": {} } },
      { name: "stays-2", node: "node-c", enable: false },
    ],
    signingKeys: ["cache-1:a="],
    spareNodes: ["node-b"],
    policy: {
      freeze: [
        { types: ["development"], from: "2025-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z", reason: "x" },
      ],
    },
  };
  const after: ProviderSpec = {
    ...before,
    environments: [
      { name: "moves-1", type: "production", node: "node-c", users: { bob: [key("y")] }, uid: 1900 },
      {
        name: "moves-2",
        type: "production",
        node: "node-c",
        migrations: ["db"],
        hosts: { "comes.test": {} },
        enable: false,
      },
      { name: "new-main", node: "node-d", uid: 1901, hosts: { "taken.test": {} } },
      {
        name: "stays-1",
        node: "node-c",
        uid: 1005,
        hosts: { "tls.test": { tls: false }, "hsts.test": { hsts: false } },
        checks: [1],
      },
      { name: "stays-2", node: "node-c", uid: 1006, hostenv: { password: "hunter2" } },
    ],
    deployKeys: [key("z")],
    signingKeys: ["cache-2:b="],
    ports: { "node-c": [8080] },
    limits: { acme__stays: { MemoryMax: "1G" } },
    acme: { acceptTerms: false },
  };
  const found = reviewOf(
    sideWith(before, { pins: [pinAt("nixpkgs", "1"), pinAt("acme__stays", "1")] }),
    sideWith(after, { pins: [pinAt("nixpkgs", "2"), pinAt("acme__stays", "2")] }),
  );
  const withoutFinder = ["snapshot-edited", "state-pruned"];
  const expected = Object.keys(RULES).filter((rule) => !withoutFinder.includes(rule));
  expect([...new Set(found.findings.map(({ rule }) => rule))].sort()).toEqual(expected.sort());
});

test("a first plan shows every environment as added and waits for no other host", () => {
  fc.assert(
    fc.property(sides, (side) => {
      const { units, findings, waves } = reviewOf(
        { ...emptySide, pins: side.pins, sources: side.sources },
        side,
      );
      expect(units.added).toEqual(Object.keys(side.plan.environments).sort(byBytes));
      expect(findings.map(({ rule }) => rule).filter((rule) => rule !== "ssh-key-added")).toEqual(
        units.added.map(() => "environment-added"),
      );
      expect(waves.flat().sort(byBytes)).toEqual(Object.keys(side.plan.nodeConnections).sort(byBytes));
    }),
  );
});
