import { afterAll, describe, expect, test } from "@jest/globals";
import { WorkerPatterns } from "../../src/adapters/worker-patterns.ts";

const patterns = new WorkerPatterns();
afterAll(() => patterns.dispose());

describe("a pattern", () => {
  test.each([
    ["b", "a\nb\n", true],
    ["^b$", "a\nb\nc", true],
    ["^$", "", false],
    ["^$", "a\n", false],
    ["^$", "a\n\nb", true],
    ["a\\sb", "a\nb", false],
    ["a$", "a\r\n", false],
    ["^.$", "😀", true],
  ])("%j in %j: %s", async (source, text, expected) => {
    expect(await patterns.answer({ source, text })).toBe(expected);
  });

  test("that is none is answered with null", async () => {
    expect(await patterns.answer({ source: "(", text: "a" })).toBeNull();
    expect(await patterns.answer({ source: "a", text: "a" })).toBe(true);
  });

  test("that would take for ever is given up, and those after it are answered", async () => {
    const short = new WorkerPatterns(1_500);
    const forever = { source: "^(?:(?:a)+)+$", text: `${"a".repeat(60)}b` };
    const answers = await Promise.all([
      short.answer(forever),
      short.answer({ source: "a", text: "a" }),
      short.answer(forever),
      short.answer({ source: "a", text: "b" }),
    ]);
    await short.dispose();
    expect(answers).toEqual([null, true, null, false]);
  }, 30_000);

  test("is matched in a megabyte without ado", async () => {
    const text = `${"<p>some text</p>\n".repeat(60_000)}<meta name="Generator" content="Drupal 10">`;
    const source = '<meta(?:\\s)+name="Generator"(?:\\s)+content="Drupal [0-9]';
    expect(await patterns.answer({ source, text })).toBe(true);
  });
});
