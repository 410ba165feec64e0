import { describe, expect, test } from "@jest/globals";
import { differences } from "../../src/domain/golden.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { ALWAYS_IGNORED, placeOf, withoutSecrets } from "../../src/fleets/hostenv/golden.ts";
import { withUidsAsNames } from "../../src/fleets/hostenv/uids.ts";
import { type EnvironmentSpec, planWith } from "../support/plan-builder.ts";

const shop: EnvironmentSpec = { name: "shop-main", uid: 1002, node: "node-a" };
const blog: EnvironmentSpec = { name: "blog-main", uid: 1003, node: "node-a" };

const pathsBetween = (golden: EnvironmentSpec[], plan: EnvironmentSpec[]) =>
  differences(
    withUidsAsNames(planWith({ environments: golden })),
    withUidsAsNames(planWith({ environments: plan })),
    ALWAYS_IGNORED,
  ).map(({ path }) => path);

describe("a uid counts as the name of its environment", () => {
  test("another uid is no difference, and neither are two that change places", () => {
    expect(pathsBetween([shop, blog], [{ ...shop, uid: 4711 }, blog])).toEqual([]);
    expect(
      pathsBetween(
        [shop, blog],
        [
          { ...shop, uid: 1003 },
          { ...blog, uid: 1002 },
        ],
      ),
    ).toEqual([]);
    expect(pathsBetween([shop], [{ ...shop, uid: 4711, type: "testing" }])).toEqual([
      "/environments/shop-main/type",
    ]);
  });

  test("no number of a uid is left in a plan", () => {
    const plan = planWith({ environments: [{ ...shop, uid: 54_321 }] });
    expect(JSON.stringify(plan).split("54321").length).toBeGreaterThan(5);
    expect(JSON.stringify(withUidsAsNames(plan))).not.toContain("54321");
  });

  test("another environment's uid in its user, group or slice is a difference", () => {
    const [golden, plan] = [
      planWith({ environments: [shop, blog] }),
      planWith({ environments: [shop, blog] }),
    ];
    const { users, groups } = (
      plan.nodes["node-a"] as unknown as { users: Record<"users" | "groups", JsonObject> }
    ).users;
    Object.assign(users["shop-main"] as JsonObject, { uid: 1003 });
    Object.assign(groups["blog-main"] as JsonObject, { gid: 1002 });
    const paths = differences(withUidsAsNames(golden), withUidsAsNames(plan), []).map(({ path }) => path);
    expect(paths).toEqual([
      "/nodes/node-a/users/groups/blog-main/gid",
      "/nodes/node-a/users/users/shop-main/uid",
    ]);
  });

  test("a service under an environment's name does not vanish below the renamed one", () => {
    const [golden, plan] = [planWith({ environments: [shop] }), planWith({ environments: [shop] })];
    const { services } = (plan.nodes["node-a"] as unknown as { systemd: { services: JsonObject } }).systemd;
    services["user@shop-main"] = { serviceConfig: { ExecStart: "/bin/evil" } };
    expect(differences(withUidsAsNames(golden), withUidsAsNames(plan), [])).not.toEqual([]);
  });

  test("previousNode is not compared, a node is", () => {
    expect(pathsBetween([shop], [{ ...shop, previousNode: "node-z" }])).toEqual([]);
    expect(pathsBetween([shop], [{ ...shop, node: "node-z" }])).toContain("/environments/shop-main/node");
  });
});

test.each([
  ["/environments/a~1b/type", "environment", "a/b"],
  ["/nodes/node-a/services", "node", "node-a"],
  ["/nodeConnections/node-a", "node", "node-a"],
  ["/environments", "provider", ""],
  ["/constructor/x", "provider", ""],
])("%s is about %s %s", (path, kind, name) => {
  expect(placeOf(path)).toEqual({ kind, name });
});

describe("secrets are not shown", () => {
  test.each([
    [{ path: "/cloudflare/apiToken", golden: "hunter22", plan: "hunter23" }],
    [{ path: "/environments/x", plan: { note: "y", deep: { password: "hunter22" } } }],
    [{ path: "/nodes/n/secrets/a/b", golden: "hunter22" }],
    [{ path: "/x/0", plan: "AGE-SECRET-KEY-1QQQQQQQQQQhunter22".toUpperCase() }],
    [{ path: "/x/password", plan: ["hunter22"] }],
  ])("%j", (difference) => {
    const shown = withoutSecrets(difference);
    expect(shown.path).toBe(difference.path);
    expect(JSON.stringify(shown)).not.toMatch(/hunter2/i);
    expect(JSON.stringify(shown)).toContain("«redacted»");
  });

  test("all else is", () => {
    const difference = { path: "/environments/x", plan: { note: ["y"], tokenFile: "/run/token" } };
    expect(withoutSecrets(difference)).toEqual(difference);
  });
});
