import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { builtSchema } from "../../src/domain/built.ts";
import { Buildable } from "../support/buildable.ts";
import { describeWithNix } from "../support/nix.ts";

describeWithNix("nodes build", (nix) => {
  let example: Buildable;

  function node(name: string, script: string): void {
    const folder = join(example.provider, "nodes", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "default.nix"), JSON.stringify(script));
    example.git(["add", "--all"]);
  }

  beforeAll(() => {
    example = new Buildable(nix);
  }, 120_000);
  afterAll(() => example.remove());
  afterEach(() => example.reset());

  test("prints the path of a system that is built from the working tree", () => {
    node("node-b", "echo from the working tree > $out");
    const run = example.run(["nodes", "build", "node-b", "--json"]);
    const { storePath, drvPath, ...rest } = builtSchema.parse(JSON.parse(run.stdout));
    expect(readFileSync(storePath, "utf8")).toBe("from the working tree\n");
    expect(drvPath).toMatch(/^\/nix\/store\/.*-system-node-b-1\.0\.drv$/);
    expect(rest).toMatchObject({ schema: 1, node: "node-b" });
    expect(example.run(["nodes", "build", "node-b"]).stdout).toBe(`${storePath}\n`);
    expect(example.trace()).toContain("A  nodes/node-b/default.nix");
  });

  test("builds a node of another system, and nothing in a dry run", () => {
    const text = `only a name ${Date.now()}`;
    node("node-c", `echo ${text} > $out`);
    const dry = example.run(["nodes", "build", "node-c", "--dry-run"]);
    expect(dry.status).toBe(0);
    expect(existsSync(dry.stdout.trim())).toBe(false);
    expect(example.run(["nodes", "build", "node-c"]).stdout).toBe(dry.stdout);
    expect(readFileSync(dry.stdout.trim(), "utf8")).toBe(`${text}\n`);
  });

  test("tells the last lines of a failed builder's log", () => {
    node("node-b", "echo first line; printf 'red \\033[31mline\\n'; exit 3");
    const run = example.run(["nodes", "build", "node-b"]);
    expect(run.status).toBe(1);
    expect(run.stdout).toBe("");
    expect(run.stderr).toMatch(/\| first line\n(.*\n)?.*red .*line\n/);
    expect(run.stderr).toMatch(
      /failed with exit code 3 \[build-failed\]\nhint: see the whole log: nix log \//,
    );
    expect(run.stderr).not.toContain("\u001b");
  });

  test("names the nearest node, and what is missing", () => {
    const unknown = example.run(["nodes", "build", "nod-b"]);
    expect([unknown.status, unknown.stderr]).toEqual([
      1,
      "error: there is no node 'nod-b' [usage]\nhint: did you mean 'node-b'?\n",
    ]);
    expect(example.run(["nodes", "build"]).stderr).toContain("missing required argument 'node'");
    rmSync(join(example.provider, "generated/flake.nix"));
    const bare = example.run(["nodes", "build", "node-b"]);
    expect(bare.status).toBe(1);
    expect(bare.stderr).toContain("generated/flake.nix");
    expect(bare.stderr).toContain("[snapshot-missing]");
  });

  test("builds from a provider in a folder of its repository", () => {
    const { storePath } = JSON.parse(example.run(["nodes", "build", "node-a", "--json"]).stdout);
    const parent = join(example.folder, "monorepo");
    const nested = join(parent, "hosting/pro vider");
    example.git(["clone", "--quiet", example.provider, nested], example.folder);
    rmSync(join(nested, ".git"), { recursive: true });
    example.git(["init", "--quiet", parent], example.folder);
    example.git(["add", "--all"], parent);
    const run = example.run(["nodes", "build", "node-a", "--json"], { cwd: nested });
    expect(JSON.parse(run.stdout)).toMatchObject({ storePath });
  });
});
