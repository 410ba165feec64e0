# The flake-parts module: typed options over mkProvider, under `provider`.
#
# The existing hostenv module declares `provider` options of the same names, and is imported beside this one
# while a provider moves over. Options can't be declared twice, so what is declared here takes any value, and
# the definitions are checked in an evaluation of their own, each still with the file it comes from.
{ lib, options, config, inputs, self, ... }:
let
  inherit (lib) mkOption types;
  settings = import ./module-options.nix { inherit lib; };

  # What mkProvider takes besides settings.
  arguments = {
    builders = mkOption {
      type = types.lazyAttrsOf (types.functionTo types.raw);
      default = { };
      description = "How closures are made: `system` from a node, `environment` from an environment.";
    };
    root = mkOption {
      type = types.nullOr types.path;
      default = null;
      defaultText = lib.literalMD "the flake's folder, as `self` has it";
      description = "The folder of the provider's flake.nix. Needed only before Nix 2.14, where the flake lies in a folder of its repository.";
    };
  };
  ours = settings // arguments;

  # Only the existing module has this option.
  besideHostenv = (options.provider.type.getSubOptions [ ]) ? enable;
  known = value: if besideHostenv then builtins.intersectAttrs ours value else value;
  definition = { file, value }:
    if builtins.isAttrs value then { _file = file; config = known value; } else lib.setDefaultModuleLocation file value;

  evaluated = lib.evalModules {
    prefix = [ "provider" ];
    modules = [ { options = ours; } ] ++ map definition options.provider.definitionsWithLocations;
  };

  given = builtins.intersectAttrs settings evaluated.config;
  provider = import ./mk-provider.nix ({
    inherit inputs self;
    inherit (config) systems;
    inherit (evaluated.config) builders;
    provider = given;
  } // lib.optionalAttrs (evaluated.config.root != null) { inherit (evaluated.config) root; });
in
{
  _class = "flake";

  options.provider = mkOption {
    type = types.submodule { freeformType = types.lazyAttrsOf types.raw; };
    description = "The provider: settings of hostenv-provider, see docs/options.md.";
  };

  # As the existing module declares it, so that both may.
  options.flake.lib = mkOption {
    type = types.submodule { freeformType = types.attrsOf types.unspecified; };
  };

  config = {
    # After the definitions of the existing module: what has one name is ours.
    flake.lib.provider = lib.mkAfter provider.lib.provider;
    flake.deploy = lib.mkDefault provider.deploy;

    perSystem = { system, ... }: {
      packages = lib.mapAttrs (_: lib.mkDefault) provider.packages.${system};
      apps = lib.mapAttrs (_: lib.mkDefault) provider.apps.${system};
      checks = lib.mapAttrs (_: lib.mkDefault) provider.checks.${system};
    };
  };
}
