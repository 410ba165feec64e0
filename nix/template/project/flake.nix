{
  description = "A stand-in for the first project: it can be planned, not deployed";

  outputs = _: {
    lib.hostenv = builtins.listToAttrs (map
      (name: {
        inherit name;
        value = {
          defaultEnvironment = "main";
          environments.main = {
            type = "production";
            # The branch it lies on; a project's environment is on the branch of its own name.
            hostenv.gitRef = "v1";
            virtualHosts."www.example.com".enableLetsEncrypt = true;
          };
        };
      })
      [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]);
  };
}
