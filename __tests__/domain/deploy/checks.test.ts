import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { verificationOf } from "../../../src/domain/deploy/checks.ts";
import type { JsonObject, JsonValue } from "../../../src/domain/json.ts";
import { root } from "../../support/nix.ts";

const AT = "/environments/shop/deploymentVerification";
const front = { request: { virtualHost: "shop.example" } };
const malformedIn = (check: JsonValue) => verificationOf("shop", { checks: [check] }).malformed;
const withRequest = (more: JsonObject) => ({ ...front, request: { ...front.request, ...more } });
const withConstraint = (constraint: JsonValue) => ({ ...front, constraints: [constraint] });

describe("what an environment says of its verification", () => {
  test("has the defaults of the hostenv modules", () => {
    expect(verificationOf("shop", { checks: [front] })).toEqual({
      enable: true,
      enforce: true,
      malformed: [],
      checks: [
        {
          name: "verification-check",
          type: "httpHostHeaderCurl",
          constraints: [],
          request: {
            virtualHost: "shop.example",
            path: "/",
            method: "GET",
            targetHostSource: "nodeConnectionHost",
            followRedirects: false,
            maxRedirects: 5,
            timeoutSeconds: 15,
            tlsMode: "strict",
          },
        },
      ],
    });
  });

  test.each([undefined, null, {}])("is no check where it is %j", (value) => {
    const none = { enable: true, enforce: true, checks: [], malformed: [] };
    expect(verificationOf("shop", value)).toEqual(none);
  });

  test("may be switched off, or only warn", () => {
    expect(verificationOf("shop", { enable: false })).toMatchObject({ enable: false, malformed: [] });
    expect(verificationOf("shop", { enforce: false })).toMatchObject({ enforce: false, malformed: [] });
  });

  test("is taken from a plan of the existing generator", () => {
    const plan = JSON.parse(
      readFileSync(`${root}__tests__/fixtures/hostenv/basic/expected/plan.json`, "utf8"),
    );
    const read = Object.entries<JsonObject>(plan.environments).map(([name, environment]) =>
      verificationOf(name, environment.deploymentVerification),
    );
    expect(read.flatMap(({ malformed }) => malformed)).toEqual([]);
    expect(read.flatMap(({ checks }) => checks.map(({ name }) => name))).toContain("front");
  });

  test("asks in capitals, as curl was told to", () => {
    const [check] = verificationOf("shop", { checks: [withRequest({ method: "head" })] }).checks;
    expect(check?.request.method).toBe("HEAD");
  });

  test.each(["shop.example", "Shop.Example", "xn--bcher-kva.example", "bücher.example", "a_b.example"])(
    "may name the host %s",
    (virtualHost) => expect(malformedIn(withRequest({ virtualHost }))).toEqual([]),
  );
});

describe("what can't be read fails closed (fault 63), with its place:", () => {
  test.each<[string, JsonValue, string]>([
    ["the whole", "yes", AT],
    ["enable", { enable: "no" }, `${AT}/enable`],
    ["enforce", { enforce: 0 }, `${AT}/enforce`],
    ["enforce as null", { enforce: null }, `${AT}/enforce`],
    ["checks", { checks: {} }, `${AT}/checks`],
    ["an unknown key", { check: [] }, `${AT}/check`],
  ])("%s", (_, value, pointer) => {
    const { enable, enforce, malformed } = verificationOf("shop", value);
    expect({ enable, enforce }).toEqual({ enable: true, enforce: true });
    expect(malformed.map((each) => each.pointer)).toEqual([pointer]);
  });

  const CHECK = `${AT}/checks/0`;
  test.each<[string, JsonValue, string]>([
    ["a check that is none", 7, CHECK],
    ["no request", { name: "front" }, `${CHECK}/request`],
    ["no virtual host", { request: {} }, `${CHECK}/request/virtualHost`],
    [
      "a host that is an address",
      withRequest({ virtualHost: "shop.example:81" }),
      `${CHECK}/request/virtualHost`,
    ],
    ["a host with a path", withRequest({ virtualHost: "shop.example/x" }), `${CHECK}/request/virtualHost`],
    ["a host with a user", withRequest({ virtualHost: "u@shop.example" }), `${CHECK}/request/virtualHost`],
    ["an empty host", withRequest({ virtualHost: "" }), `${CHECK}/request/virtualHost`],
    ["another type", { ...front, type: "ping" }, `${CHECK}/type`],
    ["another target", withRequest({ targetHostSource: "dns" }), `${CHECK}/request/targetHostSource`],
    ["a method that tunnels", withRequest({ method: "CONNECT" }), `${CHECK}/request/method`],
    ["no time", withRequest({ timeoutSeconds: 0 }), `${CHECK}/request/timeoutSeconds`],
    ["too much time", withRequest({ timeoutSeconds: 3600 }), `${CHECK}/request/timeoutSeconds`],
    ["a number as text", withRequest({ maxRedirects: "5" }), `${CHECK}/request/maxRedirects`],
    ["another TLS mode", withRequest({ tlsMode: "off" }), `${CHECK}/request/tlsMode`],
    ["an unknown key of a request", withRequest({ body: "x" }), `${CHECK}/request/body`],
    ["an unknown key of a check", { ...front, constraint: [] }, `${CHECK}/constraint`],
    ["an unknown rule", withConstraint({ rule: "maxSeconds", value: 1 }), `${CHECK}/constraints/0/rule`],
    [
      "a value of another kind",
      withConstraint({ rule: "minHttpStatus", value: "200" }),
      `${CHECK}/constraints/0/value`,
    ],
    ["a fraction", withConstraint({ rule: "maxHttpStatus", value: 399.5 }), `${CHECK}/constraints/0/value`],
    [
      "a pattern",
      withConstraint({ rule: "stdoutRegexMustMatch", value: "(" }),
      `${CHECK}/constraints/0/value`,
    ],
  ])("%s", (_, check, pointer) => {
    expect(malformedIn(check).map((each) => each.pointer)).toEqual([pointer]);
  });

  test("a broken check is named, and takes nothing from the others", () => {
    const { checks, malformed } = verificationOf("shop", {
      checks: [{ ...front, name: "good" }, { name: "bad" }],
    });
    expect(checks.map(({ name }) => name)).toEqual(["good"]);
    expect(malformed.map(({ name }) => name)).toEqual(["bad"]);
  });

  test("why a pattern can't be used is told", () => {
    const [found] = malformedIn(withConstraint({ rule: "stderrRegexMustNotMatch", value: "\\d" }));
    expect(found?.message).toBe("the pattern can't be used: \\d is not known: write [0-9] (at character 2)");
  });

  test("a name that would be one of ours is none", () => {
    const hostile = JSON.parse('{"__proto__": {"enable": false}, "checks": []}');
    expect(verificationOf("shop", hostile).malformed.map(({ pointer }) => pointer)).toEqual([
      `${AT}/__proto__`,
    ]);
  });
});
