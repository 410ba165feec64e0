import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { repositoryAt } from "../../src/domain/project-push.ts";
import { lockText } from "../../src/fleets/hostenv/locks.ts";
import {
  movedLock,
  projectsIn,
  repositoryOf,
  revisionOf,
  strangerAmong,
} from "../../src/fleets/hostenv/pushes.ts";
import type { Lock } from "../../src/fleets/hostenv/schema.ts";

const git = (path: string, rev: string, more: object = {}) => ({
  locked: { type: "git", url: `https://git.example/${path}`, rev },
  original: { type: "git", url: `https://git.example/${path}`, ...more },
});

const root: Lock = {
  nodes: {
    root: {
      inputs: {
        acme__shop: "shop",
        acme__blog: "blog",
        acme__site: ["acme__blog"],
        nixpkgs: "nixpkgs",
        shop: "tool",
        beta__web: "web",
        gamma__app: "app",
      },
    },
    shop: { ...git("acme/shop", "1", { ref: "main" }), inputs: { lib: "lib", nixpkgs: ["nixpkgs"] } },
    lib: git("acme/lib", "5"),
    blog: git("acme/blog", "2"),
    nixpkgs: { locked: { type: "path", path: "/x" }, original: { type: "indirect", id: "nixpkgs" } },
    tool: git("acme/shop", "9"),
    web: { locked: {}, original: { type: "github", owner: "Beta", repo: "Web", ref: "trunk" } },
    app: {
      locked: {},
      original: { type: "gitlab", owner: "gamma%2Fteam", repo: "app", host: "gitlab.gamma.example" },
    },
  },
};
const at = (address: string) =>
  repositoryAt(address, "github.com") as NonNullable<ReturnType<typeof repositoryAt>>;

describe("the provider's projects in a repository", () => {
  const names = (address: string, caseless: string[] = []) => projectsIn(root, at(address), caseless);

  test("are those whose input is of it, with the branch they follow", () => {
    expect(names("https://git.example/acme/shop")).toEqual([{ name: "acme__shop", branch: "main" }]);
    expect(names("https://git.example/acme/blog")).toEqual([{ name: "acme__blog", branch: null }]);
    expect(names("beta/web")).toEqual([{ name: "beta__web", branch: "trunk" }]);
    expect(names("https://gitlab.gamma.example/gamma/team/app")).toEqual([
      { name: "gamma__app", branch: null },
    ]);
  });

  test("are none where only what the provider is built with is of it, or another server has it", () => {
    expect(names("https://git.example/acme/lib")).toEqual([]);
    expect(names("https://git.other/acme/shop")).toEqual([]);
    expect(names("https://git.example/Acme/Shop")).toEqual([]);
    expect(names("https://git.example/Acme/Shop", ["git.example"])).toHaveLength(1);
  });

  test("have none where a reference leads to no repository", () => {
    for (const reference of [
      { type: "path", path: "/x" },
      { type: "github" },
      { type: "constructor", owner: "a", repo: "b" },
      {},
    ])
      expect(repositoryOf(reference)).toBeNull();
  });
});

describe("a lock in which some inputs move", () => {
  const moved: Lock = {
    nodes: {
      root: { inputs: { acme__shop: "a", acme__blog: "b", nixpkgs: "n" } },
      a: { ...git("acme/shop", "10", { ref: "main" }), inputs: { lib: "l" } },
      l: git("acme/lib", "50"),
      b: git("acme/blog", "20"),
      n: { locked: { type: "path", path: "/other" } },
    },
  };

  test("has those and all below them as the other has them, and everything else as it was", () => {
    const text = movedLock(root, moved, ["acme__shop"]) as string;
    const made = JSON.parse(text);
    expect([revisionOf(made, "acme__shop"), revisionOf(made, "acme__blog")]).toEqual(["10", "2"]);
    expect(made.nodes.lib.locked.rev).toBe("50");
    expect(made.nodes.nixpkgs).toEqual(root.nodes.nixpkgs);
  });

  test("lacks those that the other does not have, and is none where nothing moves", () => {
    const made = JSON.parse(movedLock(root, moved, ["beta__web"]) as string);
    expect(Object.keys(made.nodes.root.inputs)).not.toContain("beta__web");
    expect(movedLock(root, root, ["acme__shop", "acme__blog"])).toBeNull();
    expect(movedLock(root, moved, ["not-there"])).toBeNull();
  });

  test("differs in nothing but what is named, whatever the other lock holds", () => {
    const rev = fc.string({ minLength: 1, maxLength: 3 });
    const lock = fc
      .dictionary(fc.constantFrom("acme__shop", "acme__blog", "nixpkgs", "__proto", "root", "extra"), rev)
      .map(
        (pins): Lock => ({
          nodes: {
            root: { inputs: Object.fromEntries(Object.keys(pins).map((name) => [name, `${name}!`])) },
            ...Object.fromEntries(Object.entries(pins).map(([name, each]) => [`${name}!`, git(name, each)])),
          },
        }),
      );
    fc.assert(
      fc.property(lock, fc.subarray(["acme__shop", "acme__blog", "extra", "root"]), (other, names) => {
        const made: Lock = JSON.parse(movedLock(root, other, names) ?? lockText(root));
        for (const name of Object.keys(root.nodes.root?.inputs ?? {}).filter((each) => !names.includes(each)))
          expect(revisionOf(made, name)).toBe(revisionOf(root, name));
      }),
    );
  });
});

describe("a proposed lock", () => {
  const shop = root.nodes.shop?.original ?? {};
  const proposal = (change: object): Lock => ({
    nodes: {
      root: { inputs: { "shop-a": "a" } },
      a: { ...git("acme/shop", "7", { ref: "x", dir: "sub" }), ...change },
    },
  });

  test("is of the project where each name is of its repository, at the place that it says", () => {
    expect(strangerAmong(proposal({}), ["shop-a", "gone"], [shop])).toBeNull();
    const elsewhere = { locked: { type: "git", url: "https://git.example/mallory/shop", rev: "7" } };
    expect(strangerAmong(proposal(elsewhere), ["shop-a"], [shop])).toBe("shop-a");
    expect(strangerAmong(proposal(git("acme/blog", "7")), ["shop-a"], [shop])).toBe("shop-a");
    expect(strangerAmong(proposal({ original: { type: "path", path: "/etc" } }), ["shop-a"], [shop])).toBe(
      "shop-a",
    );
    expect(strangerAmong(root, ["nixpkgs"], [shop])).toBe("nixpkgs");
    expect(strangerAmong(root, ["acme__site"], [shop])).toBe("acme__site");
  });
});
