// Programs that are built from their Go modules, each in a folder of its own below the cache.

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { errorLine, onPath, run } from "./run.mjs";

const HALF_AN_HOUR = 30 * 60 * 1000;

/**
 * Finds or builds one: `{ path }`, or `{ path: null, reason }`. `isUsable` looks whether a file of it will do,
 * the machine's own too; `byHand` says what somebody without Go can do.
 */
export async function ensureGoProgram({ name, module, version, byHand, isUsable }, { cache, log }) {
  const own = onPath(name);
  if (own && (await isUsable(own))) return { path: own };
  const folder = join(cache, `${name}-${version}`);
  await makeFolder(folder, (draft) => build(draft, { name, module, version, byHand, log }));
  const path = join(folder, name);
  if (existsSync(path) && (await isUsable(path))) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again, or ${byHand}.` };
}

async function build(draft, { name, module, version, byHand, log }) {
  if (!onPath("go")) throw new Error(`there is no Go to build ${name} with; ${byHand}.`);
  log(`${name}: building ${version} with Go`);
  const work = join(draft, "go");
  const env = {
    ...process.env,
    GOBIN: draft,
    // Sources and objects are up to 3 GB, of no use to anything else: they go with the draft.
    GOMODCACHE: join(work, "modules"),
    GOCACHE: join(work, "objects"),
    // Go writes its modules read-only otherwise, and only root could remove them.
    GOFLAGS: `${process.env.GOFLAGS ?? ""} -modcacherw`.trim(),
    CGO_ENABLED: "0",
  };
  const args = ["install", "-p", "2", "-trimpath", "-ldflags=-s -w", `${module}@v${version}`];
  const result = await run("go", args, { env, timeout: HALF_AN_HOUR });
  await rm(work, { recursive: true, force: true });
  if (result.code !== 0)
    throw new Error(`Go could not build ${name} ${version} (${errorLine(result)}); ${byHand}.`);
}
