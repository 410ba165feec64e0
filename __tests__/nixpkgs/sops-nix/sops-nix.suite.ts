import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeWithNix, evaluate, root } from "../../support/nix.ts";
import { builtFolder, deployed, type Inputs, OPTIONS, SHOP, STAND_INS } from "../built-example.ts";
import { optionalCopies } from "../copies.ts";

/** sops-nix' own module, on the options that we have. */
const INPUTS: Inputs = {
  ...STAND_INS,
  nixos: `[ ${OPTIONS} ${root}__tests__/nixpkgs/sops-nix/module.nix { system.build.toplevel = "/nix/store/nixos"; } ]`,
  sops: `${optionalCopies.sopsNix}/modules/sops`,
};

let folder: string;
beforeAll(() => {
  folder = builtFolder();
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

describeWithNix("secrets by sops-nix' own module", (nix) => {
  const found = (node: string, expression: string, inputs = INPUTS) =>
    evaluate(
      nix,
      `let inherit (${deployed(folder, `nixosConfigurations.${node}`, { inputs })}) config; in ${expression}`,
    );
  function value(node: string, expression: string, inputs = INPUTS): unknown {
    const { value, error } = found(node, expression, inputs);
    expect(error).toBe("");
    return value;
  }

  test.each(["node-a", "node-b", "node-c"])(
    "are those that the stand-in gives on %s, and nothing fails",
    (node) => {
      const secrets =
        "builtins.mapAttrs (_: secret: { inherit (secret) key owner group; }) config.sops.secrets";
      expect(value(node, secrets)).toEqual(value(node, secrets, STAND_INS));
      expect(value(node, "config.sops.age.sshKeyPaths")).toEqual(["/etc/ssh/ssh_host_ed25519_key"]);
      expect(
        value(node, "map (one: one.message) (builtins.filter (one: !one.assertion) config.assertions)"),
      ).toEqual([]);
    },
  );

  test("lie where the plan says that environments' backups find them, as a user and a group that are there", () => {
    const { secrets, backups, users, groups } = value(
      "node-a",
      `{
        secrets = builtins.attrValues config.sops.secrets;
        backups = builtins.mapAttrs (_: environment: environment.hostenv) config.provider.plan.environments;
        users = builtins.attrNames config.users.users;
        groups = builtins.attrNames config.users.groups;
      }`,
    ) as {
      secrets: { owner: string; group: string; path: string; format: string }[];
      backups: Record<string, { backupsSecretFile: string; backupsEnvFile: string }>;
      users: string[];
      groups: string[];
    };
    expect(secrets.map(({ path }) => path).sort()).toEqual(
      Object.values(backups)
        .flatMap(({ backupsSecretFile, backupsEnvFile }) => [backupsSecretFile, backupsEnvFile])
        .sort(),
    );
    expect(users).toEqual(expect.arrayContaining(secrets.map(({ owner }) => owner)));
    expect(groups).toEqual(expect.arrayContaining(secrets.map(({ group }) => group)));
  });

  test("are what its program reads when a node is activated", () => {
    const manifest = JSON.parse(value("node-a", "config.system.build.sops-nix-manifest.text") as string);
    expect(manifest.ageSshKeyPaths).toEqual(["/etc/ssh/ssh_host_ed25519_key"]);
    expect(manifest.secrets).toContainEqual(
      expect.objectContaining({
        name: `${SHOP}/backups_env`,
        key: `${SHOP}/backups_env`,
        owner: SHOP,
        group: SHOP,
        mode: "0400",
        format: "yaml",
        sopsFile: expect.stringMatching(/^\/nix\/store\/\w{32}-secrets\.yaml$/),
      }),
    );
  });

  test("can't be given an attribute that it does not know", () => {
    const common = join(folder, "common.nix");
    const before = readFileSync(common, "utf8");
    writeFileSync(common, `{ sops.secrets.a.ownr = "${SHOP}"; }`);
    const { error } = found("node-a", "config.sops.secrets.a.owner");
    writeFileSync(common, before);
    expect(error).toContain("The option `sops.secrets.a.ownr' does not exist");
  });
});
