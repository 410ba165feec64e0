import { describe, expect, test } from "@jest/globals";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { secretsIn } from "../../src/fleets/hostenv/secrets.ts";
import { FIXTURES, fixtureJson } from "./fixtures.ts";

describe("a secret is found", () => {
  test.each([
    ...["password", "dbPassword", "db_password", "PASSWORD", "passwd", "passphrase", "hashedPassword"],
    ...["secret", "clientSecret", "client-secret", "token", "apiToken", "API_TOKEN", "accessToken"],
    ...["apiKey", "api_key", "api-key", "privateKey", "private_key", "credential", "credentials"],
  ])("by its key %s", (key) => {
    expect(secretsIn({ [key]: "hunter2" })).toEqual([`/${key}`]);
    expect(secretsIn({ [key]: 12345 })).toEqual([`/${key}`]);
  });

  test.each([
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb"],
    ["a private key of any kind", "-----BEGIN PRIVATE KEY-----\nb3Blb"],
    ["an age key", "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQS"],
    ["a GitHub token", `ghp_${"a1".repeat(18)}`],
    ["a GitHub token of an app", `ghs_${"a1".repeat(18)}`],
    ["a fine-grained GitHub token", `github_pat_${"a1".repeat(20)}`],
    ["a GitLab token", `glpat-${"a1".repeat(10)}`],
    ["an AWS key id", "AKIAIOSFODNN7EXAMPLE"],
    ["a Slack token", "xoxb-123456789012-abcdef"],
    ["a URL with a password", "postgres://user:pass@db.test/x"],
    ["a URL with a password and no user", "redis://:pass@cache.test"],
  ])("by its form: %s", (_, value) => {
    expect(secretsIn({ note: `x ${value} y` })).toEqual(["/note"]);
    expect(secretsIn({ notes: ["fine", value] })).toEqual(["/notes"]);
  });

  test("below other keys, with an escaped pointer", () => {
    const tree = { env: { "a/b~c": { token: "x" } }, list: [{ deep: [{ password: "y" }] }] };
    expect(secretsIn(tree)).toEqual(["/env/a~1b~0c/token", "/list"]);
  });

  test("each time it stands there", () => {
    expect(secretsIn({ a: { token: "x" }, token: "x", b: { c: { secret: "y" } } })).toEqual([
      "/a/token",
      "/token",
      "/b/c/secret",
    ]);
  });
});

describe("no secret is", () => {
  test.each<[string, JsonObject]>([
    ["the place of one", { password: "/run/secrets/db", apiToken: "/var/lib/token" }],
    ["the name of a file", { apiTokenFile: "token.txt", backupsSecretFile: "x", passwordFile: "y" }],
    ["the name of a path", { secretPath: "secrets/x", tokenPath: "x" }],
    ["a word within a word", { secretary: "Ann", passwordless: "yes", notoken: "x" }],
    ["an unset one", { password: null, token: "", secret: false }],
    ["whether there is one", { password: true }],
    ["an empty list or object", { secrets: [], token: {} }],
    ["where a request is passed on", { proxyPass: "http://shop_upstream", bypass: "x" }],
    [
      "a public key",
      { key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJa5Gq0kQ1F3aVf6yqY2mZ8mZ9mZ8mZ9 alice@laptop" },
    ],
    ["a URL without a password", { url: "https://git@github.test:443/a/b", other: "https://x.test/a:b@c" }],
    ["a short lookalike", { note: "AKIA", other: "ghp_short" }],
    ["a public certificate", { cert: "-----BEGIN CERTIFICATE-----\nMIIB" }],
    [
      "a trusted cache key",
      { trustedPublicKeys: ["cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="] },
    ],
  ])("%s", (_, tree) => {
    expect(secretsIn(tree)).toEqual([]);
  });

  test.each(FIXTURES)("anything in a plan or state of the existing generator: %s", (name) => {
    for (const file of ["plan", "state"]) {
      const found = fixtureJson(`${name}/expected/${file}.json`) as JsonValue;
      expect(secretsIn(found as JsonObject)).toEqual([]);
    }
  });
});
