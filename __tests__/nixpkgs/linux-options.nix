# Options of NixOS that our modules set, typed as NixOS types them, as far as a BSD has none of them. Nothing is
# built from them.
{ lib, ... }:
let
  inherit (lib) types;
  inherit (import ./declare.nix lib) defaulted flag list many option optional section submodule unitOption;
  dash = defaulted "-" types.str;
  unitName = types.strMatching "[a-zA-Z0-9@%:_.\\-]+[.](service|timer|target|slice)";
in
{
  options = {
    assertions = list (types.submodule { options = { assertion = option types.bool; message = option types.str; }; });
    warnings = list types.str;

    systemd.services = many {
      description = defaulted "" types.singleLineStr;
      overrideStrategy = defaulted "asDropinIfExists" (types.enum [ "asDropinIfExists" "asDropin" ]);
      script = defaulted "" types.lines;
      scriptArgs = defaulted "" types.str;
      serviceConfig = section;
      wantedBy = list unitName;
      onSuccess = list unitName;
      onFailure = list unitName;
    };
    systemd.slices = many { description = defaulted "" types.singleLineStr; sliceConfig = section; };
    systemd.timers = many { wantedBy = list unitName; timerConfig = section; };
    systemd.tmpfiles.settings = defaulted { } (types.attrsOf (types.attrsOf (types.attrsOf (submodule {
      mode = dash; user = dash; group = dash;
    }))));

    services.restic.backups = many {
      user = defaulted "root" types.str;
      repository = optional types.str;
      passwordFile = option types.str;
      environmentFile = optional types.str;
      paths = defaulted [ ] (types.nullOr (types.listOf types.str));
      exclude = list types.str;
      pruneOpts = list types.str;
      extraBackupArgs = list types.str;
      initialize = flag;
      timerConfig = defaulted { OnCalendar = "daily"; Persistent = true; } (types.nullOr (types.attrsOf unitOption));
    };

    services.prometheus.exporters.node = {
      enable = flag;
      listenAddress = defaulted "0.0.0.0" types.str;
      port = defaulted 9100 types.port;
      enabledCollectors = list types.str;
      extraFlags = list types.str;
    };

    networking = {
      hostName = defaulted "nixos" types.str;
      firewall = { enable = defaulted true types.bool; allowedTCPPorts = list types.port; };
    };
    system.preSwitchChecks = defaulted { } (types.attrsOf types.str);
    nix.settings.trusted-public-keys = list types.str;
    # Beside the declaration of all else that a user has.
    users.users = option (types.attrsOf (submodule { linger = optional types.bool; }));
  };
}
