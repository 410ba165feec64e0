# What the DNS gate remembers (dns-gate.json), applied to a plan when it is
# built: a virtual host of the off-list gets no certificate and forces no TLS,
# and an environment on its way to another node goes on being served by the old
# one.
{ fail }:
let
  inherit (builtins) all attrNames attrValues elem filter intersectAttrs isAttrs isList isString listToAttrs mapAttrs;

  nothing = { schema = 1; hostnames = { }; off = [ ]; holds = { }; };

  # Only in a memory that a move was turned elsewhere in.
  copiesOf = memory: memory.copies or { };

  isCopies = nodes: isAttrs nodes && all (hosts: isList hosts && all isString hosts) (attrValues nodes);

  problem = memory:
    if !isAttrs memory then "it is no set of names and values"
    else if memory.schema or null != 1 then "its schema is not 1"
    else if !(isList (memory.off or null) && all isString memory.off) then "off is no list of hostnames"
    else if !(isAttrs (memory.hostnames or null) && all isAttrs (attrValues memory.hostnames)) then "hostnames is no set of entries"
    else if !(isAttrs (memory.holds or null) && all isString (attrValues memory.holds)) then "holds is no set of nodes by environment"
    else if !(isAttrs (copiesOf memory) && all isCopies (attrValues (copiesOf memory))) then "copies is no set of lists of virtual hosts by environment and node"
    else null;

  named = names: listToAttrs (map (name: { inherit name; value = null; }) names);

  # Only keys that are there: what a plan does not say, nobody is told.
  switchedOff = keys: host: host // mapAttrs (_: _: false) (intersectAttrs (named keys) host);
  ofEnvironment = switchedOff [ "enableLetsEncrypt" "forceSSL" ];
  ofNode = switchedOff [ "enableACME" "forceSSL" ];

  # The set with a function applied to what one path of keys leads to, where it leads to a set.
  mapAt = path: convert: set:
    if path == [ ] then convert set
    else
      let
        key = builtins.head path;
      in
      if isAttrs (set.${key} or null)
      then set // { ${key} = mapAt (builtins.tail path) convert set.${key}; }
      else set;

  virtualHosts = [ "services" "nginx" "virtualHosts" ];

  at = path: set: builtins.foldl' (found: key: found.${key} or { }) set path;

  # What is there already wins: a hostname may have another owner there by now.
  added = path: more: set:
    if path == [ ] then more // set
    else
      let key = builtins.head path;
      in set // { ${key} = added (builtins.tail path) more (set.${key} or { }); };

  # The names of what belongs to an environment on the node that carries it, by place (nodes.nix, nginx.nix).
  places = name: environment: node:
    let
      service = "user@${toString environment.uid}";
      slice = (at [ "systemd" "services" service "serviceConfig" ] node).Slice or "";
      project = builtins.head (builtins.split "-${toString environment.uid}\\.slice$" slice);
      hosts = attrNames environment.virtualHosts ++ [ environment.hostenv.hostname ];
    in
    [
      { path = [ "users" "users" ]; names = [ name ]; }
      { path = [ "users" "groups" ]; names = [ name ]; }
      { path = [ "systemd" "services" ]; names = [ service ]; }
      { path = [ "systemd" "slices" ]; names = [ project "${project}-" "user-${environment.hostenv.organisation}-" ]; }
      { path = [ "services" "nginx" "upstreams" ]; names = [ "${name}_upstream" ]; }
      { path = virtualHosts; names = hosts; }
    ];

  # TLS as it is there: the certificates of the old node are its own.
  asOn = memory: old: name: hostname: host:
    let entry = memory.hostnames.${hostname} or { };
    in
    if entry.node or null == old && entry.environment or null == name && !(entry.live or false)
    then ofNode host
    else host;

  # On a node that holds a copy, only visitors of some hostnames were ever led there.
  asCopy = memory: old: name: hostname: host:
    if elem hostname (copiesOf memory).${name}.${old} then host else ofNode host;

  held = tls: memory: plan: old: config: name:
    let
      environment = plan.environments.${name};
      from = plan.nodes.${environment.node} or { };
      pieces = { path, names }:
        let found = intersectAttrs (named names) (at path from);
        in if path == virtualHosts then mapAttrs (tls memory old name) found else found;
    in
    builtins.foldl' (all: place: added place.path (pieces place) all) config (places name environment from);
in
{
  # The memory, or nothing remembered where there is no file. Anything else than
  # what dns-gate writes stops the build: TLS would come back where no certificate can.
  checkedGate = where: memory:
    if memory == null then nothing
    else
      let found = problem memory;
      in
      if found == null then memory
      else
        fail "gate-memory"
          "${where} is no memory of the DNS gate: ${found}"
          "restore it from git, or update the input hostenv-provider where a newer version wrote it";

  # The plan with the off-list in both places of a hostname.
  gatedPlan = memory: plan:
    let
      off = named memory.off;
      without = switch: mapAttrs (name: host: if off ? ${name} then switch host else host);
    in
    plan // {
      environments = mapAttrs (_: mapAt [ "virtualHosts" ] (without ofEnvironment)) plan.environments;
      nodes = mapAttrs (_: mapAt virtualHosts (without ofNode)) plan.nodes;
    };

  # A node's configuration with the environments that it must not drop yet. A
  # node that is not known any more is not deployed, so it drops nothing.
  withHeld = memory: plan: name: config:
    let
      isElsewhere = environment: plan.environments ? ${environment} && plan.environments.${environment}.node != name;
      moving = filter (environment: memory.holds.${environment} == name && isElsewhere environment) (attrNames memory.holds);
      copies = copiesOf memory;
      copied = filter (environment: copies.${environment} ? ${name} && isElsewhere environment) (attrNames copies);
    in
    builtins.foldl' (held asCopy memory plan name) (builtins.foldl' (held asOn memory plan name) config moving) copied;

  # Environments that a node goes on serving, by name.
  heldOn = memory: node:
    filter (environment: memory.holds.${environment} == node) (attrNames memory.holds)
    ++ filter (environment: (copiesOf memory).${environment} ? ${node}) (attrNames (copiesOf memory));
}
