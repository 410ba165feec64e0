import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { maskedForms } from "../../src/domain/masks.ts";
import { marker } from "../../src/render/sticky.ts";
import { commandsIn } from "../support/action-runner.ts";
import { bigReport, HOSTILE, reportBetween } from "../support/big-plan.ts";
import {
  alsoTaken,
  BOT,
  before,
  CommentJob,
  HEAD,
  LATER,
  renumbered,
  reported,
  writes,
} from "../support/comment-job.ts";
import { sideWith } from "../support/plan-builder.ts";

let job: CommentJob;
beforeEach(async () => {
  job = await CommentJob.start();
});
afterEach(async () => expect(await job.end()).toEqual([]));

describe("the sticky comment", () => {
  test("is written, labelled and linked from the commit's status", async () => {
    const { status, outputs, calls, stdout } = await job.comment(reported(renumbered));
    expect(`${stdout}${status}`).toMatch(/0$/);
    expect(job.ours()).toHaveLength(1);
    expect(job.body()).toContain("🔴 hostenv plan: 1 decision");
    expect(outputs).toMatchObject({ result: "written", blocked: "true", changed: "true" });
    expect(outputs["comment-url"]).toContain("/pull/7#issuecomment-");
    expect(job.api.pulls.get(7)?.labels).toEqual(["hostenv:blocked"]);
    expect(job.api.statuses).toMatchObject([
      { sha: HEAD, context: "hostenv/plan", state: "failure", target_url: outputs["comment-url"] },
    ]);
    expect(job.api.statuses[0]?.description).toMatch(/^plan [0-9a-f]{8}: 1 decision/);
    // Found, read and written.
    expect(calls.filter((call) => /comments/.test(call))).toEqual([
      "GET /issues/7/comments",
      "POST /issues/7/comments",
    ]);
  });

  test("is edited in place after a push, and says what changed since", async () => {
    job.api.addArtifact({
      name: "hostenv-plan-root",
      workflow_run: { head_sha: HEAD },
      content: { "report.json": JSON.stringify(reported(renumbered)) },
    });
    await job.comment(reported(renumbered));
    job.api.push(7, LATER);
    const { calls, outputs } = await job.comment(reported(alsoTaken, LATER), { run: 101, head: LATER });
    expect(outputs.result).toBe("written");
    expect(job.ours()).toHaveLength(1);
    expect(job.body()).toContain("2 decisions");
    expect(job.body()).toMatch(/\*\*Since the last push:\*\* \+ hostname removed `blog\.example\.org`/);
    expect(calls.filter((call) => /comments/.test(call))).toEqual([
      "GET /issues/7/comments",
      "PATCH /issues/comments/N",
    ]);
    // The label is right already.
    expect(writes(calls)).toEqual(["PATCH /issues/comments/N", `POST /statuses/${LATER}`]);
  });

  test("is one line where nothing changes, and stays when a change is undone", async () => {
    await job.comment(reported(renumbered));
    const { outputs } = await job.comment(reported(before), { run: 101 });
    expect(outputs).toMatchObject({ result: "written", changed: "false" });
    expect(job.ours()).toHaveLength(1);
    expect(
      job
        .body()
        .split("\n")
        .filter((line) => !line.startsWith("<!--")),
    ).toEqual([expect.stringMatching(/^⚪ \*\*hostenv plan:\*\* no change/)]);
    expect(job.api.pulls.get(7)?.labels).toEqual(["hostenv:no-change"]);
    expect(job.api.statuses.at(-1)).toMatchObject({ state: "success" });
  });

  test("is not written again where it says the same", async () => {
    await job.comment(reported(renumbered));
    const { outputs, calls } = await job.comment(reported(renumbered));
    expect(outputs.result).toBe("unchanged");
    expect(writes(calls)).toEqual([`POST /statuses/${HEAD}`]);
  });

  test("is found on the second page of 130 comments with three calls, and written first after them with three", async () => {
    job.chatter(65);
    const first = await job.comment(reported(renumbered));
    expect(first.calls.filter((call) => /comments/.test(call))).toHaveLength(2);
    job.api.comments.splice(0);
    job.chatter(110);
    job.api.addComment(7, { by: BOT, body: `${marker(".")}\nold` });
    job.chatter(20);
    const second = await job.comment(reported(alsoTaken));
    expect(second.calls.filter((call) => /comments/.test(call))).toEqual([
      "GET /issues/7/comments",
      "GET /issues/7/comments",
      "PATCH /issues/comments/N",
    ]);
    expect(job.ours()).toHaveLength(1);
    job.api.comments.splice(0);
    job.chatter(130);
    const third = await job.comment(reported(renumbered));
    expect(third.calls.filter((call) => /comments/.test(call))).toHaveLength(3);
  });

  test("is found on page four", async () => {
    job.chatter(350);
    job.api.addComment(7, { by: BOT, body: `${marker(".")}\nold` });
    job.chatter(5);
    await job.comment(reported(renumbered));
    expect(job.ours()).toHaveLength(1);
    expect(job.body()).toContain("1 decision");
  });

  test("is never one that somebody else wrote with our marker", async () => {
    const forged = job.api.addComment(7, { by: "visitor", body: `${marker(".")}\n## 🟢 all is well` });
    await job.comment(reported(renumbered));
    expect(forged.body).toContain("all is well");
    expect(job.ours().map(({ user }) => user)).toEqual(["visitor", BOT]);
  });

  test("remains once where two runs wrote it", async () => {
    const [kept] = [1, 2].map(() => job.api.addComment(7, { by: BOT, body: `${marker(".")}\nold` }));
    await job.comment(reported(renumbered));
    expect(job.ours().map(({ id }) => id)).toEqual([kept?.id]);
    expect(job.body()).toContain("1 decision");
  });

  test("tells who must be named when the token is another user's", async () => {
    job.api.addUser({ login: "our-bot", id: 4711, type: "Bot", permission: "write" });
    job.api.addToken("other-token", "our-bot");
    const inputs = { "github-token": "other-token" };
    const { stdout } = await job.comment(reported(renumbered), { inputs });
    expect(stdout).toContain("set comment-author-id to 4711");
    await job.comment(reported(alsoTaken), { inputs: { ...inputs, "comment-author-id": "4711" } });
    expect(job.ours()).toHaveLength(1);
  });

  test("of several providers are several, with labels and statuses of their own", async () => {
    await job.comment(reported(renumbered));
    await job.comment(reported(before, HEAD, "hosting/eu"), {
      inputs: { "working-directory": "./hosting/eu/" },
    });
    expect(job.api.comments.map((each) => each.body.split("\n")[0])).toEqual([
      marker("."),
      marker("hosting/eu"),
    ]);
    expect(job.api.pulls.get(7)?.labels).toEqual(["hostenv:blocked", "hostenv:no-change:hosting/eu"]);
    expect(job.api.statuses.map(({ context }) => context)).toEqual([
      "hostenv/plan",
      "hostenv/plan (hosting/eu)",
    ]);
  });

  test("fits where a thousand environments change", async () => {
    for (const set of ["new", "changed", "removed", "hostile"] as const) {
      const report = { ...bigReport(set, 1_000), headCommit: HEAD, provider: "." };
      const { status, stdout } = await job.comment(report);
      expect({ set, status, stdout: stdout.slice(0, 500) }).toMatchObject({ status: 0 });
      expect([...job.body()].length).toBeLessThanOrEqual(60_000);
      expect(Buffer.byteLength(job.body())).toBeLessThanOrEqual(250_000);
    }
    expect(job.ours()).toHaveLength(1);
  }, 120_000);
});

