import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Evaluation, Evaluator, Tree } from "../ports.ts";
import { evaluationFailure } from "./nix-errors.ts";
import { parsedOutput } from "./nix-output.ts";
import { reference, SAFE_EVALUATION } from "./nix-reference.ts";
import { type NixOptions, NixRunner } from "./nix-runner.ts";

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
    const finished = await this.nix.run(args);
    if (finished.exit === 0) return evaluation(parsedOutput(finished.stdout));
    throw evaluationFailure(finished, this.nix.limits, attribute);
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
