import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { planWith } from "../support/plan-builder.ts";

const SHOP = {
  name: "shop-main-1",
  uid: 1002,
  hosts: {
    "Shop.acme.test": {},
    "plain.acme.test": { tls: false },
    "www.acme.test": { redirect: "Shop.acme.test" },
  },
  users: { ann: ["ssh-ed25519 AAAA ann"] },
};

const plan = planWith({
  spareNodes: ["node-c"],
  environments: [
    { ...SHOP, node: "node-b" },
    { name: "shop-next-2", node: "node-a", uid: 1003 },
    { name: "blog-main-3", node: "node-b", hosts: { "blog.test": {} } },
    { name: "dark-main-4", node: "node-b", enable: false },
  ],
  limits: { acme__shop: { MemoryMax: "3G" } },
});

const entry = (environment: string, node: string, live: boolean) => ({
  environment,
  node,
  verdict: "match",
  reason: null,
  evidence: [],
  since: "2026-01-01T00:00:00.000Z",
  count: 0,
  live,
  switchedOn: [],
});

type Json = Record<string, unknown>;
const memory = (given: Json = {}) => ({ schema: 1, hostnames: {}, off: [], holds: {}, ...given });

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-gate-nix-")));
  mkdirSync(join(folder, "generated"));
  write("plan.json", plan);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, value: unknown): void {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  writeFileSync(join(folder, "generated", name), text);
}

/** What the builders are given: configurations of nodes, and environments. */
function built(nix: string, args = ""): { value: { nodes: Json; environments: Json }; error: string } {
  const { value, error } = evaluate(
    nix,
    `let
      outputs = ((import ${root}nix/mk-provider.nix) {
        self.outPath = ${folder};
        inputs = { };
        provider = { hostenvHostname = "hosting.test"; };
        builders = { system = node: node.config; environment = environment: environment; };
      }).lib.provider.deployOutputs { plan = builtins.fromJSON (builtins.readFile ${folder}/generated/plan.json); ${args} };
      packages = outputs.packages.x86_64-linux;
      of = prefix: builtins.listToAttrs (map
        (name: { name = builtins.substring (builtins.stringLength prefix) (-1) name; value = packages.\${name}; })
        (builtins.filter (name: builtins.substring 0 (builtins.stringLength prefix) name == prefix) (builtins.attrNames packages)));
    in { nodes = of "node-"; environments = of "env-"; }`,
  );
  return { value: value as { nodes: Json; environments: Json }, error };
}

/** The paths at which two values differ. */
function differing(left: unknown, right: unknown, path = ""): string[] {
  if (JSON.stringify(left) === JSON.stringify(right)) return [];
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return [path];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys.flatMap((key) => differing((left as Json)[key], (right as Json)[key], `${path}/${key}`));
}

