# What every node of a provider has: the deploy user, SSH by key alone, sudo for deploys, signatures.
{ config, lib, options, ... }:
let
  inherit (lib) mkDefault mkOption types;
  cfg = config.provider;
in
{
  _class = "nixos";
  imports = [ ./data.nix ];

  options.hostenv.common.ageKeyPaths = mkOption {
    type = types.listOf types.str;
    default = [ "/etc/ssh/ssh_host_ed25519_key" ];
    description = "Private keys on the node that sops-nix reads secrets with, where that module is there.";
  };

  config = {
    users.users.${cfg.deployUser} = {
      isNormalUser = true;
      extraGroups = [ "wheel" ];
      openssh.authorizedKeys.keys = cfg.deployPublicKeys;
    };

    # A deploy switches the system and restarts units: there is nothing that it may not do.
    security.sudo.extraRules = [
      {
        users = [ cfg.deployUser ];
        commands = [ { command = "ALL"; options = [ "NOPASSWD" ]; } ];
      }
    ];

    services.openssh = {
      enable = true;
      settings = {
        PasswordAuthentication = false;
        KbdInteractiveAuthentication = false;
        PermitRootLogin = mkDefault "no";
      };
    };

    networking.firewall.enable = mkDefault true;
    nix.settings.trusted-public-keys = cfg.nixSigning.trustedPublicKeys;

    assertions = [
      {
        assertion = cfg.deployPublicKeys != [ ];
        message = "provider.deployPublicKeys is empty: after this deploy nobody could deploy again. Add the public half of SSH_KEY to the provider's settings.";
      }
      {
        assertion = cfg.deployUser != "root";
        message = "provider.deployUser is root, whose login by SSH is off. Name a user of its own, for example deploy.";
      }
      {
        assertion = !(cfg.plan.environments ? ${cfg.deployUser});
        message = "provider.deployUser is '${cfg.deployUser}', which is an environment's user, too. Give the deploy user another name.";
      }
    ];
  } // lib.optionalAttrs (options ? sops) {
    sops.age.sshKeyPaths = mkDefault config.hostenv.common.ageKeyPaths;
  };
}
