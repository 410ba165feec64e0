# Environments' users and slices, as far as the plan does not have them: who may log in to deploy, folders at
# run time, and further limits.
{ config, lib, options, ... }:
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

  # NixOS gives a new user the number that it declares, also where somebody else has it on this node: a person whose
  # number was never declared would share home, keys and rights with a client. bash alone, as PATH may be any.
  numbersAreFree =
    let
      numbered = lib.filterAttrs (_: environment: builtins.isInt (environment.uid or null)) plan.environments;
      cases = suffix: lib.concatStringsSep " | " (mapAttrsToList (name: environment: "${toString environment.uid}:${suffix name}") numbered);
    in
    ''
      declared=
      [ ! -e /var/lib/nixos/declarative-users ] || declared=$(< /var/lib/nixos/declarative-users)
      # Who was declared and is not any more goes with this switch.
      leaves() {
        case " ${toString (builtins.attrNames config.users.users)} " in *" $1 "*) return 1 ;; esac
        case " $declared " in *" $1 "*) return 0 ;; esac
        return 1
      }
      while IFS=: read -r name _ uid _; do
        case "$uid:$name" in
          ${cases (name: name)}) ;;
          ${cases (_: "*")})
            if ! leaves "$name"; then
              echo "uid $uid is reserved for an environment, and on this node $name has it: give $name another one, and its files to that (usermod --uid)" >&2
              exit 1
            fi ;;
        esac
      done < /etc/passwd
    '';

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

  config = mkIf (plan.environments != { }) ({
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
  } // lib.optionalAttrs (options ? system.preSwitchChecks) {
    system.preSwitchChecks.hostenv-uids = numbersAreFree;
  });
}
