import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { branchOf, isSameRepository, proposalBranch, repositoryAt } from "../../src/domain/project-push.ts";

const SHOP = { host: "github.com", path: "acme/shop" };

describe("a repository's address", () => {
  test.each([
    "acme/shop",
    "https://github.com/acme/shop",
    "https://github.com/acme/shop.git",
    "https://x-access-token:secret@github.com/acme/shop/",
    "git+https://github.com/acme/shop?ref=main&dir=.hostenv",
    "ssh://git@github.com:22/acme/shop.git",
    "git@github.com:acme/shop.git",
    "https://GitHub.com/acme/shop#readme",
  ])("%s", (address) => expect(repositoryAt(address, "github.com")).toEqual(SHOP));

  test.each([
    ...[
      "",
      "shop",
      "acme/shop/..",
      "../shop",
      "file:///srv/acme/shop",
      "/srv/acme/shop",
      "https://github.com/",
    ],
    ...["https:///acme/shop", "https://github.com/acme/../shop", "acme/shop; rm -rf .", "$(x)/shop"],
    ...["https://git hub.com/acme/shop", "ftp://github.com/acme/shop", "acme/shop\n", "--upload-pack=x:y"],
  ])("is none: %j", (address) => expect(repositoryAt(address, "github.com")).toBeNull());

  test("without a server is one of the forge that says so", () => {
    expect(repositoryAt("acme/shop", "github.acme.example")).toEqual({
      ...SHOP,
      host: "github.acme.example",
    });
  });

  test("is the same in other letters where the server takes them for the same", () => {
    const other = (host: string) =>
      [
        { host, path: "acme/shop" },
        { host, path: "Acme/Shop" },
      ] as const;
    expect(isSameRepository(...other("github.com"), [])).toBe(true);
    expect(isSameRepository(...other("git.example"), [])).toBe(false);
    expect(isSameRepository(...other("git.example"), ["git.example"])).toBe(true);
    expect(isSameRepository(SHOP, { ...SHOP, host: "gitlab.com" }, [])).toBe(false);
    expect(isSameRepository(SHOP, { ...SHOP, path: "acme/shop2" }, [])).toBe(false);
  });

  test("of any text is a server and a path that mean nothing to a shell or a file system, or none", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^[\w.-]+@[\w.-]+:[\w./-]+$/)),
        (text) => {
          const found = repositoryAt(text, "github.com");
          if (found === null) return;
          expect(found.host).toMatch(/^[a-z0-9.-]+$/);
          expect(found.path).toMatch(/^[\w.~+/-]+$/);
          expect(found.path.split("/").filter((part) => /^\.*$/.test(part))).toEqual([]);
        },
      ),
    );
  });
});

describe("a reference", () => {
  test.each([
    ["refs/heads/main", "main"],
    ["refs/heads/feature/basket-2", "feature/basket-2"],
    ["refs/heads/refs/heads/x", "refs/heads/x"],
    ["staging", "staging"],
    ["release/2.x", "release/2.x"],
  ])("of a branch: %s", (ref, branch) => expect(branchOf(ref)).toBe(branch));

  test.each([
    ...[
      "refs/tags/v1",
      "refs/pull/1/head",
      "refs/heads/",
      "refs/heads/-x",
      "refs/heads/a..b",
      "refs/heads/a b",
    ],
    ...[
      "refs/heads/x.lock",
      "refs/heads/x/",
      "refs/heads/a//b",
      "refs/heads/@{0}",
      "refs/heads/x\n",
      "",
      "..",
    ],
    ...[
      "refs/heads/$(x)",
      "refs/heads/x;y",
      "refs/heads/`x`",
      "refs/heads/é",
      `refs/heads/${"x".repeat(256)}`,
    ],
  ])("of none that can be hosted: %j", (ref) => expect(branchOf(ref)).toBeNull());

  test("of any text is a name without a blank, a quote or a sign that a shell knows, or none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const ref of [text, `refs/heads/${text}`]) {
          const branch = branchOf(ref);
          if (branch !== null) expect(branch).toMatch(/^[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*$/);
        }
      }),
    );
  });
});

describe("the branch of a proposal", () => {
  test("is the same for each push of a branch, and another for all else", () => {
    const of = (branch: string, projects = ["acme__shop"], provider = ".") =>
      proposalBranch(provider, { projects, branch });
    expect(of("feature/x")).toMatch(/^hostenv\/project-acme__shop-feature-x-[0-9a-f]{8}$/);
    expect(of("feature/x")).toBe(of("feature/x"));
    const all = [
      of("feature/x"),
      of("feature-x"),
      of("x", ["acme__shop-feature"]),
      of("feature/x", undefined, "infra"),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test("of any names is one that git takes", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), fc.string(), (projects, branch) => {
        const name = proposalBranch(".", { projects, branch });
        expect(name).toMatch(/^hostenv\/project-[A-Za-z0-9_-]*-[0-9a-f]{8}$/);
        expect(name.length).toBeLessThan(120);
      }),
    );
  });
});
