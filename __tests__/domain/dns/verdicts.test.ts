import { describe, expect, test } from "@jest/globals";
import type { DnsQuestion, DnsReply } from "../../../src/domain/dns/records.ts";
import { verdictCutShort, verdictUnasked } from "../../../src/domain/dns/resolve.ts";
import {
  answer,
  type Defined,
  failure,
  judged,
  NODE,
  NODE_IPV4,
  NODE_IPV6,
  RESOLVER,
  replyIn,
  said,
  type World,
  wantedOf,
  worldWith,
} from "../../support/dns-world.ts";

const HOST = "www.client.test";
const FOREIGN = "203.0.113.80";
const EDGES = ["104.16.1.1", "2606:4700::1111"];
const RIGHT: Defined = { A: [NODE_IPV4], AAAA: [NODE_IPV6] };

/** What `www.client.test` is, and the verdict. */
const of = (defined: Defined, more: Record<string, Defined> = {}) =>
  judged(worldWith({ [HOST]: defined, ...more }), HOST);

const [FIRST, SECOND] = ["203.0.113.1:53", "203.0.113.2:53"];
const from = (server: string, type: string, reply: DnsReply) => (question: DnsQuestion) =>
  question.server === server && question.name === HOST && question.type === type ? reply : undefined;

describe("where the addresses lead", () => {
  test.each<[string, Defined, string]>([
    ["both addresses of the node", RIGHT, "match"],
    ["one address of the node", { A: [NODE_IPV4] }, "match"],
    ["its IPv6 address alone", { AAAA: [NODE_IPV6] }, "match"],
    ["an alias of the node", { CNAME: NODE }, "match"],
    ["another server", { A: [FOREIGN] }, "mismatch:elsewhere"],
    ["another server over IPv6", { AAAA: ["2001:db8::99"] }, "mismatch:elsewhere"],
    ["the node and another server", { A: [NODE_IPV4, FOREIGN] }, "mismatch:partial"],
    ["another server over IPv6 only", { A: [NODE_IPV4], AAAA: ["2001:db8::99"] }, "mismatch:ipv6"],
    ["the node and another over IPv6", { ...RIGHT, AAAA: [NODE_IPV6, "2001:db8::99"] }, "mismatch:partial"],
    ["another server over IPv4 only", { ...RIGHT, A: [FOREIGN] }, "mismatch:partial"],
    ["no record", { CAA: ["iodef mailto:a@b.test"] }, "mismatch:nodata"],
    ["an alias of nothing", { CNAME: "gone.client.test" }, "mismatch:target-unresolvable"],
    ["an alias of a name without address", { CNAME: "client.test" }, "mismatch:target-unresolvable"],
    ["an alias of itself", { CNAME: HOST }, "mismatch:loop"],
  ])("%s", (_, defined, expected) => {
    expect(said(of(defined))).toBe(expected);
  });

  test("a name that does not exist", () => {
    const found = judged(worldWith({}), HOST);
    expect(said(found)).toBe("mismatch:nxdomain");
    expect(found.verdict).toMatchObject({
      seen: [],
      evidence: [
        `${HOST} A: no such name (ns1.client.test, ns2.client.test)`,
        `${HOST} AAAA: no such name (ns1.client.test, ns2.client.test)`,
        `expected ${NODE}: ${NODE_IPV4}, ${NODE_IPV6}`,
      ],
    });
  });

  test("says what was seen, and who said it", () => {
    const { verdict } = of({ A: [FOREIGN, NODE_IPV4] });
    expect(verdict.seen).toEqual([NODE_IPV4, FOREIGN]);
    expect(verdict.evidence[0]).toBe(
      `${HOST} A: ${NODE_IPV4}, ${FOREIGN} (ns1.client.test, ns2.client.test)`,
    );
    expect(of({ CNAME: "gone.client.test" }).verdict.seen).toEqual(["gone.client.test"]);
  });

  test("a server that denies the name to one type and knows it by the other is believed", () => {
    const denies = answer({ code: "NXDOMAIN" });
    const instead = ({ name, type }: DnsQuestion) => (name === HOST && type === "AAAA" ? denies : undefined);
    expect(said(judged(worldWith({ [HOST]: { A: [NODE_IPV4] } }, { instead }), HOST))).toBe("match");
  });
});

