import { expect, test } from "@jest/globals";
import { deployOutcomeSchema, isConfirmed } from "../../../src/domain/deploy/outcome.ts";
import { outcomeOf } from "../../../src/domain/deploy/report.ts";
import { deployed, node, passed, reportOf, rolledBack } from "../../support/deploys.ts";

const profile = (name: string, result: string) => ({ profile: name, result, storePath: null, seconds: 1 });
const check = (environment: string, passed: boolean, given: object = {}) => ({
  environment,
  check: "home",
  passed,
  status: passed ? 200 : 503,
  failures: [],
  ...given,
});

const outcome = (host: object, ...more: object[]) =>
  deployOutcomeSchema.parse({
    schema: 1,
    planId: "a".repeat(64),
    hosts: [
      {
        host: "node-a",
        wave: 1,
        result: "deployed",
        profiles: [profile("shop-main", "deployed")],
        verification: [],
        ...host,
      },
      ...more,
    ],
    waitingForDns: [],
  });

const isShopConfirmed = (...given: Parameters<typeof outcome>) =>
  isConfirmed(outcome(...given), "shop-main", "node-a");

test.each([
  ["deployed", true],
  ["unchanged", true],
  ["deployed-unverified", false],
  ["rolled-back", false],
  ["failed", false],
  ["skipped", false],
])("a profile that is %s confirms its environment: %p", (result, expected) => {
  expect(isShopConfirmed({ profiles: [profile("shop-main", result)] })).toBe(expected);
});

test("an environment that is not among the profiles, or only on another node, is not confirmed", () => {
  expect(isShopConfirmed({ profiles: [profile("system", "deployed")] })).toBe(false);
  expect(isShopConfirmed({ host: "node-b" })).toBe(false);
  expect(isConfirmed(outcome({}), "constructor", "node-a")).toBe(false);
});

test("each enforced check must have passed; one that says nothing of it is enforced", () => {
  expect(isShopConfirmed({ verification: [check("shop-main", true), check("shop-main", true)] })).toBe(true);
  expect(isShopConfirmed({ verification: [check("shop-main", true), check("shop-main", false)] })).toBe(
    false,
  );
  const warning = check("shop-main", false, { enforced: false });
  expect(isShopConfirmed({ verification: [warning] })).toBe(true);
  expect(isShopConfirmed({ verification: [check("blog-main", false)] })).toBe(true);
});

test("a host that stands twice must be right each time", () => {
  const again = { host: "node-a", wave: 2, result: "failed", verification: [] };
  expect(isShopConfirmed({}, { ...again, profiles: [profile("shop-main", "failed")] })).toBe(false);
  expect(isShopConfirmed({}, { ...again, profiles: [] })).toBe(true);
});

test("a document of another shape is none", () => {
  for (const change of [
    { schema: 2 },
    { hosts: {} },
    { hosts: [{ host: "node-a" }] },
    { hosts: [{ host: "node-a", wave: 1, result: "x", profiles: [profile("a", "fine")], verification: [] }] },
  ])
    expect(deployOutcomeSchema.safeParse({ ...outcome({}), ...change }).success).toBe(false);
});

test("a deploy's report says the same as what it prints: the workflow gives that", () => {
  const profiles = [
    deployed("system"),
    deployed("shop-main"),
    deployed("wiki-main"),
    rolledBack("blog-main"),
  ];
  const checks = [passed("shop-main"), passed("wiki-main", { passed: false, status: 503 })];
  const report = reportOf([node("node-a", 1, profiles, { checks })]);
  const written = deployOutcomeSchema.parse(JSON.parse(JSON.stringify(report)));
  const confirmed = (given: typeof written) =>
    ["shop-main", "wiki-main", "blog-main"].map((name) => isConfirmed(given, name, "node-a"));
  expect(confirmed(written)).toEqual([true, false, false]);
  expect(confirmed(outcomeOf(report))).toEqual([true, false, false]);
});

test("one on a node at which nothing was to be done is as it was confirmed before", () => {
  const nothing = { schema: 1, planId: "a".repeat(64), hosts: [], waitingForDns: [] };
  const isThere = (more: object) =>
    isConfirmed(deployOutcomeSchema.parse({ ...nothing, ...more }), "shop-main", "node-a");
  expect(isThere({ standing: ["node-a"] })).toBe(true);
  expect(isThere({ standing: ["node-b"] })).toBe(false);
  expect(isThere({})).toBe(false);
});
