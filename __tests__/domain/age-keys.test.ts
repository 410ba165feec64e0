import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { ageKeysOf, hiddenInAgeKeys } from "../../src/domain/age-keys.ts";
import { toBech32 } from "../../src/domain/bech32.ts";
import type { HostenvError } from "../../src/errors.ts";

const made = (prefix: string, length = 32) => toBech32({ prefix, bytes: randomBytes(length) }).toUpperCase();
const [ONE, TWO] = [made("age-secret-key-"), made("age-secret-key-")];
const texts = (text: string) => ageKeysOf(text).map((key) => key.text);

function failure(text: string): HostenvError {
  try {
    ageKeysOf(text);
  } catch (error) {
    return error as HostenvError;
  }
  throw new Error("it was taken for a key");
}

describe("keys are taken", () => {
  test.each([
    ["alone", ONE, [ONE]],
    ["as age-keygen writes them", `# created: 2026-01-02T03:04:05Z\n# public key: age1qqq\n${ONE}\n`, [ONE]],
    ["with line ends of Windows", `# created: 2026\r\n# public key: age1qqq\r\n${ONE}\r\n`, [ONE]],
    ["with blanks around", `\n\n  \t${ONE} \n`, [ONE]],
    ["behind a byte order mark", `\ufeff${ONE}`, [ONE]],
    ["two, in lines", `${ONE}\n# another\n${TWO}`, [ONE, TWO]],
    ["two, in one line", `${ONE} ${TWO}`, [ONE, TWO]],
  ])("%s", (_, text, keys) => {
    expect(texts(text)).toEqual(keys);
  });

  test("with the recipient where it can be told", () => {
    expect(ageKeysOf(ONE)[0]?.recipient).toMatch(/^age1[0-9a-z]{58}$/);
    expect(ageKeysOf(made("age-secret-key-pq-"))[0]?.recipient).toBeNull();
    expect(ageKeysOf(made("age-plugin-yubikey-", 17))[0]?.recipient).toBeNull();
  });
});

describe("what is none is refused, and not shown", () => {
  test.each([
    ["", /is empty/, /not passed on by its name.*environment.*forks/],
    [" \r\n\t", /is empty/, /not passed on/],
    ["# created: 2026\n# public key: age1qqq", /only comments/, /age-keygen/],
    // A secret that was pasted into a field of one line.
    [`# created: 2026 ${ONE}`, /only comments/, /age-keygen/],
    [toBech32({ prefix: "age", bytes: randomBytes(32) }), /is a public one.*\(entry 1\)/, /AGE-SECRET-KEY-1/],
    [
      `${ONE}\n${toBech32({ prefix: "age", bytes: randomBytes(32) })}`,
      /is a public one.*\(entry 2\)/,
      /age-keygen/,
    ],
    [`${ONE.slice(0, -1)}${ONE.endsWith("Q") ? "P" : "Q"}`, /mistyped or cut/, /capital letters/],
    [ONE.slice(0, 40), /mistyped or cut/, /whole/],
    [ONE.toLowerCase(), /mistyped or cut/, /capital letters/],
    [made("age-secret-key-", 31), /mistyped or cut/, /whole/],
    [`"${ONE}"`, /in quotes/, /without quotes/],
    [`SOPS_AGE_KEY=${ONE}`, /is no secret key of age/, /age-keygen/],
    ["canary-0123456789", /is no secret key of age \(entry 1\)/, /age-keygen/],
    [made("age-strange-key-"), /is no secret key of age/, /age-keygen/],
    [
      "-----BEGIN AGE ENCRYPTED FILE-----\ncanary0123456789\n-----END AGE ENCRYPTED FILE-----",
      /passphrase/,
      /age -d/,
    ],
    [
      "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary0123456789\n-----END OPENSSH PRIVATE KEY-----",
      /SSH or PEM/,
      /age-keygen/,
    ],
  ])("%j", (text, message, hint) => {
    const error = failure(text);
    expect(error.code).toBe("age-key");
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    const said = JSON.stringify([error.message, error.hint, error.stack]);
    for (const word of text.split(/[\s"=]+/).filter((part) => part.length > 20))
      expect(said).not.toContain(word);
    expect(said).not.toContain("canary");
  });
});

test("what is hidden is every word that may be a key, and no comment", () => {
  expect(hiddenInAgeKeys(`# created: 2026\r\n# public key: age1qqq\r\n${ONE}\r\nmistyped ${TWO}`)).toEqual(
    expect.arrayContaining([ONE, TWO, "mistyped"]),
  );
  expect(hiddenInAgeKeys("# created: 2026\n# public key: age1qqq")).toEqual([]);
  expect(hiddenInAgeKeys(`# created: 2026 ${ONE}`)).toEqual([ONE]);
});
