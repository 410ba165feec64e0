// npm test: brings what the tests need, builds, and runs every suite on it. Further arguments go to
// jest. Ends with 1 when a test fails; says which were skipped, and why.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./setup/dependencies.mjs";
import { toolchain } from "./setup/toolchain.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const log = (text) => process.stderr.write(`${text}\n`);

function run(program, args, env = process.env) {
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
}

// sshKeygen -> HOSTENV_TEST_SSH_KEYGEN
function variable(tool) {
  return `HOSTENV_TEST_${tool.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`;
}

installDependencies(root, log);
const { tools, missing } = await toolchain({ log });
for (const { tool, reason } of missing) log(`tests that need ${tool} are skipped: ${reason}`);

const env = {
  ...process.env,
  NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
  HOSTENV_TEST_NODE: process.execPath,
  ...Object.fromEntries(Object.entries(tools).map(([tool, path]) => [variable(tool), path])),
};

const built = run(process.execPath, ["scripts/build.mjs"]);
if (built !== 0) process.exit(built);

const results = process.env.HOSTENV_TEST_RESULTS ?? join(tmpdir(), `hostenv-test-${process.pid}.json`);
const jest = ["node_modules/jest/bin/jest.js", "--json", `--outputFile=${results}`, ...process.argv.slice(2)];
log("the suites run: the longest first, so that nothing is told for some minutes");
// Development is on Node 24; an older Node runs the bundles only.
const status = run(tools.node24 ?? process.execPath, jest, env);
if (existsSync(results)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, "utf8"));
  log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  if (!process.env.HOSTENV_TEST_RESULTS) rmSync(results);
}
process.exit(status);
