{
  description = "Example: a shop with a test site and a feature branch";

  outputs = { self }:
    let
      users = {
        alice = {
          email = "alice@acme.example";
          publicKeys = [
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAaB0GzYvMpJ0m8i1kWb3r9dJYc2q0VvF7s5nHxT4LwE alice@laptop"
          ];
        };
      };
      tls.enableLetsEncrypt = true;
      check = virtualHost: {
        name = "front page";
        type = "httpHostHeaderCurl";
        request = {
          inherit virtualHost;
          path = "/";
        };
        constraints = [
          { rule = "minHttpStatus"; value = 200; }
          { rule = "maxHttpStatus"; value = 399; }
        ];
      };

      environments = {
        main = {
          type = "production";
          inherit users;
          migrations = [ "mysql-migrate" "files-migrate" ];
          virtualHosts = {
            "shop.acme.example" = tls;
            "www.shop.acme.example" = tls // { globalRedirect = "shop.acme.example"; };
            "legacy.acme.example" = tls // { globalRedirect = "shop.acme.example"; redirectCode = 302; };
          };
          deploymentVerification = {
            enable = true;
            enforce = true;
            checks = [ (check "shop.acme.example") ];
          };
        };
        staging = {
          type = "testing";
          inherit users;
          migrations = [ "mysql-migrate" ];
          virtualHosts = {
            "staging.acme.example" = tls;
            "preview.partner.example" = tls;
          };
        };
        "feature/basket-2" = {
          type = "development";
          inherit users;
        };
      };
    in
    {
      lib.hostenv.x86_64-linux = {
        inherit environments;
        defaultEnvironment = "main";
      };
    };
}
