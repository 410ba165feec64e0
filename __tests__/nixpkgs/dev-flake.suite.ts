import { expect, test } from "@jest/globals";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { lib } from "./copies.ts";

// nixpkgs as far as the flake asks for it: its lib is the real one, its packages are their names.
const outputs = `((import ${root}dev/flake.nix).outputs {
  nixpkgs = {
    lib = ${lib};
    outPath = "/nixpkgs";
    legacyPackages.x86_64-linux = ${lib}.genAttrs
      [ "nodejs_24" "git" "nix" "sops" "age" "restic" "openssh" "knot-dns" "unbound" "pebble" "nginx" "deploy-rs" "actionlint" "zizmor" ] (name: name)
      // { mkShell = shell: shell; runCommand = name: _: script: { inherit name script; }; };
  };
})`;

describeWithNix("the flake of the developers' shell", (nix) => {
  test("has what the tests start, and a check of the options' page that passes", () => {
    const { value, error } = evaluate(
      nix,
      `let o = ${outputs}; made = import ${root}nix/options-docs.nix { lib = ${lib}; }; in {
        inherit (o.devShells.x86_64-linux.default) packages HOSTENV_TEST_NIXPKGS;
        script = o.checks.x86_64-linux.options-docs.script;
        passes = builtins.readFile ${root}docs/options.md == made;
      }`,
    );
    expect(error).toBe("");
    expect(value).toMatchObject({
      packages: expect.arrayContaining(["nodejs_24", "knot-dns", "deploy-rs"]),
      HOSTENV_TEST_NIXPKGS: "/nixpkgs",
      script: expect.stringMatching(/^diff \S+options\.md \S+options\.md > \$out\n$/),
      passes: true,
    });
  });

  test("is the only one with inputs: a provider's lock gets none of ours", () => {
    const { value } = evaluate(nix, `(import ${root}flake.nix) ? inputs`);
    expect(value).toBe(false);
  });
});
