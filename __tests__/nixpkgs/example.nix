# The example provider without git: its plan and what each node's builder is given. `folder` is a copy of
# examples/provider with a flake.lock; `more` are further inputs, `settings` further settings.
{
  root,
  folder,
  builders ? { system = node: node; environment = environment: environment; },
  more ? { },
  settings ? { },
}:
let
  project = name: (import (root + "/examples/projects/${name}/.hostenv/flake.nix")).outputs { self = { }; };
  inputs = more // {
    self.outPath = folder;
    acme__blog = project "acme__blog";
    acme__shop = project "acme__shop";
    globex__intranet = project "globex__intranet";
    hostenv-provider.lib.mkProvider = given:
      import (root + "/nix/mk-provider.nix") (given // { inherit builders; provider = given.provider // settings; });
  };
  outputs = (import (folder + "/flake.nix")).outputs inputs;
in
rec {
  inherit (outputs.lib.provider.planJson.x86_64-linux) plan;
  deployed = outputs.lib.provider.deployOutputs { inherit plan; };
  # With each environment's flake made from its name and the plan's words of it.
  pinnedBy = flakeOf: outputs.lib.provider.deployOutputs { inherit plan; pinned = builtins.mapAttrs flakeOf plan.environments; };
  node = name: deployed.packages.x86_64-linux."node-${name}" or deployed.packages.aarch64-linux."node-${name}";
}
