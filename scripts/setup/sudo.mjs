// sudo, for the nodes of the tests: its rights come with its installation, so it can't be unpacked.

import { aptInstall } from "./apt-install.mjs";
import { onPath } from "./run.mjs";

/** Finds or installs sudo: `{ path }`, or `{ path: null, reason }`. */
export async function ensureSudo({ log }) {
  const problem = onPath("sudo") ? null : await aptInstall("sudo", "sudo", log);
  const path = onPath("sudo");
  return path ? { path } : { path: null, reason: `${problem}; put sudo on PATH.` };
}
