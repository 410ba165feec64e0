import { sha256 } from "./changes.ts";
import { byDanger, type Finding } from "./findings.ts";
import { canonical } from "./json.ts";

/** A decision that reviewers were asked for. */
export interface Shown {
  /** Hex digits that name what was shown: another value is another decision. */
  readonly key: string;
  /** Since when it has been shown without a break, RFC 3339; null where it is shown for the first time now. */
  readonly since: string | null;
}

/** A label that somebody with the right to do so gave. */
export interface Approval {
  readonly rule: string;
  /** When it was given, RFC 3339. */
  readonly at: string;
}

/** 128 bits: a finding that has the key of another can't be made. */
const KEY_DIGITS = 32;

/**
 * More findings of one rule are one decision: they are given and taken together, and what must be
 * remembered of them stays small. With 30 rules, and some 65 characters for each, all of them at once leave a
 * comment room for its own words.
 */
const DECISIONS_PER_RULE = 25;

/** What a finding says, as hex digits: equal where and only where it says the same. */
export function findingKey({ rule, subject, host, parts }: Finding): string {
  return sha256(canonical([rule, subject, host, [...parts]])).slice(0, KEY_DIGITS);
}

/** What must be remembered of today's findings: the decisions they ask for, each since when. */
export function shownNow(findings: readonly Finding[], before: readonly Shown[]): Shown[] {
  const since = new Map(before.map((shown) => [shown.key, shown.since]));
  return [...new Set(decisionKeys(findings).values())].map((key) => ({ key, since: since.get(key) ?? null }));
}

/** The findings, allowed where a label for the rule was given after they had been shown; most dangerous first. */
export function allowedByLabels(
  findings: readonly Finding[],
  before: readonly Shown[],
  approvals: readonly Approval[],
): Finding[] {
  const keys = decisionKeys(findings);
  const since = new Map(before.map((shown) => [shown.key, shown.since]));
  const decided = findings.map((found) => {
    const shownAt = since.get(keys.get(found) ?? "");
    const isAllowed = approvals.some(({ rule, at }) => rule === found.rule && isAfter(at, shownAt));
    return isAllowed && found.severity === "block" ? { ...found, allowed: true } : found;
  });
  return decided.sort(byDanger);
}

function decisionKeys(findings: readonly Finding[]): Map<Finding, string> {
  const byRule = new Map<string, Finding[]>();
  for (const found of findings.filter(({ severity }) => severity === "block"))
    byRule.set(found.rule, [...(byRule.get(found.rule) ?? []), found]);
  return new Map([...byRule.values()].flatMap(keysOfRule));
}

function keysOfRule(group: readonly Finding[]): [Finding, string][] {
  const keyed = group.map((found): [Finding, string] => [found, findingKey(found)]);
  if (group.length <= DECISIONS_PER_RULE) return keyed;
  const all = keyed.map(([, key]) => key).sort();
  const together = sha256(canonical(all)).slice(0, KEY_DIGITS);
  return keyed.map(([found]) => [found, together]);
}

// GitHub's times have whole seconds; nobody reads a comment and decides within one.
function isAfter(at: string, shownAt: string | null | undefined): boolean {
  return typeof shownAt === "string" && Date.parse(at) > Date.parse(shownAt);
}
