// Makes sure that the tools of the tests are there: Node 24, a Nix and a current Nix, DNS and ACME servers, what
// deploy starts, a browser, and what reads workflows. `node scripts/setup/toolchain.mjs` prints what it found as JSON.

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureAct } from "./act.mjs";
import { ensureActionlint } from "./actionlint.mjs";
import { attempt } from "./attempt.mjs";
import { cacheFolder } from "./cache.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureDebianTools } from "./debian-tools.mjs";
import { ensureDeployRs } from "./deploy-rs.mjs";
import { ensureNix } from "./nix.mjs";
import { ensureNixCurrent } from "./nix-current.mjs";
import { ensureNode24 } from "./node24.mjs";
import { ensureSops } from "./sops.mjs";
import { ensureSudo } from "./sudo.mjs";
import { ensureZizmor } from "./zizmor.mjs";

/**
 * Gives `{ tools, missing }`: paths by name, and for what the machine cannot have
 * `[{ tool, reason }]`, telling why and what to do. Never throws for that.
 */
export async function toolchain({ log = () => {} } = {}) {
  const place = { cache: cacheFolder(), log };
  const parts = [
    attempt(() => ensureNode24(place)).then((node24) => ({ node24 })),
    installed(place),
    ensureDebianTools(place),
    attempt(() => ensureChromium(place)).then((chromium) => ({ chromium })),
    built(place),
    attempt(() => ensureZizmor(place)).then((zizmor) => ({ zizmor })),
  ];
  return summary(Object.assign({}, ...(await Promise.all(parts))));
}

// One after the other: apt does one thing at a time.
async function installed({ cache, log }) {
  const nix = await attempt(() => ensureNix({ log }));
  // After Nix: one that is current serves as both.
  return {
    nix,
    nixCurrent: await attempt(() => ensureNixCurrent({ cache, nix: nix.path, log })),
    sudo: await attempt(() => ensureSudo({ log })),
  };
}

// What is compiled comes one after the other: each takes all processors for minutes.
async function built(place) {
  const deployRs = await attempt(() => ensureDeployRs(place));
  const sops = await attempt(() => ensureSops(place));
  const actionlint = await attempt(() => ensureActionlint(place));
  return { deployRs, sops, actionlint, act: await attempt(() => ensureAct(place)) };
}

function summary(found) {
  const all = Object.entries(found);
  const tools = Object.fromEntries(
    all.filter(([, { path }]) => path).map(([tool, { path }]) => [tool, path]),
  );
  const missing = all.filter(([, { path }]) => !path).map(([tool, { reason }]) => ({ tool, reason }));
  return { tools, missing };
}

function isMain() {
  return process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  const log = (line) => process.stderr.write(`${line}\n`);
  process.stdout.write(`${JSON.stringify(await toolchain({ log }), null, 2)}\n`);
}
