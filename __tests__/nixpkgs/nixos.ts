import { cpSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/nix.ts";
import { lib } from "./copies.ts";

const PROJECTS = ["acme__blog", "acme__shop", "globex__intranet"];

/** A copy of the example's provider with a lock that needs no git, in a temporary folder. */
export function exampleFolder(): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), "hostenv-nixos-"))), "provider");
  cpSync(`${root}examples/provider`, folder, { recursive: true });
  const original = (name: string) => ({
    original: { type: "git", url: `https://git.example/${name.replace("__", "/")}`, dir: ".hostenv" },
  });
  const nodes = Object.fromEntries(PROJECTS.map((name) => [name, original(name)]));
  const inputs = Object.fromEntries(PROJECTS.map((name) => [name, name]));
  writeFileSync(
    join(folder, "flake.lock"),
    JSON.stringify({ root: "root", nodes: { root: { inputs }, ...nodes } }),
  );
  return folder;
}

/** What the builder of a node of the example is given, as Nix text. */
export function exampleNode(folder: string, name: string): string {
  return `((import ${root}__tests__/nixpkgs/example.nix { root = ${root}.; folder = ${folder}; }).node "${name}")`;
}

/** The modules of ours, by name. */
export const MODULES = [
  "provider-common",
  "users-slices",
  "nginx-hostenv",
  "backups-hostenv",
  "monitoring-hostenv",
] as const;

/** NixOS's own options, as far as our modules set them, with modules on them: an evaluation, as Nix text. */
export function system(modules: readonly string[], { sops = true } = {}): string {
  const options = [`${root}__tests__/nixpkgs/nixos-options.nix`];
  if (sops) options.push(`${root}__tests__/nixpkgs/sops-options.nix`);
  return `(${lib}.evalModules { class = "nixos"; modules = [ ${[...options, ...modules].map((one) => `(${one})`).join(" ")} ]; })`;
}

/** A module of ours, as Nix text. */
export const ours = (name: string) => `${root}nix/nixos/${name}.nix`;

/** The plan's configuration of a node as a module, as Nix text. */
export const bridge = (node: string) => `import ${root}nix/nixos/bridge.nix ${node}`;
