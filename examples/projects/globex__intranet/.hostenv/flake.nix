{
  description = "Example: an intranet with a paused preview";

  outputs = { self }:
    let
      users.dana = {
        email = "dana@globex.example";
        publicKeys = [
          "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDz7U3rYw8kQ1n5cVt6bXo2mPpL4gJ9eH0sFaRiKuTxN dana@globex"
        ];
      };
    in
    {
      lib.hostenv.x86_64-linux = {
        defaultEnvironment = "main";
        environments = {
          main = {
            type = "production";
            inherit users;
            virtualHosts."intranet.globex.example".enableLetsEncrypt = true;
          };
          preview = {
            type = "development";
            enable = false;
            inherit users;
          };
          "feature/login" = {
            type = "development";
            inherit users;
          };
        };
      };
    };
}
