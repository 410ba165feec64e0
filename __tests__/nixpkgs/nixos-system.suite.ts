import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deploySchema } from "../support/deploy-schema.ts";
import { describeWithNix, evaluate } from "../support/nix.ts";
import { builtFolder, deployed as deployedFrom, SHOP } from "./built-example.ts";

let folder: string;
beforeAll(() => {
  folder = builtFolder();
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

const deployed = (attribute: string) => deployedFrom(folder, attribute);

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
