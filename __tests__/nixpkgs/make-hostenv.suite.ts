import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { evaluate, root } from "../support/nix.ts";

const nix = process.env.HOSTENV_TEST_NIX as string;
const lib = `(import ${process.env.HOSTENV_TEST_NIXPKGS}/lib)`;

test("what the planner forces wins over a project's own settings in real modules", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-nixpkgs-")));
  try {
    writeFileSync(join(folder, "flake.lock"), '{"nodes":{"acme__shop":{"original":{}}}}');
    writeFileSync(
      join(folder, "hostenv.nix"),
      '{ lib, ... }: { hostenv.organisation = lib.mkDefault "wrong"; hostenv.project = "wrong"; }',
    );
    // As the existing hostenv input offers it: modules in, an evaluated configuration out.
    const makeHostenv = `modules: _: ${lib}.evalModules { modules = modules ++ [ ({ lib, config, ... }: {
      options.defaultEnvironment = lib.mkOption { type = lib.types.str; default = "main"; };
      options.services.restic.backups = lib.mkOption { type = lib.types.attrsOf lib.types.attrs; };
      options.hostenv = lib.genAttrs [ "organisation" "project" "environmentName" "root" "hostenvHostname" ]
        (_: lib.mkOption { type = lib.types.str; });
      config.services.restic.backups."\${config.hostenv.organisation}-\${config.hostenv.project}-migrate" = { };
    }) ]; }`;
    const expression = `((import ${root}nix/mk-provider.nix) {
      self.outPath = ${folder};
      inputs = {
        acme__shop = { outPath = ${folder}; lib.hostenv.x86_64-linux.environments.main = { }; };
        hostenv.makeHostenv.x86_64-linux = ${makeHostenv};
      };
      provider = { hostenvHostname = "h.test"; nodeFor.default = "n1"; };
    }).lib.provider.planJson.x86_64-linux.plan.environments`;
    const { value, error } = evaluate(nix, expression);
    expect(error).toBe("");
    expect(value).toMatchObject({ "shop-main-4f7240c": { migrations: ["acme-shop-migrate"] } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
