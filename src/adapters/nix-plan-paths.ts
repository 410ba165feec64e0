import { isObject, type JsonObject, type JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Tree } from "../ports/flakes.ts";
import { buildFailure } from "./nix-errors.ts";
import { parsedOutput } from "./nix-output.ts";
import { reference, SAFE_EVALUATION } from "./nix-reference.ts";
import { type NixRunner, SAFE } from "./nix-runner.ts";

// What a builder may do is Nix's to say, not the flake's or the machine's.
const SANDBOXED = ["--option", "sandbox", "true", "--option", "sandbox-fallback", "false"];

/** Whether a flake gives its plan the existing tool's way: as files to be built. */
export async function hasPlanPaths(nix: NixRunner, tree: Tree, system: string): Promise<boolean> {
  const having = `provider: provider ? planPaths.${system}.plan && provider ? planPaths.${system}.state`;
  const args = ["eval", "--json", ...SAFE_EVALUATION, `${reference(tree)}#lib.provider`, "--apply", having];
  const { exit, stdout } = await nix.run(args);
  return exit === 0 && parsedOutput(stdout) === true;
}

/**
 * Plan and state of such a flake, built in Nix's sandbox, without the free text of the existing tool.
 * Throws HostenvError as `buildFailure` gives, and as `readJson` does.
 */
export async function planFromPaths(
  nix: NixRunner,
  tree: Tree,
  system: string,
  readJson: (path: string) => Promise<JsonValue>,
): Promise<{ plan: JsonObject; state: JsonObject }> {
  const attribute = `lib.provider.planPaths.${system}`;
  const file = async (name: "plan" | "state") =>
    described(await readJson(await built(nix, tree, `${attribute}.${name}`)), `${attribute}.${name}`);
  return { plan: await file("plan"), state: await file("state") };
}

async function built(nix: NixRunner, tree: Tree, attribute: string): Promise<string> {
  const options = [...SAFE, ...SANDBOXED, "--no-update-lock-file"];
  const args = ["build", "--json", "--no-link", ...options, `${reference(tree)}#${attribute}`];
  const { exit, stdout, stderr } = await nix.run(args);
  if (exit !== 0) throw buildFailure(stderr, exit, attribute);
  const [first] = parsedOutput(stdout) as unknown as [{ outputs: { out: string } }];
  return first.outputs.out;
}

function described(value: JsonValue, attribute: string): JsonObject {
  if (isObject(value)) {
    const { _description, ...said } = value;
    return said;
  }
  throw new HostenvError(
    "not-a-provider",
    `${attribute} is a file without a set of names and values`,
    "make the flake's outputs with hostenv-provider's lib.mkProvider",
  );
}
