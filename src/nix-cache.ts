import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as core from "@actions/core";
import { NixEvaluator } from "./adapters/nix-evaluator.ts";
import { PROGRAM } from "./compose/call.ts";

/**
 * Brings back what Nix fetched in earlier runs; the answer keeps what it has fetched since. Only sources
 * are kept, which locks name by their hash: results of evaluations are never taken from a cache, and
 * deploys use none.
 */
export async function restoreFetched(directory: string): Promise<{ save: () => Promise<void> }> {
  // Loaded here: it is the largest library of the bundle.
  const { GithubCache } = await import("./adapters/github-cache.ts");
  const store = new GithubCache((text) => core.debug(text));
  const paths = fetcherPaths();
  const { key, prefix } = await keyOf(directory);
  const isCurrent = await store.restore(paths, key, [prefix]);
  const save = async () => {
    if (!isCurrent && existsSync(fetcherFolder())) await store.save(paths, key);
    // What nobody waits for would hold the job.
    if (store.isAbandoned) process.exit();
  };
  return { save };
}

function fetcherFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nix");
}

// Not eval-cache-v*: who could write it could make a plan say anything.
function fetcherPaths(): string[] {
  return ["fetcher-cache-v*.sqlite", "gitv*", "tarball-cache*"].map((name) => join(fetcherFolder(), name));
}

async function keyOf(directory: string): Promise<{ key: string; prefix: string }> {
  const version = (await new NixEvaluator().version()) ?? "none";
  const prefix = `hostenv-nix-${process.platform}-${PROGRAM.version}-${version}-`;
  const hash = createHash("sha256");
  for (const lock of ["flake.lock", "generated/flake.lock"]) {
    const path = join(directory, lock);
    hash.update(existsSync(path) ? readFileSync(path) : "");
  }
  return { key: prefix + hash.digest("hex").slice(0, 16), prefix };
}
