// The bundled example as real git repositories in a temporary folder: every project, this tool
// itself, and a provider with a branch `main` and a branch `change`. Nothing is fetched from
// anywhere: git is told to find https://git.example and this tool's repository in that folder.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const examples = join(checkout, "examples");
const cli = join(checkout, "dist/cli/index.js");

// Fixed, so that revisions and plan ids are the same on every machine.
const AUTHOR = {
  GIT_AUTHOR_NAME: "Example",
  GIT_AUTHOR_EMAIL: "example@hosting.example",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "Example",
  GIT_COMMITTER_EMAIL: "example@hosting.example",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

const BRANCHES = {
  acme__blog: ["drafts"],
  acme__shop: ["staging", "feature/basket-2", "feature/gift-cards"],
  globex__intranet: ["preview", "feature/login"],
};

/** Makes the example. `nix` is the program to lock with. Returns its folder, environment and a way to remove it. */
export function makeExample({ nix = "nix" } = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-example-")));
  const env = { ...process.env, ...AUTHOR, ...gitConfig(folder), XDG_CACHE_HOME: join(folder, "cache") };
  // The command line takes the first Nix on PATH.
  if (nix.includes("/")) env.PATH = [dirname(nix), env.PATH].join(delimiter);
  const git = (cwd, ...args) => execFileSync("git", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });

  const projects = readdirSync(join(examples, "projects"));
  for (const project of projects) {
    const repository = join(folder, "git", project.replace("__", "/"));
    cpSync(join(examples, "projects", project), repository, { recursive: true });
    commitAll(git, repository);
    // Each environment is a branch of its own.
    for (const branch of BRANCHES[project] ?? []) git(repository, "branch", branch);
  }
  makeTool(git, join(folder, "tool/hostenv/provider-actions"));

  const provider = join(folder, "provider");
  cpSync(join(examples, "provider"), provider, { recursive: true });
  git(folder, "init", "--quiet", "--initial-branch=main", provider);
  lock(nix, provider, env);
  commitAll(git, provider, "A provider with three projects");
  // As the deploy workflow would: what is planned for main is committed on main.
  execFileSync(process.execPath, [cli, "plan", "-C", provider], { env, stdio: "pipe" });
  execFileSync(process.execPath, [cli, "golden-check", "--update"], { cwd: provider, env, stdio: "pipe" });
  commitAll(git, provider, "Snapshot");

  git(provider, "checkout", "--quiet", "-b", "change");
  for (const patch of readdirSync(join(examples, "change"))) {
    const name = patch.replace(/\.patch$/, "");
    const repository = name === "provider" ? provider : join(folder, "git", name.replace("__", "/"));
    git(repository, "apply", join(examples, "change", patch));
    if (repository === provider) continue;
    commitAll(git, repository, "Change");
    unlock(provider, name);
  }
  lock(nix, provider, env);
  commitAll(git, provider, "Change");
  return { folder, provider, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function gitConfig(folder) {
  const settings = [
    [`url.file://${folder}/git/.insteadOf`, "https://git.example/"],
    [`url.file://${folder}/tool/.insteadOf`, "https://github.com/"],
  ];
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

function makeTool(git, repository) {
  mkdirSync(repository, { recursive: true });
  for (const part of ["flake.nix", "nix"])
    cpSync(join(checkout, part), join(repository, part), { recursive: true, verbatimSymlinks: true });
  commitAll(git, repository, "The tool", "v1");
}

function commitAll(git, repository, message = "Start", branch = "main") {
  try {
    git(repository, "rev-parse", "--git-dir", "--resolve-git-dir", ".git");
  } catch {
    git(dirname(repository), "init", "--quiet", `--initial-branch=${branch}`, repository);
  }
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "--message", message);
}

// Every version of Nix adds what a lock lacks; how one input is moved differs between them.
function unlock(provider, input) {
  const path = join(provider, "flake.lock");
  const content = JSON.parse(readFileSync(path, "utf8"));
  delete content.nodes[content.nodes.root.inputs[input]];
  delete content.nodes.root.inputs[input];
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

function lock(nix, provider, env) {
  const args = ["--extra-experimental-features", "nix-command flakes", "flake", "lock"];
  execFileSync("git", ["add", "--all"], { cwd: provider, env });
  execFileSync(nix, args, { cwd: provider, env, stdio: ["ignore", "ignore", "pipe"] });
}
