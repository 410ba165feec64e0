import { z } from "zod";

/**
 * How a check ends, worst first. `unknown`: it could not be found out now; `unused`: nothing needs it as things are,
 * so nothing is wrong.
 */
export const STATES = ["broken", "unknown", "works", "unused"] as const;

export type State = (typeof STATES)[number];

/** What checks are about, in the order they are told: what comes first is often the reason of what follows. */
export const AREAS = ["programs", "folder", "secrets", "nodes", "dns", "github", "cloudflare"] as const;

export type Area = (typeof AREAS)[number];

const check = z.strictObject({
  area: z.enum(AREAS),
  name: z.string().describe("What was looked at: a program, a secret's name, a node, a zone."),
  state: z
    .enum(STATES)
    .describe(
      "broken: to be mended; unknown: it could not be found out; unused: nothing needs it as things are.",
    ),
  found: z.string().describe("What was found, or why nothing could be."),
  code: z.string().nullable().describe("As errors have it; null where nothing is wrong."),
  next: z.string().nullable().describe("What to do; null where nothing is to be done."),
});

/** `doctor --json`. */
export const doctorSchema = z.strictObject({
  schema: z.literal(1),
  result: z.enum(["works", "broken", "unknown"]).describe("The worst of all states, without unused."),
  checks: z.array(check),
});

/** What was found out about one thing. */
export type Check = z.infer<typeof check>;

/** What all checks come to. */
export type DoctorResult = z.infer<typeof doctorSchema>["result"];

/** Why something is not as it should be, and what to do. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Something of the world, or why it could not be had. */
export type Fact<T> = { readonly value: T } | { readonly fault: Fault };

/** One thing that is checked. */
export interface Subject {
  readonly area: Area;
  readonly name: string;
}

export function works(subject: Subject, found: string): Check {
  return { ...subject, state: "works", found, code: null, next: null };
}

export function unused(subject: Subject, found: string): Check {
  return { ...subject, state: "unused", found, code: null, next: null };
}

export function broken(subject: Subject, { code, message, hint }: Fault): Check {
  return { ...subject, state: "broken", found: message, code, next: hint };
}

export function unknown(subject: Subject, { code, message, hint }: Fault): Check {
  return { ...subject, state: "unknown", found: message, code, next: hint };
}

// What says that somebody was busy, slow or not asked, and nothing of what was to be looked at.
const PASSING: ReadonlySet<string> = new Set([
  ...["doctor-timeout", "doctor-unasked", "node-stopped", "node-locked", "snapshot-locked", "sops-timeout"],
  ...["evaluation-timeout", "evaluation-stopped", "evaluation-memory"],
  ...[
    "github-unreachable",
    "github-limited",
    "github-forbidden",
    "cloudflare-unreachable",
    "cloudflare-limited",
  ],
]);

/** A fault as a check: broken, or unknown where it only kept us from looking. */
export function faulty(subject: Subject, fault: Fault): Check {
  return PASSING.has(fault.code) ? unknown(subject, fault) : broken(subject, fault);
}

/** What a fact comes to: a fault speaks for itself, a value is judged. */
export function judged<T>(subject: Subject, fact: Fact<T>, judge: (value: T) => Check): Check {
  return "fault" in fact ? faulty(subject, fact.fault) : judge(fact.value);
}

/** Something that was not looked at since something else has to be right first. */
export function unasked(subject: Subject, first: string): Check {
  return unknown(subject, {
    code: "doctor-unasked",
    message: `not looked at: it needs ${first}`,
    hint: `mend ${first} first, then run doctor again`,
  });
}

/** The worst of all states. */
export function resultOf(checks: readonly Check[]): DoctorResult {
  const states = new Set(checks.map(({ state }) => state));
  if (states.has("broken")) return "broken";
  return states.has("unknown") ? "unknown" : "works";
}

/** 2 where something is to be mended. */
export function doctorExit(checks: readonly Check[]): 0 | 2 {
  return resultOf(checks) === "broken" ? 2 : 0;
}
