# Options of NixOS and sops-nix that our modules set, typed as those type them. Nothing is built from them.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  option = type: mkOption { inherit type; };
  defaulted = default: type: mkOption { inherit type default; };
  submodule = options: types.submodule { inherit options; };
  many = options: defaulted { } (types.attrsOf (submodule options));
  optional = type: defaulted null (types.nullOr type);
  list = type: defaulted [ ] (types.listOf type);
  flag = defaulted false types.bool;
  # A unit's section: a value, or a list of values.
  unitOption = types.oneOf [ types.bool types.int types.str types.path (types.listOf types.str) ];
  section = defaulted { } (types.attrsOf unitOption);
  mode = defaulted "-" types.str;
in
{
  options = {
    assertions = list (types.submodule { options = { assertion = option types.bool; message = option types.str; }; });
    warnings = list types.str;

    users.users = many {
      uid = optional types.int;
      group = defaulted "" (types.strMatching "[a-zA-Z0-9_-]*");
      isNormalUser = flag;
      createHome = flag;
      linger = optional types.bool;
      homeMode = defaulted "700" (types.strMatching "[0-7]{1,5}");
      extraGroups = list types.str;
      openssh.authorizedKeys = { keys = list types.singleLineStr; keyFiles = list types.path; };
    };
    users.groups = many { gid = optional types.int; };

    systemd.services = many {
      description = defaulted "" types.singleLineStr;
      overrideStrategy = defaulted "asDropinIfExists" (types.enum [ "asDropinIfExists" "asDropin" ]);
      script = defaulted "" types.lines;
      scriptArgs = defaulted "" types.str;
      serviceConfig = section;
      wantedBy = list types.str;
      onSuccess = list types.str;
      onFailure = list types.str;
    };
    systemd.slices = many { description = defaulted "" types.singleLineStr; sliceConfig = section; };
    systemd.timers = many { wantedBy = list types.str; timerConfig = section; };
    systemd.tmpfiles.settings = defaulted { } (types.attrsOf (types.attrsOf (types.attrsOf (submodule {
      mode = mode; user = mode; group = mode;
    }))));

    services.openssh = {
      enable = flag;
      settings = {
        PasswordAuthentication = defaulted true (types.nullOr types.bool);
        KbdInteractiveAuthentication = defaulted true (types.nullOr types.bool);
        PermitRootLogin = defaulted "prohibit-password" (types.nullOr (types.enum [ "yes" "without-password" "prohibit-password" "forced-commands-only" "no" ]));
      };
    };

    services.nginx = {
      enable = flag;
      group = defaulted "nginx" types.str;
      clientMaxBodySize = defaulted "10m" types.str;
      proxyTimeout = defaulted "60s" types.str;
      recommendedProxySettings = flag;
      recommendedTlsSettings = flag;
      recommendedOptimisation = flag;
      serverTokens = flag;
      appendHttpConfig = defaulted "" types.lines;
      upstreams = many { servers = defaulted { } (types.attrsOf (types.attrsOf types.anything)); };
      virtualHosts = many {
        serverName = optional types.str;
        serverAliases = list types.str;
        default = flag;
        enableACME = flag;
        forceSSL = flag;
        rejectSSL = flag;
        http2 = defaulted true types.bool;
        globalRedirect = optional types.str;
        redirectCode = defaulted 301 (types.ints.between 300 399);
        extraConfig = defaulted "" types.lines;
        locations = many {
          proxyPass = optional types.str;
          recommendedProxySettings = flag;
          root = optional types.path;
          return = optional (types.oneOf [ types.str types.int ]);
          extraConfig = defaulted "" types.lines;
        };
      };
    };

    services.restic.backups = many {
      user = defaulted "root" types.str;
      repository = optional types.str;
      passwordFile = optional types.str;
      environmentFile = optional types.str;
      paths = defaulted [ ] (types.nullOr (types.listOf types.str));
      exclude = list types.str;
      pruneOpts = list types.str;
      extraBackupArgs = list types.str;
      initialize = flag;
      timerConfig = defaulted { OnCalendar = "daily"; } (types.nullOr (types.attrsOf unitOption));
    };

    services.prometheus.exporters.node = {
      enable = flag;
      listenAddress = defaulted "0.0.0.0" types.str;
      port = defaulted 9100 types.port;
      enabledCollectors = list types.str;
      extraFlags = list types.str;
    };

    security.sudo.extraRules = list (submodule {
      users = list (types.either types.str types.int);
      commands = list (submodule { command = option types.str; options = list (types.enum [ "NOPASSWD" "PASSWD" ]); });
    });
    security.acme = { acceptTerms = flag; defaults.email = optional types.str; };
    networking = {
      hostName = defaulted "nixos" types.str;
      firewall = { enable = defaulted true types.bool; allowedTCPPorts = list types.port; };
    };
    nix.settings.trusted-public-keys = list types.str;
  };
}
