import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Evaluation, Evaluator, Tree } from "../ports/flakes.ts";
import { evaluationFailure } from "./nix-errors.ts";
import { parsedOutput } from "./nix-output.ts";
import { hasPlanPaths, planFromPaths } from "./nix-plan-paths.ts";
import { reference, SAFE_EVALUATION } from "./nix-reference.ts";
import { type NixOptions, NixRunner } from "./nix-runner.ts";

type ReadJson = (path: string) => Promise<JsonValue>;

/** Evaluates provider flakes with Nix, which may not outlast or outgrow its caps. */
export class NixEvaluator implements Evaluator {
  private readonly nix: NixRunner;
  private readonly readBuilt: ReadJson | null;

  /**
   * `readBuilt` reads a JSON file that a provider of the existing tool gives instead of a value, which has to
   * be built; null where nothing of this flake may be. Throws as NixRunner does.
   */
  constructor(nix: NixRunner | NixOptions = {}, readBuilt: ReadJson | null = null) {
    this.nix = nix instanceof NixRunner ? nix : new NixRunner(nix);
    this.readBuilt = readBuilt;
  }

  async evaluate(tree: Tree, system: string): Promise<Evaluation> {
    const attribute = `lib.provider.planJson.${system}`;
    const args = ["eval", "--json", ...SAFE_EVALUATION, `${reference(tree)}#${attribute}`];
    const finished = await this.nix.run(args);
    if (finished.exit === 0) return evaluation(parsedOutput(finished.stdout));
    const failure = evaluationFailure(finished, this.nix.limits, attribute);
    if (failure.code !== "not-a-provider" || !(await hasPlanPaths(this.nix, tree, system))) throw failure;
    if (this.readBuilt === null) throw mayNotBuild(system);
    return evaluation(await planFromPaths(this.nix, tree, system, this.readBuilt));
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

function mayNotBuild(system: string): HostenvError {
  return new HostenvError(
    "plan-built",
    `this flake gives its plan as files to be built (lib.provider.planPaths.${system}), and nothing of a pull request from a fork is built`,
    "import hostenv-provider's flake module beside the existing one, which gives the plan as a value; or push the branch to this repository",
  );
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
