import { readdirSync, readFileSync } from "node:fs";
import { manifestOf, OURS, type Texts } from "../../src/domain/manifest.ts";

/** Complete sets by letter. They differ in every file and in which files there are. */
export function setOf(letter: string): Texts {
  const flake = letter === "A" ? "flake.nix" : "flake.lock";
  const names = ["plan.json", "state.json", flake];
  const files = Object.fromEntries(names.map((name) => [name, `${name} ${letter} `.repeat(500)]));
  const manifest = manifestOf(files, { planId: "0".repeat(64), tool: letter });
  return { ...files, "manifest.json": JSON.stringify(manifest) };
}

/** The files of a snapshot's folder that a plan writes. */
export function setIn(folder: string): Texts {
  const names = readdirSync(folder).filter((name) => OURS.includes(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]));
}
