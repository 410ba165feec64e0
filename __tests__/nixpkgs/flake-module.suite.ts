import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { flakeParts, lib } from "./copies.ts";

const SYSTEM = "x86_64-linux";

// As much of the existing hostenv module as meets ours: options and outputs of the same names.
const EXISTING = `{ lib, config, ... }: {
  options.provider = {
    enable = lib.mkOption { type = lib.types.bool; default = true; description = "theirs"; };
    serviceResolution = lib.mkOption { type = lib.types.nullOr lib.types.attrs; default = null; description = "theirs"; };
    hostenvHostname = lib.mkOption { type = lib.types.str; default = "example.invalid"; description = "theirs"; };
    deployUser = lib.mkOption { type = lib.types.str; default = "theirs"; description = "theirs"; };
    letsEncrypt = lib.mkOption { type = lib.types.attrs; default = { adminEmail = "theirs"; }; description = "theirs"; };
    nodeFor = lib.mkOption { type = lib.types.attrs; default = { default = null; }; description = "theirs"; };
    haskellDevPackages = lib.mkOption { type = lib.types.raw; default = null; description = "theirs"; };
  };
  options.flake.lib = lib.mkOption {
    type = lib.types.submodule { freeformType = lib.types.attrsOf lib.types.unspecified; options = { }; };
    default = { };
    description = "theirs";
  };
  config.flake.lib.provider = { plan = "their plan for \${config.provider.hostenvHostname}"; deployOutputs = "theirs"; };
  config.flake.lib.hostenv = "theirs";
  config.perSystem.packages.hostenv-provider = derivation { name = "theirs"; system = "${SYSTEM}"; builder = "x"; };
}`;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-flake-module-")));
  mkdirSync(join(folder, "generated"));
  writeFileSync(join(folder, "flake.lock"), '{"nodes":{"acme__shop":{"original":{"type":"git","url":"u"}}}}');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Flake {
  readonly settings?: string;
  readonly modules?: string;
  readonly inputs?: string;
}

const SETTINGS = '{ hostenvHostname = "h.test"; nodeFor.default = "n1"; }';
const INPUTS = `{ acme__shop.lib.hostenv.${SYSTEM}.environments.main = { type = "production"; }; }`;

/** The outputs of a provider's flake made with flake-parts. */
function flake({ settings = SETTINGS, modules = "[ ]", inputs = "{ }" }: Flake): string {
  return `(let
    inputs = ${INPUTS} // ${inputs} // { inherit self; };
    self = outputs // { outPath = ${folder}; inherit inputs; };
    outputs = ${flakeParts}.lib.mkFlake { inherit inputs; } {
      systems = [ "${SYSTEM}" ];
      imports = [ ${root}nix/flake-module.nix ] ++ ${modules};
      provider = ${settings};
    };
  in outputs)`;
}

