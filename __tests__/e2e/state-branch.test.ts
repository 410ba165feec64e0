import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GitCommits } from "../../src/adapters/git-commits.ts";
import { GitTrees } from "../../src/adapters/git-trees.ts";
import { type Report, reportSchema } from "../../src/domain/report.ts";
import type { State } from "../../src/fleets/hostenv/schema.ts";
import { Branches } from "../support/branches.ts";
import { describeWithNix } from "../support/nix.ts";
import { type Job, KEEPER, ProtectedOrigin, STATE } from "../support/protected-origin.ts";

const MINUTE = 60_000;

// One provider through its days, each test after the one before it.
describeWithNix("a provider whose main takes no push of a job, with a branch for its snapshots", (nix) => {
  let example: Branches;
  let origin: ProtectedOrigin;
  const main = () => origin.at("refs/heads/main");
  const tip = () => origin.at(`refs/heads/${STATE}`);
  const state = (): State => JSON.parse(origin.git("show", `${STATE}:generated/state.json`));
  const uids = (entries: State) =>
    Object.fromEntries(Object.entries(entries).map(([k, { uid }]) => [k, uid]));
  const refused = (job: Job) => job.run(["snapshot", "checkout", "--branch", STATE]);

  /** What the plan of a pull request says, by the steps of plan.yml. */
  function reportOf(branch: string): Report {
    const job = origin.pullRequest(branch);
    const { base } = job.checkout("--base", "HEAD^1");
    const file = join(example.folder, "report.json");
    const { status, stderr } = job.run(["plan", "--base", base as string, "--report", file]);
    if (status === 1) throw new Error(stderr);
    return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  }

  beforeAll(() => {
    example = new Branches(nix);
    example.project("acme__api", 'main = { type = "production"; virtualHosts."api.acme.example" = { }; };');
    example.project(
      "globex__wiki",
      'main = { type = "testing"; virtualHosts."wiki.globex.example" = { }; };',
    );
    const inputs = {
      api: ["acme__api", "# One input per client project, named organisation__project."],
      wiki: ["globex__wiki", '/globex/intranet?ref=main&dir=.hostenv";'],
    } as const;
    for (const [name, [input, after]] of Object.entries(inputs)) {
      example.branch(name, "main");
      example.addInput(input, after);
      example.commit(name);
    }
    example.branch("main", "main");
    origin = new ProtectedOrigin(example);
  }, 4 * MINUTE);
  afterAll(() => example.remove());

  test(
    "the first deploy makes the branch from the snapshot that main has, and the branch holds nothing else",
    () => {
      const job = origin.job();
      expect(refused(job).stderr).toContain(`there is no branch ${STATE} yet`);
      const first = job.deploys();
      // Nothing but the manifest's version could differ: the plan is main's own.
      expect([first.result, first.branch]).toEqual(["committed", STATE]);
      expect(origin.git("ls-tree", "-r", "--name-only", STATE).split("\n")).toEqual(
        ["flake.lock", "flake.nix", "manifest.json", "plan.json", "state.json"].map(
          (name) => `generated/${name}`,
        ),
      );
      expect(origin.git("log", "--format=%P%n%b", STATE)).toContain(`Made from ${main()}`);
      expect([origin.at(KEEPER), tip()]).toEqual([first.commit, first.commit]);
      expect(uids(state())).toEqual(uids(JSON.parse(origin.git("show", "main:generated/state.json"))));
      // Without a snapshot of its own from now on.
      example.branch("clean", "main");
      example.git(["rm", "-r", "--quiet", "generated"]);
      example.commit("The snapshot has a branch of its own");
      origin.merge("clean");
    },
    2 * MINUTE,
  );

  test(
    "a pull request is shown what it changes against the branch's snapshot, with main's commit as its base",
    () => {
      const report = reportOf("api");
      expect(report.counts).toEqual({ added: 1, changed: 0, removed: 0, moved: 0 });
      expect(report.units.added).toEqual([expect.stringMatching(/^api-main-/)]);
      expect(report.findings.map(({ rule }) => rule)).not.toContain("snapshot-edited");
      expect(report.baseCommit).toBe(main());
      expect(main()).not.toBeNull();
    },
    2 * MINUTE,
  );

  test(
    "a base beside which no snapshot lies is refused: its reservations would begin anew",
    () => {
      const job = origin.pullRequest("api");
      job.checkout();
      const run = job.run(["plan", "--base", main() as string, "--dry-run"]);
      expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("[base-without-snapshot]")]);
    },
    2 * MINUTE,
  );

  test(
    "merges are given uids one after the other, and nobody gets another one",
    async () => {
      const before = uids(state());
      const earlier = main() as string;
      const merged = origin.merge("api");
      const job = origin.job();
      expect(job.deploys().result).toBe("committed");
      const between = uids(state());
      expect(between).toMatchObject(before);
      expect(Object.keys(between)).toHaveLength(Object.keys(before).length + 1);
      // What is deployed is HEAD: main's files, and the branch's snapshot.
      expect([job.git("rev-parse", "HEAD^"), job.git("status", "--porcelain")]).toEqual([merged, ""]);
      expect(job.read("generated/plan.json")).toBe(origin.git("show", `${STATE}:generated/plan.json`));
      expect(job.run(["plan", "--check"]).status).toBe(0);
      // Reviews, and what is newer, are looked for along main.
      const commits = new GitCommits(job.folder);
      expect(await new GitTrees(job.folder, "generated").head()).toBe(merged);
      expect(await commits.since([earlier], 50)).toEqual({ commits: [merged], isWhole: true });
      expect(await commits.differing("main", merged)).toEqual([]);
      // A later run of the same finds it there.
      expect(origin.job().deploys()).toMatchObject({ result: "unchanged", commit: tip() });
      origin.merge("wiki");
      expect(origin.job().deploys().result).toBe("committed");
      const after = uids(state());
      expect(after).toMatchObject(between);
      expect(new Set(Object.values(after)).size).toBe(Object.keys(after).length);
    },
    4 * MINUTE,
  );

  test(
    "of two runs the later one takes over what it can, and leaves what another planned",
    () => {
      const [gate, deploy] = [origin.job(), origin.job()];
      gate.checkout();
      deploy.checkout();
      writeFileSync(join(gate.folder, "generated/dns-gate.json"), '{"off":[]}\n');
      expect(gate.commit().result).toBe("committed");
      writeFileSync(join(deploy.folder, "generated/note.txt"), "also");
      const second = deploy.commit();
      expect([second.result, origin.git("ls-tree", "--name-only", STATE, "generated/").split("\n")]).toEqual([
        "committed",
        expect.arrayContaining(["generated/dns-gate.json", "generated/note.txt"]),
      ]);
      expect(readFileSync(join(deploy.folder, "generated/dns-gate.json"), "utf8")).toBe('{"off":[]}\n');
      // In the same job once more, as after a deploy.
      writeFileSync(join(deploy.folder, "generated/dns-gate.json"), '{"off":["x"]}\n');
      expect([deploy.commit().result, origin.at(KEEPER)]).toEqual(["committed", tip()]);
      expect(gate.git("log", "--format=%s", "--first-parent", "-2", "HEAD^")).toContain("Merge wiki");
    },
    2 * MINUTE,
  );

  test(
    "where the branch takes no push either, its snapshot waits in a branch, and people's merge of it counts",
    () => {
      origin.protect(["main", STATE]);
      const job = origin.job();
      job.checkout();
      writeFileSync(join(job.folder, "generated/dns-gate.json"), '{"off":["y"]}\n');
      expect(job.commit()).toMatchObject({ result: "proposed", pullRequest: null });
      const merging = origin.job();
      merging.git("checkout", "--quiet", STATE);
      merging.git("merge", "--quiet", "--no-ff", "--message", "Merge", "origin/hostenv/snapshot-root");
      origin.human(merging.folder, `HEAD:${STATE}`);
      origin.protect(["main"]);
      expect(origin.at(KEEPER)).not.toBe(tip());
      const next = origin.job();
      expect(next.checkout().snapshot).toBe(tip());
      expect(next.read("generated/dns-gate.json")).toBe('{"off":["y"]}');
    },
    2 * MINUTE,
  );

  test(
    "reservations are listed, with the snapshot that brought them, where the branch is checked out",
    () => {
      const job = origin.job();
      job.git("checkout", "--quiet", STATE);
      const { reservations } = JSON.parse(job.run(["state", "list", "--json"]).stdout);
      const since = new Set(reservations.map((each: { since: { commit: string } }) => each.since.commit));
      expect([reservations.length, since.size]).toEqual([Object.keys(state()).length, 3]);
      expect(job.run(["snapshot", "checkout", "--branch", STATE]).stderr).toContain("is checked out itself");
    },
    MINUTE,
  );

  test(
    "an entry that somebody took out is missed",
    () => {
      const good = tip() as string;
      const job = origin.job();
      job.git("checkout", "--quiet", STATE);
      const path = join(job.folder, "generated/state.json");
      const [first, ...rest] = Object.entries(JSON.parse(readFileSync(path, "utf8")));
      writeFileSync(path, JSON.stringify(Object.fromEntries(rest)));
      job.git("commit", "--quiet", "--all", "--message", "Tidy up");
      origin.human(job.folder, `HEAD:${STATE}`);
      const run = refused(origin.job());
      expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("[reservation-changed]")]);
      expect(run.stderr).toContain(`${first?.[0]} is gone, and ${STATE} reserves uid`);
      origin.human(job.folder, "--force", `${good}:${STATE}`);
    },
    MINUTE,
  );

  test(
    "a branch that is gone, or was moved back, stops pull requests and deploys until it is brought back as is said",
    () => {
      const good = origin.at(KEEPER) as string;
      const job = origin.job();
      for (const lose of [
        ["--delete", STATE],
        ["--force", `${good}~2:refs/heads/${STATE}`],
      ]) {
        job.git("fetch", "--quiet", "origin", STATE);
        origin.human(job.folder, ...lose);
        const run = refused(origin.job());
        expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("[state-branch-lost]")]);
        expect(run.stderr).toContain(good);
        const [, remedy = ""] = /bring it back: (.*?); /.exec(run.stderr) ?? [];
        for (const command of remedy.split(" && ")) {
          const [program, ...args] = command.split(" ");
          expect(program).toBe("git");
          job.git(...args);
        }
        expect([tip(), origin.job().checkout().snapshot]).toEqual([good, good]);
      }
      // A run that was under way when it was lost does not make it anew either.
      const late = origin.job();
      late.checkout();
      writeFileSync(join(late.folder, "generated/note.txt"), "late");
      origin.human(job.folder, "--delete", STATE);
      expect(late.run(["snapshot", "commit"]).stderr).toContain("[state-branch-lost]");
      expect(tip()).toBeNull();
      origin.human(job.folder, `${good}:refs/heads/${STATE}`);
    },
    2 * MINUTE,
  );

  test(
    "changes of one's own in the snapshot's folder are not overwritten",
    () => {
      const job = origin.job();
      job.git("switch", "--quiet", "--create", "work");
      expect(existsSync(join(job.folder, "generated"))).toBe(false);
      example.git(["init", "--quiet", join(example.folder, "nothing")]);
      writeFileSync(join(job.folder, "README.md"), "changed");
      job.checkout();
      expect(readFileSync(join(job.folder, "README.md"), "utf8")).toBe("changed");
      expect(job.git("rev-parse", "work")).toBe(main());
      writeFileSync(join(job.folder, "generated/plan.json"), "{}");
      job.git("switch", "--quiet", "--detach", "--force", "main");
      job.git("config", "advice.detachedHead", "false");
      const other = origin.job();
      other.git("switch", "--quiet", "--create", "work");
      other.run(["plan"]);
      const run = refused(other);
      expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("[snapshot-in-the-way]")]);
    },
    2 * MINUTE,
  );
});
