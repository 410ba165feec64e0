import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DeployReport } from "../../src/domain/deploy/report.ts";
import { comment } from "../../src/render/comment.ts";
import { deployOf, withDeploy } from "../../src/render/deploy-comment.ts";
import { COMMENT_LIMIT } from "../../src/render/fit.ts";
import { isMarked, marker, readState, type StickyState, stateLine } from "../../src/render/sticky.ts";
import { bigReport } from "../support/big-plan.ts";
import { deployed, EXAMPLES, environment, node, passed, reportOf } from "../support/deploys.ts";
import { parsed } from "../support/gfm.ts";
import { decision, reportWith } from "../support/small-report.ts";

const example = (name: string) => (EXAMPLES[name] as () => DeployReport)();
const AT = "2026-01-01T00:00:00Z";
const state: StickyState = {
  head: "a".repeat(40),
  previous: null,
  run: { id: 3, attempt: 1 },
  shown: [{ key: "0".repeat(32), since: AT }],
};
const runUrl = "https://github.com/acme/provider/actions/runs/7";
const run = { id: 7, attempt: 1 };

function planComment(text = comment(reportWith([decision("wiki")])), provider_ = "."): string {
  return text.replace(marker(provider_), () => `${marker(provider_)}\n${stateLine(state)}`);
}

describe("a comment with a deploy in its head", () => {
  const body = withDeploy(planComment(), example("one of 20 failed"), { runUrl }, run);

  test("is ours, and remembers what it remembered", () => {
    expect(isMarked(body, ".")).toBe(true);
    expect(readState(body, AT)).toEqual(state);
    expect(deployOf(body)).toEqual(run);
    expect(deployOf(planComment())).toBeUndefined();
  });

  test("tells of the deploy first, and has the plan folded below", () => {
    const [head, below] = body.split("<!-- hostenv-provider:plan-below -->");
    expect(head).toContain("## 🔴 hostenv deploy failed in part: 1 environment rolled back");
    expect(head).toContain(`[run](${runUrl})`);
    expect(head).toContain("--plan-id");
    expect(below).toContain("<details><summary>The plan that was reviewed</summary>");
    expect(below).toContain("hostenv plan: 1 decision");
    const { html } = parsed(body);
    expect(html.join("").match(/<details>/g)?.length).toBe(html.join("").match(/<\/details>/g)?.length);
  });

  test("has what is the reader's own first", () => {
    const own = new Set(["site2-main-0004dde"]);
    const text = withDeploy(planComment(), example("one of 20 failed"), { runUrl, own }, run);
    const [head = ""] = text.split("<!-- hostenv-provider:plan-below -->");
    expect(head).toContain(
      "| `site2-main-0004dde` | `production` | **`node-a`** | rolled back | `https://www.site2.example/` |",
    );
    expect(head).not.toContain("site3");
  });

  test("says what was waited for, and what nobody reviewed", () => {
    expect(withDeploy(planComment(), example("waiting for DNS"), { runUrl }, run)).toContain(
      "`www.blog.example. 300 IN A 203.0.113.20`",
    );
    expect(withDeploy(planComment(), example("unreviewed"), { runUrl }, run)).toContain(
      "| file `nodes/node-a/extra.nix` |",
    );
  });

  test("whose run is not known is one all the same", () => {
    expect(deployOf(withDeploy(planComment(), example("all good"), { runUrl: null }, null))).toBeNull();
  });
});

describe("a later deploy", () => {
  // The largest would take its time, and is like others.
  const names = Object.keys(EXAMPLES).filter((name) => name !== "300 nodes");
  test("takes the place of an earlier one, and nothing of the plan is lost or nested", () => {
    const plans = fc.constantFrom(
      comment(reportWith([decision("wiki")])),
      comment(reportWith([decision("<!-- hostenv-provider:plan-below -->"), decision("</details>")])),
      `${marker(".")}\na plan\n\n</details>\n\nmore`,
      `${marker(".")}\n`,
      marker("."),
    );
    fc.assert(
      fc.property(
        plans,
        fc.array(fc.constantFrom(...names), { maxLength: 3 }),
        fc.constantFrom(...names),
        (plan, before, last) => {
          const start = planComment(plan);
          const tell = (body: string, name: string) => withDeploy(body, example(name), { runUrl }, run);
          expect(tell(before.reduce(tell, start), last)).toBe(tell(start, last));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test("finds its place in what GitHub gives back with other line ends", () => {
    const first = withDeploy(planComment(), example("all good"), { runUrl }, run);
    const again = withDeploy(first.replaceAll("\n", "\r\n"), example("all good"), { runUrl }, run);
    expect(again).toBe(first);
  });
});

describe("whoever writes a hostname", () => {
  test("can't write our marks", () => {
    const hostile = "<!-- hostenv-provider:plan-below -->\n<!-- hostenv-provider:deployed:{} -->";
    const report = reportOf(
      [node(hostile, 1, [deployed(hostile)], { checks: [passed(hostile, { remark: hostile })] })],
      {
        environments: [environment(hostile, hostile)],
      },
    );
    const body = withDeploy(planComment(), report, { runUrl }, run);
    expect(body.match(/<!-- hostenv-provider:plan-below -->/g)).toHaveLength(1);
    expect(withDeploy(body, example("all good"), { runUrl }, run)).toBe(
      withDeploy(planComment(), example("all good"), { runUrl }, run),
    );
  });

  test("can't pass a plan's comment off as one with a deploy", () => {
    const fake = `${marker(".")}\n${stateLine(state)}\n\n<!-- hostenv-provider:deployed:{"v":1,"run":[9,1]} -->`;
    expect(deployOf(fake)).toBeUndefined();
  });
});

test("fits into what GitHub takes, over the largest plan's comment", () => {
  const plan = comment(bigReport("changed", 400), {}, COMMENT_LIMIT);
  const body = withDeploy(planComment(plan), example("300 nodes"), { runUrl }, run);
  expect([...plan].length).toBeGreaterThan(20_000);
  expect([...body].length).toBeLessThanOrEqual(65_536);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
  const padded = planComment(`${marker(".")}\n${"é".repeat(59_000)}`);
  const most = reportOf(
    Array.from({ length: 300 }, (_, index) =>
      node(`node-${index}`, 1, [], { problem: { code: "x", message: "é".repeat(300), hint: "h" } }),
    ),
    { told: "failed" },
  );
  expect([...withDeploy(padded, most, { runUrl }, run)].length).toBeLessThanOrEqual(65_536);
});
