import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Approval,
  allowedByLabels,
  findingKey,
  type Shown,
  shownNow,
} from "../../src/domain/decisions.ts";
import { byDanger, type Finding, finding, type Sentence, say } from "../../src/domain/findings.ts";
import { RULES, type RuleName } from "../../src/domain/rules.ts";

const BEFORE = "2026-01-01T00:00:00Z";
const SHOWN = "2026-01-01T00:00:10Z";
const AFTER = "2026-01-01T00:00:11Z";

const uidOf = (subject: string, uid = 1004) =>
  finding("uid-changed", { subject, host: "node-a" }, say`uid of ${subject} is ${uid}`);
const many = (count: number) => Array.from({ length: count }, (_, index) => uidOf(`site${index}`));
const label = (at: string, rule = "uid-changed"): Approval => ({ rule, at });
const since = (shown: readonly Shown[], at: string): Shown[] =>
  shown.map((each) => ({ key: each.key, since: each.since ?? at }));

const findings: fc.Arbitrary<Finding[]> = fc.array(
  fc
    .record({
      rule: fc.constantFrom(...(Object.keys(RULES) as RuleName[])),
      subject: fc.constantFrom("a", "b", "c"),
      severity: fc.constantFrom("block" as const, "warn" as const, "info" as const),
      value: fc.constantFrom("1", "2"),
    })
    .map(({ rule, value, ...about }) => finding(rule, about, say`it is ${value}`)),
  { maxLength: 60 },
);

