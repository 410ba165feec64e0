{
  description = "What developing hostenv-provider needs; a flake of its own, so that no provider's lock holds it";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs = { nixpkgs, ... }:
    let
      perSystem = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ];
    in
    {
      # nix develop ./dev
      devShells = perSystem (system:
        let pkgs = nixpkgs.legacyPackages.${system}; in {
          default = pkgs.mkShell {
            packages = with pkgs; [ nodejs_24 git nix sops age restic openssh knot-dns unbound pebble nginx deploy-rs actionlint zizmor ];
            # npm run test:nixpkgs takes the same nixpkgs; HOSTENV_TEST_FLAKE_PARTS names a checkout.
            HOSTENV_TEST_NIXPKGS = nixpkgs.outPath;
          };
        });

      # nix flake check ./dev: what the modules say is what docs/options.md says.
      checks = perSystem (system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
          made = import ../nix/options-docs.nix { inherit (nixpkgs) lib; };
        in
        {
          options-docs = pkgs.runCommand "options-docs" { } ''
            diff ${../docs/options.md} ${builtins.toFile "options.md" made} > $out
          '';
        });
    };
}
