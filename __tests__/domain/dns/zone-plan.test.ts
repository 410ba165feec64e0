import { describe, expect, test } from "@jest/globals";
import { concerned, transactions, zonePlan } from "../../../src/domain/dns/zone-plan.ts";
import { MARK } from "../../../src/domain/dns/zones.ts";
import { candidate, facts, planned, policy, record, zone } from "../../support/zone-builder.ts";

const WWW = "www.client.test";
const NODE = "node-a.hosting.test";
const www = candidate(WWW);
const adopting = { adopted: new Set([WWW]) };
const allowing = { policy: policy({ allowedSuffixes: { "shop-main": ["client.test"] } }) };

describe("which hostnames are concerned", () => {
  test.each([
    ["elsewhere", true],
    ["partial", true],
    ["ipv6", true],
    ["nxdomain", true],
    ["nodata", true],
    ["target-unresolvable", true],
    ["caa", false],
    ["dnssec", false],
    ["loop", false],
    ["wildcard", false],
  ])("mismatch:%s, where another record cures it", (reason, expected) => {
    expect(concerned([candidate(WWW, { reason })], new Set()).length === 1).toBe(expected);
  });

  test("nothing that is not known, and never by being adopted", () => {
    const others = (["match", "proxied", "unknown", "skipped"] as const).map((verdict) =>
      candidate(`${verdict}.client.test`, { verdict, reason: verdict === "unknown" ? "elsewhere" : null }),
    );
    expect(concerned(others, new Set())).toEqual([]);
    const names = new Set(others.map(({ name }) => name));
    expect(concerned(others, names).map(({ verdict }) => verdict)).toEqual(["match", "proxied"]);
  });

  test("each name once, however often it is spelt", () => {
    const twice = [www, candidate(WWW, { hostname: "WWW.client.test" })];
    expect(concerned(twice, new Set())).toEqual([www]);
  });
});

describe("records that are ours", () => {
  test.each([
    [
      "a CNAME elsewhere",
      [record(WWW, "CNAME", "old.test")],
      [`PATCH CNAME ${WWW} old.test content=${NODE}`],
    ],
    ["a CNAME that is right", [record(WWW, "CNAME", `${NODE.toUpperCase()}.`)], "nothing"],
    [
      "one address of each kind",
      [record(WWW, "A", "192.0.2.1"), record(WWW, "AAAA", "2001:db8::1")],
      [`PATCH A ${WWW} 192.0.2.1 content=192.0.2.10`, `PATCH AAAA ${WWW} 2001:db8::1 content=2001:db8::10`],
    ],
    [
      "too few",
      [record(WWW, "A", "192.0.2.1")],
      [`PATCH A ${WWW} 192.0.2.1 content=192.0.2.10`, `POST AAAA ${WWW} 2001:db8::10`],
    ],
    [
      "too many, one of them right",
      [
        record(WWW, "A", "192.0.2.1"),
        record(WWW, "A", "192.0.2.10"),
        record(WWW, "AAAA", "2001:DB8:0::10"),
        record(WWW, "AAAA", "2001:db8::2"),
      ],
      [`DELETE A ${WWW} 192.0.2.1`, `DELETE AAAA ${WWW} 2001:db8::2`],
    ],
    [
      "a TXT record beside an address",
      [record(WWW, "TXT", "v=1", { comment: null }), record(WWW, "A", "192.0.2.1")],
      [`PATCH A ${WWW} 192.0.2.1 content=192.0.2.10`, `POST AAAA ${WWW} 2001:db8::10`],
    ],
  ])("lead to the node afterwards: %s", (_, records, expected) => {
    expect(planned(www, records)).toEqual(expected);
  });

  test("with other records of the same kind in the zone, which stay", () => {
    const others = [record("a.client.test", "A", "192.0.2.1"), record(`b.${WWW}`, "A", "192.0.2.1")];
    expect(planned(www, [...others, record(WWW, "CNAME", "old.test")])).toHaveLength(1);
  });

  test("new ones are proxied where their siblings are, with the same TTL", () => {
    const sibling = record(WWW, "A", "192.0.2.10", {
      proxied: true,
      ttl: 1,
      comment: `x | ${MARK}`,
      tags: ["a:b"],
    });
    const { changes } = zonePlan([www], facts([{ zone: zone("client.test"), records: [sibling] }]));
    expect(changes[0]?.operations).toMatchObject([
      { method: "POST", record: { type: "AAAA", ttl: 1, proxied: true, comment: MARK, tags: [] } },
    ]);
  });

  test("can't be set to addresses that nobody knows", () => {
    const elsewhere = candidate(WWW, { expected: "node-b.hosting.test" });
    expect(planned(elsewhere, [record(WWW, "A", "192.0.2.1")])).toBe("no-addresses");
    expect(planned(elsewhere, [record(WWW, "CNAME", "old.test")])).toHaveLength(1);
  });
});

