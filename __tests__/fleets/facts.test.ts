import { describe, expect, test } from "@jest/globals";
import { factsOf, type Subject } from "../../src/domain/fleet.ts";
import { canonical, type JsonObject } from "../../src/domain/json.ts";
import { fleetOf, hostsOf } from "../../src/fleets/hostenv/facts.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { planWith, sideWith } from "../support/plan-builder.ts";
import { FIXTURES, fixtureJson, fixtureSide } from "./fixtures.ts";

const subjectOf = (fleet: ReturnType<typeof fleetOf>, key: string) => fleet.subjects.get(key) as Subject;
const factsAt = (fleet: ReturnType<typeof fleetOf>, key: string) => factsOf(subjectOf(fleet, key).data);

describe("the plans of these tests", () => {
  test("are as the planner writes them", () => {
    const { _description, ...expected } = fixtureJson("basic/expected/plan.json");
    const alice = { alice: expected.environments["shop-main-4f7240c"].authorizedKeys };
    const named = (name: string, hash: string, safe = name) => {
      return { environmentName: name, gitRef: name, safeEnvironmentName: safe, projectNameHash: hash };
    };
    const hashOf = (name: string) => expected.environments[name].hostenv.projectNameHash;
    const made = planWith({
      environments: [
        {
          name: "blog-main-4155301",
          type: "production",
          hosts: { "blog.acme.test": {} },
          checks: expected.environments["blog-main-4155301"].deploymentVerification.checks,
          hostenv: named("main", hashOf("blog-main-4155301")),
        },
        {
          name: "shop-basket-2-4a67581",
          node: "node-b",
          users: alice,
          hostenv: named("feature/basket-2", hashOf("shop-basket-2-4a67581"), "feature-basket-2"),
        },
        {
          name: "shop-main-4f7240c",
          type: "production",
          users: alice,
          hosts: { "shop.acme.test": {}, "www.shop.acme.test": { redirect: "shop.acme.test" } },
          hostenv: named("main", hashOf("shop-main-4f7240c")),
        },
        {
          name: "shop-staging-8d6b1ec",
          type: "testing",
          node: "node-b",
          users: alice,
          hostenv: named("staging", hashOf("shop-staging-8d6b1ec")),
        },
      ],
    });
    expect(made).toEqual(expected);
  });
});

