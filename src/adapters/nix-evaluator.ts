import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Evaluation, Evaluator, Tree } from "../ports.ts";
import { nixFailure, ranOutOfMemory } from "./nix-errors.ts";
import { tookTooMuchMemory } from "./nix-limits.ts";
import { parsedOutput } from "./nix-output.ts";
import { type NixOptions, NixRunner, SAFE } from "./nix-runner.ts";

// A lock that would have to change is an error instead of a surprise.
const SAFE_EVALUATION = [...SAFE, "--no-update-lock-file"];

/** Evaluates provider flakes with Nix, which may not outlast or outgrow its caps. */
export class NixEvaluator implements Evaluator {
  private readonly nix: NixRunner;

  /** Throws as NixRunner does. */
  constructor(nix: NixRunner | NixOptions = {}) {
    this.nix = nix instanceof NixRunner ? nix : new NixRunner(nix);
  }

  async evaluate(tree: Tree, system: string): Promise<Evaluation> {
    const attribute = `lib.provider.planJson.${system}`;
    const args = ["eval", "--json", ...SAFE_EVALUATION, `${reference(tree)}#${attribute}`];
    const { exit, stdout, stderr } = await this.nix.run(args);
    if (exit === 0) return evaluation(parsedOutput(stdout));
    throw ranOutOfMemory(stderr)
      ? tookTooMuchMemory(this.nix.limits, null)
      : nixFailure(stderr, exit, attribute);
  }

  async version(): Promise<string | null> {
    try {
      const { stdout } = await this.nix.run(["--version"]);
      return stdout.toString("utf8").trim().split(" ").at(-1) ?? null;
    } catch {
      return null;
    }
  }

  async dispose(): Promise<void> {
    await this.nix.dispose();
  }
}

// A path flake is the same for every version of Nix, knows nothing of shallow clones and sees
// exactly the files of the copy; but 2.8 takes no folder of it.
function reference({ root, folder }: Tree): string {
  if (folder === "") return `path:${encodeURI(root)}`;
  return `git+file://${encodeURI(root)}?dir=${encodeURIComponent(folder).replaceAll("%2F", "/")}`;
}

function evaluation(value: JsonValue): Evaluation {
  const { plan, state, flake, flakeInputs, sourceFolders, stateFile } =
    value as unknown as Partial<Evaluation>;
  if (plan === undefined || state === undefined) {
    throw new HostenvError(
      "not-a-provider",
      "lib.provider.planJson holds no plan and state",
      "make the flake's outputs with hostenv-provider's lib.mkProvider",
    );
  }
  return {
    plan,
    state,
    // A provider whose lock names an older hostenv-provider gives none.
    flake: flake ?? null,
    flakeInputs: flakeInputs ?? {},
    sourceFolders: sourceFolders ?? { nodes: "nodes", secrets: "secrets" },
    stateFile: stateFile ?? "generated/state.json",
  };
}