describeWithNix("the gate's memory in a build", (nix) => {
  test("without a file everything is built as planned", () => {
    const { value, error } = built(nix);
    expect(error).toBe("");
    expect(value.nodes["node-b"]).toEqual(plan.nodes["node-b"]);
    expect(differing(value.environments["shop-main-1"], plan.environments["shop-main-1"])).toEqual([
      "/input",
    ]);
    write("dns-gate.json", memory());
    expect(built(nix).value).toEqual(value);
  });

  test("the off-list turns both places of a hostname off, as it is spelt, and nothing else", () => {
    const before = built(nix).value;
    write("dns-gate.json", memory({ off: ["Shop.acme.test", "blog.test", "gone.test", "plain.acme.test"] }));
    const after = built(nix).value;
    expect(differing(before, after)).toEqual([
      "/environments/blog-main-3/virtualHosts/blog.test/enableLetsEncrypt",
      "/environments/shop-main-1/virtualHosts/Shop.acme.test/enableLetsEncrypt",
      "/nodes/node-b/services/nginx/virtualHosts/Shop.acme.test/enableACME",
      "/nodes/node-b/services/nginx/virtualHosts/Shop.acme.test/forceSSL",
      "/nodes/node-b/services/nginx/virtualHosts/blog.test/enableACME",
      "/nodes/node-b/services/nginx/virtualHosts/blog.test/forceSSL",
    ]);
    write("dns-gate.json", memory({ off: ["shop.acme.test"] }));
    expect(built(nix).value).toEqual(before);
  });

  test("a key is turned off only where there is one", () => {
    const host = { enableLetsEncrypt: true, forceSSL: true };
    const environments = {
      ...plan.environments["shop-next-2"],
      virtualHosts: { "a.test": host, "b.test": {} },
    };
    const nginx = { virtualHosts: { "a.test": { forceSSL: true }, "b.test": { locations: {} } } };
    const nodes = { "node-a": { services: { nginx } }, "node-b": {}, "node-c": { services: {} } };
    write("plan.json", { ...plan, environments: { "shop-next-2": environments }, nodes });
    write("dns-gate.json", memory({ off: ["a.test", "b.test"] }));
    const { value, error } = built(nix);
    expect(error).toBe("");
    expect(value.environments["shop-next-2"]).toMatchObject({
      virtualHosts: { "a.test": { enableLetsEncrypt: false, forceSSL: false }, "b.test": {} },
    });
    expect(value.nodes["node-a"]).toEqual({
      services: { nginx: { virtualHosts: { "a.test": { forceSSL: false }, "b.test": { locations: {} } } } },
    });
  });

  test("a file elsewhere is read where the generated flake says so", () => {
    write("other.json", memory({ off: ["blog.test"] }));
    const { value } = built(nix, `gate = ${folder}/generated/other.json;`);
    expect(value.environments["blog-main-3"]).toMatchObject({
      virtualHosts: { "blog.test": { enableLetsEncrypt: false } },
    });
    expect(built(nix, `gate = ${folder}/generated/none.json;`).error).toBe("");
  });

  test.each<[string, unknown]>([
    ["another schema", memory({ schema: 2 })],
    ["no schema", { off: [] }],
    ["a list", []],
    ["an off-list that is none", memory({ off: "a.test" })],
    ["an off-list with something else in it", memory({ off: [{ a: 1 }] })],
    ["no off-list", { schema: 1, hostnames: {}, holds: {} }],
    ["entries that are none", memory({ hostnames: { "a.test": true } })],
    ["holds that are none", memory({ holds: { "shop-main-1": null } })],
    ["copies that are none", memory({ copies: { "shop-main-1": ["node-a"] } })],
    ["copies with TLS for what is none", memory({ copies: { "shop-main-1": { "node-a": [1] } } })],
  ])("%s stops the build with the file's name", (_, given) => {
    write("dns-gate.json", given);
    expect(nixFailure(built(nix).error, 1, "")).toMatchObject({
      code: "gate-memory",
      message: expect.stringContaining("dns-gate.json"),
    });
  });

  test("so does a file that is no JSON", () => {
    write("dns-gate.json", '{\n<<<<<<< HEAD\n  "schema": 1');
    expect(built(nix).error).toContain("error");
  });
});

