# Options of sops-nix, as it types them.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  options.sops = {
    defaultSopsFile = mkOption { type = types.path; };
    age.sshKeyPaths = mkOption { type = types.listOf types.path; default = [ ]; };
    secrets = mkOption {
      type = types.attrsOf (types.submodule {
        options = {
          key = mkOption { type = types.str; };
          owner = mkOption { type = types.nullOr types.str; default = null; };
          group = mkOption { type = types.nullOr types.str; default = null; };
        };
      });
      default = { };
    };
  };
}
