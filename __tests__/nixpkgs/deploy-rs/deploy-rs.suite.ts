import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { deploySchema } from "../../support/deploy-schema.ts";
import { describeWithNix, evaluate, root } from "../../support/nix.ts";
import { builtFolder, deployed, type Inputs, OPTIONS, SHOP, STAND_INS } from "../built-example.ts";
import { inDraft2019, keysRead, realLib } from "./deploy-rs.ts";

/** Nodes of the options that we have, closures of deploy-rs' own lib. A second one has systemd's boot loader. */
const INPUTS: Inputs = {
  ...STAND_INS,
  nixos: `[ ${OPTIONS} ({ config, lib, ... }: {
    boot.loader = {
      systemd-boot.enable = config.networking.hostName == "node-b";
      efi.efiSysMountPoint = "/boot";
    };
    system.build.toplevel = derivation { name = "nixos-\${config.networking.hostName}"; system = "x86_64-linux"; builder = "/bin/sh"; };
  }) ]`,
  deployRs: realLib,
};
const PACKAGE = '(name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; })';

let folder: string;
beforeAll(() => {
  folder = builtFolder();
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

interface Written {
  readonly text: string;
  readonly destination: string;
  readonly executable: boolean;
}

describeWithNix("closures by deploy-rs' own lib", (nix) => {
  function value(attribute: string, apply = "x: x"): unknown {
    const found = evaluate(
      nix,
      `(${apply}) (${deployed(folder, attribute, { inputs: INPUTS, packageOf: PACKAGE })})`,
    );
    expect(found.error).toBe("");
    return found.value;
  }
  /** The files beside the base of a closure, as deploy-rs has them written. */
  const written = (attribute: string) =>
    value(
      attribute,
      "closure: map (one: { inherit (one) text destination executable; }) (builtins.tail closure.paths)",
    ) as Written[];
  const path = (node: string, profile: string) => `deploy.nodes.${node}.profiles.${profile}.path`;

  test("are what deploy-rs publishes of its interface", () => {
    const deploy = value("deploy") as { nodes: Record<string, { profiles: Record<string, unknown> }> };
    const isPublished = inDraft2019();
    isPublished(deploy);
    expect(isPublished.errors).toBeNull();
    expect(deploySchema.safeParse(deploy).error?.issues).toBeUndefined();
    expect(Object.keys(deploy.nodes)).toEqual(["node-a", "node-b", "node-c"]);
    expect(deploy.nodes["node-a"]?.profiles.system).toMatchObject({
      path: expect.stringMatching(/^\/nix\/store\/\w{32}-activatable-nixos-node-a$/),
    });
    isPublished({ nodes: { ...deploy.nodes, "node-d": { profiles: {} } } });
    expect(isPublished.errors).toMatchObject([{ instancePath: "/nodes/node-d", keyword: "required" }]);
  });

  test("or those of a provider's own builders, are what deploy-rs publishes", () => {
    const example = `(import ${root}__tests__/nixpkgs/example.nix {
      root = ${root}.; folder = ${folder};
      builders = { system = node: "/nix/store/\${node.name}"; environment = one: "/nix/store/\${one.hostenv.userName}"; };
    })`;
    const { value: deploy, error } = evaluate(nix, `${example}.deployed.deploy`);
    expect(error).toBe("");
    expect(deploy).toHaveProperty(["nodes", "node-a", "profiles", SHOP, "path"], `/nix/store/${SHOP}`);
    const isPublished = inDraft2019();
    isPublished(deploy);
    expect(isPublished.errors).toBeNull();
  });

  // The published schema takes any further key, and deploy-rs would be silent about a misspelled one.
  test("have no key that deploy-rs does not read", () => {
    const nodes = Object.values(
      value("deploy.nodes") as Record<string, { profiles: Record<string, object> }>,
    );
    const keys = [...nodes, ...nodes.flatMap(({ profiles }) => Object.values(profiles))].flatMap(Object.keys);
    expect(keys).toContain("remoteBuild");
    expect(keysRead).toEqual(expect.arrayContaining(keys));
    expect(keysRead).not.toContain("remotebuild");
  });

  test.each([
    ["node-a", "x86_64-linux"],
    ["node-c", "aarch64-linux"],
  ])("are made for the system of %s", (node, system) => {
    expect(value(path(node, "system"), "closure: closure.system")).toBe(system);
    expect(
      written(path(node, "system")).map(({ destination, executable }) => [destination, executable]),
    ).toEqual([
      ["/deploy-rs-activate", true],
      ["/activate-rs", true],
    ]);
  });

  test("name the program that a node confirms with", () => {
    for (const profile of ["system", SHOP])
      expect(written(path("node-a", profile))[1]?.text).toMatch(
        /^exec \/nix\/store\/\w{32}-deploy-rs\/bin\/activate "\$@"$/m,
      );
  });

  describe("activated as deploy-rs does it", () => {
    let profile: string;
    beforeAll(() => {
      profile = mkdtempSync(join(tmpdir(), "hostenv-profile-"));
      mkdirSync(join(profile, "bin"));
      for (const name of ["activate", "switch-to-configuration"]) {
        writeFileSync(join(profile, "bin", name), `#!/bin/sh\necho ${name} "$@" >> ${profile}/done\n`);
        chmodSync(join(profile, "bin", name), 0o755);
      }
    });
    afterAll(() => rmSync(profile, { recursive: true }));

    /** What ran in a profile's folder. */
    function ran(script: string, env: NodeJS.ProcessEnv = {}): string {
      writeFileSync(join(profile, "done"), "");
      const { status, stderr } = spawnSync("bash", ["-c", script], {
        cwd: profile,
        env: { PATH: process.env.PATH, PROFILE: profile, ...env },
        // A bash that reads from a socket takes itself for a login.
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return readFileSync(join(profile, "done"), "utf8");
    }

    test("an environment starts bin/activate of its package, and in a dry run nothing", () => {
      const script = written(path("node-a", SHOP))[0]?.text as string;
      expect(ran(script)).toBe("activate\n");
      expect(ran(script, { DRY_ACTIVATE: "1" })).toBe("");
    });

    test("a system is switched, and in a dry run asked what it would do", () => {
      const script = written(path("node-a", "system"))[0]?.text as string;
      expect(ran(script)).toBe("switch-to-configuration switch\n");
      expect(ran(script, { DRY_ACTIVATE: "1" })).toBe("switch-to-configuration dry-activate\n");
    });
  });

  test("read the node's own boot loader", () => {
    expect(written(path("node-a", "system"))[0]?.text).not.toContain("loader.conf");
    expect(written(path("node-b", "system"))[0]?.text).toContain("/boot/loader/loader.conf");
  });
});

describe("our schema of deploy", () => {
  const profile = { path: "/nix/store/a" };
  const node = { hostname: "a.test", profiles: { system: profile } };
  const of = (given: object) => ({ nodes: { "node-a": { ...node, ...given } } });
  const ofProfile = (given: object) => of({ profiles: { system: { ...profile, ...given } } });
  const verdicts = (deploy: unknown) => ({
    published: inDraft2019()(deploy),
    ours: deploySchema.safeParse(deploy).success,
  });

  test.each([
    {},
    { nodes: {} },
    of({}),
    of({ profilesOrder: ["system"], sshOpts: ["-p", "2222"], magicRollback: true, autoRollback: false }),
    of({ fastConnection: true, confirmTimeout: 30, activationTimeout: 240, tempPath: "/tmp" }),
    // Read by deploy-rs, and not in its interface.
    of({ remoteBuild: true }),
    ofProfile({ user: "root", sshUser: "deploy", profilePath: "/nix/var/nix/profiles/system" }),
    ofProfile({ interactiveSudo: false }),
  ])("takes what the published one takes: %j", (deploy) => {
    expect(verdicts(deploy)).toEqual({ published: true, ours: true });
  });

  test.each([
    [],
    { sshUser: 1 },
    { nodes: [] },
    { nodes: { "1": node } },
    { nodes: { "node-a": { profiles: {} } } },
    of({ hostname: null }),
    of({ profilesOrder: ["system", "system"] }),
    of({ sshOpts: "-p 2222" }),
    of({ fastConnection: "yes" }),
    of({ confirmTimeout: 1.5 }),
    of({ tempPath: null }),
    of({ profiles: { system: {} } }),
    of({ profiles: { "1": profile } }),
    ofProfile({ path: {} }),
    ofProfile({ user: 0 }),
    ofProfile({ profilePath: false }),
  ])("refuses what the published one refuses: %j", (deploy) => {
    expect(verdicts(deploy)).toEqual({ published: false, ours: false });
  });

  // A misspelled key would be without effect; a node without profiles is one that nobody deploys to.
  test.each([
    { node: {} },
    of({ profileOrder: [] }),
    of({ remoteBuild: "yes" }),
    of({ profiles: undefined }),
    ofProfile({ remotebuild: true }),
  ])("is stricter than the published one: %j", (deploy) => {
    expect(verdicts(JSON.parse(JSON.stringify(deploy)))).toEqual({ published: true, ours: false });
  });
});