describe("chains of aliases", () => {
  const chain = (length: number, end: Defined) => {
    const names = Array.from({ length }, (_, index) => (index === 0 ? HOST : `a${index}.client.test`));
    const links = names.map(
      (name, index) => [name, { CNAME: names[index + 1] ?? "end.client.test" }] as const,
    );
    return { ...Object.fromEntries(links), "end.client.test": end };
  };

  test("over two zones, each hop asked at its own zone's servers", () => {
    const { verdict, asked } = of({ CNAME: "shop.client.test" }, { "shop.client.test": { CNAME: NODE } });
    expect(verdict.verdict).toBe("match");
    expect(verdict.evidence).toContain(`${NODE} A: ${NODE_IPV4} (ns1.hosting.test, ns2.hosting.test)`);
    const askedOfNode = asked.filter(({ name, recursive }) => name === NODE && !recursive);
    expect(new Set(askedOfNode.map(({ server }) => server))).toEqual(
      new Set(["192.0.2.1:53", "192.0.2.2:53"]),
    );
  });

  test("no alias is ever asked as if it were a name server", () => {
    const { asked } = of({ CNAME: NODE });
    expect(asked.map(({ server }) => server)).not.toContain(`${NODE_IPV4}:53`);
  });

  test.each([
    [11, "match"],
    [12, "mismatch:loop"],
  ])("%d aliases in a row", (length, expected) => {
    expect(said(judged(worldWith(chain(length, RIGHT)), HOST))).toBe(expected);
  });

  test.each([0, 1])("a loop is found whoever is asked", (count) => {
    const world = worldWith({
      [HOST]: { CNAME: "b.client.test" },
      "b.client.test": { CNAME: "c.client.test" },
      "c.client.test": { CNAME: HOST },
    });
    const found = judged(world, HOST, { nameservers: [RESOLVER].slice(0, count) });
    expect(said(found)).toBe("mismatch:loop");
    // Followed on to the longest chain there may be it takes more than twice as many.
    expect(found.asked.length).toBeLessThanOrEqual(30);
    expect(found.verdict.seen).toEqual(["b.client.test", "c.client.test", HOST]);
    // Each alias once for A and once for AAAA; resolvers, which fail on both, are asked for it by itself.
    const aliases = found.verdict.evidence.filter((line) => line.includes(": CNAME "));
    expect(aliases).toHaveLength(count === 0 ? 6 : 3);
  });
});

