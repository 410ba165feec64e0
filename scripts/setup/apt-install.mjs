// Installs packages of the machine's own Debian or Ubuntu: only what starts no service.

import { setTimeout as sleep } from "node:timers/promises";
import { errorLine, onPath, run } from "./run.mjs";

/** Installs the package that brings a program. Gives null, or why it can't be installed. */
export async function aptInstall(name, program, log) {
  if (!onPath("apt-get")) return `${program} is not on PATH and there is no apt-get to install it`;
  const root = await rootPrefix();
  if (!root) return `${program} is not on PATH and installing it needs root or a sudo without password`;
  log(`${program}: installing Debian's ${name} with apt-get`);
  const update = await apt(root, ["update"]);
  // A failed update is no reason to stop: the lists already on the machine may do.
  if (update.code !== 0) log(`${program}: apt-get update failed (${errorLine(update)}), going on`);
  const result = await apt(root, ["install", "-y", "--no-install-recommends", name]);
  if (result.code !== 0) return `apt-get could not install ${name} (${errorLine(result)})`;
  log(`${program}: installed`);
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
