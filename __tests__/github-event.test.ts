import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  commentDefaults,
  currentEvent,
  planDefaults,
  pullRequestNumber,
  pushDefaults,
} from "../src/github-event.ts";

const folder = mkdtempSync(join(tmpdir(), "hostenv-event-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [HEAD, BASE] = ["a".repeat(40), "b".repeat(40)] as const;

function eventOf(event: object) {
  const path = join(folder, "event.json");
  writeFileSync(path, JSON.stringify(event));
  return currentEvent({ GITHUB_EVENT_PATH: path });
}

const queue = (headRef: string) =>
  eventOf({ action: "checks_requested", merge_group: { head_sha: HEAD, base_sha: BASE, head_ref: headRef } });

describe("an entry of a merge queue", () => {
  const event = queue(`refs/heads/gh-readonly-queue/release/2.x/pr-104-${BASE}`);

  test("is compared with what it is merged onto, and counts the labels of its pull request", () => {
    expect(planDefaults(event)).toEqual({ base: BASE });
    expect(pullRequestNumber(event)).toBe(104);
  });

  test("is what a commit status is for, and no pull request's comment", () => {
    const run = { GITHUB_RUN_ID: "7", GITHUB_RUN_ATTEMPT: "2" };
    expect(commentDefaults(event, run)).toEqual({ queued: HEAD, run: { id: 7, attempt: 2 } });
  });

  test.each(["refs/heads/main", "refs/heads/pr-7-abc", "refs/heads/gh-readonly-queue/main/pr-x-abc", ""])(
    "of a branch that is none of a queue's has no pull request: %s",
    (ref) => expect(pullRequestNumber(queue(ref))).toBeNull(),
  );

  test("that lacks its commits is told", () => {
    expect(() => eventOf({ merge_group: { head_sha: HEAD, head_ref: "x" } })).toThrow("merge_group.base_sha");
  });
});

test("a pull request's number is the event's own", () => {
  const pull = { base: { sha: BASE, repo: { id: 1 } }, head: { sha: HEAD, repo: null } };
  expect(pullRequestNumber(eventOf({ pull_request: { number: 7, ...pull } }))).toBe(7);
  expect(pullRequestNumber(eventOf({}))).toBeNull();
});

describe("a workflow that was started for a pull request", () => {
  const event = eventOf({ inputs: { "pull-request": "12", base: BASE } });

  test("is compared with the commit before it, whatever it was told, and counts the labels of that pull request", () => {
    expect([planDefaults(event), pullRequestNumber(event)]).toEqual([{ base: "HEAD^" }, 12]);
  });

  test("comments there on the commit that the report is about", () => {
    expect(commentDefaults(event, {})).toEqual({ pullRequest: 12 });
  });

  test.each(["0", "-1", "1e3", "12 ", "x", "12345678901", ""])("is for none where it says '%s'", (number) => {
    expect(pullRequestNumber(eventOf({ inputs: { "pull-request": number } }))).toBeNull();
  });

  test("with other inputs, or none, is for none", () => {
    for (const inputs of [{ "plan-id": "x" }, {}, null])
      expect([planDefaults(eventOf({ inputs })), pullRequestNumber(eventOf({ inputs }))]).toEqual([{}, null]);
  });
});

describe("a client's push", () => {
  test("is what the payload says, as far as it is text", () => {
    const client_payload = { repository: "a/b", ref: "refs/heads/x", sha: HEAD, before: BASE, deleted: true };
    expect(pushDefaults(eventOf({ client_payload }))).toEqual({
      project: "a/b",
      ref: "refs/heads/x",
      sha: HEAD,
      deleted: true,
    });
    const odd = {
      repository: { toString: 1 },
      ref: ["x"],
      sha: null,
      deleted: "yes",
      proposal: "/etc/passwd",
    };
    expect(pushDefaults(eventOf({ client_payload: odd }))).toEqual({});
  });

  test("is what was typed where it was started by hand", () => {
    const inputs = { project: "a/b", ref: "main", deleted: "true" };
    expect(pushDefaults(eventOf({ inputs }))).toEqual({ project: "a/b", ref: "main", deleted: true });
    expect(pushDefaults(eventOf({ inputs: { ...inputs, deleted: "false" } }))).not.toHaveProperty("deleted");
    expect(pushDefaults(eventOf({}))).toEqual({});
  });
});
