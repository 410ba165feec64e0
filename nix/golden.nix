# Where a plan and its golden file differ, as hostenv-provider golden-check tells it: a uid stands as its
# environment's name, and `previousNode` says only where data was.
let
  inherit (builtins) attrNames concatMap isAttrs listToAttrs mapAttrs removeAttrs replaceStrings stringLength substring;

  endsWith = suffix: text:
    let size = stringLength suffix; in
    stringLength text >= size && substring (stringLength text - size) size text == suffix;

  mapAt = name: convert: set: if set ? ${name} && isAttrs set.${name} then set // { ${name} = convert set.${name}; } else set;

  # The service's slice ends in the uid; its key is the uid.
  service = uid: name: value:
    let slice = "-${toString uid}.slice"; in
    mapAt "serviceConfig"
      (config:
        if config ? Slice && endsWith slice config.Slice
        then config // { Slice = substring 0 (stringLength config.Slice - stringLength slice) config.Slice + "-${name}.slice"; }
        else config)
      value;

  node = environments: name: config:
    let
      own = builtins.filter (user: environments.${user}.node == name) (attrNames environments);
      uidOf = user: environments.${user}.uid;
      numbered = key: entries: entries // listToAttrs (map
        (user: { name = user; value = mapAt' key (uid: if uid == uidOf user then user else uid) entries.${user}; })
        (builtins.filter (user: entries ? ${user}) own));
      mapAt' = key: convert: set: if set ? ${key} then set // { ${key} = convert set.${key}; } else set;
      served = builtins.filter (user: (config.systemd.services or { }) ? "user@${toString (uidOf user)}") own;
      services = entries:
        removeAttrs entries (map (user: "user@${toString (uidOf user)}") served)
        // listToAttrs (map
          (user: {
            name = "user@${user}";
            value = service (uidOf user) user entries."user@${toString (uidOf user)}";
          })
          served);
    in
    mapAt "systemd" (mapAt "services" services)
      (mapAt "users" (users: mapAt "groups" (numbered "gid") (mapAt "users" (numbered "uid") users)) config);

  comparable = plan: removeAttrs plan [ "_description" ] // {
    environments = mapAttrs (name: environment: removeAttrs environment [ "previousNode" ] // { uid = name; }) plan.environments;
    nodes = mapAttrs (node plan.environments) plan.nodes;
  };

  absent = "(not there)";
  escaped = replaceStrings [ "~" "/" ] [ "~0" "~1" ];
  differences = path: left: right:
    if left == right then [ ]
    else if isAttrs left && isAttrs right then
      concatMap (key: differences "${path}/${escaped key}" (left.${key} or absent) (right.${key} or absent)) (attrNames (left // right))
    else [ path ];

  # What evaluation calculates may be lazy; a file's content is not.
  plain = value: builtins.fromJSON (builtins.toJSON value);
in
# JSON pointers, [ ] where nothing differs.
{ plan, golden }: differences "" (comparable golden) (comparable (plain plan))
