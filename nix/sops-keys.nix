# Which names a sops file holds: names are not encrypted, so it is read as text, and nothing is built to read it.
# { entry = [ name ]; } of the first two levels. YAML as sops writes it, where each value is on its name's line;
# or JSON.
file:
let
  inherit (builtins) attrNames elemAt filter foldl' fromJSON head isAttrs isString mapAttrs match readFile removeAttrs split stringLength;

  plain = name:
    let quoted = match "\"(.*)\"|'(.*)'" name; in
    if quoted == null then name else head (filter isString quoted);

  # null, or { depth; name; } of a line.
  named = line:
    let found = match "( *)([A-Za-z0-9_./-]+|\"[^\"]+\"|'[^']+') *:( .*)?" line; in
    if found == null then null else { depth = stringLength (elemAt found 0); name = plain (elemAt found 1); };

  # The names below an entry are those at the depth of the first of them.
  step = seen: line:
    if line.depth == 0 then seen // { entry = line.name; depth = null; found = seen.found // { ${line.name} = [ ]; }; }
    else if seen.entry == null || (seen.depth != null && line.depth != seen.depth) then seen
    else seen // { inherit (line) depth; found = seen.found // { ${seen.entry} = seen.found.${seen.entry} ++ [ line.name ]; }; };

  fromYaml = text:
    (foldl' step { entry = null; depth = null; found = { }; }
      (filter (line: line != null) (map named (filter isString (split "\r?\n" text))))).found;

  fromDocument = mapAttrs (_: value: if isAttrs value then attrNames value else [ ]);

  text = readFile file;
in
removeAttrs (if match ".*\\.json" (baseNameOf file) != null then fromDocument (fromJSON text) else fromYaml text) [ "sops" ]
