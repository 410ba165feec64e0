import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Report } from "../../src/domain/report.ts";
import { alsoTaken, before, CommentJob, HEAD, LATER, renumbered, reported } from "../support/comment-job.ts";
import { adding, changing, dropping } from "../support/plan-builder.ts";

let job: CommentJob;
beforeEach(async () => {
  job = await CommentJob.start();
});
afterEach(async () => expect(await job.end()).toEqual([]));

const FIRST_SHOWN = "2026-03-01T12:00:00Z";

describe("labels that allow", () => {
  /** The finding has been shown, then somebody gives the label. */
  async function labelled(by: string, at: string, after: Report) {
    job.api.now = FIRST_SHOWN;
    await job.comment(reported(renumbered));
    job.api.now = undefined;
    job.api.label(7, "hostenv:allow-uid-changed", { by, at });
    return job.comment(after, { run: 101 });
  }

  test("count for what somebody with write access had seen", async () => {
    const { outputs, calls } = await labelled("maintainer", "2026-03-01T12:05:00Z", reported(renumbered));
    expect(outputs.blocked).toBe("false");
    expect(job.body()).toContain("✅");
    expect(job.api.pulls.get(7)?.labels).toEqual(["hostenv:allow-uid-changed", "hostenv:change"]);
    expect(job.api.statuses.at(-1)).toMatchObject({ state: "success" });
    expect(calls.filter((call) => /events|permission/.test(call))).toEqual([
      "GET /issues/7/events",
      "GET /collaborators/maintainer/permission",
    ]);
  });

  test("do not count when given by someone without write access", async () => {
    const { outputs } = await labelled("visitor", "2026-03-01T12:05:00Z", reported(renumbered));
    expect(outputs.blocked).toBe("true");
    expect(job.api.pulls.get(7)?.labels).toContain("hostenv:blocked");
  });

  test("do not count when given before the finding was shown", async () => {
    const { outputs } = await labelled("maintainer", "2026-03-01T11:59:00Z", reported(renumbered));
    expect(outputs.blocked).toBe("true");
  });

  test("do not count for what a later push changes", async () => {
    const again = changing(before, "wiki-main-77ab310", { uid: 1030 });
    const { outputs } = await labelled("maintainer", "2026-03-01T12:05:00Z", reported(again));
    expect(outputs.blocked).toBe("true");
  });

  test("do not count for a name that somebody else has now", async () => {
    job.api.now = FIRST_SHOWN;
    await job.comment(reported(renumbered));
    job.api.now = undefined;
    job.api.label(7, "hostenv:allow-uid-changed", { by: "visitor", at: "2026-03-01T12:05:00Z" });
    const { users } = job.api;
    // The event keeps the id it was made with; the name is a maintainer's now.
    job.api.before(
      "GET",
      /permission$/,
      () => void users.set("visitor", { ...users.get("visitor"), id: 99, permission: "admin" } as never),
    );
    expect((await job.comment(reported(renumbered), { run: 101 })).outputs.blocked).toBe("true");
  });
});

describe("other pull requests and approvals", () => {
  function leave(report: Report, head: string): void {
    job.api.addArtifact({
      name: "hostenv-plan-root",
      workflow_run: { head_sha: head },
      content: { "report.json": JSON.stringify(report) },
    });
  }

  test("that touch the same environment or hostname are named", async () => {
    const other = "d".repeat(40);
    job.api.addPull({ number: 12, head: { sha: other, ref: "other" } });
    leave(reported(dropping(before, "wiki-main-77ab310"), other), other);
    job.api.addPull({ number: 13, head: { sha: "e".repeat(40), ref: "apart" } });
    leave(
      reported(adding(before, { name: "apart-main-1234567", uid: 1020 }), "e".repeat(40)),
      "e".repeat(40),
    );
    const { calls } = await job.comment(reported(renumbered));
    expect(job.body()).toContain("**Also touched by:** #12 (1 environment)");
    expect(job.body()).not.toContain("#13");
    // Besides the storage, which is not GitHub's API.
    expect(calls.filter((call) => /actions|\/pulls$|reviews/.test(call)).sort()).toEqual(
      [
        "GET /actions/artifacts",
        "GET /pulls/7/reviews",
        "GET /pulls",
        "GET /actions/artifacts/N/zip",
        "GET /actions/artifacts/N/zip",
      ].sort(),
    );
  });

  test("are asked for no more than twenty reports", async () => {
    for (let index = 0; index < 40; index++) {
      const head = (1000 + index).toString().padStart(40, "0");
      job.api.addPull({ number: 100 + index, head: { sha: head, ref: `other-${index}` } });
      leave(reported(renumbered, head), head);
    }
    const { calls } = await job.comment(reported(renumbered));
    expect(calls.filter((call) => call.endsWith("/zip")).length).toBe(20);
    expect(job.body()).toContain("and 15 more".replace("and ", ""));
  }, 60_000);

  test("what changed since the last approval is told", async () => {
    leave(reported(renumbered), HEAD);
    job.api.addReview(7, { by: "maintainer", state: "APPROVED", commit_id: HEAD });
    job.api.push(7, LATER);
    await job.comment(reported(alsoTaken, LATER), { head: LATER });
    expect(job.body()).toMatch(/\*\*Since the last approval:\*\* \+ hostname removed/);
  });

  test("reports that are broken, foreign or hostile are left out", async () => {
    const heads = ["1", "2", "3", "4"].map((digit) => digit.repeat(40));
    const broken: (Buffer | Record<string, string>)[] = [
      Buffer.from("no archive"),
      { "report.json": "{" },
      { "report.json": JSON.stringify({ ...reported(renumbered), changeIds: ["0".repeat(64)] }) },
      { "other.json": "{}" },
    ];
    for (const [index, content] of broken.entries()) {
      const head = heads[index] as string;
      job.api.addPull({ number: 20 + index, head: { sha: head, ref: `broken-${index}` } });
      job.api.addArtifact({ name: "hostenv-plan-root", workflow_run: { head_sha: head }, content });
    }
    const { status } = await job.comment(reported(renumbered));
    expect(status).toBe(0);
    expect(job.body()).not.toContain("Also touched by");
  });
});
