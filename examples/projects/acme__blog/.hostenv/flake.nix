{
  description = "Example: a blog with a Content-Security-Policy";

  outputs = { self }: {
    lib.hostenv.x86_64-linux = {
      defaultEnvironment = "main";
      environments = {
        main = {
          type = "production";
          virtualHosts."blog.acme.example" = {
            enableLetsEncrypt = true;
            security = {
              csp = "default-src 'self'; img-src *;";
              cspReportTo = "csp";
              reportTo = "{\"group\":\"csp\",\"max_age\":10886400,\"endpoints\":[{\"url\":\"https://blog.acme.example/csp\"}]}";
            };
          };
        };
        drafts.type = "development";
      };
    };
  };
}
