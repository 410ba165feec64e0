# The plan's configuration of one node as a NixOS module. What it sets, no other module of ours does.
#
# node: { name, config, environments, off } as mkProvider gives it to builders.system.
node:
let
  inherit (builtins) attrNames concatMap elem filter listToAttrs mapAttrs removeAttrs;
  enabled = filter (name: node.environments.${name}.enable) (attrNames node.environments);

  ownerOf = listToAttrs (concatMap
    (name:
      let environment = node.environments.${name}; in
      map (hostname: { name = hostname; value = name; })
        ([ environment.hostenv.hostname ] ++ attrNames environment.virtualHosts))
    enabled);
in
{ lib, ... }: {
  _file = "plan.json, node ${node.name}";
  imports = [ ./data.nix ];
  config = lib.recursiveUpdate node.config {
    provider.plan = {
      inherit (node) environments;
      hostnames = mapAttrs
        (hostname: host: {
          tls = host.enableACME or false;
          off = elem hostname node.off;
          environment = ownerOf.${hostname} or null;
        })
        (removeAttrs node.config.services.nginx.virtualHosts [ "default" ]);
    };
  };
}
