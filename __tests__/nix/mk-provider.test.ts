import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { canaryFolder } from "../../src/domain/deploy/live.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-mk-provider-")));
  mkdirSync(join(folder, "generated"));
  const lock = {
    nodes: { root: { inputs: { acme__shop: "s" } }, s: { original: { type: "git", url: "u" } } },
  };
  writeFileSync(join(folder, "flake.lock"), JSON.stringify({ root: "root", ...lock }));
  const state = { _description: "text", gone: { uid: 1050, node: "spare", virtualHosts: [] } };
  writeFileSync(join(folder, "generated/state.json"), JSON.stringify(state));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** mkProvider's outputs for one project, with more arguments and settings as Nix text. */
function outputs(attribute: string, more: { settings?: string; args?: string } = {}): string {
  return `((import ${root}nix/mk-provider.nix) ({
    self.outPath = ${folder};
    inputs = {
      self = { };
      nixpkgs = { };
      acme__shop.lib.hostenv.x86_64-linux.environments = { main.type = "production"; };
    };
    provider = { hostenvHostname = "h.test"; nodeFor.default = "n1"; } // ${more.settings ?? "{ }"};
  } // ${more.args ?? "{ }"})).lib.provider.${attribute}`;
}

describeWithNix("mkProvider", (nix) => {
  test("reads lock and state beside the flake, and gives the plan on every system", () => {
    for (const system of ["x86_64-linux", "x86_64-darwin"]) {
      const args = `{ inputs.acme__shop.lib.hostenv.${system}.environments.main = { type = "production"; }; }`;
      const { value, error } = evaluate(nix, outputs(`planJson.${system}`, { args }));
      expect(error).toBe("");
      expect(value).toMatchObject({
        plan: { environments: { "shop-main-4f7240c": { uid: 1051, repo: { url: "u", ref: "main" } } } },
        state: { gone: { uid: 1050 }, "shop-main-4f7240c": { uid: 1051 } },
        sourceFolders: { nodes: "nodes", secrets: "secrets" },
      });
      expect((value as { state: object }).state).not.toHaveProperty("_description");
    }
  });

  test("gives plan and state as files for the existing tool's callers", () => {
    const { value } = evaluate(nix, outputs("planPaths.x86_64-linux"));
    const { plan, state } = value as { plan: string; state: string };
    expect(JSON.parse(readFileSync(plan, "utf8")).hostenvHostname).toBe("h.test");
    expect(JSON.parse(readFileSync(state, "utf8")).gone.uid).toBe(1050);
  });

  test("finds the folders of sources whether they are given as text or as paths", () => {
    const settings = `{ nodesPath = ${folder}/machines; secretsPath = "./secrets/all.yaml"; }`;
    const { value } = evaluate(nix, outputs("planJson.x86_64-linux.sourceFolders", { settings }));
    expect(value).toEqual({ nodes: "machines", secrets: "secrets/all.yaml" });
  });

  test("takes the plan from the disk, and only one with uids", () => {
    const disk = { hostenvHostname: "disk.test", environments: { a: { uid: 1002 } } };
    writeFileSync(join(folder, "generated/plan.json"), JSON.stringify(disk));
    const settings = '{ planSource = "disk"; }';
    expect(evaluate(nix, outputs("planJson.x86_64-linux.plan", { settings })).value).toEqual(disk);
    writeFileSync(join(folder, "generated/plan.json"), JSON.stringify({ environments: { a: {} } }));
    const { error } = evaluate(nix, outputs("planJson.x86_64-linux.plan", { settings }));
    expect(nixFailure(error, 1, "").code).toBe("uid-missing");
    rmSync(join(folder, "generated/plan.json"));
  });

  test("names a plan source that does not exist, and a plan that is not there", () => {
    const failure = (settings: string) =>
      nixFailure(evaluate(nix, outputs("planJson.x86_64-linux.plan", { settings })).error, 1, "");
    expect(failure('{ planSource = "dsik"; }').code).toBe("setting-type");
    expect(failure('{ planSource = "dsik"; }').message).toContain('"dsik"');
    expect(failure('{ planSource = "disk"; }').code).toBe("plan-not-found");
  });

  test("asks the hostenv input for migrations that no export carries", () => {
    writeFileSync(join(folder, "hostenv.nix"), "{ }");
    const args = `{
      inputs = {
        acme__shop = { outPath = ${folder}; lib.hostenv.x86_64-linux = { environments.main = { }; defaultEnvironment = "main"; }; };
        hostenv.makeHostenv.x86_64-linux = modules: _:
          let forced = (builtins.elemAt modules 1 { config = { }; }).hostenv; in
          { config.services.restic.backups = { files = { }; "\${forced.organisation.content}-migrate" = { }; }; };
      };
    }`;
    const { value, error } = evaluate(nix, outputs("planJson.x86_64-linux.plan.environments", { args }));
    expect(error).toBe("");
    expect(value).toMatchObject({ "shop-main-4f7240c": { migrations: ["acme-migrate"] } });
  });

  test("builds every known node and every environment through the given builders", () => {
    const args = `{
      builders = {
        system = node: "\${node.name} at \${node.connection.hostname} with \${toString (builtins.length (builtins.attrNames node.config.users.users))} users";
        environment = environment: environment.hostenv.userName;
      };
    }`;
    const plan = outputs("planJson.x86_64-linux.plan");
    const { value, error } = evaluate(
      nix,
      `(${outputs("deployOutputs", { args })} { plan = ${plan}; }).packages.x86_64-linux`,
    );
    expect(error).toBe("");
    expect(value).toEqual({
      "node-n1": "n1 at n1.h.test with 1 users",
      // Known from state alone: it is built without environments, so that it stops serving.
      "node-spare": "spare at spare.h.test with 0 users",
      "env-shop-main-4f7240c": "shop-main-4f7240c",
    });
  });

  test("gives deploy-rs every known node, its system first and each environment as its own user", () => {
    const args = `{
      builders = {
        system = node: "/nix/store/system-\${node.name}";
        environment = environment: "/nix/store/\${environment.hostenv.userName}";
      };
    }`;
    const plan = outputs("planJson.x86_64-linux.plan");
    const { value, error } = evaluate(
      nix,
      `(${outputs("deployOutputs", { args })} { plan = ${plan}; }).deploy`,
    );
    expect(error).toBe("");
    const node = (name: string, profiles: object) => ({
      hostname: `${name}.h.test`,
      sshOpts: [],
      fastConnection: true,
      remoteBuild: false,
      magicRollback: true,
      autoRollback: true,
      profilesOrder: ["system", ...Object.keys(profiles)],
      profiles: {
        system: {
          sshUser: "deploy",
          user: "root",
          profilePath: "/nix/var/nix/profiles/system",
          tempPath: canaryFolder("system"),
          path: `/nix/store/system-${name}`,
        },
        ...profiles,
      },
    });
    const user = "shop-main-4f7240c";
    expect(value).toEqual({
      nodes: {
        n1: node("n1", {
          [user]: {
            sshUser: user,
            user,
            profilePath: `/nix/var/nix/profiles/per-user/${user}/hostenv`,
            tempPath: canaryFolder(user),
            path: `/nix/store/${user}`,
          },
        }),
        spare: node("spare", {}),
      },
    });
  });

  test("links the snapshot's closures by kind, where there is a snapshot and nixpkgs to link with", () => {
    const args = `{
      inputs = {
        nixpkgs.legacyPackages.x86_64-linux = {
          linkFarm = name: entries: { inherit entries; };
          writeShellScriptBin = name: text: name;
        };
      };
      builders = { system = node: "system-\${node.name}"; environment = environment: environment.hostenv.userName; };
    }`;
    const packages = outputs("planJson.x86_64-linux.plan", { args }).replace(
      /\.lib\.provider\.planJson.*$/,
      ".packages",
    );
    expect(evaluate(nix, `builtins.attrNames ${packages}.x86_64-linux`).value).toEqual(["hostenv-provider"]);
    const snapshot = {
      "plan.json": evaluate(nix, outputs("planJson.x86_64-linux.plan")).value,
      "flake.lock": { root: "root", nodes: { root: {} } },
      "flake.nix": {},
    };
    for (const [name, value] of Object.entries(snapshot))
      writeFileSync(join(folder, "generated", name), JSON.stringify(value));
    const { value, error } = evaluate(nix, `removeAttrs ${packages}.x86_64-linux [ "hostenv-provider" ]`);
    for (const name of Object.keys(snapshot)) rmSync(join(folder, "generated", name));
    expect(error).toBe("");
    expect(value).toEqual({
      "deploy-envs": { entries: [{ name: "env-shop-main-4f7240c", path: "shop-main-4f7240c" }] },
      "deploy-nodes": {
        entries: [
          { name: "node-n1", path: "system-n1" },
          { name: "node-spare", path: "system-spare" },
        ],
      },
    });
  });

  test("says what a builder of ours lacks only when something is to be built", () => {
    const plan = outputs("planJson.x86_64-linux.plan");
    const packages = `(${outputs("deployOutputs")} { plan = ${plan}; }).packages.x86_64-linux`;
    expect(evaluate(nix, `builtins.attrNames ${packages}`).value).toHaveLength(3);
    const failure = (name: string) => nixFailure(evaluate(nix, `${packages}.${name}`).error, 1, "").code;
    expect(failure("node-n1")).toBe("builders-missing");
    expect(failure("env-shop-main-4f7240c")).toBe("environment-unpinned");
  });
});
