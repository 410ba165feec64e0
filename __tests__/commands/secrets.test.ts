import { generateKeyPairSync, randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { type SecretSources, secretsFrom } from "../../src/commands/secrets.ts";
import { toBech32 } from "../../src/domain/bech32.ts";
import type { JsonObject } from "../../src/domain/json.ts";

const key = toBech32({ prefix: "age-secret-key-", bytes: randomBytes(32) }).toUpperCase();
const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;

const RECIPIENTS = ["age1ours", "age1second"];

const fail = async (): Promise<never> => {
  throw new Error("nothing is to be decrypted");
};

/** Runs it on a file that decrypts to this tree, and tells what was hidden and asked for, in order. */
async function run(sources: Partial<SecretSources>, tree: JsonObject = {}, text = "sops:\n") {
  const events: string[] = [];
  const secretFiles = {
    decrypted: async (path: string, keys: readonly { text: string }[]) => {
      events.push(`decrypt ${path} ${keys.map((one) => one.text === key).join()}`);
      return { tree, text };
    },
    recipients: async () => RECIPIENTS,
  };
  const hide = (secret: string) => events.push(`hide ${secret}`);
  const secrets = await secretsFrom(
    { environment: {}, ...sources },
    { secretFiles, hide: (text) => void hide(text) },
  ).catch((error) => error);
  return { secrets, events };
}

test("takes them from the environment where no file is given", async () => {
  const { secrets, events } = await run({
    environment: { CF_API_TOKEN: "token-of-variable\n", SSH_KEY: pem.trim() },
  });
  expect(secrets).toEqual({ CF_API_TOKEN: "token-of-variable", SSH_KEY: pem });
  expect(events.sort()).toEqual([`hide ${pem.trim()}`, "hide token-of-variable\n"].sort());
  expect(await run({})).toEqual({ secrets: {}, events: [] });
});

test("without a key says for whom the file is encrypted", async () => {
  expect((await run({ file: "ci.yaml" })).secrets).toMatchObject({
    code: "age-key",
    message: expect.stringContaining("ci.yaml is encrypted for age1ours, age1second"),
  });
});

test("of those that are not wanted says nothing, and hides them all the same", async () => {
  const hidden: string[] = [];
  const environment = { CF_API_TOKEN: "token-of-variable", SSH_KEY: "no key", NIX_SIGNING_KEY: "none" };
  const ports = {
    secretFiles: { decrypted: fail, recipients: fail },
    hide: (text: string) => void hidden.push(text),
  };
  const found = await secretsFrom({ environment }, ports, ["CF_API_TOKEN"]);
  expect(found).toEqual({ CF_API_TOKEN: "token-of-variable" });
  expect(hidden.sort()).toEqual(["no key", "none", "token-of-variable"]);
  await expect(secretsFrom({ environment }, ports)).rejects.toMatchObject({ code: "secret-unusable" });
});

test("takes those of the file before those of the environment, and hides both", async () => {
  const sources = {
    key: `# created: 2026\r\n${key}\r\n`,
    file: "ci.yaml",
    places: ["CF_API_TOKEN=deploy/token"],
    environment: { CF_API_TOKEN: "token-of-variable", SSH_KEY: pem },
  };
  const { secrets, events } = await run(sources, { deploy: { token: "token-of-file" } });
  expect(secrets).toEqual({ CF_API_TOKEN: "token-of-file", SSH_KEY: pem });
  expect(events[0]).toBe("decrypt ci.yaml true");
  expect(new Set(events.slice(1))).toEqual(new Set(["hide token-of-file", `hide ${pem}`]));
});

test("takes the known names of the file's root where no place is given", async () => {
  const { secrets } = await run(
    { key, file: "ci.yaml" },
    { CF_API_TOKEN: "token-of-file", OTHER: "not ours" },
  );
  expect(secrets).toEqual({ CF_API_TOKEN: "token-of-file" });
});

test.each<[string, Partial<SecretSources>, JsonObject, string, RegExp]>([
  ["a file without a key", { file: "ci.yaml" }, {}, "age-key", /not passed on by its name/],
  ["places without a key", { places: ["SSH_KEY=a"] }, {}, "age-key", /sops-age-key/],
  ["a key without a file", { key }, {}, "usage", /sops-file: /],
  ["a key that is none", { key: "canary-0123456789", file: "ci.yaml" }, {}, "age-key", /age-keygen/],
  [
    "a place that is none",
    { key, file: "ci.yaml", places: ["SSH_KYE=a"] },
    {},
    "sops-secrets",
    /did you mean SSH_KEY/,
  ],
])("%s: nothing is decrypted", async (_, sources, tree, code, hint) => {
  const { secrets, events } = await run(sources, tree);
  expect(secrets).toMatchObject({ code, hint: expect.stringMatching(hint) });
  expect(JSON.stringify(secrets)).not.toContain("canary");
  expect(events).toEqual([]);
});

test.each<[string, JsonObject, string, string]>([
  ["a value that can't be used", { CF_API_TOKEN: "canary 0123456789" }, "sops:\n", "secret-unusable"],
  [
    "a value that is not encrypted",
    { CF_API_TOKEN: "canary-0123456789" },
    "CF_API_TOKEN: canary-0123456789\n",
    "sops-plain",
  ],
])("%s is hidden before anything is said of it", async (_, tree, text, code) => {
  const { secrets, events } = await run({ key, file: "ci.yaml" }, tree, text);
  expect(secrets).toMatchObject({ code, message: expect.stringContaining("CF_API_TOKEN") });
  expect(`${secrets.message}${secrets.hint}`).not.toContain("canary");
  expect(events).toContain(`hide ${String(tree.CF_API_TOKEN)}`);
});

test("a file without the wanted value is told with the keys it has", async () => {
  const { secrets } = await run({ key, file: "ci.yaml" }, { ssh_key: "canary-0123456789" });
  expect(secrets).toMatchObject({
    code: "secret-missing",
    message: expect.stringMatching(/it has the keys 'ssh_key'/),
  });
});
