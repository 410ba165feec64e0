# docs/options.md, made from the modules: every option with its type, default, example and words.
{ lib }:
let
  inherit (builtins) concatStringsSep filter head isAttrs;

  # On one line.
  shownIn = text: "`${concatStringsSep " " (filter builtins.isString (builtins.split "\n *" (lib.trim text)))}`";

  shown = value:
    if isAttrs value && (value._type or "") == "literalMD" then value.text
    else if isAttrs value && (value._type or "") == "literalExpression" then shownIn value.text
    else shownIn (lib.generators.toPretty { multiline = false; } value);

  field = words: value: if value == null then [ ] else [ "${words}: ${shown value}" ];

  entry = { loc, type, description, example ? null, default ? null, ... }@option:
    let
      facts = [ (shownIn type) ]
        ++ (if default == null && !(option.readOnly or false) then [ "must be set" ] else field "default" default)
        ++ field "example" example;
    in
    ''
      ### `${concatStringsSep "." loc}`

      ${lib.trim (description.text or description)}

      ${concatStringsSep " · " facts}
    '';

  listed = options:
    filter (option: !option.internal && option.visible && head option.loc != "_module" && !(isParent option))
      (lib.optionAttrSetToDocList options);
  # A set of options is told by its options.
  isParent = option: builtins.elem option.type [ "submodule" "list of (submodule)" "null or (list of (submodule))" ];

  section = { title, about, options }: ''
    ## ${title}

    ${lib.trim about}

    ${concatStringsSep "\n" (map entry (listed options))}'';

  evaluated = modules: (lib.evalModules { inherit modules; }).options;

  # Values are not asked for, so options of NixOS that they set may be absent.
  nixos = name: builtins.removeAttrs (evaluated [ ./nixos/${name}.nix { _module.check = false; } ]) [ "provider" ];

  header = ''
    <!-- Made from the modules by scripts/options-docs.mjs. -->
    # Options

    What can be set, and where. [Provider settings](provider-settings.md) says how they are given.
  '';

  sections = [
    {
      title = "Provider";
      about = "Settings of `lib.mkProvider` (its argument `provider`), and of `flakeModules.provider` (under `provider`).";
      options = evaluated [ { options.provider = import ./module-options.nix { inherit lib; }; } ];
    }
    {
      title = "Project";
      about = "Modules of a project, for `lib.mkProject`: see [projects](provider-settings.md#projects).";
      options = evaluated [ ./environments.nix ];
    }
    {
      title = "NixOS: what the plan says";
      about = "Every module below has these; the plan sets them. See [NixOS modules](nixos.md).";
      options = evaluated [ ./nixos/data.nix ];
    }
  ] ++ map
    (name: {
      title = "NixOS: ${name}";
      about = "`nixosModules.${name}`.";
      options = nixos name;
    })
    [ "provider-common" "users-slices" "nginx-hostenv" "backups-hostenv" "monitoring-hostenv" ];
in
concatStringsSep "\n" ([ header ] ++ map section sections)
