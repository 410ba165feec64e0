import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-builders-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const BOTH =
  "  backups_secret: ENC[AES256_GCM,data:x,type:str]\n  backups_env: ENC[AES256_GCM,data:x,type:str]\n";
const SOPS =
  "sops:\n  age:\n    - recipient: age1x\n      enc: |\n        backups_secret: no\n  mac: ENC[x]\n";

// As the inputs offer it, as far as it is called: each gives back what it was given.
const INPUTS = `{
  nixpkgs.lib.nixosSystem = args: args;
  sops-nix.nixosModules.sops = "sops-nix";
  deploy-rs.lib = let activate = { nixos = system: { nixos = system.system; }; custom = package: command: { inherit package command; }; }; in
    { x86_64-linux = { inherit activate; }; aarch64-linux = { inherit activate; }; };
}`;

function builders({ settings = "{ }", inputs = INPUTS } = {}): string {
  return `(import ${root}nix/builders.nix {
    inherit (import ${root}nix/plan/fail.nix) fail;
    inputs = ${inputs};
    settings = ${settings};
    root = ${folder};
  })`;
}

const ENVIRONMENT = `{ node = "n1"; hostenv = { userName = "shop-main-1"; organisation = "acme"; project = "shop"; environmentName = "main"; }; }`;
const NODE = `{ name = "n1"; off = [ ]; config = { }; environments.shop-main-1 = ${ENVIRONMENT}; }`;

describeWithNix("the names in a sops file", (nix) => {
  const keys = (name: string) => evaluate(nix, `import ${root}nix/sops-keys.nix ${folder}/${name}`);

  test.each([
    ["nothing", "", {}],
    [
      "what sops wrote",
      `acme:\n${BOTH}other: ENC[x]\n${SOPS}`,
      { acme: ["backups_secret", "backups_env"], other: [] },
    ],
    [
      "quotes and comments",
      `# a: b\n---\n"acme_shop": \n    'backups_env': x\n    #ENC[comment]\n    b: x\n`,
      { acme_shop: ["backups_env", "b"] },
    ],
    ["deeper names", "acme:\n  a:\n    deep: x\n  b: x\n", { acme: ["a", "b"] }],
    ["Windows' line ends", "acme:\r\n  a: x\r\n", { acme: ["a"] }],
    ["an own name after sops's", `${SOPS}acme:\n  a: x\n`, { acme: ["a"] }],
  ])("are read from %s", (_, text, expected) => {
    write("secrets.yaml", text);
    expect(keys("secrets.yaml")).toMatchObject({ error: "", value: expected });
  });

  test("are read from JSON", () => {
    write("secrets.json", JSON.stringify({ acme: { a: "ENC" }, plain: "ENC", sops: {} }));
    expect(keys("secrets.json")).toMatchObject({ error: "", value: { acme: ["a"], plain: [] } });
  });
});

