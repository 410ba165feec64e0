import { expect, test } from "@jest/globals";
import { isLikelyZone, recordsToSet } from "../../../src/domain/dns/remedy.ts";

const NODE = ["192.0.2.1", "2001:db8::1"];
const wrong = (reason: string, hostname = "WWW.Bücher.test") =>
  ({ hostname, expected: "node-a.hosting.test", verdict: "mismatch", reason }) as const;

test.each(["elsewhere", "partial", "ipv6", "nxdomain", "nodata", "target-unresolvable", "loop"])(
  "%s: an alias of the node, or its addresses where the name is a zone's own",
  (reason) => {
    expect(recordsToSet(wrong(reason), NODE, false)).toEqual([
      "www.xn--bcher-kva.test. CNAME node-a.hosting.test.",
    ]);
    expect(recordsToSet(wrong(reason, "bücher.test"), NODE, true)).toEqual([
      "xn--bcher-kva.test. A 192.0.2.1",
      "xn--bcher-kva.test. AAAA 2001:db8::1",
    ]);
  },
);

test("what no address mends has a record of its own, or none", () => {
  expect(recordsToSet(wrong("caa"), NODE, true)).toEqual([
    'www.xn--bcher-kva.test. CAA 0 issue "letsencrypt.org"',
  ]);
  expect(recordsToSet(wrong("dnssec"), NODE, false)).toEqual([]);
  expect(recordsToSet(wrong("wildcard"), NODE, false)).toEqual([]);
  expect(recordsToSet({ ...wrong("x"), verdict: "unknown" }, NODE, false)).toEqual([]);
  expect(recordsToSet({ ...wrong("x"), verdict: "match" }, NODE, false)).toEqual([]);
});

test("a name of two labels is taken for a zone's own", () => {
  expect(["acme.test", "acme.test.", "test", "www.acme.test"].map(isLikelyZone)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
