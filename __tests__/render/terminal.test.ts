import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { allowancesOf } from "../../src/commands/judge.ts";
import { finding } from "../../src/domain/findings.ts";
import type { Report } from "../../src/domain/report.ts";
import { terminal } from "../../src/render/terminal.ts";
import { bigReport, HOSTILE, provider, reportBetween, type Spec, sideOf } from "../support/big-plan.ts";

/** A report where the first of six environments changes. */
function reportOf(change: (spec: Spec) => Partial<Spec>, allow: readonly string[] = []): Report {
  const base = provider(6);
  const specs = base.specs.map((spec, index) => (index === 0 ? { ...spec, ...change(spec) } : spec));
  return reportBetween(sideOf(base), sideOf({ ...base, specs }), { allow });
}

const hostnameRemoved = ({ hostnames }: Spec) => ({ hostnames: hostnames.slice(0, 1) });

describe("a plan", () => {
  test("is a verdict, findings, nodes, waves and how to allow", () => {
    const change = (spec: Spec) => ({ ...hostnameRemoved(spec), tls: false });
    const text = terminal(reportOf(change), false).replace(/^plan [0-9a-f]{8}/, "plan 01234567");
    expect(text.split("\n")).toEqual([
      "plan 01234567 · 1 decision · 1 to review · 1 node · 1 environment",
      "",
      "✖ hostname-removed  hostname www.site0.example is removed from site0-main-0000000 (production)",
      "▲ tls-disabled      TLS of site0-main-0000000.hosting.test (site0-main-0000000) goes off",
      "",
      "node    environments  +  ~  -  moved  hostnames  deploy",
      "node-1  2                1            −1         wave 1",
      "2 nodes not affected",
      "",
      "On merge: wave 1 node-1",
      "",
      "1 decision open. To allow one: --allow 'hostname-removed:www.site0.example'",
      "",
    ]);
  });

  test("marks what is allowed, and has nothing left to allow", () => {
    const text = terminal(reportOf(hostnameRemoved, ["hostname-removed"]), false);
    expect(text).toContain("\n✔ hostname-removed  hostname ");
    expect(text).not.toContain("--allow");
  });

  test("marks what only informs", () => {
    const text = terminal(
      reportOf(({ hostnames }) => ({ hostnames: [...hostnames, "new.example"] })),
      false,
    );
    expect(text).toContain("\n· hostname-added  hostname new.example is added to site0-main-0000000\n");
  });

  test("without change is one line", () => {
    expect(
      terminal(
        reportOf(() => ({})),
        false,
      ),
    ).toMatch(/^plan [0-9a-f]{8} · no change\n$/);
  });

  test("without change still shows a finding that needs a decision", () => {
    const base = provider(1);
    const specs = base.specs.map((spec) => ({ ...spec, migrations: [`ghp_${"a".repeat(36)}`] }));
    const side = sideOf({ ...base, specs });
    expect(terminal(reportBetween(side, side), false)).toContain("✖ secret-in-plan");
  });
});

describe("columns", () => {
  /** The lines from the head of the node table to the end of its paragraph. */
  function nodeTable(report: Report): string[] {
    const lines = terminal(report, false).split("\n");
    const start = lines.findIndex((line) => line.startsWith("node "));
    return lines.slice(start, lines.indexOf("", start));
  }

  test.each(["new", "changed", "moved"] as const)("of nodes stand below each other: %s", (set) => {
    const [head = "", ...rows] = nodeTable(bigReport(set, 200));
    const starts = [...head.matchAll(/\S+/g)].map(({ index }) => index);
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      const cells = starts.map((start, column) => row.slice(start, starts[column + 1]));
      expect(cells.slice(0, -1).every((cell) => cell.endsWith("  "))).toBe(true);
      expect(cells.join("")).toBe(row);
      expect([cells[0]?.trim(), cells.at(-1)]).toEqual([
        expect.stringMatching(/^node-\d$/),
        expect.stringMatching(/^wave \d$/),
      ]);
    }
  });

  test("of findings stand below each other", () => {
    const report = bigReport("changed", 8);
    const lines = terminal(report, false)
      .split("\n")
      .slice(2, 2 + report.findings.length);
    const starts = lines.map((line, index) => line.indexOf(report.findings[index]?.message ?? "?"));
    expect(new Set(starts)).toEqual(new Set(["✖ hostname-removed  ".length]));
  });
});

