import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { root } from "../support/root.ts";

const GIT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "Test"],
      [`GIT_${who}_EMAIL`, "test@hosting.example"],
    ]),
  ),
};

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: join(folder, "work"), env: GIT, encoding: "utf8", stdio: "pipe" }).trim();

function write(path: string, text: string): void {
  const file = join(folder, "work", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function script(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}scripts/${name}`, ...args], {
    cwd: join(folder, "work"),
    env: { ...GIT, GITHUB_OUTPUT: join(folder, "outputs") },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const PACKAGE = {
  name: "x",
  version: "1.2.3",
  scripts: { build: "node build.mjs" },
  dependencies: { zod: "4.6.7" },
  devDependencies: { jest: "30.5.2" },
};
const packaged = (more: object = {}) => `${JSON.stringify({ ...PACKAGE, ...more }, null, 2)}\n`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-release-"));
  mkdirSync(join(folder, "work"));
  git("init", "--quiet", "--initial-branch=main");
  write("package.json", packaged());
  write("CHANGELOG.md", "# Changelog\n\n## 1.2.3\n\n- A thing.\n");
  for (const path of ["LICENSE", "README.md", "dist/cli/index.js"]) write(path, `${path}\n`);
  write(".github/workflows/plan.yml", "jobs:\n  a:\n    steps:\n      - uses: $/plan\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "One");
  git("clone", "--quiet", "--bare", ".", join(folder, "origin.git"));
  git("remote", "add", "origin", join(folder, "origin.git"));
  git("fetch", "--quiet", "origin");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("release.mjs", () => {
  const release = (tag: string) => script("release.mjs", tag, join(folder, "release"));

  test("gives notes, an archive of dist/ as it was committed, and what to do with them", () => {
    write("dist/cli/index.js", "changed since\n");
    const { status, stderr } = release("v1.2.3");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(join(folder, "release/notes.md"), "utf8")).toBe("- A thing.\n");
    const archive = join(folder, "release/hostenv-provider-1.2.3.tar.gz");
    const bundle = ["-xzOf", archive, "hostenv-provider-1.2.3/dist/cli/index.js"];
    expect(execFileSync("tar", bundle, { encoding: "utf8" })).toBe("dist/cli/index.js\n");
    const outputs = readFileSync(join(folder, "outputs"), "utf8");
    expect(outputs).toBe(`commit=${git("rev-parse", "HEAD")}\nbranch=v1\nprerelease=false\n`);
  });

  test("refuses what main does not have, another version, and what nobody wrote about", () => {
    git("commit", "--quiet", "--allow-empty", "--message", "Not merged");
    const { status, stderr } = release("v1.2.4");
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      "::error::package.json has version 1.2.3, the tag 1.2.4",
      "::error::CHANGELOG.md has nothing below '## 1.2.4'",
      "::error::v1.2.4 is not on main: tag what was merged",
    ]);
    expect([existsSync(join(folder, "release")), existsSync(join(folder, "outputs"))]).toEqual([
      false,
      false,
    ]);
  });

  test("refuses workflows whose actions may be of another commit", () => {
    write(".github/workflows/deploy.yml", "steps:\n  - uses: hostenv/provider-actions/deploy@v1\n");
    expect(release("v1.2.3")).toMatchObject({
      status: 1,
      stderr: "::error::.github/workflows/deploy.yml uses hostenv/provider-actions/deploy@v1\n",
    });
  });
});

describe("update-dependencies.mjs take", () => {
  /** A patch of what `change` does, taken back. */
  function patchOf(change: () => void): string {
    change();
    git("add", "--all");
    const patch = join(folder, "update.patch");
    const text = execFileSync("git", ["diff", "--cached", "--binary"], {
      cwd: join(folder, "work"),
      env: GIT,
    });
    writeFileSync(patch, text);
    git("reset", "--quiet", "--hard");
    return patch;
  }
  const take = (patch: string) => script("update-dependencies.mjs", "take", patch);

  test("stages newer versions and their dist/, and says which they are", () => {
    const patch = patchOf(() => {
      write("package.json", packaged({ dependencies: { zod: "4.7.0" } }));
      write("dist/cli/index.js", "built from it\n");
      write("dist/cli/chunk.js", "\0a new one\n");
    });
    const { status, stdout, stderr } = take(patch);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("| `zod` | 4.6.7 | 4.7.0 |");
    const staged = git("diff", "--cached", "--name-only").split("\n");
    expect(staged).toEqual(["dist/cli/chunk.js", "dist/cli/index.js", "package.json"]);
  });

  const refused: [string, () => void, string][] = [
    ["a workflow", () => write(".github/workflows/plan.yml", "other"), ".github/workflows/plan.yml"],
    ["a script", () => write("scripts/build.mjs", "evil"), "scripts/build.mjs"],
    ["a file that goes elsewhere", () => git("mv", "dist/cli/index.js", "action.js"), "action.js"],
    ["a name that begins like dist/", () => write("distant/x", "x"), "distant/x"],
    [
      "a program",
      () => chmodSync(join(folder, "work/dist/cli/index.js"), 0o755),
      "dist/cli/index.js with mode 100755",
    ],
    [
      "a link",
      () => execFileSync("ln", ["-s", "/etc/passwd", join(folder, "work/dist/link")]),
      "dist/link with mode 120000",
    ],
    [
      "another script of package.json",
      () => write("package.json", packaged({ scripts: { build: "curl evil" } })),
      "package.json differs in more than versions of dependencies",
    ],
    [
      "one dependency more",
      () => write("package.json", packaged({ dependencies: { zod: "4.6.7", evil: "1.0.0" } })),
      'dependencies has "evil" as "1.0.0", which is no update',
    ],
    [
      "a version that is an address",
      () => write("package.json", packaged({ dependencies: { zod: "git+https://evil.example" } })),
      'dependencies has "zod" as "git+https://evil.example", which is no update',
    ],
  ];
  test.each(refused)("refuses %s", (_, change, said) => {
    const { status, stdout, stderr } = take(patchOf(change));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(said);
  });

  test("refuses what is no patch, or none", () => {
    writeFileSync(join(folder, "no.patch"), "hello\n");
    expect(take(join(folder, "no.patch")).status).toBe(1);
    expect(script("update-dependencies.mjs", "take")).toMatchObject({
      status: 1,
      stderr: "::error::say update, or take and the file of a patch\n",
    });
  });
});
