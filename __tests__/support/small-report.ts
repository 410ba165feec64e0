import type { Finding } from "../../src/domain/findings.ts";
import { finding, say } from "../../src/domain/findings.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Failure, Report } from "../../src/domain/report.ts";
import type { RuleName } from "../../src/domain/rules.ts";
import { provider, reportBetween, sideOf } from "./big-plan.ts";

/** The head a small report is about. */
export const HEAD = "a".repeat(40);

const base = provider(2);
const side = sideOf(base);
const changed = sideOf({
  ...base,
  specs: base.specs.map((each) => ({ ...each, migrations: ["x-migrate"] })),
});

/** A report of one changed provider with exactly these findings. */
export function reportWith(findings: readonly Finding[], rest: Partial<Report> = {}): Report {
  const told = findings.map((each) => ({ ...each, parts: [...each.parts] }));
  return { ...reportBetween(side, changed), headCommit: HEAD, findings: told, ...rest };
}

/** The report of a change that changes nothing. */
export function quietReport(rest: Partial<Report> = {}): Report {
  return { ...reportBetween(side, side), headCommit: HEAD, ...rest };
}

/** What stands in the place of a report where the plan failed. */
export function failedReport(rest: Partial<Failure> = {}): Failure {
  const error = { code: "no-node", message: "no node is called x", hint: "name one" };
  return { schema: 1, failed: true, provider: ".", headCommit: HEAD, toolVersion: "0.1.0", error, ...rest };
}

/** A finding that needs a decision. */
export function decision(subject: string, value = "x", rule: RuleName = "uid-changed"): Finding {
  return finding(rule, { subject, severity: "block" }, say`it is ${value} of ${subject}`);
}

/** A document as it is read from a file. */
export function asJson(document: Report | Failure): JsonValue {
  return JSON.parse(JSON.stringify(document)) as JsonValue;
}
