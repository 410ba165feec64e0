import type { GateAnswer, GateRow } from "../../src/domain/dns/gate-answer.ts";
import type { GateStory } from "../../src/render/dns-gate-sections.ts";

/** A row of the answer: `match`, `mismatch:elsewhere` … of a hostname on `node-a`, unless a test says otherwise. */
export function row(hostname: string, said: string, given: Partial<GateRow> = {}): GateRow {
  const [verdict, reason = null] = said.split(":") as [GateRow["verdict"], string?];
  const node = given.node ?? "node-a";
  return {
    environment: "shop-main-4f7240c",
    node,
    hostname,
    expected: `${node}.hosting.test`,
    verdict,
    reason,
    seen: verdict === "match" ? ["192.0.2.1", "2001:db8::1"] : [],
    evidence: [],
    virtualHost: hostname,
    records: [],
    httpCheck: null,
    ...given,
  };
}

/** A run in which nothing was decided, unless a test says otherwise. */
export function story(
  verdicts: readonly GateRow[],
  answer: Partial<GateAnswer> = {},
  rest: Partial<GateStory> = {},
): GateStory {
  return {
    answer: {
      schema: 1,
      verdicts: [...verdicts],
      disabled: [],
      withheld: [],
      enabled: [],
      pending: [],
      kept: [],
      confirmations: 3,
      redirects: [],
      off: [],
      breaker: false,
      written: false,
      writes: [],
      ...answer,
    },
    obstacle: null,
    name: "generated/dns-gate.json",
    isDry: false,
    calls: [],
    ...rest,
  };
}

/** A night with a bit of everything. */
export const NIGHT = story(
  [
    row("www.acme.test", "mismatch:elsewhere", {
      seen: ["203.0.113.9"],
      records: ["www.acme.test. CNAME node-a.hosting.test."],
    }),
    row("acme.test", "match"),
    row("shop.acme.test", "mismatch:partial", {
      seen: ["192.0.2.1", "203.0.113.9"],
      records: ["shop.acme.test. CNAME node-a.hosting.test."],
    }),
    row("blog.test", "match", { node: "node-b" }),
    row("old-blog.test", "mismatch:nxdomain", {
      node: "node-b",
      virtualHost: "blog.test",
      records: ["old-blog.test. A 192.0.2.2", "old-blog.test. AAAA 2001:db8::2"],
    }),
    row("news.globex.test", "mismatch:caa", {
      seen: ["192.0.2.1"],
      records: ['news.globex.test. CAA 0 issue "letsencrypt.org"'],
    }),
    row("new.globex.test", "mismatch:nxdomain", { records: ["new.globex.test. CNAME node-a.hosting.test."] }),
    row("signed.globex.test", "mismatch:dnssec", {
      seen: ["192.0.2.1"],
      evidence: [
        "signed.globex.test A unvalidated: 192.0.2.1 (192.0.2.53)",
        "signed.globex.test A: servfail (192.0.2.53)",
      ],
    }),
    row("slow.initech.test", "unknown:timeout", {
      evidence: [
        "slow.initech.test A: timeout (ns1.initech.test 198.51.100.1, ns2.initech.test 198.51.100.2)",
      ],
    }),
    row("back.initech.test", "match", { node: "node-b" }),
    row("closed.initech.test", "match", {
      httpCheck: "unreachable",
      evidence: ["port 80 of 192.0.2.1: HTTP 404", "port 80 of 2001:db8::1: ECONNREFUSED"],
    }),
    row("flip.initech.test", "match"),
    row("plain.initech.test", "skipped:no-tls"),
  ],
  {
    disabled: ["www.acme.test"],
    withheld: ["new.globex.test"],
    enabled: ["back.initech.test"],
    pending: ["flip.initech.test"],
    kept: [
      { hostname: "blog.test", count: 0 },
      { hostname: "news.globex.test", count: 0 },
      { hostname: "shop.acme.test", count: 2 },
    ],
    redirects: [{ target: "www.acme.test", from: ["acme.test"] }],
    off: ["flip.initech.test", "new.globex.test", "signed.globex.test", "www.acme.test"],
    written: true,
  },
);
