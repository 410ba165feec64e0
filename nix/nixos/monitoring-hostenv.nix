# Numbers of a node and its environments for Prometheus: the node exporter, and a file of ours that it reads.
{ config, lib, ... }:
let
  inherit (lib) mkIf mkOption types;
  cfg = config.hostenv.monitoring;
  inherit (config.provider) plan;

  # As the text format quotes it.
  label = name: value: "${name}=\"${lib.replaceStrings [ "\\" "\"" "\n" ] [ "\\\\" "\\\"" "\\n" ] (toString value)}\"";
  sample = metric: labels: value:
    "${metric}{${lib.concatStringsSep "," (lib.mapAttrsToList label labels)}} ${toString value}";
  series = metric: about: samples: lib.optionals (samples != [ ]) ([ "# HELP ${metric} ${about}" "# TYPE ${metric} gauge" ] ++ samples);
  number = bool: if bool then 1 else 0;

  environments = series "hostenv_environment_info" "What an environment is." (lib.mapAttrsToList
    (name: environment: sample "hostenv_environment_info"
      {
        environment = name;
        inherit (environment) type;
        inherit (environment.hostenv) organisation project hostname;
        enabled = number environment.enable;
      } 1)
    plan.environments);
  gate = series "hostenv_gate_tls_off" "1 where the DNS gate has turned TLS off." (lib.mapAttrsToList
    (hostname: host: sample "hostenv_gate_tls_off" { inherit hostname; environment = if host.environment == null then "" else host.environment; } (number host.off))
    plan.hostnames);

  # The jobs that backups-hostenv makes, whether one of them ever succeeded or not.
  backedUp = builtins.filter (name: plan.environments ? ${name}) (builtins.attrNames config.services.restic.backups);

  # What changes with a deploy alone is written at build time: no text of a client's gets into a script.
  fixed = builtins.toFile "hostenv.prom" (lib.concatLines (environments ++ gate));
in
{
  _class = "nixos";
  imports = [ ./data.nix ];

  options.hostenv.monitoring = {
    enable = lib.mkEnableOption "numbers of this node and its environments for Prometheus";
    listenAddress = mkOption {
      type = types.str;
      default = "127.0.0.1";
      description = "Where the node exporter listens. Nobody is asked for a password: let only your own network reach it.";
      example = "10.0.0.2";
    };
    port = mkOption {
      type = types.port;
      default = 9100;
      description = "The node exporter's port.";
    };
    textfileDirectory = mkOption {
      type = types.strMatching "/[A-Za-z0-9_./-]+";
      default = "/var/lib/hostenv-metrics";
      description = "The folder of files that the node exporter reads.";
    };
    calendar = mkOption {
      type = types.str;
      default = "minutely";
      description = "How often our file is written, as systemd's OnCalendar has it.";
    };
  };

  config = mkIf cfg.enable {
    services.prometheus.exporters.node = {
      enable = true;
      inherit (cfg) listenAddress port;
      enabledCollectors = [ "systemd" "textfile" ];
      extraFlags = [ "--collector.textfile.directory=${cfg.textfileDirectory}" ];
    };

    systemd.tmpfiles.settings."20-hostenv-monitoring".${cfg.textfileDirectory}.d = { mode = "0755"; user = "root"; group = "root"; };

    systemd.services.hostenv-metrics = {
      description = "Write what the node exporter tells of environments";
      serviceConfig.Type = "oneshot";
      # A file that is being written is never read: it gets its name when it is complete.
      script = ''
        set -eu
        draft=$(mktemp ${cfg.textfileDirectory}/.hostenv.XXXXXX)
        trap 'rm -f "$draft"' EXIT
        about() { printf '# HELP %s %s\n# TYPE %s gauge\n' "$1" "$2" "$1"; }
        cat ${fixed} > "$draft"
        deployed=/var/lib/hostenv-provider/deployed.json
        # Attempts write that file, too: what was brought as a whole is in its history, the latest last.
        at=
        if [ -e "$deployed" ]; then
          at=$(sed -n '/^  "history": \[$/,/^  \]/s/^ *"at": "\(.*\)".*$/\1/p' "$deployed" | tail -n 1)
        fi
        if [ -n "$at" ]; then
          about hostenv_deploy_timestamp_seconds 'When a plan was brought to this node as a whole last.' >> "$draft"
          echo "hostenv_deploy_timestamp_seconds $(date -d "$at" +%s)" >> "$draft"
        fi
      '' + lib.optionalString (backedUp != [ ]) ''
        about hostenv_backup_timestamp_seconds 'When a backup of the environment succeeded last; 0 for never.' >> "$draft"
        for name in ${lib.escapeShellArgs backedUp}; do
          stamp=/var/lib/hostenv-backups/$name
          time=0
          [ ! -e "$stamp" ] || time=$(stat -c %Y "$stamp")
          echo "hostenv_backup_timestamp_seconds{environment=\"$name\"} $time" >> "$draft"
        done
      '' + ''
        chmod 0644 "$draft"
        mv -f "$draft" ${cfg.textfileDirectory}/hostenv.prom
      '';
    };
    systemd.timers.hostenv-metrics = {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = cfg.calendar;
    };
  };
}
