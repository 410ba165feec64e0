import { describe, expect, test } from "@jest/globals";
import {
  adding,
  changing,
  dropping,
  findingLines,
  linesBetween,
  type ProviderSpec,
  reviewOf,
  rulesBetween,
  sideWith,
} from "../support/plan-builder.ts";
import { fixtureSide } from "./fixtures.ts";

const shop: ProviderSpec = {
  environments: [
    {
      name: "shop-main",
      type: "production",
      node: "node-a",
      hosts: { "shop.test": {}, "www.shop.test": {} },
    },
    { name: "shop-next", type: "testing", node: "node-b", hosts: { "try.shop.test": {} } },
    { name: "blog-main", type: "production", node: "node-a", migrations: ["db-migrate"] },
    { name: "blog-draft", type: "development", node: "node-b" },
  ],
};

/** One line per finding between the shop and an edited shop. */
const linesAfter = (edit: (before: ProviderSpec) => ProviderSpec) => linesBetween(shop, edit(shop));

describe("environment-added", () => {
  test("is information about the environment and its node, and covers its hostnames", () => {
    const wiki = { name: "wiki-main", type: "production", node: "node-b", hosts: { "wiki.test": {} } };
    expect(linesAfter((before) => adding(before, wiki))).toEqual([
      "info environment-added wiki-main @node-b: environment wiki-main (production) is added on node-b, uid given at merge",
    ]);
  });

  test("is not said of an environment that comes back to itself", () => {
    expect(rulesBetween(shop, structuredClone(shop))).toEqual([]);
  });
});

describe("environment-removed", () => {
  test("blocks for production, and covers its hostnames and keys", () => {
    const withKey = changing(shop, "shop-main", { users: { alice: ["ssh-ed25519 AAAAtest alice"] } });
    expect(linesBetween(withKey, dropping(withKey, "shop-main"))).toEqual([
      "block environment-removed shop-main @node-a: environment shop-main (production) is removed from " +
        "node-a with shop-main.hosting.test, shop.test, www.shop.test",
    ]);
  });

  test("warns for every other type", () => {
    expect(linesAfter((before) => dropping(before, "shop-next"))).toEqual([
      "warn environment-removed shop-next @node-b: environment shop-next (testing) is removed from node-b " +
        "with shop-next.hosting.test, try.shop.test",
    ]);
  });

  test("leaves a hostname another environment takes to its own finding", () => {
    const taken = changing(dropping(shop, "shop-next"), "blog-draft", { hosts: { "try.shop.test": {} } });
    expect(rulesBetween(shop, taken)).toEqual([
      "hostname-taken-over try.shop.test",
      "environment-removed shop-next",
    ]);
  });
});

describe("uid-changed", () => {
  test("blocks with both uids", () => {
    expect(linesAfter((before) => changing(before, "blog-draft", { uid: 1900 }))).toEqual([
      "block uid-changed blog-draft @node-b: uid of blog-draft changes 1005 → 1900 on node-b",
    ]);
  });

  test("is found between the fixtures whose state differs, for every environment", () => {
    const found = reviewOf(fixtureSide("basic"), fixtureSide("carried-state"));
    expect(findingLines(found)).toEqual([
      "block uid-changed blog-main-4155301 @node-a: uid of blog-main-4155301 changes 1002 → 1003 on node-a",
      "block uid-changed shop-basket-2-4a67581 @node-b: uid of shop-basket-2-4a67581 changes 1003 → 1014 on node-b",
      "block uid-changed shop-main-4f7240c @node-a: uid of shop-main-4f7240c changes 1004 → 1007 on node-a",
      "block uid-changed shop-staging-8d6b1ec @node-b: uid of shop-staging-8d6b1ec changes 1005 → 1016 on node-b",
    ]);
    expect(found.changes.filter(({ kind }) => kind === "unit").map(({ path }) => path)).toEqual([
      "/uid",
      "/uid",
      "/uid",
      "/uid",
    ]);
  });

  test("is not said of a uid that is only given at merge", () => {
    const [base, head] = [sideWith(shop), sideWith(changing(shop, "blog-draft", { uid: 1900 }))];
    const reserved = new Set(["shop-main", "shop-next", "blog-main"]);
    expect(reviewOf({ ...base, reserved }, { ...head, reserved }).findings).toEqual([]);
  });
});

