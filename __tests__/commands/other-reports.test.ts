import { describe, expect, test } from "@jest/globals";
import { OtherReports } from "../../src/commands/other-reports.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Report } from "../../src/domain/report.ts";
import { HostenvError } from "../../src/errors.ts";
import { FakeForge, type Left, type World } from "../support/fake-forge.ts";
import { asJson, decision, failedReport, HEAD, reportWith } from "../support/small-report.ts";

const PUSHED = "b".repeat(40);
const APPROVED = "c".repeat(40);
const report = reportWith([decision("shop")]);
const left = (id: number, head: string, document: Report = report): Left => ({
  id,
  head,
  report: asJson({ ...document, headCommit: head }),
});
const headOf = (number: number) => number.toString(16).padStart(40, "0");
const pull = (number: number, head = headOf(number)) => ({ number, head, labels: [] });

async function beside(world: Partial<World>, previous: string | null = PUSHED, of = report) {
  const forge = new FakeForge({ pulls: [pull(7, HEAD)], ...world });
  const found = await new OtherReports(forge).beside(of, 7, previous);
  return { ...found, calls: forge.looked() };
}

const approving = (head: string, id = 1): Partial<World> => ({
  approvals: [{ head, by: { id, login: `user-${id}` } }],
  writers: [1],
});

const root = (...all: Left[]) => ({ "hostenv-plan-root": all });

test("without other reports three questions are asked, and nothing is told", async () => {
  expect(await beside({})).toEqual({
    collisions: [],
    calls: ["reports hostenv-plan-root", "approvals 7", "openPullRequests"],
  });
});

test("tells what is different since the last push and since the last approval", async () => {
  const world = {
    ...approving(APPROVED),
    left: root(left(1, PUSHED, reportWith([])), left(2, APPROVED, reportWith([decision("blog")]))),
  };
  const { sincePush, sinceApproval, calls } = await beside(world);
  expect(sincePush).toMatchObject({ added: [{ subject: "shop" }], removed: [] });
  expect(sinceApproval).toMatchObject({ added: [{ subject: "shop" }], removed: [{ subject: "blog" }] });
  expect(calls).toEqual([
    "reports hostenv-plan-root",
    "approvals 7",
    "mayWrite 1",
    "report 1",
    "report 2",
    "openPullRequests",
  ]);
});

test("an approval by somebody who may not write counts for nothing, and five people are asked at most", async () => {
  const by = (id: number) => ({ head: headOf(id), by: { id, login: `user-${id}` } });
  const strangers = [2, 3, 3, 4].map(by);
  const world = { writers: [1], left: root(left(1, headOf(1)), left(2, headOf(2))) };
  const found = await beside({ ...world, approvals: [...strangers, by(1)] });
  expect(found.sinceApproval).toMatchObject({ added: [], removed: [] });
  const { calls, ...rest } = await beside({ ...world, approvals: [2, 3, 4, 5, 6, 1].map(by) });
  expect(rest).not.toHaveProperty("sinceApproval");
  expect(calls.filter((call) => call.startsWith("mayWrite"))).toHaveLength(5);
});

test("of several reports about a head the latest is read", async () => {
  const { calls } = await beside({ left: root(left(9, PUSHED), left(3, PUSHED)) });
  expect(calls.filter((call) => call.startsWith("report "))).toEqual(["report 9"]);
});

test("a first comment has no last push", async () => {
  expect(await beside({ left: root(left(1, PUSHED)) }, null)).not.toHaveProperty("sincePush");
});

test("reads the artifacts of its own provider", async () => {
  const world = {
    left: { "hostenv-plan-providers-eu": [left(1, PUSHED, { ...report, provider: "providers/eu" })] },
  };
  const { sincePush, calls } = await beside(world, PUSHED, { ...report, provider: "providers/eu" });
  expect(calls[0]).toBe("reports hostenv-plan-providers-eu");
  expect(sincePush).toMatchObject({ added: [], removed: [] });
});

describe("a report that can't be used is left out", () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as JsonValue;
  const [change] = report.changes;
  const bad: [string, JsonValue | HostenvError][] = [
    ["an archive that is broken", new HostenvError("artifact-unusable", "m", "h")],
    ["one that may not be read", new HostenvError("github-forbidden", "m", "h")],
    ["one of another version", { schema: 2 }],
    ["one that was changed", asJson({ ...report, changeIds: [] })],
    ["the failure of a run", asJson(failedReport())],
    ["one of another provider", asJson({ ...report, provider: "other" })],
    [
      "one that is nested to make readers fail",
      { ...(asJson(report) as object), changes: [{ ...change, after: deep }] },
    ],
  ];

  test.each(bad)("%s", async (_, document) => {
    const world = {
      ...approving(PUSHED),
      pulls: [pull(7, HEAD), pull(8)],
      left: root({ id: 1, head: PUSHED, report: document }, { id: 2, head: headOf(8), report: document }),
    };
    const { calls, ...found } = await beside(world);
    expect(found).toEqual({ collisions: [] });
    expect(calls.filter((call) => call.startsWith("report ")).sort()).toEqual([
      "report 1",
      "report 1",
      "report 2",
    ]);
  });

  test("what is a mistake of ours is not taken for one", async () => {
    const world = {
      left: root({ id: 1, head: PUSHED, report: new TypeError("ours") as unknown as HostenvError }),
    };
    await expect(beside(world)).rejects.toThrow("ours");
  });
});

describe("other pull requests", () => {
  test("that touch the same are told, and this one is not", async () => {
    const world = {
      pulls: [pull(9), pull(7, HEAD), pull(8)],
      left: root(left(1, HEAD), left(2, headOf(8)), left(3, headOf(9))),
    };
    const { collisions, calls } = await beside(world);
    expect(collisions?.map(({ pullRequest, units }) => [pullRequest, units])).toEqual([
      [8, report.units.changed],
      [9, report.units.changed],
    ]);
    expect(report.units.changed.length).toBeGreaterThan(0);
    expect(calls).not.toContain("report 1");
  });

  test("are looked at only where their head has a report", async () => {
    const { calls } = await beside({ pulls: [pull(8), pull(9)], left: root(left(2, headOf(9))) });
    expect(calls.filter((call) => call.startsWith("report "))).toEqual(["report 2"]);
  });

  test("are looked at up to twenty, the latest first", async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => 100 - index);
    const world = {
      pulls: numbers.map((number) => pull(number)),
      left: root(
        ...numbers.filter((number) => number % 2 === 0).map((number) => left(number, headOf(number))),
      ),
    };
    const { calls, collisions } = await beside(world);
    const read = calls.filter((call) => call.startsWith("report "));
    expect(read.sort()).toEqual(
      numbers
        .filter((number) => number % 2 === 0 && number > 60)
        .map((number) => `report ${number}`)
        .sort(),
    );
    expect(collisions).toHaveLength(20);
  });
});
