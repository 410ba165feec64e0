import { describe, expect, test } from "@jest/globals";
import type { GateRun } from "../../src/domain/dns/gate.ts";
import { type DnsRun, dnsProblems } from "../../src/domain/dns/problems.ts";
import { MISMATCHES } from "../../src/domain/dns/verdict.ts";
import type { NameSeen } from "../../src/render/dns-issue.ts";
import { collectedDraft, dnsDrafts, dnsFarewell } from "../../src/render/dns-issues.ts";
import {
  type IssueDraft,
  issueBody,
  issueLabel,
  issueTitle,
  markedKey,
  readMark,
} from "../../src/render/issue-mark.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { ago, entry, memory, ruling, run, site } from "../support/gate-run.ts";
import { githubHtml, parsed } from "../support/gfm.ts";
import { describeWith } from "../support/tools.ts";

const HOME = { topic: "dns", provider: "." } as const;
const DIGEST = "0".repeat(32);

const named = (hostname: string, given: Partial<NameSeen> = {}): NameSeen => ({
  virtualHost: hostname,
  hostname,
  verdict: "mismatch",
  reason: "elsewhere",
  seen: ["198.51.100.7"],
  records: [`${hostname}. CNAME node-a.hosting.test.`],
  ...given,
});

const asSeen = (rulings: DnsRun["rulings"], given: Partial<GateRun> = {}): DnsRun => ({
  rulings,
  decision: run(rulings, given),
  confirmations: 3,
  isWhole: true,
});

/** The one draft of a hostname that says `said`. */
function draftOf(hostname: string, said: string, given: Partial<NameSeen> = {}, gate: Partial<GateRun> = {}) {
  const [, reason = null] = said.split(":") as [string, string?];
  const drafts = dnsDrafts(dnsProblems(asSeen([ruling(hostname, said)], gate)), [
    named(hostname, { reason, ...given }),
  ]);
  return drafts[0] as IssueDraft;
}

describe("the issue of a hostname", () => {
  test("says what is seen, expected, since when, what to set and what happens meanwhile", () => {
    const gate = {
      memory: memory({ "www.example.org": entry({ verdict: "mismatch", live: false, since: ago(60) }) }, [
        "www.example.org",
      ]),
    };
    const { key, cause, title, text } = draftOf("www.example.org", "mismatch:elsewhere", {}, gate);
    expect({ key, cause, title }).toEqual({
      key: "hostname:www.example.org",
      cause: "elsewhere",
      title: "DNS: www.example.org does not lead to node-a",
    });
    expect(text).toBe(
      [
        "`www.example.org` belongs to `shop` and should lead to **`node-a`** (`node-a.hosting.test`), but it leads somewhere else.",
        "",
        "| | |",
        "|--|--|",
        "| Seen | `198.51.100.7` |",
        "| Expected | the addresses of `node-a.hosting.test`, and no other |",
        "| Since | `2026-03-01T02:00:00.000Z` |",
        "| Meanwhile | TLS is off: it answers over HTTP only, and gets its certificate by itself once DNS is right |",
        "",
        "Set this in place of all A, AAAA and CNAME records of the name:",
        "",
        "- `www.example.org. CNAME node-a.hosting.test.`",
        "",
        "This issue closes itself when DNS is right. Close it as *not planned* to be left alone until the reason is another one.",
        "",
        "<details>",
        "<summary>What was asked and answered</summary>",
        "",
        "- `saw mismatch:elsewhere`",
        "",
        "</details>",
      ].join("\n"),
    );
  });

  test.each([...MISMATCHES, "alias", "unreachable"])("has a sentence of its own for %s", (reason) => {
    const draft = draftOf("www", `mismatch:${reason}`);
    expect(readMark(issueBody(HOME, DIGEST, draft), HOME)?.cause).toBe(reason);
    expect(draft.text).not.toContain("DNS says something else");
  });

  test("does not say that a hostname leads elsewhere where it does not", () => {
    expect(draftOf("www", "mismatch:caa").title).toBe("DNS: no certificate can be had for www");
    expect(draftOf("www", "mismatch:alias").title).toBe("DNS: no certificate can be had for www");
  });

  test("says that a certificate in use stays, and that an old node serves on", () => {
    const isLive = { memory: memory({ www: entry(), o: entry(), p: entry(), q: entry() }) };
    expect(draftOf("www", "mismatch:caa", {}, isLive).text).toContain(
      "TLS stays on with the certificate it has",
    );
    const held = { memory: memory({}, ["www"], { shop: "node-old" }) };
    expect(draftOf("www", "mismatch:elsewhere", {}, held).text).toContain(
      "**`node-old`** goes on serving it",
    );
  });

  test("puts a CAA record beside others, and none where none would help", () => {
    const caa = { records: ['www. CAA 0 issue "letsencrypt.org"'] };
    expect(draftOf("www", "mismatch:caa", caa).text).toContain("Add this record beside those there are:");
    expect(draftOf("www", "mismatch:dnssec", { records: [] }).text).not.toMatch(/record beside|in place of/);
  });

  test("names the alias that is wrong, and leaves out those that are right", () => {
    const names = [
      named("www", { verdict: "match", seen: ["203.0.113.10"] }),
      named("old.example", { virtualHost: "www", reason: "nxdomain", seen: [] }),
      named("other", {}),
    ];
    const [draft] = dnsDrafts(dnsProblems(asSeen([ruling("www", "mismatch:alias")])), names);
    expect(draft?.text).toContain("| Seen for `old.example` (the name does not exist in DNS) | nothing |");
    expect(draft?.text).not.toMatch(/203\.0\.113\.10|`other`/);
  });

  test("is news where the reason, TLS, the record or the one address are others, and not where evidence is", () => {
    const first = draftOf("www", "mismatch:elsewhere").essence;
    const two = { seen: ["198.51.100.7", "198.51.100.8"] };
    const gate = { memory: memory({}, ["www"], { shop: "node-old" }) };
    expect(draftOf("www", "mismatch:elsewhere").essence).toBe(first);
    expect(draftOf("www", "mismatch:elsewhere", { seen: ["198.51.100.9"] }).essence).not.toBe(first);
    expect(draftOf("www", "mismatch:elsewhere", { records: [] }).essence).not.toBe(first);
    expect(draftOf("www", "mismatch:partial").essence).not.toBe(first);
    expect(draftOf("www", "mismatch:elsewhere", {}, gate).essence).not.toBe(first);
    expect(draftOf("www", "mismatch:elsewhere", two).essence).toBe(
      draftOf("www", "mismatch:elsewhere", { seen: ["192.0.2.1", "192.0.2.2"] }).essence,
    );
    const told = { ...ruling("www", "mismatch:elsewhere"), evidence: ["another server said so"] };
    expect(dnsDrafts(dnsProblems(asSeen([told])), [named("www")])[0]?.essence).toBe(first);
  });
});

