# Backups of environments' data by the provider, with restic, whatever a project does itself: a job by timer, and
# one of the same data without a timer, to start by hand before a move.
{ config, lib, options, ... }:
let
  inherit (lib) concatMapAttrs filterAttrs mkIf mkOption types;
  cfg = config.hostenv.backups;
  inherit (config.provider) plan;

  backedUp = if cfg.enable then filterAttrs (_: environment: environment.enable && lib.elem environment.type cfg.types) plan.environments else { };

  prefixOf = environment: if cfg.repositoryPrefix != null then cfg.repositoryPrefix else environment.hostenv.backupsRepoHost or null;
  repositoryOf = name: environment:
    "${prefixOf environment}/${environment.hostenv.organisation}-${environment.hostenv.project}/${name}/provider";
  homeless = filterAttrs (_: environment: prefixOf environment == null) backedUp;
  # Somebody may place the files by other means than sops.
  unopened = if options ? sops then { } else filterAttrs (name: _: !(cfg.secretEntries ? ${name})) placed;
  # What has no place is told by an assertion.
  placed = filterAttrs (_: environment: prefixOf environment != null) backedUp;

  job = name: environment: {
    user = name;
    initialize = true;
    repository = repositoryOf name environment;
    passwordFile = environment.hostenv.backupsSecretFile;
    environmentFile = environment.hostenv.backupsEnvFile;
    paths = [ environment.hostenv.dataDir ];
    inherit (cfg) exclude;
  };

  keep = builtins.attrValues (builtins.mapAttrs (period: count: "--keep-${period} ${toString count}") (filterAttrs (_: count: count > 0) cfg.retention));

  jobs = name: environment: {
    ${name} = job name environment // {
      pruneOpts = keep;
      timerConfig = { OnCalendar = cfg.calendar; RandomizedDelaySec = cfg.randomizedDelay; Persistent = true; };
    };
    "${name}-migrate" = job name environment // {
      extraBackupArgs = [ "--tag" "${name}-migrate" ];
      pruneOpts = [ ];
      timerConfig = null;
    };
  };

  told = name: _: {
    "restic-backups-${name}" = {
      onSuccess = [ "hostenv-backup-done@${name}.service" ];
      onFailure = [ "hostenv-backup-failed@${name}.service" ];
    };
  };

  stamps = "hostenv-backups";
  stamp = description: script: {
    inherit description script;
    scriptArgs = "%i";
    serviceConfig = { Type = "oneshot"; StateDirectory = stamps; };
  };

  secret = name: entry: builtins.listToAttrs (map
    (kind: {
      name = "${name}/${kind}";
      value = { owner = name; group = name; key = "${entry}/${kind}"; };
    })
    [ "backups_secret" "backups_env" ]);

  count = default: description: mkOption { type = types.ints.unsigned; inherit default description; };
in
{
  _class = "nixos";
  imports = [ ./data.nix ];

  options.hostenv.backups = {
    enable = lib.mkEnableOption "backups of environments' data by the provider";
    types = mkOption {
      type = types.listOf types.str;
      default = [ "production" ];
      description = "Types of the environments that are backed up.";
      example = [ "production" "testing" ];
    };
    repositoryPrefix = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Where repositories lie; `/<organisation>-<project>/<environment>/provider` is added. Without it, the environment's own `hostenv.backupsRepoHost`.";
      example = "sftp:backup@backup.hosting.example:/srv/restic";
    };
    exclude = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Patterns of files that are left out.";
      example = [ "*.tmp" ];
    };
    calendar = mkOption {
      type = types.str;
      default = "daily";
      description = "When, as systemd's OnCalendar has it.";
      example = "02:30";
    };
    randomizedDelay = mkOption {
      type = types.str;
      default = "3h";
      description = "Within which time after it a backup begins, so that not all begin at once.";
    };
    retention = {
      daily = count 7 "Daily snapshots that are kept.";
      weekly = count 5 "Weekly snapshots that are kept.";
      monthly = count 12 "Monthly snapshots that are kept.";
      yearly = count 0 "Yearly snapshots that are kept.";
    };
    failureScript = mkOption {
      type = types.lines;
      default = "";
      description = "Shell commands that run where a backup failed; `$1` is the environment.";
      example = "echo \"backup of $1 failed\" | mail -s backup ops@hosting.example";
    };
    secretEntries = mkOption {
      type = types.attrsOf types.str;
      default = { };
      description = "The entry of the sops file that holds `backups_secret` and `backups_env`, by environment. The system builder finds them.";
      example = { shop-main-4f7240c = "acme_shop"; };
    };
  };

  config = {
    services.restic.backups = concatMapAttrs jobs placed;

    systemd.services = concatMapAttrs told placed // lib.optionalAttrs (placed != { }) {
      "hostenv-backup-done@" = stamp "Remember the last backup of %i" ''touch "/var/lib/${stamps}/$1"'';
      "hostenv-backup-failed@" = stamp "Tell that the backup of %i failed" ''
        echo "the backup of environment $1 failed: journalctl -u restic-backups-$1.service" >&2
        ${cfg.failureScript}'';
    };

    warnings = lib.optional (unopened != { })
      "hostenv.backups: nothing gives the passwords of the backups of ${lib.concatStringsSep ", " (builtins.attrNames unopened)}, so they will fail unless you place the files backups_secret and backups_env yourself. Add secrets.yaml to the provider's folder.";

    assertions = [
      {
        assertion = homeless == { };
        message = "hostenv.backups: there is no place for backups of ${lib.concatStringsSep ", " (builtins.attrNames homeless)}. Set hostenv.backups.repositoryPrefix, or backupsRepoHost in the project.";
      }
      {
        assertion = !cfg.enable || keep != [ ];
        message = "hostenv.backups.retention keeps no snapshot at all: every backup would be removed after it was made. Set at least one of daily, weekly, monthly and yearly above 0.";
      }
    ];
  } // lib.optionalAttrs (options ? sops) {
    sops.secrets = concatMapAttrs secret cfg.secretEntries;
  };
}