describe("servers that fail", () => {
  const world = (instead: World["instead"]) => worldWith({ [HOST]: RIGHT }, { ...(instead && { instead }) });

  test.each([
    "servfail",
    "refused",
    "timeout",
    "unreachable",
    "malformed",
    "truncated",
    "deadline",
    "budget",
  ] as const)("all with %s: unknown for that reason", (reason) => {
    const instead = ({ name, type }: DnsQuestion) =>
      name === HOST && type === "A" ? failure(reason) : undefined;
    const found = judged(world(instead), HOST);
    expect(said(found)).toBe(`unknown:${reason}`);
    expect(found.verdict.evidence[0]).toBe(`${HOST} A: ${reason} (ns1.client.test, ns2.client.test)`);
    expect(found.verdict.seen).toEqual([NODE_IPV6]);
  });

  test("the most telling reason is given", () => {
    const instead = ({ name, server }: DnsQuestion) =>
      name === HOST && server !== RESOLVER ? failure(server === FIRST ? "timeout" : "servfail") : undefined;
    expect(said(judged(world(instead), HOST))).toBe("unknown:servfail");
  });

  test.each([failure("timeout"), failure("refused"), answer({ authoritative: false })])(
    "one of two: the other decides",
    (reply) => {
      const found = judged(world(from(FIRST, "A", reply)), HOST);
      expect(said(found)).toBe("match");
      expect(found.verdict.evidence[0]).toBe(`${HOST} A: ${NODE_IPV4} (ns2.client.test)`);
    },
  );

  test("what is no answer of a zone's own server counts as none", () => {
    const lame = answer({ authoritative: false, answers: [{ name: HOST, type: "A", data: FOREIGN }] });
    const referral = answer({ authorities: [{ name: HOST, type: "NS", data: "ns.else.test" }] });
    const doubled = answer({
      answers: [
        { name: HOST, type: "CNAME", data: NODE },
        { name: HOST, type: "A", data: NODE_IPV4 },
      ],
    });
    const all = (reply: DnsReply) =>
      judged(
        world(({ name, type }) => (name === HOST && type === "A" ? reply : undefined)),
        HOST,
      );
    expect(said(all(lame))).toBe("unknown:servfail");
    expect(all(lame).verdict.evidence[0]).toContain("not authoritative");
    expect(said(all(referral))).toBe("unknown:servfail");
    expect(all(referral).verdict.evidence[0]).toContain("refers to other servers");
    expect(said(all(doubled))).toBe("unknown:malformed");
  });

  test("records of other names are no answer", () => {
    const stray = answer({ answers: [{ name: "other.client.test", type: "A", data: NODE_IPV4 }] });
    const found = judged(
      worldWith({ [HOST]: {} }, { instead: ({ name }) => (name === HOST ? stray : undefined) }),
      HOST,
    );
    expect(said(found)).toBe("unknown:malformed");
  });

  test.each(["A", "AAAA"])("one kind of address alone (%s) is not the whole set", (type) => {
    const instead = (question: DnsQuestion) =>
      question.name === HOST && question.type === type ? failure("timeout") : undefined;
    expect(said(judged(world(instead), HOST))).toBe("unknown:timeout");
  });

  test("contradiction is unknown, and both are shown", () => {
    const liar = answer({ answers: [{ name: HOST, type: "A", data: FOREIGN }] });
    const found = judged(world(from(SECOND, "A", liar)), HOST);
    expect(said(found)).toBe("unknown:disagreement");
    expect(found.verdict.evidence.slice(0, 2)).toEqual([
      `${HOST} A: ${NODE_IPV4} (ns1.client.test)`,
      `${HOST} A: ${FOREIGN} (ns2.client.test)`,
    ]);
    expect(found.verdict.seen).toEqual([NODE_IPV4, NODE_IPV6, FOREIGN]);
    const denying = answer({ code: "NXDOMAIN" });
    expect(said(judged(world(from(SECOND, "A", denying)), HOST))).toBe("unknown:disagreement");
  });

  test("the order of records is no contradiction", () => {
    const [one, two] = [NODE_IPV4, FOREIGN].map((data) => ({ name: HOST, type: "A", data }) as const);
    const turned = answer({ answers: [two, one, two] as never });
    const found = judged(
      worldWith({ [HOST]: { A: [NODE_IPV4, FOREIGN] } }, { instead: from(SECOND, "A", turned) }),
      HOST,
    );
    expect(said(found)).toBe("mismatch:partial");
  });
});

