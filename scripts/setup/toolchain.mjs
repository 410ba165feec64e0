// Makes sure that the tools of the tests are there: Node 24, a Nix, and a current Nix.
// `node scripts/setup/toolchain.mjs` prints what it found as JSON.

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { ensureNix } from "./nix.mjs";
import { ensureNixCurrent } from "./nix-current.mjs";
import { ensureNode24 } from "./node24.mjs";

/**
 * Gives `{ node24, nix, nixCurrent, missing }`: paths, null for what the machine cannot
 * have, with `missing: [{ tool, reason }]` telling why and what to do. Never throws for that.
 */
export async function toolchain({ log = () => {} } = {}) {
  const cache = cacheFolder();
  const nodeFound = attempt(() => ensureNode24({ cache, log }));
  const nix = await attempt(() => ensureNix({ log }));
  // After Nix: one that is current serves as both.
  const nixCurrent = await attempt(() => ensureNixCurrent({ cache, nix: nix.path, log }));
  return summary({ node24: await nodeFound, nix, nixCurrent });
}

async function attempt(ensure) {
  try {
    return await ensure();
  } catch (error) {
    return { path: null, reason: error.code ? notWritable(error) : error.message };
  }
}

// An error with a code is the file system's: the modules here throw plain ones.
function notWritable({ message }) {
  return `the cache folder does not take files (${message}); set HOSTENV_TEST_CACHE to one that does.`;
}

function summary(found) {
  const tools = Object.entries(found);
  const missing = tools.filter(([, { path }]) => !path).map(([tool, { reason }]) => ({ tool, reason }));
  return { ...Object.fromEntries(tools.map(([tool, { path }]) => [tool, path])), missing };
}

function isMain() {
  return process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  const log = (line) => process.stderr.write(`${line}\n`);
  process.stdout.write(`${JSON.stringify(await toolchain({ log }), null, 2)}\n`);
}
