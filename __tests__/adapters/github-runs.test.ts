import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GithubRuns } from "../../src/adapters/github-runs.ts";
import { scheduleAge } from "../../src/commands/schedule-age.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { hastyClient } from "../support/issue-world.ts";

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

const runs = () => new GithubRuns(hastyClient(api), "acme", "provider");
const at = (hour: string) => `2026-03-01T${hour}:00Z`;

describe("the last run of a schedule", () => {
  test("is the latest that came to an end, whatever it said", async () => {
    api.addWorkflowRun({ created_at: at("08:00") });
    api.addWorkflowRun({ created_at: at("09:00"), conclusion: "failure", id: 77 });
    api.addWorkflowRun({ created_at: at("10:00"), conclusion: "cancelled" });
    api.addWorkflowRun({ created_at: at("10:10"), conclusion: "skipped" });
    api.addWorkflowRun({ created_at: at("10:20"), status: "in_progress", conclusion: null });
    api.addWorkflowRun({ created_at: at("10:30"), event: "workflow_dispatch" });
    api.addWorkflowRun({ created_at: at("10:40"), workflow: "other.yml" });
    expect(await runs().lastScheduled("dns.yml")).toEqual({
      startedAt: new Date(at("09:00")),
      url: "https://github.com/acme/provider/actions/runs/77",
    });
    expect(api.requests).toHaveLength(1);
  });

  test("is none where only others ran", async () => {
    api.addWorkflowRun({ event: "push" });
    expect(await runs().lastScheduled("dns.yml")).toBeNull();
  });
});

describe("its age", () => {
  const ageAt = (now: string, expectedEvery = 6) => {
    const clock = { now: () => new Date(now), seconds: () => 0 };
    const question = { workflow: ".github/workflows/dns.yml", expectedEvery };
    return scheduleAge(question, { runs: runs(), clock });
  };

  test("is told where it is older than expected, and only there", async () => {
    api.addWorkflowRun({ created_at: at("01:00") });
    expect(await ageAt(at("07:00"))).toEqual({ late: null, notices: [] });
    const { late, notices } = await ageAt(at("09:59"));
    expect(late).toMatch(
      /^the schedule of dns\.yml last started a run 8 hours ago, and one is expected every 6 /,
    );
    expect(notices).toEqual([]);
    expect((await ageAt(at("09:59"), 9)).late).toBeNull();
  });

  test("is nothing before the first run", async () => {
    api.addWorkflowRun({ event: "push" });
    expect(await ageAt(at("09:00"))).toEqual({ late: null, notices: [] });
  });

  test("is a notice where the token may not know it", async () => {
    api.addWorkflowRun();
    api.fault({ status: 403, body: { message: "Resource not accessible by integration" } });
    const { late, notices } = await ageAt(at("09:00"));
    expect(late).toBeNull();
    expect(notices).toEqual([
      "the schedule's last run is not known: GitHub does not list runs of the workflow dns.yml: Resource not " +
        "accessible by integration: the token needs `actions: read`",
    ]);
  });

  test("is a notice, too, of a workflow that GitHub does not know and where it does not answer", async () => {
    expect((await ageAt(at("09:00"))).notices).toHaveLength(1);
    api.fault({ status: 502 });
    expect((await ageAt(at("09:00"))).notices).toHaveLength(1);
  });
});