describe("the zone's own servers", () => {
  const OTHER = "198.51.100.54:53";
  const resolvers = [OTHER, RESOLVER];
  const onFirst =
    (reply: DnsReply) =>
    ({ server }: DnsQuestion) =>
      server === OTHER ? reply : undefined;

  test("the next resolver is asked where one fails", () => {
    const world = worldWith({ [HOST]: RIGHT }, { resolvers, instead: onFirst(failure("refused")) });
    expect(said(judged(world, HOST))).toBe("match");
  });

  test("no resolver answers: the node is unknown, and with it all of its hostnames", () => {
    const dead = worldWith({ [HOST]: RIGHT }, { resolvers, instead: () => failure("timeout") });
    const found = judged(dead, HOST);
    expect(said(found)).toBe("unknown:node-unresolvable");
    expect(found.asked).toEqual([]);
    expect(found.verdict.evidence).toEqual([
      `${NODE} SOA: timeout (198.51.100.54)`,
      `${NODE} SOA: timeout (198.51.100.53)`,
    ]);
    const none = judged(worldWith({}, { resolvers: [] }), HOST);
    expect(none.verdict.evidence).toEqual([`${NODE} SOA: this machine has no resolver`]);
  });

  test("what a resolver says of the hostname itself does not count", () => {
    const lies = answer({ authoritative: false, answers: [{ name: HOST, type: "A", data: FOREIGN }] });
    const world = worldWith({ [HOST]: RIGHT }, { instead: from(RESOLVER, "A", lies) });
    expect(said(judged(world, HOST))).toBe("match");
    const denies = answer({ authoritative: false, code: "NXDOMAIN" });
    expect(said(judged(worldWith({ [HOST]: RIGHT }, { instead: from(RESOLVER, "A", denies) }), HOST))).toBe(
      "match",
    );
  });

  test("a zone below another one is asked at its own servers", () => {
    const below = {
      servers: ["ns.sub.client.test"],
      records: { "ns.sub.client.test": { A: ["203.0.113.9"] }, "a.sub.client.test": RIGHT },
    };
    const found = judged(worldWith({}, { zones: { "sub.client.test": below } }), "a.sub.client.test");
    expect(said(found)).toBe("match");
    expect(found.verdict.evidence[0]).toBe(`a.sub.client.test A: ${NODE_IPV4} (ns.sub.client.test)`);
  });

  test("an alias is asked for at its own zone, though its target is in the one above", () => {
    const below = {
      servers: ["ns.sub.client.test"],
      records: {
        "ns.sub.client.test": { A: ["203.0.113.9"] },
        "a.sub.client.test": { CNAME: "b.client.test" },
      },
    };
    const world = worldWith({ "b.client.test": RIGHT }, { zones: { "sub.client.test": below } });
    const found = judged(world, "a.sub.client.test");
    expect(said(found)).toBe("match");
    expect(found.verdict.evidence[0]).toBe("a.sub.client.test A: CNAME b.client.test (ns.sub.client.test)");
  });

  test("a resolver that leaves the authority out: the zone is looked for label by label", () => {
    const world = worldWith({ "a.b.client.test": RIGHT });
    const instead = (question: DnsQuestion) => {
      if (question.server !== RESOLVER) return undefined;
      const reply = replyIn(world, question);
      return reply.kind === "answer" ? { ...reply, authorities: [] } : reply;
    };
    expect(said(judged({ ...world, instead }, "a.b.client.test"))).toBe("match");
  });

  test("resolvers that tell no zone at all", () => {
    const instead = ({ type }: DnsQuestion) =>
      type === "SOA" ? answer({ authoritative: false }) : undefined;
    expect(judged(worldWith({ [HOST]: RIGHT }, { instead }), HOST).verdict.evidence).toEqual([
      `${NODE} SOA: no resolver tells its zone`,
    ]);
  });

  test("an IPv6 address is used where a name server has no other", () => {
    const zone = {
      servers: ["ns.six.test"],
      records: { "ns.six.test": { AAAA: ["2001:db8::53"] }, "six.test": RIGHT },
    };
    const found = judged(worldWith({}, { zones: { "six.test": zone } }), "six.test");
    expect(said(found)).toBe("match");
    expect(found.asked.map(({ server }) => server)).toContain("[2001:db8::53]:53");
  });

  test("no more than four, the first by name that have an address", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"].map((letter) => `${letter}.ns.test`);
    const addresses = names
      .slice(1)
      .map((name, index) => [name, { A: [`203.0.113.${10 + index}`] }] as const);
    const zone = { servers: names.toReversed(), records: { "many.test": RIGHT } };
    const servers = { servers: ["ns.test"], records: Object.fromEntries(addresses) };
    const world = worldWith(
      {},
      {
        zones: {
          "many.test": zone,
          "ns.test": { ...servers, records: { ...servers.records, "ns.test": { A: ["192.0.2.4"] } } },
        },
      },
    );
    const { verdict } = judged(world, "many.test");
    expect(verdict.evidence[0]).toBe(
      `many.test A: ${NODE_IPV4} (b.ns.test, c.ns.test, d.ns.test, e.ns.test)`,
    );
  });

  test("a name server that is an alias is not taken", () => {
    const zone = {
      servers: ["ns.odd.test"],
      records: { "ns.odd.test": { CNAME: "ns1.client.test" }, "odd.test": RIGHT },
    };
    const found = judged(worldWith({}, { zones: { "odd.test": zone } }), "odd.test");
    expect(said(found)).toBe("unknown:unreachable");
    expect(found.verdict.evidence[0]).toBe("odd.test NS: no name server has an address");
  });
});