describe("a name without records", () => {
  test("gets a CNAME of ours that is not proxied", () => {
    const { changes } = zonePlan([www], facts([{ zone: zone("client.test"), records: [] }], allowing));
    expect(changes[0]?.operations).toEqual([
      {
        method: "POST",
        record: { type: "CNAME", name: WWW, content: NODE, ttl: 1, proxied: false, comment: MARK, tags: [] },
      },
    ]);
  });

  test.each(["TXT", "CAA", "HTTPS", "SRV"])("gets none beside a %s record", (type) => {
    const records = [record(WWW, type, "x", { comment: null })];
    expect(planned(www, records, allowing)).toBe("other-records");
    expect(planned(www, records, { ...allowing, ...adopting })).toBe("other-records");
  });
});

describe("records of others", () => {
  const foreign = (type: string, content: string, comment: string | null = null) =>
    record(WWW, type, content, { comment });

  test.each([
    ["a CNAME", [foreign("CNAME", "old.test")]],
    ["an address", [foreign("A", "192.0.2.1", "ask Alice")]],
    ["one of two addresses", [record(WWW, "A", "192.0.2.1"), foreign("A", "192.0.2.2")]],
  ])("are left alone: %s", (_, records) => {
    expect(planned(www, records, allowing)).toBe("not-ours");
  });

  test("become ours where they are adopted, with what a human wrote", () => {
    const records = [foreign("CNAME", "old.test", "ask Alice")];
    expect(planned(www, records, adopting)).toEqual([
      `PATCH CNAME ${WWW} old.test content=${NODE} comment=ask Alice | ${MARK}`,
    ]);
  });

  test("and those of a name that change nothing else get the mark, too", () => {
    const records = [
      foreign("A", "192.0.2.10"),
      foreign("A", "192.0.2.1", "x"),
      foreign("AAAA", "2001:db8::10"),
    ];
    expect(planned(www, records, adopting)).toEqual([
      `DELETE A ${WWW} 192.0.2.1`,
      `PATCH A ${WWW} 192.0.2.10 comment=${MARK}`,
      `PATCH AAAA ${WWW} 2001:db8::10 comment=${MARK}`,
    ]);
  });

  test("are not adopted where the mark does not fit into the comment", () => {
    const records = [foreign("CNAME", "old.test", "c".repeat(99))];
    expect(planned(www, records, adopting)).toBe("comment-full");
    expect(planned(www, records, adopting, zone("client.test", { commentLength: 500 }))).toHaveLength(1);
  });

  test("of a hostname that is right get the mark and nothing else", () => {
    const right = candidate(WWW, { verdict: "match", reason: null });
    expect(planned(right, [foreign("A", "192.0.2.10"), foreign("TXT", "x")], adopting)).toEqual([
      `PATCH A ${WWW} 192.0.2.10 comment=${MARK}`,
    ]);
    expect(planned(right, [record(WWW, "A", "192.0.2.10")], adopting)).toBe("nothing");
    const proxied = candidate(WWW, { verdict: "proxied", reason: null });
    expect(planned(proxied, [foreign("A", "192.0.2.99")], adopting)).toEqual([
      `PATCH A ${WWW} 192.0.2.99 comment=${MARK}`,
    ]);
  });
});

