import { describe, expect, test } from "@jest/globals";
import {
  adding,
  changing,
  dropping,
  type EnvironmentSpec,
  linesBetween,
  type ProviderSpec,
  rulesBetween,
} from "../support/plan-builder.ts";

// Fingerprints as `ssh-keygen -lf` printed them.
const ALICE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOi11qGbDbEo41qGvEumNJ391NFBOcNE7NcPvt4JgYN";
const ALICE_PRINT = "SHA256:TAP5bSngn2ooG3OL9H2dAc/AYr9lFgY6rB5dn0eg+MQ";
const BOB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC0NJIukmGiGi+BVs+GCWmkTidPVJ+doeqBNUGn9pZ2+";
const BOB_PRINT = "SHA256:ITwc+4S08UnhtqyL4f9JTPg0nf4F8j7hfyLDGgvYkOE";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", node: "node-a", users: { alice: [`${ALICE} alice@laptop`] } },
    { name: "shop-next", node: "node-b" },
  ],
};

const withUsers = (users: EnvironmentSpec["users"], name = "shop-main") =>
  changing(shop, name, { users: users ?? {} });

describe("ssh-key-added", () => {
  test("warns with the fingerprint, the user and where the login is", () => {
    expect(linesBetween(shop, withUsers({ bob: [BOB] }, "shop-next"))).toEqual([
      `warn ssh-key-added ${BOB_PRINT} @node-b: ${BOB_PRINT} (user bob) gains login to shop-next on node-b`,
    ]);
  });

  test("is one finding without a node for a key on several", () => {
    const everywhere = changing(withUsers({ bob: [BOB] }, "shop-next"), "shop-main", {
      users: { alice: [ALICE], robert: [`${BOB} work`] },
    });
    expect(linesBetween(shop, everywhere)).toEqual([
      `warn ssh-key-added ${BOB_PRINT}: ${BOB_PRINT} (user bob, robert) gains login to shop-main, shop-next ` +
        "on node-a, node-b",
    ]);
  });

  test("warns of a key nobody had that comes with a new environment", () => {
    const wiki = { name: "wiki-main", users: { bob: [BOB] } };
    expect(rulesBetween(shop, adding(shop, wiki))).toEqual([
      `ssh-key-added ${BOB_PRINT}`,
      "environment-added wiki-main",
    ]);
  });

  test("is not said of a new environment of people its project knows", () => {
    const next = { name: "shop-extra", users: { alice: [`${ALICE} alice@desktop`] } };
    expect(rulesBetween(shop, adding(shop, next))).toEqual(["environment-added shop-extra"]);
  });

  test("warns of another project's people on a new environment", () => {
    const wiki = { name: "wiki-main", users: { alice: [ALICE] } };
    expect(rulesBetween(shop, adding(shop, wiki))).toEqual([
      expect.stringMatching(/^ssh-key-added SHA256:/),
      "environment-added wiki-main",
    ]);
  });

  test("sees the second key of an entry with a line break", () => {
    const smuggled = withUsers({ alice: [`${ALICE}\n${BOB}`] });
    expect(rulesBetween(shop, smuggled)).toEqual([`ssh-key-added ${BOB_PRINT}`]);
  });

  test("is not said of a known key that another user of the environment gets too", () => {
    expect(rulesBetween(shop, withUsers({ alice: [ALICE], al: [ALICE] }))).toEqual([]);
  });

  test("is not said of a key that moves with its environment", () => {
    expect(rulesBetween(shop, changing(shop, "shop-main", { node: "node-b" }))).not.toContain(
      `ssh-key-added ${ALICE_PRINT}`,
    );
  });
});

describe("ssh-key-removed", () => {
  test("warns with the fingerprint, the user and where the login was", () => {
    expect(linesBetween(shop, withUsers({}))).toEqual([
      `warn ssh-key-removed ${ALICE_PRINT} @node-a: ${ALICE_PRINT} (user alice) loses login to shop-main on node-a`,
    ]);
  });

  test("is not said of an environment that goes as a whole", () => {
    expect(rulesBetween(shop, dropping(shop, "shop-main"))).toEqual([
      "environment-removed shop-main",
      "node-emptied node-a",
    ]);
  });
});

