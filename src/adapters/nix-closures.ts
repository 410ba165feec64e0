import type { Derivation } from "../domain/derivations.ts";
import { isObject, type JsonObject, type JsonValue } from "../domain/json.ts";
import type { Closures, Tree } from "../ports/flakes.ts";
import { buildFailure, evaluationFailure } from "./nix-errors.ts";
import { parsedOutput } from "./nix-output.ts";
import { reference, SAFE_EVALUATION } from "./nix-reference.ts";
import { type NixRunner, SAFE_BUILD } from "./nix-runner.ts";

/** Lines of a failed builder's log that are kept. */
const LOG_LINES = 25;

// What is not in the local store is not known: asking a cache costs more than the answer is worth.
const LOCAL = ["--extra-experimental-features", "nix-command flakes", "--option", "substitute", "false"];

/** Evaluates, builds and measures packages of flakes with Nix. */
export class NixClosures implements Closures {
  private readonly nix: NixRunner;

  constructor(nix: NixRunner) {
    this.nix = nix;
  }

  async derivations(tree: Tree, names: readonly string[]): Promise<Record<string, Derivation>> {
    const chosen = `packages: let
      all = builtins.foldl' (found: system: found // packages.\${system}) { } (builtins.attrNames packages);
      known = builtins.filter (name: all ? \${name}) (${inNix([...names])});
    in builtins.listToAttrs (map (name: { inherit name; value = [ all.\${name}.drvPath all.\${name}.outPath ]; }) known)`;
    // Not as a set: one with an outPath is printed as that alone.
    const found = Object.entries(
      (await this.applied(tree, "packages", chosen)) as Record<string, [string, string]>,
    );
    return Object.fromEntries(found.map(([name, [drvPath, outPath]]) => [name, { drvPath, outPath }]));
  }

  async build(tree: Tree, name: string): Promise<{ drvPath: string; storePath: string } | null> {
    const having = `packages: builtins.filter (system: packages.\${system} ? \${${inNix(name)}}) (builtins.attrNames packages)`;
    const [system] = (await this.applied(tree, "packages", having)) as string[];
    if (system === undefined) return null;
    const attribute = `packages.${system}.${JSON.stringify(name)}`;
    const options = [...SAFE_BUILD, "--no-update-lock-file", "--option", "log-lines", String(LOG_LINES)];
    const args = ["build", "--json", "--no-link", ...options, `${reference(tree)}#${attribute}`];
    const { exit, stdout, stderr } = await this.nix.run(args);
    // Its own switch for printing paths is younger than the oldest Nix we work with.
    if (exit !== 0) throw buildFailure(stderr, exit, attribute);
    const [built] = parsedOutput(stdout) as unknown as [{ drvPath: string; outputs: { out: string } }];
    return { drvPath: built.drvPath, storePath: built.outputs.out };
  }

  async rollbacks(tree: Tree): Promise<Record<string, { magic: boolean; auto: boolean }>> {
    const chosen =
      "deploy: builtins.mapAttrs (_: node: { magic = node.magicRollback or true; auto = node.autoRollback or true; }) deploy.nodes";
    return (await this.applied(tree, "deploy", chosen)) as Record<string, { magic: boolean; auto: boolean }>;
  }

  async size(paths: readonly string[]): Promise<number | null> {
    const { exit, stdout } = await this.nix.run(["path-info", "--recursive", "--json", ...LOCAL, ...paths]);
    return exit === 0 ? sizeOf(parsedOutput(stdout)) : null;
  }

  async packageChanges(before: string, after: string): Promise<string[]> {
    const { exit, stdout } = await this.nix.run(["store", "diff-closures", ...LOCAL, before, after]);
    if (exit !== 0) return [];
    const text = stdout.toString("utf8").replace(COLOUR, "");
    return text.split("\n").filter((line) => line !== "");
  }

  async dispose(): Promise<void> {
    await this.nix.dispose();
  }

  private async applied(tree: Tree, output: "packages" | "deploy", expression: string): Promise<JsonValue> {
    const args = [
      "eval",
      "--json",
      ...SAFE_EVALUATION,
      `${reference(tree)}#${output}`,
      "--apply",
      expression,
    ];
    const finished = await this.nix.run(args);
    if (finished.exit === 0) return parsedOutput(finished.stdout);
    throw evaluationFailure(finished, this.nix.limits, output);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
const COLOUR = /\u001b\[[0-9;]*m/g;

// JSON text in a string of Nix: no escape of one is left to the other.
function inNix(value: JsonValue): string {
  const text = JSON.stringify(value).replace(/["\\]|\$\{/g, "\\$&");
  return `(builtins.fromJSON "${text}")`;
}

// A list in old versions, an object by path in new ones.
function sizeOf(infos: JsonValue): number | null {
  const known = Object.values(infos as JsonObject);
  const sizes = known.map((info) => (isObject(info) ? info.narSize : null));
  return sizes.every((size) => typeof size === "number")
    ? sizes.reduce((sum: number, size) => sum + (size as number), 0)
    : null;
}
