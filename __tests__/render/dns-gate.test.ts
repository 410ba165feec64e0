import { describe, expect, test } from "@jest/globals";
import { gateSchema } from "../../src/domain/dns/gate-answer.ts";
import { gateSummary, gateTerminal } from "../../src/render/dns-gate.ts";
import { gateAnswer } from "../../src/render/dns-gate-answer.ts";
import { SUMMARY_LIMIT } from "../../src/render/fit.ts";
import { NIGHT, row, story } from "../support/gate-story.ts";
import { parsed } from "../support/gfm.ts";

const NIGHT_TEXT = `dns-gate: 6 wrong · 1 unknown · 5 right · 1 skipped

✖ TLS goes off with the next deploy
  www.acme.test  node-a  mismatch elsewhere  seen 203.0.113.9, expected node-a.hosting.test
    leads elsewhere
    set: www.acme.test. CNAME node-a.hosting.test.

✖ TLS stays on for now, and goes off when one more run finds the same
  shop.acme.test  node-a  mismatch partial  seen 192.0.2.1 203.0.113.9, expected node-a.hosting.test
    leads here, and elsewhere as well
    set: shop.acme.test. CNAME node-a.hosting.test.

✖ TLS stays on, but no new certificate can be had
  old-blog.test     node-b  mismatch nxdomain  seen nothing, expected node-b.hosting.test
    alias of blog.test: does not exist
    set: old-blog.test. A 192.0.2.2
    set: old-blog.test. AAAA 2001:db8::2
  news.globex.test  node-a  mismatch caa       seen 192.0.2.1, expected node-a.hosting.test
    a CAA record forbids Let's Encrypt
    add: news.globex.test. CAA 0 issue "letsencrypt.org"

✖ Port 80 does not answer, so no new certificate can be had
  closed.initech.test  node-a  match  seen 192.0.2.1 2001:db8::1, expected node-a.hosting.test
    port 80 of 192.0.2.1: HTTP 404
    port 80 of 2001:db8::1: ECONNREFUSED

▲ Without TLS until DNS is right
  new.globex.test     node-a  mismatch nxdomain  seen nothing, expected node-a.hosting.test
    does not exist
    set: new.globex.test. CNAME node-a.hosting.test.
  signed.globex.test  node-a  mismatch dnssec    seen 192.0.2.1, expected node-a.hosting.test
    the zone's signatures are broken: its operator must mend them, or take the DS record out
    signed.globex.test A unvalidated: 192.0.2.1 (192.0.2.53)
    signed.globex.test A: servfail (192.0.2.53)

▲ Not known, and left as it is
  slow.initech.test  node-a  unknown timeout  seen nothing, expected node-a.hosting.test
    slow.initech.test A: timeout (ns1.initech.test 198.51.100.1, ns2.initech.test 198.51.100.2)

▲ Right, and TLS waits: it was turned on twice within this hour
  flip.initech.test  node-a  match  seen 192.0.2.1 2001:db8::1, expected node-a.hosting.test

www.acme.test has no TLS, and these send their visitors there over TLS: acme.test

✔ TLS goes on with the next deploy
  back.initech.test  node-b  match  seen 192.0.2.1 2001:db8::1, expected node-b.hosting.test

✔ Right
  acme.test  node-a  match  seen 192.0.2.1 2001:db8::1, expected node-a.hosting.test
  blog.test  node-b  match  seen 192.0.2.1 2001:db8::1, expected node-b.hosting.test

✔ Not looked at
  plain.initech.test  node-a  skipped no-tls

generated/dns-gate.json is written: the next deploy builds from it
`;

describe("at a terminal", () => {
  test("what needs a person stands first, with the record to set", () => {
    expect(gateTerminal(NIGHT, false)).toBe(NIGHT_TEXT);
  });

  test("a run that wrote nothing says so before all else, and what would be", () => {
    const stopped = {
      ...NIGHT,
      obstacle: "4 of 6 hostnames would change at once",
      answer: { ...NIGHT.answer, breaker: true },
    };
    const lines = gateTerminal(stopped, false).split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "dns-gate: 6 wrong · 1 unknown · 5 right · 1 skipped",
      "",
      "nothing was written: 4 of 6 hostnames would change at once; look at why first, and if it is meant: --force",
      "",
      "✖ TLS would go off with the next deploy",
    ]);
    const dry = gateTerminal({ ...NIGHT, isDry: true }, false);
    expect(dry).toContain("✔ TLS would go on with the next deploy\n");
    expect(dry).toMatch(/\n\nnothing was written: --dry-run\n$/);
  });

  test("a quiet run is short: names that are right are counted once they are many", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => row(`h${index}.test`, "match"));
    expect(gateTerminal(story(many(21)), false)).toBe(
      "dns-gate: 21 right\n\n✔ Right: 21 hostnames\n\nnothing changed in generated/dns-gate.json\n",
    );
    expect(gateTerminal(story(many(20)), false).split("\n")).toHaveLength(26);
    expect(gateTerminal(story([]), false)).toBe(
      "dns-gate: no hostnames\n\nnothing changed in generated/dns-gate.json\n",
    );
    const wrong = many(30).map((each) => ({ ...each, verdict: "mismatch" as const, reason: "nodata" }));
    expect(gateTerminal(story(wrong), false)).toContain("h29.test");
  });

  test("says how many runs more it takes", () => {
    const kept = [
      { hostname: "a.test", count: 1 },
      { hostname: "b.test", count: 2 },
    ];
    const text = gateTerminal(
      story([row("a.test", "mismatch:nodata"), row("b.test", "mismatch:nodata")], { kept }),
      false,
    );
    expect(text.match(/(?<=✖ ).*/g)).toEqual([
      "TLS stays on for now, and goes off when one more run finds the same",
      "TLS stays on for now, and goes off when 2 more runs find the same",
    ]);
  });

  test("a host that is right and waits for its alias stands apart from those that are fine", () => {
    const rows = [
      row("a.test", "match"),
      row("b.test", "mismatch:nodata", { virtualHost: "a.test" }),
      row("c.test", "match"),
    ];
    const text = gateTerminal(story(rows, { off: ["a.test"] }), false);
    expect(text.match(/(?<=[▲✔] ).*/g)).toEqual([
      "Without TLS until DNS is right",
      "Right, and without TLS for another name of the same certificate",
      "Right",
    ]);
  });

  test("with colours, says the same", () => {
    const colored = gateTerminal(NIGHT, true);
    expect(colored).not.toBe(NIGHT_TEXT);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours are made of
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(NIGHT_TEXT);
  });
});

