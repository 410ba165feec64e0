// npm run bench:plan [SIZE …]: what planning costs, as ratios against named baselines in one run.
//   handing on: a flake with the same inputs that only gives out what the projects export
//   evaluation: nix eval of the provider's plan
//   plan: the whole command with --base-plan, which also compares, judges and renders
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, measure } from "./measure.mjs";
import { makeProvider } from "./provider.mjs";

const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [50, 200, 1000, 5000];
const nix = process.env.HOSTENV_BENCH_NIX ?? "nix";
const ROUNDS = { few: 3, many: 7 };

function evaluation(folder, attribute, env) {
  const args = [
    "eval",
    "--json",
    "--extra-experimental-features",
    "nix-command flakes",
    "--no-update-lock-file",
  ];
  return () =>
    measure(nix, [...args, "--option", "eval-cache", "false", `path:${folder}#${attribute}`], { env });
}

async function run(size) {
  const made = makeProvider(size, nix);
  try {
    const plan = (...more) =>
      measure(process.execPath, [cli, "plan", "-C", made.provider, ...more], { env: made.env });
    await plan();
    // Out of the flake's folder: the bare evaluation must not have to copy it.
    const generated = join(made.folder, "generated");
    execFileSync("git", ["rm", "-r", "--cached", "--quiet", "generated"], { cwd: made.provider });
    renameSync(join(made.provider, "generated"), generated);
    // But the pins stay: a plan resolves what is new, not every environment.
    for (const name of ["flake.nix", "flake.lock"]) {
      const kept = join(made.provider, "generated", name);
      mkdirSync(dirname(kept), { recursive: true });
      renameSync(join(generated, name), kept);
    }
    execFileSync("git", ["add", "--all"], { cwd: made.provider });
    const basePlan = join(generated, "plan.json");
    return await compare(
      {
        "handing on": evaluation(made.baseline, "exports", made.env),
        evaluation: evaluation(made.provider, "lib.provider.planJson.x86_64-linux", made.env),
        plan: () =>
          plan("--base-plan", basePlan, "--dry-run", "--comment-file", join(generated, "comment.md")),
      },
      size >= 5000 ? ROUNDS.few : ROUNDS.many,
    );
  } finally {
    made.remove();
  }
}

const seconds = (value) => `${value.toFixed(2)} s`;
const ratio = (value) => `${value.toFixed(2)}×`;
const results = new Map();
process.stdout.write(
  "environments  handing on  evaluation  plan      evaluation/handing on  plan/evaluation  peak plan\n",
);
for (const size of sizes) {
  const found = await run(size);
  results.set(size, found);
  const cells = [
    String(size).padEnd(12),
    seconds(found["handing on"].seconds).padEnd(10),
    seconds(found.evaluation.seconds).padEnd(10),
    seconds(found.plan.seconds).padEnd(8),
    ratio(found.evaluation.seconds / found["handing on"].seconds).padEnd(21),
    ratio(found.plan.seconds / found.evaluation.seconds).padEnd(15),
    `${found.plan.peakMiB.toFixed(0)} MiB`,
  ];
  process.stdout.write(`${cells.join("  ")}\n`);
}
if (results.has(1000) && results.has(5000)) {
  const growth = (name) => ratio(results.get(5000)[name].seconds / results.get(1000)[name].seconds);
  process.stdout.write(`growth 1,000 → 5,000: evaluation ${growth("evaluation")}, plan ${growth("plan")}\n`);
}
