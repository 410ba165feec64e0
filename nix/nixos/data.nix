# What the plan says of this node, for the modules beside: each of them imports this file, so that any may be
# used without the others. bridge.nix sets it.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  _class = "nixos";

  options.provider = {
    deployUser = mkOption {
      type = types.str;
      default = "deploy";
      description = "The user that deploys to this node.";
    };
    deployPublicKeys = mkOption {
      type = types.listOf types.singleLineStr;
      default = [ ];
      description = "SSH public keys that deploy.";
      example = [ "ssh-ed25519 AAAA… deploy@hosting.example" ];
    };
    nixSigning.trustedPublicKeys = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Public keys of the builds that are copied to this node.";
      example = [ "hosting.example-1:AAAA…" ];
    };
    plan = {
      environments = mkOption {
        type = types.lazyAttrsOf types.raw;
        default = { };
        description = "The environments that this node carries, by user, as plan.json has them.";
      };
      hostnames = mkOption {
        type = types.attrsOf (types.submodule {
          options = {
            tls = mkOption { type = types.bool; default = false; description = "Whether it has a certificate now."; };
            off = mkOption { type = types.bool; default = false; description = "Whether the DNS gate has turned TLS off."; };
            environment = mkOption { type = types.nullOr types.str; default = null; description = "Whose it is."; };
          };
        });
        default = { };
        description = "The hostnames that this node answers for.";
      };
    };
  };
}
