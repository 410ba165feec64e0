// Local copies of other projects, each a variable's value, that the suites of npm run test:nixpkgs evaluate.
import { existsSync } from "node:fs";
import { join } from "node:path";

const REQUIRED = [
  { project: "nixpkgs", variable: "HOSTENV_TEST_NIXPKGS", file: "lib/default.nix" },
  { project: "flake-parts", variable: "HOSTENV_TEST_FLAKE_PARTS", file: "flake.nix" },
];

/** Those that may be missing. Their suites lie in a folder of the project's name. */
export const OPTIONAL = [
  { project: "deploy-rs", variable: "HOSTENV_TEST_DEPLOY_RS", file: "interface.json" },
  { project: "sops-nix", variable: "HOSTENV_TEST_SOPS_NIX", file: "modules/sops/default.nix" },
  {
    project: "nixbsd",
    variable: "HOSTENV_TEST_NIXBSD",
    file: "modules/services/web-servers/nginx/default.nix",
  },
];

/** The optional copies that no variable names. */
export const unnamed = (env) => OPTIONAL.filter(({ variable }) => !env[variable]);

/** What is wrong with the variables of an environment; null where all that must be there is there. */
export function wrongCopy(env) {
  const named = [...REQUIRED, ...OPTIONAL.filter(({ variable }) => env[variable])];
  const wrong = named.find(({ variable, file }) => !existsSync(join(env[variable] ?? "", file)));
  if (wrong === undefined) return null;
  const { project, variable, file } = wrong;
  return `${variable} is '${env[variable] ?? ""}', which holds no ${file}: name a local copy of ${project}`;
}
