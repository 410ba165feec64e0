import { expect, test } from "@jest/globals";
import { gatePage } from "../../../src/render/page/gate-page.ts";
import { isOpen, tasksOf } from "../../../src/render/page/gate-tasks.ts";
import { HOSTILE } from "../../support/big-plan.ts";
import { NIGHT, row, story } from "../../support/gate-story.ts";
import { readPage } from "../../support/page-reader.ts";

const spoken = (text: string) => text.replace(/\s+/g, " ");

test("says what must be done, by whom and for which names, what is urgent first", () => {
  const told = tasksOf(NIGHT).map(({ what, who, names }) => [
    what,
    who,
    names.map(({ row: { hostname } }) => hostname),
  ]);
  expect(told).toEqual([
    ["Let Let's Encrypt issue certificates", "the owner of the domain", ["news.globex.test"]],
    [
      "Set these records",
      "the owner of the domain",
      ["www.acme.test", "shop.acme.test", "old-blog.test", "new.globex.test"],
    ],
    ["Let port 80 of the node answer", "you, who run the node", ["closed.initech.test"]],
    ["Mend the zone's DNSSEC signatures", "whoever runs the zone's name servers", ["signed.globex.test"]],
    ["Wait for an answer that can be relied on", null, ["slow.initech.test"]],
    ["Wait: TLS was turned on twice within this hour", null, ["flip.initech.test"]],
    ["Nothing to do", null, ["back.initech.test", "acme.test", "blog.test"]],
    ["Not looked at", null, ["plain.initech.test"]],
  ]);
});

test.each([
  ["mismatch:wildcard", "List the names one by one"],
  ["mismatch:loop", "Look at the records"],
  ["unknown:node-unresolvable", "Give the node's own name an address"],
  ["unknown:proxied", "Give a token that may read the zone"],
  ["unknown:pending", "Wait for name servers to show what was set"],
  ["unknown:servfail", "Wait for an answer that can be relied on"],
  ["proxied", "Nothing to do"],
])("of %s: %s", (said, what) => {
  expect(tasksOf(story([row("a.test", said)])).map((task) => task.what)).toEqual([what]);
});

test("every name stands in the page once, with evidence and the records to set", () => {
  const page = gatePage(NIGHT);
  const { ids, text } = readPage(page);
  const places = ids.filter((id) => id.startsWith("host-"));
  expect(places.toSorted()).toEqual(
    NIGHT.answer.verdicts.map(({ hostname }) => `host-${hostname}`).toSorted(),
  );
  for (const { records, evidence } of NIGHT.answer.verdicts)
    for (const line of [...records, ...evidence]) expect(text).toContain(line);
  expect(spoken(text)).toContain(
    "www.acme.test has no TLS, and these send their visitors there over TLS: acme.test",
  );
});

test("a page made twice is the same, byte by byte", () => {
  expect(gatePage(structuredClone(NIGHT)) === gatePage(NIGHT)).toBe(true);
});

test("where too much would change at once, that stands first", () => {
  const { text } = readPage(
    gatePage(
      story([row("a.test", "mismatch:nxdomain")], { breaker: true }, { obstacle: "2 of 3 would go off" }),
    ),
  );
  expect(spoken(text)).toContain(
    "nothing was written: 2 of 3 would go off; look at why first, and if it is meant: --force",
  );
});

test("where all is right, nobody has to do anything", () => {
  const quiet = story([row("a.test", "match")]);
  expect(tasksOf(quiet).filter(isOpen)).toEqual([]);
  expect(readPage(gatePage(quiet)).text).toContain("Nobody has to do anything.");
});

test("records that were changed, and what a dry run would have sent", () => {
  const written = {
    hostname: "a.test",
    zone: "test",
    operations: [
      {
        method: "PATCH" as const,
        type: "A",
        name: "a.test",
        before: side("192.0.2.9"),
        after: side("192.0.2.1"),
      },
    ],
    result: "dry-run" as const,
    reason: null,
    detail: null,
  };
  const calls = [{ method: "POST", path: "/zones/1/dns_records/batch", body: { patches: ["<b>"] } }];
  const { text } = readPage(
    gatePage(story([row("a.test", "match")], { writes: [written] }, { isDry: true, calls })),
  );
  expect(text).toContain("A 192.0.2.9 → 192.0.2.1");
  expect(text).toContain('POST /zones/1/dns_records/batch\n{"patches":["<b>"]}');
});

const side = (content: string) => ({ content, proxied: false, comment: null });

test("nothing of a hostname or an answer becomes a tag, an attribute or an id with spaces", () => {
  const rows = HOSTILE.map((text, index) =>
    row(`${text}${index}`, index % 2 ? "mismatch:elsewhere" : `unknown:timeout`, {
      node: text,
      environment: text,
      virtualHost: text,
      seen: [text],
      records: [text],
      evidence: [text],
    }),
  );
  const page = gatePage(story(rows, { redirects: [{ target: "<b>", from: ["<i>"] }] }));
  const { tags, ids } = readPage(page);
  expect(tags.filter(({ name }) => name === "i" || name === "img")).toEqual([]);
  expect(
    tags.flatMap(({ attributes }) => [...attributes.keys()]).filter((name) => /^on|^src$/.test(name)),
  ).toEqual([]);
  expect(ids.filter((id) => !/^[\w.~-]+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
