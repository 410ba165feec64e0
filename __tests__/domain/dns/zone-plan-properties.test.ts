import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { shapesAfter } from "../../../src/domain/dns/zone-changes.ts";
import {
  type Change,
  concerned,
  isCurable,
  transactions,
  zonePlan,
} from "../../../src/domain/dns/zone-plan.ts";
import { proofOf } from "../../../src/domain/dns/zone-proof.ts";
import {
  isOurs,
  leadsSomewhere,
  MARK,
  plainContent,
  type ZoneRecord,
} from "../../../src/domain/dns/zones.ts";
import { candidate, facts, NODE_ADDRESSES, policy, record, zone } from "../../support/zone-builder.ts";

const ZONE = zone("client.test");
const NAMES = ["client.test", "a.client.test", "b.client.test", "x.b.client.test", "c.client.test"];
const ADDRESSES = [...NODE_ADDRESSES, "192.0.2.1", "192.0.2.2", "192.0.2.11", "2001:db8::1", "2001:db8::2"];

const aComment = fc.constantFrom(null, "", MARK, "ask Alice", `ask Alice | ${MARK}`, "c".repeat(99));
const told = fc.record({
  proxied: fc.boolean(),
  ttl: fc.constantFrom(1, 60, 300),
  comment: aComment,
  tags: fc.constantFrom([], ["team:web"]),
});
const content = {
  A: fc.constantFrom(...ADDRESSES.filter((address) => !address.includes(":"))),
  AAAA: fc.constantFrom(...ADDRESSES.filter((address) => address.includes(":"))),
  CNAME: fc.constantFrom("old.test", "node-a.hosting.test"),
  other: fc.constantFrom("x", "y"),
};
const aRecord = (name: string, type: "A" | "AAAA" | "CNAME", as: string = type) =>
  fc.tuple(content[type], told).map(([value, rest]) => record(name, as, value, rest));
const another = (name: string) =>
  fc
    .tuple(fc.constantFrom("TXT", "CAA", "MX", "NS"), told)
    .map(([type, rest]) => record(name, type, "x", rest));

/** Records of a name as a server would have them: an alias or addresses, no two the same, and others beside. */
const ofName = (name: string) =>
  fc
    .tuple(
      fc.oneof(
        fc.array(fc.oneof(aRecord(name, "A"), aRecord(name, "AAAA")), { maxLength: 5 }),
        aRecord(name, "CNAME").map((one) => [one]),
      ),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        another(name).map((one) => [one]),
      ),
    )
    .map(([leading, others]) => [...withoutTwins(leading), ...others]);

function withoutTwins(records: readonly ZoneRecord[]): ZoneRecord[] {
  const keys = records.map(({ type, content: value }) => `${type} ${value}`);
  return records.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}

const aCase = fc.record({
  records: fc.tuple(...NAMES.map(ofName)).map((lists) => lists.flat()),
  candidates: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom("mismatch", "match", "proxied")), {
      selector: ([name]) => name,
    })
    .map((pairs) =>
      pairs.map(([name, verdict]) =>
        candidate(name, { verdict: verdict as "match", reason: verdict === "mismatch" ? "elsewhere" : null }),
      ),
    ),
  adopted: fc.subarray(NAMES).map((names) => new Set(names)),
  suffixes: fc.constantFrom<Record<string, string[]>>(
    {},
    { "shop-main": ["client.test"] },
    { "shop-main": ["b.client.test"] },
  ),
});

type Case = typeof aCase extends fc.Arbitrary<infer T> ? T : never;

function planOf({ records, candidates, adopted, suffixes }: Case) {
  const given = { adopted, policy: policy({ allowedSuffixes: suffixes }) };
  return zonePlan(candidates, facts([{ zone: ZONE, records }], given));
}

/** As a server runs a transaction: by id, and in the order in which it runs its lists. */
function executed(records: readonly ZoneRecord[], changes: readonly Change[]): ZoneRecord[] {
  const operations = changes.flatMap((change) => change.operations);
  let now = [...records];
  for (const method of ["DELETE", "PATCH", "POST"] as const)
    for (const operation of operations.filter((each) => each.method === method)) {
      if (operation.method === "POST") now.push(record("", "", "", operation.record));
      else if (operation.method === "DELETE") now = now.filter(({ id }) => id !== operation.record.id);
      else now = now.map((one) => (one.id === operation.record.id ? { ...one, ...operation.change } : one));
    }
  return now;
}

const holds = (property: (given: Case) => void) => fc.assert(fc.property(aCase, property), { numRuns: 500 });

