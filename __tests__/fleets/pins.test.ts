import { describe, expect, test } from "@jest/globals";
import { normalisedProject, pinsOf, projectOfInput } from "../../src/fleets/hostenv/pins.ts";
import type { Lock } from "../../src/fleets/hostenv/schema.ts";
import { FIXTURES, fixtureJson } from "./fixtures.ts";

const locked = (rev: string) => ({
  type: "github",
  owner: "acme",
  repo: "flake",
  rev,
  narHash: `sha256-${rev}`,
  lastModified: 1,
});

const namesOf = (lock: Lock) => pinsOf(lock).map(({ name }) => name);

describe("pinsOf", () => {
  test("names each input by its path from the root, wherever the lock keeps it", () => {
    const lock: Lock = {
      root: "top",
      nodes: {
        top: { inputs: { nixpkgs: "nixpkgs_2", hostenv: "hostenv" } },
        hostenv: { inputs: { nixpkgs: "nixpkgs", utils: "utils" }, locked: locked("3") },
        nixpkgs: { locked: locked("1") },
        nixpkgs_2: { locked: locked("2") },
        utils: { locked: locked("4") },
        unused: { locked: locked("5") },
      },
    };
    expect(pinsOf(lock).map(({ name, rev }) => [name, rev])).toEqual([
      ["hostenv", "3"],
      ["hostenv/nixpkgs", "1"],
      ["hostenv/utils", "4"],
      ["nixpkgs", "2"],
    ]);
  });

  test("gives url, revision and content of an input", () => {
    const lock = { nodes: { root: { inputs: { nixpkgs: "nixpkgs" } }, nixpkgs: { locked: locked("1") } } };
    expect(pinsOf(lock)).toEqual([
      { name: "nixpkgs", url: "github:acme/flake", rev: "1", narHash: "sha256-1" },
    ]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ type: "github", owner: "NixOS", repo: "nixpkgs" }, "github:NixOS/nixpkgs"],
    [
      { type: "git", url: "https://git.test/shop.git", dir: ".hostenv" },
      "git+https://git.test/shop.git?dir=.hostenv",
    ],
    [{ type: "tarball", url: "https://x.test/a.tar.gz" }, "tarball+https://x.test/a.tar.gz"],
    [{ type: "path", path: "/srv/shop" }, "path:/srv/shop"],
    [{ type: "indirect", id: "nixpkgs" }, "indirect:nixpkgs"],
    [{ type: "gitlab", owner: "a", repo: "b", dir: "c" }, "gitlab:a/b?dir=c"],
    [{}, "unknown:"],
  ])("writes %j as %s", (reference, url) => {
    const lock = { nodes: { root: { inputs: { x: "x" } }, x: { locked: reference } } };
    expect(pinsOf(lock)).toEqual([{ name: "x", url, rev: null, narHash: null }]);
  });

  test("names what an input follows instead of a revision", () => {
    const lock: Lock = {
      nodes: {
        root: { inputs: { nixpkgs: "nixpkgs", hostenv: "hostenv", alias: ["nixpkgs"] } },
        hostenv: { inputs: { nixpkgs: ["nixpkgs"] }, locked: locked("3") },
        nixpkgs: { locked: locked("1") },
      },
    };
    expect(pinsOf(lock).map(({ name, rev, url }) => [name, rev ?? url])).toEqual([
      ["alias", "follows:nixpkgs"],
      ["hostenv", "3"],
      ["hostenv/nixpkgs", "follows:nixpkgs"],
      ["nixpkgs", "1"],
    ]);
  });

  test("ends where a lock points in a circle, at itself, or nowhere", () => {
    const lock: Lock = {
      nodes: {
        root: { inputs: { a: "a", lost: "gone" } },
        a: { inputs: { b: "b", self: "a" }, locked: locked("1") },
        b: { inputs: { a: "a" }, locked: locked("2") },
      },
    };
    expect(namesOf(lock)).toEqual(["a", "a/b", "a/b/a", "a/self"]);
  });

  test("lists what lies below a shared input once, however many inputs share it", () => {
    // Each level is shared twice by the one above: a million paths, were all of them walked.
    const level = (depth: number) => ({
      inputs: { l: `n${depth + 1}`, r: `n${depth + 1}` },
      locked: locked("1"),
    });
    const levels = Array.from({ length: 20 }, (_, depth) => [`n${depth}`, level(depth)]);
    const lock: Lock = { nodes: { root: { inputs: { top: "n0" } }, ...Object.fromEntries(levels) } };
    expect(namesOf(lock)).toHaveLength(39);
  });

  test("keeps a password in an address to itself", () => {
    const urlOf = (url: string) =>
      pinsOf({ nodes: { root: { inputs: { x: "x" } }, x: { locked: { type: "git", url } } } })[0]?.url;
    expect(urlOf("https://bot:hunter2@git.test/shop.git")).toBe("git+https://redacted@git.test/shop.git");
    expect(urlOf("https://hunter2@git.test/a?private_token=x&ref=y")).toBe(
      "git+https://redacted@git.test/a?private_token=redacted&ref=y",
    );
    expect(urlOf("ssh://git@git.test/shop.git")).toBe("git+ssh://git@git.test/shop.git");
  });

  test("reads a lock without a root, whose nodes are the inputs", () => {
    const lock: Lock = { nodes: { acme__shop: { locked: locked("1") }, nixpkgs: { locked: locked("2") } } };
    expect(namesOf(lock)).toEqual(["acme__shop", "nixpkgs"]);
  });

  test.each(FIXTURES)("names the projects of a fixture: %s", (name) => {
    const lock: Lock = fixtureJson(`${name}/flake.lock`);
    const projects = namesOf(lock).filter((input) => projectOfInput(input) !== null);
    expect(projects.sort()).toEqual(
      Object.keys(lock.nodes)
        .filter((node) => node.includes("__"))
        .sort(),
    );
  });

  test("gives no pins for a lock without inputs", () => {
    expect(pinsOf({ nodes: { root: {} } })).toEqual([]);
    expect(pinsOf({ nodes: {} })).toEqual([]);
  });
});

test.each([
  ["acme__shop", "acme__shop"],
  ["acme__shop/nixpkgs", "acme__shop"],
  ["nixpkgs/acme__shop", null],
  ["nixpkgs", null],
  ["acme_shop", null],
])("the project of the input %s is %s", (input, project) => {
  expect(projectOfInput(input)).toBe(project);
});

test.each([
  ["acme__shop", "acme__shop"],
  ["Blue_Sky-Ltd__Catalogue-Service", "blueskyltd__catalogueservice"],
  ["A.B__C", "ab__c"],
])("%s is compared as %s", (input, normalised) => {
  expect(normalisedProject(input)).toBe(normalised);
});
