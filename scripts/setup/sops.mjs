// sops, the machine's own or built from its Go module.

import { ensureGoProgram } from "./go-install.mjs";
import { run } from "./run.mjs";

const SOPS = {
  name: "sops",
  module: "github.com/getsops/sops/v3/cmd/sops",
  version: "3.13.3",
  byHand: "put sops 3 on PATH",
  isUsable,
};

/** Finds or builds sops: `{ path }`, or `{ path: null, reason }`. */
export function ensureSops(place) {
  return ensureGoProgram(SOPS, place);
}

// Without the option it asks the network for a newer version.
async function isUsable(path) {
  const { code, stdout } = await run(path, ["--version", "--disable-version-check"]);
  return code === 0 && /^sops 3\./m.test(stdout);
}
