# The planner: the same attribute set in, the same plan, state and flake text out.
# Builtins only: no packages, no nixpkgs library, no file is read here.
let
  text = import ./text.nix;
  failures = import ./fail.nix;
  inherit (failures) fail;
  inherit (import ./settings.nix { inherit fail; }) withDefaults;
  inherit (import ./projects.nix failures) projects;
  inherit (import ./environments.nix { inherit text fail; }) environmentsOf;
  reservations = import ./reservations.nix { inherit text; inherit (failures) fail listed; };
  inherit (import ./generated-flake.nix { inherit fail; }) generatedFlake;
  nginx = import ./nginx.nix { inherit fail; };
  inherit (import ./nodes.nix { inherit text fail nginx; }) emptyNode nodesOf connectionsOf;

  # limits.<input name>, found from an environment's normalised names.
  limitsFor = limits: found:
    let
      byProject = builtins.listToAttrs (map
        (project: {
          name = "${text.normalised project.organisation}-${text.normalised project.project}";
          value = limits.${project.name} or { };
        })
        found);
    in
    environment: byProject."${environment.hostenv.organisation}-${environment.hostenv.project}" or { };

  assemble = { settings, environments, nodes, nodeConnections }: {
    inherit (settings) hostenvHostname deployUser cloudflare nixSigning nodeRemoteBuild;
    inherit environments nodes nodeConnections;
  } // (if settings.policy == { } then { } else { inherit (settings) policy; });

  withFlake = given: lock: planned:
    planned // generatedFlake {
      inherit lock;
      inherit (planned.plan) environments;
      settings = given.generatedFlake or { };
    };

  # Disk mode: the plan on disk is the plan, as long as every uid is in it.
  fromDisk = { plan, state }:
    let
      lacking = builtins.filter
        (name: !(builtins.isInt (plan.environments.${name}.uid or null)))
        (builtins.attrNames (plan.environments or { }));
    in
    if lacking == [ ] then { inherit plan state; }
    else
      fail "uid-missing"
        "plan.json has no whole-number uid for: ${failures.listed lacking}"
        "write the plan again with planSource = \"eval\", or restore plan.json from git; NixOS would give such a user any uid";

  evaluated = { given, inputs, system, lock, state, makeHostenv }:
    let
      settings = withDefaults given;
      found = projects {
        inherit inputs system lock makeHostenv;
        inherit (settings) hostenvHostname;
      };
      environments = reservations.reserved state (builtins.concatLists (map
        (project: environmentsOf { inherit project; inherit (settings) hostenvHostname nodeFor; })
        found));
      byName = builtins.listToAttrs (map
        (environment: { name = environment.hostenv.userName; value = environment; })
        environments);
      stateAfter = reservations.stateAfter state environments;
    in
    assert reservations.namesAreUnique environments;
    assert reservations.ownersAreUnique state environments byName;
    assert reservations.uidsAreUnique stateAfter;
    {
      plan = assemble {
        inherit settings;
        environments = byName;
        nodes = nodesOf settings (limitsFor settings.limits found) environments;
        nodeConnections = connectionsOf settings environments state;
      };
      state = stateAfter;
    };

  # Free text of the existing tool's files; it is nobody's reservation.
  described = file: builtins.removeAttrs file [ "_description" ];
in
{
  # given: provider settings. inputs: the provider flake's inputs. lock and
  # state: parsed files. planOnDisk: parsed plan.json, or null to evaluate.
  # makeHostenv: null, or a function from a project to its migration names.
  plan = { given, inputs ? { }, system ? "x86_64-linux", lock ? { }, state ? { }, planOnDisk ? null, makeHostenv ? null }:
    withFlake given lock (
      if planOnDisk == null
      then evaluated { inherit given inputs system lock makeHostenv; state = described state; }
      else fromDisk { plan = described planOnDisk; state = described state; }
    );

  # The configuration of a node that the plan gives none, from the same settings.
  emptyNodeOf = given: emptyNode (withDefaults given);
}