describe("environment-disabled and environment-enabled", () => {
  const off = (name: string) => changing(shop, name, { enable: false });

  test("warn when production is switched off, and inform of other types", () => {
    expect(linesBetween(shop, off("shop-main"))).toEqual([
      "warn environment-disabled shop-main @node-a: environment shop-main is disabled",
    ]);
    expect(linesBetween(shop, off("shop-next"))).toEqual([
      "info environment-disabled shop-next @node-b: environment shop-next is disabled",
    ]);
  });

  test("inform when production is switched on", () => {
    expect(linesBetween(off("shop-main"), shop)).toEqual([
      "info environment-enabled shop-main @node-a: environment shop-main is enabled",
    ]);
  });

  test("are not said of an environment that stays off", () => {
    const moved = (before: ProviderSpec) => changing(before, "shop-next", { enable: false, node: "node-a" });
    expect(rulesBetween(off("shop-next"), moved(shop))).not.toContain("environment-disabled shop-next");
  });
});

describe("hostnames", () => {
  const hosts = (name: string, ...names: string[]) =>
    changing(shop, name, { hosts: Object.fromEntries(names.map((host) => [host, {}])) });

  test("that go block in production and warn elsewhere", () => {
    expect(linesBetween(shop, hosts("shop-main", "shop.test"))).toEqual([
      "block hostname-removed www.shop.test @node-a: hostname www.shop.test is removed from shop-main (production)",
    ]);
    expect(linesBetween(shop, hosts("shop-next"))).toEqual([
      "warn hostname-removed try.shop.test @node-b: hostname try.shop.test is removed from shop-next (testing)",
    ]);
  });

  test("that go from production that is made another type at once still block", () => {
    const demoted = changing(hosts("shop-main", "shop.test"), "shop-main", { type: "testing" });
    expect(linesBetween(shop, demoted)).toEqual([
      "block hostname-removed www.shop.test @node-a: hostname www.shop.test is removed from shop-main (production)",
    ]);
  });

  test("that come inform", () => {
    expect(linesBetween(shop, hosts("blog-main", "blog.test"))).toEqual([
      "info hostname-added blog.test @node-a: hostname blog.test is added to blog-main",
    ]);
  });

  test("that change their owner are taken over, and neither removed nor added", () => {
    const given = changing(hosts("shop-next"), "blog-draft", { hosts: { "try.shop.test": {} } });
    expect(linesBetween(shop, given)).toEqual([
      "block hostname-taken-over try.shop.test @node-b: hostname try.shop.test goes from shop-next to blog-draft",
    ]);
  });

  test("that a new environment takes are taken over as well", () => {
    const taken = adding(hosts("shop-next"), { name: "wiki-main", hosts: { "try.shop.test": {} } });
    expect(rulesBetween(shop, taken)).toEqual([
      "hostname-taken-over try.shop.test",
      "environment-added wiki-main",
    ]);
  });

  test("in another letter case have the same owner", () => {
    const shouted = hosts("shop-main", "SHOP.test", "www.shop.test");
    expect(rulesBetween(shop, shouted)).toEqual([]);
    expect(rulesBetween(shouted, shop)).toEqual([]);
  });

  test("in another letter case are taken over by another environment", () => {
    const taken = changing(hosts("shop-next"), "blog-draft", { hosts: { "TRY.shop.test": {} } });
    expect(rulesBetween(shop, taken)).toEqual(["hostname-taken-over TRY.shop.test"]);
  });

  test("that move with their environment are neither removed nor taken over", () => {
    expect(rulesBetween(shop, changing(shop, "shop-next", { node: "node-a" }))).toEqual([
      "environment-moved shop-next",
      "move-without-dns-control shop-next",
    ]);
  });
});

describe("environment-moved", () => {
  test("warns with both nodes and with the data that moves along", () => {
    expect(linesAfter((before) => changing(before, "blog-main", { node: "node-b" }))).toContain(
      "warn environment-moved blog-main @node-b: environment blog-main moves node-a → node-b, " +
        "data migration db-migrate",
    );
  });

  test("says where data stays behind", () => {
    expect(linesAfter((before) => changing(before, "shop-next", { node: "node-a" }))).toContain(
      "warn environment-moved shop-next @node-a: environment shop-next moves node-b → node-a, without its data",
    );
  });
});

