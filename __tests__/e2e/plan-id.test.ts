import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Branches, outcomeOf } from "../support/branches.ts";
import { NIXES } from "../support/nix.ts";

const [distribution, current] = NIXES;
const describeBoth = distribution?.program && current?.program ? describe : describe.skip;

describeBoth("the plan id", () => {
  let example: Branches;
  let expected: string;
  const nixes = [distribution, current].map((nix) => ({
    PATH: `${dirname(nix?.program as string)}:${process.env.PATH}`,
  }));

  /** The ids of the tree by both versions of Nix, each once. */
  const ids = (cwd = example.provider) =>
    new Set(
      nixes.map(
        (env) =>
          outcomeOf(example.run(["plan", "--base", "main", "--json", "--dry-run"], { env, cwd })).planId,
      ),
    );

  beforeAll(() => {
    example = new Branches(distribution?.program as string);
    expected = example.report("main").planId;
  }, 120_000);
  afterAll(() => example.remove());

  test("is the same by both versions of Nix, in another folder and in a folder of a repository", () => {
    expect(ids()).toEqual(new Set([expected]));
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "else where-")));
    const clone = join(elsewhere, "a/b/clone");
    mkdirSync(dirname(clone), { recursive: true });
    example.git(["clone", "--quiet", "--branch", "change", example.provider, clone]);
    example.git(["branch", "--quiet", "main", "origin/main"], clone);
    expect(ids(clone)).toEqual(new Set([expected]));
    rmSync(elsewhere, { recursive: true });
  });

  test("is the same after a merge commit, a squash and a rebase, with another base", () => {
    const merged = (name: string, ...steps: string[][]) => {
      example.branch(name, "main");
      for (const step of steps) example.git(step);
      expect(example.git(["diff", "change", "HEAD"])).toBe("");
      return ids();
    };
    const message = ["--quiet", "--message", "Merge"];
    expect(merged("merge", ["merge", "--quiet", "--no-ff", "--message", "Merge", "change"])).toEqual(
      new Set([expected]),
    );
    expect(merged("squash", ["merge", "--quiet", "--squash", "change"], ["commit", ...message])).toEqual(
      new Set([expected]),
    );
    expect(merged("pick", ["cherry-pick", "main..change"])).toEqual(new Set([expected]));
    example.branch("other-base", "change");
    expect(example.report("squash").planId).toBe(expected);
    expect(example.report("HEAD").planId).toBe(expected);
  });

  test("is the same with the snapshot planned, staged or committed, and with the gate's verdicts", () => {
    example.branch("planned", "change");
    const planned = outcomeOf(example.run(["plan", "--base", "main", "--json"])).planId;
    const before = example.state();
    expect(JSON.parse(example.read("generated/manifest.json")).planId).toBe(planned);
    expect(planned).toBe(expected);
    const again = () => outcomeOf(example.run(["plan", "--json", "--dry-run"])).planId;
    expect(again()).toBe(expected);
    example.git(["add", "--all"]);
    expect(again()).toBe(expected);
    example.commit("Snapshot");
    // What was moved is no move any more, and `previousNode` is gone.
    expect(again()).toBe(expected);
    writeFileSync(example.path("generated/dns-gate.json"), '{"disabled":["shop.acme.example"]}');
    example.commit("Verdicts");
    expect(again()).toBe(expected);
    expect(example.state()).toEqual(before);
    // Reservations of environments that are gone are no part of it either.
    const state = {
      ...before,
      "gone-main-0000000": { uid: 5000, userName: "gone-main-0000000", virtualHosts: [] },
    };
    writeFileSync(example.path("generated/state.json"), JSON.stringify(state));
    expect(again()).toBe(expected);
  });

  test.each([
    ["README.md", "# Read me\n"],
    ["docs/more.md", "More\n"],
    [".github/workflows/plan.yml", "on: push\n"],
    ["tests/golden/plan.json", "{}\n"],
    ["tests/check.nix", "{ }\n"],
    ["LICENSE", "All rights reserved\n"],
    ["nodes/README.md", "Nodes\n"],
  ])("does not change with %s", (path, text) => {
    example.branch("files", "change");
    mkdirSync(dirname(example.path(path)), { recursive: true });
    writeFileSync(example.path(path), text);
    example.git(["add", "--all"]);
    expect(example.report("main").planId).toBe(expected);
  });

  test.each([
    ["modules/a.nix", "{ }\n"],
    ["nodes/node-a/banner.txt", "Welcome\n"],
    ["secrets/secrets.yaml", "x: ENC[]\n"],
    ["generated-modules/a.nix", "{ }\n"],
  ])("changes with %s", (path, text) => {
    example.branch("files", "change");
    mkdirSync(dirname(example.path(path)), { recursive: true });
    writeFileSync(example.path(path), text);
    expect(example.report("main").planId).toBe(expected);
    example.git(["add", "--all"]);
    const { planId, changes } = example.report("main");
    expect(planId).not.toBe(expected);
    expect(changes.filter(({ subject }) => subject === path)).toHaveLength(1);
  });

  test("changes with a comment in a Nix file, and with a pin that a branch moves", () => {
    example.branch("files", "change");
    const node = "nodes/node-a/configuration.nix";
    writeFileSync(example.path(node), `${example.read(node)}# more\n`);
    expect(example.report("main").planId).not.toBe(expected);
    example.branch("files", "change");
    const shop = join(example.folder, "git/acme/shop");
    example.git(["checkout", "--quiet", "staging"], shop);
    example.git(["commit", "--quiet", "--allow-empty", "--message", "More"], shop);
    // A client's branch that moves changes nothing, where the pin is committed.
    example.run(["plan", "--base", "main"]);
    const moved = outcomeOf(
      example.run(["plan", "--base", "main", "--json", "--update", "shop-staging-8d6b1ec"]),
    );
    expect(moved.planId).not.toBe(expected);
  });
});