describe("the node's own name", () => {
  test.each([
    ["does not exist", "gone.hosting.test"],
    ["is no name", "a..b"],
    ["is a wildcard", "*.hosting.test"],
  ])("%s: unknown", (_, expected) => {
    const found = judged(worldWith({ [HOST]: RIGHT }), HOST, { expected });
    expect(said(found)).toBe("unknown:node-unresolvable");
    expect(found.verdict.evidence.length).toBeGreaterThan(0);
  });

  test("whose IPv6 addresses can't be asked is unknown", () => {
    const instead = ({ name, type }: DnsQuestion) =>
      name === NODE && type === "AAAA" ? failure("servfail") : undefined;
    expect(said(judged(worldWith({ [HOST]: RIGHT }, { instead }), HOST))).toBe("unknown:node-unresolvable");
  });
});

describe("resolvers the user names", () => {
  const [ONE, TWO] = ["198.51.100.1:53", "198.51.100.2:5353"];
  const nameservers = [ONE, TWO];
  const world = (instead: World["instead"], records: Record<string, Defined> = { [HOST]: RIGHT }) =>
    worldWith(records, { resolvers: nameservers, ...(instead && { instead }) });
  const at = (server: string, reply: DnsReply) => (question: DnsQuestion) =>
    question.server === server && question.name === HOST ? reply : undefined;

  test("are asked instead of all others", () => {
    const found = judged(world(undefined), HOST, { nameservers });
    expect(said(found)).toBe("match");
    expect(found.verdict.evidence[0]).toBe(`${HOST} A: ${NODE_IPV4} (198.51.100.1, 198.51.100.2:5353)`);
    expect(found.asked.every(({ server, recursive }) => nameservers.includes(server) && recursive)).toBe(
      true,
    );
  });

  test("follow aliases over zones", () => {
    const found = judged(world(undefined, { [HOST]: { CNAME: NODE } }), HOST, { nameservers });
    expect(said(found)).toBe("match");
  });

  test("must not contradict each other, and one may fail", () => {
    const liar = answer({ authoritative: false, answers: [{ name: HOST, type: "A", data: FOREIGN }] });
    expect(said(judged(world(from(TWO, "A", liar)), HOST, { nameservers }))).toBe("unknown:disagreement");
    expect(said(judged(world(at(TWO, failure("timeout"))), HOST, { nameservers }))).toBe("match");
  });

  test("one that only points to others is no answer", () => {
    const upward = answer({
      authoritative: false,
      authorities: [{ name: "", type: "NS", data: "a.root.test" }],
    });
    const found = judged(
      world(({ name }) => (name === HOST ? upward : undefined)),
      HOST,
      { nameservers },
    );
    expect(said(found)).toBe("unknown:servfail");
  });

  test("that fail for good are unknown", () => {
    const found = judged(
      world(({ name }) => (name === HOST ? failure("servfail") : undefined)),
      HOST,
      { nameservers },
    );
    expect(said(found)).toBe("unknown:servfail");
    expect(found.verdict.evidence[0]).toBe(`${HOST} A: servfail (198.51.100.1, 198.51.100.2:5353)`);
  });

  // As they do where a signature is wrong.
  const bogus = ({ name, checkingDisabled }: DnsQuestion) =>
    name === HOST && !checkingDisabled ? failure("servfail") : undefined;

  test("that answer only unvalidated: right addresses are a mismatch, all else is unknown", () => {
    expect(said(judged(world(bogus), HOST, { nameservers }))).toBe("mismatch:dnssec");
    expect(said(judged(world(bogus, { [HOST]: { A: [FOREIGN] } }), HOST, { nameservers }))).toBe(
      "unknown:servfail",
    );
    expect(said(judged(world(bogus, {}), HOST, { nameservers }))).toBe("unknown:servfail");
  });
});