describe("what is never touched", () => {
  const ours = [record(WWW, "CNAME", "old.test")];

  test("the apex of a zone", () => {
    const apex = candidate("client.test");
    expect(planned(apex, [record("client.test", "A", "192.0.2.1")])).toBe("apex");
    const given = { ...allowing, adopted: new Set(["client.test"]) };
    expect(planned(apex, [record("client.test", "A", "192.0.2.1")], given)).toBe("apex");
  });

  test("a name that gets mail, a delegated name, and names below one", () => {
    expect(planned(www, [...ours, record(WWW, "MX", "mx.test")], adopting)).toBe("mail");
    expect(planned(www, [record(WWW, "NS", "ns.test")], { ...adopting, ...allowing })).toBe("delegated");
    const below = candidate(`a.b.${WWW}`);
    const records = [record(WWW, "NS", "ns.test"), record(`a.b.${WWW}`, "CNAME", "old.test")];
    expect(planned(below, records)).toBe("delegated");
    const ofZone = [record("client.test", "NS", "ns.test"), record("client.test", "MX", "mx.test"), ...ours];
    expect(planned(www, ofZone)).toHaveLength(1);
    expect(planned(www, [...ours, record("other.client.test", "NS", "ns.test")])).toHaveLength(1);
  });

  test("a node's own name, whatever is allowed", () => {
    const own = zone("hosting.test");
    const given = { policy: policy({ allowedSuffixes: { "shop-main": ["hosting.test"] } }) };
    const node = candidate("node-b.hosting.test");
    expect(planned(node, [record("node-b.hosting.test", "A", "192.0.2.1")], given, own)).toBe("node-name");
  });

  test("a zone that nobody named, that is not served or that can't be read", () => {
    expect(planned(www, ours, {}, zone("other.test"))).toBe("no-zone");
    expect(planned(www, ours, { policy: policy({ zones: [] }) })).toBe("zone-not-ours");
    expect(planned(www, ours, {}, zone("client.test", { isServed: false }))).toBe("zone-not-served");
    const unread = facts([{ zone: zone("client.test"), records: null }]);
    expect(zonePlan([www], unread).others[0]?.refusal).toBe("zone-unreadable");
    expect(planned(www, ours, { policy: policy({ zones: ["id-of-client.test"] }) })).toHaveLength(1);
  });

  test("the zone above one that is not ours", () => {
    const views = [
      { zone: zone("client.test"), records: ours },
      { zone: zone(WWW), records: [] },
    ];
    expect(zonePlan([candidate(`a.${WWW}`)], facts(views)).others[0]?.refusal).toBe("zone-not-ours");
  });

  test("a hostname whose deploy is not confirmed, unless nothing is to be done", () => {
    const waiting = { isDeployed: () => false };
    expect(planned(www, ours, waiting)).toBe("not-deployed");
    expect(planned(www, [record(WWW, "CNAME", NODE)], waiting)).toBe("nothing");
    // What else is in the way is said first.
    expect(planned(www, [record(WWW, "CNAME", "old.test", { comment: null })], waiting)).toBe("not-allowed");
  });
});

