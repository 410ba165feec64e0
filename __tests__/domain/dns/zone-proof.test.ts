import { expect, test } from "@jest/globals";
import { described } from "../../../src/domain/dns/writes.ts";
import type { Change } from "../../../src/domain/dns/zone-plan.ts";
import { isUntouched, proofOf } from "../../../src/domain/dns/zone-proof.ts";
import { MARK } from "../../../src/domain/dns/zones.ts";
import { candidate, record, zone } from "../../support/zone-builder.ts";

const WWW = "www.client.test";
const old = record(WWW, "A", "192.0.2.1", { tags: ["b:1", "a:2"] });
const text = record(WWW, "TXT", "v=1");
const change: Change = {
  candidate: candidate(WWW),
  zone: zone("client.test"),
  records: [old, text],
  operations: [
    { method: "PATCH", record: old, change: { content: "192.0.2.10" } },
    {
      method: "POST",
      record: {
        ...{ type: "AAAA", name: WWW, content: "2001:db8::10", ttl: 300 },
        proxied: false,
        comment: MARK,
        tags: [],
      },
    },
  ],
};

test("a name is untouched while each of its records is the one that was read", () => {
  const elsewhere = record("a.client.test", "A", "192.0.2.1");
  expect(isUntouched(change, [text, old])).toBe(true);
  expect(isUntouched(change, [text, old, elsewhere])).toBe(true);
  for (const now of [
    [old],
    [text, old, record(WWW, "MX", "mx.test")],
    [text, { ...old, content: "192.0.2.7" }],
    [text, { ...old, proxied: true }],
    [text, { ...old, comment: "mine" }],
    // Changed and changed back: somebody is at work.
    [text, { ...old, modifiedOn: "2026-02-01T00:00:00Z" }],
    // Deleted and made anew.
    [text, { ...old, id: "another" }],
  ])
    expect(isUntouched(change, now)).toBe(false);
});

test("what was wanted is there however a server orders and spells it", () => {
  const moved = { ...old, content: "192.0.2.10", tags: ["a:2", "b:1"], modifiedOn: "later" };
  const made = record(WWW, "AAAA", "2001:DB8::0010");
  expect(proofOf(change, [made, moved, text])).toBe("wanted");
  expect(proofOf(change, [moved, text])).toBe("neither");
  expect(proofOf(change, [made, moved, made])).toBe("neither");
  expect(proofOf(change, [{ ...moved, ttl: 1 }, made])).toBe("neither");
  expect(proofOf(change, [{ ...old, modifiedOn: "later" }])).toBe("before");
  expect(proofOf(change, [])).toBe("neither");
});

test("operations are described with what was and what will be", () => {
  const deleted = { method: "DELETE", record: text } as const;
  expect(described([...change.operations, deleted])).toEqual([
    {
      method: "PATCH",
      type: "A",
      name: WWW,
      before: { content: "192.0.2.1", proxied: false, comment: MARK },
      after: { content: "192.0.2.10", proxied: false, comment: MARK },
    },
    {
      method: "POST",
      type: "AAAA",
      name: WWW,
      before: null,
      after: { content: "2001:db8::10", proxied: false, comment: MARK },
    },
    {
      method: "DELETE",
      type: "TXT",
      name: WWW,
      before: { content: "v=1", proxied: false, comment: MARK },
      after: null,
    },
  ]);
});
