# Evaluates one case of __tests__/fixtures/hostenv by the planner alone.
{ case, system ? "x86_64-linux" }:
let
  read = file: builtins.fromJSON (builtins.readFile (case + "/${file}"));
  exports = builtins.readDir (case + "/exports");
  nameOf = file: builtins.head (builtins.split "\\.json$" file);
in
(import ../plan).plan {
  given = read "provider.json";
  lock = read "flake.lock";
  state = read "state.json";
  inherit system;
  inputs = builtins.listToAttrs (map
    (file: { name = nameOf file; value.lib.hostenv.${system} = read "exports/${file}"; })
    (builtins.attrNames exports));
}
