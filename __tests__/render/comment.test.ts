import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Finding, finding, say } from "../../src/domain/findings.ts";
import { type Report, reportSchema } from "../../src/domain/report.ts";
import { RULES, type RuleName } from "../../src/domain/rules.ts";
import { emptySide } from "../../src/fleets/hostenv/facts.ts";
import { type CommentContext, comment } from "../../src/render/comment.ts";
import { visible } from "../../src/render/escape.ts";
import { COMMENT_LIMIT } from "../../src/render/fit.ts";
import { environmentAnchor, nodeAnchor } from "../../src/render/page/anchors.ts";
import { planPage } from "../../src/render/page/plan-page.ts";
import { allowLabel, marker } from "../../src/render/sticky.ts";
import {
  bigReport,
  type ChangeSet,
  HOSTILE,
  keyLine,
  type Provider,
  provider,
  reportBetween,
  type Spec,
  sideOf,
} from "../support/big-plan.ts";
import { type Parsed, parsed } from "../support/gfm.ts";
import { readPage } from "../support/page-reader.ts";

const CHANGE_SETS: readonly ChangeSet[] = ["new", "changed", "removed", "moved", "hostile"];
const SIZES = [8, 200, 1_000];
const CASES = CHANGE_SETS.flatMap((set) => SIZES.map((size) => [set, size] as const));

/** Detail levels, from all to least, by what only they and those before them show. */
const LEVELS = ["facts", "environments", "nodes", "merge", "findings"] as const;

function levelOf(found: Parsed): (typeof LEVELS)[number] {
  const heads = headsOf(found);
  if (heads.some((head) => head.includes("Path"))) return "facts";
  if (found.html.some((html) => html.startsWith("<details>"))) return "environments";
  if (heads.some((head) => head.includes("Node"))) return "nodes";
  return found.texts.includes("On merge:") ? "merge" : "findings";
}

function headsOf({ tables }: Parsed): string[][] {
  return tables.map(([head = []]) => head.map(({ texts }) => texts.join("")));
}

