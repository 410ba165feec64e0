import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { finding, say } from "../../src/domain/findings.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import {
  type Failure,
  isFailure,
  type Origin,
  outcomeOf,
  outcomeSchema,
  parseReport,
  type Report,
  reportOf,
  reportSchema,
} from "../../src/domain/report.ts";
import { type Review, review } from "../../src/domain/review.ts";
import { fleets, plainKind } from "../support/arbitrary-fleet.ts";

const origin: Origin = {
  provider: ".",
  baseCommit: null,
  headCommit: null,
  toolVersion: "0.1.0",
  nixVersion: "2.8.0",
  seconds: 0.5,
};

const reviews = fc
  .tuple(fleets, fleets)
  .map(([base, head]) => review(plainKind, { base, head }, [], new Date(0)));

test("every review makes documents that keep their schemas", () => {
  fc.assert(
    fc.property(reviews, (found) => {
      expect(outcomeSchema.safeParse(outcomeOf("plain", found)).error).toBeUndefined();
      expect(reportSchema.safeParse(reportOf("plain", found, origin)).error).toBeUndefined();
    }),
  );
});

test("an outcome counts the units it names", () => {
  fc.assert(
    fc.property(reviews, (found) => {
      const { counts, units, changeIds } = outcomeOf("plain", found);
      expect(counts).toEqual({
        added: units.added.length,
        changed: units.changed.length,
        removed: units.removed.length,
        moved: units.moved.length,
      });
      expect(changeIds).toEqual(found.changes.map(({ id }) => id));
    }),
  );
});

describe("reportOf", () => {
  const empty: Review = {
    planId: "0".repeat(64),
    changed: false,
    units: { added: [], removed: [], changed: [], moved: [] },
    placements: [],
    findings: [],
    changes: [],
    pinMoves: [],
    affectedHosts: [],
    waves: [],
    hosts: [],
    hostnames: { added: [], removed: [] },
  };

  test("shows an input that came on the head's side and one that went on the base's", () => {
    const pin = (name: string): Pin => ({ name, url: "github:acme/x", rev: null, narHash: null });
    const pinMoves = [
      { name: "came", before: null, after: pin("came") },
      { name: "went", before: pin("went"), after: null },
    ];
    const { pins } = reportOf("plain", { ...empty, pinMoves }, origin);
    expect(pins).toEqual({ base: [pin("went")], head: [pin("came")] });
  });

  const withWords = (parts: readonly string[]) => {
    const found = { ...finding("uid-changed", { subject: "shop" }, say`x`), parts };
    return reportSchema.safeParse(reportOf("plain", { ...empty, findings: [found] }, origin)).success;
  };

  test("may hold anything in a value, for a renderer escapes it", () => {
    expect(withWords(["uid of ", "<b>@everyone</b> `x` [a](b) ::add-mask::", " changes"])).toBe(true);
  });

  test.each(["<b>", "@everyone", "[a](b)", "`x`", "a_b_", "**x**", "a\nb", "#1", "&lt;", "www.x", "1"])(
    "may not hold %j in our own words, which nobody escapes",
    (words) => {
      expect(withWords([words])).toBe(false);
      expect(withWords(["uid of ", "shop", words])).toBe(false);
    },
  );

  test("may not leave a value without words of ours on both sides", () => {
    expect(withWords(["", "shop", " and ", "blog", ""])).toBe(true);
    expect(withWords(["", "shop", "", "blog", ""])).toBe(false);
    expect(withWords(["uid of ", "shop"])).toBe(false);
  });
});

