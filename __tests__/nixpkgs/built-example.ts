import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/nix.ts";
import { lib } from "./copies.ts";
import { exampleFolder } from "./nixos.ts";

const USUAL_PACKAGE = '(name: "/nix/store/" + name)';

/** An environment of the example, on node-a. */
export const SHOP = "shop-main-4f7240c";
const PARTS =
  "\n  backups_secret: ENC[AES256_GCM,data:x,type:str]\n  backups_env: ENC[AES256_GCM,data:x,type:str]\n";

/** The inputs that nodes and environments are built with, each as Nix text. */
export interface Inputs {
  /** The modules of nixosSystem, in a list. */
  readonly nixos: string;
  /** The module of sops-nix. */
  readonly sops: string;
  /** deploy-rs' `lib`. */
  readonly deployRs: string;
}

/** Options of NixOS that we and the example's nodes set. */
export const OPTIONS = `${root}__tests__/nixpkgs/nixos-options.nix ${root}__tests__/nixpkgs/system-options.nix`;

/** Those options; sops-nix and deploy-rs as far as they are called. */
export const STAND_INS: Inputs = {
  nixos: `[ ${OPTIONS} ({ config, ... }: {
    system.build.toplevel = "/nix/store/nixos-\${config.networking.hostName}-\${config.system.stateVersion}";
  }) ]`,
  sops: `${root}__tests__/nixpkgs/sops-options.nix`,
  deployRs: `lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
    activate.nixos = node: "\${node.config.system.build.toplevel} activated on \${system}";
    activate.custom = package: command: "\${package} activated by \${command} on \${system}";
  })`,
};

/** A copy of the example's provider with secrets and a module for every node. */
export function builtFolder(): string {
  const folder = exampleFolder();
  mkdirSync(join(folder, "secrets"));
  const secrets = `acme:${PARTS}acme_shop:${PARTS}${SHOP}:${PARTS}globex:${PARTS}sops:\n  mac: ENC[x]\n`;
  writeFileSync(join(folder, "secrets/secrets.yaml"), secrets);
  writeFileSync(join(folder, "common.nix"), '{ environment.etc."motd" = "for every node"; }');
  return folder;
}

/** What is not as usual in a build of the example, as Nix text. */
interface Unusual {
  readonly inputs?: Inputs;
  /** Makes an environment's package of its name. */
  readonly packageOf?: string;
  /** Further settings of the provider. */
  readonly settings?: string;
}

/** What deployOutputs gives for the example, built by what mkProvider brings. */
export function deployed(
  folder: string,
  attribute: string,
  {
    inputs: { nixos, sops, deployRs } = STAND_INS,
    packageOf = USUAL_PACKAGE,
    settings = "{ }",
  }: Unusual = {},
): string {
  const inputs = `{
    nixpkgs.lib = lib // {
      nixosSystem = { system, modules, specialArgs }: lib.evalModules {
        class = "nixos";
        inherit specialArgs;
        modules = modules ++ ${nixos};
      };
    };
    sops-nix.nixosModules.sops = ${sops};
    deploy-rs.lib = ${deployRs};
  }`;
  return `let
    lib = ${lib};
    example = import ${root}__tests__/nixpkgs/example.nix {
      root = ${root}.; folder = ${folder}; builders = { };
      more = ${inputs}; settings = { nodeModules = [ "common.nix" ]; } // ${settings};
    };
    pinned = name: environment: {
      packages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: { \${environment.hostenv.environmentName} = ${packageOf} name; });
    };
  in (example.pinnedBy pinned).${attribute}`;
}
