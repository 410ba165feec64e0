import type { NixHealth } from "../ports/machine.ts";
import { type NixRunner, SAFE } from "./nix-runner.ts";

/** Evaluates as we do, and needs the store as we do, with nothing of anybody in it. */
const PROBE = 'builtins.stringLength (builtins.toFile "hostenv-doctor" "") > 0 && builtins ? getFlake';

/** More of what Nix says is not shown. */
const MOST_CHARACTERS = 300;

/** Nix on PATH. */
export class NixOnPath implements NixHealth {
  private readonly nix: NixRunner;

  constructor(nix: NixRunner) {
    this.nix = nix;
  }

  async version(): Promise<string> {
    const { stdout } = await this.nix.run(["--version"]);
    return stdout.toString("utf8").trim();
  }

  async fault(): Promise<string | null> {
    const { exit, stdout, stderr } = await this.nix.run(["eval", "--json", ...SAFE, "--expr", PROBE]);
    if (exit === 0 && stdout.toString("utf8").trim() === "true") return null;
    const said = stderr.split("\n").findLast((line) => /\berror:/.test(line)) ?? stderr.trim();
    return said.trim().slice(0, MOST_CHARACTERS) || `it ends with ${exit}`;
  }
}