describe("colours", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what starts a colour
  const COLOUR = /\u001b\[\d+m/g;

  test.each(["new", "changed", "moved", "hostile"] as const)("change nothing but the looks: %s", (set) => {
    const report = bigReport(set, 8);
    const [plain, painted] = [terminal(report, false), terminal(report, true)];
    expect(painted).not.toBe(plain);
    expect(painted.replace(COLOUR, "")).toBe(plain);
  });

  test("are red for decisions, yellow for warnings and green for what is allowed", () => {
    const change = (spec: Spec) => ({ ...hostnameRemoved(spec), tls: false });
    expect(terminal(reportOf(change), true)).toContain("\n\u001b[31m✖\u001b[39m hostname-removed");
    expect(terminal(reportOf(change), true)).toContain("\n\u001b[33m▲\u001b[39m tls-disabled");
    expect(terminal(reportOf(change, ["hostname-removed"]), true)).toContain("\n\u001b[32m✔\u001b[39m ");
  });
});

describe("hostile values", () => {
  test.each(["hostile", "new"] as const)("bring no control or invisible characters: %s", (set) => {
    const text = terminal(bigReport(set, 200), false);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test("make no lines of their own", () => {
    const report = bigReport("hostile", 90);
    const hosts = report.hosts.filter(({ wave }) => wave !== null).length;
    const lines = terminal(report, false).trimEnd().split("\n");
    const rest = report.hosts.length > hosts ? 1 : 0;
    expect(lines).toHaveLength(2 + report.findings.length + 1 + 1 + hosts + rest + 4);
  });

  // The runner takes `::` at the start of a line, white space before it or not, and `##[` anywhere in it.
  test.each(["::error::boom", "\u00a0::stop-commands::x", " ::group::x", "##[add-mask]a", "x ##[group]y"])(
    "are no workflow commands: %j",
    (name) => {
      const base = { ...provider(6), nodes: [name] };
      const specs = base.specs.map((spec) => ({ ...spec, node: name, hostnames: [name] }));
      const side = (some: number) => sideOf({ ...base, specs: specs.slice(some) });
      for (const line of terminal(reportBetween(side(1), side(2)), false).split("\n")) {
        expect(line.trimStart()).not.toMatch(/^::|##\[/);
      }
    },
  );
});

describe("the hint how to allow", () => {
  /** The words a shell makes of the hint. */
  function wordsOf(text: string): string[] {
    const [, hint = ""] = /To allow one: (.*)\n$/.exec(text) ?? [];
    const run = spawnSync("sh", ["-c", `for word in ${hint}; do printf '%s\\n' "$word"; done`], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    return run.stdout.split("\n").slice(0, -1);
  }

  const quoting = fc.array(
    fc.constantFrom("'", "\\", '"', "$(id)", "`id`", ";", " ", "!", "*", "-", "a", "é", ":"),
  );
  const subjects = fc.oneof(
    quoting.map((pieces) => pieces.join("")),
    fc.constantFrom(
      ...HOSTILE.filter((text) => /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text) && !text.includes("##[")),
    ),
  );

  test("is what --allow takes for the first decision, in any shell", () => {
    const report = reportOf(hostnameRemoved);
    fc.assert(
      fc.property(subjects, (subject) => {
        const found = { ...finding("uid-changed", { subject }, []), parts: [] };
        const words = wordsOf(terminal({ ...report, findings: [found] }, false));
        expect(words).toEqual(["--allow", `uid-changed:${subject}`]);
        expect(allowancesOf(words.slice(1))).toEqual([{ rule: "uid-changed", subject }]);
      }),
    );
  });

  test("counts all decisions", () => {
    expect(terminal(bigReport("changed", 6), false)).toMatch(/\n8 decisions open\. To allow one: /);
  });
});
