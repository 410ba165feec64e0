# The committed snapshot, read from the provider's own flake: its plan, and each environment's flake as
# generated/flake.lock pins it. Nothing is fetched before it is asked for.
{ folder }:
let
  inherit (builtins) attrNames fromJSON head isList listToAttrs mapAttrs pathExists readFile removeAttrs tail;
  read = name: fromJSON (readFile (folder + "/${name}"));
  lock = read "flake.lock";
  start = lock.nodes.${lock.root};

  # Where an input leads: a node's name, or a way through the inputs from the root.
  target = place: if isList place then follow lock.root place else place;
  follow = node: way:
    if way == [ ] then node else follow (target lock.nodes.${node}.inputs.${head way}) (tail way);

  isRelative = locked: locked.type == "path" && builtins.substring 0 1 locked.path != "/";

  # A relative input is a part of the flake that names it.
  sourceOf = within: locked:
    if isRelative locked then { outPath = within + "/${locked.path}"; }
    else builtins.fetchTree (removeAttrs locked [ "dir" ]);

  called = within: name:
    let
      node = lock.nodes.${name};
      source = sourceOf within node.locked;
      outPath = source.outPath + (if (node.locked.dir or "") == "" then "" else "/${node.locked.dir}");
      inputs = mapAttrs (_: place: called outPath (target place)) (node.inputs or { });
      outputs = (import (outPath + "/flake.nix")).outputs (inputs // { self = flake; });
      flake = outputs // source // { _type = "flake"; sourceInfo = source; inherit outPath inputs outputs; };
    in
    if node.flake or true then flake else source;
in
rec {
  exists = builtins.all (name: pathExists (folder + "/${name}")) [ "plan.json" "flake.nix" "flake.lock" ];
  plan = read "plan.json";

  # By environment; one that the lock does not hold is not there.
  pinned = listToAttrs (map
    (name: { inherit name; value = called folder (target start.inputs.${name}); })
    (builtins.filter (name: start.inputs ? ${name}) (attrNames plan.environments)));
}
