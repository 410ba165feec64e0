{
  description = "Example: a small hosting provider";

  inputs = {
    hostenv-provider.url = "git+https://github.com/hostenv/provider-actions?ref=v1";

    # One input per client project, named organisation__project.
    acme__blog.url = "git+https://git.example/acme/blog?ref=main&dir=.hostenv";
    acme__shop.url = "git+https://git.example/acme/shop?ref=main&dir=.hostenv";
    globex__intranet.url = "git+https://git.example/globex/intranet?ref=main&dir=.hostenv";
  };

  outputs = inputs@{ self, hostenv-provider, ... }:
    hostenv-provider.lib.mkProvider {
      inherit inputs self;
      root = ./.;

      provider = {
        hostenvHostname = "hosting.example";
        deployPublicKeys = [
          "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKv2IBm5lzlPTKSOdBCqbFRbqpfdqC3AAOmdKxWuGeR7 deploy@hosting.example"
        ];
        letsEncrypt = {
          adminEmail = "ops@hosting.example";
          acceptTerms = true;
        };

        nodeSystems = {
          node-a = "x86_64-linux";
          node-b = "x86_64-linux";
          node-c = "aarch64-linux";
        };
        nodeFor = {
          production = "node-a";
          testing = "node-b";
          development = "node-b";
        };
        nodeSshPorts.node-b = 2222;

        # Zones whose records the provider may change: its own domain and these.
        cloudflare = {
          enable = true;
          zoneId = "0123456789abcdef0123456789abcdef";
          zones = [ "acme.example" ];
        };

        limits.acme__shop.MemoryMax = "16G";
      };
    };
}
