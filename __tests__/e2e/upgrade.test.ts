import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { reportSchema } from "../../src/domain/report.ts";
import { Buildable } from "../support/buildable.ts";
import { describeWithNix } from "../support/nix.ts";

describeWithNix("a pull request that upgrades hostenv-provider", (nix) => {
  let example: Buildable;

  function edit(path: string, from: string, to: string): void {
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }

  /** A new version of the tool, whose nodes get other limits, and its pin in the provider. */
  function upgrade(): void {
    const tool = join(example.folder, "tool/hostenv/provider-actions");
    edit(join(tool, "nix/plan/nodes.nix"), 'MemoryMax = "12G"', 'MemoryMax = "13G"');
    example.git(["commit", "--quiet", "--all", "--message", "Other limits"], tool);
    const path = join(example.provider, "flake.lock");
    const lock = JSON.parse(readFileSync(path, "utf8"));
    delete lock.nodes["hostenv-provider"];
    delete lock.nodes.root.inputs["hostenv-provider"];
    writeFileSync(path, JSON.stringify(lock));
    const features = ["--extra-experimental-features", "nix-command flakes"];
    const { status, stderr } = spawnSync(nix, ["flake", "lock", ...features], {
      cwd: example.provider,
      env: example.env,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, expect.anything()]);
  }

  beforeAll(() => {
    example = new Buildable(nix);
  }, 120_000);
  afterAll(() => example.remove());

  test("tells the upgrade's own changes apart from the author's", () => {
    upgrade();
    edit(join(example.provider, "flake.nix"), "nodeSshPorts.node-b = 2222", "nodeSshPorts.node-b = 2223");
    const [path, commentPath] = [join(example.folder, "r.json"), join(example.folder, "c.md")];
    const files = ["--report", path, "--comment-file", commentPath];
    const run = example.run(["plan", "--dry-run", "--base", "main", ...files]);
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const { changes, toolUpgrade, pins } = reportSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    const own = changes.filter(({ id }) => toolUpgrade?.changeIds?.includes(id));
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ path: at }) => at.endsWith("/MemoryMax"))).toBe(true);
    const others = changes.filter((each) => !own.includes(each)).map(({ subject }) => subject);
    expect(new Set(others)).toEqual(new Set(["flake.nix", "node-b"]));
    const revision = (side: typeof pins.base) => side.find(({ name }) => name === "hostenv-provider")?.rev;
    expect([toolUpgrade?.before, toolUpgrade?.after]).toEqual(
      [pins.base, pins.head].map((side) => revision(side)?.slice(0, 7)),
    );
    const comment = readFileSync(commentPath, "utf8");
    expect(comment).toContain(
      `: ${own.length} of ${changes.length} changed facts it changes by itself, listed apart.`,
    );
    expect(comment).toMatch(/changed facts? by hostenv-provider itself<\/summary>/);
  });

  test("a snapshot that another version wrote is told where the pin stays", () => {
    example.reset();
    const manifest = join(example.provider, "generated/manifest.json");
    edit(manifest, '"tool": "', '"tool": "0.0.1-');
    example.git(["commit", "--quiet", "--all", "--message", "An older one"]);
    edit(join(example.provider, "flake.nix"), "nodeSshPorts.node-b = 2222", "nodeSshPorts.node-b = 2223");
    const path = join(example.folder, "c.md");
    example.run(["plan", "--dry-run", "--base", "HEAD", "--comment-file", path]);
    expect(readFileSync(path, "utf8")).toMatch(
      /\*\*hostenv-provider\*\* `0\.0\.1-.*` → `.*`: some of these changes may come from it\./,
    );
  });
});
