# From a provider flake's inputs and settings to its outputs. Needs no flake
# inputs of its own, so it evaluates offline. Files are read here; nix/plan/
# only computes.
{
  # The provider flake's inputs, and the flake itself.
  inputs,
  self,
  # Settings: see docs/options.md.
  provider,
  # Systems the outputs are made for. The plan itself is the same on each.
  systems ? [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ],
  # { system = node: derivation; environment = environment: derivation; }: instead of ours, builders.nix.
  builders ? { },
  # The folder of the provider's flake.nix. Before Nix 2.14 `self` is the root
  # of the repository even when the flake lies in a folder of it: pass ./. there.
  root ? self.outPath,
}:
let
  planner = import ./plan;
  inherit (import ./plan/fail.nix) fail;
  inherit (import ./plan/settings.nix { inherit fail; }) checked;
  inherit (import ./plan/gate.nix { inherit fail; }) checkedGate gatedPlan heldOn withHeld;

  generated = "generated";
  jsonOr = default: path: if builtins.pathExists path then builtins.fromJSON (builtins.readFile path) else default;

  settings = checked provider;
  statePath = settings.statePath or (root + "/${generated}/state.json");
  planPath = settings.planPath or (root + "/${generated}/plan.json");

  planOnDisk =
    if settings.planSource or "eval" == "eval" then null
    else if builtins.pathExists planPath then builtins.fromJSON (builtins.readFile planPath)
    else
      fail "plan-not-found"
        "planSource is \"disk\", and there is no ${baseNameOf planPath} in the provider flake"
        "write one with planSource = \"eval\" and commit it, or set provider.planPath";

  # The lowest priority of nixpkgs' mkForce, without nixpkgs.
  force = content: { _type = "override"; priority = 50; inherit content; };

  endsWith = suffix: text:
    let
      length = builtins.stringLength text;
      size = builtins.stringLength suffix;
    in
    length >= size && builtins.substring (length - size) size text == suffix;

  # The existing hostenv input can evaluate a project's modules in full. It is
  # slow, so it is asked once per project and only for what no export carries.
  migrationsBy = makeHostenv: { input, organisation, project, hostenvHostname, defaultEnvironment, ... }:
    let
      evaluated = makeHostenv [
        (input + "/hostenv.nix")
        ({ config, ... }: {
          hostenv = {
            organisation = force organisation;
            project = force project;
            environmentName = force (if defaultEnvironment == null then config.defaultEnvironment else defaultEnvironment);
            root = force (toString input);
            hostenvHostname = force hostenvHostname;
          };
        })
      ] null;
      backups = evaluated.config.services.restic.backups or { };
    in
    if builtins.pathExists (input + "/hostenv.nix")
    then builtins.filter (endsWith "-migrate") (builtins.attrNames backups)
    else [ ];

  makeHostenvFor = system:
    let makeHostenv = inputs.hostenv.makeHostenv.${system} or null;
    in if makeHostenv == null then null else migrationsBy makeHostenv;

  planned = system: planner.plan {
    given = settings;
    inputs = builtins.removeAttrs inputs [ "self" ];
    inherit system planOnDisk;
    lock = jsonOr { } (root + "/flake.lock");
    state = jsonOr { } statePath;
    makeHostenv = makeHostenvFor system;
  };

  # "nodes" for ./nodes, "./nodes" and "nodes" alike.
  relative = folder:
    let
      start = toString root + "/";
      size = builtins.stringLength start;
      text = toString folder;
    in
    if builtins.substring 0 size text == start then builtins.substring size (-1) text
    else if builtins.substring 0 2 text == "./" then builtins.substring 2 (-1) text
    else text;

  # Folders whose files belong to the plan's identity, relative to the flake.
  sourceFolders = {
    nodes = relative (settings.nodesPath or "nodes");
    secrets = relative (settings.secretsPath or "secrets");
  };

  perSystem = value:
    builtins.listToAttrs (map (system: { name = system; value = value system; }) systems);

  usual = import ./builders.nix { inherit fail inputs root settings; };
  builder = kind: builders.${kind} or usual.${kind};

  # Where deploy-rs waits for a profile's confirmation: hostenv-provider makes it on each node.
  canaryFolder = profile: "/var/lib/hostenv-provider/canary/${profile}";

  # A node without a system of its own is a usual server.
  systemOf = node: settings.nodeSystems.${node} or "x86_64-linux";

  # One closure per known node, environments or not, and one per environment,
  # made from its own pinned input (null where none is given). gate: where the
  # DNS gate's file is, if there is one.
  deployOutputs = { plan, pinned ? { }, gate ? root + "/${generated}/dns-gate.json" }:
    let
      memory = checkedGate (baseNameOf gate) (jsonOr null gate);
      gated = gatedPlan memory plan;
      described = builtins.mapAttrs
        (name: connection: {
          inherit name connection;
          config = withHeld memory plan name (gated.nodes.${name} or (planner.emptyNodeOf settings name));
          # What it serves, and what it must not drop yet.
          environments = builtins.listToAttrs (map
            (user: { name = user; value = gated.environments.${user}; })
            (builtins.filter (user: gated.environments ? ${user}) (carriedBy name)));
          inherit (memory) off;
        })
        plan.nodeConnections;
      nodes = map
        (name: {
          name = "node-${name}";
          system = systemOf name;
          value = builder "system" described.${name};
        })
        (builtins.attrNames described);
      environments = map
        (name: {
          name = "env-${name}";
          system = systemOf plan.environments.${name}.node;
          value = builder "environment" (gated.environments.${name} // { input = pinned.${name} or null; });
        })
        (builtins.attrNames plan.environments);

      closures = builtins.listToAttrs (map (closure: { inherit (closure) name; value = closure; }) (nodes ++ environments));
      carriedBy = node: carried.${node} or [ ] ++ heldOn memory node;
      carried = builtins.groupBy (name: plan.environments.${name}.node) (builtins.attrNames plan.environments);
    in
    {
      packages = builtins.mapAttrs (_: builtins.listToAttrs)
        (builtins.groupBy (closure: closure.system) (nodes ++ environments));

      nixosConfigurations = if builders ? system then { } else builtins.mapAttrs (_: usual.nixos) described;

      # What deploy-rs deploys, by its interface: every known node, so that one
      # without environments stops serving them.
      deploy.nodes = builtins.mapAttrs
        (name: connection: {
          inherit (connection) hostname sshOpts;
          fastConnection = true;
          remoteBuild = plan.nodeRemoteBuild.${name} or false;
          magicRollback = settings.nodeMagicRollback.${name} or true;
          autoRollback = settings.nodeAutoRollback.${name} or true;
          profilesOrder = [ "system" ] ++ carried.${name} or [ ];
          profiles = {
            system = {
              sshUser = plan.deployUser;
              user = "root";
              profilePath = "/nix/var/nix/profiles/system";
              tempPath = canaryFolder "system";
              path = closures."node-${name}".value;
            };
          } // builtins.listToAttrs (map
            (user: {
              name = user;
              # In a session of its own, so that its services can be started.
              value = {
                inherit user;
                sshUser = user;
                profilePath = "/nix/var/nix/profiles/per-user/${user}/hostenv";
                tempPath = canaryFolder user;
                path = closures."env-${user}".value;
              };
            })
            (carried.${name} or [ ]));
        })
        plan.nodeConnections;
    };

  asFiles = { plan, state, flake, ... }: {
    plan = builtins.toFile "plan.json" (builtins.toJSON plan);
    state = builtins.toFile "state.json" (builtins.toJSON state);
    flake = builtins.toFile "flake.nix" flake;
  };

  goldenPath = settings.goldenPlanPath or (root + "/tests/golden/plan.json");

  # Told at build time: a check of a flake is a derivation, and all it needs is a shell.
  planGolden = system:
    let
      found =
        if !builtins.pathExists goldenPath then null
        else import ./golden.nix {
          inherit (planned system) plan;
          golden = builtins.fromJSON (builtins.readFile goldenPath);
        };
      count = builtins.length found;
      shown = builtins.genList (builtins.elemAt found) (if count > 20 then 20 else count);
    in
    derivation {
      name = "plan-golden";
      inherit system;
      builder = "/bin/sh";
      text =
        if found == null then "skipped: there is no golden plan"
        else if found == [ ] then "the plan is what the golden plan says"
        else ''
          the plan is not what the golden plan says, at ${toString count} places:
          ${builtins.concatStringsSep "\n" shown}
          To take it over: hostenv-provider plan && hostenv-provider golden-check --update'';
      args = [
        "-c"
        (if found == null || found == [ ] then "echo \"$text\" > $out" else "echo \"$text\" >&2; exit 1")
      ];
    };
  tools = import ./tools.nix { nixpkgs = inputs.nixpkgs or { }; };
  snapshot = import ./snapshot.nix { folder = root + "/${generated}"; };
  deployed = deployOutputs { inherit (snapshot) plan pinned; };

  # The snapshot's closures of a system as folders of links.
  links = system:
    let
      closures = deployed.packages.${system} or { };
      startingWith = start: map
        (name: { inherit name; value = closures.${name}; })
        (builtins.filter (name: builtins.substring 0 (builtins.stringLength start) name == start) (builtins.attrNames closures));
    in
    if !snapshot.exists then { }
    else tools.links system "deploy-nodes" (startingWith "node-") // tools.links system "deploy-envs" (startingWith "env-");
in
{
  packages = perSystem (system: tools.packages system // links system);
  apps = perSystem tools.apps;
  checks = perSystem (system: { plan-golden = planGolden system; });

  # Names below the first level alone may depend on files: the flake's own folder is known after those.
  deploy = if snapshot.exists then deployed.deploy else { };

  lib.provider = {
    planJson = perSystem (system: planned system // { inherit sourceFolders; stateFile = relative statePath; });
    planPaths = perSystem (system: asFiles (planned system));
    inherit deployOutputs;
  };
}
