import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { maskedForms, redaction, SHORTEST_MASK } from "../../src/domain/masks.ts";
import { Canary } from "../support/canary.ts";

const token = `${randomBytes(30).toString("base64")}+/"`;
const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
  type: "pkcs8",
  format: "pem",
}) as string;

/** As a runner shows a log: line by line, with every mask taken out. */
const shown = (log: string, secret: string) =>
  log
    .split("\n")
    .map((line) => maskedForms(secret).reduce((rest, form) => rest.replaceAll(form, "***"), line))
    .join("\n");

const packed = (text: string) => Buffer.from(text).toString("base64");
const inColumns = (text: string, columns: number) => text.replace(new RegExp(`.{${columns}}`, "g"), "$&\n");

describe.each([
  ["a token", token],
  ["a token with a line end", `${token}\n`],
  ["a key of many lines", pem],
  ["a key with line ends of Windows", pem.replaceAll("\n", "\r\n")],
])("of %s a log shows nothing", (_, secret) => {
  const inner = secret.trim();
  test.each<[string, string]>([
    ["as it is", `before ${secret} after`],
    ["indented", secret.replace(/^/gm, "    ")],
    ["in JSON", JSON.stringify({ secret })],
    ["its trimmed text in JSON", JSON.stringify([inner])],
    ["in an address", `https://h.test/?x=${encodeURIComponent(secret)}`],
    ["in base64", packed(secret)],
    ["in base64, trimmed", packed(inner)],
    ["in base64, of 76 columns", inColumns(packed(secret), 76)],
    ["in base64, of 64 columns", inColumns(packed(secret), 64)],
    ["in base64 after one letter", packed(`a${inner}`)],
    ["in base64 after two letters", packed(`ab${inner}:`)],
    ["in base64 after a name", packed(`x-access-token:${inner}`)],
    ["in base64url", Buffer.from(secret).toString("base64url")],
  ])("%s", (_form, log) => {
    expect(new Canary({ secret }).inText("log", log)).not.toEqual([]);
    expect(new Canary({ secret }).inText("log", shown(log, secret))).toEqual([]);
  });
});

test("what is in every log stays in it", () => {
  const secret = [
    "-----BEGIN PRIVATE KEY-----",
    "{",
    "  }",
    "short",
    randomBytes(30).toString("hex"),
    "-----END PRIVATE KEY-----",
  ];
  const log = "f() {\n  }\nshort\n-----BEGIN PRIVATE KEY-----\n";
  expect(shown(log, secret.join("\n"))).toBe(log);
  expect(maskedForms("")).toEqual([]);
  expect(maskedForms("1234567")).not.toContain("1234567");
});

test("no form is short or of several lines, and the longest is the first", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (secret) => {
      const forms = maskedForms(secret);
      const lengths = forms.map((form) => form.length);
      expect(lengths.every((length) => length >= SHORTEST_MASK)).toBe(true);
      expect(lengths).toEqual(lengths.toSorted((left, right) => right - left));
      expect(forms.some((form) => /[\r\n]/.test(form))).toBe(false);
      expect(new Set(forms).size).toBe(forms.length);
    }),
  );
});

test("a redaction takes the forms of all secrets out, and nothing else", () => {
  const longer = `${token}-and-more`;
  const redacted = redaction([token, longer]);
  expect(redacted(`a ${token} b ${longer} c ${packed(token)} d`)).toBe(
    "a «redacted» b «redacted» c «redacted» d",
  );
  expect(redaction([])("text")).toBe("text");
});
