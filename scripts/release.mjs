// node scripts/release.mjs TAG FOLDER: whether the commit that is checked out may be released as TAG. Writes
// FOLDER/notes.md and FOLDER/<archive of dist>, and tells later steps `commit`, `branch` and `prerelease`. Ends with 1 and
// says why where it may not. repo-release.yml starts it, after the dist check.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { notesIn, problemsOf, versionOf } from "./release/rules.mjs";

const WORKFLOWS = ".github/workflows";

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();

/** The texts of the workflows that others call. */
function workflows() {
  const names = readdirSync(WORKFLOWS).filter((name) => name.endsWith(".yml") && !name.startsWith("repo-"));
  return Object.fromEntries(
    names.map((name) => [`${WORKFLOWS}/${name}`, readFileSync(join(WORKFLOWS, name), "utf8")]),
  );
}

const [tag, folder] = process.argv.slice(2);
const changelog = readFileSync("CHANGELOG.md", "utf8");
const problems = problemsOf({
  tag,
  packageVersion: JSON.parse(readFileSync("package.json", "utf8")).version,
  changelog,
  isOnMain: spawnSync("git", ["merge-base", "--is-ancestor", "HEAD", "origin/main"]).status === 0,
  workflows: workflows(),
});
for (const problem of problems) process.stderr.write(`::error::${problem}\n`);
if (problems.length > 0) process.exit(1);

const { version, branch } = versionOf(tag);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "notes.md"), `${notesIn(changelog, version)}\n`);
const name = `hostenv-provider-${version}`;
git(
  "archive",
  `--prefix=${name}/`,
  "--output",
  join(folder, `${name}.tar.gz`),
  "HEAD",
  "dist",
  "LICENSE",
  "README.md",
);
const outputs = { commit: git("rev-parse", "HEAD"), branch: branch ?? "", prerelease: branch === null };
const lines = Object.entries(outputs).map(([key, value]) => `${key}=${value}\n`);
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, lines.join(""));
process.stdout.write(lines.join(""));
