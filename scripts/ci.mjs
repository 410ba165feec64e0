// Everything that must hold before a change lands. Prints `N passed, N failed` last.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(mkdtempSync(join(tmpdir(), "hostenv-ci-")), "results.json");
const env = { ...process.env, HOSTENV_TEST_RESULTS: results };

const CHECKS = ["lint", "typecheck", "check:dist", "check:docs", "mutants:part"];

function npm(...args) {
  const started = performance.now();
  const { status } = spawnSync("npm", args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} npm ${args.join(" ")} (${seconds} s)\n`);
  return status === 0;
}

function testCounts(passed) {
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(results, "utf8"),
  );
  if (numPendingTests > 0) process.stdout.write(`${numPendingTests} skipped tests count as failed\n`);
  const failed = numFailedTests + numPendingTests + numRuntimeErrorTestSuites;
  // Whatever the counts say: a runner that ended badly has failed.
  return { passed: numPassedTests, failed: passed ? failed : Math.max(failed, 1) };
}

const tests = testCounts(npm("test"));
const checks = CHECKS.map((check) => npm("run", check));
process.stdout.write("not run here: npm run test:nixpkgs (needs local copies of nixpkgs and flake-parts)\n");
const failed = tests.failed + checks.filter((passed) => !passed).length;
process.stdout.write(`${tests.passed + checks.filter((passed) => passed).length} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
