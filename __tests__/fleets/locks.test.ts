import { expect, test } from "@jest/globals";
import {
  gapsOf,
  isComplete,
  lockText,
  pinsNamed,
  seedOf,
  straysIn,
  withoutInputs,
  withPlaceholders,
} from "../../src/fleets/hostenv/locks.ts";
import type { Lock } from "../../src/fleets/hostenv/schema.ts";

const place = (name: string) => ({ type: "git", url: `https://git.test/${name}` });
const pinned = (name: string, rev: string, inputs?: Record<string, string | string[]>) => ({
  original: { ...place(name), ref: "main" },
  locked: { ...place(name), ref: "main", rev, narHash: `sha256-${rev}` },
  ...(inputs ? { inputs } : {}),
});

const root: Lock = {
  root: "start",
  nodes: {
    start: { inputs: { nixpkgs: "shared", acme__shop: "shop", alias: ["acme__shop", "lib"] } },
    shared: pinned("nixpkgs", "n1"),
    shop: pinned("shop", "s1", { lib: "shared_2", nixpkgs: ["nixpkgs"] }),
    shared_2: pinned("lib", "l1"),
  },
};

const inputs = {
  "shop-a-1": { ...place("shop"), ref: "main" },
  "shop-b-1": { ...place("shop"), ref: "main" },
};

const committed: Lock = {
  root: "root",
  nodes: {
    root: { inputs: { nixpkgs: "shared", "shop-a-1": "shop", "shop-gone-1": "gone" } },
    shared: pinned("nixpkgs", "n0"),
    shop: pinned("shop", "a1", { lib: "lib" }),
    lib: pinned("lib", "l0"),
    gone: pinned("gone", "g1"),
  },
};

const revisions = (lock: Lock) =>
  Object.fromEntries(
    pinsNamed(lock, ["nixpkgs", "acme__shop", "alias", ...Object.keys(inputs), "shop-gone-1"]).map(
      ({ name, url, rev }) => [name, rev ?? url],
    ),
  );

test("a lock starts from the provider's pins and the committed ones of what is still named", () => {
  expect(revisions(seedOf(root, committed, inputs))).toEqual({
    nixpkgs: "n1",
    acme__shop: "s1",
    "acme__shop/lib": "l1",
    "acme__shop/nixpkgs": "follows:nixpkgs",
    alias: "follows:acme__shop/lib",
    "shop-a-1": "a1",
    "shop-a-1/lib": "l0",
  });
  expect(revisions(seedOf(root, committed, inputs, ["shop-a-1"]))).not.toHaveProperty("shop-a-1");
  expect(revisions(seedOf({ nodes: {} }, null, inputs))).toEqual({});
});

test("a relative path of the provider is seen from the generated folder", () => {
  const relative = { type: "path", path: "./lib" };
  const absolute = { type: "path", path: "/srv/lib" };
  const lock: Lock = {
    nodes: {
      root: { inputs: { lib: "lib", srv: "srv" } },
      lib: { original: relative, locked: relative },
      srv: { original: absolute, locked: absolute },
    },
  };
  const seed = seedOf(lock, null, {});
  const nodes = Object.values(seed.nodes).map(({ original, locked }) => [original?.path, locked?.path]);
  expect(nodes).toContainEqual(["../lib", "../lib"]);
  expect(nodes).toContainEqual(["/srv/lib", "/srv/lib"]);
  expect(isComplete(gapsOf(lock, seed, {}))).toBe(true);
});

test("gaps are what is missing, what is stale, and what is pinned otherwise than in the root lock", () => {
  expect(gapsOf(root, committed, inputs)).toEqual({
    missing: ["shop-b-1"],
    stale: ["shop-gone-1"],
    differing: ["acme__shop", "alias", "nixpkgs"],
  });
  const elsewhere = { "shop-a-1": { ...place("shop"), ref: "other" } };
  expect(gapsOf(root, committed, elsewhere).missing).toEqual(["shop-a-1"]);
  // One that is written as a URL or follows another is there, or it is not.
  expect(gapsOf(root, committed, { "shop-a-1": { url: "github:o/r" } }).missing).toEqual([]);
  expect(gapsOf(root, null, inputs).missing).toEqual(["shop-a-1", "shop-b-1"]);
  expect(isComplete(gapsOf(root, committed, inputs))).toBe(false);
});

test("a placeholder stands in for a pin and is gone again", () => {
  const seed = seedOf(root, committed, inputs);
  const lock = withPlaceholders(seed, inputs, ["shop-b-1"]);
  expect(gapsOf(root, lock, inputs)).toEqual({ missing: [], stale: [], differing: [] });
  expect(lockText(withoutInputs(lock, ["shop-b-1"]))).toBe(lockText(seed));
});

test("equal locks are equal texts, whatever their nodes are called", () => {
  const text = lockText(seedOf(root, committed, inputs));
  const nodes = JSON.parse(text).nodes;
  expect(Object.keys(nodes)).toEqual(["acme__shop", "lib", "lib_2", "nixpkgs", "root", "shop-a-1"]);
  expect(nodes["shop-a-1"].inputs).toEqual({ lib: "lib_2" });
  expect(lockText(JSON.parse(text))).toBe(text);
  // A lock that runs in a circle has an end all the same.
  expect(lockText({ nodes: { root: { inputs: { a: "a" } }, a: { inputs: { b: "a" } } } })).toContain(
    '"b": "a"',
  );
});

test("a pin that leads elsewhere than the flake says is a stray, unless it did so before", () => {
  const moved = (change: object): Lock => ({
    ...committed,
    nodes: { ...committed.nodes, shop: { ...committed.nodes.shop, locked: { ...place("shop"), ...change } } },
  });
  expect(straysIn(committed, moved({ rev: "a2" }), inputs)).toEqual([]);
  for (const change of [{ url: "https://evil.test/shop" }, { type: "hg" }, { dir: "x" }, { owner: "evil" }]) {
    expect(straysIn(committed, moved(change), inputs)).toEqual(["shop-a-1"]);
    expect(straysIn(moved(change), moved(change), inputs)).toEqual([]);
  }
  const below = { ...committed.nodes.lib, locked: { ...place("evil"), rev: "l2" } };
  expect(straysIn(committed, { ...committed, nodes: { ...committed.nodes, lib: below } }, inputs)).toEqual([
    "shop-a-1/lib",
  ]);
  expect(straysIn(null, committed, inputs)).toEqual([]);
});
