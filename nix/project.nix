# A project's lib.hostenv, from modules of the options in environments.nix: what a provider reads of its flake.
{
  # nixpkgs' lib.
  lib,
  modules,
  systems ? [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ],
}:
let
  inherit (import ./plan/fail.nix) fail;
  inherit (lib.evalModules { modules = [ ./environments.nix ] ++ modules; }) config;
  broken = map (one: one.message) (lib.filter (one: !one.assertion) config.assertions);

  exported =
    if broken != [ ] then
      fail "project-assertion"
        "the project's environments can't be as they are: ${lib.concatStringsSep " " broken}"
        "correct it in the project's repository"
    else {
      environments = config.exportedEnvironments;
      inherit (config) defaultEnvironment;
    };
in
lib.genAttrs systems (_: exported)
