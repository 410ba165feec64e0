# What sops-nix' module asks of NixOS besides the options that we have, and packages as far as it names them.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  made = name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; };
in
{
  options = {
    services.openssh.hostKeys = mkOption { type = types.listOf types.raw; default = [ ]; };
    system.activationScripts = mkOption { type = types.attrsOf types.raw; default = { }; };
    system.build.sops-nix-users-manifest = mkOption { type = types.raw; };
    system.build.sops-nix-manifest = mkOption { type = types.raw; };
  };
  config = {
    sops.package = made "sops-install-secrets";
    sops.gnupg.package = made "gnupg";
    _module.args.pkgs = lib.fix (pkgs: {
      inherit lib;
      stdenv = lib.genAttrs [ "buildPlatform" "hostPlatform" ] (_: "x86_64-linux");
      # What is written is kept beside: nobody builds it.
      writeTextFile = { name, text, ... }: made name // { inherit text; };
      callPackage = file: given:
        let function = import file; in
        function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // given);
    });
  };
}
