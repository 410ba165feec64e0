// The npm packages of the lock file, installed once per lock.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Runs `npm ci` where node_modules is missing or was made from another lock. */
export function installDependencies(root, log) {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const mark = join(root, "node_modules/.hostenv-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  if (lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) {
    log("node_modules is a link, and npm ci would empty what it leads to: remove it, and start again");
    process.exit(1);
  }
  log("npm ci");
  // No install script of a dependency runs; none that we use needs one.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    log("npm ci failed: check the network and the npm registry's settings");
    process.exit(1);
  }
  writeFileSync(mark, lock);
}
