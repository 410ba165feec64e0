import { describe, expect, test } from "@jest/globals";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { nodeNameOf, sitesOf, switchesOf } from "../../src/fleets/hostenv/hostnames.ts";
import { type Plan, parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { planWith } from "../support/plan-builder.ts";
import { fixtureJson } from "./fixtures.ts";

const expected = (name: string): Plan =>
  parsePlan(fixtureJson(`${name}/expected/plan.json`) as JsonValue, name);

/** A plan with one environment, parts of whose virtual host are other ones. */
function planOf(host: JsonObject, nginx: JsonObject | null = null) {
  const plan = planWith({ environments: [{ name: "shop-main-1", hosts: { "a.test": {} } }] });
  const environment = plan.environments["shop-main-1"] as Plan["environments"][string];
  const virtualHosts = { ...environment.virtualHosts, "a.test": host } as typeof environment.virtualHosts;
  const nodes = {
    "node-a": nginx === null ? {} : { services: { nginx: { virtualHosts: { "a.test": nginx } } } },
  };
  return {
    ...plan,
    environments: { "shop-main-1": { ...environment, virtualHosts } },
    nodes,
  } as unknown as Plan;
}

const siteIn = (plan: Plan, hostname = "a.test") => sitesOf(plan).find((site) => site.hostname === hostname);

describe("sitesOf", () => {
  test("has every virtual host of every environment, by name, in the spelling of the plan", () => {
    const plan = planWith({
      environments: [
        {
          name: "shop-main-1",
          node: "node-b",
          hosts: { "WWW.acme.test": { redirect: "acme.test" }, "acme.test": {} },
        },
        { name: "blog-main-2", enable: false, hosts: { "blog.test": {} } },
        { name: "wiki-main-3", hosts: { "plain.test": { tls: false } } },
      ],
    });
    expect(
      sitesOf(plan).map(({ environment, node, hostname, skipped }) => [environment, node, hostname, skipped]),
    ).toEqual([
      ["blog-main-2", "node-a", "blog-main-2.hosting.test", "disabled"],
      ["blog-main-2", "node-a", "blog.test", "disabled"],
      ["shop-main-1", "node-b", "WWW.acme.test", null],
      ["shop-main-1", "node-b", "acme.test", null],
      ["shop-main-1", "node-b", "shop-main-1.hosting.test", null],
      ["wiki-main-3", "node-a", "plain.test", "no-tls"],
      ["wiki-main-3", "node-a", "wiki-main-3.hosting.test", null],
    ]);
    expect(siteIn(plan, "WWW.acme.test")).toMatchObject({
      expected: "node-b.hosting.test",
      names: ["WWW.acme.test"],
      redirectsTo: "acme.test",
    });
  });

  test.each(["basic", "carried-state", "headers", "odd-shapes", "ssh-and-rollback"])(
    "wants TLS in %s where the existing generator asks for a certificate, and nowhere else",
    (name) => {
      const plan = expected(name);
      const asked = Object.values(plan.nodes).flatMap((node) => {
        const hosts = (
          node as { services: { nginx: { virtualHosts: Record<string, { enableACME?: boolean }> } } }
        ).services.nginx.virtualHosts;
        return Object.entries(hosts).flatMap(([hostname, { enableACME }]) => (enableACME ? [hostname] : []));
      });
      const wanted = sitesOf(plan).flatMap(({ hostname, skipped }) => (skipped === null ? [hostname] : []));
      expect(wanted.sort()).toEqual(asked.sort());
      expect(wanted.length).toBeGreaterThan(0);
    },
  );

  test.each<[string, JsonObject, JsonObject | null, boolean]>([
    ["as the node is told, on", { enableLetsEncrypt: false }, { enableACME: true }, true],
    ["as the node is told, off", { enableLetsEncrypt: true }, { enableACME: false }, false],
    [
      "as the environment says, where the node is told nothing",
      { enableLetsEncrypt: true },
      { forceSSL: true },
      true,
    ],
    ["as the environment says, where there is no node", { enableLetsEncrypt: true }, null, true],
    ["not, where nobody says it", {}, null, false],
  ])("wants TLS %s", (_, host, nginx, wanted) => {
    expect(siteIn(planOf(host, nginx))?.skipped).toBe(wanted ? null : "no-tls");
  });

  test("has the primary hostname even where the project does not list it", () => {
    const plan = planWith({ environments: [{ name: "shop-main-1" }] });
    const environment = { ...plan.environments["shop-main-1"], virtualHosts: {} };
    const bare = { ...plan, environments: { "shop-main-1": environment } } as unknown as Plan;
    expect(sitesOf(bare)).toMatchObject([{ hostname: "shop-main-1.hosting.test", skipped: null }]);
    expect(sitesOf({ ...bare, nodes: {} } as Plan)).toMatchObject([{ skipped: null }]);
  });

  test("has all names of the certificate, each once: who it is served as, and its aliases", () => {
    const host = {
      serverName: "b.test",
      serverAliases: ["B.test.", "c.test", "b.test", "bücher.test", "C.TEST", "xn--bcher-kva.test"],
    };
    expect(siteIn(planOf(host))?.names).toEqual(["b.test", "c.test", "bücher.test"]);
    expect(siteIn(planOf({ serverName: null }))?.names).toEqual(["a.test"]);
  });

  test("takes no name for what every object inherits", () => {
    const plan = planWith({
      environments: [{ name: "shop-main-1", node: "constructor", hosts: { toString: {} } }],
    });
    expect(siteIn({ ...plan, nodes: {} }, "toString")).toMatchObject({ node: "constructor", skipped: null });
  });
});

test.each([
  ["node-a", "node-a.hosting.test"],
  ["node-a.hosting.test", "node-a.hosting.test"],
  ["hosting.test", "hosting.test"],
  ["evilhosting.test", "evilhosting.test.hosting.test"],
])("the node %s is %s in DNS", (node, name) => {
  expect(nodeNameOf(planWith({}), node)).toBe(name);
});

describe("switchesOf", () => {
  test("leads to both places of a hostname, where there is something to switch", () => {
    const plan = planOf({ enableLetsEncrypt: true, forceSSL: false }, { enableACME: true, forceSSL: true });
    const place = ["nodes", "node-a", "services", "nginx", "virtualHosts", "a.test"];
    expect(switchesOf(plan, [siteIn(plan) as never])).toEqual([
      ["environments", "shop-main-1", "virtualHosts", "a.test", "enableLetsEncrypt"],
      ["environments", "shop-main-1", "virtualHosts", "a.test", "forceSSL"],
      [...place, "enableACME"],
      [...place, "forceSSL"],
    ]);
    expect(switchesOf(planOf({}, {}), [siteIn(plan) as never])).toEqual([]);
    expect(switchesOf(planOf({}), [siteIn(plan, "shop-main-1.hosting.test") as never])).toHaveLength(1);
  });
});
