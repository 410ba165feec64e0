import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { deployReportSchema } from "../../src/domain/deploy/report.ts";
import { reportSchema } from "../../src/domain/report.ts";
import { Act } from "../support/act.ts";
import { Deployable } from "../support/deployable.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { KEEPER, ProtectedOrigin, STATE } from "../support/protected-origin.ts";
import { nameservers } from "../support/resolv-conf.ts";
import { describeWith, tool } from "../support/tools.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const BOT = "github-actions[bot]";
const NIX = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);

const TITLE = "callers with state-branch on a main that takes no push, run by act";
const block = () => {
  let fleet: Deployable;
  let origin: ProtectedOrigin;
  let act: Act;
  let api: GithubApi;
  const main = () => origin.at("refs/heads/main") as string;
  const tip = () => origin.at(`refs/heads/${STATE}`);

  beforeAll(async () => {
    fleet = await Deployable.start(NIX);
    fleet.run(["golden-check", "--update"]);
    fleet.git(["rm", "-r", "--quiet", "--cached", "generated"]);
    fleet.git(["add", "--all", ":!generated"]);
    fleet.git(["commit", "--quiet", "--message", "No snapshot here"]);
    fleet.git(["clean", "--quiet", "-fdx", "generated"]);
    fleet.git(["checkout", "--quiet", "-b", "note"]);
    fleet.write("nodes/node-a/note.nix", '"second"');
    fleet.git(["commit", "--quiet", "--all", "--message", "A note"]);
    fleet.git(["checkout", "--quiet", "main"]);
    origin = new ProtectedOrigin(fleet);
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true");
  }, 5 * MINUTE);
  afterAll(async () => fleet?.stop());
  beforeEach(async () => {
    [act, api] = [new Act(), await startGithubApi()];
    api.addUser({ login: "maintainer", id: 11, permission: "write" });
  });
  afterEach(async () => {
    act.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  /** A run of a caller whose user added one line, and takes tools and secrets from the runner. */
  function run(caller: string, event: string, payload: object, reference = "refs/heads/main") {
    const own = caller === "deploy" ? { tools: "" } : {};
    return act.run(caller, {
      event,
      payload: {
        repository: {
          id: 1,
          full_name: api.repository.full_name,
          name: "provider",
          owner: { login: "acme" },
        },
        ref: reference,
        ...payload,
      },
      env: { ...fleet.env, TEST_ORIGIN: `file://${origin.path}`, TEST_REF: reference },
      api,
      inputs: { "state-branch": STATE, ...(caller === "plan" ? {} : { "sops-file": "", ...own }) },
      // Nobody answers there: of no hostname anything is known, so nothing is decided.
      resolvConf: nameservers("127.0.0.1"),
    });
  }
  const deployed = () =>
    deployReportSchema.parse(
      JSON.parse(readFileSync(join(act.artifacts, "hostenv-deploy-root/report.json"), "utf8")),
    );

  test(
    "a push makes the branch and leaves main alone; a dispatch deploys it; the gate's schedule goes on there",
    async () => {
      const before = main();
      const pushed = await run("deploy", "push", { head_commit: null });
      expect({ jobs: pushed.jobs, said: tip() ? "" : pushed.said }).toEqual({
        jobs: [["deploy", "failure"]],
        said: "",
      });
      expect(origin.git("log", "--format=%an: %s", STATE)).toMatch(
        /^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/,
      );
      expect([main(), origin.at(KEEPER)]).toEqual([before, tip()]);
      const refused = deployed();
      expect([refused.result, refused.commit]).toEqual(["unreviewed", before]);
      const [snapshot] = [tip()];
      await run("deploy", "workflow_dispatch", { inputs: { "plan-id": refused.planId } });
      const done = deployed();
      // No web server runs on the nodes: what is deployed and does not answer is no success.
      expect([done.result, done.planId, done.commit]).toEqual(["partial", refused.planId, before]);
      for (const { host, profiles } of done.hosts)
        for (const { profile, storePath } of profiles) expect(fleet.profile(host, profile)).toBe(storePath);
      expect(tip()).toBe(snapshot);
      const gate = await run("dns-gate", "schedule", {});
      expect({ jobs: gate.jobs, said: gate.jobs[0]?.[1] === "success" ? "" : gate.said }).toEqual({
        jobs: [["dns-gate", "success"]],
        said: "",
      });
      expect(origin.git("log", "-1", "--format=%an", STATE)).toBe(BOT);
      expect(main()).toBe(before);
    },
    10 * MINUTE,
  );

  test(
    "a pull request is compared with the branch's snapshot",
    async () => {
      const head = fleet.git(["rev-parse", "note"]).trim();
      origin.pullRequest("note");
      api.addPull({ number: 1, head: { sha: head, ref: "note" }, base: { sha: main() } });
      const { jobs, said } = await run(
        "plan",
        "pull_request",
        {
          action: "opened",
          number: 1,
          pull_request: {
            number: 1,
            base: { sha: main(), ref: "main", repo: { id: 1 } },
            head: { sha: head, ref: "note", repo: { id: 1 } },
          },
        },
        "refs/pull/1/merge",
      );
      expect({ jobs, said: jobs[0]?.[1] === "success" ? "" : said }).toEqual({
        jobs: [
          ["plan", "success"],
          ["comment", "success"],
        ],
        said: "",
      });
      const report = reportSchema.parse(
        JSON.parse(readFileSync(join(act.artifacts, "hostenv-plan-root/report.json"), "utf8")),
      );
      expect(report.changes.map(({ kind, subject }) => [kind, subject])).toEqual([
        ["file", "nodes/node-a/note.nix"],
      ]);
      expect([report.baseCommit, report.headCommit, report.affectedHosts]).toEqual([
        main(),
        head,
        ["node-a"],
      ]);
    },
    6 * MINUTE,
  );

  test(
    "a branch that is gone makes no run begin anew",
    async () => {
      origin.git("update-ref", "-d", `refs/heads/${STATE}`);
      const { jobs, said } = await run("deploy", "push", { head_commit: null });
      expect([jobs, said]).toEqual([[["deploy", "failure"]], expect.stringContaining("[state-branch-lost]")]);
      expect(tip()).toBeNull();
    },
    4 * MINUTE,
  );
};

if (tool("ACT")) describeWithNodes(TITLE, block);
else describeWith(["ACT"], TITLE, block);
