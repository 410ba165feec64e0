import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { normalised, skipReasonOf } from "../../src/domain/dns/names.ts";
import type { Verdict } from "../../src/domain/dns/verdict.ts";
import { proxy, withFlags } from "../support/dns-proxy.ts";
import { wantedOf } from "../support/dns-world.ts";
import { FaultyInternet, FOREIGN, HERE, IPV4, IPV6 } from "../support/faulty-internet.ts";
import { blackhole, failing, liar } from "../support/odd-dns-servers.ts";
import { describeWith, ROOT } from "../support/tools.ts";

const NODE = "node-a.hosting.test";
const EXPECTED = `expected ${NODE}: ${IPV4}, ${IPV6}`;
const NXDOMAIN = 3;

/** Milliseconds to wait for servers of which it is known that they never answer. */
const SHORT = 500;

// What must not fall victim to a busy machine.
jest.setTimeout(240_000);

const said = ({ verdict, reason }: Pick<Verdict, "verdict" | "reason">) =>
  reason === null ? verdict : `${verdict}:${reason}`;
const port = (address: string) => `${address}:53`;
const wantedAll = (...names: string[]) => names.map((name) => wantedOf(name));

describeWith(["KNOTD", "KNOTC", "KEYMGR", "UNBOUND", ROOT], "DNS faults", () => {
  let net: FaultyInternet;
  /** The resolver's address, as evidence shows it. */
  const resolver = () => net.resolver.replace(/:53$/, "");

  beforeAll(async () => {
    net = await FaultyInternet.start(CLIENT);
  });
  afterAll(async () => {
    await net?.stop();
  });

  test("without a fault: a match, with what both servers of the zone said", async () => {
    const verdict = await net.see("www.client.test");
    expect(said(verdict)).toBe("match");
    expect(verdict.seen).toEqual([IPV4, IPV6]);
    expect(verdict.evidence).toEqual([
      `www.client.test A: ${IPV4} (ns1.client.test, ns2.client.test)`,
      `www.client.test AAAA: ${IPV6} (ns1.client.test, ns2.client.test)`,
      EXPECTED,
    ]);
    expect(await net.see("www.client.test")).toEqual(verdict);
    const byResolver = await net.see("www.client.test", { nameservers: [net.resolver] });
    expect(said(byResolver)).toBe("match");
    expect(byResolver.evidence[0]).toBe(`www.client.test A: ${IPV4} (${resolver()})`);
  });

  test("1: all resolvers dead, everything is unknown", async () => {
    const [silent, closed] = [await net.odd(blackhole()), net.block.next()];
    const dead = [port(silent), port(closed)];
    const verdicts = await net.look(wantedAll("www.client.test", "gone.client.test"), {
      system: dead,
      timeout: SHORT,
    });
    expect(verdicts.map(said)).toEqual(["unknown:node-unresolvable", "unknown:node-unresolvable"]);
    expect(verdicts[0]?.evidence).toEqual([
      `${NODE} SOA: timeout (${silent})`,
      `${NODE} SOA: unreachable (${closed})`,
    ]);
    const named = await net.see("www.client.test", { nameservers: dead, timeout: SHORT });
    expect(said(named)).toBe("unknown:node-unresolvable");
    expect(named.evidence).toContain(`${NODE} A: timeout (${silent})`);
  });

  test("2: the first resolver refuses, the second answers: the right verdict", async () => {
    const both = [port(await net.odd(failing("REFUSED"))), net.resolver];
    for (const faults of [{ system: both }, { nameservers: both }]) {
      const verdicts = await net.look(wantedAll("www.client.test", "wrong.client.test"), faults);
      expect(verdicts.map(said)).toEqual(["match", "mismatch:elsewhere"]);
    }
  });

  test("3: SERVFAIL and REFUSED of a zone's servers are unknown", async () => {
    const sick = await net.see("www.sick.test");
    expect(said(sick)).toBe("unknown:servfail");
    expect(sick.evidence.slice(0, 2)).toEqual([
      "www.sick.test A: servfail (ns1.sick.test)",
      "www.sick.test AAAA: servfail (ns1.sick.test)",
    ]);
    const failing = await net.see("www.failing.test");
    expect(said(failing)).toBe("unknown:servfail");
    expect(failing.evidence[0]).toBe(`www.failing.test SOA: servfail (${resolver()})`);
    expect(said(await net.see("www.failing.test", { nameservers: [net.resolver] }))).toBe("unknown:servfail");
    expect(said(await net.see("www.refusing.test"))).toBe("unknown:servfail");
  });

  test.each([
    ["4: NXDOMAIN", "gone", "nxdomain", "no such name", []],
    ["5: NODATA", "text", "nodata", "no such record", []],
    ["another server", "wrong", "elsewhere", FOREIGN, [FOREIGN]],
    ["6: AAAA elsewhere", "six", "ipv6", IPV4, [IPV4, "2001:db8::99"]],
    ["7: an extra foreign A", "extra", "partial", `${IPV4}, ${FOREIGN}`, [IPV4, FOREIGN]],
    [
      "8: an alias of nothing",
      "dangling",
      "target-unresolvable",
      "CNAME nothing.client.test",
      ["nothing.client.test"],
    ],
    [
      "8: an alias without address",
      "empty",
      "target-unresolvable",
      "CNAME text.client.test",
      ["text.client.test"],
    ],
  ])("%s is a mismatch", async (_, name, reason, text, seen) => {
    const verdict = await net.see(`${name}.client.test`);
    expect(said(verdict)).toBe(`mismatch:${reason}`);
    expect(verdict.evidence[0]).toBe(`${name}.client.test A: ${text} (ns1.client.test, ns2.client.test)`);
    expect(verdict.seen).toEqual(seen);
    const byResolver = await net.see(`${name}.client.test`, { nameservers: [net.resolver] });
    expect(said(byResolver)).toBe(`mismatch:${reason}`);
  });

  test("9: a chain of aliases over two zones is a match", async () => {
    const verdict = await net.see("alias.client.test");
    expect(said(verdict)).toBe("match");
    expect(verdict.evidence.slice(0, 3)).toEqual([
      "alias.client.test A: CNAME second.client.test (ns1.client.test, ns2.client.test)",
      `second.client.test A: CNAME ${NODE} (ns1.client.test, ns2.client.test)`,
      `${NODE} A: ${IPV4} (ns1.hosting.test, ns2.hosting.test)`,
    ]);
    expect(said(await net.see("alias.client.test", { nameservers: [net.resolver] }))).toBe("match");
  });

  test.each(["loop", "self"])("10: a loop (%s) ends, whoever is asked", async (name) => {
    const verdict = await net.see(`${name}.client.test`);
    expect(said(verdict)).toBe("mismatch:loop");
    expect(verdict.evidence[0]).toContain(`${name}.client.test A: CNAME`);
    const byResolver = await net.see(`${name}.client.test`, { nameservers: [net.resolver] });
    expect(said(byResolver)).toBe("mismatch:loop");
  });

  test("10: eleven aliases in a row are followed, twelve are too many", async () => {
    expect(said(await net.see("c1.client.test"))).toBe("match");
    expect(said(await net.see("c0.client.test"))).toBe("mismatch:loop");
  });

  test("11: a node's own name does not resolve, all of its hostnames are unknown", async () => {
    const expected = "node-b.hosting.test";
    const verdicts = await net.look([
      wantedOf("www.client.test", { expected }),
      wantedOf("gone.client.test", { expected }),
      wantedOf("www.client.test"),
    ]);
    expect(verdicts.map(said)).toEqual(["unknown:node-unresolvable", "unknown:node-unresolvable", "match"]);
    expect(verdicts[0]?.evidence[0]).toBe(`${expected} A: no such name (ns1.hosting.test, ns2.hosting.test)`);
  });

  test("12: a zone's servers disagree, both are shown", async () => {
    const verdict = await net.see("www.torn.test");
    expect(said(verdict)).toBe("unknown:disagreement");
    expect(verdict.evidence.slice(0, 2)).toEqual([
      `www.torn.test A: ${IPV4} (ns1.torn.test)`,
      `www.torn.test A: ${FOREIGN} (ns2.torn.test)`,
    ]);
    expect(verdict.seen).toEqual([IPV4, FOREIGN]);
    const denied = await net.see("gone.torn.test");
    expect(said(denied)).toBe("unknown:disagreement");
    expect(denied.evidence).toContain("gone.torn.test A: no such name (ns2.torn.test)");
  });

  test("13: one of two servers is dead, the other decides", async () => {
    const names = ["www.half-dead.test", "wrong.half-dead.test", "www.half-caa.test"];
    const verdicts = await net.look(wantedAll(...names), { timeout: 3_000 });
    expect(verdicts.map(said)).toEqual(["match", "mismatch:elsewhere", "match"]);
    expect(verdicts[0]?.evidence[0]).toBe(`www.half-dead.test A: ${IPV4} (ns1.half-dead.test)`);
  });

  test("14: an answer too long for a datagram comes over TCP", async () => {
    const verdict = await net.see("www.long.test");
    expect(said(verdict)).toBe("match");
    expect(verdict.evidence[0]).toBe(`www.long.test A: ${IPV4} (ns1.long.test)`);
  });

  test("14: where TCP is closed it is unknown", async () => {
    const verdict = await net.see("www.cut.test");
    expect(said(verdict)).toBe("unknown:truncated");
    expect(verdict.evidence[0]).toBe("www.cut.test A: truncated (ns1.cut.test)");
  });

  test("15: answers that take three seconds, for 300 names, are in time and none is a false timeout", async () => {
    const slow = await net.odd(proxy(resolver(), { late: 3_000 }));
    const names = Array.from({ length: 300 }, (_, index) => `h${index}.client.test`);
    const faults = { nameservers: [port(slow)], concurrency: 300, deadlineSeconds: 180 };
    const verdicts = await net.look(wantedAll(...names), faults);
    expect([...new Set(verdicts.map(said))]).toEqual(["match"]);
  });

  test("15: what is not known at the deadline is unknown", async () => {
    const slow = await net.odd(proxy(resolver(), { late: 2_000 }));
    const faults = { nameservers: [port(slow)], deadlineSeconds: 3 };
    const verdicts = await net.look(wantedAll("www.client.test", "*.client.test"), faults);
    expect(verdicts.map(said)).toEqual(["unknown:deadline", "mismatch:wildcard"]);
  });

  test("16: a CAA set forbids Let's Encrypt, at the name, above it or behind an alias", async () => {
    const verdict = await net.see("www.forbidding.test");
    expect(said(verdict)).toBe("mismatch:caa");
    expect(verdict.seen).toEqual([IPV4, IPV6]);
    expect(verdict.evidence.at(-1)).toBe(
      'forbidding.test CAA: issue "other.test" (ns1.forbidding.test, ns2.forbidding.test)',
    );
    expect(said(await net.see("www.forbidding.test", { nameservers: [net.resolver] }))).toBe("mismatch:caa");
    expect(said(await net.see("no-issue.client.test"))).toBe("mismatch:caa");
    expect(said(await net.see("through.client.test"))).toBe("mismatch:caa");
    expect(said(await net.see("allowing.client.test"))).toBe("match");
  });

  test("17: a CAA question that fails is unknown", async () => {
    const verdict = await net.see("www.caa-fails.test");
    expect(said(verdict)).toBe("unknown:caa");
    expect(verdict.evidence.at(-1)).toBe("www.caa-fails.test CAA: servfail (ns1.caa-fails.test)");
    expect(said(await net.see("www.caa-fails.test", { nameservers: [net.resolver] }))).toBe("unknown:caa");
  });

  test("18: a wildcard can have no certificate over HTTP-01", async () => {
    const verdict = await net.see("*.client.test");
    expect(said(verdict)).toBe("mismatch:wildcard");
    expect(verdict.evidence).toEqual(["HTTP-01 can't prove control of a wildcard name"]);
  });

  test.each([
    ["WWW.Client.TEST.", "match"],
    ["bücher.client.test", "match"],
    ["_", "skipped:default"],
    ["default", "skipped:default"],
    ["192.0.2.10", "skipped:address"],
    ["localhost", "skipped:localhost"],
    ["a..client.test", "skipped:malformed"],
    ["under_score.client.test", "skipped:malformed"],
  ])("19: %s is %s", async (hostname, expected) => {
    const [verdict] = await net.look([wantedOf(hostname, { skipped: skipReasonOf(hostname) })]);
    expect(verdict).toMatchObject({ hostname });
    expect(said(verdict as Verdict)).toBe(expected);
  });

  test("21: a resolver that lies contradicts the others", async () => {
    const lying = await net.odd(liar(FOREIGN));
    const verdict = await net.see("www.client.test", { nameservers: [net.resolver, port(lying)] });
    expect(said(verdict)).toBe("unknown:node-unresolvable");
    expect(verdict.evidence).toEqual(
      expect.arrayContaining([`${NODE} A: ${IPV4} (${resolver()})`, `${NODE} A: ${FOREIGN} (${lying})`]),
    );
    const denying = await net.odd(proxy(resolver(), { instead: denies("www.client.test") }));
    const torn = await net.see("www.client.test", { nameservers: [net.resolver, port(denying)] });
    expect(said(torn)).toBe("unknown:disagreement");
    expect(torn.evidence).toContain(`www.client.test A: no such name (${denying})`);
  });

  test("21: a zone's own servers are asked past a resolver that lies", async () => {
    const denying = await net.odd(proxy(resolver(), { instead: denies("www.client.test") }));
    expect(said(await net.see("www.client.test", { system: [port(denying)] }))).toBe("match");
  });

  test("22: a resolver still denies what the zone's servers show already", async () => {
    const patient = port((await net.internet.resolver({ negativeTtl: 600 })).address);
    const byZone = () => net.see("later.client.test", { system: [patient] });
    const byResolver = () => net.see("later.client.test", { nameservers: [patient] });
    // What is denied now may be kept for ten minutes.
    await net.update(`@ 600 SOA ns1 hostmaster 2 3600 600 86400 600\n${CLIENT}`);
    expect(said(await byZone())).toBe("mismatch:nxdomain");
    expect(said(await byResolver())).toBe("mismatch:nxdomain");
    await net.update(`${CLIENT}\nlater ${HERE}`);
    while (said(await byZone()) !== "match") await sleep(100);
    expect(said(await byResolver())).toBe("mismatch:nxdomain");
  });

  test("DNSSEC: right addresses under a broken chain of trust are a mismatch, whoever is asked", async () => {
    const wanted = wantedAll("www.signed.test", "www.broken.test", "six.broken.test", "wrong.broken.test");
    for (const faults of [{}, { nameservers: [net.resolver] }]) {
      const verdicts = await net.look(wanted, faults);
      expect(verdicts.map(said)).toEqual(["match", "mismatch:dnssec", "mismatch:dnssec", "unknown:servfail"]);
      expect(verdicts[1]?.evidence.join("\n")).toContain("www.broken.test A unvalidated:");
    }
    const trusting = port((await net.internet.resolver({ trustAnchors: [] })).address);
    expect(said(await net.see("www.broken.test", { system: [trusting] }))).toBe("match");
  });
});

/** Denies that a name exists, in a zone that does. */
const denies = (wanted: string) => withFlags(NXDOMAIN, (name, type) => name === wanted && type !== "SOA");

const CHAIN = Array.from({ length: 12 }, (_, index) => `c${index} CNAME c${index + 1}`).join("\n");

const CLIENT = `
www ${HERE}
text TXT "x"
wrong A ${FOREIGN}
six A ${IPV4}
six AAAA 2001:db8::99
extra A ${IPV4}
extra A ${FOREIGN}
dangling CNAME nothing
empty CNAME text
alias CNAME second
second CNAME ${NODE}.
loop CNAME loop2
loop2 CNAME loop
self CNAME self
${CHAIN}
c12 A ${IPV4}
no-issue ${HERE}
no-issue CAA 0 issue ";"
allowing ${HERE}
allowing CAA 0 issue "letsencrypt.org; validationmethods=http-01"
through CNAME edge.forbidding.test.
${normalised("bücher")} ${HERE}
${Array.from({ length: 300 }, (_, index) => `h${index} A ${IPV4}`).join("\n")}
`;
