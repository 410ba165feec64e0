# nixpkgs as far as deploy-rs' lib calls it: derivations that nobody builds, with what they were made of beside.
{ system, overlays }:
let
  lib = import (builtins.getEnv "HOSTENV_TEST_NIXPKGS" + "/lib");
  made = name: about: derivation { inherit name system; builder = "/bin/sh"; } // about;
  pkgs = {
    inherit lib;
    runtimeShell = "/bin/bash";
    rustPlatform.buildRustPackage = { pname, ... }: made pname { };
    writeScript = name: text: made name { inherit text; };
    writeTextFile = { name, text, executable, destination }: made name { inherit text executable destination; };
    buildEnv = { name, paths }: made name { inherit paths; };
  };
in
lib.fix (lib.foldl' (under: overlay: lib.extends overlay under) (_: pkgs) overlays)
