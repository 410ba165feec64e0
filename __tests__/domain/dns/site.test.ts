import { describe, expect, test } from "@jest/globals";
import { refuseSharedNames } from "../../../src/domain/dns/owners.ts";
import { rulingOf, wantedOf } from "../../../src/domain/dns/site.ts";
import type { Verdict } from "../../../src/domain/dns/verdict.ts";
import { site } from "../../support/gate-run.ts";

const shop = site("shop.test", { names: ["shop.test", "www.shop.test", "old.test"] });

/** What DNS says of names: `match`, `mismatch:elsewhere` …; `match` of all others. */
function rulingWith(saids: Record<string, string>, unreachable: string[] = []) {
  const verdictOf = (name: string) => {
    const [verdict, reason = null] = (saids[name] ?? "match").split(":");
    return { hostname: name, verdict, reason, evidence: [`${name} was asked`] } as unknown as Verdict;
  };
  const found = rulingOf(shop, verdictOf, new Set(unreachable));
  return found && [found.verdict, found.reason, found.counts, ...found.evidence];
}

describe("rulingOf", () => {
  test.each<[string, Record<string, string>, unknown[]]>([
    ["all right", {}, ["match", null, false, "shop.test was asked"]],
    ["proxied", { "shop.test": "proxied" }, ["proxied", null, false, "shop.test was asked"]],
    [
      "its own name leads elsewhere",
      { "shop.test": "mismatch:elsewhere", "old.test": "mismatch:nodata" },
      ["mismatch", "elsewhere", true, "shop.test was asked"],
    ],
    [
      "a certificate is forbidden",
      { "shop.test": "mismatch:caa" },
      ["mismatch", "caa", false, "shop.test was asked"],
    ],
    [
      "a certificate can't be proved",
      { "shop.test": "mismatch:wildcard" },
      ["mismatch", "wildcard", false, "shop.test was asked"],
    ],
    [
      "its own name is unknown",
      { "shop.test": "unknown:timeout", "old.test": "mismatch:a" },
      ["unknown", "timeout", false, "shop.test was asked"],
    ],
    [
      "an alias leads elsewhere",
      { "www.shop.test": "unknown:timeout", "old.test": "mismatch:nxdomain" },
      ["mismatch", "alias", false, "old.test: nxdomain", "old.test was asked"],
    ],
    [
      "an alias is unknown",
      { "old.test": "unknown:servfail" },
      ["unknown", "alias", false, "old.test: servfail", "old.test was asked"],
    ],
    [
      "an alias that is not looked at",
      { "old.test": "skipped:address" },
      ["match", null, false, "shop.test was asked"],
    ],
  ])("%s", (_, saids, expected) => {
    expect(rulingWith(saids)).toEqual(expected);
  });

  test("a name that does not answer on port 80 gets no certificate, and loses none", () => {
    const closed = ["mismatch", "unreachable", false, "www.shop.test does not answer on port 80"];
    expect(rulingWith({}, ["www.shop.test"])).toEqual(closed);
    expect(rulingWith({ "old.test": "unknown:timeout" }, ["www.shop.test"])).toEqual(closed);
    expect(rulingWith({ "shop.test": "mismatch:ipv6" }, ["www.shop.test"])?.[1]).toBe("ipv6");
  });

  test("nothing of what is skipped", () => {
    expect(rulingWith({ "shop.test": "skipped:no-tls" })).toBeNull();
    expect(rulingOf(shop, () => undefined, new Set())).toBeNull();
  });
});

describe("wantedOf", () => {
  const skip = (name: string) => (name === "_" ? ("default" as const) : null);

  test("asks for every name of a site, and says once why one is left alone", () => {
    const given = [
      { ...shop, redirectsTo: "x.test" },
      site("a.test", { names: ["a.test", "b.test"], skipped: "no-tls" }),
      site("_", { names: ["_", "c.test"] }),
    ];
    const told = wantedOf(given, skip).map(({ hostname, skipped, redirectsTo }) => [
      hostname,
      skipped,
      redirectsTo,
    ]);
    expect(told).toEqual([
      ["shop.test", null, "x.test"],
      ["www.shop.test", null, null],
      ["old.test", null, null],
      ["a.test", "no-tls", null],
      ["_", "default", null],
      ["c.test", null, null],
    ]);
  });
});

describe("refuseSharedNames", () => {
  const other = (name: string, given = {}) => site(name, { environment: "blog", node: "node-b", ...given });

  test.each([
    ["two environments", site("a.test"), site("a.test", { environment: "blog" })],
    ["two nodes", site("a.test"), site("a.test", { node: "node-b" })],
    ["two spellings", site("A.test."), other("a.TEST")],
    ["two scripts", site("bücher.test"), other("xn--bcher-kva.test")],
    ["an alias", site("b.test", { names: ["b.test", "a.test"] }), other("a.test")],
    ["one that needs no certificate", site("a.test"), other("a.test", { skipped: "no-tls" })],
  ])("%s", (_, left, right) => {
    expect(() => refuseSharedNames([left, right])).toThrow(
      expect.objectContaining({
        code: "hostname-two-owners",
        message: expect.stringContaining(right.environment),
      }),
    );
  });

  test("says which two, and on which nodes", () => {
    expect(() => refuseSharedNames([site("a.test"), other("A.test")])).toThrow(
      "A.test is wanted by shop on node-a and by blog on node-b",
    );
  });

  test("one environment may name it twice, and a disabled one wants nothing", () => {
    const fine = [
      site("a.test", { names: ["a.test", "A.test"] }),
      site("A.test"),
      other("a.test", { skipped: "disabled" }),
    ];
    expect(() => refuseSharedNames(fine)).not.toThrow();
  });
});
