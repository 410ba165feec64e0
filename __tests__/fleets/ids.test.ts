import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Change, changeId, UID_PATH } from "../../src/domain/changes.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { isFailure, parseReport, reportOf } from "../../src/domain/report.ts";
import { planId } from "../../src/domain/review.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { hostenv } from "../../src/fleets/hostenv/kind.ts";
import { sourcesAmong } from "../../src/fleets/hostenv/sources.ts";
import { pairs, type SideSpec, sideOf, sideSpecs, sides, specPairs } from "../support/arbitrary-plan.ts";
import { adding, changing, dropping, pinAt, reviewOf, sideWith } from "../support/plan-builder.ts";

const origin = {
  provider: ".",
  baseCommit: null,
  headCommit: null,
  toolVersion: "0",
  nixVersion: null,
  seconds: 0,
};

const keyOf = ({ kind, subject, path }: Change) => JSON.stringify([kind, subject, path]);
const idsOf = (base: HostenvSide, head: HostenvSide) => reviewOf(base, head).changes.map(({ id }) => id);

// Twice the edits of one pull request: base, after the first, after the second.
const triples = fc
  .tuple(specPairs, specPairs)
  .map(([one, { head: last }]) => ({ a: one.base, b: one.head, c: last }))
  .chain(({ a, b, c }) => fc.constantFrom({ a, b, c }, { a, b, c: a }, { a: c, b, c: a }));

describe("two pull requests that are deployed at once", () => {
  test("keep the ids of their own reviews: one that either of the reports holds stands for each fact", () => {
    fc.assert(
      fc.property(triples, ({ a, b, c }) => {
        const [base, between, head] = [sideOf(a), sideOf(b), sideOf(c)];
        const isThroughout = (name: string) =>
          [base, between, head].every(({ plan }) => Object.hasOwn(plan.environments, name));
        const [first, second, both] = [
          reviewOf(base, between),
          reviewOf(between, head),
          reviewOf(base, head),
        ].map(({ changes }) => {
          // State gives an environment that goes and comes back its uid again; here it gets another one.
          const kept = changes.filter(({ path, subject }) => path !== UID_PATH || isThroughout(subject));
          return new Map(kept.map((change) => [keyOf(change), change.id]));
        });
        const wrong = [
          ...[...(both ?? [])].filter(([key, id]) => (second?.get(key) ?? first?.get(key)) !== id),
          // A fact that only one of them touches is among them; one that both touch may be as it was.
          ...[...(first ?? [])].filter(([key, id]) => !second?.has(key) && both?.get(key) !== id),
          ...[...(second ?? [])].filter(([key, id]) => !first?.has(key) && both?.get(key) !== id),
        ];
        expect(wrong).toEqual([]);
      }),
    );
  });

  test("keep them where they touch different environments, in both orders and beside each other", () => {
    const provider = { environments: [{ name: "shop-main" }, { name: "blog-main" }] };
    const one = (spec: object) => changing(spec, "shop-main", { node: "node-b", hosts: { "s.test": {} } });
    const other = (spec: object) =>
      adding(changing(spec, "blog-main", { enable: false }), { name: "new-main" });
    const base = sideWith(provider);
    const [first, second] = [idsOf(base, sideWith(one(provider))), idsOf(base, sideWith(other(provider)))];
    for (const merged of [one(other(provider)), other(one(provider))]) {
      const ids = idsOf(base, sideWith(merged));
      // An environment that brings or leaves a node brings facts of it, too.
      expect(new Set(ids)).toEqual(new Set([...first, ...second]));
    }
    expect(idsOf(sideWith(one(provider)), sideWith(other(one(provider))))).toEqual(second);
    expect(idsOf(sideWith(other(provider)), sideWith(one(other(provider))))).toEqual(first);
  });

  test("keep them whatever uid the new environment of each is given", () => {
    const provider = { environments: [{ name: "shop-main", uid: 1002 }] };
    const ids = (before: { name: string; uid: number }[], uid: number) =>
      idsOf(
        sideWith({ environments: [...provider.environments, ...before] }),
        sideWith({ environments: [...provider.environments, ...before, { name: "wiki-main", uid }] }),
      );
    const reviewed = ids([], 1003);
    expect(ids([{ name: "api-main", uid: 1003 }], 1004)).toEqual(reviewed);
    expect(ids([{ name: "api-main", uid: 1003 }], 4711)).toEqual(reviewed);
  });
});

