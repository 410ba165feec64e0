import { z } from "zod";

/** A virtual host whose DNS is to be looked at. */
export interface Wanted {
  readonly environment: string;
  readonly node: string;
  /** As plan.json spells it. */
  readonly hostname: string;
  /** The node's own name in DNS: `<node>.<hostenvHostname>`. */
  readonly expected: string;
  /** Why it is not looked at; null where it is. */
  readonly skipped: "default" | "address" | "localhost" | "disabled" | "no-tls" | "malformed" | null;
  /** Where it sends its visitors, as plan.json spells it; null where it serves them itself. */
  readonly redirectsTo: string | null;
}

/** Why a definite answer says that the hostname does not lead to its node, or that no certificate can be had. */
export const MISMATCHES = [
  "elsewhere",
  "partial",
  "ipv6",
  "nxdomain",
  "nodata",
  "target-unresolvable",
  "loop",
  "wildcard",
  "caa",
  "dnssec",
] as const;

/** Why it can't be said. */
export const UNKNOWNS = [
  "servfail",
  "timeout",
  "refused",
  "unreachable",
  "malformed",
  "truncated",
  "disagreement",
  "caa",
  "node-unresolvable",
  "proxied",
  "deadline",
  "budget",
  "pending",
] as const;

/** Why a verdict is what it is, where it is a mismatch or unknown. */
export type Reason = (typeof MISMATCHES)[number] | (typeof UNKNOWNS)[number];

/** One verdict of `dns-gate --json`. */
export const verdictSchema = z.strictObject({
  environment: z.string(),
  node: z.string(),
  hostname: z.string().describe("As plan.json spells it."),
  expected: z.string().describe("The node's own name, whose addresses the hostname must have."),
  verdict: z.enum(["match", "mismatch", "proxied", "unknown", "skipped"]),
  reason: z.string().nullable().describe("Null for match and proxied."),
  seen: z.array(z.string()).describe("Addresses and names that DNS gives for the hostname, by bytes."),
  evidence: z.array(z.string()).describe("The answers that led to the verdict, a line each."),
});

/** What DNS says of a virtual host. */
export type Verdict = z.infer<typeof verdictSchema>;

/** A record of a zone, read with a token, from which a proxy knows where to pass requests on to. */
export interface Origin {
  /** `A`, `AAAA` or `CNAME`; others are not looked at. */
  readonly type: string;
  readonly content: string;
  /** Whether it carries our mark. */
  readonly isOurs?: boolean;
}
