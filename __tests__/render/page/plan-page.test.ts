import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { finding, say } from "../../../src/domain/findings.ts";
import type { Report } from "../../../src/domain/report.ts";
import { RULES } from "../../../src/domain/rules.ts";
import { visible } from "../../../src/render/escape.ts";
import { environmentAnchor } from "../../../src/render/page/anchors.ts";
import { failurePage } from "../../../src/render/page/failure-page.ts";
import { PAGE_LIMIT, planPage } from "../../../src/render/page/plan-page.ts";
import {
  bigReport,
  type ChangeSet,
  HOSTILE,
  provider,
  reportBetween,
  sideOf,
} from "../../support/big-plan.ts";
import { readPage } from "../../support/page-reader.ts";
import { failedReport, quietReport, reportWith } from "../../support/small-report.ts";

const SETS: readonly ChangeSet[] = ["new", "changed", "removed", "moved", "hostile"];
// The others are no larger.
const LARGE: readonly ChangeSet[] = ["new", "changed", "hostile"];
const CASES = [...SETS.map((set) => [set, 8] as const), ...LARGE.map((set) => [set, 1_000] as const)];

const OURS = new Set(
  "html head meta title style body a header p h1 h2 h3 span code button dl div dt dd nav b form label input select option output main section article ul ol li details summary table thead tbody tr th td pre figure figcaption noscript svg defs marker path text rect g circle script".split(
    " ",
  ),
);

