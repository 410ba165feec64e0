import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  blocks,
  byDanger,
  type Finding,
  finding,
  join,
  listed,
  parseAllowance,
  say,
  withAllowances,
} from "../../src/domain/findings.ts";
import { isRuleName, RULES, type RuleName } from "../../src/domain/rules.ts";

const ruleNames = Object.keys(RULES) as RuleName[];
const value = fc.string({ maxLength: 8 });

const findings: fc.Arbitrary<Finding> = fc
  .record({
    rule: fc.constantFrom(...ruleNames),
    severity: fc.constantFrom("block" as const, "warn" as const, "info" as const),
    subject: value,
    host: fc.option(value, { nil: undefined }),
    allowed: fc.boolean(),
  })
  .map(({ rule, allowed, ...about }) => {
    const found = finding(rule, about, say`about ${about.subject}`);
    return withAllowances(found, allowed ? [{ rule, subject: null }] : []);
  });

describe("sentences", () => {
  test("hold our words at even and values at odd places", () => {
    expect(say`uid of ${"shop"} is ${1002}`).toEqual(["uid of ", "shop", " is ", "1002", ""]);
    expect(say`nothing to say`).toEqual(["nothing to say"]);
  });

  test("keep values at odd places however they are joined", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 3 }), { minLength: 1 }), (groups) => {
        const joined = join(
          groups.map((values) => join([say`of `, ...values.map((each) => say`<${each}>`)], "-")),
          ", ",
        );
        expect(joined.filter((_, index) => index % 2 === 1)).toEqual(groups.flat());
        expect(joined.length % 2).toBe(1);
      }),
    );
  });

  test("name five values and count the rest", () => {
    expect(listed(["a", "b"]).join("")).toBe("a, b");
    expect(listed(["a", "b", "c", "d", "e"]).join("")).toBe("a, b, c, d, e");
    expect(listed(["a", "b", "c", "d", "e", "f", "g"])).toEqual([
      ...["", "a", ", ", "b", ", ", "c", ", ", "d", ", ", "e", " and ", "2", " more"],
    ]);
  });
});

describe("finding", () => {
  test("has the rule's severity unless it is given another", () => {
    expect(finding("node-emptied", { subject: "a" }, say`x`).severity).toBe("warn");
    expect(finding("node-emptied", { subject: "a", severity: "info" }, say`x`).severity).toBe("info");
  });

  test("says its sentence as one message", () => {
    const found = finding("uid-changed", { subject: "shop", host: "a" }, say`uid of ${"shop"} changes`);
    expect(found.message).toBe("uid of shop changes");
    expect(found.host).toBe("a");
    expect(found.allowed).toBe(false);
  });
});

describe("allowances", () => {
  test.each([
    ["uid-changed", { rule: "uid-changed", subject: null }],
    ["uid-changed:shop", { rule: "uid-changed", subject: "shop" }],
    ["ssh-key-added:SHA256:abc", { rule: "ssh-key-added", subject: "SHA256:abc" }],
    ["uid-changed:", { rule: "uid-changed", subject: "" }],
  ])("are read from %s", (text, expected) => {
    expect(parseAllowance(text)).toEqual(expected);
  });

  const blocking = finding("uid-changed", { subject: "shop" }, say`x`);

  test.each([
    ["its rule", "uid-changed", true],
    ["its rule and subject", "uid-changed:shop", true],
    ["another subject", "uid-changed:blog", false],
    ["an empty subject", "uid-changed:", false],
    ["another rule", "mass-move", false],
    ["the beginning of its rule", "uid", false],
  ])("that name %s: %s", (_, text, allowed) => {
    const found = withAllowances(blocking, [parseAllowance(text)]);
    expect(found.allowed).toBe(allowed);
    expect(blocks(found)).toBe(!allowed);
  });

  test("change nothing about a finding that does not block", () => {
    const warning = finding("node-emptied", { subject: "a" }, say`x`);
    expect(withAllowances(warning, [parseAllowance("node-emptied")]).allowed).toBe(false);
  });
});

describe("byDanger", () => {
  const danger = ({ severity, allowed }: Finding) =>
    ["block", "allowed", "warn", "info"].indexOf(severity === "block" && allowed ? "allowed" : severity);

  test("puts what still blocks first, then what was allowed, then warnings, then information", () => {
    fc.assert(
      fc.property(fc.array(findings), (found) => {
        const sorted = found.toSorted(byDanger);
        expect(sorted.map(danger)).toEqual(found.map(danger).sort());
      }),
    );
  });

  test("orders the same danger by the rules' order, the subject and the host", () => {
    fc.assert(
      fc.property(findings, findings, (left, right) => {
        fc.pre(danger(left) === danger(right));
        const key = ({ rule, subject, host }: Finding) => [ruleNames.indexOf(rule), subject, host ?? ""];
        const [one, other] = [key(left), key(right)];
        const at = one.findIndex((part, index) => part !== other[index]);
        const expected = at < 0 ? 0 : (one[at] as string) < (other[at] as string) ? -1 : 1;
        expect(Math.sign(byDanger(left, right))).toBe(expected);
      }),
    );
  });
});

describe("rules", () => {
  test("are known by their own names only", () => {
    expect(ruleNames.every(isRuleName)).toBe(true);
    expect(["constructor", "toString", "__proto__", "", "uid"].some(isRuleName)).toBe(false);
  });

  test("have the severities the interface names", () => {
    const of = (severity: string) => ruleNames.filter((rule) => RULES[rule].severity === severity).sort();
    expect(of("block")).toEqual([
      ...["environment-removed", "frozen", "hostname-removed", "hostname-taken-over", "mass-move"],
      ...["move-off-removed-node", "move-without-backup", "secret-in-plan", "uid-changed"],
    ]);
    expect(of("info")).toEqual([
      ...["environment-added", "environment-disabled", "environment-enabled", "hostname-added"],
      ...["revision-changed", "state-pruned", "verification-changed"],
    ]);
    expect(of("warn")).toEqual([
      ...["acme-account", "deploy-key-changed", "environment-moved", "firewall-changed", "hsts-disabled"],
      ...[
        "inputs-changed",
        "limits-changed",
        "move-without-dns-control",
        "node-emptied",
        "signing-key-changed",
      ],
      ...["snapshot-edited", "ssh-key-added", "ssh-key-removed", "tls-disabled"],
    ]);
  });
});
