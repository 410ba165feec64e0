import { expect, test } from "@jest/globals";
import type { JsonObject } from "../../src/domain/json.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { zonePolicyOf } from "../../src/fleets/hostenv/zone-policy.ts";
import { planWith } from "../support/plan-builder.ts";

const planned = (cloudflare: JsonObject, policy: JsonObject = {}) =>
  parsePlan(
    {
      ...(planWith({
        environments: [{ name: "shop-main", node: "node-a" }],
        spareNodes: ["node-b"],
      }) as object),
      cloudflare,
      policy,
    } as unknown as JsonObject,
    "plan.json",
  );

test("the plan names zones by id and name, and its own domain's is ours, too", () => {
  const plan = planned({ enable: true, zoneId: "abc" }, { zones: ["Client.Test", "bücher.example"] });
  expect(zonePolicyOf(plan, [])).toMatchObject({
    zones: ["abc", "client.test", "xn--bcher-kva.example"],
    ownZone: true,
    provider: "hosting.test",
    nodes: expect.arrayContaining(["node-a.hosting.test", "node-b.hosting.test"]),
    ownHostnames: { "shop-main": "shop-main.hosting.test" },
    allowedSuffixes: {},
  });
});

test("zones that the user names count instead", () => {
  const plan = planned({ enable: true, zoneId: "abc" }, { zones: ["client.test"] });
  expect(zonePolicyOf(plan, ["Other.test"])).toMatchObject({ zones: ["other.test"], ownZone: false });
});

test.each([[{ enable: false, zoneId: "abc" }], [undefined]])(
  "where the plan has no Cloudflare, nothing is ours unless it is named: %p",
  (cloudflare) => {
    const plan = planned(cloudflare as never, { zones: ["client.test"] });
    expect(() => zonePolicyOf(plan, [])).toThrow(expect.objectContaining({ code: "cloudflare-disabled" }));
    expect(zonePolicyOf(plan, ["client.test"]).zones).toEqual(["client.test"]);
  },
);

test("suffixes are read as people write them, and nothing is no suffix", () => {
  const written = ["Client.Test", ".a.test", "*.b.test", "", ".", "*.", "no name!"];
  const plan = planned({ enable: true }, { allowedSuffixes: { "shop-main": written } });
  expect(zonePolicyOf(plan, []).allowedSuffixes).toEqual({
    "shop-main": ["client.test", "a.test", "b.test", "no name!"],
  });
});
