# The types of options.nix: what a value must be, and the words for it.
let
  inherit (builtins) all any attrNames concatMap elem isAttrs isBool isFunction isInt isList isPath isString length;

  # A path, or what converts to one: the outPath of a flake.
  isPathLike = value: isPath value || (isAttrs value && value ? outPath);

  named = {
    string = { words = "a string"; holds = isString; };
    line = {
      words = "a string without line breaks";
      holds = value: isString value && builtins.replaceStrings [ "\n" "\r" ] [ "" "" ] value == value;
    };
    boolean = { words = "true or false"; holds = isBool; };
    integer = { words = "a whole number"; holds = isInt; };
    port = { words = "a port, 0 to 65535"; holds = value: isInt value && value >= 0 && value <= 65535; };
    path = { words = "a path"; holds = isPathLike; };
    function = { words = "a function"; holds = value: isFunction value || (isAttrs value && value ? __functor); };
    module = { words = "a NixOS module or the path of one"; holds = value: isString value || isPathLike value || isAttrs value || isFunction value; };
    anything = { words = "anything"; holds = _: true; };
  };

  quoted = value: "\"${value}\"";
  joined = last: words:
    let count = length words; in
    if count == 1 then builtins.head words
    else builtins.concatStringsSep ", " (builtins.genList (builtins.elemAt words) (count - 1)) + last + builtins.elemAt words (count - 1);

  words = type:
    if isString type then named.${type}.words
    else if type ? nullOr then "${words type.nullOr}, or null"
    else if type ? oneOf then joined " or " (map words type.oneOf)
    else if type ? enum then joined " or " (map quoted type.enum)
    else if type ? listOf then "a list (of each: ${words type.listOf})"
    else if type ? attrsOf then "a set (of each: ${words type.attrsOf})"
    else "a set";

  kind = value:
    if isString value && builtins.stringLength value < 40 then quoted value
    else if isInt value || isBool value then builtins.toJSON value
    else { set = "a set"; list = "a list"; null = "null"; lambda = "a function"; string = "a string"; path = "a path"; float = "a fraction"; }.${builtins.typeOf value};

  wrong = where: type: value: [ { code = "setting-type"; inherit where; text = "is ${kind value}, and must be ${words type}"; } ];

  element = index: value: { name = toString index; inherit value; };
  indexed = list: builtins.genList (index: element index (builtins.elemAt list index)) (length list);

  problems = where: type: value:
    if isString type then (if named.${type}.holds value then [ ] else wrong where type value)
    else if type ? nullOr then (if value == null then [ ] else problems where type.nullOr value)
    else if type ? oneOf then (if any (one: problems where one value == [ ]) type.oneOf then [ ] else wrong where type value)
    else if type ? enum then (if elem value type.enum then [ ] else wrong where type value)
    else if type ? listOf then
      (if isList value
      then concatMap (one: problems "${where}.${one.name}" type.listOf one.value) (indexed value)
      else wrong where type value)
    else if !isAttrs value then wrong where type value
    else if type ? attrsOf then concatMap (name: problems "${where}.${name}" type.attrsOf value.${name}) (attrNames value)
    else ofParts where type.parts value;

  required = option: !(option ? default) && !(isAttrs option.type && option.type ? parts);

  ofParts = where: parts: value:
    concatMap
      (name:
        if parts ? ${name} then problems "${where}.${name}" parts.${name}.type value.${name}
        else [ { code = "setting-unknown"; where = "${where}.${name}"; known = attrNames parts; } ])
      (attrNames value)
    ++ concatMap
      (name:
        if required parts.${name} && !(value ? ${name})
        then [ { code = "setting-missing"; where = "${where}.${name}"; example = parts.${name}.example or null; } ]
        else [ ])
      (attrNames parts);

  # A value with the defaults of what it does not say; parts within parts likewise.
  filled = parts: value:
    builtins.mapAttrs
      (name: option:
        if isAttrs option.type && option.type ? parts then filled option.type.parts (value.${name} or { })
        else value.${name} or option.default)
      parts;
in
{ inherit words problems filled; }
