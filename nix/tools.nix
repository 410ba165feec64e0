# The command for users of a provider's flake: a package, and an app per verb. With nixpkgs its Node runs it,
# without the one on PATH.
{ nixpkgs }:
let
  inherit (builtins) listToAttrs map;
  verbs = {
    plan = "evaluate the provider, compare it with its base, write the snapshot";
    golden-check = "compare the plan with the golden plan";
    dns-gate = "check that every hostname points at its node";
    deploy = "deploy the committed snapshot";
  };

  # dist/ and nix/bin/ alone: nothing else of this repository is needed to run it.
  kept = map (path: toString path) [ ../dist ../nix ./bin ];
  startsWith = start: text: builtins.substring 0 (builtins.stringLength start) text == start;
  tool = builtins.path {
    name = "hostenv-provider";
    path = ../.;
    filter = path: _: builtins.elem path kept || startsWith "${toString ../dist}/" path || startsWith "${toString ./bin}/" path;
  };
  cli = "${tool}/dist/cli/index.js";

  pkgsOf = system: nixpkgs.legacyPackages.${system} or null;
  names = [ "hostenv-provider" ] ++ builtins.attrNames verbs;

  # Nix's own builder of profiles: a folder of links, made without a shell or any package.
  linked = derivation {
    name = "hostenv-provider";
    system = "builtin";
    builder = "builtin:buildenv";
    preferLocalBuild = true;
    allowSubstitutes = false;
    manifest = builtins.toFile "manifest.nix" "[ ]";
    derivations = [ "true" "5" "1" "${tool}/nix" ];
  };

  program = pkgs: name:
    if pkgs == null then "${tool}/nix/bin/${name}"
    else if name == "hostenv-provider" then "${package pkgs}/bin/hostenv-provider"
    else "${pkgs.writeShellScript "hostenv-provider-${name}" "exec ${pkgs.nodejs}/bin/node ${cli} ${name} \"$@\""}";

  package = pkgs:
    if pkgs == null then linked
    else pkgs.writeShellScriptBin "hostenv-provider" "exec ${pkgs.nodejs}/bin/node ${cli} \"$@\"";

  app = pkgs: name: {
    inherit name;
    value = {
      type = "app";
      program = program pkgs name;
      meta.description = verbs.${name} or "CI/CD of NixOS hosting providers";
    };
  };
in
{
  packages = system: { hostenv-provider = package (pkgsOf system); };
  apps = system: listToAttrs (map (app (pkgsOf system)) names);

  # A folder of links to closures, or nothing where no nixpkgs is at hand to make it.
  links = system: name: closures:
    let pkgs = pkgsOf system; in
    if pkgs == null then { }
    else { ${name} = pkgs.linkFarm name (map (entry: { inherit (entry) name; path = entry.value; }) closures); };
}
