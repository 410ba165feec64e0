# The table of provider settings (plan/options.nix) as options of nixpkgs' module system.
{ lib }:
let
  inherit (lib) types;

  named = {
    string = types.str;
    line = types.singleLineStr;
    boolean = types.bool;
    integer = types.int;
    port = types.port;
    # A path of this flake, or what converts to one.
    path = types.path;
    function = types.functionTo types.raw;
    module = types.oneOf [ types.str types.deferredModule ];
    anything = types.anything;
  };

  typeOf = type:
    if builtins.isString type then named.${type}
    else if type ? nullOr then types.nullOr (typeOf type.nullOr)
    else if type ? oneOf then types.oneOf (map typeOf type.oneOf)
    else if type ? enum then types.enum type.enum
    else if type ? listOf then types.listOf (typeOf type.listOf)
    else if type ? attrsOf then types.attrsOf (typeOf type.attrsOf)
    else types.submodule { options = optionsOf type.parts; };

  hasParts = type: builtins.isAttrs type && type ? parts;

  # Without a default it must be given: the module system would take an empty list or set for one.
  typeFor = { type, ... }@setting: typeOf type // lib.optionalAttrs (!(setting ? default || hasParts type)) { emptyValue = { }; };

  option = { type, description, ... }@setting:
    lib.mkOption ({
      inherit description;
      type = typeFor setting;
    }
    // (if setting ? default then { inherit (setting) default; } else if hasParts type then { default = { }; } else { })
    // lib.optionalAttrs (setting ? defaultText) { defaultText = lib.literalMD setting.defaultText; }
    // lib.optionalAttrs (setting ? example) { inherit (setting) example; });

  optionsOf = builtins.mapAttrs (_: option);
in
optionsOf (import ./plan/options.nix)
