# Options that a node's own configuration sets, and what it is built as.
{ lib, ... }: {
  options = lib.genAttrs [ "boot" "fileSystems" ] (_: lib.mkOption { type = lib.types.attrsOf lib.types.anything; default = { }; }) // {
    system = {
      stateVersion = lib.mkOption { type = lib.types.str; };
      build.toplevel = lib.mkOption { type = lib.types.raw; };
    };
    environment.etc = lib.mkOption { type = lib.types.attrsOf lib.types.raw; default = { }; };
  };
}
