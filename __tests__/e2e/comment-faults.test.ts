import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  alsoTaken,
  before,
  CommentJob,
  HEAD,
  LATER,
  renumbered,
  reported,
  writes,
} from "../support/comment-job.ts";

let job: CommentJob;
beforeEach(async () => {
  job = await CommentJob.start();
});
afterEach(async () => expect(await job.end()).toEqual([]));

describe("runs that meet", () => {
  test("a head that moved while planning leaves the newer comment alone", async () => {
    job.api.push(7, LATER);
    const { outputs, calls, stdout, status } = await job.comment(reported(renumbered));
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ result: "superseded", "comment-url": "" });
    expect(stdout).toContain(
      `::notice::the report is about ${HEAD}, and the pull request's head is ${LATER}`,
    );
    expect(writes(calls)).toEqual([]);
  });

  test("a head that moves between reading and writing, too", async () => {
    await job.comment(reported(renumbered));
    const text = job.body();
    job.api.before("GET", /\/pulls\/7$/, () => void job.api.push(7, LATER));
    const { outputs } = await job.comment(reported(alsoTaken), { run: 101 });
    expect(outputs.result).toBe("superseded");
    expect(job.body()).toBe(text);
  });

  test("an older run of the same head does not overwrite a newer one's comment", async () => {
    await job.comment(reported(alsoTaken), { run: 200 });
    const text = job.body();
    const { outputs, calls } = await job.comment(reported(renumbered), { run: 199 });
    expect(outputs.result).toBe("superseded");
    expect(job.body()).toBe(text);
    expect(writes(calls)).toEqual([]);
  });
});

describe("GitHub's faults", () => {
  test("502 after the comment was created: exactly one comment", async () => {
    job.api.fault({ method: "POST", path: /\/comments$/, status: 502, apply: true });
    const { status, outputs } = await job.comment(reported(renumbered));
    expect(status).toBe(0);
    expect(outputs["comment-url"]).toContain("#issuecomment-");
    expect(job.ours()).toHaveLength(1);
  });

  test("502 before it was created: written by the second attempt", async () => {
    job.api.fault({ method: "POST", path: /\/comments$/, status: 502 });
    expect((await job.comment(reported(renumbered))).outputs.result).toBe("written");
    expect(job.ours()).toHaveLength(1);
  });

  test("a closed connection after it was created: exactly one comment", async () => {
    job.api.fault({ method: "POST", path: /\/comments$/, drop: true, apply: true });
    expect((await job.comment(reported(renumbered))).outputs.result).toBe("written");
    expect(job.ours()).toHaveLength(1);
  });

  test("500 while reading is tried again", async () => {
    job.api.fault({ method: "GET", path: /\/pulls\/7$/, status: 500 });
    expect((await job.comment(reported(renumbered))).outputs.result).toBe("written");
  });

  test("a secondary rate limit is waited for as long as it says", async () => {
    job.api.secondaryRateLimit({ method: "POST", path: /\/comments$/, retryAfter: 2 });
    const { stderr, outputs } = await job.comment(reported(renumbered));
    expect(stderr).toContain("secondary rate limit is reached: trying again in 2 s");
    expect(outputs.result).toBe("written");
    expect(job.ours()).toHaveLength(1);
  });

  test("a secondary rate limit that says nothing is waited for a minute", async () => {
    job.api.secondaryRateLimit({ method: "POST", path: /\/comments$/ });
    const { stderr, outputs } = await job.comment(reported(renumbered));
    expect(stderr).toContain("trying again in 60 s");
    expect(outputs.result).toBe("written");
  }, 120_000);

  test("a limit that ends too late is told, and nothing is written", async () => {
    job.api.primaryRateLimit({ resetIn: 1800, times: 100 });
    const { status, stdout } = await job.comment(reported(renumbered));
    expect(status).toBe(1);
    expect(stdout).toMatch(/::error::GitHub does not .*\[github-limited\] hint: /);
    expect(job.api.comments).toEqual([]);
  });

  test("a token that may not write: green, with a notice that says which right it needs", async () => {
    job.api.readOnly();
    const { status, outputs, stdout } = await job.comment(reported(renumbered));
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ result: "read-only", blocked: "true", "comment-url": "" });
    expect(stdout).toMatch(/::notice::.*the token needs `pull-requests: write`/);
    expect(job.api.comments).toEqual([]);
  });

  test("a token without the right to read artifacts or write statuses: the comment all the same", async () => {
    const forbidden = { status: 403, times: 10, body: { message: "Resource not accessible by integration" } };
    job.api.fault({ ...forbidden, path: /\/actions\/artifacts/ });
    job.api.fault({ ...forbidden, path: /\/statuses\// });
    const { outputs, stdout } = await job.comment(reported(renumbered));
    expect(outputs.result).toBe("written");
    expect(stdout).toMatch(/::notice::.*`actions: read`/);
    expect(stdout).toMatch(/::notice::.*`statuses: write`/);
    expect(job.body()).not.toContain("Since the last push");
  });
});

