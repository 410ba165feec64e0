import { describe, expect, test } from "@jest/globals";
import { type DeployReport, outcomeOf } from "../../src/domain/deploy/report.ts";
import { deployAnswer } from "../../src/render/deploy-answer.ts";
import { SUMMARY_LIMIT } from "../../src/render/fit.ts";
import { EXAMPLES, node, reportOf, rolledBack } from "../support/deploys.ts";
import { parsed } from "../support/gfm.ts";

const example = (name: string) => (EXAMPLES[name] as () => DeployReport)();

describe("the answer of a deploy", () => {
  test.each([
    ["all good", 0],
    ["waiting for DNS", 0],
    ["dry run", 0],
    ["one of 20 failed", 2],
    ["a node is down", 2],
    ["not answering", 2],
    ["unreviewed", 2],
  ])("to '%s' ends with %i", (name, exitCode) => {
    const report = example(name);
    const answer = deployAnswer(report);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.document).toEqual(outcomeOf(report));
    expect(answer.outputs).toEqual({
      result: report.result,
      "plan-id": report.planId,
      "waiting-for-dns": JSON.stringify(report.waitingForDns),
      "held-back": "[]",
    });
    expect(JSON.parse(answer.files.report?.() ?? "")).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test("names the nodes that wait for a run that was agreed to, and no others that were left", () => {
    const report = { ...example("all good"), result: "held-back" as const, heldBack: ["node-a", "node-b"] };
    const { outputs, exitCode } = deployAnswer({ ...report, awaited: ["node-b"] });
    expect([outputs?.["held-back"], exitCode]).toEqual(['["node-b"]', 0]);
  });

  test("may be no where the report alone does not tell", () => {
    expect(deployAnswer(example("dry run"), { exitCode: 2 }).exitCode).toBe(2);
  });

  test("says in one line what is wrong", () => {
    expect(deployAnswer(example("one of 20 failed")).refusal).toBe(
      "deploy failed in part: 1 environment rolled back · 1 node not begun: see the job summary",
    );
  });

  test("marks what went wrong, the worst first, and no more than GitHub shows", () => {
    const { annotations } = deployAnswer(example("not answering"));
    expect(annotations.map(({ severity, title }) => [severity, title])).toEqual([
      ["error", "shop-main-4155301 on node-a: not answering"],
      ["warning", "wiki-main-77ab310 on node-a: not answering, which only warns"],
    ]);
    const many = reportOf(Array.from({ length: 40 }, (_, index) => node(`n${index}`, 1, [rolledBack("x")])));
    expect(deployAnswer(many).annotations).toHaveLength(10);
  });
});

describe("the job summary", () => {
  const summary = (report: DeployReport, limit = SUMMARY_LIMIT) =>
    deployAnswer(report, { runUrl: "https://github.com/acme/provider/actions/runs/7" }).summary(limit);

  test.each([
    [
      "all good",
      [
        "## ✅ hostenv deployed: 2 nodes · 3 environments",
        "[run](https://github.com/acme/provider/actions/runs/7)",
      ],
    ],
    [
      "one of 20 failed",
      [
        "## 🔴 hostenv deploy failed in part: 1 environment rolled back · 1 node not begun",
        "SQLSTATE[HY000]",
      ],
    ],
    [
      "waiting for DNS",
      [
        "## 🟠 hostenv deployed, waiting for DNS",
        "| `www.blog.example` | `blog-main-a81d04e` | `node-a` → **`node-b`** | `www.blog.example. 300 IN A 203.0.113.20` |",
      ],
    ],
    [
      "unreviewed",
      [
        "**No merged pull request's plan shows 3 changes and 1 moved input**",
        "| file `nodes/node-a/extra.nix` | `/sha256`: `111111111111` → `222222222222` |",
      ],
    ],
    [
      "dry run",
      [
        "**Wave 2**",
        "3. activate the system, with generation `41` to go back to",
        "<summary>What <code>system</code> on <code>node&#45;b</code> would do, by its dry activation</summary>",
        "would restart the following units: nginx.service",
      ],
    ],
    [
      "all good",
      [
        "- what `shop-main-4155301` had on `node-a` before is now in `/home/shop-main-4155301/.local/share.before-20260101T000000Z`: remove it when nobody needs it",
      ],
    ],
    ["300 nodes", ["299 more nodes as wanted.", "site802-main-"]],
  ])("of '%s' says what matters", (name, lines) => {
    const text = summary(example(name));
    expect(lines.filter((line) => !text.includes(line))).toEqual([]);
  });

  test.each(Object.keys(EXAMPLES))("of '%s' has whole tables and closed parts, at every size", (name) => {
    const report = example(name);
    for (const codePoints of [1_000_000, 20_000, 5_000, 2_000]) {
      const text = summary(report, { codePoints, bytes: codePoints * 4 });
      const { html, texts, tables } = parsed(text);
      const tags = html.join("");
      expect(tags.match(/<details>/g)?.length).toBe(tags.match(/<\/details>/g)?.length);
      if (codePoints >= 5_000) expect([...text].length).toBeLessThanOrEqual(codePoints);
      for (const [head, ...rows] of tables)
        expect(rows.filter((row) => row.length !== head?.length)).toEqual([]);
      // A row that broke its table, or a block that was not closed, would stand as text.
      expect(texts.filter((each) => /\||`/.test(each))).toEqual([]);
    }
  });

  test("of what clients and servers say shows text alone", () => {
    const hostile =
      "| @acme/ops <!-- hostenv-provider:plan:. --> #7 [x](http://evil.example) ``` <img src=x>\n## hi";
    const change = {
      id: "0".repeat(64),
      kind: "unit" as const,
      subject: hostile,
      path: hostile,
      before: hostile,
      after: hostile,
    };
    const report: DeployReport = {
      ...reportOf([
        node(hostile, 1, [{ ...rolledBack(hostile, [hostile]) }], {
          problem: { code: "x", message: hostile, hint: hostile },
        }),
      ]),
      waitingForDns: [
        {
          environment: hostile,
          hostname: hostile,
          from: hostile,
          to: hostile,
          record: hostile,
          why: hostile,
        },
      ],
      unreviewed: { changes: [change], pins: [{ name: hostile, before: null, after: null }] },
      environments: [
        {
          name: hostile,
          project: hostile,
          environment: hostile,
          type: hostile,
          host: hostile,
          url: hostile,
          changed: true,
        },
      ],
      steps: [{ host: hostile, wave: 1, steps: [["go to ", hostile, ""]] }],
    };
    for (const result of ["partial", "dry-run"] as const) {
      const { html, texts, links, images } = parsed(summary({ ...report, result }));
      expect(images).toEqual([]);
      expect(links).toEqual(["https://github.com/acme/provider/actions/runs/7"]);
      expect(html.filter((tag) => !/^<\/?(?:details|summary|br)>|^<details><summary>/.test(tag))).toEqual([]);
      expect(texts.filter((text) => /@|#|evil|hi$/.test(text))).toEqual([]);
    }
  });
});
