import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ActFleet, describeWithAct } from "../support/act-fleet.ts";
import { STATE } from "../support/protected-origin.ts";

const MINUTE = 60_000;
const [DEPLOYED, FAILED] = [[["deploy", "success"]] as const, [["deploy", "failure"]] as const];
const BY_THE_BOT = expect.stringMatching(/^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/);

describeWithAct("a snapshot that can't be pushed at once, in the caller deploy.yml that act runs", () => {
  let act: ActFleet;
  beforeAll(async () => {
    act = await ActFleet.start();
    await act.deployed();
  }, 5 * MINUTE);
  afterAll(async () => act?.stop());
  beforeEach(() => hook("exit 0"));
  afterEach(() => expect(act.api.violations).toEqual([]));

  /** What the server runs before it takes a push. */
  function hook(script: string): void {
    const path = join(act.origin, "hooks/pre-receive");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const change = (text: string) =>
    act.merged(text, () => act.fleet.write("nodes/node-a/note.nix", JSON.stringify(text)));

  test(
    "is put on top of what somebody pushed meanwhile, and deployed from there",
    async () => {
      change("A note");
      const before = act.fleet.profile("node-a", "system");
      // Somebody else's commit comes between the run's look at the branch and its push, which is lost then.
      act.fleet.write("NOTES.md", "somebody else's");
      act.fleet.git(["add", "--all"]);
      act.fleet.git(["commit", "--quiet", "--message", "Words"]);
      act.fleet.git(["push", "--quiet", "server", "HEAD:refs/heads/words"]);
      const seen = join(act.fleet.folder, "seen");
      hook(
        `[ ! -e ${seen} ] || exit 0; : >${seen}; unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main words`,
      );
      const said = await act.ran("deploy", "push", DEPLOYED, { head_commit: null });
      expect(said).toContain("somebody else pushed to main: looking again");
      expect(act.log(3)).toEqual([BY_THE_BOT, "Example: Words", "Example: A note"]);
      expect(act.onServer("show", "main:NOTES.md")).toBe("somebody else's");
      expect([act.outcomes(), act.live("node-a").commit]).toEqual([["1 node-a ok"], act.tip()]);
      expect(act.fleet.profile("node-a", "system")).not.toBe(before);
    },
    8 * MINUTE,
  );

  test(
    "is proposed where main takes no push: the run is red, and nothing is deployed",
    async () => {
      change("Another note");
      const [tip, before, live] = [act.tip(), act.fleet.profile("node-a", "system"), act.live("node-a")];
      hook(
        'while read -r old new ref; do [ "$ref" != refs/heads/main ] || { echo protected >&2; exit 1; }; done',
      );
      const said = await act.ran("deploy", "push", FAILED, { head_commit: null });
      expect(said).toMatch(
        /could not be pushed to main \(.*\): it waits in https:\/\/github\.com\/acme\/provider\/pull\/\d+/,
      );
      const proposed = [...act.api.pulls.values()].filter(({ state }) => state === "open");
      expect(proposed.map(({ head, base, user }) => [head.ref, base.ref, user])).toEqual([
        ["hostenv/snapshot-root", "main", "github-actions[bot]"],
      ]);
      expect(act.onServer("log", "-2", "--format=%an: %s", "hostenv/snapshot-root").split("\n")).toEqual([
        BY_THE_BOT,
        "Example: Another note",
      ]);
      expect([act.tip(), act.fleet.profile("node-a", "system"), act.live("node-a")]).toEqual([
        tip,
        before,
        live,
      ]);
    },
    8 * MINUTE,
  );

  test(
    "goes to a branch of its own that main's rule leaves alone, and is deployed from there, run after run",
    async () => {
      const inputs = { "state-branch": STATE };
      const protect = () =>
        hook(
          'while read -r old new ref; do [ "$ref" != refs/heads/main ] || { echo protected >&2; exit 1; }; done',
        );
      for (const [count, text] of [
        [1, "A note of its own branch"],
        [2, "One more"],
      ] as const) {
        hook("exit 0");
        change(text);
        protect();
        const [tip, before] = [act.tip(), act.fleet.profile("node-a", "system")];
        await act.ran("deploy", "push", DEPLOYED, { head_commit: null }, inputs);
        const { result, commit, planId, hosts } = act.report();
        expect([result, commit, act.outcomes()]).toEqual(["deployed", tip, ["1 node-a ok"]]);
        for (const { host, profiles } of hosts)
          for (const { profile, storePath } of profiles)
            expect(act.fleet.profile(host, profile)).toBe(storePath);
        expect(act.fleet.profile("node-a", "system")).not.toBe(before);
        expect(act.live("node-a")).toMatchObject({ planId, commit: tip });
        // A snapshot per run, each with the commit of main that it was made from; main has none of them.
        expect(act.onServer("log", "--format=%an: %s", STATE).split("\n")).toEqual(
          Array(count).fill(BY_THE_BOT),
        );
        expect(JSON.parse(act.onServer("show", `${STATE}:generated/manifest.json`))).toMatchObject({
          planId,
        });
        expect(act.tip()).toBe(tip);
      }
    },
    8 * MINUTE,
  );
});
