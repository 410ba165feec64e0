import type { PrivateFolders } from "../ports/secrets.ts";
import { nixEnvironment } from "./nix-environment.ts";
import { type Finished, runGroup } from "./nix-group.ts";
import { checkedLimits, type EvaluationLimits, type GivenLimits } from "./nix-limits.ts";
import { privateSettings } from "./nix-private.ts";
import { type AccessToken, accessTokensOf, withoutTokens } from "./nix-tokens.ts";

/** No option here may let a flake decide: its nixConfig is refused. */
export const SAFE_BUILD = [
  ...["--extra-experimental-features", "nix-command flakes"],
  ...["--option", "accept-flake-config", "false"],
];

/** As `SAFE_BUILD`, and nothing is built while evaluating. */
export const SAFE = [...SAFE_BUILD, "--option", "allow-import-from-derivation", "false"];

/** How Nix is run; everything has a default. */
export interface NixOptions {
  /** The program to run, default `nix` on PATH. */
  readonly program?: string | undefined;
  /** Caps on each run; see DEFAULT_LIMITS for the rest and why. */
  readonly limits?: GivenLimits | undefined;
  /**
   * Read-only tokens for private inputs, `host=token` separated by blanks or lines, as Nix's setting
   * access-tokens has them, and where their files are made; default none. They replace those of the
   * user's nix.conf.
   */
  readonly access?: { readonly tokens: string; readonly folders: PrivateFolders } | undefined;
  /** Variables that it gets besides ours, such as another PATH. */
  readonly variables?: NodeJS.ProcessEnv | undefined;
}

/** Runs Nix, which may not outlast or outgrow its caps, with tokens that only it gets. */
export class NixRunner {
  readonly limits: EvaluationLimits;
  private readonly program: string;
  private readonly tokens: readonly AccessToken[];
  private readonly folders: PrivateFolders | undefined;
  private readonly variables: NodeJS.ProcessEnv;
  private readonly running = new Set<Promise<unknown>>();
  private readonly stop = new AbortController();

  /** Throws UsageError for a cap that is none, HostenvError `access-tokens` for tokens that are none. */
  constructor({ program, limits, access, variables }: NixOptions = {}) {
    this.program = program ?? "nix";
    this.variables = variables ?? {};
    this.limits = checkedLimits(limits ?? {});
    this.tokens = accessTokensOf(access?.tokens ?? "");
    this.folders = access?.folders;
  }

  /** Runs it to its end; no token is in what it said. Throws HostenvError as `runGroup` does. */
  async run(args: readonly string[]): Promise<Finished> {
    const run = this.withTokens(args);
    this.running.add(run);
    try {
      const finished = await run;
      return { ...finished, stderr: withoutTokens(this.tokens)(finished.stderr) };
    } finally {
      this.running.delete(run);
    }
  }

  /** Ends what runs, and lets nothing else start. */
  async dispose(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }

  private async withTokens(args: readonly string[]): Promise<Finished> {
    if (this.tokens.length === 0 || !this.folders) return this.start(args, {});
    const settings = await privateSettings(this.tokens, this.folders, process.env);
    try {
      return await this.start(args, settings.variables);
    } finally {
      await settings.remove();
    }
  }

  private start(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Finished> {
    const env = { ...nixEnvironment(process.env, this.limits.memoryMib), ...this.variables, ...variables };
    return runGroup(this.program, [...args], { env, limits: this.limits, stop: this.stop.signal });
  }
}
