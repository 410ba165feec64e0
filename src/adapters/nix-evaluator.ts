import { spawn } from "node:child_process";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Evaluation, Evaluator, Tree } from "../ports.ts";
import { nixFailure } from "./nix-errors.ts";

// No option here may let the evaluated flake decide: its nixConfig is refused, nothing is built
// while evaluating, and a lock that would have to change is an error instead of a surprise.
const SAFE_EVALUATION = [
  ...["--extra-experimental-features", "nix-command flakes"],
  ...["--option", "accept-flake-config", "false"],
  ...["--option", "allow-import-from-derivation", "false"],
  "--no-update-lock-file",
];

/** Evaluates provider flakes with the `nix` on PATH. */
export class NixEvaluator implements Evaluator {
  private readonly program: string;

  constructor(program = "nix") {
    this.program = program;
  }

  async evaluate(tree: Tree, system: string): Promise<Evaluation> {
    const attribute = `lib.provider.planJson.${system}`;
    const result = await this.nix(["eval", "--json", ...SAFE_EVALUATION, `${reference(tree)}#${attribute}`]);
    if (result.exitCode !== 0) throw nixFailure(result.stderr, result.exitCode, attribute);
    return evaluation(JSON.parse(result.stdout) as JsonValue);
  }

  async version(): Promise<string | null> {
    try {
      const { stdout } = await this.nix(["--version"]);
      return stdout.trim().split(" ").at(-1) ?? null;
    } catch {
      return null;
    }
  }

  // @actions/exec looks for line ends in all it has read so far with every chunk: on a plan of one
  // line of several MB that costs more than the evaluation (docs/adr/0004).
  private nix(args: string[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, args, { stdio: ["ignore", "pipe", "pipe"] });
      const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
      child.once("error", (cause) => reject(cannotStart(this.program, cause)));
      child.once("close", (exitCode) =>
        resolve({ exitCode: exitCode ?? 1, stdout: stdout(), stderr: stderr() }),
      );
    });
  }
}

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

function cannotStart(program: string, cause: Error): HostenvError {
  const hint =
    "install Nix 2.8 or newer, on Debian and Ubuntu with: apt-get install nix-bin (see https://nixos.org/download)";
  return new HostenvError("nix-missing", `the program '${program}' can't be started`, hint, cause);
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
