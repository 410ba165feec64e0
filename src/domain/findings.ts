import { RULES, type RuleName } from "./rules.ts";

/** `block` needs a decision before a merge, `warn` a look, `info` is good to know. */
export type Severity = "block" | "warn" | "info";

/**
 * A sentence of our words and a fleet's values, by turns: even places are ours, odd places are
 * values that a renderer must escape.
 */
export type Sentence = readonly string[];

/** Something a reviewer should know about a change. */
export interface Finding {
  /** Also the word in `--allow` and in labels. */
  readonly rule: RuleName;
  readonly severity: Severity;
  /** What it is about: a unit, a hostname, a key's fingerprint, an input. */
  readonly subject: string;
  /** The host it happens on, where there is one. */
  readonly host: string | null;
  /** One sentence with the values, for people. */
  readonly message: string;
  /** The message again, in a form that can be escaped. */
  readonly parts: Sentence;
  /** Whether somebody with the right to do so allowed it. Only ever true for `block`. */
  readonly allowed: boolean;
}

/** An allowance: a rule, for one subject or (null) for all. */
export interface Allowance {
  readonly rule: string;
  readonly subject: string | null;
}

const RANK: Record<Severity, number> = { block: 0, warn: 1, info: 2 };
const ORDER = new Map(Object.keys(RULES).map((rule, index) => [rule, index]));

/** Template tag: say`moved ${name}` keeps our words and the fleet's values apart. */
export function say(words: TemplateStringsArray, ...values: (string | number)[]): Sentence {
  return words.flatMap((word, index) => (index < values.length ? [word, String(values[index])] : [word]));
}

/** Sentences in one, with our separator between them. */
export function join(sentences: readonly Sentence[], separator: string): Sentence {
  return sentences.reduce((all, next) => {
    if (all.length === 0) return next;
    return [...all.slice(0, -1), `${all.at(-1)}${separator}${next[0]}`, ...next.slice(1)];
  }, []);
}

/** At most `most` values as `a, b and 3 more`. */
export function listed(values: readonly string[], most = 5): Sentence {
  const shown = join(
    values.slice(0, most).map((value) => say`${value}`),
    ", ",
  );
  return values.length > most ? join([shown, say` and ${values.length - most} more`], "") : shown;
}

/** A finding of a rule, not allowed yet, in the rule's own severity unless another is given. */
export function finding(
  rule: RuleName,
  about: { subject: string; host?: string | undefined; severity?: Severity },
  parts: Sentence,
): Finding {
  const severity = about.severity ?? RULES[rule].severity;
  const message = parts.join("");
  return { rule, severity, subject: about.subject, host: about.host ?? null, message, parts, allowed: false };
}

/** `rule` or `rule:subject`; a subject may itself hold colons. */
export function parseAllowance(text: string): Allowance {
  const colon = text.indexOf(":");
  return colon < 0
    ? { rule: text, subject: null }
    : { rule: text.slice(0, colon), subject: text.slice(colon + 1) };
}

/** The finding, marked allowed where an allowance names it. */
export function withAllowances(found: Finding, allowances: readonly Allowance[]): Finding {
  const allowed = allowances.some(
    ({ rule, subject }) => rule === found.rule && (subject === null || subject === found.subject),
  );
  return allowed && found.severity === "block" ? { ...found, allowed } : found;
}

/** Whether it still needs a decision. */
export function blocks(found: Finding): boolean {
  return found.severity === "block" && !found.allowed;
}

/** Most dangerous first, then by the rules' order and by subject. */
export function byDanger(left: Finding, right: Finding): number {
  return (
    Number(blocks(right)) - Number(blocks(left)) ||
    RANK[left.severity] - RANK[right.severity] ||
    (ORDER.get(left.rule) as number) - (ORDER.get(right.rule) as number) ||
    order(left.subject, right.subject) ||
    order(left.host ?? "", right.host ?? "")
  );
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