describe("the ids of a report", () => {
  test("are those its changes give, and those any reader makes of them again", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const report = reportOf("hostenv", reviewOf(base, head), origin);
        const again = report.changes.map(({ kind, subject, path, after }) =>
          changeId(kind, subject, path, after),
        );
        expect(report.changeIds).toEqual(again);
        const read = parseReport(JSON.parse(JSON.stringify(report)) as JsonValue, "r.json");
        if (isFailure(read)) throw new Error("it is a failure");
        expect(read.changeIds).toEqual(again);
      }),
    );
  });

  test("are each there once, so that one review can't stand for two changes", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const ids = idsOf(base, head);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test("are none only where nothing but pins or the root lock differs", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        fc.pre(planId(hostenv, base) !== planId(hostenv, head));
        const { changes, pinMoves, changed } = reviewOf(base, head);
        const lock = ({ sources }: HostenvSide) => sources.find(({ path }) => path === "flake.lock")?.sha256;
        expect(changed || lock(base) !== lock(head) || onlyUids(base, head)).toBe(true);
        expect(changed).toBe(changes.length + pinMoves.length > 0);
      }),
    );
  });
});

// New environments show themselves, so what is left is nothing.
function onlyUids(base: HostenvSide, head: HostenvSide): boolean {
  const names = ({ plan }: HostenvSide) => Object.keys(plan.environments).join();
  return names(base) !== names(head);
}

describe("a file that changes", () => {
  const at = (sha256: string, path = "flake.nix") =>
    sideWith({}, { sources: [{ path, sha256: sha256.repeat(64) }] });

  test("is one change with the hash after, whatever it was", () => {
    const [from, other] = [idsOf(at("1"), at("3")), idsOf(at("2"), at("3"))];
    expect(from).toEqual([changeId("file", "flake.nix", "/sha256", "3".repeat(64))]);
    expect(other).toEqual(from);
    expect(idsOf(sideWith({}), at("3"))).toEqual(from);
    expect(idsOf(at("3"), sideWith({}))).toEqual([changeId("file", "flake.nix", "/sha256", null)]);
  });

  test("is none where it is the root lock, whose pins are compared one by one", () => {
    const [base, head] = [at("1", "flake.lock"), at("2", "flake.lock")];
    expect(reviewOf(base, head)).toMatchObject({ changed: false, changes: [], affectedHosts: [] });
    expect(planId(hostenv, base)).not.toBe(planId(hostenv, head));
    const moved = { ...head, pins: [pinAt("nixpkgs", "2")] };
    expect(reviewOf({ ...base, pins: [pinAt("nixpkgs", "1")] }, moved).changed).toBe(true);
    expect(idsOf(at("1", "nodes/flake.lock"), at("2", "nodes/flake.lock"))).toHaveLength(1);
  });
});

