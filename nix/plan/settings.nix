# The provider's settings with their defaults filled in.
{ fail }:
let
  required = given: name: example:
    given.${name} or (fail "setting-missing"
      "the provider setting '${name}' is not set"
      "add it to the provider settings, for example ${name} = ${example};");

  # A path value would be copied to the world-readable store, token and all.
  tokenFile = file:
    if builtins.isPath file then
      fail "token-path"
        "provider.cloudflare.apiTokenFile is a path (${toString file}), which Nix would copy to its world-readable store"
        "give the path on the node as a string, for example \"/run/secrets/cloudflare\""
    else file;

  cloudflare = given: {
    enable = given.enable or false;
    zoneId = given.zoneId or null;
    apiTokenFile = tokenFile (given.apiTokenFile or null);
  };
in
{
  withDefaults = given: {
    hostenvHostname = required given "hostenvHostname" "\"hosting.example.org\"";
    deployUser = given.deployUser or "deploy";
    deployPublicKeys = given.deployPublicKeys or [ ];
    letsEncrypt = {
      enable = given.letsEncrypt.enable or true;
      acceptTerms = given.letsEncrypt.acceptTerms or false;
      adminEmail = given.letsEncrypt.adminEmail or null;
    };
    nodeFor = given.nodeFor or { };
    nodeSystems = given.nodeSystems or { };
    nodeAddresses = given.nodeAddresses or { };
    nodeSshPorts = given.nodeSshPorts or { };
    nodeSshOpts = given.nodeSshOpts or { };
    nodeRemoteBuild = given.nodeRemoteBuild or { };
    nodeFirewallPorts = given.nodeFirewallPorts or { };
    nixSigning.trustedPublicKeys = given.nixSigning.trustedPublicKeys or [ ];
    limits = given.limits or { };
    cloudflare = cloudflare (given.cloudflare or { });

    # Only the parts that are set: a provider without policy has none in its plan.
    policy =
      builtins.intersectAttrs { freeze = null; allowedSuffixes = null; severities = null; canary = null; } given
      // (if (given.cloudflare.zones or [ ]) == [ ] then { } else { inherit (given.cloudflare) zones; });
  };
}
