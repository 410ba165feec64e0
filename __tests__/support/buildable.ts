import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Example } from "./example.ts";

// Derivations that need neither nixpkgs nor a sandbox; each system reads its node's folder, if there is one.
// The store remembers what an earlier run built: the stamp makes it another.
const builders = (stamp: string) => `builders = {
        system = node:
          let extra = ./nodes + "/\${node.name}/default.nix"; in
          derivation {
            name = "system-\${node.name}-1.0";
            system = "x86_64-linux";
            builder = "/bin/sh";
            stamp = "${stamp}";
            args = [ "-c" (if builtins.pathExists extra then import extra else "echo \${node.name} > $out") ];
          };
        environment = environment: derivation {
          name = "\${environment.hostenv.userName}-at-\${environment.input.rev}";
          system = "x86_64-linux";
          builder = "/bin/sh";
          stamp = "${stamp}";
          args = [ "-c" "echo hi > $out" ];
        };
      };`;

// Tests may run as root, without build users and without a way to a cache.
const NIX_CONFIG = "build-users-group =\nsubstituters =\nsandbox = false";

/** The example on its branch `main`, with builders and a committed snapshot. */
export class Buildable extends Example {
  constructor(nix: string) {
    super(nix);
    this.env.NIX_CONFIG = NIX_CONFIG;
    this.git(["checkout", "--quiet", "main"]);
    const flake = join(this.provider, "flake.nix");
    const text = readFileSync(flake, "utf8").replace(
      "root = ./.;",
      `root = ./.;\n      ${builders(this.folder)}`,
    );
    writeFileSync(flake, text);
    this.commit("Builders");
  }

  /** Everything there is, in a commit. */
  commit(message: string): void {
    this.git(["add", "--all"]);
    this.git(["commit", "--quiet", "--message", message]);
  }

  /** Back to the first state. */
  reset(): void {
    this.git(["checkout", "--quiet", "--force", "main"]);
    this.git(["clean", "--quiet", "-fd"]);
  }
}
