# The front door of a node, as far as the plan does not have it: folders of the sockets that nginx reaches
# environments by, challenges for hostnames whose TLS is off, and defaults.
{ config, lib, ... }:
let
  inherit (lib) mapAttrs' mkDefault mkIf mkOption nameValuePair types;
  cfg = config.hostenv.nginx;
  inherit (config.provider) plan;
  enabled = lib.filterAttrs (_: environment: environment.enable) plan.environments;
  withoutTls = lib.filterAttrs (_: host: !host.tls) plan.hostnames;
  size = types.strMatching "[0-9]+[kKmMgG]?";

  # "128k" -> "256k"
  doubled = text:
    let parts = builtins.match "([0-9]+)(.*)" text; in
    toString (2 * lib.toInt (lib.head parts)) + lib.last parts;
in
{
  _class = "nixos";
  imports = [ ./data.nix ];

  options.hostenv.nginx = {
    clientMaxBodySize = mkOption {
      type = size;
      default = "2G";
      description = "Most that a client may send in one request.";
    };
    proxyTimeout = mkOption {
      type = types.strMatching "[0-9]+(ms|s|m|h)?";
      default = "600s";
      description = "How long an environment may take to answer.";
    };
    proxyBufferSize = mkOption {
      type = size;
      default = "128k";
      description = "Room for the head of an environment's answer; four of twice the size hold the rest.";
    };
    challengePath = mkOption {
      type = types.nullOr types.path;
      default = "/var/lib/acme/acme-challenge";
      description = "Where files of ACME challenges lie. Hostnames without TLS answer for them, too, so that one whose DNS is right again can get its certificate; null leaves them to the environment.";
    };
  };

  config = mkIf (plan.environments != { }) {
    # The socket gets the folder's group, and its mode 660 lets nginx in and no other environment.
    systemd.tmpfiles.settings."20-hostenv-nginx" = {
      "/run/hostenv/nginx".d = { mode = "0755"; user = "root"; group = "root"; };
    } // mapAttrs'
      (name: environment: nameValuePair environment.hostenv.upstreamRuntimeDir {
        d = { mode = "2770"; user = name; inherit (config.services.nginx) group; };
      })
      enabled;

    services.nginx = {
      clientMaxBodySize = mkDefault cfg.clientMaxBodySize;
      proxyTimeout = mkDefault cfg.proxyTimeout;
      recommendedTlsSettings = mkDefault true;
      recommendedOptimisation = mkDefault true;
      serverTokens = mkDefault false;
      # With nginx's own 64 a single name of more than 46 characters, and the DNS takes 253, keeps it from starting.
      serverNamesHashBucketSize = mkDefault 512;
      serverNamesHashMaxSize = mkDefault 4096;
      appendHttpConfig = ''
        proxy_buffer_size ${cfg.proxyBufferSize};
        proxy_buffers 4 ${doubled cfg.proxyBufferSize};
        proxy_busy_buffers_size ${doubled cfg.proxyBufferSize};
      '';
      virtualHosts = mkIf (cfg.challengePath != null) (builtins.mapAttrs
        (_: _: {
          locations."^~ /.well-known/acme-challenge/" = {
            root = cfg.challengePath;
            extraConfig = "auth_basic off;";
          };
        })
        withoutTls);
    };

    assertions = [
      {
        assertion = plan.hostnames == { } || config.services.nginx.enable;
        message = "services.nginx.enable is off, and this node answers for ${toString (builtins.length (builtins.attrNames plan.hostnames))} hostnames. Leave it on, or move the environments to another node.";
      }
    ];
  };
}