describe("DNSSEC", () => {
  const bogusFor =
    (types: string[], reply: DnsReply = failure("servfail")) =>
    ({ server, name, type, checkingDisabled }: DnsQuestion) =>
      server === RESOLVER && name === HOST && types.includes(type) && !checkingDisabled ? reply : undefined;
  const withRecords = (defined: Defined, instead: World["instead"]) =>
    judged(worldWith({ [HOST]: defined }, { ...(instead && { instead }) }), HOST);

  test.each<[Defined, string[], string]>([
    [RIGHT, ["A", "AAAA"], "mismatch:dnssec"],
    [RIGHT, ["A"], "match"],
    [{ A: [NODE_IPV4] }, ["A"], "mismatch:dnssec"],
    [{ AAAA: [NODE_IPV6] }, ["AAAA"], "mismatch:dnssec"],
    [{ AAAA: [NODE_IPV6] }, ["A"], "match"],
    [{ A: [FOREIGN] }, ["A", "AAAA"], "mismatch:elsewhere"],
  ])("%j with wrong signatures of %j: %s", (defined, types, expected) => {
    expect(said(withRecords(defined, bogusFor(types)))).toBe(expected);
  });

  test("says how it was found out", () => {
    expect(withRecords({ A: [NODE_IPV4] }, bogusFor(["A"])).verdict.evidence).toEqual(
      expect.arrayContaining([
        `${HOST} A: servfail (198.51.100.53)`,
        `${HOST} A unvalidated: answered (198.51.100.53)`,
      ]),
    );
  });

  test.each<[Defined, string]>([
    [RIGHT, "mismatch:dnssec"],
    [{ A: [FOREIGN] }, "unknown:servfail"],
    [{}, "unknown:servfail"],
    [{ CNAME: "gone.client.test" }, "unknown:servfail"],
  ])("a whole zone with wrong signatures, in which it is %j: %s", (defined, expected) => {
    const bogus = ({ server, name, checkingDisabled }: DnsQuestion) =>
      server === RESOLVER && name.endsWith("client.test") && !checkingDisabled
        ? failure("servfail")
        : undefined;
    expect(said(withRecords(defined, bogus))).toBe(expected);
  });

  test("a resolver that fails once was busy, not lied to", () => {
    const busy = ({ server, name, type, checkingDisabled, again }: DnsQuestion) =>
      server === RESOLVER && name === HOST && type === "A" && !checkingDisabled && !again
        ? failure("servfail")
        : undefined;
    expect(said(withRecords({ A: [NODE_IPV4] }, busy))).toBe("match");
  });

  test("one that says something else the second time tells nothing", () => {
    const unsteady = ({ server, name, type, checkingDisabled, again }: DnsQuestion) =>
      server === RESOLVER && name === HOST && type === "A" && !checkingDisabled
        ? failure(again ? "timeout" : "servfail")
        : undefined;
    const found = withRecords({ A: [NODE_IPV4] }, unsteady);
    expect(found.verdict.verdict).toBe("unknown");
    expect(found.verdict.evidence).toContain(`${HOST} A again: timeout (198.51.100.53)`);
  });

  test("resolvers that fail either way tell nothing", () => {
    const dead = ({ server, name, type }: DnsQuestion) =>
      server === RESOLVER && name === HOST && type !== "SOA" ? failure("servfail") : undefined;
    expect(said(withRecords(RIGHT, dead))).toBe("unknown:servfail");
  });

  const silentAbout = ({ server, name, type, checkingDisabled }: DnsQuestion) =>
    server === RESOLVER && name === HOST && type === "A" && !checkingDisabled
      ? failure("timeout")
      : undefined;

  test("silence is no wrong signature, whatever is answered afterwards", () => {
    expect(said(withRecords({ A: [NODE_IPV4] }, silentAbout))).toBe("unknown:timeout");
  });

  test("a failure after a silence is the first one, not the second", () => {
    const silentThenBusy = (question: DnsQuestion) =>
      silentAbout(question) && failure(question.again ? "servfail" : "timeout");
    expect(said(withRecords({ A: [NODE_IPV4] }, silentThenBusy))).toBe("unknown:timeout");
  });

  test("one kind of address that is given out is enough", () => {
    expect(said(withRecords(RIGHT, silentAbout))).toBe("match");
  });

  test("where the first resolver is silent the next one is asked", () => {
    const SECOND_RESOLVER = "198.51.100.54:53";
    const instead = (question: DnsQuestion) =>
      question.server === RESOLVER ? failure("timeout") : bogusFor([])(question);
    const world = worldWith({ [HOST]: RIGHT }, { resolvers: [RESOLVER, SECOND_RESOLVER], instead });
    expect(said(judged(world, HOST))).toBe("match");
  });
});

