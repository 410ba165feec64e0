import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DnsQuestion, DnsRecord, DnsReply } from "../../../src/domain/dns/records.ts";
import { verdictSchema } from "../../../src/domain/dns/verdict.ts";
import {
  caa,
  type Defined,
  failure,
  judged,
  NODE,
  NODE_IPV4,
  NODE_IPV6,
  RESOLVER,
  replyIn,
  type World,
  worldWith,
} from "../../support/dns-world.ts";

const HOST = "www.client.test";
const NAMES = [HOST, "a.client.test", "b.client.test", "client.test", NODE, "gone.test"];
const FOREIGN = ["203.0.113.80", "104.16.1.1"];
const REASONS = ["timeout", "servfail", "refused", "unreachable", "malformed", "truncated"] as const;

/** Far above what any of these worlds needs, far below what a walk without end would ask. */
const MOST_QUESTIONS = 500;

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });

const defined: fc.Arbitrary<Defined> = fc.oneof(
  fc.record({ CNAME: fc.constantFrom(...NAMES) }),
  fc.constant({ A: ["104.16.1.1"], AAAA: ["2606:4700::1"] }),
  fc.record(
    {
      A: some(NODE_IPV4, ...FOREIGN),
      AAAA: some(NODE_IPV6, "2001:db8::99", "2606:4700::1"),
      CAA: some("issue letsencrypt.org", "issue ;", "iodef x", "!odd x"),
    },
    { requiredKeys: [] },
  ),
);

const zone = fc.record(
  { [HOST]: defined, "a.client.test": defined, "b.client.test": defined, "client.test": defined },
  { requiredKeys: [HOST] },
) as fc.Arbitrary<Record<string, Defined>>;

/** Which questions fail: by a number that is made of the question. */
const failing = fc.record({
  share: fc.constantFrom(0, 0, 20, 50, 100),
  salt: fc.nat(),
  reason: fc.constantFrom(...REASONS),
});

function failsAt({ share, salt, reason }: { share: number; salt: number; reason: (typeof REASONS)[number] }) {
  return (question: DnsQuestion) => {
    const text = JSON.stringify(question);
    let number = salt;
    for (let index = 0; index < text.length; index++) number = (number * 31 + text.charCodeAt(index)) >>> 0;
    return number % 100 < share ? failure(reason) : undefined;
  };
}

const world = fc
  .tuple(zone, failing)
  .map(([records, faults]) => worldWith(records, { instead: failsAt(faults) }));
const nameservers = fc.constantFrom<string[]>([], [RESOLVER]);
const origins = fc.constantFrom(null, [], [{ type: "A", content: NODE_IPV4 }]);

test("in any world: it ends, says something that can be said, and no foreign address is a match", () => {
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(world, nameservers, origins, (given, servers, known) => {
      const { verdict, asked } = judged(given, HOST, { nameservers: servers, origins: known });
      verdicts.add(verdict.verdict);
      expect(verdictSchema.parse(verdict)).toEqual(verdict);
      expect(asked.length).toBeLessThan(MOST_QUESTIONS);
      if (verdict.verdict !== "match") return;
      expect(verdict.seen.length).toBeGreaterThan(0);
      expect(verdict.seen.filter((address) => address !== NODE_IPV4 && address !== NODE_IPV6)).toEqual([]);
    }),
    { numRuns: 600 },
  );
  // Else the property would say little.
  expect([...verdicts].sort()).toEqual(["match", "mismatch", "proxied", "unknown"]);
});

test("the order of records and of servers changes nothing", () => {
  const turned = (reply: DnsReply): DnsReply =>
    reply.kind === "failure"
      ? reply
      : { ...reply, answers: reply.answers.toReversed(), authorities: reply.authorities.toReversed() };
  fc.assert(
    fc.property(world, nameservers, origins, (given, servers, known) => {
      const other: World = { ...given, instead: (question) => turned(replyIn(given, question)) };
      const options = { nameservers: servers, origins: known };
      expect(judged(other, HOST, options).verdict).toEqual(judged(given, HOST, options).verdict);
    }),
  );
});

