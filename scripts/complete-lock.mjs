// npm run lock: writes package-lock.json anew from package.json. Where a registry lacks the binaries
// of other platforms, npm leaves them out of the lock, and `npm ci` then refuses that lock on every
// machine. This adds them by name and version, as optional packages of their platform.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const path = `${root}package-lock.json`;
const PLATFORM =
  /(android|darwin|linux|win32|freebsd|openharmony)(?:-(arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64))?/;

function entry(name, version) {
  const [, os, cpu] = PLATFORM.exec(name) ?? [];
  return {
    version,
    ...(cpu ? { cpu: [cpu] } : {}),
    dev: true,
    ...(name.includes("musl") ? { libc: ["musl"] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

function missingFrom(packages) {
  return Object.entries(packages)
    .filter(([place]) => place !== "")
    .flatMap(([place, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies).filter(
        ([name]) => !packages[`node_modules/${name}`] && !packages[`${place}/node_modules/${name}`],
      ),
    );
}

const args = [
  "install",
  "--package-lock-only",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];
execFileSync("npm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
const lock = JSON.parse(readFileSync(path, "utf8"));
for (const [name, version] of missingFrom(lock.packages)) {
  lock.packages[`node_modules/${name}`] = entry(name, version);
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)),
);
// Which registry a package came from is the machine's affair.
for (const each of Object.values(lock.packages)) delete each.resolved;
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
