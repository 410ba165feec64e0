// npm run test:nixpkgs: suites that need nixpkgs' lib or flake-parts, on local copies named by
// HOSTENV_TEST_NIXPKGS (a folder with lib/ in it) and HOSTENV_TEST_FLAKE_PARTS. They are not part of
// npm test, which fetches nothing of that size. Suites on further projects run where a variable names a
// copy of it (setup/nixpkgs-copies.mjs). Further arguments go to jest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { attempt } from "./setup/attempt.mjs";
import { cacheFolder } from "./setup/cache.mjs";
import { installDependencies } from "./setup/dependencies.mjs";
import { ensureNix } from "./setup/nix.mjs";
import { ensureNixCurrent } from "./setup/nix-current.mjs";
import { unnamed, wrongCopy } from "./setup/nixpkgs-copies.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const log = (text) => process.stderr.write(`${text}\n`);

function stop(text) {
  log(text);
  process.exit(1);
}

const wrong = wrongCopy(process.env);
if (wrong !== null) stop(wrong);
for (const { project, variable } of unnamed(process.env)) {
  log(`not run: the suites on ${project}, of which ${variable} may name a local copy`);
}
const nix = await ensureNix({ log });
if (nix.path === null) stop(`these suites need Nix: ${nix.reason}`);
const current = await attempt(() => ensureNixCurrent({ cache: cacheFolder(), nix: nix.path, log }));
if (current.path === null) log(`tests on a current Nix are skipped: ${current.reason}`);
installDependencies(root, log);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/jest/bin/jest.js", "--config", "jest.nixpkgs.config.mjs", ...process.argv.slice(2)],
  {
    cwd: root,
    env: {
      ...process.env,
      HOSTENV_TEST_NIX: nix.path,
      ...(current.path === null ? {} : { HOSTENV_TEST_NIX_CURRENT: current.path }),
      NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
    },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
