import { readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { root } from "../../support/nix.ts";
import { optionalCopies } from "../copies.ts";

const { $schema: _, ...published } = JSON.parse(
  readFileSync(`${optionalCopies.deployRs}/interface.json`, "utf8"),
);

/** A check by what deploy-rs publishes of the flake output `deploy`; how it names its draft, ajv does not know. */
export const inDraft2019 = () => new Ajv2019({ allErrors: true }).compile(published);

/** deploy-rs' own `lib`, by system, on as much of nixpkgs as it calls: Nix text, with nixpkgs' `lib` in scope. */
export const realLib = `(lib.fix (self: (import ${optionalCopies.deployRs}/flake.nix).outputs {
  inherit self;
  nixpkgs = ${root}__tests__/nixpkgs/deploy-rs/pkgs.nix;
  utils.lib = {
    defaultSystems = [ "x86_64-linux" "aarch64-linux" ];
    eachSystem = systems: outputs: { lib = lib.genAttrs systems (system: (outputs system).lib); };
  };
})).lib`;

/** The keys of `deploy` that deploy-rs reads, whether its interface has them or not. */
export const keysRead = [
  ...readFileSync(`${optionalCopies.deployRs}/src/data.rs`, "utf8").matchAll(
    /rename\(deserialize = "(\w+)"\)|^ {4}pub (\w+):/gm,
  ),
].map(([, renamed, field]) => renamed ?? field);
