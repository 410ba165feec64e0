import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Finding, finding, say } from "../../src/domain/findings.ts";
import type { Since } from "../../src/domain/since.ts";
import { visible } from "../../src/render/escape.ts";
import { alsoTouched, progress } from "../../src/render/progress.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { parsed } from "../support/gfm.ts";

const uid = (subject: string): Finding => finding("uid-changed", { subject }, say`x`);
const nothing: Since = { added: [], removed: [], otherChanges: 0, otherPins: 0 };
const push = (sincePush: Partial<Since>) => progress({ sincePush: { ...nothing, ...sincePush } });

describe("progress", () => {
  test("says nothing where nothing is known", () => {
    expect(progress({})).toBeNull();
  });

  test.each([
    ["nothing", {}, "nothing changed."],
    ["what came", { added: [uid("a")] }, "+ uid change `a`. Nothing else changed."],
    ["what went", { removed: [uid("a")] }, "− uid change `a`. Nothing else changed."],
    [
      "both",
      { added: [uid("a")], removed: [uid("b")] },
      "+ uid change `a`, − uid change `b`. Nothing else changed.",
    ],
    ["other facts", { otherChanges: 2 }, "2 changed facts differ."],
    ["other inputs", { otherChanges: 2, otherPins: 3 }, "2 changed facts and 3 locked inputs differ."],
    ["one fact", { otherChanges: 1 }, "1 changed fact differs."],
    ["one input", { otherPins: 1 }, "1 locked input differs."],
    ["all of it", { added: [uid("a")], otherPins: 2 }, "+ uid change `a`. In all, 2 locked inputs differ."],
  ])("tells %s", (_, since, told) => {
    expect(push(since)).toBe(`**Since the last push:** ${told}`);
  });

  test("names six findings of each kind and counts the rest", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => uid(`s${index}`));
    expect(push({ added: many(6) })).not.toContain("more");
    expect(push({ added: many(7) })).toMatch(/^.*`s5`, \+ 1 more finding\. Nothing else changed\.$/);
    expect(push({ added: many(7), removed: many(5_000) })).toContain("− 4,994 more findings.");
  });

  test("keeps the last push and the last approval apart", () => {
    expect(progress({ sincePush: nothing, sinceApproval: { ...nothing, otherChanges: 2 } })).toBe(
      "**Since the last push:** nothing changed.\n\n**Since the last approval:** 2 changed facts differ.",
    );
  });

  // The other report may be a stranger's.
  test("shows subjects as code and nothing else of them, in bounded space", () => {
    const subjects = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constantFrom(...HOSTILE).map((text) => text.repeat(2_000)),
      fc.string({ unit: "binary", minLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(subjects, { minLength: 1, maxLength: 9 }), (names) => {
        const text = push({ added: names.map(uid), removed: names.map(uid) }) as string;
        expect(text.length).toBeLessThan(20_000);
        expect(text).not.toMatch(/[\n\r]/);
        expect(text).not.toContain("<!-- hostenv");
        const { codes, html, links, images, texts, types } = parsed(text);
        const shown = names.slice(0, 6).map((name) => visible([...name].length > 80 ? cut(name) : name));
        expect(codes).toEqual([...shown, ...shown]);
        expect([...links, ...images, ...html.filter((tag) => !/^<\/?code>$|^<!-- -->$/.test(tag))]).toEqual(
          [],
        );
        expect([...types].sort()).toEqual(["paragraph", "root", "strong"]);
        expect(texts.join("")).not.toMatch(/[@#]/);
      }),
    );
  });
});

function cut(name: string): string {
  return `${[...name].slice(0, 79).join("")}…`;
}

describe("alsoTouched", () => {
  const at = (pullRequest: number, units: string[], hostnames: string[] = []) => ({
    pullRequest,
    units,
    hostnames,
  });

  test("is left out where no pull request touches the same", () => {
    expect(alsoTouched([])).toBeNull();
  });

  test("names pull requests and counts what they share, never by name", () => {
    const found = [at(4, ["@octocat"]), at(9, ["a", "b"], ["<!-- x"]), at(10, [], ["x"])];
    expect(alsoTouched(found)).toBe(
      "**Also touched by:** #4 (1 environment), #9 (2 environments, 1 hostname), #10 (1 hostname)",
    );
  });

  test("names five of them", () => {
    const found = Array.from({ length: 20 }, (_, index) => at(index, ["a"]));
    expect(alsoTouched(found.slice(0, 5))).not.toContain("more");
    expect(alsoTouched(found)).toMatch(/#4 \(1 environment\), 15 more$/);
  });
});
