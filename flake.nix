{
  description = "CI/CD for NixOS hosting providers: plan, review, deploy and watch every environment of every node";

  # No inputs: a provider's lock stays free of ours, and a plan evaluates offline.
  outputs = _: {
    lib.mkProvider = import ./nix/mk-provider.nix;

    # For a project's flake: its lib.hostenv from typed modules.
    lib.mkProject = import ./nix/project.nix;
    templates.provider = {
      path = ./nix/template/provider;
      description = "A hosting provider: a node, secrets, a golden plan";
      welcomeText = "Next: the commands at the top of README.md";
    };

    flakeModules.provider = ./nix/flake-module.nix;

    # For nodes. mkProvider's own builder takes them all; each may be used alone.
    nixosModules = {
      provider-common = ./nix/nixos/provider-common.nix;
      users-slices = ./nix/nixos/users-slices.nix;
      nginx-hostenv = ./nix/nixos/nginx-hostenv.nix;
      backups-hostenv = ./nix/nixos/backups-hostenv.nix;
      monitoring-hostenv = ./nix/nixos/monitoring-hostenv.nix;
    };
    lib.nodeModule = import ./nix/nixos/bridge.nix;
  };
}
