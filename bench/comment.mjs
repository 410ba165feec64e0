// npm run bench:comment [SIZE …]: from the start of the action plan to the moment its comment reaches
// GitHub, against the bare evaluation of the same flake, in turns. GitHub is a server on this machine, so
// what its network would add is not in it.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGithubApi } from "../__tests__/support/github-api.mjs";
import { compare, measure } from "./measure.mjs";
import { makeProvider } from "./provider.mjs";

const door = (name) => fileURLToPath(new URL(`../dist/${name}/index.js`, import.meta.url));
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [5, 50, 200];
const nix = process.env.HOSTENV_BENCH_NIX ?? "nix";
const ROUNDS = 7;

const git = (cwd, ...args) =>
  execFileSync("git", ["-c", "user.name=B", "-c", "user.email=b@bench.example", ...args], {
    cwd,
    encoding: "utf8",
  }).trim();

// A provider whose main is planned and committed, and a branch that opens a port.
function prepared(size) {
  const made = makeProvider(size, nix);
  const commit = (message) => {
    git(made.provider, "add", "--all");
    git(made.provider, "commit", "--quiet", "--message", message);
    return git(made.provider, "rev-parse", "HEAD");
  };
  commit("A provider");
  execFileSync(process.execPath, [door("cli"), "plan", "-C", made.provider], {
    env: made.env,
    stdio: "pipe",
  });
  const base = commit("Snapshot");
  const flake = join(made.provider, "flake.nix");
  const text = readFileSync(flake, "utf8");
  writeFileSync(flake, text.replace("nodeFor =", "nodeFirewallPorts.node-a = [ 8443 ];\n  nodeFor ="));
  return { ...made, base, head: commit("Open a port") };
}

function bareEvaluation({ provider, env }) {
  const args = ["eval", "--json", "--extra-experimental-features", "nix-command flakes"];
  const where = ["--no-update-lock-file", "--option", "eval-cache", "false"];
  return () =>
    measure(nix, [...args, ...where, `path:${provider}#lib.provider.planJson.x86_64-linux`], { env });
}

// Seconds until the comment has arrived; the action is then let run to its end.
async function untilComment(made, api) {
  const runner = join(made.folder, "runner");
  mkdirSync(runner, { recursive: true });
  const file = (name, text = "") => {
    writeFileSync(join(runner, name), text);
    return join(runner, name);
  };
  const repo = { id: 1 };
  const pull = { number: 7, base: { sha: made.base, repo }, head: { sha: made.head, repo } };
  const env = {
    ...made.env,
    INPUT_COMMENT: "true",
    "INPUT_DRY-RUN": "false",
    "INPUT_GITHUB-TOKEN": api.token,
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: api.repository.full_name,
    GITHUB_EVENT_PATH: file("event.json", JSON.stringify({ pull_request: pull })),
    GITHUB_OUTPUT: file("output"),
    GITHUB_STEP_SUMMARY: file("summary"),
    RUNNER_TEMP: runner,
  };
  const started = performance.now();
  let seconds;
  const stop = api.before(["POST", "PATCH"], /\/comments(?:\/\d+)?$/, () => {
    seconds ??= (performance.now() - started) / 1000;
  });
  const child = spawn(process.execPath, [door("plan")], { cwd: made.provider, env, stdio: "ignore" });
  await new Promise((resolve) => child.once("close", resolve));
  stop();
  git(made.provider, "checkout", "--quiet", "--", ".");
  if (seconds === undefined) throw new Error("the action wrote no comment");
  return { seconds, peakMiB: 0 };
}

async function run(size) {
  const made = prepared(size);
  const api = await startGithubApi();
  api.addPull({ number: 7, head: { sha: made.head }, base: { sha: made.base } });
  try {
    // The server compiles its checks with the first request of a kind.
    await untilComment(made, api);
    return await compare(
      {
        evaluation: bareEvaluation(made),
        first: () => {
          api.comments.splice(0);
          return untilComment(made, api);
        },
      },
      ROUNDS,
    );
  } finally {
    await api.close();
    made.remove();
  }
}

process.stdout.write("environments  evaluation  start to comment  start to comment/evaluation\n");
for (const size of sizes) {
  const { evaluation, first } = await run(size);
  const cells = [
    String(size).padEnd(12),
    `${evaluation.seconds.toFixed(2)} s`.padEnd(10),
    `${first.seconds.toFixed(2)} s`.padEnd(16),
    `${(first.seconds / evaluation.seconds).toFixed(2)}×`,
  ];
  process.stdout.write(`${cells.join("  ")}\n`);
}