/** How many rows the findings need when so many of one rule stand in rows of their own. */
function findingRows(report: Report, rowsPerRule: number): number {
  const sizes = new Map<string, number>();
  for (const { rule, severity, allowed } of attention(report)) {
    const group = `${rule} ${severity} ${allowed}`;
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  return [...sizes.values()].reduce((rows, size) => rows + (size > rowsPerRule ? 1 : size), 0);
}

function attention({ findings }: Report): Finding[] {
  return findings.filter(({ severity }) => severity !== "info");
}

function nodeRows({ hosts }: Report): number {
  return hosts.length <= 10 ? hosts.length : hosts.filter(({ wave }) => wave !== null).length;
}

const COLUMNS: Record<string, number> = { "": 4, Node: 8, What: 2, Environment: 3, Input: 3, Of: 4 };

const OUR_TYPES = new Set(["root", "heading", "paragraph", "strong", "table", "tableRow", "tableCell"]);

/** Whatever the level: nothing is left open and nothing of the fleet's escapes from its code. */
function expectWellFormed(found: Parsed, provider = "."): void {
  const [first, ...html] = found.html;
  expect(first).toBe(marker(provider));
  expect(html.map((tag) => tag.replace(/^<details><summary>[\w ,():]+<\/summary>$/, "<details>"))).toEqual(
    html.map((_, index) => (index % 2 === 0 ? "<details>" : "</details>")),
  );
  expect(html.length % 2).toBe(0);
  expect(found.texts.filter((text) => /[`<>|@#*[\]\\]|\bGH-\d|www\.|:\/\//.test(text))).toEqual([]);
  expect(found.images).toEqual([]);
  expect([...found.types].filter((type) => !OUR_TYPES.has(type))).toEqual([]);
  for (const [head = [], ...rows] of found.tables) {
    const columns = COLUMNS[head[0]?.texts.join("") ?? ""];
    expect([head, ...rows].map((cells) => cells.length)).toEqual([head, ...rows].map(() => columns));
    expect(rows.length).toBeGreaterThan(0);
  }
}

describe.each(CASES)("%s, %i environments", (set, size) => {
  const report = bigReport(set, size);
  const text = comment(report);
  const found = parsed(text);
  const level = levelOf(found);

  test("stays within what GitHub accepts", () => {
    expect([...text].length).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(250_000);
  });

  test("names every finding that needs attention, or says how many are left out", () => {
    const codes = new Set(found.codes);
    const missing = attention(report).filter(({ subject }) => !codes.has(visible(subject)));
    const left = found.texts.flatMap((shown) => /\b(\d+) more, see the full report$/.exec(shown)?.[1] ?? []);
    const leftOut = left.reduce((sum, count) => sum + Number(count), 0);
    // A name that one rule leaves out may stand in another rule's row.
    expect(leftOut).toBeGreaterThanOrEqual(missing.length);
    expect(leftOut > 0).toBe(level === "findings");
  });

  test("shows findings before nodes, and both before what is folded", () => {
    const heads = headsOf(found).map(([first]) => first);
    expect(heads.indexOf("")).toBe(attention(report).length > 0 ? 0 : -1);
    if (level === "facts" || level === "environments" || level === "nodes") {
      expect(heads.indexOf("Node")).toBe(attention(report).length > 0 ? 1 : 0);
    }
    const folded = text.indexOf("\n<details>");
    const lastOpen = Math.max(
      text.indexOf("\n| Node |"),
      text.indexOf("\n| | What |"),
      text.indexOf("**On merge:**"),
    );
    expect(folded < 0 || folded > lastOpen).toBe(true);
  });

  test("has a row for each finding, or group of findings, and for each node", () => {
    const rows = (head: string) =>
      (found.tables[headsOf(found).findIndex(([first]) => first === head)]?.length ?? 1) - 1;
    expect(rows("")).toBe(findingRows(report, level === "merge" || level === "findings" ? 1 : 15));
    expect(rows("Node")).toBe(level === "merge" || level === "findings" ? 0 : nodeRows(report));
  });

  test("leaves nothing open and lets no value out of its code", () => {
    expectWellFormed(found);
    expect(found.links).toEqual([]);
  });
});

describe("levels", () => {
  const url = "https://github.example/acme/hosting/actions/runs/1";

  test.each(CHANGE_SETS)("each of them is reached and well formed: %s", (set) => {
    const report = bigReport(set, 30);
    const places = new Set(["", ...readPage(planPage(report)).ids.map((id) => `#${id}`)]);
    const all = shrinking(report, { reportUrl: url }).map(parsed);
    for (const found of all) {
      expectWellFormed(found);
      expect(found.links).toContain(url);
      expect(found.links.filter((link) => !places.has(link.replace(url, "")))).toEqual([]);
    }
    // What is gone has no facts that say more than that.
    expect([...new Set(all.map(levelOf))]).toEqual(set === "removed" ? LEVELS.slice(1) : LEVELS);
  });

  test("bytes count as well as characters", () => {
    const report = bigReport("changed", 30);
    const all = comment(report);
    const limit = { codePoints: COMMENT_LIMIT.codePoints, bytes: Buffer.byteLength(all) };
    expect(comment(report, {}, limit)).toBe(all);
    expect(levelOf(parsed(comment(report, {}, { ...limit, bytes: limit.bytes - 1 })))).toBe("environments");
  });

  test("a shorter one says where the rest is", () => {
    const limit = { codePoints: 1, bytes: 1 };
    const report = bigReport("changed", 30);
    expect(comment(report, {}, limit)).toMatch(/Not everything fits .* is in the report file\.$/);
    expect(comment(report, { reportUrl: url }, limit)).toContain(`is in [the full report](${url}).`);
  });

  test("names lead to their places in a page that opens", () => {
    const odd = "https://pages.example/a(b)|c/r.html?x=<1>#top";
    const page = "https://pages.example/a%28b%29%7Cc/r.html?x=%3C1%3E";
    const report = bigReport("changed", 3);
    const text = comment(report, { reportUrl: odd });
    expect(text).toContain(`[full report](${page}#top)`);
    const [name = ""] = report.units.changed;
    expect(parsed(text).links).toContain(`${page}#${environmentAnchor(name)}`);
    expect(text).toContain(`| **[\`node-1\`](${page}#${nodeAnchor("node-1")})** |`);
    expectWellFormed(parsed(text));
  });

  test("of a page that opens nowhere, its file and the run that keeps it are named", () => {
    const artifactsUrl = `${url}#artifacts`;
    const report = bigReport("changed", 30);
    const named = `[full report](${artifactsUrl}): \`hostenv-plan-root.html\``;
    expect(comment(report, { artifactsUrl })).toContain(` · ${named}\n`);
    expect(parsed(comment(report, { artifactsUrl })).links).toEqual([artifactsUrl]);
    expect(comment(report, { artifactsUrl, reportUrl: url })).not.toContain("#artifacts");
    const elsewhere = { ...report, provider: "hosting/eu" };
    expect(comment(elsewhere, { artifactsUrl })).toContain("`hostenv-plan-hosting-eu.html`");
  });

  test("the shortest one names some of a rule and counts the rest", () => {
    const { tables } = parsed(comment(bigReport("changed", 90), {}, { codePoints: 1, bytes: 1 }));
    const uids = tables[0]?.map(([, what]) => what).find((cell) => cell?.texts[0] === "uid change");
    expect(uids?.texts[1]).toMatch(/^ \(90\)/);
    expect(uids?.texts.at(-1)).toMatch(
      new RegExp(`\\b${90 - (uids?.codes.length ?? 0)} more, see the full report$`),
    );
  });

  test.each([
    ["plain", "long."],
    ["hostile", "\\|"],
  ])("%s names of any length fit", (_, text) => {
    const lengthen = (spec: Spec) => ({ ...spec, hostnames: [`${text.repeat(6_000)}${spec.uid}`] });
    const base = withSpecs(provider(8), lengthen);
    const head = withSpecs(base, (spec) => ({ ...spec, hostnames: [`www${spec.uid}.example`] }));
    expect([...comment(reportBetween(sideOf(base), sideOf(head)))].length).toBeLessThanOrEqual(60_000);
  });

  test("many findings of every rule fit, whatever they are about", () => {
    const subjects = Array.from({ length: 50 }, (_, index) => `${"\\|".repeat(100)}${index}`);
    const findings = (Object.keys(RULES) as RuleName[]).flatMap((rule) =>
      subjects.map((subject) => ({
        ...finding(rule, { subject, severity: "block" }, []),
        parts: [...say`it is ${subject}`],
      })),
    );
    const text = comment({ ...bigReport("changed", 8), findings });
    expect([...text].length).toBeLessThanOrEqual(60_000);
    expect(parsed(text).tables[0]).toHaveLength(1 + Object.keys(RULES).length);
  });

  test("names of many bytes fit", () => {
    const name = (spec: Spec) => ({ ...spec, name: `münchen-東京-🦊🦊🦊🦊🦊🦊🦊🦊-${spec.uid}` });
    const base = withSpecs(provider(1_000), name);
    const text = comment(reportBetween(sideOf(base), sideOf({ ...base, specs: [] })));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(250_000);
    expectWellFormed(parsed(text));
    expect(text).toContain("`münchen-東京-🦊🦊🦊🦊🦊🦊🦊🦊-1001`");
  });
});

/** Every text a report is given as the limit falls, from long to short. */
function shrinking(report: Report, context: CommentContext): string[] {
  const texts: string[] = [];
  let text = comment(report, context, {
    codePoints: Number.POSITIVE_INFINITY,
    bytes: Number.POSITIVE_INFINITY,
  });
  while (text !== texts.at(-1)) {
    texts.push(text);
    text = comment(report, context, { codePoints: [...text].length - 1, bytes: Number.POSITIVE_INFINITY });
  }
  return texts;
}

function withSpecs(from: Provider, change: (spec: Spec, index: number) => Spec): Provider {
  return { ...from, specs: from.specs.map(change) };
}

/** A report where the first environment, one in production, changes. */
function reportOf(change: (spec: Spec) => Partial<Spec>, options: Parameters<typeof reportBetween>[2] = {}) {
  const base = provider(6);
  const head = withSpecs(base, (spec, index) => (index === 0 ? { ...spec, ...change(spec) } : spec));
  return reportBetween(sideOf(base), sideOf(head), options);
}

const hostnameRemoved = ({ hostnames }: Spec) => ({ hostnames: hostnames.slice(0, 1) });
const hostnameAdded = ({ hostnames }: Spec) => ({ hostnames: [...hostnames, "new.example"] });
const tlsOff = () => ({ tls: false });
const nothing = () => ({});

describe("the marker", () => {
  test("stands first and once, even when values contain it", () => {
    const lines = comment(bigReport("hostile", 90)).split(marker("."));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe("");
  });

  test("of another provider does not stand in the comment either", () => {
    const evil = { name: `evil ${marker("other")}` };
    expect(comment(reportOf(() => evil))).not.toContain(marker("other"));
  });

  const folders = fc.oneof(
    fc.constantFrom(
      ".",
      "a-b",
      "a--b",
      "a%2D%2Db",
      "a---b",
      "-",
      "-->",
      "--!>",
      "ä/東 京",
      "\ud800",
      ...HOSTILE,
    ),
    fc.string({ unit: "binary", minLength: 1 }),
  );

  test("is one hidden line for any folder", () => {
    fc.assert(
      fc.property(folders, (folder) => {
        expect(parsed(`${marker(folder)}\nshown`)).toMatchObject({
          html: [marker(folder)],
          texts: ["shown"],
        });
        expect(marker(folder)).toMatch(/^<!-- (?:(?!--).)* -->$/);
      }),
    );
  });

  test("differs between providers", () => {
    fc.assert(
      fc.property(folders, folders, (left, right) => {
        fc.pre(left !== right && visible(left) === left && visible(right) === right);
        expect(marker(left)).not.toBe(marker(right));
      }),
    );
  });

  test("is followed by the provider's name, unless it is the only one", () => {
    const text = comment(reportOf(tlsOff, { provider: "providers/eu|#1" }));
    expect(text).toMatch(/^<!-- hostenv-provider:plan:providers%2Feu%7C%231 -->\n/);
    expect(text).toContain("## 🟠 hostenv plan for `providers/eu|#1`: 2 to review");
    expect(comment(reportOf(tlsOff))).toContain("## 🟠 hostenv plan: 2 to review");
  });
});

describe("no change", () => {
  test("is one line after the marker", () => {
    expect(comment(reportOf(nothing))).toMatch(
      /^<!-- .* -->\n⚪ \*\*hostenv plan:\*\* no change · `plan [0-9a-f]{8}` · head `a1b2c3d` on `9e8d7c6` · 41 s$/,
    );
  });

  test("names the provider in code", () => {
    const found = parsed(comment(reportOf(nothing, { provider: "**eu**" })));
    expectWellFormed(found, "**eu**");
    expect(found.codes[0]).toBe("**eu**");
  });

  test("does not hide a finding that needs a decision", () => {
    const side = sideOf(
      withSpecs(provider(1), (spec) => ({ ...spec, migrations: [`ghp_${"a".repeat(36)}`] })),
    );
    const report = reportBetween(side, side);
    expect(report.findings).toMatchObject([{ rule: "secret-in-plan" }]);
    expect(comment(report)).toContain(allowLabel("secret-in-plan"));
  });
});

describe("the light", () => {
  test.each([
    ["red where a decision is needed", "🔴", hostnameRemoved, [], "1 decision · "],
    ["orange where something is to review", "🟠", tlsOff, [], "2 to review · "],
    ["green where nothing is", "🟢", hostnameAdded, [], "1 node · 1 environment"],
    ["green where all is allowed", "🟢", hostnameRemoved, ["hostname-removed"], "1 allowed · "],
  ])("is %s", (_, light, change, allow, verdict) => {
    expect(comment(reportOf(change, { allow }))).toContain(`## ${light} hostenv plan: ${verdict}`);
  });
});

describe("findings", () => {
  const row = (text: string) => parsed(text).tables[0]?.[1]?.map(({ texts, codes }) => [...texts, ...codes]);

  test("that block name the label by which they are allowed", () => {
    const text = comment(reportOf(hostnameRemoved));
    expect(text).toContain("**Needs a decision before merge**");
    expect(row(text)?.[0]).toEqual(["🔴"]);
    expect(row(text)?.[3]).toContain("hostenv:allow-hostname-removed");
  });

  test("that are allowed are shown as allowed, and need no decision", () => {
    const text = comment(reportOf(hostnameRemoved, { allow: ["hostname-removed:www.site0.example"] }));
    expect(text).not.toContain("decision");
    expect(row(text)?.[0]).toEqual(["✅"]);
    expect(row(text)?.[3]).toEqual(["allowed"]);
  });

  test("that are allowed stand apart from others of their rule", () => {
    const allow = ["uid-changed:site0-main-0000000"];
    const base = provider(30);
    const head = withSpecs(base, (spec) => ({ ...spec, uid: spec.uid + 100 }));
    const report = reportBetween(sideOf(base), sideOf(head), { allow });
    const { tables } = parsed(comment(report));
    const icons = tables[0]?.slice(1).map(([icon]) => icon?.texts.join(""));
    expect(icons).toEqual(["🔴", "✅"]);
  });

  test("that only inform are folded away", () => {
    const text = comment(reportOf(hostnameAdded));
    expect(headsOf(parsed(text))[0]?.[0]).toBe("Node");
    expect(text.indexOf("new.example")).toBeGreaterThan(text.indexOf("<details><summary>1 note"));
  });

  // A report may come from a stranger's pull request.
  test("show nothing but words and code in any report that is accepted", () => {
    const report = reportOf(tlsOff);
    const words = fc.constantFrom(
      "",
      " ",
      ", ",
      "TLS of ",
      " goes off",
      "www.evil.example",
      "GH-1",
      "(",
      "→",
    );
    const values = fc.constantFrom("", "x", "`", "`y @octocat", "``", "|", ...HOSTILE);
    const pairs = fc.array(fc.tuple(words, values), { maxLength: 4 });
    fc.assert(
      fc.property(pairs, words, (sentence, end) => {
        const parts = [...sentence.flat(), end];
        const findings = report.findings.map((each) => ({ ...each, parts }));
        const read = reportSchema.safeParse({ ...report, findings });
        if (!read.success) return;
        const found = parsed(comment(read.data));
        expectWellFormed(found);
        expect(found.links).toEqual([]);
        const shown = found.tables[0]?.[1]?.[1]?.codes;
        expect(shown).toEqual(sentence.flatMap(([, value]) => (value === "" ? [] : [visible(value)])));
      }),
      { numRuns: 300 },
    );
  });
});

describe("parts that are not known", () => {
  const bare = { headCommit: null, baseCommit: null, nixVersion: null };

  test("are left out", () => {
    const text = comment(reportOf(tlsOff, bare));
    expect(text).toMatch(/\n\n`plan [0-9a-f]{8}` · 41 s\n\n/);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|full report|locked input|Migration card/);
  });

  test("leave no gap where only one of the commits is known", () => {
    expect(comment(reportOf(tlsOff, { ...bare, baseCommit: "0123456789" }))).toContain(
      "` · on `0123456` · 41 s",
    );
    expect(comment(reportOf(tlsOff, { ...bare, headCommit: "0123456789" }))).toContain(
      "` · head `0123456` · 41 s",
    );
  });

  test.each(CHANGE_SETS)("leave no empty section: %s", (set) => {
    const text = comment(bigReport(set, 8));
    expect(text).not.toMatch(/undefined|NaN|\n\n\n|(?:summary|--\|)\n*<\/details>|\| null \|/);
  });
});

