# Options of NixOS that our modules set, typed as NixOS types them. Nothing is built from them.
{ lib, config, ... }:
let
  inherit (lib) types;
  inherit (import ./declare.nix lib) defaulted flag list many option optional submodule;
in
{
  imports = [ ./linux-options.nix ];

  options = {
    users.users = many {
      uid = optional types.int;
      group = defaulted "" (types.strMatching "[a-zA-Z0-9_-]*");
      isNormalUser = flag;
      createHome = flag;
      homeMode = defaulted "700" (types.strMatching "[0-7]{1,5}");
      extraGroups = list types.str;
      openssh.authorizedKeys = { keys = list types.singleLineStr; keyFiles = list types.path; };
    };
    users.groups = many { gid = optional types.int; };

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
      serverNamesHashBucketSize = optional types.ints.positive;
      serverNamesHashMaxSize = optional types.ints.positive;
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
          recommendedProxySettings = defaulted config.services.nginx.recommendedProxySettings types.bool;
          root = optional types.path;
          return = optional (types.oneOf [ types.str types.int ]);
          extraConfig = defaulted "" types.lines;
        };
      };
    };

    security.sudo.extraRules = list (submodule {
      users = list (types.either types.str types.int);
      commands = list (submodule { command = option types.str; options = list (types.enum [ "NOPASSWD" "PASSWD" ]); });
    });
    security.acme = { acceptTerms = flag; defaults.email = optional types.str; };
  };
}
