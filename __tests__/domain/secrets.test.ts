import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../src/domain/json.ts";
import {
  plainAmong,
  type SecretName,
  secretPlacesOf,
  secretsAt,
  usableSecret,
} from "../../src/domain/secrets.ts";
import type { HostenvError } from "../../src/errors.ts";

function failure(run: () => unknown): HostenvError {
  try {
    run();
  } catch (error) {
    return error as HostenvError;
  }
  throw new Error("it did not fail");
}

describe("places", () => {
  test.each([
    [["SSH_KEY=deploy/ssh_key"], [["SSH_KEY", "deploy", "ssh_key"]]],
    [["  CF_API_TOKEN = a "], [["CF_API_TOKEN", "a"]]],
    [["", "# of the nodes", "NIX_SIGNING_KEY=a=b"], [["NIX_SIGNING_KEY", "a=b"]]],
    [["SSH_KEY=odd~1name/with~0tilde/and blank"], [["SSH_KEY", "odd/name", "with~tilde", "and blank"]]],
    [
      ["SSH_KEY=a/b", "CF_API_TOKEN=a/b"],
      [
        ["SSH_KEY", "a", "b"],
        ["CF_API_TOKEN", "a", "b"],
      ],
    ],
    [[], []],
  ])("%j", (lines, expected) => {
    expect(secretPlacesOf(lines).map(({ name, path }) => [name, ...path])).toEqual(expected);
  });

  test.each([
    [["SSH_KEY"], /has no '='/, /NAME=path/],
    [["CF_API_TOKN=a"], /'CF_API_TOKN', which has no meaning/, /did you mean CF_API_TOKEN\?/],
    [["ssh_key=a"], /'ssh_key'/, /did you mean SSH_KEY\?/],
    [["DATABASE_PASSWORD=a"], /'DATABASE_PASSWORD'/, /SSH_KEY, NIX_SIGNING_KEY, CF_API_TOKEN/],
    [["=a"], /names ''/, /meaning/],
    [["SSH_KEY="], /the path ''/, /NAME=path/],
    [["SSH_KEY=/a"], /the path '\/a'/, /NAME=path/],
    [["SSH_KEY=a//b"], /the path 'a\/\/b'/, /NAME=path/],
    [["SSH_KEY=a/"], /the path 'a\/'/, /NAME=path/],
    [["SSH_KEY=a", "CF_API_TOKEN=b", "SSH_KEY=c"], /SSH_KEY twice/, /leave one/],
  ])("%j is refused", (lines, message, hint) => {
    const error = failure(() => secretPlacesOf(lines));
    expect(error).toMatchObject({ code: "sops-secrets", message: expect.stringMatching(message) });
    expect(error.hint).toMatch(hint);
  });

  test("a line without a name is not quoted: it may be a secret", () => {
    const error = failure(() => secretPlacesOf(["canary-0123456789"]));
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });
});

describe("values", () => {
  const tree: JsonObject = {
    SSH_KEY: "canary-1",
    deploy: {
      token: "canary-2",
      "odd/name": "canary-3",
      count: 5,
      on: true,
      none: null,
      list: ["canary-4"],
      empty: {},
    },
  };
  const at = (...lines: string[]) => secretsAt(secretPlacesOf(lines), tree, "ci.yaml");

  test("are taken from their places, or by their names", () => {
    expect(at("CF_API_TOKEN=deploy/token", "SSH_KEY=deploy/odd~1name")).toEqual({
      CF_API_TOKEN: "canary-2",
      SSH_KEY: "canary-3",
    });
    expect(at()).toEqual({ SSH_KEY: "canary-1" });
  });

  test.each([
    [
      "SSH_KEY=nowhere",
      "SSH_KEY can't be read: ci.yaml has no key 'nowhere', but the keys 'SSH_KEY', 'deploy'",
    ],
    [
      "SSH_KEY=deploy/tokn",
      "SSH_KEY can't be read: deploy in ci.yaml has no key 'tokn', but the keys 'token', 'odd/name', 'count', 'on', 'none', 'list', 'empty'",
    ],
    [
      "SSH_KEY=deploy/empty/x",
      "SSH_KEY can't be read: deploy/empty in ci.yaml has no key 'x', but no key at all",
    ],
    [
      "SSH_KEY=deploy/token/x",
      "SSH_KEY can't be read: deploy/token in ci.yaml is a string, not a group of keys",
    ],
    ["SSH_KEY=deploy/list/0", "SSH_KEY can't be read: deploy/list in ci.yaml is a list, not a group of keys"],
    ["SSH_KEY=deploy", "SSH_KEY can't be read: deploy in ci.yaml is a group of keys, not a text"],
    ["SSH_KEY=deploy/count", "SSH_KEY can't be read: deploy/count in ci.yaml is a number, not a text"],
    ["SSH_KEY=deploy/on", "SSH_KEY can't be read: deploy/on in ci.yaml is a boolean, not a text"],
    ["SSH_KEY=deploy/none", "SSH_KEY can't be read: deploy/none in ci.yaml is empty, not a text"],
    [
      "SSH_KEY=toString",
      "SSH_KEY can't be read: ci.yaml has no key 'toString', but the keys 'SSH_KEY', 'deploy'",
    ],
    [
      "SSH_KEY=__proto__/x",
      "SSH_KEY can't be read: ci.yaml has no key '__proto__', but the keys 'SSH_KEY', 'deploy'",
    ],
  ])("%s", (line, message) => {
    expect(failure(() => at(line))).toMatchObject({ code: "secret-missing", message });
    expect(message).not.toContain("canary");
  });

  test("says what there is where no name is known, and not of thousands", () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [
        `key${index}${index > 0 ? "" : "x".repeat(9000)}`,
        "canary",
      ]),
    );
    const error = failure(() => secretsAt([], many, "ci.yaml"));
    expect(error.message).toContain("'key19', and 4980 more");
    expect(error.message).not.toContain("canary");
    expect(error.message.length).toBeLessThan(500);
  });
});

