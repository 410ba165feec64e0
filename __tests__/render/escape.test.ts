import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { code, shortened, visible } from "../../src/render/escape.ts";
import { HOSTILE } from "../support/big-plan.ts";
import { githubHtml, parsed } from "../support/gfm.ts";
import { describeWith } from "../support/tools.ts";

const MARKER = "<!-- hostenv-provider:plan:. -->";

const backticks = fc.integer({ min: 1, max: 100 }).map((length) => "`".repeat(length));
const piece = fc.oneof(
  fc.constantFrom(
    "|",
    "\\",
    "\\|",
    "\\\\|",
    "`",
    " ",
    "\n",
    "@",
    "#",
    "<",
    ">",
    "[",
    "]",
    "(",
    ")",
    "&",
    "*",
    "_",
  ),
  fc.constantFrom("@octocat", "#123", "GH-1", "www.evil.example", "https://evil.example", "a@evil.example"),
  fc.constantFrom(
    "<!--",
    "-->",
    MARKER,
    "</details>",
    "</code>",
    "<img>",
    "![](x)",
    "[x](y)",
    "&#64;",
    "::error::",
  ),
  fc.constantFrom(
    "\u202e",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\ud800",
    "\udc00",
    "\u0000",
    "\u001b",
    "\u0085",
    "é",
    "東",
    "🦊",
  ),
  backticks,
  fc.string({ unit: "binary", maxLength: 3 }),
);
const hostile = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((pieces) => pieces.join(""))
  .filter((value) => value !== "");

/** The places in which the comment writes a value outside a table. */
const FRAMES = [
  { place: "in a sentence", before: "before ", after: " after", texts: ["before ", " after"] },
  { place: "in a heading", before: "## plan for ", after: ": 2 nodes", texts: ["plan for ", ": 2 nodes"] },
  { place: "in bold words", before: "**plan for ", after: ":** x", texts: ["plan for ", ":", " x"] },
  { place: "at the start of a line", before: "", after: " · 41 s", texts: [" · 41 s"] },
];

/** That the Markdown shows the value in code, the texts around it, and nothing else. */
function expectCode(markdown: string, value: string, around: readonly string[]): void {
  const { codes, texts, links, images, html } = parsed(markdown);
  expect({ codes, texts, links, images, html }).toEqual({
    codes: [visible(value)],
    texts: around,
    links: [],
    images: [],
    html: [],
  });
}

function inTable(value: string): string {
  return `| A | B |\n|--|--|\n| before ${code(value)} after | end |\n`;
}

function expectOneCell(value: string): void {
  const markdown = inTable(value);
  expectCode(markdown, value, ["A", "B", "before ", " after", "end"]);
  const [table = []] = parsed(markdown).tables;
  expect(table.map((row) => row.map(({ texts }) => texts))).toEqual([
    [["A"], ["B"]],
    [["before ", " after"], ["end"]],
  ]);
}

describe("code", () => {
  describe.each(FRAMES)("$place", ({ before, after, texts }) => {
    const expectShown = (value: string) => expectCode(before + code(value, "text") + after, value, texts);

    test.each(HOSTILE)("shows %j as it is", expectShown);

    test("shows any value as it is", () => {
      fc.assert(fc.property(hostile, expectShown));
    });
  });

  describe("in a table", () => {
    test.each(HOSTILE)("keeps %j in its cell", expectOneCell);

    test.each(["x", "|", "\\|", "`", " "])("keeps %j in its cell however often it is repeated", (text) => {
      expectOneCell(text.repeat(5_000));
    });

    test("keeps any value in its cell", () => {
      fc.assert(fc.property(hostile, expectOneCell), { numRuns: 500 });
    });
  });

  test("names an empty value, since an empty code span does not exist", () => {
    expect(code("")).toBe("(empty)");
  });

  // cmark-gfm, GitHub's parser, knows no longer ones (MAXBACKTICKS) and would show the value as Markdown.
  test.each([80, 81, 5_000])("needs no fence of more than 80 backticks for a run of %i", (length) => {
    const value = `${"`".repeat(length)} @octocat`;
    for (const place of ["text", "table"] as const) {
      expect(code(value, place)).not.toMatch(/^`{81}/);
    }
  });

  test("is quick for long values", () => {
    const started = performance.now();
    expect(code(` ${"a".repeat(50_000)}`)).toHaveLength(50_003);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  // Our comment is found by its marker; a value must not make another one look like it.
  test.each(["text", "table"] as const)("never holds the marker itself: %s", (place) => {
    expect(code(`x ${MARKER} y`, place)).not.toContain(MARKER);
  });
});

describeWith(["CMARK_GFM"], "a code span", () => {
  test("is read by GitHub's own parser, cmark-gfm, as it is by ours", () => {
    const values = [...HOSTILE, ...fc.sample(hostile, { numRuns: 1_000, seed: 1 })];
    const rows = values.map((value) => `| ${code(value)} |`);
    const html = githubHtml(["| A |", "|--|", ...rows].join("\n"));
    const cells = [...html.matchAll(/^<td>(.*)<\/td>$/gm)].map(([, cell = ""]) => shownBy(cell));
    expect(cells).toEqual(values.map((value) => `<code>${visible(value)}</code>`));
  });
});

/** The text of a cell that should hold nothing but one code element. */
function shownBy(cell: string): string {
  const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  return cell
    .replaceAll("<!-- -->", "")
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] as string);
}

describe("visible", () => {
  test.each([
    ["plain text, münchen, 東京 and 🦊", "plain text, münchen, 東京 and 🦊"],
    ["a\u0000b\nc\td\re\u001b[31m", "a␀b␊c␉d␍e␛[31m"],
    ["\u007f", "␡"],
    ["\u0085\u009b", "⟨U+0085⟩⟨U+009B⟩"],
    ["\u202egnp.exe\u2066", "⟨U+202E⟩gnp.exe⟨U+2066⟩"],
    ["a\u200bb\u200d\ufeff\u2060\u061c", "a⟨U+200B⟩b⟨U+200D⟩⟨U+FEFF⟩⟨U+2060⟩⟨U+061C⟩"],
    ["soft\u00adhyphen", "soft⟨U+00AD⟩hyphen"],
    ["tag\u{e0041}", "tag⟨U+E0041⟩"],
    ["\ud800 \udc00 \udc00\ud800", "\ufffd \ufffd \ufffd\ufffd"],
  ])("writes %j as %j", (value, shown) => {
    expect(visible(value)).toBe(shown);
  });

  test("leaves no character that is drawn as nothing, or as a line break", () => {
    const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
    const known = fc.constantFrom(
      "\u034f",
      "\u115f",
      "\u180e",
      "\u3164",
      "\ufe0f",
      "\ufff9",
      "\u{e0020}",
      "\u{1d173}",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, known)), (values) => {
        expect(visible(values.join(""))).not.toMatch(invisible);
      }),
    );
  });

  test("changes nothing when applied again", () => {
    fc.assert(fc.property(hostile, (value) => expect(visible(visible(value))).toBe(visible(value))));
  });
});

describe("shortened", () => {
  const texts = fc.string({ unit: "binary", maxLength: 30 });
  const lengths = fc.integer({ min: 1, max: 20 });

  test("keeps a text that is short enough", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(shortened(text, Math.max(1, [...text].length))).toBe(text);
      }),
    );
  });

  test("cuts between code points and says so", () => {
    fc.assert(
      fc.property(texts, lengths, (text, most) => {
        fc.pre([...text].length > most);
        expect([...shortened(text, most)]).toEqual([...[...text].slice(0, most - 1), "…"]);
      }),
    );
  });
});