describeWithNix("the flake-parts module", (nix) => {
  const value = (expression: string) => {
    const found = evaluate(nix, expression);
    expect(found.error).toBe("");
    return found.value;
  };

  test("gives what mkProvider gives for the same settings", () => {
    const settings = `{
      hostenvHostname = "h.test"; nodeFor = { default = "n1"; testing = null; }; letsEncrypt.acceptTerms = true;
      limits.acme__shop.MemoryMax = "1G"; nodeSshPorts.n1 = 2222; canary = [ "n1" ];
      freeze = [ { types = [ "production" ]; from = "a"; until = "b"; reason = "c"; } ];
      severities.acme__shop.uid-changed = "warn"; cloudflare = { enable = true; zones = [ "z.test" ]; };
      generatedFlake.inputs.disko.url = "github:o/disko"; generatedFlake.envInputs.follows = { };
    }`;
    const plain = `((import ${root}nix/mk-provider.nix) {
      self.outPath = ${folder}; inputs = ${INPUTS}; systems = [ "${SYSTEM}" ]; provider = ${settings};
    })`;
    const of = (outputs: string) =>
      value(`let o = ${outputs}; in {
        inherit (o.lib.provider) planJson;
        inherit (o) deploy;
        names = builtins.mapAttrs (_: kind: builtins.attrNames kind.${SYSTEM}) { inherit (o) packages apps checks; };
      }`);
    expect(of(flake({ settings }))).toEqual(of(plain));
  });

  test("declares exactly the settings of mkProvider, each with words, a type and the same default", () => {
    const found = value(`let
      lib = ${lib};
      table = import ${root}nix/plan/options.nix;
      options = import ${root}nix/module-options.nix { inherit lib; };
      leaves = prefix: set: builtins.concatLists (builtins.attrValues (builtins.mapAttrs (name: option:
        if builtins.isAttrs option.type && option.type ? parts
        then leaves (prefix ++ [ name ]) option.type.parts
        else [ { path = prefix ++ [ name ]; inherit option; } ]) set));
      evaluated = lib.evalModules { modules = [ { inherit options; } ]; };
      documented = builtins.filter (one: !one.internal && builtins.head one.loc != "_module") (lib.optionAttrSetToDocList evaluated.options);
      text = path: builtins.concatStringsSep "." path;
      defaults = lib.evalModules { modules = [ { inherit options; config.hostenvHostname = "h"; } ]; };
      shown = value: if lib.isFunction value then "a function" else value;
    in {
      ours = map (one: text one.path) (leaves [ ] table);
      theirs = map (one: one.name) (builtins.filter (one: !one.internal && one.type != "submodule" && !(lib.hasInfix "*" one.name)) documented);
      silent = map (one: one.name) (builtins.filter (one: (one.description or "") == "") documented);
      ourDefaults = map (one: shown (one.option.default or "h")) (leaves [ ] table);
      theirDefaults = map (one: shown (lib.attrByPath one.path "absent" defaults.config)) (leaves [ ] table);
    }`) as Record<string, unknown[]>;
    expect(found.theirs?.toSorted()).toEqual(found.ours?.toSorted());
    expect(found.silent).toEqual([]);
    expect(found.theirDefaults).toEqual(found.ourDefaults);
  });

  test.each([
    ["{ hostenvHostname = 1; }", /option `provider\.hostenvHostname' is not of type `string'/],
    [
      `${SETTINGS} // { nodeSshPorts.n1 = 70000; }`,
      /provider\.nodeSshPorts\.n1' is not of type `16 bit unsigned/,
    ],
    [
      `${SETTINGS} // { planSource = "disc"; }`,
      /provider\.planSource' is not of type `one of "eval", "disk"'/,
    ],
    [
      `${SETTINGS} // { nodeFro = { }; }`,
      /option `provider\.nodeFro' does not exist[\s\S]*provider\.nodeFor/,
    ],
    [`${SETTINGS} // { letsEncrypt.email = ""; }`, /option `provider\.letsEncrypt\.email' does not exist/],
    [
      '{ nodeFor.default = "n1"; }',
      /option `provider\.hostenvHostname' (?:was accessed but has no value defined|is used but not defined)/,
    ],
  ])("refuses %s where the plan is evaluated", (settings, message) => {
    const { error } = evaluate(nix, `${flake({ settings })}.lib.provider.planJson.${SYSTEM}.plan`);
    expect(error).toMatch(message);
  });

  test("merges what several modules set, by the module system's priorities", () => {
    const modules = `[
      { provider.nodeFirewallPorts.n1 = [ 9100 ]; provider.deployUser = "other"; }
      ({ lib, ... }: { provider = lib.mkIf true { deployUser = lib.mkForce "ops"; nodeFirewallPorts.n1 = [ 9200 ]; }; })
    ]`;
    const plan = value(`${flake({ modules })}.lib.provider.planJson.${SYSTEM}.plan`) as {
      deployUser: string;
      nodes: { n1: { networking: { firewall: { allowedTCPPorts: number[] } } } };
    };
    expect(plan.deployUser).toBe("ops");
    expect(plan.nodes.n1.networking.firewall.allowedTCPPorts).toEqual(expect.arrayContaining([9100, 9200]));
  });

  test("stands beside the existing module, takes its settings and leaves it its own outputs", () => {
    const settings = `${SETTINGS} // { enable = true; haskellDevPackages = _: [ ]; }`;
    const found = value(`let o = ${flake({ modules: `[ (${EXISTING}) ]`, settings })}; in {
      inherit (o.lib) hostenv;
      inherit (o.lib.provider) plan;
      ours = o.lib.provider.planJson.${SYSTEM}.plan.deployUser;
      deployOutputs = builtins.typeOf o.lib.provider.deployOutputs;
      package = o.packages.${SYSTEM}.hostenv-provider.name;
      apps = builtins.attrNames o.apps.${SYSTEM};
    }`);
    expect(found).toEqual({
      hostenv: "theirs",
      plan: "their plan for h.test",
      // Their defaults are no settings of ours.
      ours: "deploy",
      deployOutputs: "lambda",
      package: "theirs",
      apps: ["deploy", "dns-gate", "golden-check", "hostenv-provider", "plan"],
    });
  });

  test("takes the plan from the disk", () => {
    const plan = { hostenvHostname: "disk.test", environments: { a: { uid: 1002 } } };
    writeFileSync(join(folder, "generated/plan.json"), JSON.stringify(plan));
    const settings = `${SETTINGS} // { planSource = "disk"; }`;
    expect(value(`${flake({ settings })}.lib.provider.planJson.${SYSTEM}.plan`)).toEqual(plan);
    rmSync(join(folder, "generated/plan.json"));
  });

  test("lets a provider's own packages and deploy win, whatever is in its flake besides", () => {
    const modules = `[ {
      flake.deploy.nodes.mine = { };
      flake.lib.mine = 1;
      perSystem.apps.plan.program = "/mine";
    } ]`;
    expect(
      value(
        `let o = ${flake({ modules })}; in { inherit (o) deploy; inherit (o.lib) mine; plan = o.apps.${SYSTEM}.plan.program; }`,
      ),
    ).toEqual({ deploy: { nodes: { mine: {} } }, mine: 1, plan: "/mine" });
  });
});