describe("nodes", () => {
  test("are shown in bold where they are deployed, with what they gain and lose", () => {
    const base = provider(6);
    const head = withSpecs(base, (spec, index) => (index === 0 ? { ...spec, node: "node-2" } : spec));
    const rows = comment(reportBetween(sideOf(base), sideOf(head)))
      .split("\n")
      .filter((line) => /^\| (?:\*\*)?`node-/.test(line));
    expect(rows).toEqual([
      "| **`node-1`** | 2 → 1 |  |  |  | 1 out | −2 | wave 2 |",
      "| **`node-2`** | 2 → 3 |  |  |  | 1 in | +2 | wave 1 |",
      "| `node-3` | 2 |  |  |  |  |  | not affected |",
    ]);
  });

  test("that are not affected are only counted where there are many", () => {
    const base = provider(480);
    const head = withSpecs(base, (spec, index) => (index === 0 ? { ...spec, tls: false } : spec));
    const text = comment(reportBetween(sideOf(base), sideOf(head)));
    expect(text).toContain("\n\n11 more nodes not affected.\n\n");
    expect(text.match(/^\| (?:\*\*)?`node-/gm)).toHaveLength(1);
  });

  test("of a wave are named up to twelve", () => {
    const report = reportBetween(emptySide, sideOf(provider(600)));
    expect(comment(report)).toMatch(
      /\*\*On merge:\*\* wave 1 (?:`node-\d+`, ){12}3 more ➜ 600 environments /,
    );
  });
});

