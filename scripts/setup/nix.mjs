// Makes sure that there is a Nix: the demo and the tests both need one.

import { setTimeout as sleep } from "node:timers/promises";
import { errorLine, onPath, run } from "./run.mjs";

const BY_HAND =
  'install Nix by hand (on Debian and Ubuntu "apt-get install nix-bin" as root, elsewhere as the Nix manual says) and put it on PATH';

/** Finds or installs Nix: `{ path }`, or `{ path: null, reason }`. Quiet when Nix is there. */
export async function ensureNix({ log = () => {} } = {}) {
  if (!onPath("nix")) {
    const problem = await install(log);
    if (problem) return { path: null, reason: `${problem}; ${BY_HAND}.` };
  }
  return await usable(onPath("nix"));
}

// Debian's nix-bin alone serves only root: for anyone else it needs the daemon, too.
async function usable(path) {
  if (!path) return { path, reason: `nix-bin was installed but brought no nix on PATH; ${BY_HAND}.` };
  const probe = ["--extra-experimental-features", "nix-command", "eval", "--expr", "1"];
  const result = await run(path, probe);
  if (result.code === 0) return { path };
  const reason = `${path} cannot evaluate "1" (${errorLine(result)}); run as root, start the Nix daemon, or install Nix 2.4 or later.`;
  return { path: null, reason };
}

async function install(log) {
  if (!onPath("apt-get")) return "nix is not on PATH and there is no apt-get to install it";
  const root = await rootPrefix();
  if (!root) return "nix is not on PATH and installing it needs root or a sudo without password";
  log("nix: installing Debian's nix-bin with apt-get");
  const update = await apt(root, ["update"]);
  // A failed update is no reason to stop: the lists already on the machine may do.
  if (update.code !== 0) log(`nix: apt-get update failed (${errorLine(update)}), going on`);
  const result = await apt(root, ["install", "-y", "--no-install-recommends", "nix-bin"]);
  if (result.code !== 0) return `apt-get could not install nix-bin (${errorLine(result)})`;
  log("nix: installed");
  return null;
}

async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = await run("sudo", ["-n", "true"]);
  return sudo.code === 0 ? ["sudo", "-n"] : null;
}

// apt's own Lock::Timeout covers installing but not updating, so a run beside this one
// (or unattended upgrades) is waited for here.
async function apt(root, args) {
  const command = [...root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", ...args];
  for (let tries = 0; ; tries++) {
    const result = await run(command[0], command.slice(1));
    const locked = result.code !== 0 && /Could not get lock|Unable to lock/.test(result.stderr);
    if (!locked || tries >= 60) return result;
    await sleep(3000);
  }
}
