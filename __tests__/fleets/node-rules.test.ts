import { describe, expect, test } from "@jest/globals";
import { sha256 } from "../../src/domain/changes.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import { review } from "../../src/domain/review.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { hostenv } from "../../src/fleets/hostenv/kind.ts";
import { pinsOf } from "../../src/fleets/hostenv/pins.ts";
import type { Lock } from "../../src/fleets/hostenv/schema.ts";
import {
  changing,
  dropping,
  findingLines,
  linesBetween,
  type ProviderSpec,
  pinAt,
  planWith,
  reviewOf,
  rulesBetween,
  sideWith,
} from "../support/plan-builder.ts";
import { fixtureSide } from "./fixtures.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", node: "node-a" },
    { name: "shop-next", node: "node-b" },
    { name: "blog-main", node: "node-b" },
    { name: "wiki-main", node: "node-c", project: "Blue_Sky-Ltd__Wiki" },
  ],
};

describe("acme-account", () => {
  const finding = (words: string) => [`warn acme-account letsEncrypt: ${words}`];

  test("is said, whatever changes, while the authority's terms are not accepted", () => {
    const refused = { ...shop, acme: { acceptTerms: false } };
    expect(linesBetween(refused, refused)).toEqual(
      finding("nothing can be built for node-a, node-b, node-c: letsEncrypt.acceptTerms is off"),
    );
    expect(linesBetween(shop, refused)).toEqual(
      finding("nothing can be built for node-a, node-b, node-c: letsEncrypt.acceptTerms is off"),
    );
    expect(linesBetween(refused, shop)).toEqual([]);
  });

  test("is said while no address is set", () => {
    const anonymous = { ...shop, acme: { email: null } };
    expect(linesBetween(anonymous, anonymous)).toEqual(
      finding("nothing can be built for node-a, node-b, node-c: letsEncrypt.adminEmail is not set"),
    );
    const neither = { ...shop, acme: { acceptTerms: false, email: null } };
    expect(linesBetween(neither, neither)).toEqual(
      finding(
        "nothing can be built for node-a, node-b, node-c: letsEncrypt.acceptTerms is off and letsEncrypt.adminEmail is not set",
      ),
    );
  });

  test("is said of nodes alone whose sites are to have a certificate", () => {
    const refused = changing({ ...shop, acme: { acceptTerms: false } }, "shop-main", { enable: false });
    expect(linesBetween(refused, refused)).toEqual(
      finding("nothing can be built for node-b, node-c: letsEncrypt.acceptTerms is off"),
    );
  });

  test("is not said of a plan that knows nothing of an authority", () => {
    const side = sideWith(shop);
    const nodes = Object.fromEntries(
      Object.entries(side.plan.nodes).map(([name, { security: _, ...node }]) => [name, node]),
    );
    const bare = { ...side, plan: { ...side.plan, nodes } };
    expect(findingLines(review(hostenv, { base: bare, head: bare }, [], new Date()))).toEqual([]);
  });
});

describe("firewall-changed", () => {
  const open = (...ports: number[]) => ({ ...shop, ports: { "node-a": ports } });

  test.each<[string, number[], number[], string]>([
    ["opens", [], [8080, 25], "opens ports 8080, 25"],
    ["closes", [8080], [], "closes port 8080"],
    ["swaps", [8080], [25], "opens port 25, closes port 8080"],
  ])("warns when a node %s ports", (_, before, after, words) => {
    expect(linesBetween(open(...before), open(...after))).toEqual([
      `warn firewall-changed node-a @node-a: firewall of node-a ${words}`,
    ]);
  });

  test("is not said of ports in another order or named twice", () => {
    expect(rulesBetween(open(8080, 25), open(25, 8080, 80))).toEqual([]);
  });

  test("is said of a node that carries its first environment only where more than the usual ports are open", () => {
    const usual = changing(shop, "shop-next", { node: "node-d" });
    expect(rulesBetween(shop, usual)).not.toContain("firewall-changed node-d");
    const more = { ...usual, ports: { "node-d": [8080] } };
    expect(rulesBetween(shop, more)).toContain("firewall-changed node-d");
  });

  test("warns of a firewall that changes besides its TCP ports", () => {
    const [base, head] = [fixtureSide("basic"), fixtureSide("basic")];
    const plan = structuredClone(head.plan);
    Object.assign(plan.nodes["node-a"]?.networking?.firewall ?? {}, { enable: false });
    const { findings } = review(hostenv, { base, head: { ...head, plan } }, [], new Date());
    expect(findings.map(({ message }) => message)).toEqual([
      "firewall of node-a changes besides its TCP ports",
    ]);
  });
});

