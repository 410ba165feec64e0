import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { JsonValue } from "../../src/domain/json.ts";
import { movingOf } from "../../src/domain/moving.ts";
import { movingDifferences } from "../../src/fleets/hostenv/moving.ts";
import { type Plan, parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { root } from "../support/nix.ts";

const CASES = `${root}__tests__/fixtures/hostenv`;
const planOf = (name: string) =>
  JSON.parse(readFileSync(`${CASES}/${name}/expected/plan.json`, "utf8")) as JsonValue;
const [SHOP, NODE] = ["shop-main-4f7240c", "node-a"];

// biome-ignore lint/suspicious/noExplicitAny: a plan's parts are changed at will
type Change = (plan: any) => void;

/** What a change of our plan is told as, against the existing tool's. */
function told(change: Change): ReturnType<typeof movingDifferences> {
  const ours = planOf("basic");
  change(ours);
  const theirs = parsePlan(planOf("basic"), "theirs");
  return movingDifferences(theirs, parsePlan(ours, "ours"));
}

test.each(readdirSync(CASES))("the existing tool's plan %s is ours, its free text apart", (name) => {
  const plan = parsePlan(planOf(name), "it");
  expect(movingOf(movingDifferences(plan, plan))).toEqual({ schema: 1, result: "same", differences: [] });
});

test.each<[string, Change, string, string, RegExp]>([
  ["policy", (plan) => (plan.policy = { canary: ["a"] }), "/policy", "expected", /settings of ours/],
  [
    "a uid",
    (plan) => (plan.environments[SHOP].uid = 1999),
    `/environments/${SHOP}/uid`,
    "state",
    /somebody else's/,
  ],
  [
    "backups",
    (plan) => (plan.environments[SHOP].migrations = ["a"]),
    `/environments/${SHOP}/migrations/0`,
    "expected",
    /modules/,
  ],
  [
    "a branch",
    (plan) => (plan.environments[SHOP].repo.ref = "x"),
    `/environments/${SHOP}/repo/ref`,
    "project",
    /branch/,
  ],
  [
    "a user",
    (plan) => (plan.environments[SHOP].users = {}),
    `/environments/${SHOP}/users/alice`,
    "project",
    /export/,
  ],
  [
    "an environment more",
    (plan) => (plan.environments.x = { ...plan.environments[SHOP], uid: 2000 }),
    "/environments/x",
    "project",
    /older than this environment/,
  ],
  [
    "an environment less",
    (plan) => delete plan.environments[SHOP],
    `/environments/${SHOP}`,
    "project",
    /no input of the provider's flake/,
  ],
  [
    "a port",
    (plan) => plan.nodes[NODE].networking.firewall.allowedTCPPorts.push(1),
    `/nodes/${NODE}/networking/firewall/allowedTCPPorts/3`,
    "expected",
    /nodeFirewallPorts/,
  ],
  [
    "an address",
    (plan) => (plan.nodeConnections[NODE].hostname = "x"),
    `/nodeConnections/${NODE}/hostname`,
    "setting",
    /nodeAddresses/,
  ],
  ["the deploy user", (plan) => (plan.deployUser = "x"), "/deployUser", "setting", /deployUser/],
  [
    "terms",
    (plan) => (plan.nodes[NODE].security.acme.acceptTerms = false),
    `/nodes/${NODE}/security/acme/acceptTerms`,
    "setting",
    /letsEncrypt/,
  ],
  ["what nobody knows", (plan) => (plan.surprise = 1), "/surprise", "unexplained", /no cause/],
])("%s is explained", (_, change, path, kind, why) => {
  const found = told(change);
  expect(found.find((each) => each.path === path)).toMatchObject({ kind, why: expect.stringMatching(why) });
  expect(movingOf(found).result).toBe(
    found.every((each) => each.kind === "expected") ? "expected" : "differs",
  );
});

test("another uid is told once, not at every place of its node", () => {
  const found = told((plan) => {
    const text = JSON.stringify(plan).replaceAll(String(plan.environments[SHOP].uid), "1999");
    Object.assign(plan, JSON.parse(text));
  });
  expect(found.map(({ path }) => path)).toEqual([`/environments/${SHOP}/uid`]);
});

test("a token file in the store is to be exchanged, and another one a setting", () => {
  const ours = parsePlan(planOf("basic"), "ours");
  const withToken = (file: string): Plan => {
    const plan = planOf("basic") as { cloudflare: { apiTokenFile: string | null } };
    plan.cloudflare.apiTokenFile = file;
    return parsePlan(plan as unknown as JsonValue, "theirs");
  };
  const why = (file: string) => movingDifferences(withToken(file), ours)[0]?.why;
  expect(why("/nix/store/x-token")).toContain("everybody on the machine can read it");
  expect(why("/run/secrets/token")).toBe("the setting cloudflare is not what it was");
});

test("no secret of a plan is told", () => {
  const secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
  const found = told((plan) => (plan.environments[SHOP].users.alice.email = secret));
  expect(found).toHaveLength(1);
  expect(JSON.stringify(found)).not.toContain(secret);
});
