# Environments' users and slices, as far as the plan does not have them: who may log in to deploy, folders at
# run time, and further limits.
{ config, lib, ... }:
let
  inherit (lib) mapAttrs' mapAttrsToList mkIf mkOption nameValuePair types;
  cfg = config.hostenv.users;
  inherit (config.provider) deployPublicKeys plan;
  enabled = lib.filterAttrs (_: environment: environment.enable) plan.environments;

  # The plan sets `keys` of these users; a second definition of it would be merged in any order.
  deployKeys = builtins.toFile "deploy-keys" (lib.concatLines deployPublicKeys);

  # As the planner names it.
  sliceOf = environment:
    "user-${environment.hostenv.organisation}-${lib.substring 0 11 environment.hostenv.project}";

  limits = lib.filterAttrs (_: value: value != null) {
    TasksMax = cfg.tasksMax;
    IOWeight = cfg.ioWeight;
    MemorySwapMax = cfg.memorySwapMax;
  };

  misnamed = lib.filterAttrs (name: environment: environment.hostenv.userName != name) plan.environments;
in
{
  _class = "nixos";
  imports = [ ./data.nix ];

  options.hostenv.users = {
    acceptDeployKeys = mkOption {
      type = types.bool;
      default = true;
      description = "Whether environments' users let the deploy keys in. Without it no environment can be deployed from outside.";
    };
    homeMode = mkOption {
      type = types.strMatching "[0-7]{4}";
      default = "0700";
      description = "Mode of environments' home folders.";
    };
    tasksMax = mkOption {
      type = types.nullOr types.ints.positive;
      default = 8192;
      description = "Most processes and threads of a project's environments on a node, together.";
    };
    ioWeight = mkOption {
      type = types.nullOr (types.ints.between 1 10000);
      default = null;
      description = "systemd's IOWeight of a project's slice (100 where none is set).";
    };
    memorySwapMax = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Most swap of a project's environments on a node, together.";
      example = "1G";
    };
  };

  config = mkIf (plan.environments != { }) {
    users.users = builtins.mapAttrs
      (_: _: {
        inherit (cfg) homeMode;
      } // lib.optionalAttrs (cfg.acceptDeployKeys && deployPublicKeys != [ ]) {
        openssh.authorizedKeys.keyFiles = [ deployKeys ];
      })
      plan.environments;

    systemd.slices = mkIf (limits != { })
      (mapAttrs' (_: environment: nameValuePair (sliceOf environment) { sliceConfig = limits; }) plan.environments);

    # Set-group-ID, so that what is made inside keeps the folder's group.
    systemd.tmpfiles.settings."20-hostenv-users" = {
      "/run/hostenv".d = { mode = "0755"; user = "root"; group = "root"; };
      "/run/hostenv/user".d = { mode = "0755"; user = "root"; group = "root"; };
    } // mapAttrs'
      (name: environment: nameValuePair environment.hostenv.runtimeDir { d = { mode = "2700"; user = name; group = name; }; })
      enabled;

    assertions =
      [
        {
          assertion = misnamed == { };
          message = "provider.plan.environments: ${lib.concatStringsSep ", " (builtins.attrNames misnamed)} must be named as hostenv.userName says. Set it from plan.json, whose names are the users.";
        }
        {
          assertion = !cfg.acceptDeployKeys || deployPublicKeys != [ ];
          message = "hostenv.users.acceptDeployKeys is on and provider.deployPublicKeys is empty: no environment of this node could be deployed. Add the public half of SSH_KEY to the provider's settings.";
        }
      ]
      ++ mapAttrsToList
        (name: environment: {
          assertion = builtins.isInt (environment.uid or null);
          message = "provider.plan.environments.${name} has no uid, and NixOS would give it any. Set it from plan.json.";
        })
        plan.environments;
  };
}
