# NixOS configuration as data, one attribute set per node that carries an environment.
{ text, fail, nginx }:
let
  defaultPorts = [ 80 443 22 ];

  defaultLimits = {
    CPUQuota = "200%";
    MemoryMax = "12G";
  };

  user = environment: {
    name = environment.hostenv.userName;
    value = {
      inherit (environment) uid;
      group = environment.hostenv.userName;
      openssh.authorizedKeys.keys = environment.authorizedKeys;
      isNormalUser = true;
      createHome = true;
      linger = true;
    };
  };

  group = environment: {
    name = environment.hostenv.userName;
    value.gid = environment.uid;
  };

  sliceOf = environment: "user-${environment.hostenv.organisation}-${text.projectSlug environment.hostenv.project}";

  dropIn = environment: {
    name = "user@${toString environment.uid}";
    value = {
      overrideStrategy = "asDropin";
      serviceConfig.Slice = "${sliceOf environment}-${toString environment.uid}.slice";
    };
  };

  sliceConfig = limits: {
    CPUAccounting = "yes";
    MemoryAccounting = "yes";
  } // defaultLimits // limits;

  # One slice holds all environments of a project on a node. Projects whose
  # names shorten to the same slug share it, so their limits must agree.
  slice = limitsOf: name: environments:
    let
      first = builtins.head environments;
      wanted = limitsOf first;
      other = builtins.filter (environment: limitsOf environment != wanted) environments;
    in
    if other != [ ] then
      fail "limits-conflict"
        "slice '${name}' is shared by ${first.hostenv.userName} and ${(builtins.head other).hostenv.userName}, whose projects have different limits"
        "give both projects the same entry in provider.limits"
    else [
      {
        inherit name;
        value = {
          description = "${text.projectSlug first.hostenv.project} slice";
          sliceConfig = sliceConfig wanted;
        };
      }
      { name = "user-${first.hostenv.organisation}-"; value = { }; }
      { name = "${name}-"; value = { }; }
    ];

  slices = limitsOf: environments:
    let bySlice = builtins.groupBy sliceOf environments;
    in
    builtins.listToAttrs (builtins.concatLists (map
      (name: slice limitsOf name bySlice.${name})
      (builtins.attrNames bySlice)));

  node = settings: limitsOf: name: environments: {
    networking.firewall.allowedTCPPorts = defaultPorts ++ settings.nodeFirewallPorts.${name} or [ ];
    provider = {
      inherit (settings) deployPublicKeys deployUser;
      nixSigning = { inherit (settings.nixSigning) trustedPublicKeys; };
    };
    security.acme = {
      inherit (settings.letsEncrypt) acceptTerms;
      defaults.email = settings.letsEncrypt.adminEmail;
    };
    services.nginx = nginx.frontDoor settings.letsEncrypt environments;
    systemd = {
      services = builtins.listToAttrs (map dropIn environments);
      slices = slices limitsOf environments;
    };
    users = {
      groups = builtins.listToAttrs (map group environments);
      users = builtins.listToAttrs (map user environments);
    };
  };

  connection = settings: name: {
    hostname = settings.nodeAddresses.${name} or "${name}.${settings.hostenvHostname}";
    sshOpts =
      (if settings.nodeSshPorts ? ${name} then [ "-p" (toString settings.nodeSshPorts.${name}) ] else [ ])
      ++ settings.nodeSshOpts.${name} or [ ];
  };

  # Every node a setting, an environment or state knows; "default" is no node.
  knownNodes = settings: environments: state:
    let
      flag = name: { inherit name; value = null; };
      nodeNames = builtins.filter (name: builtins.isString name && name != "") (
        map (environment: environment.node) environments
        ++ map (entry: entry.node or null) (builtins.attrValues state)
      );
    in
    builtins.attrNames (builtins.removeAttrs
      (settings.nodeSystems // settings.nodeAddresses // settings.nodeSshPorts // settings.nodeSshOpts
        // builtins.listToAttrs (map flag nodeNames))
      [ "default" ]);
in
{
  # What a node is given that carries no environment: it must stop serving.
  emptyNode = settings: name: node settings (_: { }) name [ ];

  nodesOf = settings: limitsOf: environments:
    builtins.mapAttrs (node settings limitsOf) (builtins.groupBy (environment: environment.node) environments);

  connectionsOf = settings: environments: state:
    builtins.listToAttrs (map
      (name: { inherit name; value = connection settings name; })
      (knownNodes settings environments state));
}
