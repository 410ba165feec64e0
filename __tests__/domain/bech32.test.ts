import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromBech32, toBech32 } from "../../src/domain/bech32.ts";

// BIP 173's own examples, those whose letters make whole bytes.
test.each([
  ["A12UEL5L", "a", ""],
  ["a12uel5l", "a", ""],
  [
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
    "",
  ],
  ["abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", "00443214c74254b635cf84653a56d7c675be77df"],
  [
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "split",
    "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d",
  ],
  ["?1ezyfcl", "?", ""],
])("%s is %s and its bytes", (text, prefix, hex) => {
  const found = fromBech32(text);
  expect(found && { ...found, bytes: Buffer.from(found.bytes).toString("hex") }).toEqual({
    prefix,
    bytes: hex,
  });
  expect(toBech32({ prefix, bytes: Buffer.from(hex, "hex") })).toBe(text.toLowerCase());
});

test.each([
  ["no 1", "pzry9x0s0muk"],
  ["nothing before the 1", "1pzry9x0s0muk"],
  ["a letter it does not have", "x1b4n0q5v"],
  ["a checksum that is too short", "li1dgmt3"],
  ["a checksum of its prefix in capital letters", "A1G7SGD8"],
  ["both kinds of letters", "A12uEL5L"],
  ["another letter at its end", "a12uel5q"],
  ["nothing", ""],
  // Made with the right checksum: 5 bits that make no byte, and a byte with bits left over.
  ["a letter that makes no byte", "a1q9z8rxv"],
])("%s makes it none", (_, text) => {
  expect(fromBech32(text)).toBeNull();
});

const bech32 = fc.record({
  prefix: fc.stringMatching(/^[a-z-]{1,20}$/),
  bytes: fc.uint8Array({ maxLength: 80 }),
});

test("what was put together is taken apart, in either case", () => {
  fc.assert(
    fc.property(bech32, (given) => {
      const text = toBech32(given);
      expect(fromBech32(text)).toEqual(given);
      expect(fromBech32(text.toUpperCase())).toEqual(given);
    }),
  );
});

test("any one letter that is another is seen", () => {
  fc.assert(
    fc.property(
      bech32,
      fc.nat(),
      fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
      (given, place, letter) => {
        const text = toBech32(given);
        const start = given.prefix.length + 1;
        const at = start + (place % (text.length - start));
        fc.pre(text[at] !== letter);
        expect(fromBech32(text.slice(0, at) + letter + text.slice(at + 1))).toBeNull();
      },
    ),
  );
});
