// npm run test:nixpkgs: suites that need nixpkgs' lib, on a local copy named by HOSTENV_TEST_NIXPKGS
// (a folder with lib/ in it). They are not part of npm test, which fetches nothing of that size.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./setup/dependencies.mjs";
import { ensureNix } from "./setup/nix.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const log = (text) => process.stderr.write(`${text}\n`);

function stop(text) {
  log(text);
  process.exit(1);
}

const nixpkgs = process.env.HOSTENV_TEST_NIXPKGS ?? "";
if (!existsSync(join(nixpkgs, "lib/default.nix"))) {
  stop(`HOSTENV_TEST_NIXPKGS is '${nixpkgs}', which holds no lib/default.nix: name a local copy of nixpkgs`);
}
const nix = await ensureNix({ log });
if (nix.path === null) stop(`these suites need Nix: ${nix.reason}`);
installDependencies(root, log);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/jest/bin/jest.js", "--config", "jest.nixpkgs.config.mjs"],
  {
    cwd: root,
    env: {
      ...process.env,
      HOSTENV_TEST_NIX: nix.path,
      NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
    },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
