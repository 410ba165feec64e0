// npm run test:random: runs the suites with properties again and again, each time with another seed, until
// one fails, and says how to see that failure again. `npm run test:random -- 50` ends after 50 rounds.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 20);
// Suites that start programs spend their time on those.
const FOLDERS = ["domain", "fleets", "render", "commands", "adapters"];
const suites = FOLDERS.flatMap((folder) =>
  readdirSync(`${root}__tests__/${folder}`, { recursive: true }).map((name) => `__tests__/${folder}/${name}`),
).filter(
  (path) => path.endsWith(".test.ts") && readFileSync(root + path, "utf8").includes('from "fast-check"'),
);

function passes(seed) {
  const args = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "--silent", ...suites];
  const env = { ...process.env, HOSTENV_TEST_SEED: String(seed) };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  if (status !== 0) process.stdout.write(stderr);
  return status === 0;
}

for (let round = 1; round <= ROUNDS; round += 1) {
  const seed = randomInt(2 ** 31);
  if (!passes(seed)) {
    process.stdout.write(`failed with HOSTENV_TEST_SEED=${seed}\n`);
    process.exit(1);
  }
  process.stdout.write(`round ${round} of ${ROUNDS}: passed\n`);
}