describe("fleetOf", () => {
  test.each(FIXTURES)("reads every environment and node of a real plan: %s", (name) => {
    const { plan } = fixtureSide(name);
    const fleet = fleetOf(fixtureSide(name));
    expect([...fleet.units.keys()].sort()).toEqual(Object.keys(plan.environments).sort());
    expect(fleet.hosts).toEqual(Object.keys(plan.nodeConnections).sort());
    for (const [unit, environment] of Object.entries(plan.environments)) {
      expect(fleet.units.get(unit)).toMatchObject({
        host: environment.node,
        type: environment.type,
        enabled: environment.enable,
        hostnames: Object.keys(environment.virtualHosts).sort(),
      });
    }
  });

  test.each(FIXTURES)("keeps what belongs to an environment out of its node's facts: %s", (name) => {
    const fleet = fleetOf(fixtureSide(name));
    for (const host of fleet.hosts) {
      const text = canonical(subjectOf(fleet, `host:${host}`).data);
      for (const [unit, { hostnames }] of fleet.units) {
        for (const word of [unit, ...hostnames]) expect(text).not.toContain(`"${word}`);
      }
    }
  });

  test("shows an environment's part of its node's configuration with the environment", () => {
    const paths = [...factsAt(fleetOf(fixtureSide("basic")), "unit:shop-main-4f7240c").keys()];
    const places = new Set(
      paths.filter((path) => path.startsWith("/nixos/")).map((path) => path.split("/")[2]),
    );
    expect([...places].sort()).toEqual(["group", "service", "upstream", "user", "virtualHosts"]);
  });

  test("shows a uid once, and the environment's name where NixOS needs the uid", () => {
    const facts = factsAt(fleetOf(fixtureSide("basic")), "unit:shop-main-4f7240c");
    expect(facts.get("/uid")).toBe(1004);
    expect(facts.get("/nixos/user/shop-main-4f7240c/uid")).toBe("shop-main-4f7240c");
    expect(facts.get("/nixos/group/shop-main-4f7240c/gid")).toBe("shop-main-4f7240c");
    expect(facts.get("/nixos/service/user@/serviceConfig/Slice")).toBe(
      "user-acme-shop-shop-main-4f7240c.slice",
    );
    expect(canonical([...facts.values()]).match(/1004/g)).toHaveLength(1);
  });

  test("shows a user whose uid is not its environment's", () => {
    const { plan } = fixtureSide("basic");
    const text = JSON.stringify(plan).replace('"uid":1004,"users"', '"uid":1099,"users"');
    const off = { ...fixtureSide("basic"), plan: parsePlan(JSON.parse(text), "x") };
    const facts = factsAt(fleetOf(off), "unit:shop-main-4f7240c");
    expect([facts.get("/uid"), facts.get("/nixos/user/shop-main-4f7240c/uid")]).toEqual([1099, 1004]);
  });

  test("counts a node that is only known, and one that only has a configuration", () => {
    const plan = planWith({ environments: [{ name: "shop-main" }], spareNodes: ["node-z"] });
    expect(hostsOf(plan)).toEqual(["node-a", "node-z"]);
    const { "node-a": _, ...others } = plan.nodeConnections;
    expect(hostsOf({ ...plan, nodeConnections: others })).toEqual(["node-a", "node-z"]);
  });

  test("gives a node without configuration no NixOS facts", () => {
    const fleet = fleetOf(sideWith({ spareNodes: ["node-z"], remoteBuild: { "node-z": true } }));
    expect(subjectOf(fleet, "host:node-z").data).toEqual({
      connection: { hostname: "node-z.hosting.test", sshOpts: [] },
      remoteBuild: true,
    });
  });

  test("shows what is neither a node's nor an environment's with the fleet", () => {
    const fleet = fleetOf(sideWith({ cloudflare: true, policy: { canary: ["node-a"] } }));
    expect([...factsAt(fleet, "fleet:provider").keys()].sort()).toEqual([
      ...["/cloudflare/enable", "/deployUser", "/hostenvHostname", "/nixSigning/trustedPublicKeys"],
      "/policy/canary",
    ]);
  });
});

describe("names every object inherits", () => {
  const renamed = (from: string, to: string) => {
    const plan = planWith({
      environments: [{ name: "shop-main", enable: false, hosts: { "shop.test": {} } }],
      spareNodes: ["node-z"],
    });
    return parsePlan(JSON.parse(JSON.stringify(plan).replaceAll(`"${from}"`, `"${to}"`)), "x");
  };
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];
  const data = (plan: ReturnType<typeof planWith>, key: string) =>
    subjectOf(fleetOf({ plan, pins: [], sources: [], nodesFolder: "nodes" }), key).data;

  test.each(names)("are names of nodes: %s", (name) => {
    const plan = renamed("node-z", name);
    expect(JSON.stringify(data(plan, `host:${name}`))).toBe(
      '{"connection":{"hostname":"node-z.hosting.test","sshOpts":[]},"remoteBuild":null}',
    );
    expect([...factsOf(data(plan, `host:${name}`)).values()]).toEqual(["node-z.hosting.test", []]);
  });

  test.each(names)("are hostnames: %s", (name) => {
    const nixos = data(renamed("shop.test", name), "unit:shop-main").nixos as JsonObject;
    expect(Object.keys(nixos).sort()).toEqual(["group", "service", "user"]);
  });

  test.each(names)("are names of environments: %s", (name) => {
    const made = data(renamed("shop-main", name), `unit:${name}`);
    const original = data(renamed("", ""), "unit:shop-main");
    expect(factsOf(made).size).toBe(factsOf(original).size);
    expect(Object.hasOwn((made.nixos as JsonObject).user as JsonObject, name)).toBe(true);
  });
});