describe("the plan id", () => {
  const idOf = (spec: SideSpec) => planId(hostenv, sideOf(spec));

  test("is the same where a side is written and read again", () => {
    fc.assert(
      fc.property(sides, (side) => {
        expect(planId(hostenv, JSON.parse(JSON.stringify(side)) as HostenvSide)).toBe(planId(hostenv, side));
      }),
    );
  });

  test("is the same whatever is reserved, edited, released, or where nodes' files are", () => {
    fc.assert(
      fc.property(sides, (side) => {
        const others = {
          reserved: new Set<string>(),
          edited: ["generated/plan.json"],
          pruned: ["gone-main"],
          nodesFolder: "hosts",
        };
        expect(planId(hostenv, { ...side, ...others })).toBe(planId(hostenv, side));
      }),
    );
  });

  test("differs after one change of anything that is built, and is back when it is undone", () => {
    fc.assert(
      fc.property(sideSpecs, fc.nat(), (spec, at) => {
        fc.pre(spec.environments.length > 0);
        const { name } = spec.environments[at % spec.environments.length] as { name: string };
        const changed = (edit: object) => changing(spec, name, edit) as SideSpec;
        const others = [
          spec,
          changed({ uid: 4711 }),
          changed({ node: "node-x" }),
          changed({ type: "other" }),
          changed({ hosts: { "other.test": {} } }),
          changed({ migrations: ["other-migrate"] }),
          changed({ users: { zoe: ["ssh-ed25519 AAAA zoe"] } }),
          dropping(spec, name) as SideSpec,
          adding(spec, { name: "zz-main", uid: 9000 }) as SideSpec,
          { ...spec, provider: { ...spec.provider, domain: "other.test" } },
          { ...spec, provider: { ...spec.provider, deployKeys: ["ssh-ed25519 AAAA other"] } },
          { ...spec, pins: [...spec.pins, pinAt("zz", "1")] },
          { ...spec, sources: [...spec.sources, { path: "zz.nix", sha256: "3".repeat(64) }] },
        ];
        expect(new Set(others.map(idOf)).size).toBe(others.length);
        expect(
          idOf(
            changing(
              changed({ node: "node-x" }),
              name,
              spec.environments.find((each) => each.name === name) ?? {},
            ) as SideSpec,
          ),
        ).toBe(idOf(spec));
      }),
      { numRuns: 40 },
    );
  });

  test("tells a pin from a source of the same name, and a name from a value", () => {
    const side = (rest: Partial<HostenvSide>) => planId(hostenv, sideWith({}, rest));
    const ids = [
      side({}),
      side({ pins: [{ name: "a", url: "b", rev: null, narHash: null }] }),
      side({ pins: [{ name: "b", url: "a", rev: null, narHash: null }] }),
      side({ pins: [{ name: "a", url: "b", rev: "c", narHash: null }] }),
      side({ pins: [{ name: "a", url: "b", rev: null, narHash: "c" }] }),
      side({ sources: [{ path: "a", sha256: "b" }] }),
      side({ sources: [{ path: "b", sha256: "a" }] }),
      side({ sources: [{ path: "c", sha256: "b" }] }),
      side({
        sources: [
          { path: "a", sha256: "b" },
          { path: "c", sha256: "b" },
        ],
      }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has no file of the snapshot, documentation, workflows or tests in it", () => {
    const folders = { nodes: "nodes", secrets: "secrets" };
    const kept = ["flake.nix", "flake.lock", "nodes/node-a/x.txt", "secrets/secrets.yaml", "a/b.nix"];
    const left = [
      ...["plan.json", "state.json", "dns-gate.json", "manifest.json", "flake.nix", "flake.lock"].map(
        (name) => `generated/${name}`,
      ),
      ...[".github/x.nix", "tests/x.nix", "README.md", "nodes/node-a/README.md", "a/flake.lock", "LICENSE"],
    ];
    expect(sourcesAmong([...kept, ...left], folders, "generated")).toEqual(kept);
  });
});

test("what is released is one finding that names all of it, beside any edit", () => {
  const names = Array.from({ length: 9 }, (_, index) => `gone-e${index}`);
  const side = sideWith({ environments: [{ name: "shop-main" }] });
  const found = reviewOf(side, { ...side, pruned: names, edited: ["generated/plan.json"] });
  expect(
    found.findings.map(({ rule, severity, subject, message }) => [rule, severity, subject, message]),
  ).toEqual([
    ["snapshot-edited", "warn", "generated/plan.json", expect.anything()],
    ["state-pruned", "info", "state.json", `this branch releases what is reserved for ${names.join(", ")}`],
  ]);
  expect(found).toMatchObject({ changed: false, changes: [], affectedHosts: [] });
  expect(reviewOf(side, { ...side, pruned: [] }).findings).toEqual([]);
  const values = found.findings[1]?.parts.filter((_, index) => index % 2 === 1);
  expect(values).toEqual(names);
});
