import { describe, expect, test } from "@jest/globals";
import pc from "picocolors";
import { WRITE_REASONS, type Write } from "../../src/domain/dns/writes.ts";
import { gateSummary, gateTerminal } from "../../src/render/dns-gate.ts";
import { writesTable, writesText } from "../../src/render/dns-writes.ts";
import { row, story } from "../support/gate-story.ts";
import { parsed } from "../support/gfm.ts";

const side = (content: string, given: object = {}) => ({ content, proxied: false, comment: null, ...given });
const write = (hostname: string, given: Partial<Write> = {}): Write => ({
  ...{ hostname, zone: "client.test", operations: [], result: "written", reason: null, detail: null },
  ...given,
});
const operation = (given: Partial<Write["operations"][number]> = {}): Write["operations"][number] => ({
  ...{ method: "PATCH", type: "CNAME", name: "www.client.test" },
  before: side("old.test"),
  after: side("node-a.hosting.test"),
  ...given,
});

const plain = pc.createColors(false);
const NIGHT = [
  write("www.client.test", { operations: [operation()] }),
  write("new.client.test", { operations: [operation({ method: "POST", before: null })] }),
  write("a.client.test", {
    operations: [
      operation({ method: "DELETE", type: "A", before: side("192.0.2.9"), after: null }),
      operation({ type: "A", before: side("192.0.2.1"), after: side("192.0.2.1", { comment: "x" }) }),
      operation({ before: side("old.test"), after: side("new.test", { proxied: true }) }),
    ],
  }),
  write("mail.client.test", { result: "refused", reason: "mail" }),
  write("gone.client.test", { result: "failed", reason: "rejected", detail: "81058 An identical record" }),
  write("right.client.test", { result: "unchanged" }),
  write("theirs.client.test", { result: "left", reason: "changed-meanwhile" }),
];

test("what needs a person comes first, with what was and what is", () => {
  expect(writesText(NIGHT, [], plain).split("\n")).toEqual([
    "DNS records",
    "  ✖ gone.client.test: failed: Cloudflare rejects it (81058 An identical record)",
    "  ▲ mail.client.test: refused: it has an MX record",
    "  ▲ theirs.client.test: left: somebody changed it after it was read",
    "  ✔ www.client.test: written",
    "      CNAME old.test → node-a.hosting.test",
    "  ✔ new.client.test: written",
    "      CNAME new → node-a.hosting.test",
    "  ✔ a.client.test: written",
    "      A 192.0.2.9 → deleted",
    "      A 192.0.2.1: marked as ours",
    "      CNAME old.test → new.test, proxied as before",
    "  ✔ right.client.test: unchanged",
  ]);
});

test("a dry run shows what would be sent", () => {
  const calls = [{ method: "POST", path: "/zones/z/dns_records/batch", body: { patches: [{ id: "r" }] } }];
  const text = writesText([write("www.client.test", { result: "dry-run" })], calls, plain);
  expect(text).toContain("✔ www.client.test: would be written");
  expect(text).toContain('would be sent: POST /zones/z/dns_records/batch\n  {"patches":[{"id":"r"}]}');
});

test("there is a sentence for every reason", () => {
  const writes = WRITE_REASONS.map((reason) => write("a.test", { result: "refused", reason }));
  expect(writesText(writes, [], plain)).not.toMatch(/undefined|refused$/m);
});

describe("the summary", () => {
  test("has a row for each, and counts them where there is no room", () => {
    expect(writesTable(NIGHT, 2).split("\n")).toEqual([
      "### DNS records (7)",
      "",
      "| hostname | result | records |",
      "|--|--|--|",
      "| 🔴 `gone.client.test` | `failed: Cloudflare rejects it (81058 An identical record)` |  |",
      "| 🟡 `mail.client.test` | `refused: it has an MX record` |  |",
      "",
      "and 5 more",
    ]);
    expect(writesTable(NIGHT, 0)).toBe("DNS records: 7 hostnames");
    expect([writesTable([], 5), writesText([], [], plain)]).toEqual(["", ""]);
  });

  test("stands in the run's", () => {
    const told = story([row("www.client.test", "match")], { writes: NIGHT });
    expect(gateTerminal(told, false)).toContain("DNS records\n  ✖ gone.client.test");
    expect(gateSummary(told, { codePoints: 60_000, bytes: 200_000 })).toContain("### DNS records (7)");
  });
});

test("names, contents and what a server says stay what they are", () => {
  const hostile = "a|b`\n::error::<img src=x>@everyone\u202e";
  const writes = [
    write(hostile, {
      ...{ result: "failed", reason: "rejected", detail: `${hostile}${"x".repeat(9_999)}` },
      operations: [
        operation({ before: side(hostile), after: side(hostile, { proxied: true }) }),
        operation(),
      ],
    }),
  ];
  const calls = [{ method: "POST", path: "/zones/z", body: { posts: [{ comment: hostile }] } }];
  const terminal = gateTerminal(story([], { writes }, { calls }), false);
  expect(terminal).not.toMatch(/^\s*::|\u202e/m);
  expect(terminal).not.toContain(`a|b\`\n`);
  const read = parsed(writesTable(writes, 5));
  expect([read.links, read.images]).toEqual([[], []]);
  expect(read.texts.join(" ")).not.toMatch(/everyone|error|img/);
  expect(read.codes[0]).toBe("a|b`␊::error::<img src=x>@everyone⟨U+202E⟩");
  expect(read.codes.join("").length).toBeLessThan(1_000);
});

test("what is set and not yet seen has a section of its own", () => {
  const told = story([row("www.client.test", "unknown:pending")]);
  expect(gateTerminal(told, false)).toContain("▲ Set, and not yet seen in DNS");
});
