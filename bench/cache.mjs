// npm run bench:cache [PROJECTS]: what the action's cache is worth, as ratios in one run. Each run has a store
// of its own, as a runner does; projects are git repositories behind a daemon on this machine, 50 ms away.
//   cold: nothing was fetched before
//   restored: with what an earlier run fetched, the time to copy it in included
//   base again: the evaluation of the base alone, which is what keeping its result would save
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, measure } from "./measure.mjs";

const projects = Number(process.argv[2] ?? 20);
const nix = process.env.HOSTENV_BENCH_NIX ?? "nix";
const ROUNDS = 3;
/** Milliseconds each way, as to a server of the same continent. */
const LATENCY_MS = 25;
/** So many files of so many KiB stand for a project's code. */
const FILES = { count: 40, kib: 16 };

const folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-bench-cache-")));
const git = (cwd, ...args) =>
  execFileSync("git", ["-c", "user.name=B", "-c", "user.email=b@bench.example", ...args], {
    cwd,
    stdio: "pipe",
  });

function project(index) {
  const place = join(folder, "git", `p${index}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "flake.nix"), `{ outputs = _: { value = ${index}; }; }\n`);
  for (let file = 0; file < FILES.count; file++)
    writeFileSync(
      join(place, `f${file}`),
      `${index} ${file} ${Math.sin(index * file)}\n`.repeat(FILES.kib * 32),
    );
  git(place, "init", "--quiet", "--initial-branch=main");
  git(place, "add", "--all");
  git(place, "commit", "--quiet", "--message", "Code");
}

function provider(port) {
  const indices = Array.from({ length: projects }, (_, index) => index);
  for (const index of indices) project(index);
  const place = join(folder, "provider");
  mkdirSync(place);
  const inputs = indices.map((index) => `    p${index}.url = "git://127.0.0.1:${port}/p${index}?ref=main";`);
  writeFileSync(
    join(place, "flake.nix"),
    `{ inputs = {\n${inputs.join("\n")}\n  }; outputs = inputs: { values = map (i: i.value) (builtins.attrValues (builtins.removeAttrs inputs [ "self" ])); }; }\n`,
  );
  return place;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// What comes from either side is handed on late.
function distance(port, target) {
  const late = (from, to) => {
    from.on("data", (chunk) => setTimeout(() => to.writable && to.write(chunk), LATENCY_MS));
    from.on("end", () => setTimeout(() => to.end(), LATENCY_MS));
    from.on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    late(near, far);
    late(far, near);
  });
  return server.listen(port, "127.0.0.1");
}

let count = 0;
function machine() {
  const place = join(folder, `machine-${count++}`);
  mkdirSync(place);
  const env = { ...process.env, XDG_CACHE_HOME: join(place, "cache"), NIX_REMOTE: `local?root=${place}` };
  return {
    env,
    cache: join(place, "cache/nix"),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

const features = ["--extra-experimental-features", "nix-command flakes"];
const evaluation = (place, env) =>
  measure(
    nix,
    [
      "eval",
      "--json",
      ...features,
      "--option",
      "eval-cache",
      "false",
      "--no-update-lock-file",
      `path:${place}#values`,
    ],
    { env },
  );

const [port, direct] = [await freePort(), await freePort()];
const place = provider(port);
const daemon = spawn(
  "git",
  ["daemon", `--port=${direct}`, "--listen=127.0.0.1", "--export-all", `--base-path=${join(folder, "git")}`],
  { stdio: "ignore" },
);
const proxy = distance(port, direct);
try {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const first = machine();
  await measure(nix, [...features, "flake", "lock", `path:${place}`], { env: first.env });
  await evaluation(place, first.env);
  const found = await compare(
    {
      cold: async () => {
        const here = machine();
        const run = await evaluation(place, here.env);
        here.remove();
        return run;
      },
      restored: async () => {
        const here = machine();
        const started = performance.now();
        cpSync(first.cache, here.cache, { recursive: true });
        const copied = (performance.now() - started) / 1000;
        const run = await evaluation(place, here.env);
        here.remove();
        return { ...run, seconds: run.seconds + copied };
      },
      "base again": () => evaluation(place, first.env),
    },
    ROUNDS,
  );
  const cold = found.cold.seconds;
  for (const [name, { seconds }] of Object.entries(found))
    process.stdout.write(
      `${name.padEnd(12)} ${seconds.toFixed(2)} s  ${(seconds / cold).toFixed(2)}× of cold\n`,
    );
} finally {
  daemon.kill();
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
}
