# Short words for options as NixOS declares them.
lib:
let
  inherit (lib) mkOption types;
in
rec {
  option = type: mkOption { inherit type; };
  defaulted = default: type: mkOption { inherit type default; };
  submodule = options: types.submodule { inherit options; };
  many = options: defaulted { } (types.attrsOf (submodule options));
  optional = type: defaulted null (types.nullOr type);
  list = type: defaulted [ ] (types.listOf type);
  flag = defaulted false types.bool;
  # A unit's section: a value, or a list of values.
  unitOption = types.oneOf [ types.bool types.int types.str types.path (types.listOf types.str) ];
  section = defaulted { } (types.attrsOf unitOption);
}