describe("move-without-backup", () => {
  test("blocks where production moves without a migration", () => {
    expect(linesAfter((before) => changing(before, "shop-main", { node: "node-b" }))).toContain(
      "block move-without-backup shop-main @node-b: production environment shop-main moves without a migration",
    );
  });

  test("blocks where production is made another type as it moves, for its data stays behind all the same", () => {
    const demoted = changing(shop, "shop-main", { node: "node-b", type: "testing" });
    expect(rulesBetween(shop, demoted)).toContain("move-without-backup shop-main");
  });

  test.each([
    ["production with a migration", "blog-main"],
    ["another type", "shop-next"],
  ])("is not said of %s", (_, name) => {
    const rules = rulesBetween(shop, changing(shop, name, { node: "node-c" }));
    expect(rules).toContain(`environment-moved ${name}`);
    expect(rules).not.toContain(`move-without-backup ${name}`);
  });

  test("is not said of production that stays", () => {
    expect(rulesBetween(shop, changing(shop, "blog-main", { migrations: [] }))).toEqual([]);
  });
});

describe("move-off-removed-node", () => {
  const before: ProviderSpec = {
    environments: [
      { name: "shop-main", type: "production", node: "node-a", migrations: ["db"] },
      { name: "blog-main", node: "node-b", uid: 2001 },
    ],
  };
  const off = (spec: Partial<ProviderSpec>, change: object = {}) =>
    linesBetween(before, changing({ ...before, ...spec }, "shop-main", { node: "node-b", ...change })).filter(
      (line) => line.includes("move-off-removed-node"),
    );

  test("blocks where the node that has the data goes in the same change", () => {
    expect(off({})).toEqual([
      "block move-off-removed-node shop-main @node-b: shop-main moves off node-a, which is not known any more: its data stays there",
    ]);
  });

  test("is not said where the node stays for as long as the data is there, nor where nothing is brought", () => {
    expect([off({ spareNodes: ["node-a"] }), off({}, { migrations: [] })]).toEqual([[], []]);
  });

  test("blocks where an earlier move off the node is not over, and is not said twice, nor of what is gone", () => {
    const held = (environment: string, node = "node-a") => ({ environment, node });
    const waiting = changing(before, "shop-main", { node: "node-b" });
    const without = (
      some: ReturnType<typeof held>[],
      base: ProviderSpec = { ...waiting, spareNodes: ["node-a"] },
    ) =>
      findingLines(reviewOf(sideWith(base), { ...sideWith(waiting), held: some })).filter((line) =>
        line.includes("move-off-removed-node"),
      );
    expect(without([held("shop-main")])).toEqual([
      "block move-off-removed-node shop-main @node-b: node-a is not known any more, and visitors of shop-main may be led there still",
    ]);
    expect(without([held("legacy-main"), held("shop-main", "node-b"), held("shop-main", "node-z")])).toEqual(
      [],
    );
    expect(without([held("shop-main")], before)).toHaveLength(1);
  });
});

describe("move-without-dns-control", () => {
  const move = (provider: Partial<ProviderSpec>, hosts: string[]) => {
    const named = { hosts: Object.fromEntries(hosts.map((host) => [host, {}])) };
    const before = changing({ ...shop, ...provider }, "shop-next", named);
    return linesBetween(before, changing(before, "shop-next", { node: "node-a" })).filter((line) =>
      line.includes("move-without-dns-control"),
    );
  };
  const zones = { cloudflare: true, policy: { zones: ["Shop.test"] } };

  test("warns of the hostnames whose zone is not ours", () => {
    expect(move(zones, ["try.shop.test", "other.test"])).toEqual([
      "warn move-without-dns-control shop-next @node-a: shop-next moves, and the zone is not ours for other.test",
    ]);
  });

  test.each([
    ["a name of the provider's own domain", "x.hosting.test", true],
    ["a zone of the settings itself", "shop.test", true],
    ["a name below a zone, in any letter case", "A.B.SHOP.test", true],
    ["a name that only ends in the same letters", "evilshop.test", false],
    ["a zone's parent", "test", false],
  ])("takes %s for ours or not", (_, hostname, ours) => {
    expect(move(zones, [hostname])).toHaveLength(ours ? 0 : 1);
  });

  test("takes no zone for ours without Cloudflare", () => {
    expect(move({ policy: zones.policy }, ["try.shop.test"])).toEqual([
      "warn move-without-dns-control shop-next @node-a: shop-next moves, and the zone is not ours for " +
        "shop-next.hosting.test, try.shop.test",
    ]);
  });

  test("is not said of an environment that stays", () => {
    const added = changing(shop, "shop-next", { hosts: { "try.shop.test": {}, "other.test": {} } });
    expect(rulesBetween(shop, added)).toEqual(["hostname-added other.test"]);
  });
});

