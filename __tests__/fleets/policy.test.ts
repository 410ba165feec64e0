import { describe, expect, test } from "@jest/globals";
import { blocks } from "../../src/domain/findings.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { emptySide } from "../../src/fleets/hostenv/facts.ts";
import {
  changing,
  dropping,
  findingLines,
  type ProviderSpec,
  pinAt,
  reviewOf,
  sideWith,
} from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a", hosts: { "shop.test": {} } },
    { name: "shop-next", type: "testing", node: "node-b", hosts: { "next.test": {} } },
    { name: "sky-main", type: "production", node: "node-c", project: "Blue_Sky-Ltd__Catalogue-Service" },
  ],
};

const ruled = (policy: JsonObject) => ({ ...shop, policy });

describe("frozen", () => {
  const window = {
    types: ["production", "testing"],
    from: "2025-12-24T00:00:00+01:00",
    until: "2026-01-02T00:00:00Z",
    reason: "Christmas <3",
  };
  const at = (now: string, name = "shop-main", freeze: JsonObject = window) => {
    const base = ruled({ freeze: [freeze] });
    const found = reviewOf(sideWith(base), sideWith(changing(base, name, { migrations: ["x-migrate"] })), {
      now: new Date(now),
    });
    return findingLines(found);
  };
  const line =
    "block frozen production,testing: deploys of production, testing are frozen until 2026-01-02T00:00:00Z: Christmas <3";

  test.each([
    ["before it begins", "2025-12-23T22:59:59.999Z", []],
    ["when it begins", "2025-12-23T23:00:00Z", [line]],
    ["within", "2025-12-31T12:00:00Z", [line]],
    ["just before it ends", "2026-01-01T23:59:59.999Z", [line]],
    ["when it ends", "2026-01-02T00:00:00Z", []],
  ])("blocks inside its window, from its begin until before its end: %s", (_, now, expected) => {
    expect(at(now)).toEqual(expected);
  });

  test("concerns only nodes a deploy reaches that carry one of its types", () => {
    const testing = { ...window, types: ["testing"] };
    expect(at("2025-12-31T12:00:00Z", "shop-next", testing)).toHaveLength(1);
    expect(at("2025-12-31T12:00:00Z", "shop-main", testing)).toEqual([]);
  });

  test("concerns a node that loses its last environment of the type", () => {
    const base = sideWith(ruled({ freeze: [window] }));
    const head = sideWith({ ...dropping(ruled({ freeze: [window] }), "shop-main"), spareNodes: ["node-a"] });
    const { findings } = reviewOf(base, head, { now: new Date("2025-12-31T12:00:00Z") });
    expect(findings.map(({ rule }) => rule)).toContain("frozen");
  });

  test("is not said where nothing is deployed", () => {
    const side = sideWith(ruled({ freeze: [window] }));
    const found = reviewOf(side, structuredClone(side), { now: new Date("2025-12-31T12:00:00Z") });
    expect(found.findings).toEqual([]);
  });
});