const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const signing = `cache.test-1:${randomBytes(64).toString("base64")}`;

describe("a usable secret", () => {
  test.each<[SecretName, string, string]>([
    ["SSH_KEY", pem, pem],
    ["SSH_KEY", pem.trim(), pem],
    ["SSH_KEY", `\n${pem.replaceAll("\n", "\r\n")}\r\n`, pem],
    ["NIX_SIGNING_KEY", `${signing}\n`, signing],
    ["CF_API_TOKEN", " abcdefgh_-12 \n", "abcdefgh_-12"],
  ])("%s is in the form its reader takes", (name, value, expected) => {
    expect(usableSecret(name, value)).toBe(expected);
  });

  test.each<[SecretName, string, RegExp]>([
    ["SSH_KEY", "", /^SSH_KEY is empty/],
    ["CF_API_TOKEN", " \n", /^CF_API_TOKEN is empty/],
    ["CF_API_TOKEN", "canary!", /shorter than 8/],
    ["CF_API_TOKEN", "canary 0123456789", /blanks/],
    ["CF_API_TOKEN", "canary\n0123456789", /blanks/],
    ["CF_API_TOKEN", "canary-ü-0123456789", /strange/],
    ["SSH_KEY", "ssh-ed25519 canary0123456789 me@here", /is a public key/],
    ["SSH_KEY", pem.replaceAll("\n", " "), /no private key in lines/],
    ["SSH_KEY", pem.slice(0, 60), /no private key in lines/],
    ["SSH_KEY", "canary-0123456789", /no private key/],
    ["NIX_SIGNING_KEY", `cache.test-1:${randomBytes(32).toString("base64")}`, /is a public key/],
    ["NIX_SIGNING_KEY", randomBytes(64).toString("base64"), /no secret key of Nix/],
    ["NIX_SIGNING_KEY", "cache.test-1:canary0123456789", /no secret key of Nix/],
  ])("%s is told what is wrong with it", (name, value, message) => {
    const error = failure(() => usableSecret(name, value));
    expect(error).toMatchObject({ code: "secret-unusable", message: expect.stringMatching(message) });
    const said = JSON.stringify([error.message, error.hint, error.stack]);
    for (const word of value.split(/\s/).filter((part) => part.length > 12 && !part.startsWith("-----")))
      expect(said).not.toContain(word);
    expect(said).not.toContain("canary");
  });
});

test("a value that stands in its file as it is, is seen, in any form", () => {
  const token = randomBytes(20).toString("hex");
  const secrets = { CF_API_TOKEN: token, SSH_KEY: pem };
  const encrypted = "a: ENC[AES256_GCM,data:q83v,iv:AAAA,tag:AAAA,type:str]\n";
  expect(plainAmong(secrets, encrypted)).toEqual([]);
  expect(plainAmong(secrets, `${encrypted}token: ${token}\n`)).toEqual(["CF_API_TOKEN"]);
  expect(plainAmong(secrets, `${encrypted}key: |\n${pem.replace(/^/gm, "  ")}`)).toEqual(["SSH_KEY"]);
  expect(plainAmong(secrets, JSON.stringify({ key: pem }))).toEqual(["SSH_KEY"]);
  expect(plainAmong(secrets, Buffer.from(token).toString("base64"))).toEqual(["CF_API_TOKEN"]);
});
