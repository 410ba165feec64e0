// act, which runs workflows, the machine's own or built from its Go module.

import { ensureGoProgram } from "./go-install.mjs";
import { run } from "./run.mjs";

const VERSION = "0.2.89";

const ACT = {
  name: "act",
  module: "github.com/nektos/act",
  version: VERSION,
  byHand: `put act ${VERSION} on PATH`,
  isUsable,
};

/** Finds or builds act: `{ path }`, or `{ path: null, reason }`. */
export function ensureAct(place) {
  return ensureGoProgram(ACT, place);
}

// Other programs are called act, too; and another version takes other workflows.
async function isUsable(path) {
  const { code, stdout } = await run(path, ["--version"]);
  return code === 0 && stdout.trim() === `act version ${VERSION}`;
}
