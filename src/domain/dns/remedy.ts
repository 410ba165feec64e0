import { normalised } from "./names.ts";
import type { Verdict } from "./verdict.ts";

/** What of a verdict the remedy depends on. */
type Wrong = Pick<Verdict, "hostname" | "expected" | "verdict" | "reason">;

/** Reasons that no address record of the hostname's own mends. */
const OTHERWISE = ["caa", "dnssec", "wildcard"];

/**
 * The records that make a mismatch a match, as a zone file has them, in place of all A, AAAA and CNAME records of
 * the name; a CAA record goes beside those there are. Empty where no record would. `addresses` are the node's;
 * the name of a zone itself can be no alias.
 */
export function recordsToSet(wrong: Wrong, addresses: readonly string[], isZone: boolean): string[] {
  const { hostname, expected, verdict, reason } = wrong;
  if (verdict !== "mismatch") return [];
  const name = normalised(hostname) ?? hostname;
  if (reason === "caa") return [`${name}. CAA 0 issue "letsencrypt.org"`];
  if (OTHERWISE.includes(reason ?? "")) return [];
  if (!isZone) return [`${name}. CNAME ${normalised(expected) ?? expected}.`];
  return addresses.map((address) => `${name}. ${address.includes(":") ? "AAAA" : "A"} ${address}`);
}

/** Whether a name is most likely a zone's own: two labels, as nobody has told better. */
export function isLikelyZone(hostname: string): boolean {
  return (normalised(hostname) ?? hostname).split(".").length <= 2;
}