describeWithNix("an environment that is held", (nix) => {
  const holding = (more: Json = {}) => memory({ holds: { "shop-main-1": "node-a" }, ...more });

  test("is built on the old node, too, with the same uid and slices, as if it were placed there", () => {
    const before = built(nix).value;
    write("dns-gate.json", holding());
    const after = built(nix).value;
    expect(after.nodes["node-b"]).toEqual(before.nodes["node-b"]);
    expect(after.environments).toEqual(before.environments);
    const moved = planWith({
      environments: [
        { ...SHOP, node: "node-a" },
        { name: "shop-next-2", node: "node-a", uid: 1003 },
      ],
      limits: { acme__shop: { MemoryMax: "3G" } },
    });
    expect(after.nodes["node-a"]).toEqual(moved.nodes["node-a"]);
  });

  test("is built on a node that carries nothing else, and not on one that nobody knows", () => {
    const holds = {
      "shop-main-1": "node-c",
      "gone-main-9": "node-a",
      "blog-main-3": "node-x",
      "shop-next-2": "node-a",
    };
    const before = built(nix).value;
    write("dns-gate.json", memory({ holds }));
    const { value, error } = built(nix);
    expect(error).toBe("");
    expect(Object.keys(value.nodes)).toEqual(Object.keys(before.nodes));
    expect(value.nodes["node-a"]).toEqual(before.nodes["node-a"]);
    expect(value.nodes["node-c"]).toMatchObject({
      users: { users: { "shop-main-1": { uid: 1002 } }, groups: { "shop-main-1": { gid: 1002 } } },
      services: {
        nginx: { virtualHosts: { "Shop.acme.test": { enableACME: true }, default: { default: true } } },
      },
    });
  });

  test("keeps TLS on the old node as it was there, whatever holds at the new one", () => {
    const hostnames = {
      "Shop.acme.test": entry("shop-main-1", "node-a", true),
      "www.acme.test": entry("shop-main-1", "node-a", false),
      "shop-main-1.hosting.test": entry("shop-main-1", "node-b", false),
    };
    const off = Object.keys(hostnames);
    write("dns-gate.json", holding({ hostnames, off }));
    const { nodes } = built(nix).value;
    const tls = (node: string, hostname: string) => {
      const { services } = nodes[node] as typeof plan.nodes & { services: { nginx: { virtualHosts: Json } } };
      const { enableACME, forceSSL } = services.nginx.virtualHosts[hostname] as Json;
      return [enableACME, forceSSL];
    };
    for (const hostname of off) expect(tls("node-b", hostname)).toEqual([false, false]);
    expect(tls("node-a", "Shop.acme.test")).toEqual([true, true]);
    expect(tls("node-a", "www.acme.test")).toEqual([false, false]);
    // Nothing is known of the old node any more: as planned.
    expect(tls("node-a", "shop-main-1.hosting.test")).toEqual([true, true]);
    expect(tls("node-a", "plain.acme.test")).toEqual([false, false]);
  });

  test("is built where a copy of it is, with TLS only where that had it", () => {
    const hostnames = { "www.acme.test": entry("shop-main-1", "node-b", true) };
    const before = built(nix).value;
    write(
      "dns-gate.json",
      memory({
        hostnames,
        copies: { "shop-main-1": { "node-c": ["Shop.acme.test"] }, "gone-main-9": { "node-a": [] } },
      }),
    );
    const { nodes } = built(nix).value;
    expect([nodes["node-a"], nodes["node-b"]]).toEqual([before.nodes["node-a"], before.nodes["node-b"]]);
    expect(nodes["node-c"]).toMatchObject({
      users: { users: { "shop-main-1": { uid: 1002 } } },
      services: {
        nginx: {
          virtualHosts: {
            "Shop.acme.test": { enableACME: true, forceSSL: true },
            "www.acme.test": { enableACME: false, forceSSL: false },
            "shop-main-1.hosting.test": { enableACME: false },
          },
        },
      },
    });
  });

  test("does not take a hostname from who has it on the old node by now", () => {
    const taken = planWith({
      environments: [
        { ...SHOP, node: "node-b" },
        { name: "shop-next-2", node: "node-a", uid: 1003, hosts: { "www.acme.test": {} } },
      ],
    });
    write("plan.json", taken);
    write("dns-gate.json", holding());
    const { nodes } = built(nix).value;
    expect(nodes["node-a"]).toMatchObject({
      services: {
        nginx: {
          virtualHosts: { "www.acme.test": { globalRedirect: null }, "Shop.acme.test": { enableACME: true } },
        },
      },
    });
  });
});