test("what is changed leads to the node and carries our mark, and nothing else is touched", () => {
  holds((given) => {
    const { changes } = planOf(given);
    const after = executed(given.records, changes);
    const changed = new Set(changes.map(({ candidate: { name } }) => name));
    const apart = (records: readonly ZoneRecord[]) =>
      records.filter((one) => !changed.has(one.name) || !leadsSomewhere(one));
    expect(apart(after)).toEqual(apart(given.records));
    for (const change of changes) {
      const leading = after.filter((one) => one.name === change.candidate.name && leadsSomewhere(one));
      expect(leading.length).toBeGreaterThan(0);
      expect(leading.every(isOurs)).toBe(true);
      const contents = leading.map(plainContent).sort();
      const before = change.records.filter(leadsSomewhere).map(plainContent).sort();
      if (!isCurable(change.candidate)) expect(contents).toEqual(before);
      else if (leading.some(({ type }) => type === "CNAME"))
        expect(contents).toEqual(["node-a.hosting.test"]);
      else expect(contents).toEqual([...NODE_ADDRESSES].sort());
    }
  });
});

test("nothing is unproxied, and TTL, tags and what a human wrote stay", () => {
  holds((given) => {
    const { changes } = planOf(given);
    const before = new Map(given.records.map((one) => [one.id, one]));
    for (const { operations } of changes)
      for (const operation of operations)
        if (operation.method === "PATCH")
          expect(Object.keys(operation.change).every((key) => key === "content" || key === "comment")).toBe(
            true,
          );
    for (const one of executed(given.records, changes)) {
      const old = before.get(one.id);
      if (!old) continue;
      const { proxied, ttl, tags, type, name } = old;
      expect(one).toMatchObject({ proxied, ttl, tags, type, name });
      expect((one.comment ?? "").startsWith(old.comment?.trim() ?? "")).toBe(true);
    }
    for (const change of changes) {
      const leading = change.records.filter(leadsSomewhere);
      const created = change.operations.flatMap((each) => (each.method === "POST" ? [each.record] : []));
      for (const one of created) expect(one.proxied).toBe(leading[0]?.proxied ?? false);
    }
  });
});

test("only what is ours or adopted is changed, never an apex, mail or a delegation", () => {
  holds((given) => {
    for (const { candidate: one, records } of planOf(given).changes) {
      const leading = records.filter(leadsSomewhere);
      expect(given.adopted.has(one.name) || leading.every(isOurs)).toBe(true);
      expect(one.name).not.toBe("client.test");
      expect(records.some(({ type }) => type === "MX" || type === "NS")).toBe(false);
      const suffixes = given.suffixes["shop-main"];
      const isMarked = leading.length > 0 && leading.every(isOurs);
      const isAllowed = suffixes
        ? suffixes.some((suffix) => one.name === suffix || one.name.endsWith(`.${suffix}`))
        : given.adopted.has(one.name) || isMarked;
      expect(isAllowed).toBe(true);
    }
  });
});

test("a hostname stands in the plan once, and a second run finds nothing to do", () => {
  holds((given) => {
    const plan = planOf(given);
    const names = [...plan.changes, ...plan.others].map(({ candidate: { name } }) => name);
    const wanted = concerned(given.candidates, given.adopted);
    expect(names.sort()).toEqual(wanted.map(({ name }) => name).sort());
    const again = planOf({ ...given, records: executed(given.records, plan.changes) });
    expect(again.changes).toEqual([]);
  });
});

test("records before and after are told apart, and from anything else", () => {
  holds((given) => {
    const { changes } = planOf(given);
    const after = executed(given.records, changes);
    for (const change of changes) {
      expect(proofOf(change, given.records)).toBe("before");
      expect(proofOf(change, after)).toBe("wanted");
      expect(shapesAfter(change.records, change.operations)).toHaveLength(
        after.filter(({ name }) => name === change.candidate.name).length,
      );
      const foreign = record(change.candidate.name, "A", "203.0.113.9");
      expect(proofOf(change, [...after, foreign])).toBe("neither");
      expect(
        proofOf(
          change,
          after.map((one) => ({ ...one, proxied: !one.proxied })),
        ),
      ).toBe("neither");
    }
  });
});

test("transactions hold what they may, each hostname whole and in order", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 20, max: 40 }), (sizes, most) => {
      const changes = sizes.map((size, index): Change => {
        const name = `n${index}.client.test`;
        const records = Array.from({ length: size }, () => record(name, "A", "192.0.2.1"));
        const operations = records.map((one) => ({ method: "DELETE" as const, record: one }));
        return { candidate: candidate(name), zone: ZONE, records, operations };
      });
      const parts = transactions(changes, most);
      expect(parts.flat()).toEqual(changes);
      for (const part of parts) {
        const size = part.reduce((sum, { operations }) => sum + operations.length, 0);
        expect(size).toBeLessThanOrEqual(most);
        expect(size).toBeGreaterThan(0);
      }
    }),
  );
});
