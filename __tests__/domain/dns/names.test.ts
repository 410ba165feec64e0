import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalAddress, isInRanges } from "../../../src/domain/dns/addresses.ts";
import { CLOUDFLARE_RANGES } from "../../../src/domain/dns/cloudflare-ranges.ts";
import { isWithin, normalised, parentOf, skipReasonOf } from "../../../src/domain/dns/names.ts";

const long = (label: number, count: number) => Array(count).fill("a".repeat(label)).join(".");

describe("names as questions have them", () => {
  test.each([
    ["WWW.Example.TEST", "www.example.test"],
    ["www.example.test.", "www.example.test"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER.example.", "xn--bcher-kva.example"],
    ["faß.example", "xn--fa-hia.example"],
    ["中国。example", "xn--fiqs8s.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["*.bücher.example", "*.xn--bcher-kva.example"],
    ["a_b.example", "a_b.example"],
    ["_acme.example", "_acme.example"],
    ["123.example", "123.example"],
    ["1.2", "1.2"],
    [`${long(63, 3)}.${"a".repeat(61)}`, `${long(63, 3)}.${"a".repeat(61)}`],
  ])("%s", (hostname, expected) => {
    expect(normalised(hostname)).toBe(expected);
  });

  test.each([
    "",
    ".",
    "..",
    "a..b",
    ".example",
    "example..",
    `${"a".repeat(64)}.example`,
    `${long(63, 3)}.${"a".repeat(62)}`,
    "a%62.example",
    "bücher%2eexample",
    "a b.example",
    "a\tb.example",
    "a/b.example",
    "bücher.example/x",
    "bücher@evil.example",
    "bücher.example:80",
    "www.*.example",
    "*",
    "~^www\\..+$",
    `${"é".repeat(70)}.example`,
    "a\u0000b.example",
    "\ud800.example",
  ])("%j is none", (hostname) => {
    expect(normalised(hostname)).toBeNull();
  });

  test("normalising twice changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.domain(), fc.webAuthority()), (text) => {
        const once = normalised(text);
        if (once !== null) expect(normalised(once)).toBe(once);
      }),
    );
  });
});

describe("names that are not looked up", () => {
  test.each([
    ["_", "default"],
    ["default", "default"],
    ["192.0.2.1", "address"],
    ["2001:db8::1", "address"],
    ["[2001:db8::1]", "address"],
    ["::1", "address"],
    ["１９２.0.2.1", "address"],
    ["localhost", "localhost"],
    ["LOCALHOST.", "localhost"],
    ["localhost.localdomain", "localhost"],
    ["shop.localhost", "localhost"],
    ["a_b.example", "malformed"],
    ["-a.example", "malformed"],
    ["a-.example", "malformed"],
    ["1.2.3", "malformed"],
    ["256.1.1.1", "malformed"],
    ["example.0x7f", "malformed"],
    [".example", "malformed"],
    ["~^www\\..+$", "malformed"],
    ["*._x.example", "malformed"],
    [`${"a".repeat(64)}.example`, "malformed"],
    ["*.example.test", null],
    ["localhost.example.test", null],
    ["notlocalhost", null],
    ["bücher.example", null],
    ["123.example", null],
    ["a--b.example", null],
  ])("%s: %s", (hostname, expected) => {
    expect(skipReasonOf(hostname)).toBe(expected);
  });

  test("never throws, and what is not skipped is a name", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.domain(), fc.ipV6(), fc.ipV4Extended()),
        (text) => {
          if (skipReasonOf(text) === null) expect(normalised(text)).not.toBeNull();
        },
      ),
    );
  });
});

test("one label up, to the root", () => {
  expect(["a.b.c", "b.c", "c", ""].map(parentOf)).toEqual(["b.c", "c", "", null]);
});

test("within a zone only at a label's boundary", () => {
  expect(isWithin("a.example.test", "example.test")).toBe(true);
  expect(isWithin("example.test", "example.test")).toBe(true);
  expect(isWithin("evilexample.test", "example.test")).toBe(false);
  expect(isWithin("anything", "")).toBe(true);
});

describe("addresses", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0:0:1::", "2001:0:0:1::"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
    ["01.2.3.4", null],
    ["1.2.3", null],
    ["1.2.3.4.5", null],
    ["1.2.3.4.", null],
    ["::1%eth0", null],
    ["fe80::g", null],
    ["1:2", null],
    ["node.test", null],
    ["", null],
  ])("%s is %s", (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  test.each([
    ["104.15.255.255", false],
    ["104.16.0.0", true],
    ["104.27.255.255", true],
    ["104.28.0.0", false],
    ["2606:4700::", true],
    ["2606:4700:ffff:ffff:ffff:ffff:ffff:ffff", true],
    ["2606:4701::", false],
    ["2a06:98c7:ffff::", true],
    ["2a06:98c8::", false],
    ["::104.16.0.1", false],
  ])("%s is Cloudflare's: %s", (address, expected) => {
    expect(isInRanges(address, CLOUDFLARE_RANGES)).toBe(expected);
  });

  test.each(["", ": ", ":", "::x", "104.16", "104.16.0.0 ", "client.test"])("%j is in no range", (text) => {
    expect(isInRanges(text, ["0.0.0.0/0", "::/0"])).toBe(false);
  });
});
