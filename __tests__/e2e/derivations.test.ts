// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of Nix
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type Report, reportSchema } from "../../src/domain/report.ts";
import { Buildable } from "../support/buildable.ts";
import { describeWithNix } from "../support/nix.ts";

const STAGING = "shop-staging-8d6b1ec";

describeWithNix("plan --derivations", (nix) => {
  let example: Buildable;
  const path = (name: string) => join(example.provider, name);

  function write(name: string, text: string): void {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
    example.git(["add", "--all"]);
  }

  function edit(name: string, from: string, to: string): void {
    const text = readFileSync(path(name), "utf8");
    expect(text).toContain(from);
    write(name, text.replace(from, to));
  }

  function planned(...args: string[]): { report: Report; comment: string; stdout: string } {
    const [report, comment] = [join(example.folder, "r.json"), join(example.folder, "c.md")];
    rmSync(report, { force: true });
    const files = ["--report", report, "--comment-file", comment];
    const run = example.run(["plan", "--dry-run", "--base", "main", ...files, ...args]);
    if (run.status === 1) throw new Error(run.stderr);
    return {
      report: reportSchema.parse(JSON.parse(readFileSync(report, "utf8"))),
      comment: readFileSync(comment, "utf8"),
      stdout: run.stdout,
    };
  }

  beforeAll(() => {
    example = new Buildable(nix);
  }, 120_000);
  afterAll(() => example.remove());
  afterEach(() => example.reset());

  test("a root file that changes one node's build reaches that node only", () => {
    edit(
      "flake.nix",
      '"echo ${node.name} > $out"',
      '"echo ${node.name}${if node.name == "node-b" then "!" else ""} > $out"',
    );
    expect(planned().report.affectedHosts).toEqual(["node-a", "node-b", "node-c"]);
    const { report, comment, stdout } = planned("--derivations");
    expect(report.derivations).toEqual({
      method: "derivations",
      nodes: [{ host: "node-b", changed: ["system"] }],
    });
    expect([report.affectedHosts, report.waves]).toEqual([["node-b"], [["node-b"]]]);
    expect(report.findings).toMatchObject([
      { rule: "inputs-changed", message: "file flake.nix is changed, reaches node-b" },
    ]);
    expect(comment).toContain("Affected nodes are told by comparing derivations.");
    expect(comment).not.toContain("closure");
    expect(stdout).toContain("affected nodes are told by comparing derivations");
  });

  test("a file that no build reads reaches nothing, and one that rules don't know reaches its node", () => {
    write("lib/unused.nix", "{ }");
    const unread = planned("--derivations").report;
    expect([unread.changed, unread.affectedHosts]).toEqual([true, []]);
    expect(unread.findings).toMatchObject([{ message: "file lib/unused.nix is added, reaches no node" }]);
    example.reset();
    write("nodes/node-b/default.nix", "builtins.readFile ../../lib/script.sh");
    write("lib/script.sh", "echo one > $out");
    example.commit("A script");
    write("lib/script.sh", "echo two > $out");
    expect(planned("--base", "HEAD").report.changed).toBe(false);
    const { report, comment } = planned("--base", "HEAD", "--derivations");
    expect([report.changed, report.affectedHosts]).toEqual([true, ["node-b"]]);
    expect(comment).toContain("| **`node-b`** |");
    example.git(["reset", "--quiet", "--hard", "HEAD~1"]);
  });

  test("a node that can't be evaluated is affected, with its error, and no other", () => {
    write("nodes/node-b/default.nix", 'throw "a <b>bad</b> | @module"');
    const { report, comment } = planned("--derivations");
    expect(report.derivations?.nodes).toEqual([
      { host: "node-b", changed: [], error: expect.stringContaining("a <b>bad</b> | @module") },
    ]);
    expect(report.affectedHosts).toEqual(["node-b"]);
    expect(comment).toMatch(/🟠 `node-b` can't be evaluated: `[^`]*a <b>bad<\/b> \| @module/);
  });

  test("a moved pin reaches the node that carries its environment", () => {
    const shop = join(example.folder, "git/acme/shop");
    example.git(["checkout", "--quiet", "staging"], shop);
    example.git(["commit", "--quiet", "--allow-empty", "--message", "More"], shop);
    example.git(["checkout", "--quiet", "main"], shop);
    const { report } = planned("--derivations", "--update", STAGING);
    expect(report.derivations?.nodes).toEqual([{ host: "node-b", changed: [STAGING] }]);
    expect(report.affectedHosts).toEqual(["node-b"]);
  });

  test("a move affects both ends, whatever the systems are made of", () => {
    edit("flake.nix", 'testing = "node-b"', 'testing = "node-c"');
    const { report } = planned("--derivations");
    expect(report.derivations?.nodes).toEqual([
      { host: "node-b", changed: [STAGING] },
      { host: "node-c", changed: [STAGING] },
    ]);
    expect(report.waves).toEqual([["node-c"], ["node-b"]]);
  });

  test("without builders rules tell, and the answer says why", () => {
    edit("flake.nix", "builders = {", "unused = {");
    edit(
      "flake.nix",
      "hostenv-provider.lib.mkProvider {",
      "hostenv-provider.lib.mkProvider (builtins.removeAttrs {",
    );
    edit(
      "flake.nix",
      'limits.acme__shop.MemoryMax = "16G";\n      };\n    };',
      'limits.acme__shop.MemoryMax = "16G";\n      };\n    } [ "unused" ]);',
    );
    const { report, comment } = planned("--derivations");
    expect(report.derivations).toMatchObject({
      method: "rules",
      reason: expect.stringContaining("are built with the input 'deploy-rs'"),
    });
    expect(report.affectedHosts).toEqual(["node-a", "node-b", "node-c"]);
    expect(comment).toContain(
      "Affected nodes are told by rules, derivations can't be compared: `nodes and environments are built with the input 'deploy-rs'",
    );
  });

  test("a base without a generated flake is compared by rules", () => {
    example.git(["rm", "--quiet", "generated/flake.nix"]);
    example.commit("No generated flake");
    write("lib/unused.nix", "{ }");
    const { report } = planned("--base", "HEAD", "--derivations");
    example.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    expect(report.derivations).toEqual({
      method: "rules",
      reason: "the base has no generated flake",
      nodes: [],
    });
  });

  function build(...names: string[]): void {
    for (const name of names) {
      const flake = `git+file://${example.provider}?dir=generated#packages.x86_64-linux.${name}`;
      const features = ["--extra-experimental-features", "nix-command flakes"];
      const { status, stderr } = spawnSync(nix, ["build", "--no-link", ...features, flake], {
        env: example.env,
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, expect.anything()]);
    }
  }

  test("tells what closures weigh and which packages they hold, where both were built", () => {
    const carried = Object.entries<{ node: string }>(
      JSON.parse(readFileSync(path("generated/plan.json"), "utf8")).environments,
    ).flatMap(([name, { node }]) => (node === "node-b" ? [`env-${name}`] : []));
    build("node-node-b", ...carried);
    edit("flake.nix", "system-${node.name}-1.0", "system-${node.name}-1.1");
    // 100,000 digits: less than a few KiB is no change of a package to Nix.
    const script = "i=0; while [ $i -lt 10 ]; do printf %010000d 0; i=$((i + 1)); done > $out";
    write("nodes/node-b/default.nix", JSON.stringify(script));
    const unknown = planned("--derivations");
    expect(unknown.report.derivations?.nodes.map(({ closure }) => closure)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(unknown.comment).not.toContain("closure");
    build("node-node-b");
    const { report, comment } = planned("--derivations");
    const [a, b] = report.derivations?.nodes ?? [];
    expect(a).toEqual({ host: "node-a", changed: ["system"] });
    const { beforeBytes = 0, afterBytes = 0, packages } = b?.closure ?? {};
    // "node-b" and a line break became the digits; the archive around a file rounds its size up to 8.
    expect(afterBytes - beforeBytes).toBe(100_000 - 8);
    expect(packages).toEqual([expect.stringMatching(/^system-node-b: 1\.0 → 1\.1, \+?97\.\d KiB$/)]);
    expect(comment).toContain("| +98 KiB | wave 1 |");
    expect(comment).toMatch(/\| `node-b` \| `system-node-b: 1\.0 → 1\.1, \+?97\.\d KiB` \|/);
  });
});