describe("severities", () => {
  const head = changing(dropping(shop, "sky-main"), "shop-main", { uid: 1900, hosts: {} });
  const judged = (severities: JsonObject) => {
    const { findings } = reviewOf(
      sideWith(ruled({ severities })),
      sideWith({ ...head, policy: { severities } }),
    );
    return findings.map(({ rule, subject, severity }) => `${severity} ${rule} ${subject}`).sort();
  };
  const usual = [
    "block environment-removed sky-main",
    "block hostname-removed shop.test",
    "block uid-changed shop-main",
    "warn node-emptied node-c",
  ];
  const instead = (line: string, other: string | null) =>
    [...usual.filter((each) => each !== line), ...(other === null ? [] : [other])].sort();

  test.each<[string, JsonObject, string[]]>([
    ["none", {}, usual],
    [
      "an environment's",
      { "shop-main": { "uid-changed": "warn" } },
      instead("block uid-changed shop-main", "warn uid-changed shop-main"),
    ],
    [
      "an environment's off",
      { "shop-main": { "uid-changed": "off" } },
      instead("block uid-changed shop-main", null),
    ],
    ["another environment's", { "shop-next": { "uid-changed": "off", "hostname-removed": "off" } }, usual],
    ["another rule's", { "shop-main": { "mass-move": "off" } }, usual],
    [
      "the owner's of a hostname",
      { "shop-main": { "hostname-removed": "info" } },
      instead("block hostname-removed shop.test", "info hostname-removed shop.test"),
    ],
    [
      "a project's",
      { acme__shop: { "hostname-removed": "off" } },
      instead("block hostname-removed shop.test", null),
    ],
    [
      "a project's, as its input is named",
      { "Blue_Sky-Ltd__Catalogue-Service": { "environment-removed": "warn" } },
      instead("block environment-removed sky-main", "warn environment-removed sky-main"),
    ],
    ["another project's", { acme__blog: { "uid-changed": "off", "environment-removed": "off" } }, usual],
    [
      "an environment's before its project's",
      { acme__shop: { "uid-changed": "off" }, "shop-main": { "uid-changed": "info" } },
      instead("block uid-changed shop-main", "info uid-changed shop-main"),
    ],
    [
      "a project's where the environment's says nothing of the rule",
      { acme__shop: { "uid-changed": "off" }, "shop-main": { "mass-move": "info" } },
      instead("block uid-changed shop-main", null),
    ],
  ])("are %s", (_, severities, expected) => {
    expect(judged(severities)).toEqual(expected);
  });

  test("may make information block", () => {
    const base = ruled({ severities: { "shop-next": { "hostname-added": "block" } } });
    const more = changing(base, "shop-next", { hosts: { "next.test": {}, "more.test": {} } });
    const { findings } = reviewOf(sideWith(base), sideWith(more));
    expect(findings.map((found) => [found.rule, blocks(found)])).toEqual([["hostname-added", true]]);
  });

  test("are the old owner's for a hostname that is taken over", () => {
    const taken = (owner: string) => {
      const base = ruled({ severities: { [owner]: { "hostname-taken-over": "off" } } });
      const given = changing(changing(base, "shop-main", { hosts: {} }), "shop-next", {
        hosts: { "next.test": {}, "shop.test": {} },
      });
      return reviewOf(sideWith(base), sideWith(given)).findings.map(({ rule }) => rule);
    };
    expect(taken("shop-main")).toEqual([]);
    expect(taken("shop-next")).toEqual(["hostname-taken-over"]);
  });

  test("of a project judge its revision", () => {
    const base = ruled({ severities: { acme__shop: { "revision-changed": "block" } } });
    const at = (digit: string) => sideWith(base, { pins: [pinAt("acme__shop", digit)] });
    expect(reviewOf(at("1"), at("2")).findings.map(({ severity }) => severity)).toEqual(["block"]);
  });
});

describe("the policy that judges", () => {
  const off = { severities: { "shop-main": { "uid-changed": "off" } } };
  const renumbered = (policy: JsonObject) => sideWith(changing(ruled(policy), "shop-main", { uid: 1900 }));
  const rules = (base: JsonObject, head: JsonObject) =>
    reviewOf(sideWith(ruled(base)), renumbered(head)).findings.map(({ rule }) => rule);

  test("is the base's, not the one a pull request brings", () => {
    expect(rules({}, off)).toEqual(["uid-changed"]);
    expect(rules(off, {})).toEqual([]);
  });

  test("freezes no deploy by the head's window, and none the less by the base's", () => {
    const freeze = [
      { types: ["production"], from: "2025-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z", reason: "x" },
    ];
    expect(rules({}, { freeze })).toEqual(["uid-changed"]);
    expect(rules({ freeze }, {})).toEqual(["uid-changed", "frozen"]);
  });

  test("is the head's own in a first plan", () => {
    const quiet = ruled({ severities: { "shop-main": { "environment-added": "off" } } });
    const { findings } = reviewOf({ ...emptySide }, sideWith(quiet));
    expect(findings.map(({ subject }) => subject)).toEqual(["shop-next", "sky-main"]);
  });
});

describe("--allow", () => {
  const head = changing(changing(shop, "shop-main", { uid: 1900 }), "sky-main", { uid: 1901 });
  const allowed = (...allow: string[]) => {
    const { findings } = reviewOf(sideWith(shop), sideWith(head), { allow });
    return findings.map((found) => [found.subject, found.allowed]);
  };

  test.each<[string, string[], [string, boolean][]]>([
    [
      "a rule",
      ["uid-changed"],
      [
        ["shop-main", true],
        ["sky-main", true],
      ],
    ],
    [
      "a rule for one subject",
      ["uid-changed:sky-main"],
      [
        ["shop-main", false],
        ["sky-main", true],
      ],
    ],
    [
      "another rule",
      ["mass-move"],
      [
        ["shop-main", false],
        ["sky-main", false],
      ],
    ],
    [
      "a rule for a subject that is not there",
      ["uid-changed:shop"],
      [
        ["shop-main", false],
        ["sky-main", false],
      ],
    ],
    [
      "each subject",
      ["uid-changed:sky-main", "uid-changed:shop-main"],
      [
        ["shop-main", true],
        ["sky-main", true],
      ],
    ],
  ])("of %s allows what it names and nothing else", (_, allow, expected) => {
    expect(allowed(...allow)).toEqual(expected);
  });

  test("leaves the severity as it is and sorts what still blocks first", () => {
    const { findings } = reviewOf(sideWith(shop), sideWith(head), { allow: ["uid-changed:shop-main"] });
    expect(findings.map(({ severity, subject }) => [severity, subject])).toEqual([
      ["block", "sky-main"],
      ["block", "shop-main"],
    ]);
  });
});
