import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { outcomeSchema } from "../../src/domain/report.ts";
import { root } from "../support/nix.ts";
import { NODES } from "../support/nodes.ts";

const fixture = (name: string) => `${root}__tests__/fixtures/hostenv/${name}/expected/plan.json`;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-usage-")));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: string[], options: { node?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
  return spawnSync(options.node ?? process.execPath, [`${root}dist/cli/index.js`, ...args], {
    cwd: options.cwd ?? folder,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
  });
}

describe.each(NODES)("the bundle on %s", (node) => {
  test("compares two plan files without Nix and without git", () => {
    const args = ["diff", "--base", fixture("basic"), "--head", fixture("carried-state"), "--json"];
    const { status, stdout } = run(args, { node, env: { PATH: folder } });
    expect(status).toBe(2);
    const found = outcomeSchema.parse(JSON.parse(stdout));
    expect(new Set(found.findings.map(({ rule }) => rule))).toEqual(new Set(["uid-changed"]));
  });

  test("explains itself", () => {
    expect(run(["--help"], { node }).status).toBe(0);
    expect(run(["plan", "--help"], { node }).stdout).toContain("--base <REF>");
    expect(run(["--version"], { node }).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("wrong use ends with 1, says what is wrong and what to do", () => {
  const both = (...more: string[]) => [
    "diff",
    "--base",
    fixture("basic"),
    "--head",
    fixture("basic"),
    ...more,
  ];
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  const cases: [string, () => string[], RegExp][] = [
    ["an unknown command", () => ["pln"], /unknown command 'pln'.*plan/s],
    ["an unknown flag", () => ["plan", "--bsae", "x"], /unknown option '--bsae'.*--base/s],
    ["a missing flag", () => ["diff", "--base", "x"], /--head <FILE>/],
    ["a flag without its value", () => ["plan", "--base"], /argument missing/],
    [
      "an unknown rule",
      () => both("--allow", "uid-chnged"),
      /no rule 'uid-chnged'.*did you mean 'uid-changed'/s,
    ],
    ["a rule that resembles none", () => both("--allow", "zzzzzzzzzz"), /rules: secret-in-plan, uid-changed/],
    ["two bases", () => ["plan", "--base", "x", "--base-plan", "y"], /--base and --base-plan are both given/],
    ["an empty base", () => ["plan", "--base", ""], /--base is empty/],
    ["one lock of two", () => both("--base-lock", "x"), /only one of --base-lock and --head-lock/],
    ["a folder that is none", () => ["plan", "-C", "nowhere"], /-C 'nowhere' is no folder/],
    ["a folder outside git", () => ["plan"], /can't be read as a git repository.*git init/s],
    [
      "a file that is missing",
      () => ["diff", "--base", "none", "--head", "none"],
      /no file none.*file-not-found/s,
    ],
    [
      "a file that is no JSON",
      () => ["diff", "--base", file("bad.json", '{\n  "a": ]\n}'), "--head", fixture("basic")],
      /bad\.json is no JSON: line 2, column 8/,
    ],
    [
      "a file with conflict markers",
      () => [
        "diff",
        "--base",
        file("c.json", '{\n<<<<<<< HEAD\n"a": 1\n=======\n'),
        "--head",
        fixture("basic"),
      ],
      /conflict markers/,
    ],
    [
      "a file that is no plan",
      () => ["diff", "--base", file("p.json", '{"hostenvHostname": 5}'), "--head", fixture("basic")],
      /p\.json is no valid plan: at \/hostenvHostname/,
    ],
  ];

  test.each(cases)("%s", (_, args, words) => {
    const { status, stdout, stderr } = run(args());
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^hint: |Did you mean|argument missing|not specified/m);
    expect(stderr).not.toMatch(/^\s+at .*\d+:\d+/m);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  test.each(["--upload-pack=touch /tmp/x", "main:refs/heads/pwn", "+main", "refs/heads/*"])(
    "the reference %s is no option of git and moves nothing",
    (reference) => {
      const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
      const git = (...args: string[]) => spawnSync("git", args, { encoding: "utf8" }).stdout;
      git("init", "--quiet", "--initial-branch=main", origin);
      const author = ["-c", "user.name=t", "-c", "user.email=t@h.test"];
      git("-C", origin, ...author, "commit", "--quiet", "--allow-empty", "--message=Start");
      git("clone", "--quiet", origin, clone);
      const before = git("-C", clone, "for-each-ref");
      const { status, stderr } = run(["plan", `--base=${reference}`], { cwd: clone });
      expect(stderr).toContain("[base-not-found]");
      expect(status).toBe(1);
      expect(before).toContain("refs/remotes/origin/main");
      expect(git("-C", clone, "for-each-ref")).toBe(before);
    },
  );

  test("a machine without Nix is told how to get one", () => {
    spawnSync("git", ["init", "--quiet", join(folder, "empty")]);
    writeFileSync(join(folder, "empty/flake.nix"), "{ }");
    spawnSync("git", ["-C", join(folder, "empty"), "add", "--all"]);
    spawnSync("ln", [
      "-s",
      spawnSync("which", ["git"], { encoding: "utf8" }).stdout.trim(),
      join(folder, "git"),
    ]);
    const { status, stderr } = run(["plan", "-C", "empty"], { env: { PATH: folder } });
    expect(stderr).toMatch(/'nix' can't be started \[nix-missing\]\nhint: install Nix 2\.8 or newer/);
    expect(status).toBe(1);
  });
});