// What a client may write into a project, or a stranger into DNS.
const HOSTILE = [
  "::add-mask::x",
  "\u001b[2Jgone",
  "a\nb",
  "| x | <script>alert(1)</script>",
  "`code`",
  "@team",
  "<!-- x -->",
];

test("what clients and strangers write is shown as it is, and does nothing", () => {
  const rows = HOSTILE.flatMap((text) => [
    row(text, "mismatch:elsewhere", {
      seen: [text],
      records: [`${text}. CNAME x.`],
      virtualHost: `${text}2`,
      node: text,
    }),
    row(text, "unknown:timeout", { evidence: [text] }),
  ]);
  const hostile = story(rows, {
    redirects: [{ target: HOSTILE[0] as string, from: [HOSTILE[1] as string] }],
  });
  const text = gateTerminal(hostile, false);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/^\s*::|[\u0000-\u0009\u000b-\u001f]/m);
  expect(text).not.toContain("\nb");
  const read = parsed(gateSummary(hostile, SUMMARY_LIMIT));
  expect([read.links, read.images]).toEqual([[], []]);
  expect(new Set(read.html)).toEqual(new Set(["<br>"]));
  expect(read.texts.join(" ")).not.toMatch(/@team|add-mask/);
});

describe("in a job summary", () => {
  test("says what to do, and folds what needs nobody", () => {
    const text = gateSummary(NIGHT, SUMMARY_LIMIT);
    expect(text).toContain("## 🔴 hostenv dns-gate: 6 wrong · 1 unknown · 5 right · 1 skipped");
    expect(text).toContain(
      "| `www.acme.test` | `node-a` | `mismatch elsewhere`<br>leads elsewhere | `203.0.113.9` | set `www.acme.test. CNAME node-a.hosting.test.` |",
    );
    expect(text).toContain('add `news.globex.test. CAA 0 issue "letsencrypt.org"`');
    expect(text.indexOf("send their visitors there")).toBeLessThan(text.indexOf("<details>"));
    expect(gateSummary(story([row("a.test", "match")]), SUMMARY_LIMIT)).toMatch(/^## ⚪ /);
  });

  test("gets shorter where it is too long, and what is wrong goes last", () => {
    const right = Array.from({ length: 3_000 }, (_, index) => row(`h${index}.test`, "match"));
    const wrong = Array.from({ length: 600 }, (_, index) =>
      row(`w${index}.test`, "mismatch:nodata", { evidence: ["e".repeat(180)] }),
    );
    const large = story([...right, ...wrong]);
    for (const bytes of [1_000_000, 120_000, 30_000, 2_000]) {
      const text = gateSummary(large, { codePoints: bytes, bytes });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
      expect(text).toContain("600 wrong · 3000 right");
      if (bytes > 2_000) expect(text).toContain("w0.test");
    }
  });
});

test("the answer: document, outputs and a reason in one line", () => {
  const answer = gateAnswer({ ...NIGHT, exitCode: 2 });
  expect(gateSchema.parse(answer.document)).toEqual(NIGHT.answer);
  expect(JSON.parse(answer.files.report?.() as string)).toEqual(NIGHT.answer);
  expect(answer.outputs).toEqual({
    mismatches: "6",
    unknown: "1",
    disabled: '["www.acme.test"]',
    enabled: '["back.initech.test"]',
    pending: '["flip.initech.test"]',
    breaker: "false",
  });
  expect(answer.refusal).toBe("6 wrong · 1 unknown · 5 right · 1 skipped");
  expect(gateAnswer({ ...NIGHT, exitCode: 2, obstacle: "x" }).refusal).toBe("nothing was written: x");
});
