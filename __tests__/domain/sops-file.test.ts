import { expect, test } from "@jest/globals";
import { holdsEncrypted, needsSeveralKeys, recipientsOf } from "../../src/domain/sops-file.ts";

const [ONE, TWO] = ["age1qqqqqqqqqq", "age1pppppppppp"];
const SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+/00";

test.each([
  [
    "YAML",
    `sops:\n    age:\n        - enc: |\n            x\n          recipient: ${ONE}\n        - recipient: ${TWO}\n`,
  ],
  [
    "YAML with the recipient first",
    `sops:\n  age:\n    - recipient: "${ONE}"\n      enc: x\n    - recipient: '${TWO}'\n`,
  ],
  ["YAML on one line", `sops: {age: [{recipient: ${ONE}, enc: x}, {recipient: ${TWO}}]}`],
  ["JSON", JSON.stringify({ sops: { age: [{ recipient: ONE }, { recipient: TWO }] } }, null, 2)],
  ["JSON without blanks", JSON.stringify({ sops: { age: [{ recipient: ONE }, { recipient: TWO }] } })],
  [".env", `sops_age__list_0__map_recipient=${ONE}\nsops_age__list_1__map_recipient=${TWO}\n`],
  [".ini", `[sops]\nage__list_0__map_recipient = ${ONE}\nage__list_1__map_recipient      = ${TWO}\n`],
])("recipients are found in %s", (_, text) => {
  expect(recipientsOf(text)).toEqual([ONE, TWO]);
});

test("an SSH key is a recipient without its comment, and each is named once", () => {
  expect(recipientsOf(`- recipient: ${SSH} me@here ::error::\n- recipient: ${SSH} other\n`)).toEqual([SSH]);
  expect(recipientsOf("recipient: ENC[AES256_GCM,data:age1qqq]\nnote: age1qqq\n")).toEqual([]);
});

test("what sops encrypted, and what it wants several keys for, is seen", () => {
  expect(holdsEncrypted("a: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]")).toBe(true);
  expect(holdsEncrypted("a: secret\nsops: none\n")).toBe(false);
  expect(needsSeveralKeys("sops:\n  shamir_threshold: 2\n")).toBe(true);
  expect(needsSeveralKeys('{"sops":{"shamir_threshold":2}}')).toBe(true);
  expect(needsSeveralKeys("sops:\n  age: []\n")).toBe(false);
});
