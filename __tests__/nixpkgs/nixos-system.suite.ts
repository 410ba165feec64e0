import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deploySchema } from "../support/deploy-schema.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { lib } from "./copies.ts";
import { exampleFolder } from "./nixos.ts";

const SHOP = "shop-main-4f7240c";
const PARTS =
  "\n  backups_secret: ENC[AES256_GCM,data:x,type:str]\n  backups_env: ENC[AES256_GCM,data:x,type:str]\n";

// nixpkgs' nixosSystem on the options that we have; sops-nix and deploy-rs as far as they are called.
const INPUTS = `{
  nixpkgs.lib = ${lib} // {
    nixosSystem = { system, modules, specialArgs }: ${lib}.evalModules {
      class = "nixos";
      inherit specialArgs;
      modules = modules ++ [ ${root}__tests__/nixpkgs/nixos-options.nix ({ lib, config, ... }: {
        options = lib.genAttrs [ "boot" "fileSystems" ] (_: lib.mkOption { type = lib.types.raw; default = { }; }) // {
          system = { stateVersion = lib.mkOption { type = lib.types.str; }; build.toplevel = lib.mkOption { type = lib.types.raw; }; };
          environment.etc = lib.mkOption { type = lib.types.attrsOf lib.types.raw; default = { }; };
        };
        config.system.build.toplevel = "/nix/store/nixos-\${config.networking.hostName}-\${config.system.stateVersion}";
      }) ];
    };
  };
  sops-nix.nixosModules.sops = ${root}__tests__/nixpkgs/sops-options.nix;
  deploy-rs.lib = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
    activate.nixos = node: "\${node.config.system.build.toplevel} activated on \${system}";
    activate.custom = package: command: "\${package} activated by \${command} on \${system}";
  });
}`;

let folder: string;
beforeAll(() => {
  folder = exampleFolder();
  mkdirSync(join(folder, "secrets"));
  const secrets = `acme:${PARTS}acme_shop:${PARTS}${SHOP}:${PARTS}globex:${PARTS}sops:\n  mac: ENC[x]\n`;
  writeFileSync(join(folder, "secrets/secrets.yaml"), secrets);
  writeFileSync(join(folder, "common.nix"), '{ environment.etc."motd" = "for every node"; }');
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

/** What deployOutputs gives for the example, built by what mkProvider brings. */
function deployed(attribute: string): string {
  return `let lib = ${lib}; example = import ${root}__tests__/nixpkgs/example.nix {
    root = ${root}.; folder = ${folder}; builders = { };
    more = ${INPUTS}; settings = { nodeModules = [ "common.nix" ]; };
  }; in (example.pinnedBy (name: environment: { packages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: { \${environment.hostenv.environmentName} = "/nix/store/\${name}"; }); })).${attribute}`;
}

describeWithNix("nodes as mkProvider builds them", (nix) => {
  const value = (expression: string) => {
    const found = evaluate(nix, expression);
    expect(found.error).toBe("");
    return found.value;
  };

  test("have their own configuration, the plan's, our modules' and their secrets", () => {
    const config = "nixosConfigurations.node-a.config";
    expect(value(deployed(`${config}.networking.hostName`))).toBe("node-a");
    expect(value(deployed(`${config}.environment.etc`))).toEqual({ motd: "for every node" });
    expect(value(deployed(`${config}.users.users.${SHOP}.linger`))).toBe(true);
    expect(value(deployed(`${config}.users.users.deploy.extraGroups`))).toEqual(["wheel"]);
    expect(value(deployed(`${config}.sops.secrets`))).toEqual(
      Object.fromEntries(
        [
          ["blog-main-4155301", "acme"],
          ["intranet-main-7d71405", "globex"],
          [SHOP, SHOP],
        ].flatMap(([user, entry]) =>
          ["backups_secret", "backups_env"].map((part) => [
            `${user}/${part}`,
            { key: `${entry}/${part}`, owner: user, group: user },
          ]),
        ),
      ),
    );
    const staging = Object.values(
      value(deployed("nixosConfigurations.node-b.config.sops.secrets")) as Record<string, { key: string }>,
    );
    expect(staging.map(({ key }) => key.split("/")[0])).toEqual(
      expect.arrayContaining(["acme_shop", "acme", "globex"]),
    );
    expect(value(`builtins.filter (one: !one.assertion) (${deployed(`${config}.assertions`)})`)).toEqual([]);
  });

  test("are there without environments, too, and then serve nothing", () => {
    const config = "nixosConfigurations.node-c.config";
    expect(value(deployed(`${config}.services.nginx.virtualHosts`))).toHaveProperty("default");
    expect(Object.keys(value(deployed(`${config}.services.nginx.virtualHosts`)) as object)).toHaveLength(1);
    expect(Object.keys(value(deployed(`${config}.users.users`)) as object)).toEqual(["deploy"]);
  });

  test("are deployed as deploy-rs takes it", () => {
    const deploy = value(deployed("deploy")) as {
      nodes: Record<string, { profiles: Record<string, { path: string }> }>;
    };
    expect(deploySchema.safeParse(deploy).error?.issues).toBeUndefined();
    expect(Object.keys(deploy.nodes)).toEqual(["node-a", "node-b", "node-c"]);
    expect(deploy.nodes["node-a"]?.profiles.system?.path).toBe(
      "/nix/store/nixos-node-a-25.11 activated on x86_64-linux",
    );
    expect(deploy.nodes["node-c"]?.profiles.system?.path).toBe(
      "/nix/store/nixos-node-c-25.11 activated on aarch64-linux",
    );
    expect(deploy.nodes["node-a"]?.profiles[SHOP]?.path).toBe(
      `/nix/store/${SHOP} activated by ./bin/activate on x86_64-linux`,
    );
  });
});