describe("limits-changed", () => {
  const limited = (limits: Record<string, string>) => ({ ...shop, limits: { acme__shop: limits } });

  test("warns with the old and the new limits, on each node", () => {
    expect(linesBetween(shop, limited({ MemoryMax: "8G", TasksMax: "64" }))).toEqual(
      ["node-a", "node-b"].map(
        (node) =>
          `warn limits-changed user-acme-shop @${node}: limits of user-acme-shop on ${node} change ` +
          "CPUQuota=200% MemoryMax=12G → CPUQuota=200% MemoryMax=8G TasksMax=64",
      ),
    );
  });

  test("is not said of accounting, which limits nothing", () => {
    expect(rulesBetween(shop, limited({ CPUAccounting: "no" }))).toEqual([]);
  });

  test("is not said of a project's first slice on a node", () => {
    const moved = changing(limited({ MemoryMax: "8G" }), "shop-next", { node: "node-c" });
    expect(rulesBetween(limited({ MemoryMax: "8G" }), moved)).toEqual([
      "environment-moved shop-next",
      "move-without-dns-control shop-next",
    ]);
  });
});

describe("node-emptied", () => {
  test("says that nothing is deployed to a node that is not known any more", () => {
    const head = planWith(dropping(shop, "shop-main"));
    const { "node-a": _, ...nodeConnections } = head.nodeConnections;
    const { "node-a": __, ...nodes } = head.nodes;
    const sides = {
      base: sideWith(shop),
      head: { ...sideWith(shop), plan: { ...head, nodeConnections, nodes } },
    };
    const { findings, affectedHosts } = review(hostenv, sides, [], new Date());
    expect(findings.find(({ rule }) => rule === "node-emptied")?.message).toBe(
      "node node-a is not known any more, so nothing is deployed to it and it goes on serving",
    );
    expect(affectedHosts).not.toContain("node-a");
  });

  test("warns when the last environment goes or moves away", () => {
    const line =
      "warn node-emptied node-a @node-a: node node-a carries no environment any more and stops serving";
    const known = { spareNodes: ["node-a"] };
    expect(linesBetween(shop, { ...dropping(shop, "shop-main"), ...known })).toContain(line);
    expect(linesBetween(shop, { ...changing(shop, "shop-main", { node: "node-b" }), ...known })).toContain(
      line,
    );
  });

  test.each<[string, ProviderSpec, ProviderSpec]>([
    ["keeps one", shop, dropping(shop, "shop-next")],
    ["keeps one that is switched off", shop, changing(shop, "shop-main", { enable: false })],
    ["had none", { ...shop, spareNodes: ["node-z"] }, shop],
  ])("is not said of a node that %s", (_, base, head) => {
    expect(rulesBetween(base, head).filter((rule) => rule.startsWith("node-emptied"))).toEqual([]);
  });
});

function pinned(before: readonly Pin[], after: readonly Pin[]) {
  return reviewOf(sideWith(shop, { pins: before }), sideWith(shop, { pins: after }));
}

const moved = (name: string) => pinned([pinAt(name, "1")], [pinAt(name, "2")]);