describe("CAA", () => {
  const withCaa = (caa: string[], more: Record<string, Defined> = {}) => of({ ...RIGHT, CAA: caa }, more);

  test.each<[string[], string]>([
    [["issue letsencrypt.org"], "match"],
    [["issue other.test", "issue letsencrypt.org"], "match"],
    [["issue letsencrypt.org; validationmethods=dns-01,http-01"], "match"],
    [["issue letsencrypt.org ;"], "match"],
    [["issuewild ;"], "match"],
    [["iodef mailto:a@client.test"], "match"],
    [["!iodef mailto:a@client.test"], "match"],
    [["unknown x"], "match"],
    [["issue ;"], "mismatch:caa"],
    [["issue "], "mismatch:caa"],
    [["issue other.test"], "mismatch:caa"],
    [["issue LetsEncrypt.org"], "mismatch:caa"],
    [["issue letsencrypt.org; validationmethods=dns-01"], "mismatch:caa"],
    [["issue letsencrypt.org; validationmethods=http-01,%"], "mismatch:caa"],
    [["issue letsencrypt.org; nonsense"], "mismatch:caa"],
    [["issue letsencrypt.org", "!unknown x"], "mismatch:caa"],
    [["issuewild letsencrypt.org", "issue ;"], "mismatch:caa"],
  ])("%j: %s", (caa, expected) => {
    expect(said(withCaa(caa))).toBe(expected);
  });

  test("an account can't be compared: allowed, and said", () => {
    const found = withCaa(["issue letsencrypt.org; accounturi=https://acme.test/1"]);
    expect(said(found)).toBe("match");
    expect(found.verdict.evidence.at(-1)).toBe("only the account https://acme.test/1 may; not compared");
    const free = withCaa(["issue letsencrypt.org; accounturi=https://acme.test/1", "issue letsencrypt.org"]);
    expect(free.verdict.evidence.at(-1)).toMatch(/^www\.client\.test CAA: /);
  });

  test("the nearest set above decides", () => {
    const forbidding = { CAA: ["issue other.test"] };
    expect(said(of(RIGHT, { "client.test": forbidding }))).toBe("mismatch:caa");
    expect(said(withCaa(["issue letsencrypt.org"], { "client.test": forbidding }))).toBe("match");
    const tld = { servers: ["ns.test"], records: { "ns.test": { A: ["192.0.2.4"] }, test: forbidding } };
    expect(said(judged(worldWith({ [HOST]: RIGHT }, { zones: { test: tld } }), HOST))).toBe("mismatch:caa");
  });

  test("an alias counts as its target, whose parents do not", () => {
    const target = "edge.cdn.test";
    const zoneWith = (records: Record<string, Defined>) => ({
      zones: { "cdn.test": { servers: ["ns.test"], records } },
    });
    const through = (records: Record<string, Defined>) =>
      said(judged(worldWith({ [HOST]: { CNAME: target } }, zoneWith(records)), HOST));
    expect(through({ [target]: { ...RIGHT, CAA: ["issue other.test"] } })).toBe("mismatch:caa");
    expect(through({ [target]: RIGHT, "cdn.test": { CAA: ["issue other.test"] } })).toBe("match");
  });

  test("an alias among the parents is followed too", () => {
    const found = judged(
      worldWith({
        "www.shop.client.test": RIGHT,
        "shop.client.test": { CNAME: "policy.client.test" },
        "policy.client.test": { CAA: ["issue other.test"] },
      }),
      "www.shop.client.test",
    );
    expect(said(found)).toBe("mismatch:caa");
  });

  const failing = (name: string) => (question: DnsQuestion) =>
    question.type === "CAA" && question.name === name ? failure("servfail") : undefined;

  test.each([HOST, "client.test", "test"])("a question about %s that fails may hide what forbids", (name) => {
    const found = judged(worldWith({ [HOST]: RIGHT }, { instead: failing(name) }), HOST);
    expect(said(found)).toBe("unknown:caa");
    expect(found.verdict.evidence.some((line) => line.startsWith(`${name} CAA: servfail`))).toBe(true);
  });

  test("what stands above the deciding set need not be asked", () => {
    const world = worldWith(
      { [HOST]: { ...RIGHT, CAA: ["issue letsencrypt.org"] } },
      { instead: failing("client.test") },
    );
    expect(said(judged(world, HOST))).toBe("match");
  });

  test("is asked only where the addresses are right", () => {
    expect(of({ A: [FOREIGN] }).asked.filter(({ type }) => type === "CAA")).toEqual([]);
    expect(of(RIGHT).asked.filter(({ type, name }) => type === "CAA" && name === "")).toEqual([]);
  });
});

