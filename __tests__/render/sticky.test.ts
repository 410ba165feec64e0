import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Shown } from "../../src/domain/decisions.ts";
import { RULES, type RuleName } from "../../src/domain/rules.ts";
import {
  allowedRule,
  allowLabel,
  artifactName,
  folderWord,
  isMarked,
  isOlder,
  marker,
  otherOutcomeLabels,
  outcomeLabel,
  readState,
  type StickyState,
  stateLine,
  statusContext,
} from "../../src/render/sticky.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { parsed } from "../support/gfm.ts";

const WRITTEN = "2026-01-02T03:04:05Z";
const hexOf = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const times = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2099-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+/, ""));
const shown: fc.Arbitrary<Shown[]> = fc.array(
  fc.record({ key: hexOf(32), since: fc.oneof(times, fc.constant(null)) }),
);
const states: fc.Arbitrary<StickyState> = fc.record({
  head: fc.oneof(hexOf(40), hexOf(64)),
  previous: fc.oneof(hexOf(40), fc.constant(null)),
  run: fc.oneof(fc.record({ id: fc.nat(), attempt: fc.nat() }), fc.constant(null)),
  shown,
});
const STATE: StickyState = { head: "a".repeat(40), previous: null, run: { id: 5, attempt: 1 }, shown: [] };
const folders = fc.oneof(
  fc.constantFrom(".", "a-b", "a--b", "-->", "providers/eu", "\ud800", ...HOSTILE),
  fc.string({ unit: "binary", minLength: 1 }),
);

describe("the state", () => {
  test("survives the way through a comment; what was new has been shown since it was written", () => {
    fc.assert(
      fc.property(states, folders, (state, folder) => {
        const body = [marker(folder), stateLine(state), "## shown"].join("\n");
        const expected = state.shown.map(({ key, since }) => ({ key, since: since ?? WRITTEN }));
        expect(readState(body, WRITTEN)).toEqual({ ...state, shown: expected });
        // A browser's edit ends lines in its own way.
        expect(readState(body.replaceAll("\n", "\r\n"), WRITTEN)).toEqual({ ...state, shown: expected });
      }),
    );
  });

  test("is one hidden line", () => {
    fc.assert(
      fc.property(states, (state) => {
        const line = stateLine(state);
        expect(parsed(`${line}\nshown`)).toMatchObject({ html: [line], texts: ["shown"] });
        expect(line).toMatch(/^<!-- (?:(?!--).)* -->$/);
      }),
    );
  });

  test.each([
    ["another key", { key: "a-->b", since: null }],
    ["another time", { key: "a".repeat(32), since: "--> 2026" }],
  ])("is never written with %s than ours", (_, each) => {
    expect(() => stateLine({ ...STATE, shown: [each] })).toThrow();
  });

  const line = stateLine(STATE);

  test.each([
    ["on the third line", ["x", "y", line]],
    ["after other text of its line", ["x", `## ${line}`]],
    ["before other text of its line", ["x", `${line} x`]],
    ["far down", ["x", ...Array.from({ length: 99 }, () => "y"), line]],
    ["nowhere", ["x", "y"]],
  ])("is not taken where it stands %s", (_, lines) => {
    expect(readState(lines.join("\n"), WRITTEN)).toBeNull();
  });

  test("is that of the second line, whatever follows", () => {
    const other = stateLine({ ...STATE, head: "b".repeat(40) });
    expect(readState(["x", line, other, other].join("\n"), WRITTEN)?.head).toBe(STATE.head);
  });

  const json = (change: object) => ({
    v: 1,
    head: STATE.head,
    previous: null,
    run: null,
    shown: [],
    ...change,
  });

  test.each([
    ["of another version", json({ v: 2 })],
    ["with a key more", json({ x: 1 })],
    ["with a head that is none", json({ head: "main" })],
    ["with a run that is none", json({ run: [1.5, 1] })],
    ["with a time that is none", json({ shown: [["a".repeat(32), "now"]] })],
    ["that is a list", [1]],
    ["that is null", null],
  ])("%s is as good as none", (_, value) => {
    const body = (text: string) => `x\n<!-- hostenv-provider:state:${text} -->`;
    expect(readState(body(JSON.stringify(json({}))), WRITTEN)).not.toBeNull();
    expect(readState(body(JSON.stringify(value)), WRITTEN)).toBeNull();
    expect(readState(body("{broken}"), WRITTEN)).toBeNull();
  });
});