describe("after another workflow's run", () => {
  const runEvent = (head: string, more: object = {}) => ({
    workflow_run: {
      id: 55,
      run_attempt: 1,
      event: "pull_request",
      head_sha: head,
      head_branch: "topic",
      head_repository: { owner: { login: "stranger" } },
      html_url: "https://github.com/acme/provider/actions/runs/55",
      ...more,
    },
  });

  beforeEach(() => {
    job.api.addPull({ number: 30, head: { sha: HEAD, ref: "topic", repo: "stranger/provider" } });
  });

  test("the pull request is the one whose head the run was for", async () => {
    const { outputs } = await job.comment(reported(renumbered), { event: runEvent(HEAD) });
    expect(outputs.result).toBe("written");
    expect(job.ours().map(({ number }) => number)).toEqual([30]);
    const run = "https://github.com/acme/provider/actions/runs/55";
    expect(job.body()).toContain(`[full report](${run}#artifacts): \`hostenv-plan-root.html\``);
  });

  test("a report about another commit is not believed", async () => {
    const { outputs, calls } = await job.comment(reported(renumbered, LATER), { event: runEvent(HEAD) });
    expect(outputs.result).toBe("superseded");
    expect(writes(calls)).toEqual([]);
  });

  test("a push of the same commit says nothing about it", async () => {
    const event = runEvent(HEAD, { event: "push" });
    const { outputs, calls } = await job.comment(reported(before), { event });
    expect([outputs.result, calls]).toEqual(["none", []]);
  });

  test("a branch with two pull requests is not guessed at", async () => {
    job.api.addPull({
      number: 31,
      head: { sha: HEAD, ref: "topic", repo: "stranger/provider" },
      base: { ref: "release" },
    });
    const { status, stdout, calls } = await job.comment(reported(renumbered), { event: runEvent(HEAD) });
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining("[pull-request-ambiguous] hint: close all but one"),
    ]);
    expect(writes(calls)).toEqual([]);
  });

  test("a token that may not even read gives a notice", async () => {
    const body = { message: "Resource not accessible by integration" };
    job.api.fault({ path: /\/comments/, status: 403, times: 9, body });
    const { status, outputs, stdout } = await job.comment(reported(renumbered));
    expect([status, outputs.result]).toEqual([0, "read-only"]);
    expect(stdout).toMatch(/::notice::.*the token needs `pull-requests: write`/);
  });

  test("without an open pull request nothing happens", async () => {
    const event = runEvent(HEAD, { head_branch: "gone" });
    const { status, outputs, stdout } = await job.comment(reported(renumbered), { event });
    expect([status, outputs.result]).toEqual([0, "none"]);
    expect(stdout).toContain("::notice::there is no open pull request for this commit");
  });
});
