// zizmor, the machine's own or the program in its package of Python's index.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { errorLine, onPath, run } from "./run.mjs";

const VERSION = "1.32.0";
const BY_HAND = `put zizmor ${VERSION} on PATH`;

/** Finds or fetches zizmor: `{ path }`, or `{ path: null, reason }`. */
export async function ensureZizmor({ cache, log }) {
  const own = onPath("zizmor");
  if (own && (await isUsable(own))) return { path: own };
  const folder = join(cache, `zizmor-${VERSION}`);
  await makeFolder(folder, (draft) => fetched(draft, log));
  const path = join(folder, "bin/zizmor");
  if (existsSync(path) && (await isUsable(path))) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again, or ${BY_HAND}.` };
}

// Another version has other findings.
async function isUsable(path) {
  const { code, stdout } = await run(path, ["--version"]);
  return code === 0 && stdout.trim() === `zizmor ${VERSION}`;
}

async function fetched(draft, log) {
  const python = onPath("python3");
  if (!python) throw new Error(`there is no Python to fetch zizmor with; ${BY_HAND}.`);
  log(`zizmor: fetching ${VERSION} with pip`);
  // Nothing of a package is run, and the machine's own packages stay as they are.
  const args = ["--only-binary=:all:", "--no-deps", "--no-input", "--disable-pip-version-check"];
  const result = await run(python, [
    "-m",
    "pip",
    "install",
    ...args,
    `--target=${draft}`,
    `zizmor==${VERSION}`,
  ]);
  if (result.code !== 0)
    throw new Error(`pip could not fetch zizmor ${VERSION} (${errorLine(result)}); ${BY_HAND}.`);
}
