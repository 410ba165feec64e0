import type { Verdict, Wanted } from "./verdict.ts";

/** A virtual host, with the names its certificate must have. */
export interface Site {
  readonly environment: string;
  readonly node: string;
  /** The virtual host as plan.json spells it. */
  readonly hostname: string;
  /** The node's own name in DNS. */
  readonly expected: string;
  /** As plan.json spells them: the name it is served under, then its aliases. */
  readonly names: readonly [string, ...string[]];
  /** Where it sends its visitors, as plan.json spells it; null where it serves them itself. */
  readonly redirectsTo: string | null;
  /** Why none of its names is looked at; null where they are. */
  readonly skipped: Wanted["skipped"];
}

/** What DNS says of a site as a whole. */
export interface Ruling {
  readonly site: Site;
  readonly verdict: "match" | "mismatch" | "proxied" | "unknown";
  /** As of a verdict; `alias` and `unreachable` where the site itself is right and a certificate is not to be had. */
  readonly reason: string | null;
  readonly evidence: readonly string[];
  /** Whether visitors are led away, so that a live site may lose TLS for it. */
  readonly counts: boolean;
}

/** Reasons that say nothing of where visitors are led: only a certificate is not to be had. */
const LEADING_NOBODY = ["caa", "wildcard"];

/** The names of sites as they are asked for; `skipReason` says why a name of its own can't be. */
export function wantedOf(
  sites: readonly Site[],
  skipReason: (name: string) => Wanted["skipped"],
): readonly Wanted[] {
  return sites.flatMap((site) => {
    const { environment, node, expected, redirectsTo } = site;
    // Of a site that is left alone, its own name says so.
    const names = site.skipped === null ? site.names : site.names.slice(0, 1);
    return names.map((hostname, index) => ({
      environment,
      node,
      hostname,
      expected,
      skipped: site.skipped ?? skipReason(hostname),
      redirectsTo: index === 0 ? redirectsTo : null,
    }));
  });
}

/**
 * What the verdicts of its names mean for a site, null where it is not looked at. A certificate has all names
 * or is not given, but an alias that leads elsewhere leads no visitor of the site away.
 */
export function rulingOf(
  site: Site,
  verdictOf: (name: string) => Verdict | undefined,
  unreachable: ReadonlySet<string>,
): Ruling | null {
  const [own, ...aliases] = site.names.map(verdictOf);
  if (!own || own.verdict === "skipped") return null;
  const plain = { site, verdict: own.verdict, reason: own.reason, evidence: own.evidence };
  if (own.verdict === "mismatch")
    return { ...plain, verdict: "mismatch", counts: !LEADING_NOBODY.includes(own.reason ?? "") };
  if (own.verdict === "unknown") return { ...plain, verdict: "unknown", counts: false };
  const wrong = aliases.find((each) => each?.verdict === "mismatch");
  const hidden = aliases.find((each) => each?.verdict === "unknown");
  const because = (verdict: "mismatch" | "unknown", reason: string, evidence: readonly string[]) =>
    ({ site, verdict, reason, evidence, counts: false }) as const;
  if (wrong) return because("mismatch", "alias", [`${wrong.hostname}: ${wrong.reason}`, ...wrong.evidence]);
  const closed = site.names.find((name) => unreachable.has(name));
  if (closed !== undefined)
    return because("mismatch", "unreachable", [`${closed} does not answer on port 80`]);
  if (hidden)
    return because("unknown", "alias", [`${hidden.hostname}: ${hidden.reason}`, ...hidden.evidence]);
  return { ...plain, verdict: own.verdict, counts: false };
}
