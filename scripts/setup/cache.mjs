// The folder that keeps the test tools, each in `<tool>-<version>/`.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const ONE_DAY = 24 * 60 * 60 * 1000;

export function cacheFolder(env = process.env) {
  if (env.HOSTENV_TEST_CACHE) return resolve(env.HOSTENV_TEST_CACHE);
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "hostenv-provider-test");
}

/**
 * Makes `folder` by `build(draft)`, or reuses it as it is. The draft is renamed only when it
 * is whole, so a folder with the final name is always a finished one.
 */
export async function makeFolder(folder, build) {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await sweepDrafts(folder);
  // mkdtemp adds random letters: one process may build the same tool twice at once.
  const draft = await mkdtemp(`${folder}.tmp-${process.pid}-`);
  try {
    await build(draft);
    await publish(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function publish(draft, folder) {
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another run finished first: its folder is as good as this one.
    if (!existsSync(folder)) throw error;
  }
}

// A run that was killed leaves its draft behind. Only age tells that it is abandoned: the
// cache may be shared by containers, where the process id in the name means nothing.
async function sweepDrafts(folder) {
  const parent = dirname(folder);
  const drafts = (await readdir(parent)).filter((name) => name.startsWith(`${basename(folder)}.tmp-`));
  for (const path of drafts.map((name) => join(parent, name))) {
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > ONE_DAY) await rm(path, { recursive: true, force: true });
  }
}
