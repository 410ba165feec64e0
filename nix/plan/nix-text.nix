# A value as Nix text that evaluates to it: texts, whole numbers, true and false,
# and sets of them. What a client wrote stands in it, so nothing may be read as Nix.
let
  escaped = builtins.replaceStrings
    [ "\\" "\"" "$" "\n" "\r" "\t" ]
    [ "\\\\" "\\\"" "\\$" "\\n" "\\r" "\\t" ];

  quoted = text: "\"${escaped text}\"";

  keywords = [ "assert" "else" "if" "in" "inherit" "let" "or" "rec" "then" "with" ];

  key = name:
    if builtins.match "[a-zA-Z_][a-zA-Z0-9_-]*" name != null && !(builtins.elem name keywords) then name else quoted name;

  nixText = indentation: value:
    if builtins.isAttrs value then set indentation value
    else if builtins.isString value then quoted value
    else if builtins.isBool value then (if value then "true" else "false")
    else toString value;

  # What is null is not set.
  set = indentation: values:
    let
      line = name: "${indentation}  ${key name} = ${nixText "${indentation}  " values.${name}};\n";
      names = builtins.filter (name: values.${name} != null) (builtins.attrNames values);
    in
    if names == [ ] then "{ }" else "{\n${builtins.concatStringsSep "" (map line names)}${indentation}}";
in
nixText