describe("who may have which name", () => {
  const own = zone("hosting.test");
  const at = (name: string, given = {}, inZone = own) =>
    planned(candidate(name), [record(name, "CNAME", "old.test")], given, inZone);

  test.each([
    ["shop-main.hosting.test", true],
    ["www.shop-main.hosting.test", true],
    ["evilshop-main.hosting.test", false],
    ["blog-main.hosting.test", false],
    ["login.hosting.test", false],
  ])("in the provider's zone an environment has its own hostname and those below: %s", (name, expected) => {
    expect(at(name)).toEqual(expected ? expect.any(Array) : "not-allowed");
    // Neither a mark from another time nor adoption makes it more.
    expect(at(name, { adopted: new Set([name]) })).toEqual(expected ? expect.any(Array) : "not-allowed");
  });

  test("the same holds where the provider's domain is a part of a zone, or the zone a part of it", () => {
    const above = policy({ provider: "hosting.client.test", ownHostnames: {} });
    expect(at(WWW, { policy: above }, zone("client.test"))).toBe("not-allowed");
    const below = policy({ zones: ["sites.hosting.test"] });
    expect(at("login.sites.hosting.test", { policy: below }, zone("sites.hosting.test"))).toBe("not-allowed");
  });

  test("in other zones what is marked or adopted, and nothing new: it may be another client's", () => {
    const client = zone("client.test");
    expect(planned(www, [record(WWW, "CNAME", "old.test")], {}, client)).toHaveLength(1);
    expect(planned(www, [], {}, client)).toBe("not-allowed");
    expect(planned(www, [record(WWW, "TXT", "x")], {}, client)).toBe("not-allowed");
    expect(planned(www, [record(WWW, "CNAME", "old.test", { comment: null })], {}, client)).toBe(
      "not-allowed",
    );
    expect(planned(www, [], adopting, client)).toHaveLength(1);
  });

  test.each([
    [["client.test"], "www.client.test", true],
    [["www.client.test"], "www.client.test", true],
    [["client.test"], "shop-main.client.test", true],
    [["w.client.test"], "www.client.test", false],
    [[], "www.client.test", false],
  ])("allowed suffixes %p say which others: %s", (suffixes, name, expected) => {
    const given = { policy: policy({ allowedSuffixes: { "shop-main": suffixes } }) };
    const marked = planned(candidate(name), [record(name, "CNAME", "old.test")], given);
    expect(marked).toEqual(expected ? expect.any(Array) : "not-allowed");
  });

  test("allowed suffixes of an environment are nobody else's, and never cost it its own hostname", () => {
    const given = { policy: policy({ allowedSuffixes: { "blog-main": ["client.test"], "shop-main": [] } }) };
    expect(planned(www, [], given)).toBe("not-allowed");
    expect(planned(candidate(WWW, { environment: "blog-main" }), [], given)).toHaveLength(1);
    expect(at("shop-main.hosting.test", given)).toHaveLength(1);
    expect(planned(candidate(WWW, { environment: "constructor" }), [], given)).toBe("not-allowed");
  });
});

describe("transactions", () => {
  const sizes = (counts: readonly number[], most?: number) => {
    const changes = counts.map((count, index) => {
      const records = Array.from({ length: count }, () => record(`n${index}.client.test`, "A", "192.0.2.1"));
      const operations = records.map((each) => ({ method: "DELETE" as const, record: each }));
      return {
        candidate: candidate(`n${index}.client.test`),
        zone: zone("client.test"),
        records,
        operations,
      };
    });
    return transactions(changes, most).map((part) => part.map(({ operations }) => operations.length));
  };

  test("hold at most 200 operations, and each hostname whole", () => {
    expect(sizes(Array.from({ length: 300 }, () => 1)).map((part) => part.length)).toEqual([200, 100]);
    expect(sizes([3, 3, 3], 5)).toEqual([[3], [3], [3]]);
    expect(sizes([2, 3, 1, 4], 5)).toEqual([
      [2, 3],
      [1, 4],
    ]);
    expect(sizes([])).toEqual([]);
  });

  test("a hostname with more operations than one holds is refused", () => {
    const many = Array.from({ length: 202 }, (_, index) => record(WWW, "A", `198.51.100.${index}`));
    expect(planned(www, many)).toBe("too-many");
  });
});
