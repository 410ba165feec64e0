// Makes sure that there is a Nix: the demo and the tests both need one.

import { aptInstall } from "./apt-install.mjs";
import { errorLine, onPath, run } from "./run.mjs";

const BY_HAND =
  'install Nix by hand (on Debian and Ubuntu "apt-get install nix-bin" as root, elsewhere as the Nix manual says) and put it on PATH';

/** Finds or installs Nix: `{ path }`, or `{ path: null, reason }`. Quiet when Nix is there. */
export async function ensureNix({ log = () => {} } = {}) {
  if (!onPath("nix")) {
    const problem = await aptInstall("nix-bin", "nix", log);
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