describeWithNix("a node's NixOS", (nix) => {
  const nixos = (attribute: string, options = {}) =>
    evaluate(nix, `(${builders(options)}.nixos ${NODE}).${attribute}`);
  const entry = (options = {}) => {
    write("nodes/n1/configuration.nix", "{ }");
    return evaluate(
      nix,
      `(builtins.head (builtins.filter (module: builtins.isAttrs module && module ? sops) (${builders(options)}.nixos ${NODE}).modules)).hostenv.backups.secretEntries.shop-main-1`,
    );
  };

  test.each([
    ["the environment's", ["shop-main-1", "acme_shop", "acme"], "shop-main-1"],
    ["else its project's", ["acme_shop", "acme"], "acme_shop"],
    ["else its organisation's", ["acme", "globex"], "acme"],
  ])("takes %s secrets", (_, entries, expected) => {
    write("secrets/secrets.yaml", entries.map((name) => `${name}:\n${BOTH}`).join("") + SOPS);
    expect(entry()).toMatchObject({ error: "", value: expected });
  });

  test("names all three places where there is none, and what an entry lacks", () => {
    write("secrets/secrets.yaml", `globex:\n${BOTH}${SOPS}`);
    expect(nixFailure(entry().error, 1, "")).toMatchObject({
      code: "environment-secrets",
      message: "secrets.yaml holds no secrets for the environment 'shop-main-1'",
      hint: expect.stringMatching(/'shop-main-1' .*'acme_shop' .*'acme' .*backups_secret and backups_env/),
    });
    write("secrets/secrets.yaml", `acme:\n  backups_secret: x\n${SOPS}`);
    expect(nixFailure(entry().error, 1, "")).toMatchObject({
      code: "environment-secret",
      message: expect.stringContaining(
        "'acme' of secrets.yaml, which serves the environment 'shop-main-1', lacks backups_env",
      ),
    });
  });

  test("reads the file that secretsPath names, and needs sops-nix only where there is one", () => {
    write("nodes/n1/configuration.nix", "{ }");
    const inputs = `removeAttrs (${INPUTS}) [ "sops-nix" ]`;
    expect(nixos("system", { inputs })).toMatchObject({ error: "", value: "x86_64-linux" });
    write("keys/all.yaml", `acme:\n${BOTH}`);
    expect(entry({ settings: '{ secretsPath = "keys/all.yaml"; }' })).toMatchObject({ value: "acme" });
    const forced = evaluate(
      nix,
      `builtins.filter builtins.isString (${builders({ inputs, settings: `{ secretsPath = ${folder}/keys/all.yaml; }` })}.nixos ${NODE}).modules`,
    );
    expect(nixFailure(forced.error, 1, "")).toMatchObject({
      code: "builders-missing",
      message: expect.stringContaining("'sops-nix'"),
    });
  });

  test("has its own configuration last, after modules for every node", () => {
    write("machines/n1/configuration.nix", "{ }");
    write("common.nix", "{ }");
    const settings =
      '{ nodesPath = "./machines"; nodeModules = [ "common.nix" { a = 1; } ]; nodeSystems.n1 = "aarch64-linux"; }';
    const { value, error } = evaluate(
      nix,
      `let made = ${builders({ settings })}.nixos ${NODE}; count = builtins.length made.modules; in
       { inherit (made) system; last = map (back: let module = builtins.elemAt made.modules (count - back); in if builtins.isPath module then toString module else module) [ 1 2 3 ]; inputs = builtins.attrNames made.specialArgs.inputs; }`,
    );
    expect(error).toBe("");
    expect(value).toEqual({
      system: "aarch64-linux",
      last: [`${folder}/machines/n1/configuration.nix`, { a: 1 }, `${folder}/common.nix`],
      inputs: ["deploy-rs", "nixpkgs", "sops-nix"],
    });
  });

  test.each([
    ["node-configuration", "{ }", /no nodes\/n1\/configuration\.nix/],
    ["node-module", '{ nodeModules = [ "no.nix" ]; }', /'no\.nix'/],
  ])("says %s where a file is not there", (code, settings, message) => {
    if (code !== "node-configuration") write("nodes/n1/configuration.nix", "{ }");
    const { error } = evaluate(
      nix,
      `builtins.filter builtins.isString (${builders({ settings })}.nixos ${NODE}).modules`,
    );
    expect(nixFailure(error, 1, "")).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each(["nixpkgs", "deploy-rs"])("says which input is missing: %s", (input) => {
    const { error } = evaluate(
      nix,
      `${builders({ inputs: `removeAttrs (${INPUTS}) [ "${input}" ]` })}.system ${NODE}`,
    );
    expect(nixFailure(error, 1, "")).toMatchObject({
      code: "builders-missing",
      message: expect.stringContaining(`'${input}'`),
    });
  });
});

describeWithNix("an environment's closure", (nix) => {
  const closure = (input: string) =>
    evaluate(nix, `${builders()}.environment (${ENVIRONMENT} // { input = ${input}; })`);

  test("is its project's package, activated as its user", () => {
    expect(closure('{ packages.x86_64-linux.main = "the package"; }')).toMatchObject({
      error: "",
      value: { package: "the package", command: "./bin/activate" },
    });
  });

  test("says that there is no pin, or no package, and which there are", () => {
    expect(nixFailure(closure("null").error, 1, "").code).toBe("environment-unpinned");
    expect(
      nixFailure(closure("{ packages.x86_64-linux = { dev = 1; test = 2; }; }").error, 1, ""),
    ).toMatchObject({
      code: "environment-package",
      message: expect.stringContaining("packages.x86_64-linux.main"),
      hint: expect.stringContaining("dev, test"),
    });
  });
});
