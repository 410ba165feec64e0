/** nixpkgs' lib of the local copy, as Nix text. */
export const lib = `(import ${process.env.HOSTENV_TEST_NIXPKGS}/lib)`;

/** The local copy of flake-parts on that lib, as Nix text: its flake's outputs. */
export const flakeParts = `((import ${process.env.HOSTENV_TEST_FLAKE_PARTS}/flake.nix).outputs {
  nixpkgs-lib = { lib = ${lib}; };
  self = { };
})`;

/** The folder of the optional local copies, for the suites that run where there is one. */
export const optionalCopies = {
  deployRs: process.env.HOSTENV_TEST_DEPLOY_RS ?? "",
  sopsNix: process.env.HOSTENV_TEST_SOPS_NIX ?? "",
  nixbsd: process.env.HOSTENV_TEST_NIXBSD ?? "",
};
