# nixbsd's copies of NixOS' modules on our options for the rest, with what the copies ask of the rest and packages as
# far as they name them. `copy` is nixbsd's folder.
{ copy }:
{ lib, ... }:
let
  inherit (lib) mkOption types;
  any = default: mkOption { type = types.anything; inherit default; };
  made = name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; }
    // { pname = name; version = "1.29.0"; shellPath = "/bin/${name}"; };
  written = name: text: made name // { inherit text; };
  packages = names: lib.genAttrs names made;
in
{
  imports = map (file: copy + "/modules/${file}.nix") [
    "config/users-groups"
    "security/acme/default"
    "security/sudo"
    "services/networking/ssh/sshd"
    "services/web-servers/nginx/default"
  ] ++ [ ../linux-options.nix ../system-options.nix ];

  options = {
    environment = lib.genAttrs [ "systemPackages" "profiles" ] (_: mkOption { type = types.listOf types.raw; });
    freebsd.rc.conf = any { };
    ids = any { };
    init.services = any { };
    meta = mkOption { type = types.raw; };
    networking.enableIPv6 = any true;
    programs.ssh = lib.genAttrs [ "package" "setXAuthLocation" "knownHosts" ] (_: any false);
    programs.zsh.enable = any false;
    security.googleOsLogin.enable = any false;
    security.pam.services = any { };
    security.wrappers = any { };
    system.activationScripts = any { };
    system.checks = any [ ];
    systemd.tmpfiles.rules = mkOption { type = types.listOf types.str; };
  };

  config = {
    boot.isJail = false;
    # As NixOS gives them out.
    ids.uids = { root = 0; daemon = 1; nobody = 65534; nginx = 60; };
    ids.gids = {
      root = 0; wheel = 1; daemon = 2; audit = 3; operator = 4; _shadow = 5;
      nginx = 60; users = 100; nixbld = 30000; nogroup = 65534;
    };
    users.defaultUserShell = made "bash";
    # Only then is its configuration to be had from outside.
    services.nginx.enableReload = true;
    programs.ssh.package = made "openssh";
    # What NixOS runs nginx as, which its certificates must be readable for.
    systemd.services = { nginx.serviceConfig = { User = "nginx"; Group = "nginx"; }; nginx-config-reload = { }; };
    _module.args = {
      utils.toShellPath = shell: "/bin/${shell.name}";
      pkgs = packages [ "bashInteractive" "flock" "gawk" "lego" "mailcap" "minica" "openssh" "openssl" "sudo" "zsh" ] // {
        stdenv = lib.genAttrs [ "buildPlatform" "hostPlatform" ] (_: "x86_64-linux");
        nginxStable = lib.fix (nginx: made "nginx" // { modules = [ ]; override = _: nginx; });
        xorg.xauth = made "xauth";
        perl.withPackages = _: made "perl";
        writeText = written;
        writeShellScript = written;
        writers.writeNginxConfig = written;
        runCommand = name: about: script: made name // about // { inherit script; };
        formats.keyValue = _: {
          type = types.attrsOf (types.oneOf [ types.bool types.int types.str (types.listOf types.str) ]);
          generate = name: value: written name (builtins.toJSON value);
        };
      };
    };
  };
}
