# How closures are made where a provider says nothing else: nodes by nixpkgs' nixosSystem from the plan, our modules
# and nodes/<node>/configuration.nix; environments by their own project. Both as deploy-rs activates them.
{ fail, inputs, settings, root }:
let
  inherit (builtins) attrNames baseNameOf concatStringsSep elem elemAt filter isString pathExists;

  inputFor = name: inputs.${name} or (fail "builders-missing"
    "nodes and environments are built with the input '${name}', which the provider's flake does not have"
    "add the inputs nixpkgs, sops-nix and deploy-rs to flake.nix, or pass mkProvider builders of your own");

  startsWith = start: text: builtins.substring 0 (builtins.stringLength start) text == start;
  # A path as it is, text from the flake's folder.
  located = place:
    if !isString place || startsWith "/" place then place
    else root + "/${if startsWith "./" place then builtins.substring 2 (-1) place else place}";

  nodesPath = located (settings.nodesPath or "nodes");
  secretsPath = located (settings.secretsPath or "secrets");
  # A folder of it, or a sops file itself.
  secretsFile = if builtins.match ".*\\.(yaml|yml|json)" (baseNameOf secretsPath) == null then secretsPath + "/secrets.yaml" else secretsPath;
  hasSecrets = pathExists secretsFile;
  entries = import ./sops-keys.nix secretsFile;

  parts = [ "backups_secret" "backups_env" ];

  # The entry of an environment, of its project, or of its organisation: the first that is there.
  entryOf = name: environment:
    let
      inherit (environment.hostenv) organisation project;
      places = [ name "${organisation}_${project}" organisation ];
      found = filter (place: entries ? ${place}) places;
      entry = builtins.head found;
      lacking = filter (part: !(elem part entries.${entry})) parts;
    in
    if found == [ ] then
      fail "environment-secrets"
        "${baseNameOf secretsFile} holds no secrets for the environment '${name}'"
        "run sops on that file and add an entry '${elemAt places 0}' (this environment), '${elemAt places 1}' (this project) or '${elemAt places 2}' (this organisation) with ${concatStringsSep " and " parts}"
    else if lacking != [ ] then
      fail "environment-secret"
        "the entry '${entry}' of ${baseNameOf secretsFile}, which serves the environment '${name}', lacks ${concatStringsSep " and " lacking}"
        "run sops on that file and add it"
    else entry;

  secrets = node:
    if !hasSecrets then [ ]
    else [
      (inputFor "sops-nix").nixosModules.sops
      {
        sops.defaultSopsFile = secretsFile;
        hostenv.backups.secretEntries = builtins.mapAttrs entryOf node.environments;
      }
    ];

  nodeModule = module:
    let place = located module; in
    if isString module && !(pathExists place) then
      fail "node-module"
        "provider.nodeModules names '${module}', which is not in the provider's flake"
        "correct the path; it is read from the folder of flake.nix, and new files must be known to git: git add -N"
    else place;

  configuration = name:
    let path = nodesPath + "/${name}/configuration.nix"; in
    if pathExists path then path
    else
      fail "node-configuration"
        "node '${name}' has no configuration: there is no ${baseNameOf nodesPath}/${name}/configuration.nix"
        "add one with its hardware, boot loader, file systems and system.stateVersion (git add -N it), or take the node out of the settings";

  systemOf = node: settings.nodeSystems.${node} or "x86_64-linux";
in
rec {
  # The NixOS of a node, as nixosConfigurations has it.
  nixos = node:
    (inputFor "nixpkgs").lib.nixosSystem {
      system = systemOf node.name;
      specialArgs = { inherit inputs; system = systemOf node.name; };
      modules =
        [
          ./nixos/provider-common.nix
          ./nixos/users-slices.nix
          ./nixos/nginx-hostenv.nix
          ./nixos/backups-hostenv.nix
          ./nixos/monitoring-hostenv.nix
          (import ./nixos/bridge.nix node)
          ({ lib, ... }: { networking.hostName = lib.mkDefault node.name; })
        ]
        ++ secrets node
        ++ map nodeModule (settings.nodeModules or [ ])
        ++ [ (configuration node.name) ];
    };

  system = node:
    (inputFor "deploy-rs").lib.${systemOf node.name}.activate.nixos (nixos node);

  environment = environment:
    let
      inherit (environment.hostenv) userName environmentName;
      system = systemOf environment.node;
      packages = environment.input.packages.${system} or { };
    in
    if environment.input == null then
      fail "environment-unpinned"
        "the snapshot has no pin for the environment '${userName}'"
        "plan again, which adds it: hostenv-provider plan"
    else if !(packages ? ${environmentName}) then
      fail "environment-package"
        "the project of the environment '${userName}' has no package packages.${system}.${environmentName}"
        "make the project's flake give one; it has: ${concatStringsSep ", " (attrNames packages)}"
    else
      (inputFor "deploy-rs").lib.${system}.activate.custom packages.${environmentName} "./bin/activate";
}
