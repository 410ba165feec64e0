// actionlint, the machine's own or built from its Go module.

import { ensureGoProgram } from "./go-install.mjs";
import { run } from "./run.mjs";

const VERSION = "1.7.12";

const ACTIONLINT = {
  name: "actionlint",
  module: "github.com/rhysd/actionlint/cmd/actionlint",
  version: VERSION,
  byHand: `put actionlint ${VERSION} on PATH`,
  isUsable,
};

/** Finds or builds actionlint: `{ path }`, or `{ path: null, reason }`. */
export function ensureActionlint(place) {
  return ensureGoProgram(ACTIONLINT, place);
}

// Another version has other findings. One that `go install` made puts a v before the number.
async function isUsable(path) {
  const { code, stdout } = await run(path, ["-version"]);
  return code === 0 && stdout.split("\n")[0].replace(/^v/, "") === VERSION;
}
