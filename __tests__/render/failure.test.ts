import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Failure } from "../../src/domain/report.ts";
import { visible } from "../../src/render/escape.ts";
import { failureComment } from "../../src/render/failure.ts";
import { COMMENT_LIMIT } from "../../src/render/fit.ts";
import { marker } from "../../src/render/sticky.ts";
import { statusLine } from "../../src/render/words.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { parsed } from "../support/gfm.ts";

const failure = (given: Partial<Failure["error"]> = {}, rest: Partial<Failure> = {}): Failure => ({
  schema: 1,
  failed: true,
  provider: ".",
  headCommit: "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
  toolVersion: "0.1.0",
  error: { code: "no-node", message: "no node is called `x`", hint: "name one", ...given },
  ...rest,
});

test("says that nothing is known, why, and what to do", () => {
  expect(failureComment(failure())).toBe(
    [
      "<!-- hostenv-provider:plan:. -->",
      "## 🔴 hostenv plan: failed",
      "",
      "Nothing is known about what a merge of `a1b2c3d` would do.",
      "",
      "`no-node`: `` no node is called `x` ``",
      "",
      "What to do: `name one`",
    ].join("\n"),
  );
});

test("names the provider where there are several, and leaves out a commit it does not know", () => {
  const text = failureComment(failure({}, { provider: "providers/eu", headCommit: null }));
  expect(text).toContain("## 🔴 hostenv plan for `providers/eu`: failed");
  expect(text).toContain("what a merge would do");
});

const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", minLength: 1 }));

describe("whatever the error says", () => {
  test("it is shown as code", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (message, hint, provider, headCommit) => {
        fc.pre(provider !== ".");
        const text = failureComment(failure({ message, hint }, { provider, headCommit }));
        const { codes, html, links, images, types, texts } = parsed(text);
        expect(html[0]).toBe(marker(provider));
        expect(codes).toEqual(
          [provider, headCommit.slice(0, 7), "no-node", message, hint].map((value) => visible(value)),
        );
        expect(
          [...links, ...images, ...html.slice(1)].filter((tag) => !/^<\/?code>$|^<!-- -->$/.test(tag)),
        ).toEqual([]);
        expect([...types].sort()).toEqual(["heading", "paragraph", "root"]);
        expect(texts.join("")).not.toMatch(/[@#<>`]/);
        expect(text.indexOf(marker("."))).toBe(-1);
      }),
    );
  });

  test("it fits, with room for what a comment remembers", () => {
    for (const bit of [...HOSTILE, "<!--@.", "`", "🦊"]) {
      const text = failureComment(failure({ message: bit.repeat(9_000), hint: bit.repeat(9_000) }));
      expect([...text].length).toBeLessThan(COMMENT_LIMIT.codePoints - 1_000);
      expect(Buffer.byteLength(text)).toBeLessThan(COMMENT_LIMIT.bytes);
    }
  });

  test("the status is one short line", () => {
    expect(statusLine(failure())).toBe("failed: no-node");
    expect(statusLine(failure({ code: "x".repeat(1_000) }))).toHaveLength(140);
  });
});
