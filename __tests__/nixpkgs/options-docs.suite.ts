import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { lib } from "./copies.ts";

// No module, and its options are those of the files that import it.
const WITHOUT_OPTIONS = ["bridge.nix"];

describeWithNix("docs/options.md", (nix) => {
  const docs = readFileSync(`${root}docs/options.md`, "utf8");

  test("is what the modules say; node scripts/options-docs.mjs writes it", () => {
    const { value, error } = evaluate(nix, `import ${root}nix/options-docs.nix { lib = ${lib}; }`);
    expect(error).toBe("");
    expect(docs).toBe(value);
  });

  test("has every option of every module, and each says what it is for", () => {
    const files = readdirSync(`${root}nix/nixos`).filter((name) => !WITHOUT_OPTIONS.includes(name));
    expect(files.length).toBeGreaterThan(5);
    const modules = [
      ...files.map((name) => `${root}nix/nixos/${name}`),
      `${root}nix/environments.nix`,
      "{ options.provider = settings; }",
    ];
    const { value, error } = evaluate(
      nix,
      `let
        lib = ${lib};
        settings = import ${root}nix/module-options.nix { inherit lib; };
        declared = module: (lib.evalModules { modules = [ module { _module.check = false; } ]; }).options;
        leaves = options: builtins.filter (one: !one.internal && builtins.head one.loc != "_module" && one.type != "submodule" && one.type != "list of (submodule)" && one.type != "null or (list of (submodule))")
          (lib.optionAttrSetToDocList options);
      in map (one: { inherit (one) name; words = one.description or ""; })
        (builtins.concatMap (module: leaves (declared module)) [ ${modules.join(" ")} ])`,
    );
    expect(error).toBe("");
    const options = value as { name: string; words: string | null }[];
    expect(options.filter(({ words }) => !words)).toEqual([]);
    expect(options.map(({ name }) => name).filter((name) => !docs.includes(`\n### \`${name}\`\n`))).toEqual(
      [],
    );
    expect(options.length).toBeGreaterThan(60);
  });
});
