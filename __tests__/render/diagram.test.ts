import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Report } from "../../src/domain/report.ts";
import type { HostRow } from "../../src/domain/review.ts";
import { fleetMap } from "../../src/render/diagram.ts";
import { bigReport, HOSTILE, provider, reportBetween, sideOf } from "../support/big-plan.ts";
import { parsed } from "../support/gfm.ts";

const quiet = reportBetween(sideOf(provider(1)), sideOf(provider(1)));

const row = (host: string, wave: number | null, given: Partial<HostRow> = {}): HostRow => ({
  host,
  unitsBefore: 2,
  unitsAfter: 2,
  added: 0,
  changed: 0,
  removed: 0,
  movedIn: 0,
  movedOut: 0,
  hostnamesAdded: 0,
  hostnamesRemoved: 0,
  wave,
  ...given,
});

/** A report with these nodes, whose waves are those the rows tell, and these moves. */
function reportWith(hosts: HostRow[], moves: readonly (readonly [from: string, to: string])[] = []): Report {
  const count = Math.max(0, ...hosts.map(({ wave }) => wave ?? 0));
  const waves = Array.from({ length: count }, (_, index) =>
    hosts.filter(({ wave }) => wave === index + 1).map(({ host }) => host),
  );
  const moved = moves.map(([from, to], index) => ({ name: `unit${index}`, from, to }));
  return { ...quiet, hosts, waves, affectedHosts: waves.flat(), units: { ...quiet.units, moved } };
}

const nodes = (count: number, wave: number | null) =>
  Array.from({ length: count }, (_, index) => row(`node-${index}`, wave));

test("shows waves as boxes, what is changed, and moves as arrows", () => {
  const hosts = [
    row("node-a", 2, { unitsBefore: 3, unitsAfter: 2, changed: 1, movedOut: 1 }),
    row("node-b", 1, { unitsBefore: 0, unitsAfter: 1, added: 1 }),
    row("node-c", null),
  ];
  const moves = [
    ["node-a", "node-b"],
    ["node-a", "node-b"],
  ] as const;
  expect(fleetMap(reportWith(hosts, moves))?.split("\n")).toEqual([
    "```mermaid",
    "flowchart LR",
    '  subgraph w1["wave 1"]',
    '    n1["node-b<br/>0 → 1 environment<br/>+1"]',
    "  end",
    '  subgraph w2["wave 2"]',
    '    n0["node-a<br/>3 → 2 environments<br/>1 changed"]',
    "  end",
    '  n2["node-c<br/>2 environments"]',
    '  n0 -- "2 moved" --> n1',
    "  classDef changed stroke:#bf8700,stroke-width:3px",
    "  class n0,n1 changed",
    "```",
  ]);
});

describe("is left out", () => {
  test("where nothing is deployed", () => {
    expect(fleetMap(reportWith(nodes(3, null)))).toBeNull();
  });

  test("where more than 40 nodes would stand in it", () => {
    expect(fleetMap(reportWith(nodes(40, 1)))).not.toBeNull();
    expect(fleetMap(reportWith(nodes(41, 1)))).toBeNull();
  });
});

test("nodes that are not affected are shown in a small fleet only", () => {
  const fleet = (count: number) => reportWith([row("changed", 1), ...nodes(count - 1, null)]);
  const boxes = (report: Report) => fleetMap(report)?.match(/^ +n\d+\["/gm);
  expect(boxes(fleet(12))).toHaveLength(12);
  expect(boxes(fleet(13))).toHaveLength(1);
});

test("an arrow never leads to a node that is not shown", () => {
  const report = reportWith(
    [row("a", 1), ...nodes(20, null)],
    [
      ["a", "node-3"],
      ["gone", "a"],
    ],
  );
  expect(fleetMap(report)).not.toContain("-->");
});

// What Mermaid, Markdown and GitHub's sandbox would read as more than a name.
const SYNTAX = [
  '"]; click n0 "https://evil.example"',
  "x\n```\n@octocat\n",
  "x\r\n```\r\n# Heading",
  "~~~",
  "%%{init: {'securityLevel': 'loose'}}%%",
  "end",
  "subgraph",
  "<script>",
  "a<br/>b",
  "#quot;#93;",
  "#35;",
  "a;b",
  "\u2028x",
  "\u202egnp",
  "`**bold**`",
];
const names = fc.oneof(
  fc.constantFrom(...SYNTAX, ...HOSTILE),
  fc.tuple(fc.constantFrom(...SYNTAX), fc.string({ unit: "binary" })).map((parts) => parts.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 100 }),
);

describe("whatever nodes are called", () => {
  const LINE = {
    box: /^ +n\d+\["(?:[\p{L}\p{N}.-]|#\d+;|…)*<br\/>(?:\d+ → )?\d+ environments?(?:<br\/>[+−\d ,changed]+)?"\]$/u,
    frame:
      /^ {2}(?:subgraph w\d+\["wave \d+"\]|end|classDef changed [#:\w,-]+|class n\d+(?:,n\d+)* changed)$/,
    arrow: /^ {2}n\d+ -- "\d+ moved" --> n\d+$/,
  };

  test("nothing but our own lines stands in the map", () => {
    const fleets = fc.uniqueArray(names, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fleets, (all) => {
        const hosts = all.map((name, index) =>
          row(name, index % 3 === 0 ? null : index % 3, { added: index }),
        );
        const map = fleetMap(
          reportWith(
            [row("a", 1), ...hosts],
            all.map((name) => [name, "a"] as const),
          ),
        );
        const [open, kind, ...lines] = map?.split("\n") ?? [];
        expect([open, kind, lines.pop()]).toEqual(["```mermaid", "flowchart LR", "```"]);
        const strange = lines.filter((line) => !Object.values(LINE).some((known) => known.test(line)));
        expect(strange.map((line) => line.replaceAll("…", ""))).toEqual([]);
      }),
    );
  });

  test("the fence is one block of code, and what follows is text", () => {
    fc.assert(
      fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 12 }), (all) => {
        const map = fleetMap(reportWith(all.map((name) => row(name, 1)))) as string;
        const found = parsed(`before\n\n${map}\n\nafter`);
        expect(found.codes).toEqual([map.split("\n").slice(1, -1).join("\n")]);
        expect(found.texts).toEqual(["before", "after"]);
        expect(found.html).toEqual([]);
      }),
    );
  });

  test("a name can be read again from its box", () => {
    const map = fleetMap(reportWith([row('a"b#1;|<c>', 1)])) as string;
    const shown = /n0\["(.*?)<br\/>/.exec(map)?.[1];
    expect(shown?.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))).toBe(
      'a"b#1;|<c>',
    );
  });

  test("the map stays below the 50,000 characters that Mermaid takes", () => {
    for (const bit of [...HOSTILE, "🦊", '"']) {
      const hosts = Array.from({ length: 40 }, (_, index) => row(`${index}${bit.repeat(500)}`, 1));
      expect(fleetMap(reportWith(hosts))?.length).toBeLessThan(50_000);
    }
  });
});

test.each(["new", "changed", "removed", "moved", "hostile"] as const)("of a whole fleet: %s", (set) => {
  const report = bigReport(set, 30);
  const map = fleetMap(report) as string;
  expect(map.match(/^ +n\d+\["/gm)).toHaveLength(report.hosts.length);
  expect(map.match(/^ {2}subgraph /gm)).toHaveLength(report.waves.length);
});