describe("a moved input", () => {
  test("that all share reaches every node", () => {
    const found = moved("nixpkgs");
    expect(findingLines(found)).toEqual([
      "warn inputs-changed nixpkgs: input nixpkgs 1111111 → 2222222, reaches every node",
    ]);
    expect(found.affectedHosts).toEqual(["node-a", "node-b", "node-c"]);
  });

  test("of a project is its revision and reaches the nodes that carry it", () => {
    const found = moved("acme__shop");
    expect(findingLines(found)).toEqual([
      "info revision-changed acme__shop: input acme__shop 1111111 → 2222222, reaches node-a, node-b",
    ]);
    expect(found.affectedHosts).toEqual(["node-a", "node-b"]);
  });

  test("of a project is found by its normalised name, with the one node that carries it", () => {
    expect(findingLines(moved("Blue_Sky-Ltd__Wiki"))).toEqual([
      "info revision-changed Blue_Sky-Ltd__Wiki @node-c: input Blue_Sky-Ltd__Wiki 1111111 → 2222222, reaches node-c",
    ]);
  });

  test("of a project without environments reaches no node", () => {
    const found = moved("acme__other");
    expect(findingLines(found)).toEqual([
      "info revision-changed acme__other: input acme__other 1111111 → 2222222, reaches no node",
    ]);
    expect([found.changed, found.affectedHosts]).toEqual([true, []]);
  });

  test("of an environment is its revision and reaches its node", () => {
    expect(findingLines(moved("blog-main"))).toEqual([
      "info revision-changed blog-main @node-b: input blog-main 1111111 → 2222222, reaches node-b",
    ]);
  });

  test("of an environment that moves reaches both its nodes", () => {
    const base = sideWith(shop, { pins: [pinAt("blog-main", "1")] });
    const head = sideWith(changing(shop, "blog-main", { node: "node-a" }), {
      pins: [pinAt("blog-main", "2")],
    });
    expect(findingLines(reviewOf(base, head))).toContain(
      "info revision-changed blog-main: input blog-main 1111111 → 2222222, reaches node-a, node-b",
    );
  });

  test.each(["acme__shop/nixpkgs", "blog-main/nixpkgs"])(
    "below a project or environment is its revision: %s",
    (name) => {
      expect(moved(name).findings.map(({ rule }) => rule)).toEqual(["revision-changed"]);
    },
  );

  test("of an environment that is added or removed is said by that alone", () => {
    const environments = (shop.environments ?? []).filter(({ name }) => name !== "blog-main");
    const without = sideWith({ ...shop, environments }, {});
    const with_ = sideWith(shop, {
      pins: ["blog-main", "blog-main/nixpkgs"].map((name) => pinAt(name, "1")),
    });
    for (const found of [reviewOf(without, with_), reviewOf(with_, without)]) {
      expect(found.findings.map(({ rule }) => rule)).not.toContain("revision-changed");
      expect(found.pinMoves.map(({ name }) => name)).toEqual(["blog-main", "blog-main/nixpkgs"]);
      expect(found.affectedHosts).toContain("node-b");
      expect(found.affectedHosts).not.toContain("node-a");
    }
  });

  test("is said once, not again for the inputs below it", () => {
    const tree = (digit: string) =>
      ["hostenv", "hostenv/nixpkgs", "hostenv-modules"].map((name) => pinAt(name, digit));
    const { findings } = pinned(tree("1"), tree("2"));
    expect(findings.map(({ subject }) => subject)).toEqual(["hostenv", "hostenv-modules"]);
  });

  test("that comes or goes has no revision on one side", () => {
    const pin = pinAt("nixpkgs", "1");
    expect(findingLines(pinned([], [pin]))).toEqual([
      "warn inputs-changed nixpkgs: input nixpkgs none → 1111111, reaches every node",
    ]);
    expect(findingLines(pinned([pin], []))).toEqual([
      "warn inputs-changed nixpkgs: input nixpkgs 1111111 → none, reaches every node",
    ]);
  });

  test("is not said of inputs that stay", () => {
    expect(pinned([pinAt("nixpkgs", "1")], [pinAt("nixpkgs", "1")]).findings).toEqual([]);
  });
});