describe("mass-move", () => {
  const toC = (...names: string[]) =>
    names.reduce((spec, name) => changing(spec, name, { node: "node-c" }), shop);
  const massMoves = (base: ProviderSpec, head: ProviderSpec) =>
    linesBetween(base, head).filter((line) => line.includes("mass-move"));

  test("blocks when all environments of a type move", () => {
    expect(massMoves(shop, toC("shop-main", "blog-main"))).toEqual([
      "block mass-move production: all 2 environments of type production change their node: blog-main, shop-main",
    ]);
  });

  test.each([
    ["one of two", shop, toC("shop-main")],
    ["the only one of its type", shop, toC("shop-next")],
    ["all of no type in particular", shop, toC("shop-main", "shop-next")],
  ])("is not said when %s moves", (_, base, head) => {
    expect(massMoves(base, head)).toEqual([]);
  });

  test("does not count environments that come or go", () => {
    const more = adding(toC("shop-main", "blog-main"), { name: "wiki-main", type: "production" });
    expect(massMoves(shop, more)).toHaveLength(1);
    expect(massMoves(shop, dropping(toC("shop-main"), "blog-main"))).toEqual([]);
  });
});

describe("tls-disabled and hsts-disabled", () => {
  const host = (name: string, how: object) =>
    changing(shop, "shop-main", { hosts: { [name]: how, "www.shop.test": {} } });

  test("warn of a hostname that loses TLS, once", () => {
    expect(linesBetween(shop, host("shop.test", { tls: false, hsts: false }))).toEqual([
      "warn tls-disabled shop.test @node-a: TLS of shop.test (shop-main) goes off",
    ]);
  });

  test("warn of a hostname that loses TLS by another spelling", () => {
    expect(rulesBetween(shop, host("Shop.test", { tls: false }))).toEqual(["tls-disabled Shop.test"]);
  });

  test("warn of a hostname that loses HSTS", () => {
    expect(linesBetween(shop, host("shop.test", { hsts: false }))).toEqual([
      "warn hsts-disabled shop.test @node-a: HSTS of shop.test (shop-main) goes off",
    ]);
  });

  test.each<[string, ProviderSpec, ProviderSpec]>([
    ["TLS that comes on", host("shop.test", { tls: false }), shop],
    ["HSTS that comes on", host("shop.test", { hsts: false }), shop],
    [
      "HSTS of a name without TLS",
      host("shop.test", { tls: false }),
      host("shop.test", { tls: false, hsts: false }),
    ],
  ])("say nothing of %s", (_, base, head) => {
    expect(rulesBetween(base, head)).toEqual([]);
  });
});

describe("verification-changed", () => {
  test("informs of an environment whose checks change", () => {
    expect(linesAfter((before) => changing(before, "shop-main", { checks: [{ name: "front" }] }))).toEqual([
      "info verification-changed shop-main @node-a: the checks of shop-main after a deploy change",
    ]);
  });

  test("is not said of checks that are only written in another order of keys", () => {
    const checks = (check: object) => changing(shop, "shop-main", { checks: [{ ...check }] });
    const renamed = changing(checks({ name: "front", path: "/" }), "shop-main", {
      migrations: ["x-migrate"],
    });
    expect(rulesBetween(checks({ path: "/", name: "front" }), renamed)).toEqual([]);
  });

  test("is not said of an environment that is new", () => {
    const wiki = { name: "wiki-main", checks: [{ name: "front" }] };
    expect(rulesBetween(shop, adding(shop, wiki))).toEqual(["environment-added wiki-main"]);
  });
});

describe("messages", () => {
  test("name hostnames in one order, however the plan is written", () => {
    const written = (...names: string[]) =>
      changing(shop, "shop-next", { hosts: Object.fromEntries(names.map((host) => [host, {}])) });
    const [one, other] = [written("b.test", "a.test"), written("a.test", "b.test")];
    expect(linesBetween(one, dropping(one, "shop-next"))).toEqual(
      linesBetween(other, dropping(other, "shop-next")),
    );
    const move = (spec: ProviderSpec) => linesBetween(spec, changing(spec, "shop-next", { node: "node-a" }));
    expect(move(one)).toEqual(move(other));
  });
});