describe("a report is data", () => {
  const good = () => JSON.parse(JSON.stringify(reported(renumbered)));
  const cases: [string, () => unknown, RegExp][] = [
    ["no JSON", () => "{", /\[file-not-json\]/],
    ["an unknown key", () => ({ ...good(), pullRequest: 1 }), /\[report-schema\]/],
    [
      "a sentence that brings Markdown",
      () => {
        const report = good();
        report.findings[0].parts[0] = "![x](https://evil.example/) ";
        return report;
      },
      /words between values.*\[report-schema\]/,
    ],
    ["a report about another folder", () => reported(renumbered, HEAD, "elsewhere"), /\[report-foreign\]/],
    [
      "a change whose id is another's",
      () => {
        const report = good();
        report.changes[0].after = 1099;
        return report;
      },
      /\[report-changed\]/,
    ],
    [
      "deep nesting",
      () => `{"schema":1,"changes":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      /\[(?:file-too-deep|report-schema)\]/,
    ],
    ["a prototype", () => `{"__proto__":{"schema":1}}`, /\[(?:report-schema|file-prototype-key)\]/],
    ["65 MiB", () => `{"schema":"${"x".repeat(65 * 1024 * 1024)}"}`, /\[file-too-large\]/],
  ];

  test.each(cases)("%s is refused before GitHub is asked", async (_, document, expected) => {
    const { status, stdout, calls } = await job.comment(document());
    expect(status).toBe(1);
    expect(stdout).toMatch(expected);
    expect(stdout).not.toContain("[internal]");
    expect(calls).toEqual([]);
  });

  test("values that mean something to Markdown, GitHub or a runner stay text", async () => {
    const specs = HOSTILE.map((text, index) => ({
      name: `hostile-${index}`,
      uid: 1100 + index,
      hosts: { [`h${index}${text}`]: { tls: true } },
    }));
    const report = reportBetween(
      sideWith(before),
      sideWith({ environments: [...(before.environments ?? []), ...specs] }),
      {
        headCommit: HEAD,
        provider: ".",
      },
    );
    const { stdout, outputs } = await job.comment(report);
    expect(outputs.result).toBe("written");
    expect(commandsIn(stdout).sort()).toEqual(
      maskedForms("test-token")
        .map((form) => `::add-mask::${form}`)
        .sort(),
    );
    expect(job.ours()).toHaveLength(1);
  });

  test("of a failed plan says that nothing is known", async () => {
    await job.comment(reported(renumbered));
    const failure = {
      schema: 1,
      failed: true,
      provider: ".",
      headCommit: HEAD,
      toolVersion: "0.1.0",
      error: { code: "no-node", message: "no node for `x` @team <!-- -->", hint: "set provider.nodeFor" },
    };
    const { status, outputs } = await job.comment(failure, { run: 101 });
    expect([status, outputs.result, outputs.blocked]).toEqual([0, "written", ""]);
    expect(job.ours()).toHaveLength(1);
    expect(job.body()).toContain("## 🔴 hostenv plan: failed");
    expect(job.api.pulls.get(7)?.labels).toEqual(["hostenv:failed"]);
    expect(job.api.statuses.at(-1)).toMatchObject({ state: "error", description: "failed: no-node" });
  });

  test("of wrong use says which input is missing", async () => {
    const { stdout, status } = await job.comment(reported(renumbered), { event: {} });
    expect([status, stdout]).toEqual([1, expect.stringContaining("[usage] hint: name it: --pull-request N")]);
    const { stdout: second } = await job.runner.run("comment", {});
    expect(second).toContain("::error::the input report is not given");
  });
});