test("a locked input that moves is shown with both revisions", () => {
  const pin = (rev: string | null) => [{ name: "nix|pkgs", url: "github:NixOS/nixpkgs", rev, narHash: null }];
  const base = sideOf(provider(3), { pins: pin("aaaaaaaaaa") });
  const text = comment(reportBetween(base, sideOf(provider(3), { pins: pin("bbbbbbbbbb") })));
  expect(text).toContain("| `nix\\|pkgs` | `aaaaaaa` | `bbbbbbb` |");
  expectWellFormed(parsed(text));
});

test("a locked input whose history can be read is shown with the number of new commits", () => {
  const pins = (rev: string) => ["a", "b"].map((name) => ({ name, url: "github:o/r", rev, narHash: null }));
  const report = reportBetween(
    sideOf(provider(3), { pins: pins("aaaaaaaaaa") }),
    sideOf(provider(3), { pins: pins("bbbbbbbbbb") }),
  );
  const text = comment({ ...report, revisions: [{ name: "b", commits: 12 }] });
  expect(text).toContain("| `a` | `aaaaaaa` | `bbbbbbb` |\n| `b` | `aaaaaaa` | `bbbbbbb` (12 new commits) |");
  expectWellFormed(parsed(text));
});

test("a key that is added says who gains a login, and where", () => {
  const text = comment(reportOf(({ keys }) => ({ keys: { ...keys, "b@b": keyLine("bob", "@octocat") } })));
  const cell = parsed(text).tables[0]?.[1]?.[1];
  expect(cell?.codes.slice(1)).toEqual(["b@b", "site0-main-0000000", "node-1"]);
});
