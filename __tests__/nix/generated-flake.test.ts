import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

/** A JSON value as Nix text that no quoting of ours takes part in. */
function fromJson(value: unknown): string {
  const text = JSON.stringify(value).replace(/[\\"$]/g, (found) => `\\${found}`);
  return `(builtins.fromJSON "${text}")`;
}

// Nix's own interpolation, as text.
const $ = "$";
const HOSTILE = [
  '"; }; outputs = throw "out"; x = "',
  `${$}{throw ''out''}`,
  `$${$}{x}`,
  `\\${$}{x}`,
  "a\\",
  `''${$}{x}`,
  "a b\tc\nd\re",
  "#",
  "/* */",
  "ü@\u2028",
];

const git = { type: "git", url: "https://git.test/shop", dir: ".hostenv" };

/** generatedFlake of one lock and its environments' `repo`. */
function generated(parts: { lock?: unknown; repos?: Record<string, unknown>; settings?: string }): string {
  const environments = Object.fromEntries(
    Object.entries(parts.repos ?? {}).map(([name, repo]) => [name, { repo }]),
  );
  return `(import ${root}nix/plan/generated-flake.nix { inherit (import ${root}nix/plan/fail.nix) fail; }).generatedFlake {
    lock = ${fromJson(parts.lock ?? { nodes: {} })};
    environments = ${fromJson(environments)};
    settings = ${parts.settings ?? "{ }"};
  }`;
}

/** The inputs that the text names, as Nix reads them. */
function inputsOf(nix: string, parts: Parameters<typeof generated>[0]): Record<string, unknown> {
  const { value, error } = evaluate(
    nix,
    `(import (builtins.toFile "flake.nix" (${generated(parts)}).flake)).inputs`,
  );
  expect(error).toBe("");
  return value as Record<string, unknown>;
}

describeWithNix("the generated flake's text", (nix) => {
  test("writes any value so that Nix reads the same value, and nothing else", () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme" }).filter((each) => !each.includes("\0")),
    );
    const name = fc.oneof(text, fc.constantFrom("if", "inherit", "__functor", "a-b", "1", "a.b", ""));
    const leaf = fc.oneof(text, fc.boolean(), fc.nat());
    const values = fc.array(
      fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { noNullPrototype: true })), {
        noNullPrototype: true,
      }),
      { minLength: 30, maxLength: 30 },
    );
    // One run of Nix for many values: starting it is what costs.
    const run = (given: unknown) => {
      const { value, error } = evaluate(
        nix,
        `let given = ${fromJson(given)}; text = import ${root}nix/plan/nix-text.nix; in
         map (value: import (builtins.toFile "value.nix" (text "" value))) given`,
      );
      expect(error).toBe("");
      expect(value).toEqual(given);
    };
    fc.assert(fc.property(values, run), { numRuns: 8, seed: 1 });
    run([Object.fromEntries(HOSTILE.map((each) => [each, { [each]: each }]))]);
  });

  test("names an environment's branch, whichever kind of input its project is", () => {
    const repos = {
      git: { ...git, ref: "feature/x", rev: "a".repeat(40), narHash: "sha256-x", submodules: true },
      github: { type: "github", owner: "o", repo: "r", rev: "b".repeat(40), ref: "dev" },
      gitlab: { type: "gitlab", owner: "o", repo: "r", host: "git.test", ref: "dev" },
      path: { type: "path", path: "/srv/project", ref: "dev" },
      relative: { type: "path", path: "./project", ref: "dev" },
      tarball: { type: "tarball", url: "https://t.test/x.tar.gz", ref: "dev" },
    };
    expect(inputsOf(nix, { repos })).toEqual({
      git: { ...git, ref: "feature/x", submodules: true },
      github: { type: "github", owner: "o", repo: "r", ref: "dev" },
      gitlab: { type: "gitlab", owner: "o", repo: "r", host: "git.test", ref: "dev" },
      path: { type: "path", path: "/srv/project" },
      relative: { type: "path", path: "../project" },
      tarball: { type: "tarball", url: "https://t.test/x.tar.gz" },
    });
  });

  test.each(HOSTILE)("refuses the branch %j by the environment's name", (ref) => {
    const { error } = evaluate(nix, `(${generated({ repos: { "x-main-1": { ...git, ref } } })}).flake`);
    expect(nixFailure(error, 1, "")).toMatchObject({
      code: "git-ref",
      message: expect.stringContaining("environment 'x-main-1'"),
    });
  });

  const lock = {
    root: "r",
    nodes: {
      r: { inputs: { nixpkgs: "n", tool: "t", systems: ["tool", "utils", "systems"], local: "l" } },
      n: { original: { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "stable" } },
      t: { original: git, flake: false, inputs: { nixpkgs: ["nixpkgs"], utils: "u", lib: "l" } },
      u: { original: git, inputs: { systems: "l", lib: ["tool", "lib"], self: "t" } },
      l: { original: { type: "path", path: "./lib" } },
    },
  };

  test("repeats the provider's own inputs, with all that follows others", () => {
    expect(inputsOf(nix, { lock })).toEqual({
      nixpkgs: { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "stable" },
      systems: { follows: "tool/utils/systems" },
      tool: {
        ...git,
        flake: false,
        inputs: { nixpkgs: { follows: "nixpkgs" }, utils: { inputs: { lib: { follows: "tool/lib" } } } },
      },
      local: { type: "path", path: "../lib" },
    });
  });

  test("lets environments follow what the provider has, or what it says", () => {
    const repos = { "shop-main-1": { ...git, ref: "main" } };
    const input = (settings?: string) =>
      inputsOf(nix, { lock, repos, ...(settings ? { settings } : {}) })["shop-main-1"];
    expect(input()).toEqual({ ...git, ref: "main", inputs: { nixpkgs: { follows: "nixpkgs" } } });
    expect(input("{ envInputs.follows = { }; }")).toEqual({ ...git, ref: "main" });
    const settings = `{ envInputs = {
      follows.pkgs = "parent/nixpkgs";
      extra = environment: { shallow = true; inputs.sops.follows = "parent/tool"; };
    }; }`;
    expect(input(settings)).toEqual({
      ...git,
      ref: "main",
      shallow: true,
      inputs: { pkgs: { follows: "nixpkgs" }, sops: { follows: "tool" } },
    });
  });

  test("adds the provider's further inputs, and lets no name stand for two", () => {
    const settings =
      '{ inputs.disko = { url = "github:o/disko"; inputs.nixpkgs.follows = "parent/nixpkgs"; }; }';
    expect(inputsOf(nix, { lock, settings })).toMatchObject({
      disko: { url: "github:o/disko", inputs: { nixpkgs: { follows: "nixpkgs" } } },
    });
    for (const twice of [
      { settings: "{ inputs.nixpkgs = { }; }" },
      { repos: { nixpkgs: { ...git, ref: "x" } } },
    ]) {
      const { error } = evaluate(nix, `(${generated({ lock, ...twice })}).flake`);
      expect(nixFailure(error, 1, "")).toMatchObject({
        code: "input-twice",
        message: expect.stringContaining("'nixpkgs'"),
      });
    }
  });
});
