# The provider's settings, checked against the table of options and with its defaults filled in.
{ fail }:
let
  inherit (builtins) attrNames filter head intersectAttrs listToAttrs;
  options = import ./options.nix;
  types = import ./types.nix;

  sentence = problem:
    if problem.code == "setting-missing" then
      fail "setting-missing"
        "the setting '${problem.where}' is not set"
        "add it, for example ${problem.where} = ${builtins.toJSON problem.example};"
    else if problem.code == "setting-unknown" then
      fail "setting-unknown"
        "there is no setting '${problem.where}'"
        "remove it or correct its name; what can stand there: ${builtins.concatStringsSep ", " problem.known}"
    else
      fail "setting-type"
        "the setting '${problem.where}' ${problem.text}"
        "correct it in flake.nix; docs/options.md describes every setting";

  # A path value would be copied to the world-readable store, token and all.
  tokenIsNoPath = file:
    if builtins.isPath file then
      fail "token-path"
        "provider.cloudflare.apiTokenFile is a path (${toString file}), which Nix would copy to its world-readable store"
        "give the path on the node as a string, for example \"/run/secrets/cloudflare\""
    else true;

  # null is the same as not set.
  set = given: intersectAttrs (listToAttrs (map (name: { inherit name; value = null; }) (filter (name: given.${name} != null) (attrNames given)))) given;
in
rec {
  # The settings that are set, all of them known and of their types.
  checked = given:
    let
      settings = set given;
      found = types.problems "provider" { parts = options; } settings;
    in
    if found != [ ] then sentence (head found)
    else assert tokenIsNoPath (settings.cloudflare.apiTokenFile or null); settings;

  withDefaults = given:
    let
      settings = checked given;
      filled = types.filled options settings;
    in
    filled // {
      cloudflare = { inherit (filled.cloudflare) enable zoneId apiTokenFile; };

      # Only the parts that are set: a provider without policy has none in its plan.
      policy =
        intersectAttrs { freeze = null; allowedSuffixes = null; severities = null; canary = null; } settings
        // (if filled.cloudflare.zones == [ ] then { } else { inherit (filled.cloudflare) zones; });
    };
}
