import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Act, staged } from "../support/act.ts";
import { Example } from "../support/example.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { NIXES } from "../support/nix.ts";
import { describeWith } from "../support/tools.ts";
import { forProjects, reusable } from "../support/workflows.ts";

const MINUTE = 60_000;

describe("what act is given of the workflows", () => {
  test.each([...reusable(), ...forProjects()].map(({ path, text }) => [path, text]))(
    "differs from %s in what it can't parse alone",
    (_, text) => {
      const [shipped, given] = [text.split("\n"), staged(text).split("\n")];
      const kept = shipped.filter((line) => !/^ +queue: max$/.test(line));
      expect(given.length).toBe(kept.length);
      const changed = kept.flatMap((line, index) =>
        line === given[index] ? [] : [[line.trim(), given[index]?.trim()]],
      );
      for (const [before, after] of changed)
        expect(after).toBe(
          before
            ?.replace(/^uses: \$\/(.+)$/, "uses: hostenv/provider-actions/$1@v1")
            .replace(/^(concurrency: \{ group: [\w-]+), queue: max \}$/, "$1 }"),
        );
      expect(text.match(/uses: \$\/|, queue: max/g)?.length).toBe(changed.length);
    },
  );
});

const nix = NIXES.findLast(({ program }) => program !== undefined)?.program;
const TITLE = "the callers of a pull request, run by act";
const block = () => {
  let example: Example;
  let act: Act;
  let api: GithubApi;
  let [base, head, merged] = ["", "", ""];

  beforeAll(() => {
    example = new Example(nix as string);
    [base, head] = ["main", "change"].map((name) => example.git(["rev-parse", name]).trim()) as [
      string,
      string,
    ];
    const merge = ["commit-tree", `${head}^{tree}`, "-p", base, "-p", head, "-m", "Merge"];
    merged = example.git(merge).trim();
    example.git(["update-ref", "refs/pull/7/merge", merged]);
    example.git(["config", "uploadpack.allowAnySHA1InWant", "true"]);
  }, 3 * MINUTE);
  afterAll(() => example?.remove());
  beforeEach(async () => {
    [act, api] = [new Act(), await startGithubApi()];
    api.addUser({ login: "maintainer", id: 11, permission: "write" });
    api.addPull({ number: 7, head: { sha: head, ref: "change" }, base: { sha: base } });
  });
  afterEach(async () => {
    act.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  const repository = () => ({
    id: 1,
    full_name: api.repository.full_name,
    name: "provider",
    owner: { login: "acme" },
  });
  const run = (caller: string, event: string, payload: object) => {
    const env = { ...example.env, TEST_ORIGIN: `file://${example.provider}`, TEST_REF: "refs/pull/7/merge" };
    return act.run(caller, { event, payload: { repository: repository(), ...payload }, env, api });
  };

  /** The event of pull request 7, of this repository or of a fork's. */
  function pullRequest(from: number) {
    const [ours, theirs] = [
      { sha: base, ref: "main", repo: { id: 1 } },
      { sha: head, ref: "change", repo: { id: from } },
    ];
    return run("plan", "pull_request", {
      action: "opened",
      number: 7,
      pull_request: { number: 7, base: ours, head: theirs },
    });
  }

  /** The end of a plan's run on the fork's branch. */
  function planned(from: number, conclusion = "failure") {
    const workflow_run = {
      ...{
        id: 100,
        run_attempt: 1,
        event: "pull_request",
        conclusion,
        head_sha: head,
        head_branch: "change",
      },
      head_repository: { id: from, owner: { login: "stranger" } },
      html_url: "https://github.com/acme/provider/actions/runs/100",
    };
    return run("plan-comment", "workflow_run", { action: "completed", workflow_run });
  }

  test(
    "plans with the job that reads, and comments with the job that writes",
    async () => {
      const { status, jobs, said } = await pullRequest(1);
      // The example's change needs a decision: the plan's job is red, and says so all the same.
      expect({ status, jobs, said: jobs.length === 2 ? "" : said }).toEqual({
        status: 1,
        jobs: [
          ["plan", "failure"],
          ["comment", "success"],
        ],
        said: "",
      });
      expect(api.comments.map(({ number, user }) => [number, user])).toEqual([[7, "github-actions[bot]"]]);
      expect(api.comments[0]?.body).toContain("🔴 hostenv plan: 1 decision");
      expect(api.comments[0]?.body).toContain(`head \`${head.slice(0, 7)}\` on \`${base.slice(0, 7)}\``);
      // The page opens where the comment leads.
      expect(api.comments[0]?.body).toMatch(
        /https:\/\/github\.test\/artifacts\/hostenv-plan-root\.html#(?:env|node)-/,
      );
      expect(api.pulls.get(7)?.labels).toEqual(["hostenv:blocked"]);
      expect(api.statuses.map(({ sha, context, state }) => [sha, context, state])).toEqual([
        [head, "hostenv/plan", "failure"],
      ]);
      expect(readdirSync(act.artifacts).sort()).toEqual(["hostenv-plan-root", "hostenv-plan-root.html"]);
      expect(readdirSync(join(act.artifacts, "hostenv-plan-root"))).toEqual(["report.json"]);
      // Nothing is broken where something is to be decided.
      expect(said).not.toMatch(/^doctor: /m);
    },
    4 * MINUTE,
  );

  test(
    "says what is broken where there is no plan, and comments that there is none",
    async () => {
      const blob = example.git(["hash-object", "-w", "--stdin"], example.provider, "{ outputs = ").trim();
      const index = { GIT_INDEX_FILE: join(example.folder, "broken-index") };
      example.git(["read-tree", merged], example.provider, "", index);
      example.git(["update-index", "--cacheinfo", `100644,${blob},flake.nix`], example.provider, "", index);
      const tree = example.git(["write-tree"], example.provider, "", index).trim();
      const parents = ["-p", base, "-p", head, "-m", "Broken"];
      example.git(["update-ref", "refs/pull/7/merge", example.git(["commit-tree", tree, ...parents]).trim()]);
      try {
        const { jobs, said } = await pullRequest(1);
        expect(jobs).toEqual([
          ["plan", "failure"],
          ["comment", "success"],
        ]);
        expect(said).toMatch(/^doctor: /m);
        expect(api.comments[0]?.body).toContain("syntax error");
      } finally {
        example.git(["update-ref", "refs/pull/7/merge", merged]);
      }
    },
    4 * MINUTE,
  );

  test(
    "comments on a stranger's pull request by the second workflow alone, and not on what is none of it",
    async () => {
      api.pulls.delete(7);
      api.addPull({
        number: 7,
        head: { sha: head, ref: "change", repo: "stranger/provider" },
        base: { sha: base },
      });
      expect((await pullRequest(2)).jobs).toEqual([["plan", "failure"]]);
      expect(api.requests.filter(({ method }) => method !== "GET")).toEqual([]);
      expect((await planned(2, "cancelled")).jobs).toEqual([]);
      expect((await planned(1)).jobs).toEqual([]);
      expect(api.comments).toEqual([]);
      const { status, jobs } = await planned(2);
      expect({ status, jobs }).toEqual({ status: 0, jobs: [["comment", "success"]] });
      expect(api.comments[0]?.body).toContain("🔴 hostenv plan: 1 decision");
      const [first] = api.comments.map(({ body }) => body);
      // The report is the stranger's to write: one about another commit, and one that is none.
      const path = join(act.artifacts, "hostenv-plan-root/report.json");
      const forged = { ...JSON.parse(readFileSync(path, "utf8")), headCommit: base, changed: false };
      for (const text of [JSON.stringify(forged), '{"schema":1}', "no report"]) {
        writeFileSync(path, text);
        await planned(2);
      }
      expect(api.comments.map(({ body }) => body)).toEqual([first]);
      expect(api.statuses.map(({ sha }) => sha)).toEqual([head]);
    },
    6 * MINUTE,
  );

  test(
    "gives an entry of a merge queue its status, and says nothing in its pull request",
    async () => {
      api.commits.add(merged);
      const head_ref = `refs/heads/gh-readonly-queue/main/pr-7-${base}`;
      const { jobs } = await run("plan", "merge_group", {
        merge_group: { head_sha: merged, base_sha: base, head_ref },
      });
      expect(jobs).toEqual([
        ["plan", "failure"],
        ["comment", "success"],
      ]);
      expect(api.statuses.map(({ sha, context, state }) => [sha, context, state])).toEqual([
        [merged, "hostenv/plan", "failure"],
      ]);
      expect(api.comments).toEqual([]);
    },
    4 * MINUTE,
  );
};

if (nix === undefined) describe.skip(`${TITLE} (needs Nix)`, block);
else describeWith(["ACT"], TITLE, block);
