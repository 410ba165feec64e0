import { describe, expect, test } from "@jest/globals";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { HostenvError } from "../../src/errors.ts";
import { parseLock, parsePlan, parseState } from "../../src/fleets/hostenv/schema.ts";
import { planWith, reviewOf } from "../support/plan-builder.ts";
import { FIXTURES, fixtureJson, fixtureSide } from "./fixtures.ts";

const plan = planWith({ environments: [{ name: "shop-main", hosts: { "shop.test": {} } }] }) as JsonObject;

/** A copy of the tree with another value at a slash-separated path; undefined takes the key away. */
function withValue(tree: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const [step, ...rest] = path.split(" ");
  const copy = { ...tree };
  const next = rest.length > 0 ? withValue(copy[step as string] as JsonObject, rest.join(" "), value) : value;
  if (next === undefined) delete copy[step as string];
  else copy[step as string] = next;
  return copy;
}

function errorOf(parse: () => unknown): HostenvError {
  try {
    parse();
  } catch (error) {
    if (error instanceof HostenvError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("parsePlan", () => {
  test.each(FIXTURES)("accepts what the existing generator wrote: %s", (name) => {
    const written = fixtureJson(`${name}/expected/plan.json`);
    const { _description, ...expected } = written;
    expect(parsePlan(written, name)).toEqual(expected);
  });

  test.each<[string, JsonValue | undefined, string]>([
    ["hostenvHostname", undefined, "/hostenvHostname"],
    ["hostenvHostname", 5, "/hostenvHostname"],
    ["environments", [], "/environments"],
    ["nodes", null, "/nodes"],
    ["nodes node-a", "x", "/nodes/node-a"],
    ["nodeConnections node-a", {}, "/nodeConnections/node-a/hostname"],
    ["nodeConnections node-a sshOpts", ["-p", 22], "/nodeConnections/node-a/sshOpts/1"],
    ["nodeRemoteBuild node-a", "yes", "/nodeRemoteBuild/node-a"],
    ["environments shop-main node", null, "/environments/shop-main/node"],
    ["environments shop-main uid", "1002", "/environments/shop-main/uid"],
    ["environments shop-main uid", 1002.5, "/environments/shop-main/uid"],
    ["environments shop-main enable", "true", "/environments/shop-main/enable"],
    ["environments shop-main authorizedKeys", [5], "/environments/shop-main/authorizedKeys/0"],
    ["environments shop-main hostenv project", undefined, "/environments/shop-main/hostenv/project"],
    ["environments shop-main virtualHosts", [], "/environments/shop-main/virtualHosts"],
    ["environments shop-main virtualHosts shop.test", true, "/environments/shop-main/virtualHosts/shop.test"],
    [
      "nodes node-a networking firewall allowedTCPPorts",
      ["80"],
      "/nodes/node-a/networking/firewall/allowedTCPPorts/0",
    ],
    [
      "policy",
      { freeze: [{ types: [], from: "yesterday", until: "2026-01-01T00:00:00Z", reason: "" }] },
      "/policy/freeze/0/from",
    ],
    [
      "policy",
      { severities: { "shop-main": { "uid-changed": "fatal" } } },
      "/policy/severities/shop-main/uid-changed",
    ],
  ])("refuses a wrong %s: %j", (path, value, where) => {
    const error = errorOf(() => parsePlan(withValue(plan, path, value), "generated/plan.json"));
    expect(error.code).toBe("plan-schema");
    expect(error.message).toMatch(/^generated\/plan\.json is no valid plan: at /);
    expect(error.message).toContain(` at ${where}: `);
    expect(error.hint).toMatch(/restore it from git/);
  });

  test.each<JsonValue>([null, [], "plan", 5, true])("refuses %j for a plan", (value) => {
    expect(errorOf(() => parsePlan(value, "x")).message).toContain("at /: ");
  });

  test("keeps every key it does not know, wherever it stands", () => {
    const paths = [
      "unknown",
      "cloudflare unknown",
      "environments shop-main unknown",
      "environments shop-main hostenv unknown",
      "environments shop-main virtualHosts shop.test unknown",
      "nodes node-a unknown",
      "nodes node-a systemd slices user-acme- unknown",
      "nodeConnections node-a unknown",
    ];
    const known = paths.reduce((tree, path) => withValue(tree, path, { deep: [1] }), plan);
    expect(parsePlan(known, "x")).toEqual(known);
  });

  test("drops the existing tool's description, at the top only", () => {
    const described = {
      ...withValue(plan, "environments shop-main _description", "kept"),
      _description: "free text",
    };
    const parsed = parsePlan(described, "x");
    expect(Object.hasOwn(parsed, "_description")).toBe(false);
    expect(parsed.environments["shop-main"]?._description).toBe("kept");
    expect(described._description).toBe("free text");
  });
});

describe("a __proto__ key in JSON", () => {
  const inserted = (place: string, value: string) => {
    const text = JSON.stringify(plan);
    expect(text).toContain(place);
    return JSON.parse(text.replace(place, `${place}"__proto__":${value},`)) as JsonObject;
  };

  test.each([
    ["{", "/__proto__"],
    ['"environments":{', "/environments/__proto__"],
    ['"environments":{"shop-main":{', "/environments/shop-main/__proto__"],
    ['"hostenv":{', "/environments/shop-main/hostenv/__proto__"],
    ['"virtualHosts":{', "/environments/shop-main/virtualHosts/__proto__"],
    ['"nodeConnections":{', "/nodeConnections/__proto__"],
    ['"nodes":{', "/nodes/__proto__"],
  ])("is refused with its path in a plan, after %s", (place, path) => {
    for (const value of ["5", '{"polluted":true,"node":"evil"}']) {
      const error = errorOf(() => parsePlan(inserted(place, value), "x"));
      expect(error.code).toBe("plan-schema");
      expect(error.message).toContain(` at ${path}: `);
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("is refused in a state and in a lock", () => {
    const state = JSON.parse('{"__proto__":{"uid":1002}}');
    expect(errorOf(() => parseState(state, "x")).message).toContain(" at /__proto__: ");
    const lock = JSON.parse('{"nodes":{"__proto__":{"locked":{"rev":"1"}}}}');
    expect(errorOf(() => parseLock(lock, "x")).message).toContain(" at /nodes/__proto__: ");
  });
});

describe("parseState", () => {
  test.each(FIXTURES)("accepts what the existing generator wrote: %s", (name) => {
    const { _description, ...expected } = fixtureJson(`${name}/expected/state.json`);
    expect(parseState(fixtureJson(`${name}/expected/state.json`), name)).toEqual(expected);
  });

  test("accepts an entry that state prune has emptied", () => {
    const pruned = {
      "shop-main": { uid: 1002, node: null, virtualHosts: [], userName: "shop-main", more: 1 },
    };
    expect(parseState({ ...pruned, _description: "free text" }, "x")).toEqual(pruned);
  });

  test.each<[JsonValue, string]>([
    [{ "shop-main": {} }, "/shop-main/uid"],
    [{ "shop-main": { uid: "1002" } }, "/shop-main/uid"],
    [{ "shop-main": { uid: 1002, virtualHosts: "shop.test" } }, "/shop-main/virtualHosts"],
    [{ "shop-main": 1002 }, "/shop-main"],
    [[], "/"],
  ])("refuses %j", (value, where) => {
    const error = errorOf(() => parseState(value, "state.json"));
    expect(error.code).toBe("state-schema");
    expect(error.message).toContain(`state.json is no valid state: at ${where}: `);
  });
});

describe("parseLock", () => {
  test("accepts the fixtures' locks as they are", () => {
    for (const name of FIXTURES) {
      const lock = fixtureJson(`${name}/flake.lock`);
      expect(parseLock(lock, name)).toBe(lock);
    }
  });

  test.each<[JsonValue, string]>([
    [{}, "/nodes"],
    [{ nodes: { root: 5 } }, "/nodes/root"],
    [{ nodes: { root: { inputs: { nixpkgs: 5 } } } }, "/nodes/root/inputs/nixpkgs"],
    [{ nodes: {}, root: 5 }, "/root"],
    [null, "/"],
  ])("refuses %j", (value, where) => {
    const error = errorOf(() => parseLock(value, "flake.lock"));
    expect(error.code).toBe("lock-schema");
    expect(error.message).toContain(`flake.lock is no valid lock: at ${where}: `);
    expect(error.hint).toContain("nix flake lock");
  });
});

test("a parsed fixture against itself says nothing", () => {
  for (const name of FIXTURES) {
    const { changed, findings } = reviewOf(fixtureSide(name), fixtureSide(name));
    expect([name, changed, findings]).toEqual([name, false, []]);
  }
});

test("refuses one uid for two environments, in a plan and in state", () => {
  const state = { a: { uid: 1002 }, b: { uid: 1003 }, c: { uid: 1002 } };
  expect(() => parseState(state, "state.json")).toThrow("state.json: uid 1002 stands for a and for c");
  const plan = structuredClone(fixtureJson("basic/expected/plan.json"));
  plan.environments["shop-main-4f7240c"].uid = 1002;
  expect(() => parsePlan(plan, "plan.json")).toThrow(
    /plan\.json: uid 1002 stands for blog-main-\w+ and for shop-main/,
  );
});
