# Errors a provider can cause. The command line reads code, message and hint
# back from Nix's output by the markers below (src/adapters/nix-errors.ts), so
# neither text may hold a line break.
let
  oneLine = builtins.replaceStrings [ "\n" "\r" ] [ " " " " ];
in
{
  # code -> message (what, with which value, where) -> hint (what to do next)
  fail = code: message: hint:
    throw "hostenv-provider[${code}]: ${oneLine message} [hint]: ${oneLine hint} [end]";

  listed = builtins.concatStringsSep ", ";
}