describe("issues about more than a hostname", () => {
  const names = Array.from({ length: 900 }, (_, index) => `host-${index}.example`);

  test("a node, blindness and the breaker say what to do", () => {
    const nodeless = ruling(site("x", { node: "node-b" }), "unknown:node-unresolvable");
    const [node] = dnsDrafts(dnsProblems(asSeen([nodeless, ruling("y", "match")])), []);
    expect(node?.title).toBe("DNS: the name of node-b can't be resolved");
    expect(node?.text).toMatch(/`node-b\.hosting\.test`.*Add the node's A and AAAA records.*- `x`$/s);

    const [blind] = dnsDrafts(dnsProblems(asSeen([ruling("x", "unknown:timeout")])), []);
    expect([blind?.title, blind?.cause]).toEqual(["DNS could not be asked", "blind"]);

    const before = memory(Object.fromEntries(names.map((name) => [name, entry({ count: 2 })])));
    const all = names.map((name) => ruling(name, "mismatch:elsewhere"));
    const [breaker] = dnsDrafts(dnsProblems(asSeen(all, { memory: before })), []);
    expect(breaker?.text).toMatch(/^`900 of 900 hostnames would change at once`: nothing was changed/);
    expect(breaker?.text).toMatch(/- `host-0\.example`: TLS off\n.*- and 700 more$/s);
  });

  test("what has to wait is listed by its titles, as many as fit", () => {
    const waiting = names.map((name) => draftOf(name, "mismatch:nodata"));
    const { text, title } = collectedDraft(waiting);
    expect(title).toBe("DNS: more hostnames are wrong");
    expect(text).toMatch(/^900 more problems of DNS\./);
    expect(text).toMatch(/- `DNS: host-0\.example does not lead to node-a`\n.*- and 700 more$/s);
    const long = Array.from({ length: 200 }, (_, index) =>
      draftOf(`${"<>".repeat(400)}${index}`, "mismatch:nodata"),
    );
    expect([...collectedDraft(long).text].length).toBeLessThan(65_536);
  });
});

describe("the last word", () => {
  test("says what is seen now", () => {
    const seen = asSeen([ruling("www", "match"), ruling("cdn", "proxied"), ruling("x", "unknown:timeout")]);
    const names = [named("www", { seen: ["203.0.113.10"] })];
    const say = (key: string) => dnsFarewell(key, seen, names);
    expect(say("hostname:www")).toBe("`www` leads to **`node-a`** again: `203.0.113.10`");
    expect(say("hostname:cdn")).toBe("`cdn` leads to **`node-a`** again, through Cloudflare.");
    expect(say("hostname:gone")).toBe("The plan wants no certificate for this hostname any more.");
    for (const key of ["blind", "breaker", "more", "node:node-a"]) expect(say(key)).toMatch(/\.$/);
  });
});

describe("hostnames that want to be more than text", () => {
  const hostile = [
    ...HOSTILE,
    "<!-- hostenv-provider:dns:.:hostname%3Aother -->",
    "a\n<!-- hostenv-provider:dns:.:x -->\n",
    "-->\n@octocat",
    "a--b---c",
  ];

  /** Everything of an issue that a reader or GitHub would find, with each hostile value in every place. */
  const issues = hostile.map((value) => {
    const there = site(value, { environment: value, node: value, expected: value });
    const told = { ...ruling(there, "mismatch:elsewhere"), evidence: [value, `x ${value}`] };
    const names = [named(value, { seen: [value, "198.51.100.7"], records: [value] })];
    const [draft] = dnsDrafts(dnsProblems(asSeen([told])), names) as [IssueDraft];
    const farewell = dnsFarewell(`hostname:${value}`, asSeen([ruling(there, "match")]), names);
    const nodeless = ruling(there, "unknown:node-unresolvable");
    const [node] = dnsDrafts(dnsProblems(asSeen([nodeless, ruling("y", "match")])), []) as [IssueDraft];
    return { value, draft, texts: [draft.text, farewell, node.text, collectedDraft([draft, node]).text] };
  });

  test("make no link, mention, image or HTML", () => {
    for (const { value, texts } of issues) {
      for (const text of texts) {
        const found = parsed(text);
        expect({ value, links: found.links, images: found.images }).toEqual({ value, links: [], images: [] });
        const html = found.html
          .join("\n")
          .replace(/<\/?details>|<\/?summary>|\n|What was asked and answered/g, "");
        expect({ value, html }).toEqual({ value, html: "" });
        // What GitHub looks for mentions and references in.
        expect(found.texts.filter((each) => /@|#\d|GH-\d|www\.|:\/\//.test(each))).toEqual([]);
      }
    }
  });

  describeWith(["CMARK_GFM"], "read by GitHub's own parser", () => {
    test("make no link and no image", () => {
      for (const { texts } of issues)
        for (const text of texts) expect(githubHtml(text)).not.toMatch(/<a |<img/);
    });
  });

  test("stay in their table cell and their line", () => {
    for (const { draft } of issues) {
      const [table] = parsed(draft.text).tables;
      expect(table?.map((row) => row.length)).toEqual(Array(table?.length).fill(2));
      expect(table).toHaveLength(5);
    }
  });

  test("are found again by their own mark, and write no other", () => {
    for (const { value, draft } of issues) {
      const body = issueBody(HOME, DIGEST, draft);
      expect(readMark(body, HOME)).toEqual({
        key: markedKey(`hostname:${value}`),
        cause: "elsewhere",
        digest: DIGEST,
      });
      expect(body.match(/<!--(?! -->)/g)).toHaveLength(2);
      expect(readMark(body, { topic: "dns", provider: "other" })).toBeNull();
    }
  });

  test("leave a title of one line that GitHub takes", () => {
    for (const { draft } of issues) {
      const title = issueTitle(draft);
      expect([...title].length).toBeLessThanOrEqual(256);
      expect(title).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
    }
    expect([...issueTitle(draftOf("x".repeat(1000), "mismatch:caa"))]).toHaveLength(250);
  });
});

describe("the hidden lines", () => {
  const draft = draftOf("www", "mismatch:caa");
  const body = issueBody(HOME, DIGEST, draft);

  test("may be damaged by a person, and the key is still found", () => {
    const [first = ""] = body.split("\n");
    for (const second of [
      "",
      "hello",
      "<!-- hostenv-provider:issue:{ -->",
      '<!-- hostenv-provider:issue:{"v":2} -->',
    ])
      expect(readMark(`${first}\r\n${second}\r\ntext`, HOME)).toEqual({
        key: "hostname:www",
        cause: "",
        digest: "",
      });
  });

  test("count at the top only, and with a key that can be read", () => {
    expect(readMark(`text\n${body}`, HOME)).toBeNull();
    expect(readMark("<!-- hostenv-provider:dns:.:%E0%A4%A -->", HOME)).toBeNull();
    expect(readMark("<!-- hostenv-provider:dns:.:x", HOME)).toBeNull();
    expect(readMark("", HOME)).toBeNull();
  });

  test("tell providers apart, as labels do", () => {
    const other = { topic: "dns", provider: "a:b" } as const;
    expect(readMark(issueBody(other, DIGEST, draft), other)?.key).toBe("hostname:www");
    expect(readMark(issueBody(other, DIGEST, draft), { topic: "dns", provider: "a" })).toBeNull();
    expect(issueLabel(HOME)).toBe("hostenv:dns");
    expect(issueLabel({ topic: "dns", provider: "eu,west" })).toBe("hostenv:dns:eu;west");
    expect([...issueLabel({ topic: "dns", provider: "x".repeat(99) })]).toHaveLength(50);
  });
});