describe("behind Cloudflare", () => {
  const proxied = (
    origins: Parameters<typeof judged>[2],
    defined: Defined = { A: [EDGES[0] as string], AAAA: [EDGES[1] as string] },
  ) => judged(worldWith({ [HOST]: defined }), HOST, origins);

  test.each([
    [[{ type: "A", content: NODE_IPV4 }], "proxied"],
    [[{ type: "AAAA", content: "2001:DB8::0:10" }], "proxied"],
    [[{ type: "CNAME", content: "Node-A.hosting.test." }], "proxied"],
    [
      [
        { type: "TXT", content: "x" },
        { type: "A", content: NODE_IPV4 },
      ],
      "proxied",
    ],
    [[{ type: "A", content: FOREIGN }], "mismatch:elsewhere"],
    // It may lead to the node, and is not followed; what carries our mark is a node's name.
    [[{ type: "CNAME", content: "lb.client.test" }], "unknown:proxied"],
    [[{ type: "CNAME", content: "node-b.hosting.test", isOurs: false }], "unknown:proxied"],
    [[{ type: "CNAME", content: "node-b.hosting.test", isOurs: true }], "mismatch:elsewhere"],
    [
      [
        { type: "A", content: FOREIGN },
        { type: "A", content: NODE_IPV4 },
      ],
      "mismatch:partial",
    ],
    [[], "unknown:proxied"],
    [null, "unknown:proxied"],
  ])("origins %j: %s", (origins, expected) => {
    expect(said(proxied({ origins }))).toBe(expected);
  });

  test("one address that is no edge is elsewhere, and origins are not looked at", () => {
    const origins = [{ type: "A", content: NODE_IPV4 }];
    expect(said(proxied({ origins }, { A: [EDGES[0] as string, FOREIGN] }))).toBe("mismatch:elsewhere");
    expect(said(proxied({ origins }, { A: ["104.32.0.1"] }))).toBe("mismatch:elsewhere");
  });

  test("a CAA set counts there too", () => {
    expect(
      said(
        proxied(
          { origins: [{ type: "A", content: NODE_IPV4 }] },
          { A: [EDGES[0] as string], CAA: ["issue ;"] },
        ),
      ),
    ).toBe("mismatch:caa");
  });
});

test.each([
  ["*.client.test", "mismatch:wildcard"],
  ["a..b", "skipped:malformed"],
])("%s needs no question: %s", (hostname, expected) => {
  const found = judged(worldWith({}), hostname);
  expect(said(found)).toBe(expected);
  expect(found.asked).toEqual([]);
});

test("what is skipped is not asked for, whatever its name", () => {
  const wanted = wantedOf(HOST, { skipped: "no-tls" });
  expect(verdictUnasked(wanted)).toMatchObject({ verdict: "skipped", reason: "no-tls", hostname: HOST });
  expect(verdictCutShort(wanted, "deadline")).toMatchObject({ verdict: "unknown", reason: "deadline" });
});
