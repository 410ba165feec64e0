import { describe, expect, test } from "@jest/globals";
import { deployOutcomeSchema, isConfirmed } from "../../../src/domain/deploy/outcome.ts";
import {
  type DeployReport,
  deployReportSchema,
  outcomeOf,
  parseDeployReport,
  unchecked,
} from "../../../src/domain/deploy/report.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { EXAMPLES, node, reportOf, resume, rolledBack, unchanged, untried } from "../../support/deploys.ts";

const example = (name: keyof typeof EXAMPLES) => (EXAMPLES[name] as () => DeployReport)();
const copy = (report: unknown) => JSON.parse(JSON.stringify(report)) as JsonValue;

describe("a deploy's report", () => {
  test.each(Object.keys(EXAMPLES))("of '%s' is what its schema says, before and after a file", (name) => {
    const report = example(name);
    expect(deployReportSchema.parse(report)).toEqual(report);
    expect(parseDeployReport(copy(report), "x")).toEqual(report);
    expect(deployOutcomeSchema.parse(copy(outcomeOf(report)))).toEqual(copy(outcomeOf(report)));
  });

  test.each([
    ["all good", "deployed", null],
    ["one of 20 failed", "partial", resume(["node-a", "node-c"])],
    ["a node is down", "partial", resume(["node-10"])],
    ["waiting for DNS", "waiting-for-dns", null],
    ["unreviewed", "unreviewed", null],
    ["first deploy", "partial", resume(["node-a"])],
    ["not answering", "partial", resume(["node-a", "node-c", "node-d"])],
  ])("of '%s' ends as %s", (name, result, left) => {
    const report = example(name);
    expect({ result: report.result, left: report.resume }).toEqual({ result, left });
  });

  test("of a failure leaves the others' generations as they are (faults 53, 76)", () => {
    const [host] = example("one of 20 failed").hosts;
    const results = host?.profiles.map(({ result }) => result) ?? [];
    expect(results.filter((result) => result === "deployed")).toHaveLength(20);
    expect(results.filter((result) => result === "rolled-back")).toHaveLength(1);
  });

  test("says of nodes whose turn never came that it did not", () => {
    const [, later] = example("one of 20 failed").hosts;
    expect(later).toMatchObject({ host: "node-c", wave: 2, result: "skipped", profiles: [] });
  });

  test("tells what nobody checked", () => {
    const report = example("all good");
    expect(report.hosts.map(unchecked)).toEqual([["wiki-main-77ab310"], []]);
    const failing = reportOf([node("a", 1, [rolledBack("x"), untried("y"), unchanged("z")])]);
    expect(failing.hosts.map(unchecked)).toEqual([["z"]]);
  });

  test("that was changed by hand is refused, with the place", () => {
    const broken = { ...example("all good"), hosts: [{ host: "a" }] };
    expect(() => parseDeployReport(copy(broken), "r.json")).toThrow(
      expect.objectContaining({
        code: "deploy-report-schema",
        message: expect.stringContaining("r.json is no deploy report of this version: at /hosts/0/"),
      }),
    );
  });
});

test("what others read has the keys that were promised, and no more", () => {
  const outcome = outcomeOf(example("not answering"));
  expect(Object.keys(outcome)).toEqual(["schema", "planId", "hosts", "waitingForDns", "standing"]);
  const [host] = outcome.hosts;
  expect(Object.keys(host ?? {})).toEqual(["host", "wave", "result", "profiles", "verification"]);
  expect(host?.profiles[1]).toEqual({
    profile: "shop-main-4155301",
    result: "deployed-unverified",
    storePath: `/nix/store/${"new".padEnd(32, "0")}-shop-main-4155301`,
    seconds: 12.4,
  });
  expect(host?.verification[0]).toEqual({
    environment: "shop-main-4155301",
    check: "front",
    passed: false,
    status: 502,
    failures: ["HTTP 502 is above 399"],
    enforced: true,
  });
  expect(isConfirmed(outcome, "shop-main-4155301", "node-a")).toBe(false);
  expect(isConfirmed(outcome, "wiki-main-77ab310", "node-a")).toBe(true);
});
