# From flake inputs to projects: which inputs are projects, and what they export.
{ fail, listed }:
let
  # An input is a project when its name holds "__"; the name gives both parts.
  isProjectName = name: builtins.match ".*__.*" name != null;

  parts = name:
    let
      found = builtins.filter (part: builtins.isString part && part != "") (builtins.split "__" name);
    in
    if builtins.length found == 2
    then { organisation = builtins.elemAt found 0; project = builtins.elemAt found 1; }
    else
      fail "input-name"
        "input '${name}' holds '__' but is not organisation__project (${toString (builtins.length found)} non-empty parts)"
        "rename the input to organisation__project, for example acme__shop; inputs that are no projects must not hold '__'";

  # Today's export, then the two older places of it.
  exportOf = system: name: input:
    let
      places = [
        (input.lib.hostenv.${system} or null)
        (input.hostenv.${system} or null)
        (input.outputs.hostenv.${system} or null)
        (input.hostenv or null)
      ];
      usable = builtins.filter (place: builtins.isAttrs place && place ? environments) places;
    in
    if usable == [ ]
    then
      fail "export-missing"
        "input '${name}' does not export lib.hostenv.${system}.environments"
        "make the project's flake export lib.hostenv.${system}.{environments,defaultEnvironment}; it may lie in a folder: add ?dir=.hostenv to the input's url"
    else builtins.head usable;

  # flake.lock names the lock node of an input in the root node's inputs.
  repoOf = lock: name:
    let
      root = lock.nodes.${lock.root or "root"} or { };
      reference = root.inputs.${name} or name;
      node = lock.nodes.${if builtins.isString reference then reference else name} or { };
    in
    node.original or (fail "input-not-locked"
      "flake.lock has no entry for the input '${name}'"
      "run: nix flake lock");
in
{
  projects = { inputs, system, lock, hostenvHostname, makeHostenv ? null }:
    let
      names = builtins.filter isProjectName (builtins.attrNames inputs);
    in
    if names == [ ]
    then
      fail "no-projects"
        "none of the provider flake's inputs is a project (inputs: ${listed (builtins.attrNames inputs)})"
        "add each project as an input named organisation__project, for example acme__shop.url = \"git+https://git.example.org/acme/shop?dir=.hostenv\""
    else
      map
        (name:
          let export = exportOf system name inputs.${name};
          in
          parts name // {
            inherit name;
            inherit (export) environments;
            repo = repoOf lock name;
            migrations = if makeHostenv == null then null else makeHostenv {
              inherit name hostenvHostname;
              input = inputs.${name};
              inherit (parts name) organisation project;
              defaultEnvironment = export.defaultEnvironment or null;
            };
          })
        names;
}
