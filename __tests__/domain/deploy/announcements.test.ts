import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Announcement,
  announcements,
  endOf,
  MOST_DEPLOYMENTS,
} from "../../../src/domain/deploy/announcements.ts";
import {
  deployed,
  EXAMPLES,
  environment,
  node,
  passed,
  reportOf,
  rolledBack,
  unchanged,
  untried,
} from "../../support/deploys.ts";

const named = (list: readonly Announcement[]) => list.map((each) => each.environment);
const many = (count: number, hosts: number) =>
  Array.from({ length: count }, (_, index) =>
    environment(`site${index}-main-0000000`, `node-${index % hosts}`),
  );

describe("what is announced", () => {
  test("is each changed environment, by project and branch, with its real address", () => {
    const given = [
      environment("shop-main-4155301", "node-a"),
      environment("wiki-main-77ab310", "node-a", { changed: false }),
      environment("blog-dev-a81d04e", "node-b", { environment: "dev/new", type: "development", url: null }),
    ];
    expect(announcements(given, ".")).toEqual([
      {
        environment: "acme__shop/main",
        covers: ["shop-main-4155301"],
        description: "shop-main-4155301 on node-a",
        url: "https://www.shop.example/",
        isProduction: true,
        isTransient: false,
      },
      {
        environment: "acme__blog/dev/new",
        covers: ["blog-dev-a81d04e"],
        description: "blog-dev-a81d04e on node-b",
        url: null,
        isProduction: false,
        isTransient: true,
      },
    ]);
  });

  test("carries the provider's folder where there are several", () => {
    expect(named(announcements([environment("shop-main-1", "a")], "hosting/eu"))).toEqual([
      "acme__shop/main (hosting/eu)",
    ]);
  });

  test.each([
    ["characters that GitHub's addresses have trouble with", { environment: "ünïcode branch" }],
    ["a name that is too long", { environment: "x".repeat(250) }],
  ])("has the user's name in the place of %s", (_, more) => {
    expect(named(announcements([environment("shop-main-1", "a", more)], "."))).toEqual(["shop-main-1"]);
  });

  test("has the users' names where GitHub would take two for one", () => {
    const pair = [environment("shop-main-1", "a"), environment("shop-main-2", "a", { environment: "Main" })];
    expect(named(announcements(pair, "."))).toEqual(["shop-main-1", "shop-main-2"]);
  });

  test.each([
    [MOST_DEPLOYMENTS, 3, MOST_DEPLOYMENTS, "acme__site0/main"],
    [MOST_DEPLOYMENTS + 1, 3, 3, "node/node-0"],
    [1200, MOST_DEPLOYMENTS, MOST_DEPLOYMENTS, "node/node-0"],
    [1200, 300, 1, "all nodes"],
  ])("of %i environments on %i nodes is %i (fault 47)", (count, hosts, expected, first) => {
    const found = announcements(many(count, hosts), ".");
    expect(found).toHaveLength(expected);
    expect(found[0]?.environment).toBe(first);
    expect(found.flatMap(({ covers }) => covers).sort()).toEqual(
      many(count, hosts)
        .map(({ name }) => name)
        .sort(),
    );
  });

  test("never has a name that GitHub refuses, or a name twice", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    const one = fc.record({
      project: text,
      environment: text,
      name: fc.stringMatching(/^[a-z]{1,11}-[a-z]{1,11}-[0-9a-f]{7}$/),
    });
    const all = fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 8 });
    fc.assert(
      fc.property(all, fc.constantFrom(".", "eu", "hosting/eu"), (given, provider) => {
        const names = named(
          announcements(
            given.map(({ name, ...more }) => environment(name, "a", more)),
            provider,
          ),
        );
        expect(names.filter((name) => !/^[\w./ ()-]{1,255}$/.test(name))).toEqual([]);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(given.length);
      }),
    );
  });
});

describe("how it ended", () => {
  const about = (...covers: string[]): Announcement => ({
    environment: "x",
    covers,
    description: "",
    url: null,
    isProduction: false,
    isTransient: false,
  });
  const report = reportOf([
    node(
      "a",
      1,
      [
        deployed("system"),
        deployed("good"),
        deployed("plain"),
        rolledBack("bad"),
        untried("later"),
        unchanged("same"),
        deployed("mute"),
      ],
      {
        checks: [
          passed("good"),
          passed("good", {
            check: "login",
            passed: false,
            enforced: false,
            failures: ["HTTP 500 is above 399"],
          }),
          passed("mute", { check: "soft", passed: false, enforced: false, failures: ["nothing much"] }),
          passed("mute", { passed: false, status: 502, failures: ["HTTP 502 is above 399", "and more"] }),
        ],
      },
    ),
  ]);
  test.each([
    ["good", "success", "deployed, 1 of 2 HTTP checks passed"],
    ["plain", "success", "deployed, not checked over HTTP"],
    ["same", "success", "deployed, not checked over HTTP"],
    [
      "bad",
      "failure",
      "rolled-back: the activation ended with exit code 1, and generation 41 is the current one",
    ],
    ["mute", "failure", "deployed-unverified: front: HTTP 502 is above 399; and more"],
  ])("%s: %s", (name, state, description) => {
    expect(endOf(about(name), report)).toEqual({ state, description });
  });

  test("is not known of what was not tried", () => {
    expect(endOf(about("later"), report)).toBeNull();
    expect(endOf(about("nobody"), report)).toBeNull();
  });

  test("of several is a failure where one failed, and it is named", () => {
    expect(endOf(about("good", "bad", "mute"), report)).toEqual({
      state: "failure",
      description:
        "bad (and 1 more) rolled-back: the activation ended with exit code 1, and generation 41 is the current one",
    });
    expect(endOf(about("good", "plain"), report)).toEqual({
      state: "success",
      description: "2 environments deployed, 1 of 2 HTTP checks passed",
    });
    expect(endOf(about("good", "later"), report)?.description).toBe("later skipped: its turn never came");
  });

  test("fits into GitHub's 140 characters, whatever clients' servers say", () => {
    const noisy = reportOf([
      node("a", 1, [deployed("x")], {
        checks: [passed("x", { passed: false, failures: ["é\n".repeat(500)] })],
      }),
    ]);
    const description = endOf(about("x"), noisy)?.description ?? "";
    expect([...description]).toHaveLength(140);
    expect(description).not.toContain("\n");
  });

  test("is told of all of 300 nodes in one", () => {
    const big = (EXAMPLES["300 nodes"] as () => typeof report)();
    const [all] = announcements(big.environments, ".");
    expect(all && endOf(all, big)).toMatchObject({
      state: "failure",
      description: expect.stringMatching(/^site802-main-\w+ rolled-back: /),
    });
  });
});
