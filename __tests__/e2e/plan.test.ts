import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { DiskSnapshot } from "../../src/adapters/disk-snapshot.ts";
import { type Outcome, outcomeSchema, reportSchema } from "../../src/domain/report.ts";
import { Example, type Run } from "../support/example.ts";
import { describeWithNix, NIXES } from "../support/nix.ts";
import { NODES } from "../support/nodes.ts";

function outcome({ stdout }: Run): Outcome {
  return outcomeSchema.parse(JSON.parse(stdout));
}

describeWithNix("plan on the example", (nix) => {
  let example: Example;

  beforeAll(() => {
    example = new Example(nix);
  }, 120_000);
  afterAll(() => example.remove());
  afterEach(() => {
    example.git(["reset", "--quiet", "--hard"]);
    example.git(["clean", "--quiet", "-fd"]);
  });

  test.each(NODES)("says what a pull request does, run by %s", (node) => {
    const run = example.run(["plan", "--base", "main", "--json", "--dry-run"], { node });
    expect(run.status).toBe(2);
    const found = outcome(run);
    expect(found.counts).toEqual({ added: 1, changed: 2, removed: 0, moved: 1 });
    expect(found.units.moved).toEqual([{ name: "shop-staging-8d6b1ec", from: "node-b", to: "node-c" }]);
    expect(found.findings.map(({ rule, severity, subject }) => `${severity} ${rule} ${subject}`)).toEqual([
      "block hostname-removed legacy.acme.example",
      "warn environment-moved shop-staging-8d6b1ec",
      "warn move-without-dns-control shop-staging-8d6b1ec",
      expect.stringMatching(/^warn ssh-key-added SHA256:/),
      "warn firewall-changed node-a",
      "warn inputs-changed flake.nix",
      "info environment-added shop-gift-cards-128e695",
      "info revision-changed acme__shop",
    ]);
    expect(found.waves).toEqual([["node-a", "node-c"], ["node-b"]]);
    expect(run.stderr).toContain("legacy.acme.example");
    expect(run.stdout + run.stderr).not.toContain("\u001b");
  });

  test("writes report and comment where it is told, and no snapshot in a dry run", () => {
    const before = example.trace();
    const [report, comment] = [join(example.folder, "r.json"), join(example.folder, "c.md")];
    example.run(["plan", "--base", "main", "--dry-run", "--report", report, "--comment-file", comment]);
    const read = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    expect(read.headCommit).toBe(example.git(["rev-parse", "HEAD"]).trim());
    expect(read.baseCommit).toBe(example.git(["rev-parse", "main"]).trim());
    expect(read.provider).toBe(".");
    expect(readFileSync(comment, "utf8")).toContain("hostname `legacy.acme.example` is removed");
    expect(example.trace()).toBe(before);
  });

  test("writes plan and state, and is then at rest", () => {
    example.run(["plan", "--base", "main"]);
    const plan = JSON.parse(readFileSync(join(example.provider, "generated/plan.json"), "utf8"));
    const state = JSON.parse(readFileSync(join(example.provider, "generated/state.json"), "utf8"));
    expect(plan.environments["shop-staging-8d6b1ec"]).toMatchObject({
      node: "node-c",
      previousNode: "node-b",
    });
    expect(state["shop-old-campaign-2b9d1c4"]).toMatchObject({ uid: 1007 });
    expect(state["shop-gift-cards-128e695"].uid).toBe(plan.environments["shop-gift-cards-128e695"].uid);
    expect(example.git(["status", "--porcelain"])).toBe(
      ["flake.lock", "flake.nix", "manifest.json", "plan.json", "state.json"]
        .map((name) => ` M generated/${name}\n`)
        .join(""),
    );
    const again = example.run(["plan", "--json", "--base-plan", "generated/plan.json"]);
    expect(outcome(again)).toMatchObject({ changed: false, findings: [], waves: [] });
    expect(again.status).toBe(0);
  });

  test("compares with what is committed, so a second run finds what the first one found", () => {
    const first = example.run(["plan", "--json"]);
    const second = example.run(["plan", "--json"]);
    expect(first.status).toBe(2);
    expect(second.status).toBe(2);
    expect(outcome(second)).toEqual(outcome(first));
    expect(outcome(first).findings.map(({ rule }) => rule)).toContain("hostname-removed");
  });

  test("writes report and comment by bare names where it is run, and no snapshot where it can't", () => {
    example.run(["plan", "--dry-run", "--report", "report.json", "--comment-file", "comment.md"]);
    expect(example.git(["status", "--porcelain"])).toBe("?? comment.md\n?? report.json\n");
    const run = example.run(["plan", "--report", "flake.nix/x.json"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("[file-unusable]");
    expect(example.git(["status", "--porcelain", "generated"])).toBe("");
  });

  test("plans a provider in a folder of its repository", () => {
    const expected = outcome(example.run(["plan", "--base", "main", "--json", "--dry-run"]));
    const parent = join(example.folder, "monorepo");
    const nested = join(parent, "hosting/pro vider");
    example.git(["init", "--quiet", "--initial-branch=main", parent], example.folder);
    mkdirSync(nested, { recursive: true });
    const commit = (reference: string) => {
      example.git([
        "--git-dir",
        join(example.provider, ".git"),
        `--work-tree=${nested}`,
        "checkout",
        "--force",
        reference,
        "--",
        ".",
      ]);
      example.git(["add", "--all"], parent);
      example.git(["commit", "--quiet", "--message", reference], parent);
    };
    commit("main");
    example.git(["checkout", "--quiet", "-b", "change"], parent);
    commit("change");
    const found = outcome(
      example.run(["plan", "-C", nested, "--base", "main", "--json", "--dry-run"], { cwd: "/" }),
    );
    expect({ ...found, planId: "" }).toEqual({ ...expected, planId: "" });
    rmSync(parent, { recursive: true });
  });

  test("makes git know of a first snapshot, and numbers nothing anew when one is overlooked", () => {
    example.git(["rm", "--quiet", "-r", "--cached", "generated"]);
    const run = example.run(["plan"]);
    expect(run.stderr).toContain(
      "git add --intent-to-add generated/flake.lock generated/flake.nix generated/manifest.json " +
        "generated/plan.json generated/state.json",
    );
    expect(run.stdout).not.toContain("uid-changed");
    rmSync(join(example.provider, "generated/state.json"));
    const lost = example.run(["plan", "--dry-run"]);
    expect(lost.stderr).toContain("[state-deleted]\nhint: restore it: git checkout -- generated/state.json");
    expect(lost.status).toBe(1);
  });

  test.each(NODES)("takes a snapshot that a killed run moved away for no missing one, run by %s", (node) => {
    const [swap, generated] = [".generated.swap", "generated"].map((name) => join(example.provider, name));
    mkdirSync(swap as string);
    renameSync(generated as string, join(swap as string, "old"));
    const run = example.run(["plan", "--json"], { node });
    expect(run.stderr).toMatch(
      /^notice: a run was stopped while it replaced .*: the old one is in place again/,
    );
    expect(outcome(run).findings.map(({ rule }) => rule)).not.toContain("uid-changed");
    expect(readdirSync(example.provider).filter((name) => name.startsWith(".generated"))).toEqual([]);
    expect(example.git(["status", "--porcelain", "--ignored"])).not.toContain("swap");
  });

  test("plans nothing while another run does, and compares all the same", async () => {
    const other = new DiskSnapshot(example.provider, "generated");
    await other.lock();
    const refused = example.run(["plan"]);
    expect(refused.stderr).toMatch(/^error: process \d+ on .* \[snapshot-locked\]\nhint: wait until/);
    expect(refused.status).toBe(1);
    expect(example.run(["plan", "--dry-run"]).status).toBe(2);
    expect(example.git(["status", "--porcelain"])).toBe("");
    await other.unlock();
    expect(example.run(["plan"]).status).toBe(2);
  });

  test("tells files that were edited since they were written, and plans", () => {
    const path = join(example.provider, "generated/plan.json");
    writeFileSync(path, `${readFileSync(path, "utf8")}\n`);
    const { status, stderr } = example.run(["plan"]);
    expect(stderr).toContain("not as the last plan wrote it: generated/plan.json (differs);");
    expect(status).toBe(2);
    expect(example.run(["plan", "--dry-run"]).stderr).not.toContain("not as the last plan wrote it");
  });

  test("tells a branch that edits the snapshot", () => {
    const path = join(example.provider, "generated/state.json");
    writeFileSync(path, `${readFileSync(path, "utf8")}\n`);
    example.git(["commit", "--quiet", "--all", "--message", "Edit"]);
    const found = outcome(example.run(["plan", "--base", "main", "--json", "--dry-run"]));
    example.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    expect(
      found.findings.filter(({ rule }) => rule === "snapshot-edited").map(({ subject }) => subject),
    ).toEqual(["generated/state.json"]);
  });

  test("blocks a branch that takes out a node which serves for a move that waits, by what the base remembers", () => {
    const branch = example.git(["rev-parse", "--abbrev-ref", "HEAD"]).trim();
    const [flake, nodes] = ["flake.nix", "nodes"].map((name) => join(example.provider, name)) as [
      string,
      string,
    ];
    /** A base with a node more, and what its gate remembers. */
    const baseWith = (holds: object) => {
      example.git(["checkout", "--quiet", "--detach", "main"]);
      const system = 'node-a = "x86_64-linux";';
      writeFileSync(flake, readFileSync(flake, "utf8").replace(system, `${system} node-d = "x86_64-linux";`));
      cpSync(join(nodes, "node-c"), join(nodes, "node-d"), { recursive: true });
      const text = JSON.stringify({ schema: 1, hostnames: {}, off: [], holds });
      writeFileSync(join(example.provider, "generated/dns-gate.json"), text);
      example.git(["add", "--all"]);
      example.git(["commit", "--quiet", "--message", "Remember"]);
      const commit = example.git(["rev-parse", "HEAD"]).trim();
      example.git(["checkout", "--quiet", branch]);
      return commit;
    };
    const blocked = (holds: object) => {
      const run = example.run(["plan", "--base", baseWith(holds), "--json", "--dry-run"]);
      const found = outcome(run).findings.filter(({ rule }) => rule === "move-off-removed-node");
      return {
        found,
        isUnknown: run.stderr.includes("is not known of the base: dns-gate.json is no memory"),
      };
    };
    expect(blocked({ "shop-main-4f7240c": "node-d" })).toMatchObject({
      isUnknown: false,
      found: [
        {
          severity: "block",
          subject: "shop-main-4f7240c",
          message: "node-d is not known any more, and visitors of shop-main-4f7240c may be led there still",
        },
      ],
    });
    for (const holds of [{}, { "shop-main-4f7240c": "node-b" }])
      expect(blocked(holds)).toEqual({ found: [], isUnknown: false });
    expect(blocked({ "shop-main-4f7240c": 1 })).toEqual({ found: [], isUnknown: true });
  });

  test("refuses a damaged state before Nix stumbles over it", () => {
    const path = join(example.provider, "generated/state.json");
    const state = JSON.parse(readFileSync(path, "utf8"));
    const [one, two] = Object.keys(state) as [string, string];
    const cases: [string, RegExp][] = [
      [
        "<<<<<<< HEAD\n{}\n=======\n",
        /generated\/state\.json is no JSON: line 1, column 1.*conflict markers/s,
      ],
      ["[]", /generated\/state\.json is no valid state/],
      [
        JSON.stringify({ ...state, [two]: { ...state[two], uid: state[one].uid } }),
        /uid \d+ stands for .* and for/,
      ],
      [JSON.stringify({ ...state, [two]: { ...state[two], uid: 0 } }), /at \/[\w-]+\/uid/],
    ];
    for (const [text, words] of cases) {
      writeFileSync(path, text);
      const { status, stderr } = example.run(["plan"]);
      expect(stderr).toMatch(words);
      expect(status).toBe(1);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  test("refuses a file whose name can't be compared", () => {
    const name = Buffer.concat([
      Buffer.from(`${example.provider}/nodes/f`),
      Buffer.from([0xff]),
      Buffer.from(".nix"),
    ]);
    writeFileSync(name, "{ }");
    example.git(["add", "--all"]);
    const { status, stderr } = example.run(["plan", "--base", "main"]);
    expect(stderr).toMatch(/nodes\/f.*is not UTF-8 \[file-name\]\nhint: rename it/);
    expect(status).toBe(1);
  });

  test("follows no link of a branch out of its tree", () => {
    const victim = join(example.folder, "victim");
    writeFileSync(victim, "precious");
    rmSync(join(example.provider, "generated"), { recursive: true });
    symlinkSync(example.folder, join(example.provider, "generated"));
    example.git(["add", "--all"]);
    const run = example.run(["plan", "--base", "main"]);
    expect(run.stderr).toContain("[snapshot-linked]");
    expect(run.status).toBe(1);
    rmSync(join(example.provider, "generated"));
    mkdirSync(join(example.provider, "generated"));
    symlinkSync(victim, join(example.provider, "generated/state.json"));
    example.git(["add", "--all"]);
    example.run(["plan", "--base", "main", "--dry-run"]);
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(readdirSync(example.folder).filter((name) => name.endsWith(".json"))).toEqual(["r.json"]);
  });

  test("finds no change against its own commit", () => {
    const run = example.run(["plan", "--base", "HEAD", "--json", "--dry-run"]);
    expect(run.status).toBe(0);
    expect(outcome(run)).toMatchObject({ changed: false, changeIds: [], affectedHosts: [] });
  });

  test("sees uncommitted changes of tracked files and no untracked file", () => {
    const flake = join(example.provider, "flake.nix");
    writeFileSync(flake, readFileSync(flake, "utf8").replace("[ 8443 ]", "[ 8443 9100 ]"));
    writeFileSync(join(example.provider, "nodes/stray.nix"), "{ }");
    const found = outcome(example.run(["plan", "--base", "HEAD", "--json", "--dry-run"]));
    expect(found.findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "firewall-changed: firewall of node-a opens port 9100",
      "inputs-changed: file flake.nix is changed, reaches every node",
    ]);
  });

  test("gives the same answer in a clone of depth 1, whose base it fetches", () => {
    const expected = example.run(["plan", "--base", "main", "--json", "--dry-run"]).stdout;
    const clone = join(example.folder, "clone");
    const source = `file://${example.provider}`;
    example.git(["clone", "--quiet", "--depth", "1", "--branch", "change", source, clone]);
    const refs = example.git(["for-each-ref"], clone);
    const run = example.run(["plan", "--base", "origin/main", "--json", "--dry-run"], { cwd: clone });
    expect(run.stdout).toBe(expected);
    expect(example.git(["for-each-ref"], clone)).toBe(refs);
    expect(example.git(["rev-parse", "--is-shallow-repository"], clone).trim()).toBe("true");
    rmSync(clone, { recursive: true });
  });

  test("takes everything as new where the base holds no flake", () => {
    example.git(["checkout", "--quiet", "--orphan", "empty"]);
    example.git(["rm", "--quiet", "-rf", "--cached", "."]);
    example.git(["commit", "--quiet", "--allow-empty", "-m", "Empty"]);
    example.git(["checkout", "--quiet", "--force", "change"]);
    const run = example.run(["plan", "--base", "empty", "--json", "--dry-run"]);
    expect(run.stderr).toContain("empty holds no flake.nix");
    expect(outcome(run).counts).toEqual({ added: 9, changed: 0, removed: 0, moved: 0 });
    expect(run.status).toBe(0);
  });

  test("warns when the branch lacks what is new in its base", () => {
    example.git(["checkout", "--quiet", "-b", "behind", "main~1"]);
    const run = example.run(["plan", "--base", "change", "--dry-run"]);
    expect(run.stderr).toContain("notice: this branch does not contain change");
    example.git(["checkout", "--quiet", "change"]);
  });

  test("starts from the base's reservations, whatever the branch says", () => {
    const path = join(example.provider, "generated/state.json");
    const state = JSON.parse(readFileSync(path, "utf8"));
    state["shop-main-4f7240c"].uid = 4711;
    writeFileSync(path, JSON.stringify(state));
    const found = outcome(example.run(["plan", "--base", "main", "--json", "--dry-run"]));
    expect(found.findings.filter(({ rule }) => rule === "uid-changed")).toEqual([]);
    const forced = outcome(
      example.run(["plan", "--base-plan", "generated/plan.json", "--json", "--state", path, "--dry-run"]),
    );
    expect(forced.findings.map(({ rule, message }) => `${rule}: ${message}`)).toContainEqual(
      expect.stringMatching(/^uid-changed: uid of shop-main-4f7240c changes \d+ → 4711 on node-a$/),
    );
  });

  test("forgets nothing that HEAD reserves, or says so where a base is named", () => {
    const path = join(example.provider, "generated/state.json");
    const committed = readFileSync(path, "utf8");
    const more = {
      ...JSON.parse(committed),
      "zoo-main-1234567": { uid: 4000, userName: "zoo-main-1234567" },
    };
    writeFileSync(path, `${JSON.stringify(more, null, 2)}\n`);
    example.git(["commit", "--quiet", "--all", "-m", "A later reservation"]);
    const older = example.run(["plan", "--base", "main"]);
    expect(older.stderr).toMatch(
      /notice: the snapshot starts from the base's reservations: .*zoo-main-1234567 is gone/,
    );
    writeFileSync(path, committed);
    const lost = example.run(["plan"]);
    expect([lost.status, lost.stderr]).toEqual([1, expect.stringContaining("[reservation-changed]")]);
    expect(readFileSync(path, "utf8")).toBe(committed);
    example.git(["reset", "--quiet", "--hard", "HEAD~1"]);
  });

  test("passes when every decision is allowed, and says so", () => {
    for (const allowance of ["hostname-removed", "hostname-removed:legacy.acme.example"]) {
      const run = example.run(["plan", "--base", "main", "--dry-run", "--allow", allowance]);
      expect(run.status).toBe(0);
      expect(run.stdout).toContain("1 allowed");
    }
    const other = example.run([
      "plan",
      "--base",
      "main",
      "--dry-run",
      "--allow",
      "hostname-removed:other.example",
    ]);
    expect(other.status).toBe(2);
  });

  function breakFlake(from: string, to: string): Run {
    const path = join(example.provider, "flake.nix");
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    const before = example.trace();
    const run = example.run(["plan", "--base", "main", "--report", join(example.folder, "none.json")]);
    expect(example.trace()).toBe(before);
    expect(run.status).toBe(1);
    expect(run.stdout).toBe("");
    return run;
  }

  test("reports the planner's own errors and writes nothing", () => {
    const { stderr } = breakFlake('production = "node-a";', "");
    expect(stderr).toMatch(
      /^error: environment '.*' has type 'production'.*\[no-node\]\nhint: set provider\.nodeFor/,
    );
  });

  test("reports a mistake in the flake with its reason", () => {
    const { stderr } = breakFlake("acceptTerms = true;", "acceptTerms = undefinedName;");
    expect(stderr).toMatch(/undefined variable.*\[command-failed\]\nhint: /s);
  });

  test("refuses a lock that does not match the inputs", () => {
    example.git(["branch", "--force", "v2"], join(example.folder, "tool/hostenv/provider-actions"));
    const { stderr } = breakFlake("?ref=v1", "?ref=v2");
    expect(stderr).toContain("[lock-incomplete]\nhint: run: nix flake lock");
  });

  test("says which input can't be fetched", () => {
    const { stderr } = breakFlake("acme/blog?ref=main", "acme/none?ref=main");
    expect(stderr).toMatch(/an input can't be fetched: .*\[input-unreachable\]\nhint: check the network/);
  });

  test("refuses a flake that is no provider", () => {
    const { stderr } = breakFlake("hostenv-provider.lib.mkProvider {", "builtins.intersectAttrs { } {");
    expect(stderr).toContain("[not-a-provider]");
  });

  test("builds nothing while evaluating, even where the flake asks for it", () => {
    const build =
      '(derivation { name = "x"; system = builtins.currentSystem or "x86_64-linux"; builder = "/bin/sh"; })';
    const { stderr } = breakFlake('hostenvHostname = "hosting.example"', `hostenvHostname = import ${build}`);
    expect(stderr).toMatch(/cannot build|allow-import-from-derivation/);
  });
});

const [distribution, current] = NIXES;
const testBoth = distribution?.program && current?.program ? test : test.skip;

testBoth(
  "both versions of Nix give the same bytes, in any folder",
  () => {
    const example = new Example(distribution?.program as string);
    try {
      const args = ["plan", "--base", "main", "--json", "--dry-run"];
      const first = example.run(args);
      const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "elsewhere-")));
      example.git(["clone", "--quiet", "--branch", "change", example.provider, join(elsewhere, "clone")]);
      const path = `${dirname(current?.program as string)}:${process.env.PATH}`;
      const second = example.run([...args.slice(0, 2), "origin/main", ...args.slice(3)], {
        cwd: join(elsewhere, "clone"),
        env: { PATH: path },
      });
      rmSync(elsewhere, { recursive: true });
      expect(second.stdout).toBe(first.stdout);
      expect(outcome(first).planId).toMatch(/^[0-9a-f]{64}$/);
    } finally {
      example.remove();
    }
  },
  120_000,
);
