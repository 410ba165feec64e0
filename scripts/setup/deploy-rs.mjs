// deploy-rs, the machine's own or built from its crate: the programs `deploy` and `activate`.

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { errorLine, onPath, run } from "./run.mjs";

// Versions of this crate before 1.0 are another program.
const VERSION = "1.0.0";
const BY_HAND = "put deploy-rs 1 (deploy and activate) on PATH";

const HALF_AN_HOUR = 30 * 60 * 1000;

/** Finds or builds deploy-rs: `{ path }` of the folder with both programs, or `{ path: null, reason }`. */
export async function ensureDeployRs({ cache, log }) {
  const own = onPath("deploy");
  if (own && (await isWhole(dirname(own)))) return { path: dirname(own) };
  const folder = join(cache, `deploy-rs-${VERSION}`);
  await makeFolder(folder, (draft) => build(draft, log));
  const path = join(folder, "bin");
  if (await isWhole(path)) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again, or ${BY_HAND}.` };
}

/** Whether it need not be built first. */
export function deployRsIsThere({ cache }) {
  return Boolean(onPath("deploy")) || existsSync(join(cache, `deploy-rs-${VERSION}`));
}

async function isWhole(folder) {
  const { code, stdout } = await run(join(folder, "deploy"), ["--version"]);
  return code === 0 && /^deploy-rs 1\./m.test(stdout) && existsSync(join(folder, "activate"));
}

async function build(draft, log) {
  if (!onPath("cargo")) throw new Error(`there is no cargo to build deploy-rs with; ${BY_HAND}.`);
  log(`deploy-rs: building ${VERSION} with cargo`);
  const target = join(draft, "target");
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: target,
    // What it does is waiting for ssh and Nix: it need not be fast, but soon there.
    CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
    CARGO_PROFILE_RELEASE_LTO: "off",
    CARGO_PROFILE_RELEASE_STRIP: "true",
  };
  const args = ["install", "deploy-rs", "--locked", "--version", VERSION, "--root", draft];
  const result = await run("cargo", args, { env, timeout: HALF_AN_HOUR });
  await rm(target, { recursive: true, force: true });
  if (result.code !== 0) {
    throw new Error(`cargo could not build deploy-rs ${VERSION} (${errorLine(result)}); ${BY_HAND}.`);
  }
}
