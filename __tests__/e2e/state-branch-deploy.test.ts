import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { liveSchema } from "../../src/domain/deploy/live.ts";
import { deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import type { State } from "../../src/fleets/hostenv/schema.ts";
import { Deployable } from "../support/deployable.ts";
import type { TestNode } from "../support/node.ts";
import { type Job, KEEPER, ProtectedOrigin, STATE } from "../support/protected-origin.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;

// Each job is a fresh clone of a server whose main takes no push; each test goes on where the one before ended.
describeWithNodes("deploys whose snapshots have a branch of their own", () => {
  let fleet: Deployable;
  let origin: ProtectedOrigin;
  const main = () => origin.at("refs/heads/main") as string;
  const state = (): State => JSON.parse(origin.git("show", `${STATE}:generated/state.json`));
  const live = (name: string) =>
    liveSchema.parse(
      JSON.parse((fleet.nodes[name] as TestNode).read("/var/lib/hostenv-provider/deployed.json") ?? "null"),
    );
  const deploy = (job: Job, ...args: string[]) =>
    job.run(["deploy", "--json", "--skip-verification", ...args]);
  const outcome = (text: string) => deployOutcomeSchema.parse(JSON.parse(text));

  beforeAll(async () => {
    fleet = await Deployable.start(
      process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string),
    );
    fleet.git(["rm", "-r", "--quiet", "--cached", "generated"]);
    fleet.git(["commit", "--quiet", "--message", "No snapshot here"]);
    fleet.git(["clean", "--quiet", "-fdx", "generated"]);
    origin = new ProtectedOrigin(fleet);
  }, 3 * MINUTE);
  afterAll(async () => fleet?.stop());

  test(
    "bring nodes to main's files with the branch's snapshot, and nodes name main's commit",
    () => {
      const job = origin.job();
      expect(job.deploys().result).toBe("committed");
      const run = deploy(job);
      expect([run.status, run.stderr]).toEqual([0, expect.any(String)]);
      const { planId } = outcome(run.stdout);
      for (const name of ["node-a", "node-b"]) expect(live(name)).toMatchObject({ planId, commit: main() });
      expect(JSON.parse(origin.git("show", `${STATE}:generated/manifest.json`)).planId).toBe(planId);
      // A later job finds what this one did, and nothing to do.
      const later = origin.job();
      expect(later.deploys().result).toBe("unchanged");
      expect(outcome(deploy(later).stdout).hosts).toEqual([]);
      expect(later.run(["drift", "--json"]).status).toBe(0);
    },
    6 * MINUTE,
  );

  test(
    "of a change do what its pull request showed against the branch, and nothing else",
    () => {
      const uids = Object.entries(state()).map(([user, { uid }]) => [user, uid]);
      fleet.git(["checkout", "--quiet", "-b", "note"]);
      fleet.write("nodes/node-a/note.nix", '"second"');
      fleet.git(["commit", "--quiet", "--all", "--message", "A note"]);
      const proposal = origin.pullRequest("note");
      const { base } = proposal.checkout("--base", "HEAD^1");
      const report = join(fleet.folder, "report.json");
      expect(proposal.run(["plan", "--base", base as string, "--report", report]).stderr).not.toContain("[");
      expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ baseCommit: main() });
      const merged = origin.merge("note");
      const job = origin.job();
      expect(job.deploys().result).toBe("committed");
      expect([deploy(job, "--require-review").status, live("node-a").commit === merged]).toEqual([2, false]);
      const run = deploy(job, "--require-review", "--reviewed", report);
      expect([run.status, outcome(run.stdout).hosts.map(({ host }) => host)]).toEqual([0, ["node-a"]]);
      expect(live("node-a").commit).toBe(merged);
      expect(Object.entries(state()).map(([user, { uid }]) => [user, uid])).toEqual(uids);
    },
    6 * MINUTE,
  );

  test(
    "stop where the branch and what keeps it are gone, and another state was begun",
    () => {
      const before = live("node-a");
      for (const reference of [`refs/heads/${STATE}`, KEEPER]) origin.git("update-ref", "-d", reference);
      const job = origin.job();
      job.checkout();
      // What an older copy of the repository had: the first uid is another environment's there.
      mkdirSync(join(job.folder, "generated"), { recursive: true });
      writeFileSync(
        join(job.folder, "generated/state.json"),
        JSON.stringify({ "shop-old-0000000": { uid: 1001 }, "shop-older-0000000": { uid: 1003 } }),
      );
      job.git("add", "generated");
      job.plan();
      expect(job.commit().result).toBe("committed");
      const run = deploy(job);
      expect([run.status, run.stdout]).toEqual([1, ""]);
      expect(run.stderr).toMatch(
        /node-\w runs [\w-]+ with uid \d+, and generated\/state\.json reserves uid \d+ for it/,
      );
      expect(run.stderr).toContain("[reservation-lost]");
      expect(live("node-a")).toEqual(before);
    },
    4 * MINUTE,
  );
});
