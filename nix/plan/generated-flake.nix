# The text of generated/flake.nix. Flake inputs are static, so every environment
# has one of its own, pinned beside the plan. The provider's own inputs are
# repeated, and its outputs called by import from the same source tree: an input
# `path:..` is wrong or stale on Nix 2.8 and locked differently from 2.26 on.
{ fail }:
let
  nixText = import ./nix-text.nix;

  # What Nix itself takes for a branch or tag.
  isReference = text: builtins.match "[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*" text != null;

  # Inputs that have branches; a folder or an archive has none.
  branched = { git = null; github = null; gitlab = null; sourcehut = null; hg = null; indirect = null; };

  startsWith = start: text: builtins.substring 0 (builtins.stringLength start) text == start;
  without = start: text:
    if startsWith start text then builtins.substring (builtins.stringLength start) (-1) text else text;

  # A relative path is read from the folder of the flake that names it.
  fromGenerated = source:
    if (source.type or null) != "path" || startsWith "/" (source.path or "/") then source
    else source // { path = "../" + without "./" source.path; };

  # An environment is its branch, wherever the project's own input is held.
  atBranch = name: { type ? null, ref ? null, ... }@repo:
    if ref == null || type == null then repo
    else if !(branched ? ${type}) then builtins.removeAttrs repo [ "ref" ]
    else if isReference ref then builtins.removeAttrs repo [ "rev" "revCount" "narHash" "lastModified" ]
    else
      fail "git-ref"
        "environment '${name}' is on the branch '${ref}', a name that Nix takes for no input"
        "rename the branch, or set the environment's gitRef to another: letters, digits and _ . / @ + - can stand in it";

  # The existing tool's flake had the provider as its input `parent`.
  withoutParent = input:
    input
    // (if input ? follows then { follows = without "parent/" input.follows; } else { })
    // (if input ? inputs then { inputs = builtins.mapAttrs (_: withoutParent) input.inputs; } else { });

  merged = left: right:
    if builtins.isAttrs left && builtins.isAttrs right
    then left // builtins.mapAttrs (name: value: if left ? ${name} then merged left.${name} value else value) right
    else right;

  filled = builtins.intersectAttrs { hostenv = null; nixpkgs = null; flake-parts = null; phps = null; };

  environmentInput = own: { follows ? null, extra ? (_: { }) }: name: environment:
    let
      defaults = builtins.mapAttrs (input: _: input) (filled own);
      following = builtins.mapAttrs (_: target: { follows = target; }) (if follows == null then defaults else follows);
      source = fromGenerated (atBranch name environment.repo);
    in
    withoutParent (merged (source // (if following == { } then { } else { inputs = following; })) (extra environment));

  # Where inputs below lead elsewhere: said again, Nix needs to fetch nothing to know it.
  followed = lock: seen: node:
    let
      below = target:
        if builtins.isList target then { follows = builtins.concatStringsSep "/" target; }
        else if seen ? ${target} then { inputs = { }; }
        else { inputs = followed lock (seen // { ${target} = null; }) (lock.nodes.${target} or { }); };
      found = builtins.mapAttrs (_: below) (node.inputs or { });
    in
    builtins.removeAttrs found
      (builtins.filter (name: (found.${name}.inputs or null) == { }) (builtins.attrNames found));

  ownInput = lock: _: target:
    let
      node = lock.nodes.${target} or { };
      inputs = followed lock { ${target} = null; } node;
    in
    if builtins.isList target then { follows = builtins.concatStringsSep "/" target; }
    else
      fromGenerated (node.original or { })
      // (if node.flake or true then { } else { flake = false; })
      // (if inputs == { } then { } else { inherit inputs; });

  # A lock without a root node (the existing tool's test files) names its inputs directly.
  ownInputs = lock:
    let nodes = lock.nodes or { };
    in builtins.mapAttrs (ownInput { inherit nodes; })
      (if nodes ? ${lock.root or "root"} then nodes.${lock.root or "root"}.inputs or { }
      else builtins.mapAttrs (name: _: name) nodes);

  refuseTaken = own: environments: extra:
    let
      twice = builtins.attrNames (builtins.intersectAttrs own (environments // extra))
        ++ builtins.attrNames (builtins.intersectAttrs environments extra);
    in
    if twice == [ ] then extra
    else
      fail "input-twice"
        "'${builtins.head twice}' would be two inputs of the generated flake: an input of the provider's flake, of generatedFlake.inputs, or an environment"
        "remove it from generatedFlake.inputs, or rename the input in flake.nix; the provider's own inputs are in the generated flake already";

  flakeText = own: inputs: ''
    # Made by hostenv-provider plan: the next plan writes it again.
    {
      inputs = ${nixText "  " inputs};

      outputs = { self, ... }@inputs:
        let
          source = self.sourceInfo;
          folder = builtins.substring (builtins.stringLength source.outPath) (-1) (toString ../.);
          own = builtins.intersectAttrs ${nixText "      " (builtins.mapAttrs (_: _: true) own)} inputs;
          outputs = (import ../flake.nix).outputs (own // { self = provider; });
          # The provider's flake as Nix would call it, with the pins of this lock.
          provider = outputs // source // {
            _type = "flake";
            inherit outputs;
            inputs = own;
            outPath = source.outPath + folder;
            sourceInfo = source;
          };
        in
        outputs.lib.provider.deployOutputs {
          plan = builtins.fromJSON (builtins.readFile ./plan.json);
          pinned = inputs;
          gate = ./dns-gate.json;
        };
    }
  '';
in
{
  # flake: the text. flakeInputs: what it names besides the provider's own
  # inputs, as flake.lock writes it under `original`.
  generatedFlake = { lock, environments, settings ? { } }:
    let
      own = ownInputs lock;
      ofEnvironments = builtins.mapAttrs (environmentInput own (settings.envInputs or { })) environments;
      extra = builtins.mapAttrs (_: withoutParent) (settings.inputs or { });
      added = refuseTaken own ofEnvironments extra // ofEnvironments;
    in
    {
      flake = flakeText own (own // added);
      flakeInputs = builtins.mapAttrs (_: input: builtins.removeAttrs input [ "inputs" "flake" ]) added;
    };
}