describe("findingKey", () => {
  const parts: fc.Arbitrary<Sentence> = fc.array(fc.constantFrom("", "a", "b", "a,b", '"', "null"), {
    maxLength: 4,
  });
  const about = fc.record({
    subject: fc.constantFrom("a", "b", "a\u0000b"),
    host: fc.constantFrom(undefined, "a", "null"),
  });
  const made = fc.tuple(fc.constantFrom("uid-changed" as const, "mass-move" as const), about, parts);

  test("is that of another finding only where all it says is the same", () => {
    fc.assert(
      fc.property(made, made, (left, right) => {
        const [one, other] = [finding(...left), finding(...right)];
        const told = ({ rule, subject, host, parts: sentence }: Finding) => [rule, subject, host, sentence];
        const isSame = JSON.stringify(told(one)) === JSON.stringify(told(other));
        expect(findingKey(one) === findingKey(other)).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is 32 hex digits, and stays when the finding is allowed", () => {
    expect(findingKey(uidOf("shop"))).toMatch(/^[0-9a-f]{32}$/);
    expect(findingKey({ ...uidOf("shop"), allowed: true })).toBe(findingKey(uidOf("shop")));
  });
});

describe("shownNow", () => {
  test("remembers decisions only", () => {
    const warning = finding("uid-changed", { subject: "x", severity: "warn" }, say`x`);
    const note = finding("uid-changed", { subject: "y", severity: "info" }, say`y`);
    expect(shownNow([warning, note, uidOf("shop")], [])).toEqual([
      { key: findingKey(uidOf("shop")), since: null },
    ]);
  });

  test("an allowed finding goes on being shown", () => {
    const before = [{ key: findingKey(uidOf("shop")), since: SHOWN }];
    expect(shownNow([{ ...uidOf("shop"), allowed: true }], before)).toEqual(before);
  });

  test("keeps the time of what goes on, forgets what is gone, and knows no time of what is new", () => {
    fc.assert(
      fc.property(findings, findings, (earlier, now) => {
        const before = since(shownNow(earlier, []), SHOWN);
        const known = new Map(before.map(({ key, since: at }) => [key, at]));
        const after = shownNow(now, before);
        expect(after).toEqual(shownNow(now, []).map(({ key }) => ({ key, since: known.get(key) ?? null })));
        expect(new Set(after.map(({ key }) => key)).size).toBe(after.length);
      }),
    );
  });

  test("a finding that was gone for a run is shown for the first time again", () => {
    const before = since(shownNow([uidOf("shop")], []), SHOWN);
    expect(shownNow([uidOf("shop")], shownNow([], before))[0]?.since).toBeNull();
  });

  test.each([
    [25, 25],
    [26, 1],
    [5_000, 1],
  ])("of %i findings of one rule it remembers %i decisions", (count, decisions) => {
    expect(shownNow(many(count), [])).toHaveLength(decisions);
  });

  test("what must be remembered stays bounded, whatever there is", () => {
    const rules = Object.keys(RULES) as RuleName[];
    const all = rules.flatMap((rule) =>
      many(100).map((each, index): Finding => ({ ...each, rule, severity: "block", subject: `${index}` })),
    );
    expect(shownNow(all, []).length).toBeLessThanOrEqual(25 * rules.length);
  });

  test("many findings of one rule are another decision when one of them comes, goes or changes", () => {
    const key = (all: readonly Finding[]) => shownNow(all, [])[0]?.key;
    expect(key(many(40).reverse())).toBe(key(many(40)));
    expect(key(many(41))).not.toBe(key(many(40)));
    expect(key([...many(39), uidOf("site39", 7)])).not.toBe(key(many(40)));
  });
});

describe("allowedByLabels", () => {
  const shown = since(shownNow([uidOf("shop")], []), SHOWN);
  const allowed = (all: readonly Finding[], before: readonly Shown[], ...approvals: Approval[]) =>
    allowedByLabels(all, before, approvals).map((each) => each.allowed);

  test.each([
    ["after it was shown", AFTER, true],
    ["in the same second", SHOWN, false],
    ["before", BEFORE, false],
    ["at no time", "yesterday", false],
  ])("a label given %s", (_, at, isAllowed) => {
    expect(allowed([uidOf("shop")], shown, label(at))).toEqual([isAllowed]);
  });

  test("times are compared, not texts", () => {
    expect(allowed([uidOf("shop")], shown, label("2026-01-01T00:00:10.500Z"))).toEqual([true]);
    expect(allowed([uidOf("shop")], shown, label("2026-01-01T01:00:05+01:00"))).toEqual([false]);
  });

  test("one of several labels suffices", () => {
    expect(allowed([uidOf("shop")], shown, label(BEFORE), label(AFTER), label(BEFORE))).toEqual([true]);
  });

  test("a label for another rule allows nothing", () => {
    expect(allowed([uidOf("shop")], shown, label(AFTER, "hostname-removed"))).toEqual([false]);
  });

  test("a label for what had another value, or was not shown yet, allows nothing", () => {
    expect(allowed([uidOf("shop", 1005)], shown, label(AFTER))).toEqual([false]);
    const both = allowedByLabels([uidOf("shop"), uidOf("blog")], shown, [label(AFTER)]);
    expect(both.filter((each) => each.allowed)).toEqual([{ ...uidOf("shop"), allowed: true }]);
    expect(allowed([uidOf("shop")], [], label(AFTER))).toEqual([false]);
    const [first] = shownNow([uidOf("shop")], []);
    expect(allowed([uidOf("shop")], [first as Shown], label(AFTER))).toEqual([false]);
  });

  test("warnings and notes are never allowed", () => {
    const severities = ["warn", "info"] as const;
    const all = severities.map((severity) => ({ ...uidOf("shop"), severity }));
    expect(allowed(all, shown, label(AFTER))).toEqual([false, false]);
  });

  test("more than 25 findings of a rule are allowed together, and none once one changes", () => {
    const before = since(shownNow(many(26), []), SHOWN);
    expect(new Set(allowed(many(26), before, label(AFTER)))).toEqual(new Set([true]));
    expect(new Set(allowed(many(27), before, label(AFTER)))).toEqual(new Set([false]));
    // A label for all of them is none for what is left of them.
    expect(new Set(allowed(many(25), before, label(AFTER)))).toEqual(new Set([false]));
  });

  test("changes nothing but whether a finding is allowed, and never takes that back", () => {
    const approvals = fc.array(
      fc.record({
        rule: fc.constantFrom(...Object.keys(RULES)),
        at: fc.constantFrom(BEFORE, SHOWN, AFTER),
      }),
    );
    fc.assert(
      fc.property(findings, findings, approvals, (earlier, now, given) => {
        const before = since(shownNow(earlier, []), SHOWN);
        const sorted = now.map((each, index) => ({
          ...each,
          allowed: each.severity === "block" && index % 7 === 0,
        }));
        const after = allowedByLabels(sorted, before, given);
        const plain = (all: readonly Finding[]) =>
          all.map((each) => JSON.stringify({ ...each, allowed: null })).sort();
        expect(plain(after)).toEqual(plain(sorted));
        const count = (all: readonly Finding[]) => all.filter((each) => each.allowed).length;
        expect(count(after)).toBeGreaterThanOrEqual(count(sorted));
      }),
    );
  });

  test("what still needs a decision stands first, as it does with --allow", () => {
    const secret = finding("secret-in-plan", { subject: "a" }, say`a`);
    const before = since(shownNow([secret, uidOf("shop")], []), SHOWN);
    const after = allowedByLabels([secret, uidOf("shop")], before, [label(AFTER, "secret-in-plan")]);
    expect(after.map(({ rule }) => rule)).toEqual(["uid-changed", "secret-in-plan"]);
    expect([...after].sort(byDanger)).toEqual(after);
  });
});