describe("parseReport", () => {
  const changed = reviews
    .filter(({ changes }) => changes.length > 0)
    .map((found) => reportOf("plain", found, origin));
  const read = (report: unknown) => parseReport(report as JsonValue, "report.json");
  const failure: Failure = {
    schema: 1,
    failed: true,
    provider: ".",
    headCommit: "a".repeat(40),
    toolVersion: "0.1.0",
    error: { code: "no-node", message: "m", hint: "h" },
  };

  test("reads back what was written", () => {
    fc.assert(
      fc.property(reviews, (found) => {
        const report = reportOf("plain", found, origin);
        expect(read(JSON.parse(JSON.stringify(report)))).toEqual(report);
      }),
    );
  });

  test("refuses a change whose content is not that of its id", () => {
    const forged = (edit: (change: Report["changes"][number]) => object, place: number, report: Report) => ({
      ...report,
      changes: report.changes.map((each, index) => (index === place ? { ...each, ...edit(each) } : each)),
    });
    const edits = fc.constantFrom(
      ({ path }: { path: string }) => ({ path: `${path}x` }),
      ({ subject }: { subject: string }) => ({ subject: `${subject}x` }),
      ({ kind }: { kind: string }) => ({ kind: kind === "host" ? "unit" : "host" }),
      ({ after }: { after: JsonValue }) => ({ after: [after] }),
      ({ id }: { id: string }) => ({ id: id.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) }),
    );
    fc.assert(
      fc.property(changed, fc.nat(), edits, (report, at, edit) => {
        const place = at % report.changes.length;
        expect(() => read(forged(edit, place, report))).toThrow(
          expect.objectContaining({
            code: "report-changed",
            message: expect.stringContaining(`/changes/${place} `),
          }),
        );
      }),
    );
  });

  test("refuses a list of ids that lacks one, has one more or another order", () => {
    fc.assert(
      fc.property(changed, (report) => {
        const { changeIds } = report;
        const lists = [changeIds.slice(1), changeIds.slice(0, -1), [...changeIds, "0".repeat(64)]];
        if (changeIds.length > 1) lists.push([...changeIds].reverse());
        for (const list of lists) {
          expect(() => read({ ...report, changeIds: list })).toThrow(
            expect.objectContaining({ code: "report-changed" }),
          );
        }
      }),
    );
  });

  const [report] = fc.sample(changed, { numRuns: 1, seed: 1 }) as [Report];

  test.each([
    ["another version", { ...report, schema: 2 }, "/schema"],
    ["a key nobody knows", { ...report, note: "x" }, "its root"],
    ["a rule nobody knows", { ...report, findings: [{ rule: "constructor" }] }, "/findings/0/rule"],
    ["a plan's id that is none", { ...report, planId: "../../x" }, "/planId"],
    ["a negative count", { ...report, counts: { ...report.counts, added: -1 } }, "/counts/added"],
    ["no object", [report], "its root"],
    ["null", null, "its root"],
    [
      "a failure with a code that holds more than letters",
      { ...failure, error: { code: "a`b", message: "", hint: "" } },
      "/error/code",
    ],
    ["a failure that did not fail", { ...failure, failed: false }, "/failed"],
    ["a report and a failure in one", { ...report, failed: true }, ""],
  ])("refuses %s", (_, value, place) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({ code: "report-schema", message: expect.stringContaining(`at ${place}`) }),
    );
  });

  // Another pull request's report is read, too: it must not stop this one's comment.
  test.each([1_000, 5_000, 200_000])("refuses values nested %i levels deep, in our words", (depth) => {
    const deep = JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`) as JsonValue;
    const [change, ...rest] = report.changes;
    for (const changes of [
      [{ ...change, after: deep }, ...rest],
      [{ ...change, before: deep }, ...rest],
    ]) {
      expect(codeOf(() => read({ ...report, changes }))).toMatch(/^(?:report-schema|report-changed|none)$/);
    }
  });

  test("keeps keys that every object inherits as values", () => {
    const after = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as JsonValue;
    const [change] = report.changes;
    expect(() => read({ ...report, changes: [{ ...change, after }], changeIds: [change?.id] })).toThrow(
      expect.objectContaining({ code: "report-changed" }),
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("never ends otherwise than with a document or an error of ours", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(report)), (value, key) => {
        for (const document of [value, { ...report, [key]: value }, { ...failure, [key]: value }])
          expect(codeOf(() => read(document))).toMatch(/^(?:none|report-schema|report-changed)$/);
      }),
    );
  });

  test("reads a failure, and tells it from a report", () => {
    expect(read(failure)).toEqual(failure);
    expect([read(failure), read(report)].map((each) => isFailure(each as Report | Failure))).toEqual([
      true,
      false,
    ]);
  });
});

function codeOf(attempt: () => unknown): unknown {
  try {
    attempt();
    return "none";
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}