describe("a changed file", () => {
  const sides = (path: string, rest: Partial<HostenvSide> = {}) => {
    const at = (digit: string) => ({ sources: [{ path, sha256: digit.repeat(64) }], ...rest });
    return { base: sideWith(shop, at("1")), head: sideWith(shop, at("2")) };
  };
  const changed = (path: string, rest: Partial<HostenvSide> = {}) => {
    const { base, head } = sides(path, rest);
    return reviewOf(base, head);
  };

  test("in a node's folder reaches that node only", () => {
    const found = changed("nodes/node-b/disks/layout.nix");
    expect(findingLines(found)).toEqual([
      "warn inputs-changed nodes/node-b/disks/layout.nix @node-b: " +
        "file nodes/node-b/disks/layout.nix is changed, reaches node-b",
    ]);
    expect(found.affectedHosts).toEqual(["node-b"]);
  });

  test.each([
    ["outside of it", "flake.nix"],
    ["beside the nodes' folders", "nodes/common.nix"],
    ["that is named as a node is", "nodes/node-a"],
    ["in the folder of no node", "nodes/node-z/configuration.nix"],
    ["in a folder named alike", "nodes/node-b.old/configuration.nix"],
    ["of the secrets", "secrets/secrets.yaml"],
    ["in a folder that only begins alike", "nodes-old/node-a/configuration.nix"],
  ])("%s reaches every node: %s", (_, path) => {
    expect(findingLines(changed(path))).toEqual([
      `warn inputs-changed ${path}: file ${path} is changed, reaches every node`,
    ]);
    expect(changed(path).affectedHosts).toEqual(["node-a", "node-b", "node-c"]);
  });

  test("is looked for where the provider keeps its nodes", () => {
    expect(changed("hosts/node-a/x.nix", { nodesFolder: "hosts" }).affectedHosts).toEqual(["node-a"]);
    expect(changed("nodes/node-a/x.nix", { nodesFolder: "hosts" }).affectedHosts).toHaveLength(3);
  });

  test("may be added or removed", () => {
    const { head } = sides("flake.nix");
    const without = { ...head, sources: [] };
    expect(findingLines(reviewOf(without, head))).toEqual([
      "warn inputs-changed flake.nix: file flake.nix is added, reaches every node",
    ]);
    expect(findingLines(reviewOf(head, without))).toEqual([
      "warn inputs-changed flake.nix: file flake.nix is removed, reaches every node",
    ]);
  });

  test("is not said again where it is the lock, whose moved pins are findings of their own", () => {
    const at = (digit: string) => {
      const sources = [{ path: "flake.lock", sha256: digit.repeat(64) }];
      return sideWith(shop, { sources, pins: [pinAt("acme__shop", digit)] });
    };
    const { findings, affectedHosts } = reviewOf(at("1"), at("2"));
    expect(findings.map(({ subject }) => subject)).toEqual(["acme__shop"]);
    expect(affectedHosts).toEqual(["node-a", "node-b"]);
  });

  test("reaches every node where the lock only lets an input follow another one, for other code is built", () => {
    const following = (target: string) => {
      const lock: Lock = {
        nodes: {
          root: { inputs: { stable: "stable", unstable: "unstable", hostenv: "hostenv" } },
          hostenv: { inputs: { nixpkgs: [target] }, locked: { rev: "3" } },
          stable: { locked: { rev: "1" } },
          unstable: { locked: { rev: "2" } },
        },
      };
      const sources = [{ path: "flake.lock", sha256: sha256(target) }];
      return sideWith(shop, { pins: pinsOf(lock), sources });
    };
    const found = reviewOf(following("stable"), following("unstable"));
    expect(found.findings.map(({ rule }) => rule)).toEqual(["inputs-changed"]);
    expect(found.affectedHosts).toEqual(["node-a", "node-b", "node-c"]);
  });

  test("is not said of files that stay", () => {
    const { base } = sides("flake.nix");
    expect(reviewOf(base, structuredClone(base)).findings).toEqual([]);
  });
});