describe("isMarked", () => {
  test("only by a first line that is the marker of the provider", () => {
    fc.assert(
      fc.property(folders, folders, fc.constantFrom("", " ", "\r", "\r\nx", "\nx"), (one, other, rest) => {
        expect(isMarked(marker(one) + rest, one)).toBe(true);
        expect(isMarked(`x\n${marker(one)}`, one)).toBe(false);
        expect(isMarked(`> ${marker(one)}`, one)).toBe(false);
        expect(isMarked(`${marker(one)} x`, one)).toBe(false);
        expect(isMarked(marker(other), one)).toBe(marker(one) === marker(other));
      }),
    );
    expect(isMarked("", ".")).toBe(false);
  });
});

describe("isOlder", () => {
  test.each([
    [{ id: 1, attempt: 9 }, { id: 2, attempt: 1 }, true],
    [{ id: 2, attempt: 1 }, { id: 2, attempt: 2 }, true],
    [{ id: 2, attempt: 2 }, { id: 2, attempt: 2 }, false],
    [{ id: 2, attempt: 2 }, { id: 2, attempt: 1 }, false],
    [{ id: 3, attempt: 1 }, { id: 2, attempt: 9 }, false],
    [null, { id: 2, attempt: 1 }, false],
    [{ id: 2, attempt: 1 }, null, false],
    [null, null, false],
  ])("%j before %j: %j", (run, other, expected) => {
    expect(isOlder(run, other)).toBe(expected);
  });
});

describe("labels", () => {
  test.each(Object.keys(RULES) as RuleName[])("the one that allows %s is read as that, and fits", (rule) => {
    expect(allowedRule(allowLabel(rule))).toBe(rule);
    expect(allowLabel(rule).length).toBeLessThanOrEqual(50);
  });

  test.each([
    "hostenv:allow-",
    "hostenv:allow-uid-changed:providers/eu",
    "hostenv:allow-uid-changed\n",
    " hostenv:allow-uid-changed",
    "HOSTENV:ALLOW-UID-CHANGED",
    "x\nhostenv:allow-uid-changed",
    "hostenv:change",
  ])("%j allows nothing", (label) => {
    expect(allowedRule(label)).toBeNull();
  });

  const OUTCOMES = ["no-change", "change", "blocked", "failed"] as const;

  test("of outcomes are four for any folder, each within 50 characters, and none allows anything", () => {
    fc.assert(
      fc.property(folders, fc.constantFrom(...OUTCOMES), (folder, outcome) => {
        const all = [outcomeLabel(outcome, folder), ...otherOutcomeLabels(outcome, folder)];
        expect(new Set(all).size).toBe(4);
        for (const label of all) {
          expect([...label].length).toBeLessThanOrEqual(50);
          expect(allowedRule(label)).toBeNull();
          expect(label).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  test("of outcomes carry the folder, unless it is the root", () => {
    expect(outcomeLabel("blocked", ".")).toBe("hostenv:blocked");
    expect(outcomeLabel("blocked", "providers/eu")).toBe("hostenv:blocked:providers/eu");
    expect(statusContext(".")).toBe("hostenv/plan");
    expect(statusContext("providers/eu")).toBe("hostenv/plan (providers/eu)");
  });
});

test.each([
  [".", "root"],
  ["./", "root"],
  ["providers/eu/west", "providers-eu-west"],
  [".x", ".x"],
])("the folder %s is called %s where no slash may stand", (folder, word) => {
  expect(folderWord(folder)).toBe(word);
  expect(artifactName(folder)).toBe(`hostenv-plan-${word}`);
});
