import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DiskFiles } from "../../src/adapters/disk-files.ts";
import { GitCommits } from "../../src/adapters/git-commits.ts";
import { GithubForge } from "../../src/adapters/github-forge.ts";
import { GithubMerges } from "../../src/adapters/github-merges.ts";
import { MOST_COMMITS, MOST_REPORTS, type ReviewWish, reviewOf } from "../../src/commands/deploy-review.ts";
import { type Change, changeId } from "../../src/domain/changes.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import type { Report } from "../../src/domain/report.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { hastyClient } from "../support/issue-world.ts";
import { asJson, failedReport, quietReport } from "../support/small-report.ts";

let api: GithubApi;
let folder: string;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  })
    .toString()
    .trim();
function commit(message: string): string {
  git("commit", "--quiet", "--allow-empty", "--message", message);
  const sha = git("rev-parse", "HEAD");
  api.commits.add(sha);
  return sha;
}

const change = (path: string, after = "x"): Change => ({
  id: changeId("unit", "shop", path, after),
  kind: "unit",
  subject: "shop",
  path,
  before: null,
  after,
});
const pin: Pin = { name: "acme__shop", url: "github:acme/shop", rev: "2".repeat(40), narHash: "sha256-2" };

function reportOn(head: string, changes: readonly Change[], more: Partial<Report> = {}): Report {
  const told = { changes: changes.map((each) => ({ ...each })), changeIds: changes.map(({ id }) => id) };
  return { ...quietReport(), headCommit: head, ...told, ...more };
}

/** A pull request with a plan's report on its head, merged as the commit that is made now. */
function pull(changes: readonly Change[], more: Partial<Report> = {}, base = "main") {
  const made = api.addPull({ base: { ref: base } });
  leave(made.head.sha, reportOn(made.head.sha, changes, more));
  const sha = commit(`merge #${made.number}`);
  api.merge(made.number, { by: "alice", sha });
  return { number: made.number, head: made.head.sha, sha };
}
function leave(
  head: string,
  report: object,
  name = "hostenv-plan-root",
  more: { expired?: boolean; created_at?: string; run?: number } = {},
) {
  const content = { "report.json": JSON.stringify(report) };
  const { run, ...rest } = more;
  const workflow_run = { head_sha: head, ...(run === undefined ? {} : { id: run }) };
  return api.addArtifact({ name, workflow_run, content, ...rest });
}

let live: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-review-"));
  api = await startGithubApi();
  git("init", "--quiet", "--initial-branch=main");
  live = commit("live");
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
  expect(api.violations).toEqual([]);
});

const wish = (changes: readonly Change[], more: Partial<ReviewWish> = {}): ReviewWish => ({
  wanted: { changes, pinMoves: [] },
  live: [live],
  provider: ".",
  branch: "main",
  files: [],
  ...more,
});
function review(given: ReviewWish, where = folder) {
  const client = hastyClient(api);
  const forge = {
    merges: new GithubMerges(client, "acme", "provider", "hostenv-plan.yml"),
    reports: new GithubForge(client, "acme", "provider"),
  };
  return reviewOf(given, { files: new DiskFiles(), commits: new GitCommits(where), forge });
}
const paths = ({ unreviewed }: Awaited<ReturnType<typeof review>>) =>
  unreviewed.changes.map(({ path }) => path);