describe("a key", () => {
  const rules = (before: string, after: string) =>
    rulesBetween(withUsers({ alice: [before] }), withUsers({ alice: [after] }));
  const swapped = [`ssh-key-added ${BOB_PRINT}`, `ssh-key-removed ${ALICE_PRINT}`];

  test("in place of another is added, and the other removed", () => {
    expect(rules(ALICE, BOB)).toEqual(swapped);
  });

  test("with another comment is the same key", () => {
    expect(rules(`${ALICE} alice@laptop`, `${ALICE} alice at work`)).toEqual([]);
    expect(rules(`${ALICE} alice@laptop`, ALICE)).toEqual([]);
  });

  test("with other options is another login", () => {
    expect(rules(`no-pty ${ALICE}`, ALICE)).toEqual([
      `ssh-key-added ${ALICE_PRINT}`,
      `ssh-key-removed ${ALICE_PRINT}`,
    ]);
  });

  test("is not hidden by another key in a quoted option", () => {
    const behind = (key: string) => `command="echo ssh-rsa AAAAB3NzaC1yc2E x" ${key}`;
    expect(rules(behind(ALICE), behind(BOB))).toEqual(swapped);
  });
});

describe("deploy-key-changed", () => {
  const both = adding(shop, { name: "blog-main", node: "node-a" });
  const trusting = (...deployKeys: string[]) => ({ ...both, deployKeys });

  test("warns of each key that comes or goes, with the nodes", () => {
    expect(linesBetween(trusting(ALICE), trusting(BOB))).toEqual([
      `warn deploy-key-changed ${BOB_PRINT}: ${BOB_PRINT} is trusted from now on by node-a, node-b`,
      `warn deploy-key-changed ${ALICE_PRINT}: ${ALICE_PRINT} is no longer trusted by node-a, node-b`,
    ]);
  });

  test("names the node where there is only one", () => {
    const one = (...deployKeys: string[]) => ({ environments: [{ name: "shop-main" }], deployKeys });
    expect(linesBetween(one(), one(ALICE))).toEqual([
      `warn deploy-key-changed ${ALICE_PRINT} @node-a: ${ALICE_PRINT} is trusted from now on by node-a`,
    ]);
  });

  test("is not said of another order or another comment", () => {
    expect(rulesBetween(trusting(ALICE, BOB), trusting(BOB, ALICE))).toEqual([]);
    expect(rulesBetween(trusting(`${ALICE} ci`), trusting(`${ALICE} ci@new`))).toEqual([]);
  });

  test("is not said of a node that is new, which has the keys of all", () => {
    const grown = adding(trusting(ALICE), { name: "wiki-main", node: "node-c" });
    expect(rulesBetween(trusting(ALICE), grown)).toEqual(["environment-added wiki-main"]);
  });

  test("warns where only a node that is new has the key", () => {
    const moved = { environments: [{ name: "shop-main", node: "node-b" }], deployKeys: [BOB] };
    const before = { environments: [{ name: "shop-main", node: "node-a" }], deployKeys: [ALICE] };
    expect(rulesBetween(before, moved)).toContain(`deploy-key-changed ${BOB_PRINT}`);
  });
});

describe("signing-key-changed", () => {
  const trusting = (...signingKeys: string[]) => ({ ...shop, signingKeys });

  test("warns of each key that comes or goes, with the nodes", () => {
    expect(linesBetween(trusting("cache-1:abc="), trusting("cache-2:def="))).toEqual([
      "warn signing-key-changed cache-1:abc=: cache-1:abc= is no longer trusted by node-a, node-b",
      "warn signing-key-changed cache-2:def=: cache-2:def= is trusted from now on by node-a, node-b",
    ]);
  });

  test("is not said of another order", () => {
    expect(rulesBetween(trusting("a:1=", "b:2="), trusting("b:2=", "a:1="))).toEqual([]);
  });
});
