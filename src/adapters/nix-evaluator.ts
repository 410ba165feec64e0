import { tmpdir } from "node:os";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Evaluation, Evaluator, Tree } from "../ports.ts";
import { nixEnvironment } from "./nix-environment.ts";
import { nixFailure, ranOutOfMemory } from "./nix-errors.ts";
import { type Finished, runGroup } from "./nix-group.ts";
import { checkedLimits, type EvaluationLimits, type GivenLimits, tookTooMuchMemory } from "./nix-limits.ts";
import { parsedOutput } from "./nix-output.ts";
import { privateSettings, sweepPrivateSettings } from "./nix-private.ts";
import { type AccessToken, accessTokensOf, redaction } from "./nix-tokens.ts";

// No option here may let the evaluated flake decide: its nixConfig is refused, nothing is built
// while evaluating, and a lock that would have to change is an error instead of a surprise.
const SAFE_EVALUATION = [
  ...["--extra-experimental-features", "nix-command flakes"],
  ...["--option", "accept-flake-config", "false"],
  ...["--option", "allow-import-from-derivation", "false"],
  "--no-update-lock-file",
];

/** What an evaluator is made of; everything has a default. */
export interface NixOptions {
  /** The program to run, default `nix` on PATH. */
  readonly program?: string | undefined;
  /** Caps on each evaluation; see DEFAULT_LIMITS for the rest and why. */
  readonly limits?: GivenLimits | undefined;
  /**
   * Read-only tokens for private inputs, `host=token` separated by blanks or lines, as Nix's setting
   * access-tokens has them; default none. They replace those of the user's nix.conf.
   */
  readonly accessTokens?: string | undefined;
  /** Where a private folder for the tokens may be made; default RUNNER_TEMP, else the system's. */
  readonly privateFolder?: string | undefined;
}

/** Evaluates provider flakes with Nix, which may not outlast or outgrow its caps. */
export class NixEvaluator implements Evaluator {
  private readonly program: string;
  private readonly limits: EvaluationLimits;
  private readonly tokens: readonly AccessToken[];
  private readonly privateFolder: string;
  private readonly running = new Set<Promise<unknown>>();
  private readonly stop = new AbortController();
  private swept: Promise<void> | undefined;

  /** Throws UsageError for a cap that is none, HostenvError `access-tokens` for tokens that are none. */
  constructor({ program, limits, accessTokens, privateFolder }: NixOptions = {}) {
    this.program = program ?? "nix";
    this.limits = checkedLimits(limits ?? {});
    this.tokens = accessTokensOf(accessTokens ?? "");
    this.privateFolder = privateFolder || process.env.RUNNER_TEMP || tmpdir();
  }

  async evaluate(tree: Tree, system: string): Promise<Evaluation> {
    const attribute = `lib.provider.planJson.${system}`;
    const args = ["eval", "--json", ...SAFE_EVALUATION, `${reference(tree)}#${attribute}`];
    const { exit, stdout, stderr } = await this.tracked(this.withTokens(args));
    if (exit === 0) return evaluation(parsedOutput(stdout));
    const said = redaction(this.tokens)(stderr);
    throw ranOutOfMemory(said) ? tookTooMuchMemory(this.limits, null) : nixFailure(said, exit, attribute);
  }

  async version(): Promise<string | null> {
    try {
      const { stdout } = await this.tracked(this.nix(["--version"], {}));
      return stdout.toString("utf8").trim().split(" ").at(-1) ?? null;
    } catch {
      return null;
    }
  }

  async dispose(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }

  private async tracked<T>(run: Promise<T>): Promise<T> {
    this.running.add(run);
    try {
      return await run;
    } finally {
      this.running.delete(run);
    }
  }

  private async withTokens(args: string[]): Promise<Finished> {
    // Once, and without tokens too: those that a killed run left must not wait for the next one with.
    this.swept ??= sweepPrivateSettings(this.privateFolder);
    await this.swept;
    if (this.tokens.length === 0) return this.nix(args, {});
    const settings = await privateSettings(this.tokens, this.privateFolder, process.env);
    try {
      return await this.nix(args, settings.variables);
    } finally {
      await settings.remove();
    }
  }

  private nix(args: string[], variables: Readonly<Record<string, string>>): Promise<Finished> {
    const env = { ...nixEnvironment(process.env, this.limits.memoryMib), ...variables };
    return runGroup(this.program, args, { env, limits: this.limits, stop: this.stop.signal });
  }
}

// A path flake is the same for every version of Nix, knows nothing of shallow clones and sees
// exactly the files of the copy; but 2.8 takes no folder of it.
function reference({ root, folder }: Tree): string {
  if (folder === "") return `path:${encodeURI(root)}`;
  return `git+file://${encodeURI(root)}?dir=${encodeURIComponent(folder).replaceAll("%2F", "/")}`;
}

function evaluation(value: JsonValue): Evaluation {
  const { plan, state, sourceFolders, stateFile } = value as unknown as Partial<Evaluation>;
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
    sourceFolders: sourceFolders ?? { nodes: "nodes", secrets: "secrets" },
    stateFile: stateFile ?? "generated/state.json",
  };
}