describe("what merged pull requests showed is reviewed", () => {
  test("whether they were merged, squashed, or queued", async () => {
    const one = pull([change("/a")]);
    // As a merge, with the branch's own commits behind it.
    git("checkout", "--quiet", "-b", "work");
    const branch = commit("on the branch");
    git("checkout", "--quiet", "main");
    git("merge", "--quiet", "--no-ff", "--message", "merge", "work");
    const two = api.addPull({ head: { sha: branch } });
    leave(branch, reportOn(branch, [change("/b")]));
    api.merge(two.number, { by: "queue[bot]", sha: git("rev-parse", "HEAD") });
    api.commits.add(git("rev-parse", "HEAD"));
    const found = await review(wish([change("/a"), change("/b")]));
    expect(paths(found)).toEqual([]);
    expect(found.pulls.map(({ number }) => number)).toEqual([one.number, two.number]);
    expect(found.notices).toEqual([]);
  });

  test("or rebased, as several commits", async () => {
    const made = api.addPull();
    leave(made.head.sha, reportOn(made.head.sha, [change("/a")]));
    made.commits.push(commit("rebased 1"), commit("rebased 2"));
    api.merge(made.number, { by: "alice", sha: git("rev-parse", "HEAD") });
    const found = await review(wish([change("/a")]));
    expect([paths(found), found.pulls.length]).toEqual([[], 1]);
    expect(api.requests.filter(({ path }) => path.endsWith("/zip"))).toHaveLength(1);
  });

  test("with pins, by their revision and hash", async () => {
    const moves = [{ name: pin.name, before: null, after: pin }];
    pull([], { pins: { base: [], head: [{ ...pin }] } });
    const found = await review(wish([], { wanted: { changes: [], pinMoves: moves } }));
    expect(found.unreviewed.pinMoves).toEqual([]);
    const other = [{ name: pin.name, before: null, after: { ...pin, rev: "3".repeat(40) } }];
    const second = await review(wish([], { wanted: { changes: [], pinMoves: other } }));
    expect(second.unreviewed.pinMoves).toEqual(other);
  });

  test("of several nodes, from the oldest that is live on", async () => {
    pull([change("/a")]);
    const second = pull([change("/b")]);
    const third = pull([change("/c")]);
    const found = await review(wish([change("/a"), change("/c")], { live: [second.sha, live] }));
    expect(paths(found)).toEqual([]);
    const later = await review(wish([change("/a"), change("/c")], { live: [second.sha] }));
    expect(paths(later)).toEqual(["/a"]);
    expect(later.pulls.map(({ number }) => number)).toEqual([third.number]);
  });

  test("by the latest report on the last commit of its branch", async () => {
    const made = pull([change("/a")]);
    leave(made.head, reportOn(made.head, [change("/b")]), "hostenv-plan-root", {
      created_at: "2099-01-01T00:00:00Z",
    });
    expect(paths(await review(wish([change("/a"), change("/b")])))).toEqual(["/a"]);
  });
});

