// npm run bench:event [ROUNDS]: from the event of a pull request to the moment its comment reaches GitHub, with the caller
// plan.yml run by act on this machine: checkout, plan, report, and the comment by the second job. In turns with
//   nothing: act running a workflow of one job that does nothing
//   evaluation: the bare evaluation of the same flake
// The runner's own start, GitHub's network and the installation of Nix are not in it. Run `npm run build` before.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeExample } from "../scripts/example.mjs";
import { toolchain } from "../scripts/setup/toolchain.mjs";
import { compare, measure } from "./measure.mjs";
import { makeProvider } from "./provider.mjs";

const LARGE = 200;
const rounds = Number(process.argv[2] ?? 5);
const { tools } = await toolchain();
// What the tests are made of is TypeScript, which this Node may not read.
if (!process.features.typescript) {
  const { status } = spawnSync(tools.node24, [fileURLToPath(import.meta.url), String(rounds)], {
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}
process.env.HOSTENV_TEST_ACT = tools.act;
const { Act } = await import("../__tests__/support/act.ts");
const { startGithubApi } = await import("../__tests__/support/github-api.mjs");

const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const nix = tools.nixCurrent ?? tools.nix;

function gitOf(made) {
  const env = { ...made.env, GIT_AUTHOR_NAME: "B", GIT_AUTHOR_EMAIL: "b@bench.example" };
  Object.assign(env, { GIT_COMMITTER_NAME: "B", GIT_COMMITTER_EMAIL: "b@bench.example" });
  made.env = env;
  return (...args) => execFileSync("git", args, { cwd: made.provider, env, encoding: "utf8" }).trim();
}

// A provider whose main is planned and committed, and a branch that opens a port.
function large() {
  const made = makeProvider(LARGE, nix);
  const git = gitOf(made);
  const commit = (message) => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  commit("A provider");
  execFileSync(process.execPath, [cli, "plan", "-C", made.provider], { env: made.env, stdio: "pipe" });
  const base = commit("Snapshot");
  const flake = join(made.provider, "flake.nix");
  writeFileSync(
    flake,
    readFileSync(flake, "utf8").replace("nodeFor =", "nodeFirewallPorts.node-a = [ 8443 ];\n  nodeFor ="),
  );
  return { ...made, git, base, head: commit("Open a port") };
}

function example() {
  const made = makeExample({ nix });
  const git = gitOf(made);
  return { ...made, git, base: git("rev-parse", "main"), head: git("rev-parse", "change") };
}

/** As GitHub merges the head onto the base, for the checkout to find. */
function merge({ git, base, head }) {
  const merged = git("commit-tree", `${head}^{tree}`, "-p", base, "-p", head, "-m", "Merge");
  git("update-ref", "refs/pull/7/merge", merged);
  git("config", "uploadpack.allowAnySHA1InWant", "true");
}

async function untilComment(made, api) {
  api.comments.splice(0);
  const act = new Act();
  const repository = {
    id: 1,
    full_name: api.repository.full_name,
    name: "provider",
    owner: { login: "acme" },
  };
  const [base, head] = [
    { sha: made.base, ref: "main", repo: { id: 1 } },
    { sha: made.head, ref: "change", repo: { id: 1 } },
  ];
  const payload = { repository, action: "opened", number: 7, pull_request: { number: 7, base, head } };
  const env = { ...made.env, TEST_ORIGIN: `file://${made.provider}`, TEST_REF: "refs/pull/7/merge" };
  let seconds;
  const started = performance.now();
  const stop = api.before(["POST", "PATCH"], /\/comments(?:\/\d+)?$/, () => {
    seconds ??= (performance.now() - started) / 1000;
  });
  try {
    const { said } = await act.run("plan", { event: "pull_request", payload, env, api });
    if (seconds === undefined) throw new Error(`the workflow wrote no comment:\n${said}`);
    return { seconds, peakMiB: 0 };
  } finally {
    stop();
    act.remove();
  }
}

function emptyJob() {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-event-"));
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  const job = "jobs:\n  nothing:\n    runs-on: ubuntu-latest\n    steps:\n      - run: true\n";
  writeFileSync(join(folder, ".github/workflows/nothing.yml"), `on: push\npermissions: {}\n${job}`);
  const git = (...args) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "--quiet", "--initial-branch=main");
  git(
    "-c",
    "user.name=B",
    "-c",
    "user.email=b@bench.example",
    "commit",
    "--quiet",
    "--allow-empty",
    "-m",
    "One",
  );
  const args = [
    "push",
    "-C",
    folder,
    "-P",
    "ubuntu-latest=-self-hosted",
    "--no-cache-server",
    "--pull=false",
  ];
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, "cache") };
  return {
    run: () => measure(tools.act, args, { env, cwd: folder }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function bareEvaluation({ provider, env }) {
  const args = ["eval", "--json", "--extra-experimental-features", "nix-command flakes"];
  const where = ["--no-update-lock-file", "--option", "eval-cache", "false"];
  return () =>
    measure(nix, [...args, ...where, `path:${provider}#lib.provider.planJson.x86_64-linux`], { env });
}

async function run(made) {
  merge(made);
  const api = await startGithubApi();
  api.addUser({ login: "maintainer", id: 11, permission: "write" });
  api.addPull({ number: 7, head: { sha: made.head, ref: "change" }, base: { sha: made.base } });
  const nothing = emptyJob();
  try {
    const ways = {
      nothing: nothing.run,
      evaluation: bareEvaluation(made),
      event: () => untilComment(made, api),
    };
    return await compare(ways, rounds);
  } finally {
    nothing.remove();
    await api.close();
    made.remove();
  }
}

const seconds = ({ seconds: value }) => `${value.toFixed(2)} s`;
process.stdout.write("provider          nothing  evaluation  event to comment  /nothing  /evaluation\n");
for (const [name, make] of [
  ["the example", example],
  [`${LARGE} environments`, large],
]) {
  const { nothing, evaluation, event } = await run(make());
  const cells = [
    name.padEnd(16),
    seconds(nothing).padEnd(7),
    seconds(evaluation).padEnd(10),
    seconds(event).padEnd(16),
    `${(event.seconds / nothing.seconds).toFixed(1)}×`.padEnd(8),
    `${(event.seconds / evaluation.seconds).toFixed(1)}×`,
  ];
  process.stdout.write(`${cells.join("  ")}\n`);
}