function hashed(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

describe.each(CASES)("%s, %i environments", (set, size) => {
  const report = bigReport(set, size);
  const page = planPage(report);
  const { tags, text, ids, links, style, script } = readPage(page);

  test("is one file of at most 5 MB", () => {
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(5_000_000);
    expect(PAGE_LIMIT.bytes).toBe(5_000_000);
  });

  test("loads nothing, and runs no script and no style but its own", () => {
    const [policy] = tags.flatMap(({ attributes }) =>
      attributes.get("http-equiv") === "Content-Security-Policy" ? [attributes.get("content")] : [],
    );
    expect(policy).toBe(
      `default-src 'none'; style-src ${hashed(style)}; script-src ${hashed(script)}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    const loading = ["src", "srcset", "style", "action", "data", "poster"];
    const attributes = tags.flatMap((tag) => [...tag.attributes.keys()]);
    expect(attributes.filter((name) => loading.includes(name) || name.startsWith("on"))).toEqual([]);
    expect(style).not.toMatch(/url\(|@import/);
    expect(tags.filter(({ name }) => name === "script" || name === "style")).toHaveLength(2);
  });

  test("is the same page, byte by byte, whenever it is made", () => {
    expect(planPage(structuredClone(report)) === page).toBe(true);
  });

  test("has no tag that a value brought", () => {
    expect([...new Set(tags.map(({ name }) => name))].filter((name) => !OURS.has(name))).toEqual([]);
  });

  test("has a place for every environment, once, and every link leads to a place", () => {
    const { added, removed, changed, moved } = report.units;
    const names = [...added, ...removed, ...changed, ...moved.map(({ name }) => name)];
    const places = new Set(ids);
    expect(places.size).toBe(ids.length);
    expect(names.map(environmentAnchor).filter((id) => !places.has(id))).toEqual([]);
    expect(links.filter((link) => !link.startsWith("#") || !places.has(link.slice(1)))).toEqual([]);
  });

  test("says every finding, with why and what to do", () => {
    const words = spoken(text);
    for (const { rule, parts } of report.findings.slice(0, 200)) {
      expect(words).toContain(spoken(parts.map(visible).join("")));
      expect(words).toContain(spoken(RULES[rule].why));
    }
  });
});

// Between tags there may be a space or none.
function spoken(text: string): string {
  return text.replace(/\s+/g, "");
}

describe("a plan's page", () => {
  const report = reportWith([
    finding("uid-changed", { subject: "site0-main-0000000" }, say`uid of ${"site0-main-0000000"} changes`),
    { ...finding("mass-move", { subject: "testing" }, say`all of ${"testing"} move`), allowed: true },
  ]);

  test("tells how to allow what blocks, and nothing of the kind for what is allowed", () => {
    const { text } = readPage(planPage(report));
    expect(text).toContain("hostenv:allow-uid-changed");
    expect(text).toContain("--allow 'uid-changed:site0-main-0000000'");
    expect(text).not.toContain("hostenv:allow-mass-move");
    expect(spoken(text)).toContain("allowedmassmove");
  });

  test("offers no flag to copy for a name that can't be copied", () => {
    const odd = reportWith([finding("uid-changed", { subject: "a\u202eb" }, say`uid changes`)]);
    const { text } = readPage(planPage(odd));
    expect(text).toContain("hostenv:allow-uid-changed");
    expect(text).not.toContain("--allow");
  });

  test("shows the values before and after, and marks what a list gains and loses", () => {
    const base = provider(3);
    const head = { ...base, ports: [22, 443, 8443] };
    const page = planPage(reportBetween(sideOf(base), sideOf(head)));
    expect(page).toContain('<li class="gone">80</li>');
    expect(page).toContain('<li class="new">8443</li>');
  });

  test("has the last verdict on a hostname where it is known", () => {
    const removed = bigReport("removed", 8);
    const [hostname = ""] = removed.hostnames.removed;
    const gate = [
      { hostname, verdict: "mismatch", reason: "elsewhere", since: "2026-02-03T04:05:06Z" } as const,
    ];
    const [row = ""] = planPage({ ...removed, gate })
      .split("\n")
      .filter((line) => line.includes("mismatch"));
    expect(spoken(readPage(row).text)).toContain(`${hostname}`);
    expect(spoken(readPage(row).text)).toContain("mismatchelsewheresince2026-02-03");
    expect(planPage(removed)).toContain("not known");
  });

  test("of no change says so, and lists nothing", () => {
    const { text, ids } = readPage(planPage(quietReport()));
    expect(text).toContain("no change");
    expect(text).toContain("On merge nothing is deployed.");
    expect(ids.filter((id) => id.startsWith("env-"))).toEqual([]);
  });

  test("of an older report, which does not say where environments are, still has them", () => {
    const { placements: _, ...older } = bigReport("changed", 8);
    const { ids } = readPage(planPage(older as Report));
    expect(ids.filter((id) => id.startsWith("env-"))).toHaveLength(8);
  });

  test("leaves out raw JSON first, then facts, and says so", () => {
    const big = bigReport("changed", 50);
    const any = { codePoints: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    const whole = planPage(big, any);
    const facts = planPage(big, { ...any, bytes: Buffer.byteLength(whole) - 1 });
    const lines = planPage(big, { ...any, bytes: Buffer.byteLength(facts) - 1 });
    expect([whole, facts, lines].map((page) => page.includes("Raw JSON"))).toEqual([true, false, false]);
    expect([whole, facts, lines].map((page) => page.includes("What changes in site7"))).toEqual([
      true,
      true,
      false,
    ]);
    expect(lines).toContain("There are too many to show");
  });

  test("draws nodes of many, and sums them up where they are too many", () => {
    const drawn = (count: number) => {
      const base = provider(count);
      const all = sideOf({ ...base, ports: [22] });
      return readPage(planPage(reportBetween(sideOf(base), all))).tags.filter(({ name }) => name === "rect")
        .length;
    };
    expect(drawn(3)).toBe(3);
    expect(drawn(60 * 40)).toBe(60);
    expect(drawn(130 * 40)).toBe(1);
  });
});

test("the page of a failed plan says what went wrong and what to do", () => {
  const page = failurePage(
    failedReport({ provider: "a<b", error: { code: "x-y", message: "1\n<2>", hint: "do & see" } }),
  );
  const { text, tags } = readPage(page);
  for (const words of ["failed", "a<b", "x-y", "1\n<2>", "do & see"]) expect(text).toContain(words);
  expect(tags.filter(({ name }) => !OURS.has(name))).toEqual([]);
});

test("hostile texts stand in a page as they are shown everywhere", () => {
  const { text } = readPage(planPage(bigReport("hostile", 200)));
  const words = spoken(text);
  expect(HOSTILE.filter((each) => !words.includes(spoken(visible(each))))).toEqual([]);
});