describe("what nobody saw is found:", () => {
  test("what was pushed", async () => {
    pull([change("/a")]);
    commit("pushed");
    const found = await review(wish([change("/a"), change("/pushed")]));
    expect(paths(found)).toEqual(["/pushed"]);
  });

  test("what is on a pull request that is open, or was closed", async () => {
    const open = api.addPull();
    leave(open.head.sha, reportOn(open.head.sha, [change("/a")]));
    open.commits.push(commit("pushed to main, too"));
    expect(paths(await review(wish([change("/a")])))).toEqual(["/a"]);
  });

  test("what was merged into another branch", async () => {
    pull([change("/a")], {}, "staging");
    expect(paths(await review(wish([change("/a")])))).toEqual(["/a"]);
  });

  test("what another provider's report shows", async () => {
    const made = api.addPull();
    leave(made.head.sha, reportOn(made.head.sha, [change("/a")], { provider: "eu" }));
    leave(made.head.sha, reportOn(made.head.sha, [change("/a")], { provider: "eu" }), "hostenv-plan-eu");
    api.merge(made.number, { by: "alice", sha: commit("merge") });
    const found = await review(wish([change("/a")]));
    expect(paths(found)).toEqual(["/a"]);
    expect(found.notices).toEqual([
      expect.stringMatching(/^there is no plan report on the last commit of #1: /),
    ]);
    expect(paths(await review(wish([change("/a")], { provider: "eu" })))).toEqual([]);
  });

  test.each<[string, (head: string) => void]>([
    ["is gone", () => {}],
    [
      "has expired",
      (head) => void leave(head, reportOn(head, [change("/a")]), "hostenv-plan-root", { expired: true }),
    ],
    ["is broken", (head) => void leave(head, { schema: 1 })],
    ["is of a plan that failed", (head) => void leave(head, failedReport())],
    [
      "was forged",
      (head) => void leave(head, { ...reportOn(head, [change("/a")]), changeIds: ["0".repeat(64)] }),
    ],
  ])("what stands in a report that %s", async (_, leaving) => {
    const made = api.addPull();
    leaving(made.head.sha);
    api.merge(made.number, { by: "alice", sha: commit("merge") });
    const found = await review(wish([change("/a")]));
    expect(paths(found)).toEqual(["/a"]);
    expect(found.pulls).toEqual([{ number: made.number, report: null }]);
  });

  test.each([
    ["another workflow's run", { workflow: "forge.yml", event: "pull_request" }],
    ["the plan's workflow, started by a push", { workflow: "hostenv-plan.yml", event: "push" }],
    [
      "the plan's workflow, started by hand",
      { workflow: "hostenv-plan.yml", event: "workflow_dispatch", by: "alice" },
    ],
    [
      "the plan's workflow on another commit",
      { workflow: "hostenv-plan.yml", event: "pull_request", head_sha: "9".repeat(40) },
    ],
  ])("what stands in a report that was left by %s, and its own stays", async (_, run) => {
    const made = pull([change("/a")]);
    const { id } = api.addWorkflowRun({ head_sha: made.head, ...run });
    const later = { run: id, created_at: "2099-01-01T00:00:00Z" };
    leave(made.head, reportOn(made.head, [change("/a"), change("/forged")]), "hostenv-plan-root", later);
    expect(paths(await review(wish([change("/a"), change("/forged")])))).toEqual(["/forged"]);
  });

  test("nothing that the plan's workflow showed where a job started it, as of what a client pushed", async () => {
    const made = api.addPull();
    const started = { workflow: "hostenv-plan.yml", event: "workflow_dispatch", by: "github-actions[bot]" };
    const { id } = api.addWorkflowRun({ head_sha: made.head.sha, ...started });
    leave(made.head.sha, reportOn(made.head.sha, [change("/a")]), "hostenv-plan-root", { run: id });
    api.merge(made.number, { by: "alice", sha: commit("merge") });
    expect(paths(await review(wish([change("/a"), change("/b")])))).toEqual(["/b"]);
  });

  test("a report behind more forged ones of its commit than are looked at", async () => {
    const made = pull([change("/a")]);
    const { id } = api.addWorkflowRun({ head_sha: made.head, workflow: "forge.yml" });
    const forge = () =>
      leave(made.head, reportOn(made.head, [change("/a")]), "hostenv-plan-root", {
        run: id,
        created_at: "2099-01-01T00:00:00Z",
      });
    for (let count = 0; count < 4; count++) forge();
    expect(paths(await review(wish([change("/a")])))).toEqual([]);
    forge();
    expect(paths(await review(wish([change("/a")])))).toEqual(["/a"]);
  });

  test("what lies further back than is looked", async () => {
    pull([change("/a")]);
    for (let count = 0; count < MOST_COMMITS; count++) commit("pushed");
    const found = await review(wish([change("/a")]));
    expect(paths(found)).toEqual(["/a"]);
    expect(found.notices).toEqual([
      expect.stringMatching(/^reviews are looked for in the 50 latest commits only: /),
    ]);
  }, 60_000);

  test("a commit that GitHub does not know", async () => {
    git("commit", "--quiet", "--allow-empty", "--message", "not pushed");
    expect(paths(await review(wish([change("/a")])))).toEqual(["/a"]);
  });
});

test("a report is found behind hundreds of others, and no more are read than are said", async () => {
  const made = pull([change("/a")]);
  for (let count = 0; count < 250; count++) leave(`${count}`.padStart(40, "0"), {});
  const found = await review(wish([change("/a")]));
  expect([paths(found), found.pulls[0]?.number]).toEqual([[], made.number]);
  for (let count = 0; count < MOST_REPORTS; count++) pull([change(`/${count}`)]);
  const more = await review(wish([change("/a"), change("/0")]));
  expect(paths(more)).toEqual(["/a"]);
  expect(more.notices[0]).toMatch(/^31 pull requests are deployed at once/);
}, 60_000);

describe("files with reports", () => {
  const write = (name: string, report: Parameters<typeof asJson>[0]) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(asJson(report)));
    return path;
  };
  const local = (given: ReviewWish) =>
    reviewOf(given, { files: new DiskFiles(), commits: new GitCommits(folder), forge: null });

  test("count where there is no GitHub to ask, the last one most", async () => {
    const files = [
      write("a.json", reportOn("a", [change("/a", "1"), change("/b")])),
      write("b.json", reportOn("b", [change("/a", "2")])),
    ];
    const wanted = [change("/a", "1"), change("/b"), change("/c")];
    expect(paths(await local(wish(wanted, { files })))).toEqual(["/a", "/c"]);
  });

  test("count besides what GitHub has", async () => {
    pull([change("/a")]);
    const files = [write("b.json", reportOn("b", [change("/b")]))];
    expect(paths(await review(wish([change("/a"), change("/b")], { files })))).toEqual([]);
  });

  test.each([
    ["of a failed plan", failedReport(), "report-failed"],
    ["of another provider", reportOn("a", [], { provider: "eu" }), "report-foreign"],
    ["that was forged", { ...reportOn("a", [change("/a")]), changeIds: [] }, "report-changed"],
  ])("%s are refused", async (_, report, code) => {
    await expect(local(wish([], { files: [write("x.json", report)] }))).rejects.toMatchObject({ code });
  });
});

test("an outage of GitHub is no verdict", async () => {
  pull([change("/a")]);
  api.fault({ path: /\/pulls$/, times: 99, status: 502 });
  await expect(review(wish([change("/a")]))).rejects.toMatchObject({ code: "github-unreachable" });
});
