// Writes docs/options.md from the Nix modules. Needs Nix and a local copy of nixpkgs' lib, named by
// HOSTENV_TEST_NIXPKGS; npm run test:nixpkgs tells when the page is out of date.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const nixpkgs = process.env.HOSTENV_TEST_NIXPKGS;
if (!nixpkgs) {
  process.stderr.write("HOSTENV_TEST_NIXPKGS is not set: name a local copy of nixpkgs\n");
  process.exit(1);
}
const expression = `import ${root}nix/options-docs.nix { lib = import ${nixpkgs}/lib; }`;
const options = ["--extra-experimental-features", "nix-command", "--raw", "--impure", "--expr"];
writeFileSync(
  `${root}docs/options.md`,
  execFileSync("nix", ["eval", ...options, expression], { encoding: "utf8" }),
);
