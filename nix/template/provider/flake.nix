{
  description = "A hosting provider";

  inputs = {
    hostenv-provider.url = "git+https://github.com/hostenv/provider-actions?ref=v1";

    # What nodes and environments are built with.
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    sops-nix.url = "github:Mic92/sops-nix";
    sops-nix.inputs.nixpkgs.follows = "nixpkgs";
    deploy-rs.url = "github:serokell/deploy-rs";
    deploy-rs.inputs.nixpkgs.follows = "nixpkgs";

    # One input per client project, named organisation__project. This one is a stand-in: take it out once you
    # have your first.
    example__site = {
      type = "git";
      url = "https://github.com/hostenv/provider-actions";
      ref = "v1";
      dir = "nix/template/project";
    };
    # acme__shop.url = "git+https://git.example.com/acme/shop?ref=main&dir=.hostenv";
  };

  outputs = inputs@{ self, hostenv-provider, ... }:
    hostenv-provider.lib.mkProvider {
      inherit inputs self;
      root = ./.;

      provider = {
        # Domain of your nodes, and of every environment's own hostname.
        hostenvHostname = "hosting.example.com";

        # The public half of the key that deploys: ssh-keygen -t ed25519 -f deploy
        deployPublicKeys = [ "ssh-ed25519 REPLACE-WITH-YOUR-OWN deploy@hosting.example.com" ];

        letsEncrypt = {
          adminEmail = "ops@hosting.example.com";
          # true once you have read https://letsencrypt.org/repository: no node is built before.
          acceptTerms = false;
        };

        nodeFor.default = "node-a";
        nodeSystems.node-a = "x86_64-linux";
      };
    };
}