test("what all servers fail to say of the hostname's addresses is unknown", () => {
  fc.assert(
    fc.property(zone, fc.nat(), fc.constantFrom(...REASONS), (records, pick, reason) => {
      const { asked } = judged(worldWith(records), HOST);
      const needed = asked.filter(({ type, recursive }) => !recursive && (type === "A" || type === "AAAA"));
      // An apex that is an alias has no servers.
      fc.pre(needed.length > 0);
      const lost = needed[pick % needed.length] as DnsQuestion;
      const instead = ({ name, type, recursive }: DnsQuestion) =>
        name === lost.name && type === lost.type && !recursive ? failure(reason) : undefined;
      expect(judged(worldWith(records, { instead }), HOST).verdict).toMatchObject({
        verdict: "unknown",
        // Nothing of the node is left either where it is its name that can't be asked.
        reason: lost.name === NODE ? "node-unresolvable" : reason,
      });
    }),
  );
});

test("what is said of CAA and by the resolver must be known for a match", () => {
  fc.assert(
    fc.property(zone, fc.nat(), fc.constantFrom(...REASONS), (records, pick, reason) => {
      const before = judged(worldWith(records), HOST);
      fc.pre(before.verdict.verdict === "match");
      const needed = before.asked.filter(({ type, recursive }) => type === "CAA" || recursive);
      const lost = needed[pick % needed.length] as DnsQuestion;
      const instead = ({ name, type, recursive }: DnsQuestion) =>
        name === lost.name && type === lost.type && recursive === lost.recursive
          ? failure(reason)
          : undefined;
      const after = judged(worldWith(records, { instead }), HOST).verdict;
      // One name server of several may lose its address, and the resolver one kind of address of two.
      const mayDo = lost.recursive && ["A", "AAAA"].includes(lost.type);
      const isAbove = lost.type === "SOA" && reason === "servfail";
      if (!mayDo && !isAbove) expect(after.verdict).toBe("unknown");
      else expect(["match", "unknown"]).toContain(after.verdict);
    }),
  );
});

const anyName = fc.oneof(fc.constantFrom("", ...NAMES), fc.string());
const anyRecord = fc.oneof(
  fc.record({
    name: anyName,
    type: fc.constantFrom("A", "AAAA", "CNAME", "NS", "MX"),
    data: fc.oneof(anyName, fc.constantFrom(NODE_IPV4, NODE_IPV6)),
  }),
  fc.record({ name: anyName, type: fc.constant("SOA"), data: fc.constant(null) }),
  fc.record({ name: anyName, type: fc.constant("CAA"), data: fc.string().map(caa) }),
) as fc.Arbitrary<DnsRecord>;
const anyReply: fc.Arbitrary<DnsReply> = fc.oneof(
  fc.constantFrom(...REASONS.map(failure)),
  fc.record({
    kind: fc.constant("answer" as const),
    code: fc.constantFrom("NOERROR" as const, "NXDOMAIN" as const),
    authoritative: fc.boolean(),
    answers: fc.array(anyRecord, { maxLength: 4 }),
    authorities: fc.array(anyRecord, { maxLength: 2 }),
  }),
);

test("whatever servers reply, it ends without an error", () => {
  fc.assert(
    fc.property(fc.array(anyReply, { minLength: 1, maxLength: 40 }), nameservers, (replies, servers) => {
      let next = 0;
      const sound = worldWith({ [HOST]: { A: [NODE_IPV4] } });
      const instead = ({ name }: DnsQuestion) =>
        name === NODE || name.endsWith("hosting.test") ? undefined : replies[next++ % replies.length];
      const { verdict, asked } = judged({ ...sound, instead }, HOST, { nameservers: servers });
      expect(asked.length).toBeLessThan(MOST_QUESTIONS);
      expect(verdictSchema.safeParse(verdict).success).toBe(true);
    }),
    { numRuns: 400 },
  );
});
